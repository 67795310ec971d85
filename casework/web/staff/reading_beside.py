"""What the page of a case shows of the reading desk beside the reader: composers, related cases.

It asks questions and policy; it decides nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casework import bridge, policy
from casework.context import Context
from casework.queries import asked_items, office_case, related
from casework.queries.case_file import CaseFile
from casework.records import talks
from casework.web.staff import paper_reader, readers
from statemachines.prior_auth import TALKS


@dataclass(frozen=True)
class TalkShown:
    """A talk that stands offered: its times, the zone of who reads them, the number, the tries,
    until when a denial waits for it, and whether its last time lies after what is due next."""

    slots: tuple[datetime, ...]
    zone: str
    phone: str
    tries: tuple[Any, ...]
    until: datetime
    holds: bool
    too_late: bool
    chosen: datetime | None


def beside(cx: Context, file: CaseFile) -> dict[str, Any]:
    """What the templates of the reading desk need, by name."""
    kind = file.case.kind
    return paper_reader.beside(cx, file) | {
        "related": related.related(cx, file),
        "talk": _talk(cx, file),
        "may_talk": policy.refusal(cx.principal, kind, "log_talk_try") is None,
        "came": asked_items.answered(file),
        "may_note": policy.refusal(cx.principal, kind, "note") is None,
        "readers": readers.readers(cx, file),
        "may_write": policy.refusal(cx.principal, kind, "answer_message") is None,
    }


def _talk(cx: Context, file: CaseFile) -> TalkShown | None:
    there = file.case.kind == "prior_auth" and file.case.state in TALKS
    row = talks.open_talk(cx, file.case.id) if there else None
    offered = office_case.offered_talk(cx, file) if row is not None else None
    if row is None or offered is None:
        return None
    workflow = bridge.version_of(cx, file.case.contract_version_id).workflow
    due = file.case.next_due_at
    return TalkShown(
        slots=offered.slots,
        zone=offered.zone,
        phone=offered.phone,
        tries=talks.tried(cx, row.id),
        until=row.slot_at,
        holds=row.slot_at > cx.now and bool(workflow.get("peer_to_peer_holds", True)),
        too_late=due is not None and row.slot_at > due,
        chosen=row.chosen_at,
    )
