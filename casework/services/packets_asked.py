"""Packets are asked for by the house itself: for every review whose body waits for the file.

It is derived from how the cases stand, never from a message: whoever dies here loses nothing, and
asking twice makes one file. What lacks something is asked for when it is whole.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import func, insert, select
from sqlalchemy.orm import aliased

from casework import ledger, outbox
from casework.context import SYSTEM, Context
from casework.db import command
from casework.integrity.outside import letters_are_kept
from casework.models import (
    Case,
    CaseEvent,
    CaseFileRequest,
    Clock,
    ExternalReview,
    Obligation,
    PacketSent,
    ReviewOrganization,
)
from casework.records import obligations, packet_rows, packet_sending, packets, series

LIMIT: Final = 200
# By state and body: where a body waits for the file, or may still get more.
_DIRECT: Final = ("requested", "file_sent", "hearing_scheduled")
_BY_IRO: Final = ("assigned", "file_sent")
_WAITS: Final = ("requested", "assigned", "hearing_scheduled")
_CAME: Final = ("information_added", "document_added", "perfected", "request_updated")
_MADE: Final = ("asked", "being_made", "failed")


def due(cx: Context, limit: int = LIMIT) -> list[str]:
    """The reviews whose body we can reach and that may be owed a packet or a supplement."""
    rows = cx.db.execute(
        select(Case.ref)
        .join(ExternalReview, ExternalReview.case_id == Case.id)
        .join(ReviewOrganization, ReviewOrganization.id == ExternalReview.review_organization_id)
        .where(
            Case.kind == "external_review",
            ReviewOrganization.exchange != "hand",
            Case.state.in_(_BY_IRO) & (ExternalReview.body == "iro")
            | Case.state.in_(_DIRECT) & (ExternalReview.body != "iro"),
            Case.state.in_(_WAITS) | _something_came(),
            letters_are_kept(),
            ~_in_the_making(),
        )
        .order_by(Case.id)
        .limit(limit)
    ).scalars()
    return list(rows)


@command
def ask_packet(cx: Context, ref: str) -> str:
    """Ask for what the body of this review lacks: `packet`, `supplement`, or empty for nothing."""
    kin = series.family(cx, ref, kind="external_review")
    if kin.case.state not in {*_DIRECT, *_BY_IRO} or _making(cx, kin.case.id):
        return ""
    rows = packet_rows.rows_of(cx, kin.case.id)
    packet = packets.packet_of(cx, kin)
    scope = _wanted(packet, rows, sent=_sent_before(cx, kin.case))
    if not scope:
        return ""
    case = kin.case
    said = ledger.Said(more={"scope": scope, "for": "body"})
    [recorded] = ledger.record(
        cx, [ledger.Change(case=case, observation="case_file_asked", said=said, actor=SYSTEM)]
    )
    number = _ask(cx, recorded, scope)
    if scope == "supplement" and not _owed(cx, case.id):
        packet_sending.owe_forwarding(cx, recorded.case, cause_seq=recorded.seq)
    outbox.enqueue(cx, [outbox.Posting("case_file", f"case_file:{number}", case.id, number)])
    return scope


def _wanted(packet: packets.Packet, rows: Sequence[Any], *, sent: bool) -> str:
    if packet_rows.waiting(rows) is not None:
        return ""
    if packet_rows.gone(rows):
        return "supplement" if packet_rows.to_forward(packet, rows) else ""
    return "" if packet.lacks or sent else "packet"


def _sent_before(cx: Context, case: ledger.Head) -> bool:
    """Whether its history says that the file was sent, of a time before packets had rows."""
    if case.state in {"requested", "assigned"}:
        return False
    found = cx.db.execute(
        select(CaseEvent.seq)
        .where(CaseEvent.case_id == case.id, CaseEvent.event == "file_sent")
        .limit(1)
    ).scalar()
    return found is not None


def _something_came() -> Any:
    """Whether the matter got something since its last packet was bound."""
    other = aliased(Case)
    last = (
        select(func.max(PacketSent.intended_at))
        .where(PacketSent.case_id == Case.id, PacketSent.state != "stale")
        .scalar_subquery()
    )
    return (
        select(CaseEvent.seq)
        .join(other, other.id == CaseEvent.case_id)
        .where(
            other.series_id == Case.series_id,
            CaseEvent.event.in_(_CAME),
            CaseEvent.recorded_at >= last,
        )
        .correlate(Case)
        .exists()
    )


def _in_the_making() -> Any:
    return (
        select(CaseFileRequest.id)
        .where(
            CaseFileRequest.case_id == Case.id,
            CaseFileRequest.scope.in_(packet_rows.OUTSIDE),
            CaseFileRequest.state.in_(_MADE),
        )
        .exists()
    )


def _making(cx: Context, case_id: int) -> bool:
    found = cx.db.execute(
        select(CaseFileRequest.id).where(
            CaseFileRequest.case_id == case_id,
            CaseFileRequest.scope.in_(packet_rows.OUTSIDE),
            CaseFileRequest.state.in_(_MADE),
        )
    ).first()
    return found is not None


def _owed(cx: Context, case_id: int) -> bool:
    found = cx.db.execute(
        select(Obligation.id).where(
            Obligation.case_id == case_id,
            Obligation.kind == packet_sending.FORWARD,
            Obligation.done_at.is_(None),
        )
    ).first()
    return found is not None


def _ask(cx: Context, recorded: ledger.Recorded, scope: str) -> int:
    number: int = cx.db.execute(
        insert(CaseFileRequest)
        .values(
            case_id=recorded.case.id,
            scope=scope,
            asked_for="body",
            channel="plan",
            asked_at=cx.now,
            asked_by=SYSTEM.name,
            asked_by_id=None,
            cause_seq=recorded.seq,
            state="asked",
            due_at=_due(cx, recorded.case),
            due_lines=[],
            language="en",
        )
        .returning(CaseFileRequest.id)
    ).scalar_one()
    return number


def _due(cx: Context, case: ledger.Head) -> Any:
    """When the file is owed at the body: its clock, the day of the packet of a hearing, or the end
    of the next business day."""
    clock = cx.db.execute(
        select(Clock.due_at).where(
            Clock.case_id == case.id, Clock.name == "file_to_reviewer", Clock.state == "open"
        )
    ).scalar()
    hearing = cx.db.execute(
        select(ExternalReview.packet_due_at).where(ExternalReview.case_id == case.id)
    ).scalar()
    return clock or hearing or obligations.business_day_after(cx, case)
