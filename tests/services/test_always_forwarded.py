"""Every Medicare appeal that must go to the review entity goes, on every path, by nobody's hand.

Adverse decisions forward in their own transaction; what ran out of time is forwarded by the house;
what neither did is an alarm. Walks over the machine look for a path that forgets it.
"""

import os
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from casework import forwarding, ledger
from casework.bridge import facts as known
from casework.db import command
from casework.errors import Problem
from casework.integrity import outside
from casework.models import Case
from casework.records import appeal_facts, series
from casework.services import appeal_forwards
from casework.services.operations import move_time
from tests.builders import MONDAY
from tests.services import stages, walk_appeals, walk_requests
from tests.services.house import a_house
from tests.services.without_walls import take_the_walls_down

MA, LATE = "MA-2026", walk_requests.LATE
WALKS = 400 if os.environ.get("CHAOS") == "year" else 24
ADVERSE = {"upheld", "partially_overturned"}
WORDS = (
    "require_consent",
    "record_consent",
    "assign_reviewer",
    "request_information",
    "receive_information",
    "request_expedite",
    "grant_expedite",
    "refuse_expedite",
    "extend",
    "uphold",
    "overturn",
    "overturn_in_part",
    "dismiss",
    "vacate_dismissal",
    "withdraw",
    "deadline_missed",
)


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings)
    move_time(database.context(), MONDAY)
    return made


def walked(house, ref: str, steps: list[str]) -> None:
    """Take these steps, as far as law and policy let them."""
    for name in steps:
        try:
            walk_appeals.STEPS[name](house, ref)
        except Problem:
            continue
        except AssertionError:
            continue


def missed(house, ref: str) -> None:
    """The time runs out, and the sweep writes it down."""
    walk_requests.miss(house, ref)


def forwarded_now(house) -> list[str]:
    """What the sweep of the house forwards; its numbers."""
    system = house.cx("system", LATE)
    with house.town.database.reading(system) as cx:
        refs = appeal_forwards.owed(cx)
    return [ref for ref in refs if appeal_forwards.forward_owed(system, ref)]


def found(house, *refs: str) -> list[str]:
    """What the integrity check says of these appeals, an hour later."""
    system = house.cx("system", LATE + timedelta(hours=1))
    with house.town.database.reading(system) as cx:
        ids = list(cx.db.execute(select(Case.id).where(Case.ref.in_(refs))).scalars())
        return [finding.says for finding in outside.not_forwarded(cx, ids)]


def must_go(house, ref: str) -> bool:
    """By the law, read from the history alone: adverse, or out of time and still undecided."""
    sight = stages.look(house, ref)
    events = sight.happened
    if ADVERSE & set(events):
        return True
    over = {"overturned", "withdrawn", "dismissed", "converted", "merged"}
    return "deadline_missed" in events and sight.case.state not in over


@settings(
    max_examples=WALKS,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
@given(
    steps=st.lists(st.sampled_from(WORDS), max_size=7),
    pace=st.sampled_from(["standard", "expedited"]),
    by=st.sampled_from(["member", "office"]),
    late=st.booleans(),
)
def test_no_walk_forgets_it(house, steps, pace, by, late) -> None:
    denied = stages.a_denial(house, MA, **stages.two_lines(house))
    if by == "office":
        ref = walk_appeals.by_office(house, MA, denied, priority=pace)
    else:
        ref = stages.an_appeal(house, MA, about=denied, priority=pace)
    walked(house, ref, steps)
    if late:
        missed(house, ref)
    owed = must_go(house, ref) and stages.look(house, ref).case.state != "forwarded"
    assert bool(found(house, ref)) == owed, "the check of the night sees exactly what is owed"
    went = forwarded_now(house)
    assert (ref in went) == owed
    sight = stages.look(house, ref)
    assert len(house.reviews_of(ref)) == int(must_go(house, ref))
    assert ("forwarded" in sight.happened) == must_go(house, ref)
    assert found(house, ref) == []
    assert forwarded_now(house) == []


@pytest.mark.parametrize("state", ["received", "awaiting_consent", "in_review", "pended"])
def test_out_of_time_in_every_open_state_it_goes(house, state) -> None:
    ref = walk_appeals.STAGES[state](house, MA)
    missed(house, ref)
    assert found(house, ref) != []
    assert ref in forwarded_now(house)
    [review] = house.reviews_of(ref)
    owed = {each.kind for each in stages.look(house, review).owed if each.done_at is None}
    assert owed == {"send_file"}, "and its file is owed"
    assert stages.look(house, ref).clocks["forward_to_ire"].satisfied_at is not None


@pytest.mark.parametrize("how", ["uphold", "overturn_in_part"])
def test_an_adverse_decision_goes_in_its_own_transaction(house, how) -> None:
    ref = stages.decided(house, MA, how) if how == "uphold" else walk_appeals.partly(house, MA)
    assert len(house.reviews_of(ref)) == 1
    assert found(house, ref) == []


def test_a_path_that_nobody_thought_of_is_found_by_its_clock(house) -> None:
    """A step that upholds and forgets to forward: alarm first, then the house forwards it."""
    ref = stages.a_reviewed_appeal(house, MA)
    take_the_walls_down(house.town.database.settings)
    uphold_and_forget(house.cx("ag_clinician"), ref)
    assert stages.look(house, ref).case.state == "upheld"
    assert found(house, ref) != []
    assert ref in forwarded_now(house)
    assert found(house, ref) == []


@command
def uphold_and_forget(cx, ref: str) -> None:
    """What a new door would do whose maker did not think of the review entity."""
    kin = series.family(cx, ref, kind="appeal")
    facts = appeal_facts.of_appeal(cx, kin.case, known.of_case(cx, kin.case))
    facts = appeal_facts.of_reviewer(
        cx, kin.case, facts, user_id=cx.principal.id, attested=True, expert_id=None
    )
    facts = replace(facts, everything_considered=True, decision_discussed=True, unread_papers=())
    sets = {"outcome": "upheld"}
    ledger.record(cx, [ledger.Change(case=kin.case, trigger="uphold", facts=facts, sets=sets)])


def test_nothing_but_medicare_goes_by_itself(house) -> None:
    for contract in ("OH-MCD-2026", "OH-QHP"):
        ref = stages.a_reviewed_appeal(house, contract)
        missed(house, ref)
        assert ref not in forwarded_now(house)
        assert found(house, ref) == []


def test_the_sweep_of_the_worker_does_it(house) -> None:
    ref = stages.an_appeal(house, MA)
    missed(house, ref)
    database = house.town.database
    move_time(database.context(), LATE)
    assert forwarding.forward_all(database) == 1
    assert forwarding.forward_all(database) == 0
    assert stages.look(house, ref).case.state == "forwarded"
