"""Diagnosis codes by what one types: the beginning of a code, or words of its label."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from casework import codes
from casework.context import Context
from casework.models import DiagnosisCode

MOST: Final = 12
LEAST_LETTERS: Final = 3
MOST_WORDS: Final = 6


@dataclass(frozen=True)
class Found:
    """One billable code and what it means."""

    code: str
    label: str


def matching(cx: Context, typed: str) -> tuple[Found, ...]:
    """Up to twelve billable codes that begin with what was typed, or whose label has every word
    of it; short labels first. Less than three letters find nothing."""
    plain = " ".join(typed.split())[:80]
    if len(plain) < LEAST_LETTERS:
        return ()
    statement = select(DiagnosisCode.code, DiagnosisCode.label)
    if codes.is_diagnosis_shape(plain):
        statement = statement.where(
            DiagnosisCode.code.startswith(codes.dotted(plain), autoescape=True)
        )
        statement = statement.order_by(DiagnosisCode.code)
    else:
        for word in plain.split()[:MOST_WORDS]:
            statement = statement.where(DiagnosisCode.label.icontains(word, autoescape=True))
        statement = statement.order_by(func.length(DiagnosisCode.label), DiagnosisCode.code)
    return tuple(Found(row.code, row.label) for row in cx.db.execute(statement.limit(MOST)))


def labels(cx: Context, wanted: set[str]) -> dict[str, str]:
    """What these codes (with their dots) mean; codes that are not billable are left out."""
    if not wanted:
        return {}
    rows = cx.db.execute(
        select(DiagnosisCode.code, DiagnosisCode.label).where(DiagnosisCode.code.in_(wanted))
    )
    return {row.code: row.label for row in rows}
