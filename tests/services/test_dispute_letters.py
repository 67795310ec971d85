"""What an office is told of its own dispute: late, opened again, paid in part, decided too late."""

from datetime import timedelta

import pytest

from casework.records.determinations import LineRuling, Words
from casework.services import disputes, endings, grievances
from casework.services.clocks import sweep_case
from tests.builders import MONDAY
from tests.services import stages
from tests.services.claims_here import a_claim
from tests.services.composed import written
from tests.services.house import House, a_house

NUMBERS = iter(range(500, 600))
WORDS = Words(reason="The notes show one unit.", rationale="We read the notes and the claim.")
ONE = LineRuling(number=1, result="approved")
LATE = MONDAY + timedelta(days=100)
LANGUAGES = pytest.mark.parametrize("language", ["en", "es"])


@pytest.fixture(scope="module")
def house(database, settings) -> House:
    return a_house(database, settings)


def a_dispute(house, **said) -> str:
    """A dispute of Maple about a claim of two lines."""
    number = a_claim(house.town, "OH-MCD", number=f"CLM-{next(NUMBERS)}")
    form = disputes.DisputeFiling(claim=number, reason="It was on file before.", **said)
    return disputes.file_dispute(house.cx("Maple"), form).ref


def codes(house, ref: str) -> list[tuple[str, str]]:
    """The letters of this case with their recipients."""
    return [(row.code, row.recipient) for row in stages.look(house, ref).letters]


def overdue(house, ref: str) -> None:
    """Let the sweep find that its day has passed, twice."""
    case_id = stages.look(house, ref).case.id
    for _ in range(2):
        sweep_case(house.cx("system", LATE), case_id)


def told(house, ref: str, code: str, language: str, on=LATE) -> str:
    """What the office reads; the gate has found nothing missing."""
    return written(house, ref, code, recipient="provider", language=language, on=on)


def test_an_office_is_told_once_that_its_dispute_is_late_and_the_member_is_not(house) -> None:
    ref = a_dispute(house)
    overdue(house, ref)
    assert codes(house, ref).count(("office_late", "provider")) == 1
    assert {recipient for _, recipient in codes(house, ref)} == {"provider"}
    assert "We had to answer by April 30, 2027. We did not." in told(
        house, ref, "office_late", "en"
    )
    assert "Sigue abierta." in told(house, ref, "office_late", "es")


def test_an_office_is_told_that_the_answer_to_its_complaint_is_late(house) -> None:
    form = grievances.GrievanceFiling(
        told="Nobody knew where our request stood.",
        category="service.phone",
        about=stages.a_denial(house),
    )
    ref = grievances.file_grievance(house.cx("Maple"), form).ref
    overdue(house, ref)
    assert ("office_late", "provider") in codes(house, ref)
    assert "the complaint that we got on" in told(house, ref, "office_late", "en")


@LANGUAGES
def test_a_late_decision_says_that_it_is_late_and_a_timely_one_does_not(house, language) -> None:
    sorry = {"en": "and we were late. We are sorry.", "es": "y nos atrasamos. Lo sentimos."}
    for when, late in ((MONDAY, False), (LATE, True)):
        ref = a_dispute(house)
        stages.give(house, ref, now=when)
        stages.decide(house, ref, "uphold", words=WORDS, attested=False, now=when)
        said = told(house, ref, "dispute_decided", language, on=when)
        assert (sorry[language] in said) is late


@LANGUAGES
def test_what_is_paid_in_part_says_which_lines_are_paid_and_which_are_not(house, language) -> None:
    ref = a_dispute(house)
    stages.give(house, ref)
    stages.decide(house, ref, "overturn_in_part", words=WORDS, lines=(ONE,), attested=False)
    stages.carry_out(house, ref, payment_instruction="PAY-1", remaining=1)
    first = told(house, ref, "dispute_part_paid", language, on=MONDAY)
    assert "PAY-1" in first
    assert ("dispute_paid", "provider") not in codes(house, ref)
    stages.carry_out(house, ref, payment_instruction="PAY-2")
    last = told(house, ref, "dispute_paid", language, on=MONDAY)
    assert "PAY-2" in last
    assert "The notes show one unit." in last
    assert {"en": "for you in part", "es": "a su favor en parte"}[language] in last


def test_what_is_paid_whole_names_no_lines(house) -> None:
    ref = a_dispute(house)
    stages.give(house, ref)
    stages.decide(house, ref, "overturn", words=WORDS, attested=False)
    stages.carry_out(house, ref, payment_instruction="PAY-3")
    assert "in part" not in told(house, ref, "dispute_paid", "en", on=MONDAY)


@LANGUAGES
def test_a_dispute_that_was_opened_again_is_told_with_its_new_day(house, language) -> None:
    ref = a_dispute(house)
    dismissal = endings.Dismissal(ground="nothing_to_appeal", evidence="It looked paid.")
    endings.dismiss(house.cx("ag_specialist"), ref, None, dismissal)
    vacating = endings.Vacating(good_cause="It was about another claim.")
    endings.vacate_dismissal(house.cx("ag_specialist"), ref, None, vacating)
    said = told(house, ref, "office_reopened", language, on=MONDAY)
    assert {"en": "we opened it again", "es": "la abrimos otra vez"}[language] in said
    assert ("dismissal_vacated", "member") not in codes(house, ref)
