"""What an appeal gave is carried out, once and with proof; what ran out of time is forwarded."""

from datetime import timedelta

import pytest

from casework.errors import StateRefused
from casework.records.determinations import LineRuling
from casework.services import appeal_decisions, authorizations, external_decisions
from casework.services.operations import move_time
from tests.builders import MONDAY
from tests.services import stages, walk_requests
from tests.services.house import a_house


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings)
    move_time(database.context(), MONDAY)
    return made


def test_a_reversal_is_carried_out_once(house) -> None:
    about = stages.a_denial(house)
    ref = stages.decided(house, "OH-MCD", "overturn", about=about)
    stages.carry_out(house, ref)
    with pytest.raises(StateRefused):
        stages.carry_out(house, ref)
    assert len(stages.look(house, about).authorizations) == 1


def test_a_part_that_waits_for_another_step_is_carried_out_once_too(house) -> None:
    about = stages.a_denial(house, "MA-2026", **stages.two_lines(house))
    ref = stages.a_reviewed_appeal(house, "MA-2026", about=about)
    lines = (LineRuling(number=2, result="approved"),)
    stages.decide(house, ref, "overturn_in_part", lines=lines)
    assert stages.carry_out(house, ref).state == "forwarded"
    with pytest.raises(StateRefused, match="already"):
        stages.carry_out(house, ref)


def test_an_upheld_appeal_gives_nothing_to_carry_out(house) -> None:
    ref = stages.decided(house, "MA-2026", "uphold")
    with pytest.raises(StateRefused, match="nothing"):
        stages.carry_out(house, ref)


def test_carrying_out_in_steps_leaves_the_rest_owed(house) -> None:
    ref = stages.decided(house, "OH-MCD", "overturn")
    assert stages.carry_out(house, ref, remaining=1).state == "overturned"
    [owed] = stages.look(house, ref).owed
    assert owed.done_at is None
    assert stages.carry_out(house, ref).state == "effectuated"
    [owed] = stages.look(house, ref).owed
    assert owed.done_at is not None


def test_the_request_can_carry_out_what_the_appeal_or_the_body_gave(house) -> None:
    form = authorizations.CarryingOut(
        starts_on=MONDAY.date(), ends_on=MONDAY.date() + timedelta(days=60)
    )
    for reverse in (overturned, overturned_outside):
        about = stages.a_denial(house, "MA-2026")
        with pytest.raises(StateRefused, match="reversal"):
            authorizations.carry_out_reversal(house.cx("ag_specialist"), about, None, form)
        case_id = reverse(house, about)
        authorizations.carry_out_reversal(house.cx("ag_specialist"), about, None, form)
        [made] = stages.look(house, about).authorizations
        assert made.effectuates_case_id == case_id


def overturned(house, about: str) -> int:
    """Overturned by the plan's own appeal."""
    return stages.look(house, stages.decided(house, "MA-2026", "overturn", about=about)).case.id


def overturned_outside(house, about: str) -> int:
    """Upheld by the plan, overturned by the review entity."""
    ref = stages.decided(house, "MA-2026", "uphold", about=about)
    [review] = house.reviews_of(ref)
    form = external_decisions.BodyDecision(reference="IRE-9", decided_at=MONDAY)
    external_decisions.overturn(house.cx("ag_specialist"), review, None, form)
    return stages.look(house, review).case.id


# ── Missed ──────────────────────────────────────────────────────────────────────────────────────


def test_a_missed_medicare_appeal_is_forwarded_and_settles_what_was_owed(house) -> None:
    ref = stages.a_reviewed_appeal(house, "MA-2026")
    with pytest.raises(StateRefused, match="ran out"):
        appeal_decisions.forward(house.cx("ag_specialist"), ref, None)
    walk_requests.miss(house, ref)
    [owed] = stages.look(house, ref).owed
    assert owed.kind == "forward_to_ire"
    done = appeal_decisions.forward(house.cx("ag_specialist", walk_requests.LATE), ref, None)
    assert done.state == "forwarded"
    assert done.made["external_review"].startswith("ER-")
    [owed] = stages.look(house, ref).owed
    assert owed.done_at is not None
    assert stages.look(house, ref).clocks["forward_to_ire"].state == "missed"


def test_only_medicare_forwards(house) -> None:
    ref = stages.decided(house, "OH-MCD", "uphold")
    with pytest.raises(StateRefused, match="Medicare"):
        appeal_decisions.forward(house.cx("ag_specialist"), ref, None)
