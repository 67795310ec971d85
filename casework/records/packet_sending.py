"""A bound packet on its way to the body: the intent, and what a proof makes of it.

Nothing here writes outside the database; whoever carries a packet does so between two commands.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import insert, select, update

from casework import bridge, ledger, outbox
from casework.context import Context
from casework.models import CaseEvent, CaseFileRequest, PacketSent
from casework.records import obligations, packet_rows, packets
from sla.calendars import end_of_day, local_day, plus_business_days, zone

TOPIC: Final = "packet"
FORWARD: Final = "forward_information"
FORWARD_SAYS: Final = "Send the reviewing body what came in."
FORWARD_LAW: Final = "45 CFR 147.136(d)(2)(iii)(B)(4)"


def key_of(request_id: int, tried: int) -> str:
    """The name of a packet outside: the same for every try, and of nobody."""
    return f"packet-{request_id}-{tried}"


def ask_chase(number: int) -> str:
    """The name of the obligation to ask the body about this packet."""
    return f"ask_about_packet_{number}"


def refused_task(number: int) -> str:
    """The name of the obligation to mend a file that the body refused, by its request."""
    return f"packet_refused_{number}"


def intend(cx: Context, case: ledger.Head, request: Any) -> None:
    """A packet is bound: write down that it is to leave, to whom and how; enqueue the carrying.

    By a portal, or by hand, somebody carries it and records the proof (`send_file`).
    """
    to = packet_rows.addressee(cx, case.id)
    rows = packet_rows.rows_of(cx, case.id, to)
    packet = packets.packet_now(cx, case.id)
    supplement = request.scope == "supplement"
    items = packet_rows.to_forward(packet, rows) if supplement else [i.key for i in packet.items]
    tried = _tried(cx, request.id)
    by_carrier = to.exchange == "folder"
    number: int = cx.db.execute(
        insert(PacketSent)
        .values(
            case_id=case.id,
            request_id=request.id,
            organization_id=to.organization_id,
            addressee=to.name[:120],
            number=1 + len(packet_rows.gone(rows)),
            channel="folder" if by_carrier else "portal",
            external_key=key_of(request.id, tried),
            state="intent" if by_carrier else "ready",
            first_page=packet_rows.next_page(rows),
            pages=request.pages,
            size=request.size,
            sha256=request.sha256,
            items=items,
            intended_at=cx.now,
        )
        .returning(PacketSent.id)
    ).scalar_one()
    if by_carrier:
        outbox.enqueue(cx, [outbox.Posting(TOPIC, f"{TOPIC}:{number}", case.id, number)])


def change(cx: Context, number: int, **values: Any) -> None:
    """Write what became of this packet."""
    cx.db.execute(
        update(PacketSent)
        .where(PacketSent.id == number)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def outdate(cx: Context, request_id: int) -> None:
    """The file of this request is made anew: what was bound of it and has not left is stale."""
    cx.db.execute(
        update(PacketSent)
        .where(
            PacketSent.request_id == request_id,
            PacketSent.state.in_(packet_rows.WAITING),
        )
        .values(state="stale")
        .execution_options(synchronize_session=False)
    )


def left(cx: Context, row: Any) -> None:
    """The file of this packet is out of our hands: nobody makes it anew."""
    cx.db.execute(
        update(CaseFileRequest)
        .where(CaseFileRequest.id == row.request_id)
        .values(state="sent", sent_at=cx.now)
        .execution_options(synchronize_session=False)
    )


def proven(cx: Context, case: Any, row: Any, *, proof: str, at: Any) -> None:
    """The body has it, and this is the proof: what was owed for it is over."""
    change(
        cx,
        row.id,
        state="sent",
        sent_at=at,
        handed_at=row.handed_at or at,
        proof=proof[:200],
        proved_by=cx.principal.name[:120],
        problem="",
    )
    left(cx, row)
    done = [obligations.SEND_FILE, ask_chase(row.id), refused_task(row.request_id)]
    rows = packet_rows.rows_of(cx, case.id)
    if not packet_rows.to_forward(packets.packet_now(cx, case.id), rows):
        done.append(FORWARD)
    obligations.settle(cx, case, done)


def owe_forwarding(cx: Context, case: ledger.Head, *, cause_seq: int) -> None:
    """What came in goes on to the body within one business day."""
    obligations.owe(
        cx,
        case,
        FORWARD,
        FORWARD_SAYS,
        due_at=obligations.business_day_after(cx, case),
        cause_seq=cause_seq,
        citation=FORWARD_LAW,
    )


def patience_over(cx: Context, version_id: int, handed_at: Any, *, days: int) -> bool:
    """Whether the business days in which a body answers have passed since the hand-over."""
    contract = bridge.contract_of(cx, version_id)
    where = zone(contract.time_zone)
    last = plus_business_days(local_day(handed_at, where), days, contract.policies.state_holidays)
    return bool(end_of_day(last, where) < cx.now)


def body_has_it(cx: Context, case_id: int) -> bool:
    """Whether it stands in the history that the body has the request."""
    found = cx.db.execute(
        select(CaseEvent.seq)
        .where(CaseEvent.case_id == case_id, CaseEvent.event == "reviewer_received")
        .limit(1)
    ).scalar()
    return found is not None


def facts_of(row: Any) -> dict[str, Any]:
    """What the history says of a packet: its number, hash, pages and way."""
    return {
        "packet": row.id,
        "file": row.sha256,
        "first_page": row.first_page,
        "pages": row.pages,
        "way": row.channel,
    }


def unproven(rows: Sequence[Any]) -> Any:
    """The newest packet that was bound and that no proof says to have arrived, or None."""
    found = [row for row in rows if row.state != "sent"]
    return found[-1] if found else None


def lacking(ref: str, packet: packets.Packet, rows: Sequence[Any]) -> tuple[str, ...]:
    """What keeps the packet from leaving: what belongs into it and is not there, and the bound file
    itself with everything in it."""
    row = unproven(rows)
    if row is None:
        return (*packet.lacks, f"the bound file of {ref}, which is not made yet")
    if row.state in packet_rows.WAITING and not packet_rows.is_current(packet, row, rows):
        return (*packet.lacks, "what came after it was bound: let it be made anew")
    return packet.lacks


def _tried(cx: Context, request_id: int) -> int:
    rows = cx.db.execute(select(PacketSent.id).where(PacketSent.request_id == request_id)).scalars()
    return 1 + len(list(rows))
