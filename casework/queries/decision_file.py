"""What whoever decides an appeal must have before him: the decisions before, every paper with who
has read it, what was said since the denial, the changed subject.

Free text is unsealed here, for those who may read the cases. It judges nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import or_, select

from casework.context import Context
from casework.models import Case, CaseEvent
from casework.policy import MEMBERS, OFFICE
from casework.queries.case_file import CaseFile, key_of
from casework.queries.earlier_decisions import Earlier, earlier_decisions
from casework.queries.timeline import Entry, entry_of
from casework.records import considered
from casework.records.considered import Paper, Reading

# What comes from outside, whoever wrote it down.
FROM_OUTSIDE: Final = (
    "received",
    "information_received",
    "contact_logged",
    "document_added",
    "information_added",
    "consent_recorded",
    "expedite_requested",
    "continuation_requested",
    "party_substituted",
    "subject_changed",
)
MOST_SAID: Final = 60


@dataclass(frozen=True)
class Said:
    """What came from outside since the denial, on which case."""

    ref: str
    kind: str
    entry: Entry


@dataclass(frozen=True)
class Subject:
    """What is appealed now, where that changed. `unread`: the reviewer has not acknowledged it."""

    text: str
    reason: str
    unread: bool


@dataclass(frozen=True)
class DecisionFile:
    """All of it. `since` is the instant of the denial; `unread` names the new papers that the one
    who looks has not read."""

    since: datetime
    earlier: tuple[Earlier, ...]
    papers: tuple[Paper, ...]
    readings: tuple[Reading, ...]
    unread: tuple[str, ...]
    said: tuple[Said, ...]
    subject: Subject | None

    @property
    def new(self) -> tuple[Paper, ...]:
        """The papers that came since the denial."""
        return tuple(each for each in self.papers if each.new)

    @property
    def before(self) -> tuple[Paper, ...]:
        """The papers that the first decision had."""
        return tuple(each for each in self.papers if not each.new)


def decision_file(cx: Context, file: CaseFile) -> DecisionFile:
    """What stands before a decision of this appeal, or of this review outside."""
    cases = _matter(cx, file.case)
    since = _since(cx, file)
    papers = considered.papers_of(cx, file.case, since=since)
    readings = considered.readings_of(cx, file.case)
    unread: tuple[str, ...] = ()
    if file.case.kind == "appeal" and cx.principal.id is not None:
        unread = considered.names_unread(papers, readings, user_id=cx.principal.id)
    entries = _entries(cx, cases, file.case.id, since=since)
    return DecisionFile(
        since=since,
        earlier=earlier_decisions(cx, file, cases),
        papers=papers,
        readings=readings,
        unread=unread,
        said=tuple(each for each in entries if _from_outside(each.entry)),
        subject=_subject([each.entry for each in entries if each.ref == file.case.ref]),
    )


def _since(cx: Context, file: CaseFile) -> datetime:
    if file.case.kind == "appeal":
        return considered.denied_at(cx, file.case)
    at: datetime = file.case.received_at
    return at


def _matter(cx: Context, case: Any) -> dict[int, Any]:
    rows = cx.db.execute(
        select(Case).where(Case.series_id == case.series_id).order_by(Case.id)
    ).scalars()
    return {row.id: row for row in rows}


def _entries(
    cx: Context, cases: Mapping[int, Any], this: int, *, since: datetime
) -> tuple[Said, ...]:
    """What came in on this case, and on the others since the denial, in the order in which it
    came."""
    rows = cx.db.execute(
        select(CaseEvent)
        .where(
            CaseEvent.case_id.in_(cases),
            or_(CaseEvent.case_id == this, CaseEvent.occurred_at > since),
            CaseEvent.event.in_((*FROM_OUTSIDE, "subject_acknowledged")),
        )
        .order_by(CaseEvent.recorded_at.desc(), CaseEvent.case_id, CaseEvent.seq.desc())
        .limit(MOST_SAID)
    ).scalars()
    keys = {case_id: key_of(cx, case) for case_id, case in cases.items()}
    found = [
        Said(
            cases[row.case_id].ref,
            cases[row.case_id].kind,
            entry_of(row.case_id, row, keys[row.case_id]),
        )
        for row in rows
    ]
    return tuple(reversed(found))


def _from_outside(entry: Entry) -> bool:
    if entry.event == "subject_acknowledged":
        return False
    by_them = entry.actor_role in MEMBERS | OFFICE
    return by_them or entry.event in FROM_OUTSIDE


def _subject(entries: Iterable[Entry]) -> Subject | None:
    found: Subject | None = None
    for entry in sorted(entries, key=lambda each: each.seq):
        if entry.event == "subject_changed":
            said = entry.said
            found = Subject(str(said.get("subject", "")), str(said.get("reason", "")), unread=True)
        if entry.event == "subject_acknowledged" and found is not None:
            found = Subject(found.text, found.reason, unread=False)
    return found
