"""What must hold of a database after any fault: nothing lost, nothing twice, every chain whole."""

from collections import Counter

from sqlalchemy import Engine, NullPool, create_engine, func, select

from casework import audit, clock_proof
from casework.config import Settings
from casework.context import SYSTEM, Context
from casework.db import Database
from casework.models import (
    Appeal,
    Case,
    CaseEvent,
    ClockMark,
    Delivery,
    Escalation,
    Letter,
    Obligation,
    OutboxItem,
)
from casework.records import letter_tasks


def owed(database: Database) -> int:
    """How much a worker still has to do now: marks that are due, and items of the post room."""
    with database.reading(database.context(SYSTEM)) as cx:
        marks = cx.db.execute(
            select(func.count())
            .select_from(ClockMark)
            .where(ClockMark.state == "pending", ClockMark.fire_at <= cx.now)
        ).scalar_one()
        items = cx.db.execute(
            select(func.count())
            .select_from(OutboxItem)
            .where(OutboxItem.state.in_(("waiting", "claimed")))
        ).scalar_one()
        return int(marks + items)


def owner_of(settings: Settings) -> Engine:
    """Whoever owns the tables, for what nobody should do."""
    return create_engine(settings.database_owner_url, poolclass=NullPool)


def nothing_twice(database: Database) -> None:
    """Each step of a ladder, each letter and each copy happened at most once."""
    with database.reading(database.context(SYSTEM)) as cx:
        # An extension starts a new ladder, with the same steps once more.
        _once(cx, Escalation.case_id, Escalation.clock, Escalation.step, ClockMark.generation)
        _once(cx, ClockMark.case_id, ClockMark.clock, ClockMark.step, ClockMark.generation)
        _once(cx, Delivery.letter_id, Delivery.channel)
        numbers = cx.db.execute(select(Escalation.ref).where(Escalation.ref != "")).scalars()
        assert max(Counter(numbers).values(), default=1) == 1
        fired = select(func.count()).select_from(ClockMark).where(ClockMark.state == "done")
        steps = select(func.count()).select_from(Escalation)
        assert cx.db.execute(fired).scalar() == cx.db.execute(steps).scalar()
        left = cx.db.execute(
            select(CaseEvent.facts).where(CaseEvent.event.in_(("notice_sent", "letter_sent")))
        ).scalars()
        assert max(Counter(left).values(), default=1) == 1
        unsent = cx.db.execute(select(Letter).where(Letter.state != "sent")).scalars().all()
        left = [(row.code, row.state, row.missing) for row in unsent if not _bare(cx, row)]
        assert not left, left


def _bare(cx: Context, letter: Letter) -> bool:
    """An appeal of these towns may be about no request, which no real one can: the gate refuses a
    letter that cannot say what it is about, and somebody has the task of mending it."""
    kind = select(Case.kind).where(Case.id == letter.case_id)
    bare = (
        cx.db.execute(kind).scalar_one() == "appeal"
        and not cx.db.execute(select(Appeal.case_id).where(Appeal.case_id == letter.case_id)).all()
    )
    task = select(Obligation.id).where(
        Obligation.case_id == letter.case_id,
        Obligation.kind == letter_tasks.mending(letter.id),
        Obligation.done_at.is_(None),
    )
    return (
        bare
        and letter.state == "refused"
        and [gap["element"] for gap in letter.missing] == ["what_it_is_about"]
        and len(cx.db.execute(task).all()) == 1
    )


def chains_and_clocks_hold(database: Database) -> None:
    """Every chain verifies, and every stored clock is what its history says."""
    with database.reading(database.context(SYSTEM)) as cx:
        assert audit.verify(cx).faults == ()
        assert clock_proof.verify(cx).differ == ()


def _once(cx: Context, *columns: object) -> None:
    counted = select(*columns, func.count()).group_by(*columns)  # type: ignore[call-overload]
    if {column.class_ for column in columns} == {Escalation, ClockMark}:  # type: ignore[attr-defined]
        counted = counted.join(ClockMark, ClockMark.id == Escalation.mark_id)
    rows = cx.db.execute(counted).all()
    assert [row for row in rows if row[-1] > 1] == []
