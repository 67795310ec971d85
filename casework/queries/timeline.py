"""The history of a case as a story: newest first, by cursor, in words, with who and when.

Staff read everything; members and offices read what concerns them, without internal notes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from casework import seal
from casework.context import Context
from casework.ledger import reads_only
from casework.models import CaseEvent
from casework.queries.case_file import key_of

MOST: Final = 200
INTERNAL: Final = frozenset(
    {
        "note_added",
        "assigned",
        "mark_reached",
        "case_file_cleared",
        "case_file_failed",
        "case_file_made",
        "part_shown",
        "part_withheld",
        "escalation_acknowledged",
        "escalation_came_back",
        "escalation_handed_on",
        "form_ending",
        "held",
        "hold_ended",
        "passed_over",
        "queue_changed",
        "work_refused",
        "ladder_mended",
        "letter_mailed",
        "letter_not_mailed",
        "letter_returned",
        "letter_reissued",
        "address_corrected",
        "doubt_answered",
        "letter_released",
        "letter_reworded",
        "letter_sent_back",
        "letter_tried_again",
        "obligation_settled",
        "criteria_marked",
        "paper_considered",
        "paper_marked",
        "talk_tried",
        "care_referred",
        "case_restricted",
        "restriction_lifted",
        "emergency_access_opened",
        "emergency_access_ended",
        "emergency_access_reviewed",
        "next_review_planned",
        "mark_taken_back",
        "reviewer_doubted",
        "referred_to_physician",
        "returned_to_nurse",
        "deadline_missed",
        "clinical_finding_recorded",
        "quality_of_care_referred",
        "corrective_action_done",
        "corrective_action_moved",
        "corrective_action_opened",
        "dispute_answered",
        "issue_added",
        "issue_found",
        "severity_rated",
    }
)
WORDS: Final = {
    "received": "Received",
    "mark_reached": "Clock reached a step",
    "notice_sent": "Letter left",
    "letter_sent": "Letter left",
    "letter_mailed": "Proof of mailing",
    "letter_not_mailed": "Never mailed",
    "deadline_missed": "Time ran out",
}


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `said` holds its free text by name, empty for outsiders."""

    seq: int
    event: str
    words: str
    trigger: str
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    actor_kind: str
    actor_id: int | None
    actor_role: str
    from_state: str
    to_state: str
    facts: str
    outcome: str
    ground: str
    days: int | None
    said: dict[str, Any]


# Why a case is restricted, and who opened it why: not for who opened it with a reason himself.
_OF_RESTRICTIONS: Final = frozenset(
    {
        "case_restricted",
        "restriction_lifted",
        "emergency_access_opened",
        "emergency_access_ended",
        "emergency_access_reviewed",
    }
)


def timeline(
    cx: Context, case: Any, *, before: int | None = None, limit: int = 100, outside: bool = False
) -> tuple[Entry, ...]:
    """Entries of this case, newest first, below the sequence number `before`."""
    statement = select(CaseEvent).where(CaseEvent.case_id == case.id)
    if before is not None:
        statement = statement.where(CaseEvent.seq < before)
    if reads_only(cx.principal, restricted=case.restricted):
        statement = statement.where(CaseEvent.event.not_in(_OF_RESTRICTIONS))
    if outside:
        statement = statement.where(CaseEvent.event.not_in(INTERNAL))
    rows = cx.db.execute(
        statement.order_by(CaseEvent.seq.desc()).limit(max(1, min(limit, MOST)))
    ).scalars()
    key = b"" if outside else key_of(cx, case)
    return tuple(entry_of(case.id, row, key) for row in rows)


def words_of(event: str) -> str:
    """The name of an event as people read it."""
    return WORDS.get(event, event.replace("_", " ").capitalize())


def entry_of(case_id: int, row: Any, key: bytes) -> Entry:
    """One row of the history as an entry; without the key of the case nothing is unsealed."""
    said = seal.unseal_json(key, row.body_ct, f"event:{case_id}:{row.seq}") if key else {}
    return Entry(
        seq=row.seq,
        event=row.event,
        words=words_of(row.event),
        trigger=row.trigger,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        actor=row.actor_name,
        actor_kind=row.actor_kind,
        actor_id=row.actor_id,
        actor_role=row.actor_role,
        from_state=row.from_state,
        to_state=row.to_state,
        facts=row.facts,
        outcome=row.outcome,
        ground=row.ground,
        days=row.days,
        said=said,
    )
