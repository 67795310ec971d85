"""What the screens say in words: inbox, who gave a case to whom, languages, what is for whom."""

import pytest
from sqlalchemy import create_engine, text

from casework.models import Member
from casework.services.desk import Handing, assign
from tests.builders import MONDAY
from tests.web.staff.scene import DAY
from tests.web.staff.steps import case_of


@pytest.fixture(scope="module", autouse=True)
def cases(desk):
    """A request with two clocks that ran out, one that went from hand to hand, one denied."""
    desk.open("two_clocks", "OH-MCD-2026", received_at=MONDAY - 40 * DAY)
    desk.in_review("handed")
    desk.denied("denied")
    desk.post()
    desk.sweep()


def change(desk, statement, **values):
    engine = create_engine(desk.settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(text(statement), values)
    engine.dispose()


def lines(page, ref):
    """The lines of the inbox that tell of a time of this case that ran out."""
    told = [e for e in page.all("li") if "told__one" in e.get("class") and ref in e.text]
    return [e for e in told if "The time ran out" in e.text]


def test_clocks_that_ran_out_at_once_are_one_line_with_both_numbers(desk, app) -> None:
    case = case_of(desk, "two_clocks")
    for table, at in (("escalation", "opened_at"), ("staff_notice", "at")):
        change(desk, f"update {table} set {at} = :at where case_id = :id", at=MONDAY, id=case.id)
    pages = desk.sign_in(app, "supervisor")
    page = pages.get("/staff/")
    [line] = lines(page, case.ref)
    assert line.text.count("ESC-2027-") == 2
    [seen] = [e.get("value") for e in page.all("button") if line in e.inside]
    pages.post("/staff/notices/seen", {"notice": seen})
    assert lines(pages.follow(), case.ref) == []


def test_the_story_names_who_took_it_and_to_whom_it_was_given(desk, app) -> None:
    nurse2 = desk.town.users["nurse2"]
    assign(
        desk.cx("supervisor"), desk.refs["handed"], None, Handing(user_id=nurse2, reason="Leave")
    )
    page = desk.sign_in(app, "nurse").get(f"/staff/cases/{desk.refs['handed']}")
    assert "Sam Supervisor (supervisor) gave it to Nils Nurse" in page.text
    desk.open("taken")
    pages = desk.sign_in(app, "nurse")
    pages.get(f"/staff/cases/{desk.refs['taken']}")
    pages.post(f"/staff/cases/{desk.refs['taken']}/do/take_work")
    assert "Nora Nurse (nurse) took the case" in pages.follow().text


def test_the_members_language_is_named_and_so_is_that_of_a_letter_in_another(desk, app) -> None:
    member = case_of(desk, "denied").member_id
    change(desk, f"update {Member.__tablename__} set language = 'ar' where id = :id", id=member)
    page = desk.sign_in(app, "nurse").get(f"/staff/cases/{desk.refs['denied']}")
    change(desk, f"update {Member.__tablename__} set language = 'en' where id = :id", id=member)
    assert "Arabic; reached by mail" in page.text
    assert "in English; open the exact PDF" in page.text


def test_who_may_not_settle_an_escalation_sees_it_without_a_link(desk, app) -> None:
    desk.open("still_owed", received_at=MONDAY - 20 * DAY)
    desk.sweep()
    ref = desk.refs["still_owed"]
    page = desk.sign_in(app, "compliance").get(f"/staff/cases/{ref}")
    assert "Owed and escalated" in page.text
    assert not [e for e in page.all("a") if "settle_obligation" in e.get("href")]
    assert [e for e in page.all("a") if "acknowledge_escalation" in e.get("href")]
    page = desk.sign_in(app, "nurse").get(f"/staff/cases/{ref}")
    assert "Owed and escalated" in page.text
    assert not [e for e in page.all("a") if "acknowledge_escalation" in e.get("href")]


def test_what_was_escalated_is_told_as_over_once_it_is_done(desk, app) -> None:
    page = desk.sign_in(app, "compliance").get(f"/staff/cases/{desk.refs['two_clocks']}")
    assert "Was escalated; all is done" in page.text
    assert "the notice of action is owed today" in page.text


def test_nobody_is_nudged_to_decide_against_the_member(desk, app) -> None:
    """The one full button is never a denial; what is to be done first is."""
    desk.with_physician("asked")
    page = desk.sign_in(app, "physician").get(f"/staff/cases/{desk.refs['asked']}")
    full = [
        e.text
        for e in page.all("a", "button")
        if e.within("div")
        and "do__buttons" in e.within("div").get("class")
        and "usa-button" in e.get("class")
        and "usa-button--outline" not in e.get("class")
    ]
    assert full == ["Approve"]


def test_units_are_said_in_words(desk, app) -> None:
    change(
        desk,
        "update request_line set unit = 'VS' where case_id = :id",
        id=case_of(desk, "denied").id,
    )
    page = desk.sign_in(app, "nurse").get(f"/staff/cases/{desk.refs['denied']}")
    assert "1 visit, April 1, 2027" in page.text
