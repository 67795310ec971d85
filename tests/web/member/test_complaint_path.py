"""Making a complaint page by page: in one's own words, under what fits, to the right door."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from casework.context import Principal
from casework.models import Case, Grievance
from casework.records import categories
from casework.web import edge
from casework.web.member.complaint_words import CATEGORIES
from tests.pages import Pages
from tests.services import stages
from tests.web.member.scene import Scene
from tests.web.member.walking import A_PAPER, Walk

NUMBER = re.compile(r"GR-2027-\d{6}-\d")


def a_complaint(pages: Pages) -> Walk:
    """A complaint that was begun."""
    walk = Walk(pages, "/member/complaint")
    walk.begin()
    return walk


def filed(scene: Scene, ref: str) -> tuple[Case, Grievance]:
    """The complaint of this number as the system sees it."""
    with scene.database.reading(scene.house.cx("system")) as cx:
        found = cx.db.execute(
            select(Case, Grievance)
            .join(Grievance, Grievance.case_id == Case.id)
            .where(Case.ref == ref)
        ).one()
        return found[0], found[1]


def test_a_complaint_from_the_first_page_to_the_receipt(scene: Scene, site: Flask) -> None:
    pages = scene.sign_in(site)
    pages.get("/member/complaint")
    walk = Walk(pages, "/member/complaint")
    assert walk.begin().h1 == "What happened?"
    assert "Write what happened." in walk.refused("told").text
    assert walk.answer("told", "I fell in the hall.").h1 == "When did it happen?"
    day = {"when-month": "2", "when-day": "20", "when-year": "2027"}
    assert walk.answer("when", **day).h1 == "What is it about?"
    assert walk.answer("about", "quality").h1 == "Which of these fits best?"
    walk.answer("fits", "quality.safety")
    if walk.step == "case":
        walk.answer("case", "none")
    assert walk.answer("urgent", "yes").h1 == "Do you have papers that can help?"
    walk.add(A_PAPER)
    check = walk.answer("papers")
    for said in (
        "I fell in the hall.",
        "February 20, 2027",
        "The care itself",
        "I was not safe: a fall, an infection, a wrong drug",
        A_PAPER[0],
    ):
        assert said in check.text, said
    receipt = walk.send()
    [number] = set(NUMBER.findall(receipt.text))
    assert receipt.h1 == "We have your complaint"
    assert "You will have our answer by Sunday, May 30, 2027." in receipt.text
    case, detail = filed(scene, number)
    assert (detail.category, detail.severity, str(detail.incident_on), case.filed_by) == (
        "quality.safety",
        "high",
        "2027-02-20",
        "member",
    )
    page = pages.get(f"/member/cases/{number}")
    assert "February 20, 2027 This is the day on which it happened" in " ".join(page.text.split())
    home = pages.get("/member/")
    assert "I was not safe: a fall, an infection, a wrong drug" in home.text
    assert "You began a complaint" not in home.text
    assert a_complaint(pages).step == "told", "the next complaint begins anew"


def test_what_is_not_known_can_be_left_open(scene: Scene, site: Flask) -> None:
    walk = a_complaint(scene.sign_in(site, "OH-QHP"))
    walk.open("told")
    walk.answer("told", "Nobody calls me back.")
    walk.answer("when")
    walk.answer("about", "service")
    walk.answer("fits", "none")
    walk.answer("urgent", "no")
    walk.answer("papers")
    _case, detail = filed(scene, NUMBER.findall(walk.send().text)[0])
    assert (detail.category, detail.incident_on, detail.severity) == ("service", None, "normal")


def test_a_complaint_about_a_denial_is_shown_the_better_door(scene: Scene, site: Flask) -> None:
    ref = stages.a_denial(scene.house, "OH-MA")
    pages = scene.sign_in(site, "OH-MA")
    walk = a_complaint(pages)
    walk.answer("told", "They said no.")
    walk.answer("when")
    page = walk.answer("about", "denial")
    assert page.h1 == "An appeal helps you more"
    links = {e.get("href") for e in page.all("a")}
    assert {"/member/appeal", "/member/complaint/check"} <= links
    pages.get("/member/complaint/check", status=302)
    assert pages.follow().h1 == "Does it have to do with one of these?"
    walk.answer("case", ref)
    walk.answer("urgent", "no")
    check = walk.answer("papers")
    assert f"MRI of the brain ({ref})" in check.text
    _case, detail = filed(scene, NUMBER.findall(walk.send().text)[0])
    assert detail.category == "other"
    assert detail.about_case_id == stages.look(scene.house, ref).case.id


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (("2", "30", "2027"), "Write the day in numbers"),
        (("x", "1", "2027"), "Write the day in numbers"),
        (("", "1", "2027"), "Write the day in numbers"),
        (("3", "2", "2027"), "This day is still to come."),
        (("3", "2", "27"), "Write the year with four numbers"),
    ],
)
def test_a_day_that_cannot_be_is_told(
    scene: Scene, site: Flask, day: tuple[str, str, str], sentence: str
) -> None:
    walk = a_complaint(scene.sign_in(site, "MA-2026"))
    walk.open("told")
    walk.answer("told", "It went wrong.")
    typed = dict(zip(("when-month", "when-day", "when-year"), day, strict=True))
    page = walk.refused("when", **typed)
    assert sentence in page.text
    assert page.form("/member/complaint/when")["when-month"] == day[0]


def test_every_category_has_the_members_words() -> None:
    assert list(CATEGORIES) == [each.code for each in categories.all_categories()]


def test_who_speaks_for_two_is_asked_for_whom(
    scene: Scene, site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Accounts with several members come with a later issue; these pages are ready for them."""
    both = (scene.member_id("OH-MCD"), scene.member_id("OH-MCD-2026"))

    def of_two(_account: object) -> Principal:
        return Principal(
            kind="user",
            id=scene.user("OH-MCD-2026"),
            name="Tom Nguyen",
            roles=frozenset({"representative"}),
            reach="members",
            ids=both,
        )

    monkeypatch.setattr(edge, "principal_of", of_two)
    pages = scene.sign_in(site, "OH-MCD-2026")
    for contract in ("OH-MCD", "OH-MCD-2026"):
        stages.a_denial(scene.house, contract)
    home = pages.get("/member/")
    assert "For Rosa Diaz" in home.text
    assert "For Tom Nguyen" in home.text
    walk = a_complaint(pages)
    assert walk.step == "person"
    walk.answer("person", str(both[1]))
    walk.answer("told", "He had no ride.")
    walk.answer("when")
    walk.answer("about", "access")
    walk.answer("fits", "access.transport")
    page = walk.open("case")
    options = {e.get("value") for e in page.all("input") if e.get("name") == "case"}
    refs = options - {"none"}
    assert {stages.look(scene.house, ref).case.member_id for ref in refs} == {both[1]}
    walk.answer("case", "none")
    walk.answer("urgent", "no")
    walk.answer("papers")
    case, _ = filed(scene, NUMBER.findall(walk.send().text)[0])
    assert (case.member_id, case.filed_by) == (both[1], "representative")
