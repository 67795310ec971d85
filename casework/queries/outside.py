"""A review outside as its page tells it: whose turn, what the body wants, packets, the hearing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from casework import seal
from casework.context import Context
from casework.errors import NotFound
from casework.models import CaseEvent, CaseFileRequest, ExternalReview, PacketSent
from casework.queries import review_turns
from casework.queries.case_file import key_of
from casework.queries.review_turns import Turned
from casework.records import packet_checklist, packet_rows, packet_sending, packets
from casework.records.packet_checklist import Element


@dataclass(frozen=True)
class Hearing:
    """The day of a hearing: when, where it is told, how, for whom an interpreter comes."""

    at: datetime
    zone: str
    place: str
    how: str
    interpreter: str
    packet_due_at: datetime | None
    postponed: int


@dataclass(frozen=True)
class Outside:
    """Everything on the page of a review outside but its strip."""

    review: Any
    addressee: str
    exchange: str
    turns: tuple[Turned, ...]
    elements: tuple[Element, ...]
    lacks: tuple[str, ...]
    to_forward: int
    packets: tuple[Any, ...]
    making: Any
    hearing: Hearing | None

    @property
    def waits(self) -> Any:
        """The packet that is bound and for which nobody has a proof, or None."""
        return packet_sending.unproven([row for row in self.packets if row.state != "stale"])


def of_case(cx: Context, case: Any) -> Outside:
    """The page of this case. Raises NotFound for one that is no external review."""
    review = cx.db.execute(
        select(ExternalReview).where(ExternalReview.case_id == case.id)
    ).scalar_one_or_none()
    if review is None:
        raise NotFound(f"{case.ref} is no external review.")
    to = packet_rows.addressee(cx, case.id)
    rows = packet_rows.rows_of(cx, case.id, to)
    packet = packets.packet_now(cx, case.id)
    every = cx.db.execute(
        select(PacketSent).where(PacketSent.case_id == case.id).order_by(PacketSent.id.desc())
    ).scalars()
    return Outside(
        review=review,
        addressee=to.name,
        exchange=to.exchange,
        turns=tuple(review_turns.of_case(cx, case.id)),
        elements=packet_checklist.elements(cx, case.id, review.body, packet),
        lacks=packet.lacks,
        to_forward=len(packet_rows.to_forward(packet, rows)),
        packets=tuple(every),
        making=_making(cx, case.id),
        hearing=_hearing(cx, case, review),
    )


def _making(cx: Context, case_id: int) -> Any:
    return cx.db.execute(
        select(CaseFileRequest)
        .where(
            CaseFileRequest.case_id == case_id,
            CaseFileRequest.scope.in_(packet_rows.OUTSIDE),
            CaseFileRequest.state.in_(("asked", "being_made", "failed")),
        )
        .order_by(CaseFileRequest.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def _hearing(cx: Context, case: Any, review: Any) -> Hearing | None:
    if review.hearing_at is None:
        return None
    told = list(
        cx.db.execute(
            select(CaseEvent.seq, CaseEvent.body_ct)
            .where(CaseEvent.case_id == case.id, CaseEvent.event == "hearing_scheduled")
            .order_by(CaseEvent.seq)
        )
    )
    place = ""
    if told:
        last = told[-1]
        body = seal.unseal_json(key_of(cx, case), last.body_ct, f"event:{case.id}:{last.seq}")
        place = str(body.get("place", ""))
    return Hearing(
        at=review.hearing_at,
        zone=review.hearing_zone,
        place=place,
        how=review.hearing_how,
        interpreter=review.interpreter,
        packet_due_at=review.packet_due_at,
        postponed=max(0, len(told) - 1),
    )
