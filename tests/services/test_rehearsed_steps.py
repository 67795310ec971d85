"""What a rehearsal shows is what the step then owes, letter by letter and word by word: for each
step of every machine that calls for letters, taken by real commands."""

import re
import sys
from dataclasses import dataclass, field

import pytest
from sqlalchemy import func, select

from casework.db import rehearse
from casework.models import Letter
from casework.records import letter_drafts
from casework.services import rehearsals
from casework.services.actions import ACTIONS
from statemachines import engine
from tests.services import test_every_edge
from tests.services.test_every_edge import WALKS, arrows, engine_order, house

__all__ = ["house"]

# Numbers that only a real step is given.
_GIVEN = re.compile(r"(AUTH|ER|AP|GR|PA)-\d{4}-\d{6}-\d")
LINES = ("medicaid", "medicare", "marketplace")


@dataclass
class Watched:
    """What each step showed when it was rehearsed, and what it then owed."""

    seen: list[tuple[str, list, list]] = field(default_factory=list)


@pytest.fixture
def watched(monkeypatch) -> Watched:
    """Every command of the table is rehearsed right before it runs, by the very arguments."""
    found = Watched()
    steps = {step.command for table in ACTIONS.values() for step in table.values()}
    for command in steps:
        module = sys.modules[command.__module__]
        monkeypatch.setattr(module, command.__name__, _rehearsed(command, found))
    return found


def _rehearsed(command, found: Watched):
    def run(cx, *args, **more):
        shown = rehearse(command, cx, *args, look=rehearsals._letters) if not more else ()
        before = _last(cx)
        done = command(cx, *args, **more)
        found.seen.append((command.__name__, _told(shown), _told(_owed(cx, before))))
        return done

    return run


def _last(cx) -> int:
    with cx.database.reading(cx.database.context()) as inside:
        return inside.db.execute(select(func.coalesce(func.max(Letter.id), 0))).scalar_one()


def _owed(cx, before: int) -> list:
    with cx.database.reading(cx.database.context().but(now=cx.now)) as inside:
        rows = inside.db.execute(select(Letter).where(Letter.id > before)).scalars().all()
        return [letter_drafts.drafted(inside, row) for row in rows]


def _told(letters) -> list[tuple[str, str, bool, str]]:
    return sorted(
        (each.code, each.recipient, each.draft.fine, _GIVEN.sub(r"\1-number", each.draft.html))
        for each in letters
    )


def _calling():
    """(kind, edge, source): one arrow for each step that calls for a letter on some line."""
    for kind in WALKS:
        done: set[str] = set()
        for edge, source in arrows(kind):
            calls = any(rehearsals.calls_for_letters(kind, edge.trigger, line) for line in LINES)
            unreached = (kind, edge.trigger, source) in test_every_edge.UNREACHED
            if (
                calls
                and not unreached
                and edge.trigger not in done
                and edge.trigger in ACTIONS[kind]
            ):
                done.add(edge.trigger)
                yield pytest.param(kind, edge, source, id=f"{kind}-{edge.trigger}-{source}")


@pytest.mark.parametrize(("kind", "edge", "source"), list(_calling()))
def test_what_was_seen_is_what_is_owed(house, watched, kind, edge, source) -> None:
    walk = WALKS[kind]
    which = engine_order(kind, edge)
    stage = (
        walk.SPECIAL.get((edge.trigger, source, which))
        or walk.SPECIAL.get((edge.trigger, source))
        or walk.STAGES.get(source)
    )
    step = walk.OTHERWISE.get((edge.trigger, which)) or walk.STEPS[edge.trigger]
    step(house, stage(house) if stage else "")
    assert watched.seen, "no command of the table was called"
    for name, shown, owed in watched.seen:
        assert [each[:3] for each in shown] == [each[:3] for each in owed], name
        assert shown == owed, name


def test_most_steps_that_call_for_letters_are_walked() -> None:
    assert len(list(_calling())) >= 25
    assert set(engine.KINDS) == set(WALKS)
