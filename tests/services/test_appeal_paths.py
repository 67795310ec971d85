"""Appeals from filing to their end, on every line: clocks close, letters leave, care is set up."""

import pytest

from casework.services.operations import move_time
from casework.worker import Worker
from tests.builders import MONDAY
from tests.services import stages
from tests.services.stages import CONTRACTS


@pytest.fixture(scope="module")
def house(database, settings):
    made = stages.a_house(database, settings)
    move_time(database.context(), MONDAY)
    return made


@pytest.fixture(scope="module")
def worker(database):
    one = Worker(database)
    yield one
    one.close()


@pytest.mark.parametrize("contract", CONTRACTS)
def test_an_overturned_appeal_gives_the_care(house, worker, contract) -> None:
    about = stages.a_denial(house, contract)
    worker.relay()
    ref = stages.decided(house, contract, "overturn", about=about)
    worker.relay()
    done = stages.carry_out(house, ref)
    worker.relay()
    assert stages.unsent(house, about, ref) == []
    assert done.state == "effectuated"
    assert done.made["authorization"].startswith("AUTH-")


@pytest.mark.parametrize("contract", CONTRACTS)
def test_an_upheld_appeal_tells_the_next_right(house, worker, contract) -> None:
    about = stages.a_denial(house, contract)
    worker.relay()
    ref = stages.decided(house, contract, "uphold", about=about)
    worker.relay()
    assert stages.unsent(house, about, ref) == []
