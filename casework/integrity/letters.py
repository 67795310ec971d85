"""Is no letter lost, told twice, held without anybody's task, or back without anybody's task.

What an event calls for is asked of the catalogue anew; events of before this house kept letters
(a history that was imported) are left out.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Integer, cast, func, select, union_all
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from casework import bridge
from casework.bridge import letters_due
from casework.context import Context
from casework.integrity.finding import Finding
from casework.models import Case, CaseEvent, Clock, Delivery, Letter, Obligation, OutboxItem
from letters import catalogue
from sla.calendars import local_day, zone

_SENT: Final = ("notice_sent", "letter_sent")
_TAKEN_BACK: Final = "letter_not_mailed"


def lost(cx: Context, ids: Sequence[int]) -> Iterator[Finding]:
    """Events that call for a letter to the member, and no letter says that it is owed."""
    occasions = list(_occasions(cx, ids))
    there = {
        (row.case_id, row.cause_seq, row.code)
        for row in cx.db.execute(
            select(Letter.case_id, Letter.cause_seq, Letter.code).where(
                Letter.case_id.in_(ids), Letter.recipient == "member"
            )
        )
    }
    for occasion, letter in letters_due.due(cx, occasions):
        key = (occasion.case_id, occasion.seq, letter.code)
        if letter.recipient == "member" and key not in there:
            says = (
                f"The letter {letter.code.replace('_', ' ')} was called for and there is no trace"
                " of it."
            )
            yield Finding("letter_lost", says, occasion.case_id, f"{occasion.seq}/{letter.code}")


def doubled(cx: Context, ids: Sequence[int]) -> Iterator[Finding]:
    """Letters that the history says left more often than they were taken back, or that have two
    copies of one way."""
    told = cast(cast(CaseEvent.facts, JSONB)["letter"].astext, Integer)
    taken = func.count().filter(CaseEvent.event == _TAKEN_BACK)
    times = func.count().filter(CaseEvent.event.in_(_SENT)) - taken
    rows = cx.db.execute(
        select(CaseEvent.case_id, told.label("letter"), times.label("times"))
        .where(CaseEvent.case_id.in_(ids), CaseEvent.event.in_((*_SENT, _TAKEN_BACK)))
        .where(told.is_not(None))
        .group_by(CaseEvent.case_id, told)
        .having(times > 1)
    )
    for row in rows:
        says = f"Letter {row.letter} is recorded as sent {row.times} times."
        yield Finding("letter_doubled", says, row.case_id, f"letter/{row.letter}")
    copies = cx.db.execute(
        select(Delivery.case_id, Delivery.letter_id, Delivery.channel)
        .where(Delivery.case_id.in_(ids))
        .group_by(Delivery.case_id, Delivery.letter_id, Delivery.channel)
        .having(func.count() > 1)
    )
    for copy in copies:
        says = f"Letter {copy.letter_id} has more than one copy by {copy.channel}."
        key = f"copy/{copy.letter_id}/{copy.channel}"
        yield Finding("letter_doubled", says, copy.case_id, key)


def unproved(cx: Context, ids: Sequence[int]) -> Iterator[Finding]:
    """Letters that count as sent although no copy of them has a proof that it left."""
    proof = (
        select(Delivery.id)
        .where(Delivery.letter_id == Letter.id, Delivery.confirmed_at.is_not(None))
        .exists()
    )
    rows = cx.db.execute(
        select(Letter.id, Letter.case_id).where(
            Letter.case_id.in_(ids), Letter.state == "sent", ~proof
        )
    )
    for row in rows:
        says = f"Letter {row.id} counts as sent, and no copy of it has a proof."
        yield Finding("letter_unproved", says, row.case_id, f"letter/{row.id}")


def unattended(cx: Context, ids: Sequence[int]) -> Iterator[Finding]:
    """Letters that came back or are held, and of which nobody has or had the task."""
    again = aliased(Letter)
    sent_again = select(again.id).where(again.reissue_of == Letter.id).exists()
    returned = (
        select(Letter.id, Letter.case_id)
        .join(Delivery, Delivery.letter_id == Letter.id)
        .where(Letter.case_id.in_(ids), Delivery.state == "returned", ~sent_again)
        .where(~_task("returned_letter_"))
        .distinct()
    )
    for row in cx.db.execute(returned):
        says = f"Letter {row.id} came back, and nobody has the task of sending it again."
        yield Finding("return_unattended", says, row.case_id, f"letter/{row.id}")
    held = select(Letter.id, Letter.case_id).where(
        Letter.case_id.in_(ids),
        Letter.state == "held",
        ~_task("release_letter_", Obligation.done_at.is_(None)),
    )
    for row in cx.db.execute(held):
        says = f"Letter {row.id} waits for its release, and nobody has the task."
        yield Finding("held_unattended", says, row.case_id, f"letter/{row.id}")


def _task(name: str, *more: Any) -> Any:
    return (
        select(Obligation.id)
        .where(
            Obligation.case_id == Letter.case_id,
            Obligation.kind == func.concat(name, Letter.id),
            *more,
        )
        .exists()
    )


def _occasions(cx: Context, ids: Sequence[int]) -> Iterator[letters_due.Occasion]:
    """The events of these cases that may call for letters, since letters are kept for the case."""
    since = _since(cx, ids)
    wanted = {event for _kind, event in catalogue.event_names()}
    rows = cx.db.execute(
        select(
            CaseEvent.case_id,
            CaseEvent.seq,
            CaseEvent.event,
            CaseEvent.from_state,
            CaseEvent.recorded_at,
            Case.kind,
            Case.about,
            Case.filed_by,
            Case.member_id,
            Case.contract_version_id,
            func.coalesce(Clock.consequence, "").label("consequence"),
        )
        .join(Case, Case.id == CaseEvent.case_id)
        .outerjoin(Clock, (Clock.case_id == Case.id) & (Clock.name == "decision"))
        .where(CaseEvent.case_id.in_(since), CaseEvent.event.in_(wanted))
        .order_by(CaseEvent.case_id, CaseEvent.seq)
    )
    for row in rows:
        if row.seq < since[row.case_id]:
            continue
        contract = bridge.contract_of(cx, row.contract_version_id)
        yield letters_due.Occasion(
            case_id=row.case_id,
            member_id=row.member_id,
            seq=row.seq,
            kind=row.kind,
            event=row.event,
            line=contract.line,
            consequence=row.consequence,
            on=local_day(row.recorded_at, zone(contract.time_zone)),
            from_state=row.from_state,
            whose=bridge.whose(row.kind, row.about, row.filed_by),
        )


def _since(cx: Context, ids: Sequence[int]) -> dict[int, int]:
    """The first event of each case that this house produced a letter for: a row, or its work."""
    known = union_all(
        select(Letter.case_id, Letter.cause_seq.label("seq")).where(Letter.case_id.in_(ids)),
        select(OutboxItem.case_id, cast(OutboxItem.object_id, Integer)).where(
            OutboxItem.case_id.in_(ids), OutboxItem.topic == "letter"
        ),
    ).subquery()
    rows = cx.db.execute(
        select(known.c.case_id, func.min(known.c.seq).label("seq")).group_by(known.c.case_id)
    )
    return {row.case_id: row.seq for row in rows}
