"""Joining, parting, renaming and substituting on screen: what will happen is said, the other case
stands beside, the letter can be read first, and both cases point at each other afterwards."""

import pytest
from sqlalchemy import select

from casework.models import Case, Obligation
from casework.services import appeal_review, appeals, grievances
from tests.builders import MONDAY
from tests.web.staff.scene import Desk

WHY = "The call and the letter are about the same denial."


@pytest.fixture(scope="module", autouse=True)
def cases(desk: Desk) -> None:
    """A denial with two appeals of it, a second denial, and a complaint."""
    desk.denied("first")
    desk.denied("second")
    for name, at in (("call", MONDAY), ("letter", MONDAY)):
        form = appeals.AppealFiling(about=desk.refs["first"], reason=f"The {name} says no.")
        desk.refs[name] = appeals.file_appeal(desk.cx("member of OH-MCD", at), form).ref
    for name in ("other", "parted", "deciding"):
        form = appeals.AppealFiling(about=desk.refs["first"], reason=f"Said in the {name} one.")
        desk.refs[name] = appeals.file_appeal(desk.cx("member of OH-MCD"), form).ref
    told = grievances.GrievanceFiling(told="I waited for hours.", category="service.phone")
    desk.refs["complaint"] = grievances.file_grievance(desk.cx("member of OH-MCD"), told).ref


def at(desk: Desk, name: str, trigger: str) -> str:
    return f"/staff/cases/{desk.refs[name]}/do/{trigger}"


def test_the_other_case_stands_beside_the_form_and_the_letter_can_be_read(desk, app) -> None:
    pages = desk.sign_in(app, "ag_specialist")
    page = pages.get(at(desk, "letter", "merge"))
    assert "The case that came first goes on" in page.text
    assert desk.refs["call"] in page.text
    assert "The call says no." in page.text
    assert "came first: goes on" in page.text
    assert desk.refs["complaint"] not in page.text, "a complaint is of another kind"
    typed = {"other": desk.refs["call"], "reason": WHY}
    filled = {**pages.page.form(at(desk, "letter", "merge")), **typed}
    shown = pages.client.post(f"{at(desk, 'letter', 'merge')}/letters", data=filled)
    assert "You lose no time and no right" in shown.text
    pages.get(at(desk, "letter", "merge"))
    pages.post(at(desk, "letter", "merge"), typed)
    page = pages.follow()
    assert "Took in" in page.text, "it leads to the case that goes on"
    assert desk.refs["letter"] in page.text
    gone = pages.get(f"/staff/cases/{desk.refs['letter']}")
    assert "Goes on in" in gone.text
    assert "Joined with an earlier case" in gone.text


def test_what_is_refused_says_why_and_keeps_what_was_typed(desk, app) -> None:
    pages = desk.sign_in(app, "ag_specialist")
    pages.get(at(desk, "other", "merge"))
    typed = {"other": desk.refs["complaint"], "reason": WHY}
    page = pages.post(at(desk, "other", "merge"), typed, status=409)
    assert "of another kind" in page.text
    assert WHY in page.text


def test_a_part_gets_its_own_case_by_form(desk, app) -> None:
    pages = desk.sign_in(app, "ag_specialist")
    page = pages.get(at(desk, "parted", "split"))
    assert desk.refs["second"] in page.text, "the decisions that can be disputed stand beside"
    pages.post(
        at(desk, "parted", "split"),
        {"into": "grievance", "category": "attitude.plan", "told": "Rude.", "reason": WHY},
    )
    page = pages.follow()
    assert "A part of it is" in page.text


def test_the_estate_takes_the_place_by_form(desk, app) -> None:
    pages = desk.sign_in(app, "ag_specialist")
    page = pages.get(at(desk, "complaint", "substitute_party"))
    assert "The estate, by its legal representative" in page.text
    assert "A provider with an assignment" not in page.text, "Medicaid knows no assignee"
    pages.post(
        at(desk, "complaint", "substitute_party"),
        {
            "new_party": "Estate of Joe Example",
            "capacity": "estate",
            "evidence": "Letters of administration.",
            "address": "5 Oak Street\nColumbus, OH 43004",
            "died_on": "2027-02-10",
        },
    )
    page = pages.follow()
    assert "In the member’s place" in page.text
    assert "5 Oak Street" in page.text
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        owed = set(
            cx.db.execute(
                select(Case.ref).join(Obligation).where(Obligation.kind == "name_who_goes_on")
            ).scalars()
        )
    assert desk.refs["call"] in owed


def test_a_decision_on_an_unread_subject_is_refused_on_the_page(desk, app) -> None:
    """Every deciding edge, on the page; the commands and the API are in test_parties.py."""
    ref = desk.refs["deciding"]
    give = appeal_review.Assignment(reviewer_id=desk.town.users["ag_clinician"], expertise=True)
    appeal_review.assign_reviewer(desk.cx("ag_specialist"), ref, None, give)
    change = appeal_review.NewSubject(subject="Only the second.", reason="She said so.")
    appeal_review.change_subject(desk.cx("ag_specialist"), ref, None, change)
    doctor = desk.sign_in(app, "ag_clinician")
    for how in ("uphold", "overturn", "overturn_in_part"):
        page = doctor.get(at(desk, "deciding", how))
        assert "must acknowledge that the subject of the appeal has changed" in page.text
    doctor.get(at(desk, "deciding", "acknowledge_subject"))
    doctor.post(at(desk, "deciding", "acknowledge_subject"))
    doctor.follow()
    for how in ("uphold", "overturn"):
        page = doctor.get(at(desk, "deciding", how))
        assert "must acknowledge that the subject" not in page.text


@pytest.mark.parametrize("who", ["nurse", "supervisor", "ag_clinician"])
def test_who_may_not_join_reads_the_rule_of_the_plan(desk, app, who) -> None:
    page = desk.sign_in(app, who).get(at(desk, "other", "merge"))
    assert "Only an appeals specialist may merge" in page.text


def test_every_step_of_this_kind_has_its_page(desk, app) -> None:
    pages = desk.sign_in(app, "ag_specialist")
    for name, steps in {
        "other": ("merge", "split", "take_as_dispute", "take_as_request", "add_party"),
        "complaint": ("merge", "split", "take_as_request", "add_party", "substitute_party"),
    }.items():
        for step in steps:
            assert pages.get(at(desk, name, step)).status == 200
