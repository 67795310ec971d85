"""Appeals of what is no plain denial: a missed clock, care that was cut, a payment. Their letters
leave like any other, and what they give is set up in its own way."""

from datetime import timedelta

import pytest

from casework.errors import Invalid, StateRefused
from casework.records.determinations import LineRuling
from casework.services import appeals, determinations, review
from casework.services.operations import move_time
from casework.worker import Worker
from tests.builders import MONDAY
from tests.services import stages, walk_requests
from tests.services.claims_here import a_claim
from tests.services.house import a_house

FEDERAL = "OH-MCD-2026"
LATER = MONDAY + timedelta(days=9)


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings)
    move_time(database.context(), LATER)
    return made


@pytest.fixture(scope="module")
def worker(database):
    one = Worker(database)
    yield one
    one.close()


def words(stem: str) -> tuple[LineRuling, ...]:
    """What a reviewer must write where nobody refused the line before."""
    return (LineRuling(number=1, result="denied", reason=f"{stem}.", criterion="Policy MP-021."),)


def missed(house) -> str:
    """A request whose time ran out: the law takes it as denied (42 CFR 438.404(c)(5))."""
    ref = walk_requests.STAGES["received"](house)
    case_id = stages.look(house, ref).case.id
    walk_requests.clocks.sweep_case(house.cx("system", LATER), case_id)
    return ref


def test_a_missed_clock_is_appealed_like_a_denial(house, worker) -> None:
    about = missed(house)
    upheld = stages.an_appeal(house, FEDERAL, about=about, now=LATER)
    stages.give(house, upheld, now=LATER)
    with pytest.raises(Invalid) as refused:
        stages.decide(house, upheld, "uphold", now=LATER)
    assert "lines/1" in refused.value.fields
    stages.decide(house, upheld, "uphold", now=LATER, lines=words("The need was not shown"))
    worker.relay()
    assert stages.unsent(house, about, upheld) == []


def test_what_the_request_gets_meanwhile_carries_the_reversal_out(house, worker) -> None:
    about = missed(house)
    ref = stages.an_appeal(house, FEDERAL, about=about, now=LATER)
    stages.give(house, ref, now=LATER)
    stages.decide(house, ref, "overturn", now=LATER)
    with pytest.raises(StateRefused, match="still open"):
        stages.carry_out(house, ref, now=LATER)
    nurse = house.cx("nurse", LATER)
    review.start_review(nurse, about, None)
    form = determinations.Ruling(lines=(LineRuling(number=1, result="approved"),))
    approved = determinations.approve(nurse, about, None, form)
    done = stages.carry_out(house, ref, now=LATER)
    assert done.made["authorization"] == approved.made["authorization"]
    worker.relay()
    assert stages.unsent(house, ref) == []
    assert len(stages.look(house, about).authorizations) == 1


def test_care_that_was_cut_goes_on_and_is_given_back(house, worker) -> None:
    about = walk_requests.STAGES["approved"](house)
    walk_requests.cut(house, about)
    given_back, left = (
        stages.an_appeal(house, FEDERAL, about=about, continue_benefits=True) for _ in range(2)
    )
    stages.give(house, given_back)
    stages.decide(house, given_back, "overturn")
    stages.give(house, left, "guardian")
    stages.decide(house, left, "uphold", who="guardian")
    done = stages.carry_out(house, given_back)
    worker.relay()
    assert stages.unsent(house, given_back, left) == []
    request = stages.look(house, about)
    assert request.happened.count("note_added") == 1
    assert request.authorizations[-1].number == done.made["authorization"]
    assert "continuation_window" in stages.look(house, left).clocks  # to keep it during the hearing


def test_a_payment_is_disputed_told_and_paid(house, worker) -> None:
    about = walk_requests.STAGES["approved"](house)
    filed = [
        appeals.file_appeal(
            house.cx("Maple"),
            appeals.AppealFiling(dispute="payment", claim=claim, reason="Unpaid."),
        ).ref
        for claim in (
            a_claim(house.town, FEDERAL, number=number, authorization=about, codes=("97110",))
            for number in ("C-1", "C-2")
        )
    ]
    paid, unpaid = filed
    stages.give(house, paid)
    stages.decide(house, paid, "overturn", attested=False)
    stages.carry_out(house, paid, payment_instruction="PAY-9")
    stages.give(house, unpaid, "guardian")
    lines = words("The claim came after the last day")
    stages.decide(house, unpaid, "uphold", who="guardian", attested=False, lines=lines)
    worker.relay()
    assert stages.unsent(house, paid, unpaid) == []
    assert stages.look(house, paid).case.state == "effectuated"
