"""Are the timers there: every ladder recomputed from the events, marks late or failed, effects."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from casework import clock_proof
from casework.clock_proof import Difference, Recomputed
from casework.context import Context
from casework.integrity.finding import Finding
from casework.ledger import mending, projection
from casework.models import Clock, ClockMark, Escalation, Obligation
from sla.calendars import zone
from sla.events import CLOCKS
from statemachines import engine

PATIENCE: Final = timedelta(minutes=5)
RECOMPUTED: Final = ("clock_differs", "mark_missing", "mark_stray", "openness_wrong")
_MARK: Final = (
    ClockMark.id,
    ClockMark.case_id,
    ClockMark.clock,
    ClockMark.step,
    ClockMark.generation,
    ClockMark.fire_at,
    ClockMark.state,
    ClockMark.reason,
    ClockMark.settled_at,
)
_WORDS: Final = {
    "gone": "is gone",
    "moved": "was moved",
    "over": "was ended before its time or without a reason",
}


def recomputed(cx: Context, ids: Sequence[int]) -> Iterator[Finding]:
    """Clocks that are not what their events say, ladders that are not what their clocks say, cases
    that are open or closed against both."""
    marks = marks_of(cx, ids)
    owing = set(
        cx.db.execute(
            select(Obligation.case_id).where(
                Obligation.case_id.in_(ids), Obligation.done_at.is_(None)
            )
        ).scalars()
    )
    for one in clock_proof.recomputed(cx, ids):
        for each in clock_proof.differences(one):
            yield of_difference(each)
        yield from _ladders(cx, one, marks.get(one.case.id, []))
        yield from _openness(one, owes=one.case.id in owing)


def of_difference(found: Difference) -> Finding:
    """A clock that is not what its events say, as a finding."""
    says = f"{found.says[:1].upper()}{found.says[1:]}."
    return Finding("clock_differs", says, found.case_id, found.clock)


def marks_of(cx: Context, ids: Sequence[int]) -> dict[int, list[Any]]:
    """All marks of these cases, by case."""
    found: dict[int, list[Any]] = {}
    for row in cx.db.execute(select(*_MARK).where(ClockMark.case_id.in_(ids))):
        found.setdefault(row.case_id, []).append(row)
    return found


def overdue(cx: Context, ids: Sequence[int]) -> Iterator[Finding]:
    """Steps that were due five minutes ago and still wait: the sweep does not do its work."""
    rows = cx.db.execute(
        select(*_MARK, Clock.zone)
        .join(Clock, (Clock.case_id == ClockMark.case_id) & (Clock.name == ClockMark.clock))
        .where(
            ClockMark.case_id.in_(ids),
            ClockMark.state == "pending",
            ClockMark.fire_at < cx.now - PATIENCE,
        )
    )
    for row in rows:
        since = _moment(row.fire_at, row.zone)
        says = f"{clock_words(row.clock)}: the step {row.step} is due since {since} and waits."
        yield Finding("mark_overdue", says, row.case_id, f"{row.clock}/{row.step}")


def failed(cx: Context, ids: Sequence[int]) -> Iterator[Finding]:
    """Steps that the sweep gave up, on clocks that still run."""
    rows = cx.db.execute(
        select(*_MARK)
        .join(
            Clock,
            (Clock.case_id == ClockMark.case_id)
            & (Clock.name == ClockMark.clock)
            & (Clock.generation == ClockMark.generation),
        )
        .where(
            ClockMark.case_id.in_(ids), ClockMark.state == "failed", Clock.satisfied_at.is_(None)
        )
    )
    for row in rows:
        says = f"{clock_words(row.clock)}: the step {row.step} could not fire ({row.reason[:80]})."
        yield Finding("mark_failed", says, row.case_id, f"{row.clock}/{row.step}")


def effects(cx: Context, ids: Sequence[int]) -> Iterator[Finding]:
    """Steps that fired and whose escalation is not there. A clock that was escalated by hand has
    its number from there."""
    seen = (
        select(Escalation.id)
        .where(
            Escalation.case_id == ClockMark.case_id,
            (Escalation.mark_id == ClockMark.id)
            | (
                (Escalation.clock == ClockMark.clock)
                & (Escalation.step.in_((ClockMark.step, "hand")))
            ),
        )
        .exists()
    )
    rows = cx.db.execute(
        select(*_MARK).where(ClockMark.case_id.in_(ids), ClockMark.state == "done", ~seen)
    )
    for row in rows:
        says = f"{clock_words(row.clock)}: the step {row.step} fired, and nobody was told by it."
        yield Finding("effect_missing", says, row.case_id, f"{row.clock}/{row.step}")


def clock_words(name: str) -> str:
    """The words of a clock, beginning with a capital; the name of one that is unknown."""
    known = CLOCKS.get(name)
    text = known.words if known is not None else name.replace("_", " ")
    return text[:1].upper() + text[1:]


def _ladders(cx: Context, one: Recomputed, marks: Sequence[Any]) -> Iterator[Finding]:
    if one.answer is None:
        return
    wanted = mending.expected(cx, one.case, one.answer, one.clocks)
    by_clock: dict[tuple[str, str], list[str]] = {}
    zones = {clock.name: clock.time_zone for clock in one.answer.clocks}
    for fault in mending.faults(wanted, marks, one.answer):
        if fault.wanted is None:
            code = "mark_stray"
            said = f"{fault.step} waits for {_moment(fault.mark.fire_at, zones.get(fault.clock))}"
        else:
            code = "mark_missing"
            at = _moment(fault.wanted["fire_at"], zones[fault.clock])
            said = f"{fault.step} {_WORDS[fault.why]} (wanted {at})"
        by_clock.setdefault((code, fault.clock), []).append(said)
    for (code, clock), told in by_clock.items():
        says = f"{clock_words(clock)}: step {', step '.join(told)}."
        yield Finding(code, says, one.case.id, clock)


def _openness(one: Recomputed, *, owes: bool) -> Iterator[Finding]:
    if one.answer is None:
        return
    runs = any(c.owner != "member" and projection.owed(c, one.answer) for c in one.answer.clocks)
    wants = one.case.state in engine.open_states(one.case.kind) or runs or owes
    if one.case.open and not wants:
        yield Finding("openness_wrong", "It is open, and nothing is owed on it.", one.case.id)
    if wants and not one.case.open:
        says = "It is closed, and something is still owed on it: no list shows it."
        yield Finding("openness_wrong", says, one.case.id)


def _moment(instant: datetime, where: str | None) -> str:
    if where is None:
        return f"{instant:%Y-%m-%d %H:%M} UTC"
    return f"{instant.astimezone(zone(where)):%Y-%m-%d %H:%M}"
