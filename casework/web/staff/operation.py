"""Operation: do the loops run, what waits, and what is stuck and needs a person.

Counts are of the whole house and name nobody; cases are shown only within the reader's reach.
"""

from dataclasses import dataclass
from typing import Any, Final

from flask import render_template

from casework import now as clock
from casework.context import SYSTEM
from casework.queries import operation, stuck
from casework.web import edge
from casework.web.access import entry
from casework.web.health import STOPPED_AFTER_SECONDS
from casework.web.staff import story, words
from casework.web.staff.blueprint import CASEWORKERS, WATCHERS, staff
from casework.web.staff.plans import clock_words

# What each loop does, and after how many seconds without a round it counts as stopped.
LOOPS: Final = {
    "sweep": ("Watches every deadline", STOPPED_AFTER_SECONDS),
    "relay": ("Prints and sends letters", 900),
    "beat": ("Rings for the two others", 300),
}
TOPICS: Final = {"letter": "Letters", "notice": "Notices", "mail": "E-mail"}


@dataclass(frozen=True)
class Loop:
    """One loop: how long ago it finished a round, None when it never did."""

    name: str
    does: str
    age: float | None
    rounds: int
    stopped: bool


@staff.get("/operations")
@entry(*WATCHERS)
def operations() -> str:
    """How the machinery does now."""
    with edge.database().reading(edge.cx().but(principal=SYSTEM)) as house:
        beats = stuck.beats(house)
        outbox = stuck.outbox(house)
        parked = stuck.parked(house)
        counts = stuck.counts(house)
        backlog = operation.backlog(house)
    with edge.reading() as cx:
        sees_cases = bool(cx.principal.roles & CASEWORKERS)
        return render_template(
            "staff/operations.html",
            loops=_loops(beats),
            outbox=outbox,
            backlog=backlog,
            parked=parked,
            counts=counts,
            refused=stuck.refused_letters(cx),
            doubtful=stuck.doubtful(cx),
            marks=stuck.failed_marks(cx),
            sees_cases=sees_cases,
            now=cx.now,
            zone="America/New_York",
            topics=TOPICS,
            words=words,
            letter_title=story.letter_title,
            clock_words=clock_words,
        )


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
