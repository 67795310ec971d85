"""Does what must go outside go: Medicare appeals to the review entity, files to their bodies.

It reads the clocks of the law and the proofs, never what some step believes to have done.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import aliased

from casework.context import Context
from casework.integrity.finding import Finding
from casework.models import Case, CaseEvent, Clock, ExternalReview, Letter, PacketSent
from statemachines import engine

# The sweep forwards at once, and a packet is bound in minutes: what stays longer is stuck.
PATIENCE: Final = timedelta(minutes=15)
UNSENT_FOR: Final = timedelta(days=2)
UNPROVED_FOR: Final = timedelta(days=3)
_FORWARD: Final = "forward_to_ire"


def not_forwarded(cx: Context, ids: Sequence[int]) -> Iterator[Finding]:
    """Appeals whose clock for forwarding runs, or ran out, and from which nothing went on."""
    before = {
        source
        for edge in engine.edges("appeal")
        if edge.trigger == "forward"
        for source in edge.sources
    }
    rows = cx.db.execute(
        select(Case.id, Case.state, Clock.due_at)
        .join(Clock, Clock.case_id == Case.id)
        .where(
            Case.id.in_(ids),
            Case.kind == "appeal",
            Case.state.in_(before),
            Clock.name == _FORWARD,
            Clock.satisfied_at.is_(None),
            Clock.ended.is_(False),
            Clock.anchor_at < cx.now - PATIENCE,
        )
    )
    for row in rows:
        says = (
            f"It stands at {engine.words('appeal', row.state)} and is owed to the review entity by"
            f" {row.due_at:%Y-%m-%d %H:%M} UTC."
        )
        yield Finding("not_forwarded", says, row.id)


def packets(cx: Context, ids: Sequence[int]) -> Iterator[Finding]:
    """Reviews whose body waits for the file for days, and packets that nobody acknowledged."""
    there = exists().where(
        PacketSent.case_id == Case.id,
        PacketSent.state.in_(("intent", "handed", "in_doubt", "sent")),
    )
    since = (
        select(CaseEvent.recorded_at)
        .where(CaseEvent.case_id == Case.id)
        .order_by(CaseEvent.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    direct = (ExternalReview.body != "iro") & (Case.state == "requested")
    rows = cx.db.execute(
        select(Case.id, ExternalReview.review_organization_id)
        .join(ExternalReview, ExternalReview.case_id == Case.id)
        .where(
            Case.id.in_(ids),
            direct | (Case.state == "assigned"),
            letters_are_kept(),
            since < cx.now - UNSENT_FOR,
            ~there,
        )
    )
    for row in rows:
        known = row.review_organization_id is not None
        why = "no packet is on its way" if known else "the directory does not know the body"
        yield Finding("packet_unsent", f"Its body waits for the file, and {why}.", row.id)
    unproved = cx.db.execute(
        select(PacketSent.id, PacketSent.case_id, PacketSent.handed_at).where(
            PacketSent.case_id.in_(ids),
            PacketSent.state.in_(("handed", "in_doubt")),
            PacketSent.handed_at < cx.now - UNPROVED_FOR,
        )
    )
    for packet in unproved:
        says = f"Packet {packet.id} left {packet.handed_at:%Y-%m-%d}; no body says that it has it."
        yield Finding("packet_unproved", says, packet.case_id, f"packet/{packet.id}")


def letters_are_kept() -> Any:
    """The condition on `Case` that this house kept the letters of its matter and that each notice
    of a decision has left: without them no packet is whole."""
    told, owed = aliased(Case), aliased(Case)
    left = (
        select(Letter.id)
        .join(told, told.id == Letter.case_id)
        .where(
            told.series_id == Case.series_id,
            Letter.recipient == "member",
            Letter.state == "sent",
        )
        .correlate(Case)
        .exists()
    )
    waits = (
        select(Letter.id)
        .join(owed, owed.id == Letter.case_id)
        .where(
            owed.series_id == Case.series_id,
            Letter.recipient == "member",
            Letter.notice_kind.in_(("adverse", "favorable")),
            Letter.state != "sent",
        )
        .correlate(Case)
        .exists()
    )
    return and_(left, ~waits)
