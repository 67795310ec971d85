"""Papers by post or fax: a number that says nothing brings them to the right case and question."""

from dataclasses import replace
from datetime import timedelta

import pytest

from casework import cover_maker, now
from casework.errors import Invalid, NotAllowed, NotFound
from casework.queries.coversheets import own_sheets, where_to
from casework.services import coversheets, review
from casework.services.coversheets import ask_for_coversheet, papers_arrived
from casework.services.operations import move_time
from casework.storage import Storage
from casework.worker import Worker
from letters.coversheet import in_groups, typed
from tests.builders import MONDAY
from tests.services import stages, walk_requests
from tests.services.house import a_house

CONTRACT = "OH-MCD"


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


def asked(house) -> str:
    """A request on which something is asked of the office."""
    return walk_requests.STAGES["pended"](house)


def sheets(house, who: str, ref: str):
    with house.town.database.reading(house.cx(who)) as cx:
        return own_sheets(cx, stages.look(house, ref).case.id)


def test_who_sends_papers_gets_a_sheet_and_twice_the_same(house, worker) -> None:
    ref = asked(house)
    number = ask_for_coversheet(house.cx("Maple"), ref, "fax")
    assert ask_for_coversheet(house.cx("Maple"), ref, "fax") == number
    assert ask_for_coversheet(house.cx("Maple"), ref, "mail") != number
    assert {one.state for one in sheets(house, "Maple", ref)} == {"asked"}
    worker.relay()
    made = {one.number: one for one in sheets(house, "Maple", ref)}
    sheet = made[in_groups(number)]
    assert sheet.state == "made"
    pdf = Storage(house.town.database.settings).get(sheet.sha256)
    assert pdf.startswith(b"%PDF")
    assert ref.encode() not in pdf


def test_the_number_says_nothing_and_is_not_to_be_guessed(house) -> None:
    ref = asked(house)
    first = ask_for_coversheet(house.cx("Maple"), ref, "fax")
    second = ask_for_coversheet(house.cx("Maple"), asked(house), "fax")
    assert typed(first) == first
    assert len({*first} - {*second}) + len({*second} - {*first}) > 2
    assert not set("".join(ref.split("-"))) <= set(first)


def test_papers_answer_the_question_for_which_the_sheet_was_made(house) -> None:
    ref = asked(house)
    number = ask_for_coversheet(house.cx("Maple"), ref, "mail")
    found = papers_arrived(house.cx("intake"), in_groups(number).lower())
    assert (found.ref, found.kind, found.answers) == (ref, "prior_auth", True)
    assert papers_arrived(house.cx("intake"), number).answers
    assert in_groups(number) not in {one.number for one in sheets(house, "Maple", ref)}
    assert ask_for_coversheet(house.cx("Maple"), ref, "mail") != number  # one sheet, one envelope


def test_papers_that_come_after_the_question_is_closed_are_added_to_the_case(house) -> None:
    ref = asked(house)
    number = ask_for_coversheet(house.cx("Maple"), ref, "mail")
    later = MONDAY + timedelta(days=30)
    review.information_lapsed(house.cx("system", later), ref)
    assert not papers_arrived(house.cx("intake", later), number).answers


def test_a_slip_and_a_strange_number_are_told_apart(house) -> None:
    number = ask_for_coversheet(house.cx("Maple"), asked(house), "fax")
    slip = number[:-1] + ("3" if number[-1] != "3" else "4")
    with pytest.raises(Invalid, match="no number of a coversheet"):
        papers_arrived(house.cx("intake"), slip)
    with pytest.raises(NotFound):
        papers_arrived(house.cx("intake"), coversheets._new_number())


def test_only_who_sees_the_case_gets_a_sheet_or_is_led_to_it(house) -> None:
    ref = asked(house)
    with pytest.raises(NotFound):
        ask_for_coversheet(house.cx("Birch"), "PA-2027-999999-9", "fax")
    number = ask_for_coversheet(house.cx("Maple"), ref, "fax")
    nobody = replace(house.cx("intake").principal, reach="contracts", ids=(999_999,))
    with pytest.raises(NotFound):
        papers_arrived(house.cx("intake").but(principal=nobody), number)
    with pytest.raises(NotAllowed):
        papers_arrived(house.cx("compliance"), number)


def test_a_worker_that_dies_while_it_prints_leaves_the_sheet_to_the_next(house, worker) -> None:
    while cover_maker.make_one(house.town.database, worker.press):
        pass
    ref = asked(house)
    ask_for_coversheet(house.cx("Maple"), ref, "fax")
    database = house.town.database
    dead = coversheets.claim_coversheet(database.context(), now.wall() - timedelta(hours=2))
    assert dead is not None
    assert cover_maker.make_one(database, worker.press)
    [sheet] = sheets(house, "Maple", ref)
    assert sheet.state == "made"
    coversheets.keep_coversheet(database.context(), dead, "0" * 64)  # it lost its lease
    assert sheets(house, "Maple", ref) == (sheet,)


def test_a_sheet_that_cannot_be_printed_says_so(house) -> None:
    ref = asked(house)
    ask_for_coversheet(house.cx("Maple"), ref, "fax")
    database = house.town.database
    for _ in range(5):
        later = MONDAY + timedelta(days=1)
        job = coversheets.claim_coversheet(database.context().but(now=later), now.wall())
        assert job is not None
        coversheets.retry_coversheet(database.context(), job, "PrintRefused")
    [sheet] = sheets(house, "Maple", ref)
    assert sheet.state == "failed"


def test_papers_go_to_the_desk_of_their_kind(house) -> None:
    with house.town.database.reading(house.cx("system")) as cx:
        contract_id = house.town.contracts[CONTRACT][0]
        assert where_to(cx, contract_id, "appeal") != where_to(cx, contract_id, "prior_auth")
