"""An office reads its own record of approvals, on its page and by API, and nobody else's."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from casework import now
from casework.context import SYSTEM
from casework.records.determinations import LineRuling
from casework.records.gold_cards import measured
from casework.services import determinations, gold_cards, review, tokens
from casework.services.gold_cards import Grant
from casework.services.intake import submit_prior_auth
from tests.builders import MONDAY, a_submission

RECORD = "/provider/record"


@pytest.fixture(scope="module")
def policy(practice) -> str:
    """Five MRIs of Maple that a nurse approved, and one by the list; the policy has a card."""
    town = practice.town
    for number in range(5):
        day = date(2027, 5, 1) + timedelta(days=number)
        line = replace(a_submission(town).lines[0], code="70551", from_date=day, to_date=day)
        sent = replace(a_submission(town, "OH-MCD"), lines=(line,))
        ref = submit_prior_auth(town.cx("Maple"), sent).ref
        review.start_review(town.cx("nurse"), ref, None)
        ruling = determinations.Ruling(lines=(LineRuling(number=1, result="approved"),))
        determinations.approve(town.cx("nurse"), ref, None, ruling)
    with town.database.reading(town.database.context(SYSTEM)) as cx:
        [record] = measured(cx, until=cx.now.date())
    return record.policy


def granted(practice, policy: str) -> int:
    form = Grant(
        organization_id=practice.town.offices["Maple"],
        policy=policy,
        starts_on=MONDAY.date(),
        reason="Five of five.",
    )
    return gold_cards.grant(practice.town.cx("supervisor"), form)


def test_an_office_sees_its_own_record_the_bar_and_its_card(practice, policy) -> None:
    mae = practice.browser("mae")
    page = mae.get(RECORD)
    assert "5 of 5 (100 %)" in page.text
    assert "90 of 100, and at least 5 requests" in page.text
    assert "The bar is reached" in page.text
    card = granted(practice, policy)
    assert "Gold card since March 1, 2027, no end is set" in mae.get(RECORD).text
    gold_cards.end(practice.town.cx("compliance"), card, reason="The office closed its MRI.")
    page = mae.get(RECORD)
    assert "March 1, 2027 to March 1, 2027: The office closed its MRI." in page.text


def test_the_requests_that_were_counted_are_a_click_away_and_its_own(practice, policy) -> None:
    address = f"{RECORD}/{practice.town.offices['Maple']}/{policy}"
    assert address in {each.get("href") for each in practice.browser("mae").get(RECORD).all("a")}
    page = practice.browser("mae").get(address)
    assert page.text.count("counts as approved") == 5
    oak = practice.browser("oda")
    assert "Nothing was decided yet" in oak.get(RECORD).text
    assert oak.client.get(address).status_code == 404
    other = f"{RECORD}/{practice.town.offices['Oak']}/{policy}"
    assert practice.browser("mae").client.get(other).status_code == 404


def test_a_program_reads_the_same(practice, policy) -> None:
    def call(office: str, path: str):
        town = practice.town
        made = tokens.create_token(
            town.database.context(SYSTEM),
            f"record {office}",
            wall=now.wall(),
            scopes=("cases:read",),
            organization_id=town.offices[office],
        )
        bearer = {"Authorization": f"Bearer {made.token}"}
        return practice.app.test_client().get(f"/api/v1{path}", headers=bearer)

    told = call("Maple", "/gold-record").json
    assert told["bar"]["rate"] == 90
    [item] = told["items"]
    assert (item["policy"], item["approved"], item["decided"], item["reaches"]) == (
        policy,
        5,
        5,
        True,
    )
    path = f"/gold-record/{practice.town.offices['Maple']}/{policy}"
    assert [row["approved"] for row in call("Maple", path).json] == [True] * 5
    assert call("Oak", "/gold-record").json["items"] == []
    assert call("Oak", path).status_code == 404
    assert practice.app.test_client().get(f"/api/v1{path}").status_code == 401


def test_the_page_asks_for_all_records_at_once(practice, policy) -> None:
    mae = practice.browser("mae")
    mae.get(RECORD)
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_more) -> None:
        asked.append(" ".join(statement.split()))

    engine = practice.town.database.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        mae.get(RECORD)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    for table in ("FROM gold_card", "JOIN determination", "FROM medical_policy"):
        assert sum(table in text for text in asked) == 1, table
