"""A packet leaves in three commands: claim, hand over, proof; the carrying lies between them.

The key of a packet is the same for every try and the exchange takes a key once, so whoever goes on
after a kill writes nothing twice. What the body does not answer is asked for, never sent again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import select

from casework import ledger, outbox
from casework.bridge import facts as known
from casework.context import Context
from casework.db import command
from casework.models import Case, PacketSent
from casework.outbox import Claimed
from casework.records import (
    case_file_sending,
    obligations,
    packet_rows,
    packet_sending,
    packets,
    review_facts,
)

Verdict = Literal["taken", "later", "rejected"]
# A body's exchange answers within these business days.
ANSWER_DAYS: Final = 1
LIMIT: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketJob:
    """A packet in our hands. `may_go` False: there is nothing to carry any more."""

    item: Claimed
    number: int
    external_key: str = ""
    addressee: str = ""
    kind: str = "packet"
    sha256: str = ""
    pages: int = 0
    first_page: int = 1
    may_go: bool = True


@command
def claim_packet(cx: Context, wall: datetime) -> PacketJob | None:
    """Take the next packet that is to leave; one to which something came meanwhile is bound anew.
    None when there is none."""
    claimed = outbox.claim(cx, [packet_sending.TOPIC], wall=wall)
    if not claimed:
        return None
    item = claimed[0]
    case = ledger.take_all(cx, [item.case_id or 0])[item.case_id or 0]
    row = _row(cx, PacketSent.id == item.object_id)
    nothing = PacketJob(item=item, number=row.id, may_go=False)
    if row.state != "intent":
        outbox.settle(cx, item)
        return nothing
    rows = packet_rows.rows_of(cx, case.id)
    if row.id not in {each.id for each in rows}:
        packet_sending.change(cx, row.id, state="stale")
        outbox.settle(cx, item)
        return nothing
    if not packet_rows.is_current(packets.packet_now(cx, case.id), row, rows):
        case_file_sending.make_anew(cx, case, row.request_id)
        outbox.settle(cx, item)
        return nothing
    return PacketJob(
        item=item,
        number=row.id,
        external_key=row.external_key,
        addressee=row.addressee,
        kind="packet" if row.number == 1 else "supplement",
        sha256=row.sha256,
        pages=row.pages,
        first_page=row.first_page,
    )


@command
def packet_handed_over(cx: Context, job: PacketJob, at: datetime) -> bool:
    """It lies whole in the exchange since `at`. False: the lease was lost."""
    ledger.take_all(cx, [job.item.case_id or 0])
    if not outbox.settle(cx, job.item):
        cx.db.rollback()
        return False
    row = _row(cx, PacketSent.id == job.number)
    if row.state == "intent":
        packet_sending.change(cx, row.id, state="handed", handed_at=at)
        packet_sending.left(cx, row)
    return True


@command
def packet_put_back(cx: Context, job: PacketJob, error: str) -> None:
    """Put it back for another try; after the last nobody knows whether it left: in doubt."""
    ledger.take_all(cx, [job.item.case_id or 0])
    if outbox.put_back(cx, job.item, error=error) and job.item.attempts >= outbox.MAX_ATTEMPTS:
        packet_sending.change(
            cx, job.number, state="in_doubt", handed_at=cx.now, problem=error[:200]
        )


def in_doubt(cx: Context, limit: int = LIMIT) -> list[tuple[int, str]]:
    """The packets of which nobody knows whether they left, with their keys."""
    rows = cx.db.execute(
        select(PacketSent.id, PacketSent.external_key)
        .where(PacketSent.state == "in_doubt", PacketSent.channel == "folder")
        .order_by(PacketSent.id)
        .limit(limit)
    )
    return [(row.id, row.external_key) for row in rows]


@command
def doubt_resolved(cx: Context, number: int, *, there: bool) -> None:
    """The exchange was asked by the key: it has the packet, or it never got it and gets it now."""
    case_id = cx.db.execute(select(PacketSent.case_id).where(PacketSent.id == number)).scalar_one()
    ledger.take_all(cx, [case_id])
    row = _row(cx, PacketSent.id == number)
    if row.state != "in_doubt":
        return
    if there:
        packet_sending.change(cx, row.id, state="handed", problem="")
        packet_sending.left(cx, row)
        return
    packet_sending.change(cx, row.id, state="intent", handed_at=None, problem="")
    outbox.revive(
        cx,
        [outbox.Posting(packet_sending.TOPIC, f"{packet_sending.TOPIC}:{row.id}", case_id, row.id)],
    )


@command
def packet_answered(cx: Context, said: Mapping[str, Any]) -> Verdict:
    """The body's word on a packet: taken, with its receipt, or refused with the reason."""
    key, status = said.get("key"), said.get("status")
    found = cx.db.execute(
        select(PacketSent.id, PacketSent.case_id).where(PacketSent.external_key == str(key))
    ).one_or_none()
    if found is None or status not in {"accepted", "refused"}:
        return "rejected"
    case = ledger.take_all(cx, [found.case_id])[found.case_id]
    row = _row(cx, PacketSent.id == found.id)
    if row.state == "intent":
        return "later"
    if row.state in {"sent", "refused", "stale"}:
        return "taken"
    if status == "refused" or said.get("sha256") != row.sha256:
        _refused(cx, case, row, said)
        return "taken"
    _accepted(cx, case, row, said)
    return "taken"


@command
def chase_packets(cx: Context) -> int:
    """Packets that no body acknowledged in its time become somebody's task; returns how many."""
    rows = cx.db.execute(
        select(PacketSent.id, PacketSent.case_id, PacketSent.handed_at, Case.contract_version_id)
        .join(Case, Case.id == PacketSent.case_id)
        .where(
            PacketSent.state.in_(("handed", "in_doubt")),
            PacketSent.chased_at.is_(None),
            PacketSent.handed_at < cx.now - timedelta(hours=12),
        )
        .order_by(PacketSent.handed_at, PacketSent.id)
        .limit(LIMIT)
    ).all()
    chased = 0
    for row in rows:
        if packet_sending.patience_over(
            cx, row.contract_version_id, row.handed_at, days=ANSWER_DAYS
        ):
            chased += _chase(cx, row.case_id, row.id)
    return chased


def _accepted(cx: Context, case: ledger.Head, row: Any, said: Mapping[str, Any]) -> None:
    """The file counts as sent by this proof, from the moment at which the body took it."""
    proof = str(said.get("receipt", "") or "accepted")[:160]
    at = _moment(said.get("at"), row.handed_at or cx.now, cx.now)
    changes = [sent_change(cx, case, row, proof=proof, at=at)]
    if not packet_sending.body_has_it(cx, case.id) and case.state not in _OVER:
        changes.append(
            ledger.Change(
                case=case, observation="reviewer_received", occurred_at=at, text={"proof": proof}
            )
        )
    ledger.record(cx, changes)
    packet_sending.proven(cx, case, row, proof=proof, at=at)


def sent_change(
    cx: Context, case: ledger.Head, row: Any, *, proof: str, at: datetime
) -> ledger.Change:
    """What the history says: the step `send_file` for the packet where the case still waits for it,
    else that the body has it."""
    facts = review_facts.of_review(cx, case, known.of_case(cx, case))
    facts = replace(facts, packet_lacks=(), proof_of_sending=proof)
    said = ledger.Said(more=packet_sending.facts_of(row))
    text: dict[str, Any] = {"proof": proof}
    waits = ledger.refused(cx.principal, case.kind, case.state, "send_file", facts) is None
    if row.number == 1 and waits:
        text["index"] = packets.packet_now(cx, case.id).only(row.items).as_list()
        return ledger.Change(
            case=case, trigger="send_file", facts=facts, occurred_at=at, said=said, text=text
        )
    return ledger.Change(
        case=case, observation="packet_proved", occurred_at=at, said=said, text=text
    )


def _refused(cx: Context, case: ledger.Head, row: Any, said: Mapping[str, Any]) -> None:
    why = str(said.get("reason", "") or "what arrived is not what was sent")[:160]
    packet_sending.change(cx, row.id, state="refused", problem=why)
    [recorded] = ledger.record(
        cx,
        [
            ledger.Change(
                case=case,
                observation="packet_refused",
                said=ledger.Said(more={"packet": row.id}),
                text={"reason": why},
            )
        ],
    )
    obligations.owe(
        cx,
        recorded.case,
        packet_sending.refused_task(row.request_id),
        f"The reviewing body refused the packet: {why}. Mend it and send it again.",
        due_at=cx.now,
        cause_seq=recorded.seq,
        citation="",
    )
    case_file_sending.ready_again(cx, row.request_id)


def _chase(cx: Context, case_id: int, number: int) -> int:
    case = ledger.take_all(cx, [case_id])[case_id]
    row = _row(cx, PacketSent.id == number)
    if row.chased_at is not None or row.state not in {"handed", "in_doubt"}:
        return 0
    packet_sending.change(cx, number, chased_at=cx.now)
    obligations.owe(
        cx,
        case,
        packet_sending.ask_chase(number),
        f"{row.addressee} has not said that it has the packet of {case.ref}. Ask it, then record"
        " its proof.",
        due_at=cx.now,
        cause_seq=case.event_seq,
        citation=packet_sending.FORWARD_LAW,
    )
    return 1


_OVER: Final = ("upheld", "overturned", "partially_overturned", "effectuated", "ineligible")


def _moment(said: Any, earliest: datetime, latest: datetime) -> datetime:
    """The moment that the body names, never before the hand-over nor in the future."""
    try:
        found = datetime.fromisoformat(str(said))
    except ValueError:
        return latest
    if found.tzinfo is None:
        return latest
    return max(earliest, min(found, latest))


def _row(cx: Context, which: Any) -> Any:
    return cx.db.execute(
        select(PacketSent).where(which).with_for_update().execution_options(populate_existing=True)
    ).scalar_one()
