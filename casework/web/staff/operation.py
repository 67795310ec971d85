"""Operation: do the loops run, what waits, and what is stuck and needs a person.

Counts are of the whole house and name nobody; cases are shown only within the reader's reach.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import make_response, render_template
from werkzeug.wrappers import Response

from casework import now as clock
from casework import policy
from casework.context import SYSTEM
from casework.integrity import KINDS, Kind
from casework.queries import alarms, operation, stuck
from casework.web import edge
from casework.web.access import STAFF, entry
from casework.web.health import STOPPED_AFTER_SECONDS, timers_stopped
from casework.web.staff import jobs, story, words
from casework.web.staff.blueprint import CASEWORKERS, WATCHERS, staff
from casework.web.staff.plans import clock_words

# What each loop does, and after how many seconds without a round it counts as stopped.
LOOPS: Final = {
    "sweep": ("Watches every deadline", STOPPED_AFTER_SECONDS),
    "relay": ("Prints and sends letters", 900),
    "beat": ("Rings for the two others", 300),
}
# What each round looks at.
ROUNDS: Final = {
    "marks": "Every ladder of every open case, recomputed; every five minutes",
    "integrity": "All checks of the house; every night",
    "clocks": "Every clock of every case, recomputed; every night",
    "audit": "Every history and every chain, verified; every night",
}
MOST_SHOWN: Final = 12


@dataclass(frozen=True)
class Loop:
    """One loop: how long ago it finished a round, None when it never did."""

    name: str
    does: str
    age: float | None
    rounds: int
    stopped: bool


@dataclass(frozen=True)
class Group:
    """Alarms of one kind: what is wrong, for whom, what mends it, and where."""

    code: str
    kind: Kind
    rows: tuple[alarms.Standing, ...]

    @property
    def count(self) -> int:
        """How many of them stand."""
        return len(self.rows)

    @property
    def shown(self) -> tuple[alarms.Standing, ...]:
        """Those that the page lists."""
        return self.rows[:MOST_SHOWN]

    @property
    def more(self) -> int:
        """How many it does not list."""
        return max(0, len(self.rows) - MOST_SHOWN)


@staff.get("/operations")
@entry(*WATCHERS)
def operations() -> str:
    """How the machinery does now."""
    wall = clock.wall()
    with edge.database().reading(edge.cx().but(principal=SYSTEM)) as house:
        of_house = alarms.of_house(house)
        standing = sum(alarms.counts(house).values())
        rounds = alarms.rounds(house, wall=wall)
        beats = stuck.beats(house)
        work = jobs.shown(house)
        counts = stuck.counts(house)
        backlog = operation.backlog(house)
    with edge.reading() as cx:
        sees_cases = bool(cx.principal.roles & CASEWORKERS)
        return render_template(
            "staff/operations.html",
            loops=_loops(beats),
            alarms=_grouped((*of_house, *(alarms.of_cases(cx) if sees_cases else ()))),
            standing=standing,
            rounds=[(ROUNDS[each.name], each) for each in rounds],
            wall=wall,
            jobs=work,
            backlog=backlog,
            counts=counts,
            refused=stuck.refused_letters(cx),
            doubtful=stuck.doubtful(cx),
            marks=stuck.failed_marks(cx),
            sees_cases=sees_cases,
            may_answer_doubts=policy.refusal(cx.principal, "", "answer_doubt") is None,
            now=cx.now,
            zone="America/New_York",
            words=words,
            letter_title=story.letter_title,
            clock_words=clock_words,
        )


def _grouped(found: Sequence[alarms.Standing]) -> list[Group]:
    """The alarms by what is wrong, in the order of the checks."""
    groups = []
    for code in KINDS:
        rows = [each for each in found if each.code == code]
        if rows:
            groups.append(Group(code, KINDS[code], tuple(rows)))
    return groups


@staff.get("/timers")
@entry(*STAFF, passive=True)
def timers() -> Response:
    """The banner for a page that stays open; 204 while the timers run."""
    if not timers_stopped():
        return make_response("", 204)
    return make_response(render_template("components/timers.html"))


def _loops(beats: tuple[stuck.Beat, ...]) -> list[Loop]:
    wall = clock.wall()
    known: dict[str, Any] = {beat.name: beat for beat in beats}
    found = []
    for name in dict.fromkeys((*LOOPS, *known)):
        does, most = LOOPS.get(name, ("", 900))
        beat = known.get(name)
        age = (wall - beat.at).total_seconds() if beat else None
        if beat is None and name == "beat":
            continue
        stopped = age is None or age > most
        found.append(Loop(name, does, age, beat.rounds if beat else 0, stopped))
    return found
