"""Appeals from filing to their end, on every line: letters leave, clocks close, care is set up."""

from datetime import timedelta

import pytest

from casework.records.determinations import LineRuling
from casework.services import endings
from casework.services.operations import move_time
from casework.worker import Worker
from tests.builders import MONDAY
from tests.services import stages
from tests.services.house import a_house
from tests.services.stages import CONTRACTS

MEDICARE = ("OH-MA", "MA-2026")
ONE_OF_EACH_LINE = ("OH-MCD-2026", "OH-QHP", "OH-MA")
LAW = ("OH-MCD-2026", "MA-2026")  # contracts whose layers know when to carry a reversal out


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings)
    move_time(database.context(), MONDAY)
    for contract in CONTRACTS:
        made.denials[contract] = stages.a_denial(made, contract, **stages.two_lines(made))
    return made


@pytest.fixture(scope="module")
def worker(database, house):
    one = Worker(database)
    one.relay()
    yield one
    one.close()


def running(sight) -> list[str]:
    """The plan's own clocks that still run."""
    return [c.name for c in sight.clocks.values() if c.state == "open" and c.owner == "plan"]


def codes(sight) -> set[str]:
    """The letters of a case."""
    return {letter.code for letter in sight.letters}


@pytest.mark.parametrize("contract", CONTRACTS)
def test_an_overturned_appeal_gives_the_care(house, worker, contract) -> None:
    about = house.told(contract)
    ref = stages.decided(house, contract, "overturn", about=about)
    owed = [o.kind for o in stages.look(house, ref).owed]
    assert owed == ([] if contract in LAW else ["carry_out_reversal"])
    done = stages.carry_out(house, ref)
    worker.relay()
    appeal, request = stages.look(house, ref), stages.look(house, about)
    assert stages.unsent(house, ref) == []
    assert codes(appeal) == {"appeal_received", "appeal_overturned", "effectuated"}
    assert appeal.case.state == "effectuated"
    assert running(appeal) == []
    assert all(o.done_at for o in appeal.owed)
    assert not appeal.case.open
    [number] = [a for a in request.authorizations if a.effectuates_case_id == appeal.case.id]
    assert number.number == done.made["authorization"]
    assert "reversal_carried_out" in request.happened
    assert ("effectuation" in appeal.clocks) == (contract in LAW)
    if contract == "OH-MCD-2026":
        assert appeal.clocks["acknowledgement"].state == "met"


@pytest.mark.parametrize("contract", CONTRACTS)
def test_an_upheld_appeal_tells_the_next_right(house, worker, contract) -> None:
    ref = stages.an_appeal(house, contract, about=house.told(contract))
    stages.give(house, ref, "guardian")
    stages.decide(house, ref, "uphold", who="guardian")
    worker.relay()
    appeal = stages.look(house, ref)
    assert stages.unsent(house, ref) == []
    assert codes(appeal) == {"appeal_received", "appeal_upheld"}
    assert appeal.clocks["decision"].state == "met"
    assert running(appeal) == []
    assert appeal.case.state == ("forwarded" if contract in MEDICARE else "upheld")
    assert bool(house.reviews_of(ref)) == (contract in MEDICARE)


@pytest.mark.parametrize("contract", ONE_OF_EACH_LINE)
def test_a_part_is_given_and_the_rest_is_told(house, worker, contract) -> None:
    ref = stages.an_appeal(house, contract, about=house.told(contract))
    stages.give(house, ref, "physician2")
    lines = (LineRuling(number=2, result="approved"),)
    stages.decide(house, ref, "overturn_in_part", who="physician2", lines=lines)
    stages.carry_out(house, ref)
    worker.relay()
    appeal = stages.look(house, ref)
    assert stages.unsent(house, ref) == []
    assert codes(appeal) == {"appeal_received", "appeal_partly_overturned", "effectuated"}
    # A forwarded one waits for the review entity; what it gave itself is carried out all the same.
    assert appeal.case.state == ("forwarded" if contract in MEDICARE else "effectuated")
    assert running(appeal) == []


@pytest.mark.parametrize("contract", ONE_OF_EACH_LINE)
def test_a_closed_appeal_says_why_and_what_next(house, worker, contract) -> None:
    gone = stages.an_appeal(house, contract, about=house.told(contract))
    taken_back = stages.an_appeal(house, contract, about=house.told(contract))
    form = endings.Dismissal(ground="nothing_to_appeal", evidence="It names no decision.")
    endings.dismiss(house.cx("ag_specialist"), gone, None, form)
    endings.withdraw(house.member(contract), taken_back, None, endings.Withdrawal())
    worker.relay()
    assert stages.unsent(house, gone, taken_back) == []
    assert "appeal_dismissed" in codes(stages.look(house, gone))
    assert "appeal_withdrawn" in codes(stages.look(house, taken_back))
    for ref in (gone, taken_back):
        assert running(stages.look(house, ref)) == []
        assert not stages.look(house, ref).case.open


def test_a_forwarded_appeal_meets_its_own_clock_and_owes_the_file(house) -> None:
    ref = stages.decided(house, "MA-2026", "uphold")
    appeal = stages.look(house, ref)
    [review] = house.reviews_of(ref)
    [owed] = stages.look(house, review).owed
    assert appeal.clocks["forward_to_ire"].state == "met"
    assert owed.kind == "send_file"
    assert owed.due_at == appeal.clocks["forward_to_ire"].due_at
    assert owed.owner_id
    assert owed.owner_role == "ag_specialist"


def test_a_late_filing_is_taken_and_decided(house, worker) -> None:
    late = MONDAY + timedelta(days=70)
    contract = "OH-MCD-2026"
    ref = stages.an_appeal(house, contract, about=house.told(contract), now=late)
    in_time = stages.an_appeal(house, contract, about=house.told(contract))
    assert "received" in stages.look(house, ref).happened
    with house.town.database.reading(house.cx("system")) as cx:
        assert stages.detail(cx, ref).late
        assert not stages.detail(cx, in_time).late
