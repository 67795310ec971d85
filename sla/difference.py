"""Two answers to one history under two readings of the rules: which clocks moved, and how.
Pure: it compares what `compute` answered and computes no due itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sla.values import Answer, Clock

EARLIER, LATER, GAINED, LOST, SAME_DUE = "earlier", "later", "gained", "lost", "same_due"
DIRECTIONS = (EARLIER, LATER, GAINED, LOST, SAME_DUE)
_MIRRORED = {EARLIER: LATER, LATER: EARLIER, GAINED: LOST, LOST: GAINED, SAME_DUE: SAME_DUE}


@dataclass(frozen=True, slots=True)
class Side:
    """One clock under one reading: due in UTC, the rule's stamp (`layer/id v2 (variant)`), state,
    consequence (empty for none) and when it was satisfied."""

    due: datetime
    rule: str
    state: str
    consequence: str
    satisfied_at: datetime | None


@dataclass(frozen=True, slots=True)
class Moved:
    """One clock on which two readings differ; a side is None where the reading has no clock."""

    clock: str
    owner: str
    before: Side | None
    after: Side | None

    @property
    def direction(self) -> str:
        """`earlier`, `later`, `gained`, `lost`, or `same_due` where another rule, state or
        consequence holds to the same due."""
        if self.before is None:
            return GAINED
        if self.after is None:
            return LOST
        if self.before.due == self.after.due:
            return SAME_DUE
        return EARLIER if self.after.due < self.before.due else LATER

    @property
    def by(self) -> timedelta | None:
        """How far the due moved, negative for earlier; None where a side has no clock."""
        if self.before is None or self.after is None:
            return None
        return self.after.due - self.before.due

    def overdue_at_once(self, now: datetime) -> bool:
        """Whether the second reading makes a duty late at this instant that was in time under the
        first: what somebody must do before such a reading may hold."""
        if self.after is None or self.owner == "member" or not _late(self.after, now):
            return False
        return self.before is None or not _late(self.before, now)

    def mirrored(self) -> "Moved":
        """The same with the readings exchanged."""
        return Moved(self.clock, self.owner, self.after, self.before)


def difference(before: Answer, after: Answer) -> tuple[Moved, ...]:
    """Every clock whose due, rule, state or consequence differs between two answers to one
    history, in the order of the clocks of `before`, then those gained."""
    return tuple(_moved(before, after))


def mirror(direction: str) -> str:
    """The direction when the readings are exchanged."""
    return _MIRRORED[direction]


def stamp_of(clock: Clock) -> str:
    """The winning rule of a clock with its version: `federal/MCD-PA-STD v2`."""
    return f"{clock.winner.terms.name} v{clock.rule_version}"


def side_of(clock: Clock | None) -> Side | None:
    """A clock as one side of a comparison; None for no clock."""
    if clock is None:
        return None
    return Side(
        due=clock.due_utc,
        rule=stamp_of(clock),
        state=clock.state,
        consequence=clock.consequence or "",
        satisfied_at=clock.satisfied_at,
    )


def _late(side: Side, now: datetime) -> bool:
    """Owed, and its time is over: nothing satisfied it and the due has passed."""
    return side.satisfied_at is None and side.state in ("open", "missed") and side.due < now


def _moved(before: Answer, after: Answer) -> Iterator[Moved]:
    names = {clock.name: clock for clock in (*before.clocks, *after.clocks)}
    for name, clock in names.items():
        one, other = side_of(before.clock(name)), side_of(after.clock(name))
        if one != other:
            yield Moved(name, clock.owner, one, other)
