"""Addresses that letters print: seen by day, checked against every letter, never in the past."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from casework.models import ContractVersion
from casework.queries.plan_letters import letters_that_print
from casework.seed.contracts import specified
from casework.services.contracts import publish_version
from tests.builders import MONDAY

TODAY = MONDAY.date()
DAY = timedelta(days=1)
HERE = "/staff/contracts/OH-MCD/addresses"
PLANS = {each["code"]: each for each in specified()}


def versions(desk) -> int:
    with desk.town.database.reading(desk.cx("system")) as cx:
        return cx.db.execute(select(func.count()).select_from(ContractVersion)).scalar_one()


def filled(page, **changes) -> dict[str, str]:
    return {**page.form(f"{HERE}/2"), "do": "check", "reason": "The desk moved.", **changes}


@pytest.mark.parametrize("who", ["nurse", "supervisor", "intake", "physician"])
def test_nobody_else_comes_in(desk, app, who) -> None:
    desk.sign_in(app, who).get(HERE, status=403)


def test_compliance_reads_and_an_administrator_changes(desk, app) -> None:
    page = desk.sign_in(app, "compliance").get(HERE)
    assert "1-800-555-0110" in page.text
    assert f"{HERE}/2" not in desk.sign_in(app, "compliance").response.text
    desk.sign_in(app, "compliance").get(f"{HERE}/2", status=403)
    desk.sign_in(app, "admin").get(f"{HERE}/99", status=404)


def test_a_change_is_checked_against_the_letters_before_it_is_published(desk, app) -> None:
    pages = desk.sign_in(app, "admin")
    before = versions(desk)
    page = pages.get(f"{HERE}/2")
    first = TODAY + 10 * DAY
    said = filled(page, phone="1-800-555-0999", effective_from=first.isoformat())
    checked = pages.post(f"{HERE}/2", said, status=200)
    assert "1-800-555-0999" in checked.text
    assert "Denial" in checked.text or "denial" in checked.text
    assert versions(desk) == before, "looking publishes nothing"
    pages.post(f"{HERE}/2", {"do": "publish"})
    assert versions(desk) == before + 1
    now = pages.follow()
    assert "planned" in now.text
    assert "1-800-555-0110" in now.text, "today prints what it printed"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"effective_from": (TODAY - DAY).isoformat()}, "from now on"),
        ({"effective_from": "soon"}, "Enter the first day"),
        ({"reason": "x"}, "Say why"),
        ({"name": ""}, "There is one thing to correct"),
    ],
)
def test_what_cannot_be_is_refused_with_what_was_typed(desk, app, changes, said) -> None:
    pages = desk.sign_in(app, "admin")
    before = versions(desk)
    page = pages.get(f"{HERE}/2")
    first = {"effective_from": (TODAY + 20 * DAY).isoformat(), "fax": "1-614-555-0777"}
    pages.post(f"{HERE}/2", filled(page, **(first | changes)), status=422)
    assert said in pages.page.text
    assert "1-614-555-0777" in pages.response.text
    assert versions(desk) == before


def test_an_address_brings_no_planned_terms_forward(desk, app) -> None:
    publish_version(
        desk.cx("admin"),
        "OH-QHP",
        terms={},
        workflow={"reopen_days": 90},
        reason="A longer time to reopen.",
        effective_from=TODAY + 60 * DAY,
        knows_looser=True,
    )
    pages = desk.sign_in(app, "admin")
    here = "/staff/contracts/OH-QHP/addresses/4"
    page = pages.get(here)
    said = {
        **page.form(here),
        "do": "publish",
        "phone": "1-800-555-0888",
        "reason": "The records desk moved.",
    }
    pages.post(here, {**said, "effective_from": TODAY.isoformat()}, status=422)
    assert "a version with other terms is planned" in pages.page.text
    pages.post(here, {**said, "effective_from": (TODAY + 61 * DAY).isoformat()})


def test_a_letter_is_named_exactly_where_its_page_changes() -> None:
    plan = PLANS["OH-MCD"]["plan"]
    changed = {**plan, "fair_hearing": {**plan["fair_hearing"], "phone": "1-800-555-0321"}}
    told = {one.code for one in letters_that_print("medicaid", plan, changed)}
    assert "appeal_upheld" in told
    assert "request_received" not in told
    assert letters_that_print("medicaid", plan, dict(plan)) == ()
