"""Every edge of every machine is fired through the services, from each of its states.

Each arrow gets a case that real commands bring to its state; what counts is what the history of the
cases then says, not what the test meant to do.
"""

import pytest
from sqlalchemy import func, select

from casework.errors import StateRefused
from casework.models import Case, CaseEvent
from casework.services.operations import move_time
from casework.worker import Worker
from statemachines import engine
from tests.builders import MONDAY
from tests.services import (
    stages,
    walk_appeals,
    walk_grievances,
    walk_requests,
    walk_reviews,
)
from tests.services.house import a_house

WALKS = {
    "prior_auth": walk_requests,
    "appeal": walk_appeals,
    "grievance": walk_grievances,
    "external_review": walk_reviews,
}
# The decision clock of a review is the body's own and is met by its decision itself: where a
# decision stands, no honest history can miss it. The edge is there for what is entered late.
UNREACHED = {
    ("external_review", "deadline_missed", state)
    for state in engine.decided_states("external_review")
}
# A dispute is the office's own: no consent of the member is ever waited for.
UNREACHED |= {("appeal", "take_as_appeal", "awaiting_consent")}


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings, indiana=True)
    move_time(database.context(), MONDAY)
    worker = Worker(database)
    for contract in ("OH-MCD-2026", "OH-QHP"):
        made.denials[contract] = stages.a_denial(made, contract)
        appeal = stages.a_reviewed_appeal(made, contract, about=made.denials[contract])
        stages.decide(made, appeal, "uphold")
        made.upheld[contract] = appeal
    worker.relay()
    worker.close()
    return made


def arrows(kind: str):
    """(edge, source) of this kind, in table order."""
    return [(edge, source) for edge in engine.edges(kind) for source in edge.sources]


def engine_order(kind: str, edge) -> int:
    """Which of the edges of its trigger this one is."""
    return [each for each in engine.edges(kind) if each.trigger == edge.trigger].index(edge)


def times(house, kind: str, edge, source: str) -> int:
    """How often this arrow was taken, as the histories of all cases say."""
    with house.town.database.reading(house.cx("system")) as cx:
        return cx.db.execute(
            select(func.count())
            .select_from(CaseEvent)
            .join(Case, Case.id == CaseEvent.case_id)
            .where(
                Case.kind == kind,
                CaseEvent.trigger == edge.trigger,
                CaseEvent.event == edge.event,
                CaseEvent.from_state == ("" if source == engine.BEFORE else source),
                CaseEvent.to_state == (edge.dest or source),
            )
        ).scalar_one()


@pytest.mark.parametrize(
    ("kind", "edge", "source"),
    [
        pytest.param(
            kind, edge, source, id=f"{kind}-{edge.trigger}-{source}-{edge.event}-{edge.dest}"
        )
        for kind in WALKS
        for edge, source in arrows(kind)
        if (kind, edge.trigger, source) not in UNREACHED
    ],
)
def test_the_step_is_taken(house, kind, edge, source) -> None:
    walk = WALKS[kind]
    which = engine_order(kind, edge)
    before = times(house, kind, edge, source)
    stage = (
        walk.SPECIAL.get((edge.trigger, source, which))
        or walk.SPECIAL.get((edge.trigger, source))
        or walk.STAGES.get(source)
    )
    step = walk.OTHERWISE.get((edge.trigger, which)) or walk.STEPS[edge.trigger]
    step(house, stage(house) if stage else "")
    assert times(house, kind, edge, source) > before


@pytest.mark.parametrize(("kind", "trigger", "state"), sorted(UNREACHED))
def test_what_is_not_reached_cannot_be(house, kind, trigger, state) -> None:
    ref = WALKS[kind].STAGES[state](house)
    with pytest.raises(StateRefused):
        WALKS[kind].STEPS[trigger](house, ref)
