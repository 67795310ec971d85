"""Other cases of the same member that may be about the same thing, each with its reason.

It only shows; nothing is refused because of it. The cases of the same matter stand elsewhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

from casework.context import Context
from casework.models import Case, PriorAuth, RequestLine
from casework.queries.case_file import CaseFile

MOST: Final = 8
MOST_LINES: Final = 200
# How strong each reason is; a case stands where its strongest reason puts it.
OVERLAP: Final = "overlap"
CODE: Final = "code"
PROVIDER_DAYS: Final = "provider_days"
PROVIDER: Final = "provider"
OPEN: Final = "open"
_ORDER: Final = (OVERLAP, PROVIDER_DAYS, CODE, PROVIDER, OPEN)


@dataclass(frozen=True)
class Reason:
    """Why a case is shown: a code of the list above, and what is shared: the code of the service,
    the days on which both run, or the name of the provider."""

    why: str
    code: str = ""
    first: date | None = None
    last: date | None = None
    provider: str = ""


@dataclass(frozen=True)
class Related:
    """One other case of the member, its strongest reason first."""

    ref: str
    kind: str
    state: str
    title: str
    open: bool
    received_at: datetime
    reasons: tuple[Reason, ...]


def related(cx: Context, file: CaseFile) -> tuple[Related, ...]:
    """The other cases of this member within reach that share a code, days or a provider with this
    one, or are open; the strongest first, at most MOST."""
    case = file.case
    rows = cx.db.execute(
        select(
            Case.ref,
            Case.kind,
            Case.state,
            Case.title,
            Case.open,
            Case.received_at,
            RequestLine.code,
            RequestLine.from_date,
            RequestLine.to_date,
            RequestLine.servicing,
            PriorAuth.servicing.label("of_request"),
        )
        .outerjoin(RequestLine, RequestLine.case_id == Case.id)
        .outerjoin(PriorAuth, PriorAuth.case_id == Case.id)
        .where(Case.member_id == case.member_id, Case.series_id != case.series_id)
        .order_by(Case.id.desc())
        .limit(MOST_LINES)
    ).all()
    mine = [_Line.of(line, getattr(file.detail, "servicing", None)) for line in file.lines]
    found: dict[str, tuple[Any, list[Reason]]] = {}
    for row in rows:
        _, reasons = found.setdefault(row.ref, (row, []))
        for reason in _reasons(mine, row):
            if reason not in reasons:
                reasons.append(reason)
    shown = [_related(row, reasons) for row, reasons in found.values() if reasons or row.open]
    return tuple(sorted(shown, key=_strength)[:MOST])


@dataclass(frozen=True)
class _Line:
    code: str
    first: date | None
    last: date | None
    npi: str
    provider: str

    @classmethod
    def of(cls, line: Any, of_request: Any) -> "_Line":
        who = line.servicing or of_request or {}
        return cls(
            line.code or "",
            line.from_date,
            line.to_date or line.from_date,
            str(who.get("npi") or ""),
            str(who.get("name") or who.get("npi") or ""),
        )

    def both_run(self, other: "_Line") -> tuple[date, date] | None:
        """The days on which both run."""
        if not (self.first and other.first and self.last and other.last):
            return None
        first, last = max(self.first, other.first), min(self.last, other.last)
        return (first, last) if first <= last else None


def _reasons(mine: list[_Line], row: Any) -> Iterator[Reason]:
    if row.code is None:
        return
    theirs = _Line.of(row, row.of_request)
    for line in mine:
        days = line.both_run(theirs)
        same_provider = bool(line.npi) and line.npi == theirs.npi
        if line.code == theirs.code and days:
            yield Reason(OVERLAP, code=line.code, first=days[0], last=days[1])
        elif line.code == theirs.code:
            yield Reason(CODE, code=line.code)
        elif same_provider and days:
            yield Reason(PROVIDER_DAYS, provider=theirs.provider, first=days[0], last=days[1])
        elif same_provider:
            yield Reason(PROVIDER, provider=theirs.provider)


def _related(row: Any, reasons: list[Reason]) -> Related:
    ordered = sorted(reasons, key=lambda reason: _ORDER.index(reason.why))
    said = tuple(ordered[:2]) or (Reason(OPEN),)
    return Related(row.ref, row.kind, row.state, row.title, row.open, row.received_at, said)


def _strength(one: Related) -> tuple[int, bool, float]:
    at = one.received_at.timestamp()
    return _ORDER.index(one.reasons[0].why), not one.open, -at
