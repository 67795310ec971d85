"""A physician reduces or ends what was authorized: the first day that each line of business lets it
take effect, and the grounds that it knows."""

import pytest

from casework.records import cuts
from casework.records.determinations import LineRuling
from casework.services import determinations
from tests.builders import MONDAY

WORDS = {
    "reason": "You reached the goal of the treatment.",
    "criterion": "MP-033: the goal is reached.",
    "remaining": "One visit a week until June.",
    "attested": "yes",
}
OF_LINE = {"words-provision": "Evidence of coverage, chapter 4."} | {
    "words-standard": "The plan's therapy policy.",
    "words-perfect-0-what": "A report of your therapist",
    "words-perfect-0-why": "It may show that the goal is not reached.",
}


@pytest.fixture(scope="module")
def cases(desk):
    """An approved request of each line."""
    yes = determinations.Ruling(lines=(LineRuling(number=1, result="approved"),))
    for contract in ("OH-MCD", "OH-MA", "OH-QHP"):
        ref = desk.in_review(contract, contract)
        determinations.approve(desk.cx("nurse"), ref, None, yes)
    return desk


def sent(cases, app, contract: str, *, status: int, **changes):
    pages = cases.sign_in(app, "physician")
    address = f"/staff/cases/{cases.refs[contract]}/do/reduce"
    pages.get(address)
    return pages.post(address, WORDS | changes, status=status)


@pytest.mark.parametrize(
    ("contract", "said"),
    [
        ("OH-MCD", "March 11, 2027, {}: 10 days (42 CFR 438.404(c)(1), 431.211)"),
        ("OH-MA", "March 11, 2027, {}: 10 days (the plan's policy)"),
        ("OH-QHP", "March 31, 2027, {}: 30 days (29 CFR 2560.503-1(f)(2)(ii)(A)"),
    ],
)
def test_the_form_says_the_first_day_and_what_says_so(cases, app, contract, said) -> None:
    page = cases.sign_in(app, "physician").get(f"/staff/cases/{cases.refs[contract]}/do/reduce")
    assert f"Not before {said.format('where the notice leaves today')}" in page.text
    # Only Medicaid knows shorter notices.
    grounds = [e for e in page.elements if e.get("name") == "ground"]
    assert bool(grounds) is (contract == "OH-MCD")


@pytest.mark.parametrize(
    ("contract", "day"),
    [("OH-MCD", "2027-03-10"), ("OH-MA", "2027-03-10"), ("OH-QHP", "2027-03-30")],
)
def test_a_day_before_it_is_refused_and_what_was_typed_stays(cases, app, contract, day) -> None:
    page = sent(cases, app, contract, status=409, effective_on=day, **OF_LINE)
    assert "takes effect only after the advance notice" in page.text
    assert WORDS["reason"] in page.text


def test_probable_fraud_shortens_it_and_an_exemption_has_its_reason(cases, app) -> None:
    early = {"effective_on": "2027-03-06"}
    sent(cases, app, "OH-MCD", status=409, **early)
    page = sent(cases, app, "OH-MCD", status=422, **early, ground="exempt")
    assert "Choose what exempts it" in page.text
    page = sent(cases, app, "OH-MCD", status=422, **early, ground="fraud", exempt_why="moved")
    assert "Choose what exempts it" in page.text
    assert cuts.earliest("medicaid", "fraud", today=MONDAY.date()).isoformat() == "2027-03-06"
    assert cuts.earliest("medicare", "fraud", today=MONDAY.date()) is None


def test_a_cut_that_keeps_its_days_stands_in_the_story(cases, app) -> None:
    sent(cases, app, "OH-MCD", status=302, effective_on="2027-03-20")
    page = cases.sign_in(app, "physician").follow()
    assert "reduced the authorization" in page.text
