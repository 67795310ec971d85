"""What is said beside a text that somebody types for a letter: how it reads, and what to mend.

Advice only: what the letter may not leave with is the gate's business. It sees one form.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from casework.bridge import version_of
from casework.context import Context
from casework.web.staff.form_fields import Field
from letters import free_text, reading
from letters.free_text import Finding

# The fields of forms whose text stands in a letter, by the last part of their names.
FREE: Final = frozenset(
    {
        "reason",
        "criterion",
        "provision",
        "standard",
        "rationale",
        "considered",
        "what",
        "why",
        "findings",
        "corrective_action",
        "remedy",
        "next_step",
        "letter_reason",
        "remaining",
        "wanted",
        "missing",
    }
)
SPANISH: Final = "_es"


@dataclass(frozen=True)
class Note:
    """What is said of one text: its school year (None where it is too short to tell), whether
    that is above the aim, the aim, and what was found."""

    grade: float | None
    hard: bool
    aim: float
    findings: tuple[Finding, ...]


def aim_of(cx: Context, case: Any) -> float:
    """The highest school year at which letters of this case's contract aim."""
    said = version_of(cx, case.contract_version_id).plan.get("reading_grade")
    return float(said or reading.aim("en"))


def notes_on(fields: Iterable[Field], *, limit: float) -> Mapping[str, Note]:
    """A note for each text of the form that stands in a letter and is not empty, by its field."""
    return {
        each.name: note_on(each.value, each.name, limit=limit)
        for each in _all(fields)
        if each.shape in {"text", "area", "list"}
        and each.value.strip()
        and _plain(each.name) in FREE
    }


def note_on(text: str, name: str, *, limit: float, language: str = "") -> Note:
    """What is said of one text, by the name of its field; in the language that the name tells
    where none is given."""
    language = language or ("es" if name.endswith(SPANISH) else "en")
    measured = reading.measure(text, language)
    return Note(
        grade=measured.grade if measured.words >= free_text.FEWEST_WORDS else None,
        hard=measured.words >= free_text.FEWEST_WORDS and measured.grade > limit,
        aim=limit,
        findings=free_text.findings(text, language=language, field=_plain(name), limit=limit),
    )


def _plain(name: str) -> str:
    """`lines-0-reason_es` is a reason."""
    return name.replace(".", "-").rpartition("-")[2].removesuffix(SPANISH)


def _all(fields: Iterable[Field]) -> Iterable[Field]:
    for each in fields:
        yield each
        for row in each.rows:
            yield from _all(row.fields)
