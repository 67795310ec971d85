"""What the law makes of a decision that never came: the letter that says so leaves by itself, and
what was owed until then is over."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from casework.models import Obligation
from casework.services.operations import move_time
from casework.worker import Worker
from tests.builders import MONDAY
from tests.services import stages, walk_requests
from tests.services.house import a_house
from tests.services.test_letters_of_each_step import due, told
from tests.services.test_missed_clocks import run_out

LATE = MONDAY + timedelta(days=40)
HOUR = timedelta(hours=1)  # time only moves forward: each test stands an hour later


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings)
    move_time(database.context(), MONDAY)
    return made


@pytest.fixture(scope="module")
def worker(database):
    one = Worker(database)
    yield one
    one.close()


def owed(house, ref: str) -> set[str]:
    with house.town.database.reading(house.cx("system")) as cx:
        case = stages.look(house, ref).case
        kinds = select(Obligation.kind).where(
            Obligation.case_id == case.id, Obligation.done_at.is_(None)
        )
        return set(cx.db.execute(kinds).scalars())


def test_a_medicare_member_is_told_that_silence_can_be_appealed(house, worker) -> None:
    ref = walk_requests._received(house, "MA-2026")
    decide_by = due(house, ref, "decision")
    run_out(house, ref, LATE)
    assert owed(house, ref) == {"tell_of_deemed_denial", "decide_now"}
    letter = told(house, worker, ref, "deemed_denial", at=LATE)
    assert f"We had to decide by {decide_by}" in letter.text
    assert "Notice of Denial of Medical Coverage" in letter.text
    # The decision is still owed: the letter opens no window and ends no clock of the plan.
    assert letter.row.notice_kind == ""
    assert owed(house, ref) == {"decide_now"}
    assert stages.look(house, ref).case.state == "received"


def test_a_medicaid_member_whose_appeal_ran_out_is_told_of_the_hearing(house, worker) -> None:
    ref = stages.an_appeal(house, "OH-MCD-2026")
    decide_by = due(house, ref, "decision")
    run_out(house, ref, LATE)
    assert "tell_of_exhaustion" in owed(house, ref)
    letter = told(house, worker, ref, "deemed_exhaustion", at=LATE + HOUR)
    assert f"We had to decide by {decide_by}" in letter.text
    assert "You can ask the State to decide." in letter.text
    assert not owed(house, ref) & {"tell_of_exhaustion"}
    assert "decide_now" in owed(house, ref)


def test_a_decided_case_whose_notice_is_late_is_told_of_no_silence(house, worker) -> None:
    ref = stages.a_denial(house, "MA-2026")
    run_out(house, ref, LATE)
    told(house, worker, ref, "denial", at=LATE + 2 * HOUR)
    with pytest.raises(NoResultFound):
        told(house, worker, ref, "deemed_denial", at=LATE + 3 * HOUR)
