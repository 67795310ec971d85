"""After an upheld appeal: the next door of each line, online where the member must ask for it."""

import re
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from casework.models import Case, ExternalReview
from tests.services import stages
from tests.web.member.photographed import A_PDF as PDF
from tests.web.member.scene import Scene
from tests.web.member.walking import Walk


@pytest.mark.parametrize(
    ("contract", "body", "who"),
    [
        ("OH-QHP", "iro", "doctors outside our plan"),
        ("OH-MCD", "state_fair_hearing", "Bureau of State Hearings"),
    ],
)
def test_a_review_outside_is_asked_for_online(
    scene: Scene, site: Flask, contract: str, body: str, who: str
) -> None:
    about = stages.decided(scene.house, contract, "uphold")
    pages = scene.sign_in(site, contract)
    page = pages.get(f"/member/cases/{about}")
    assert "We still say no." in page.text
    assert who in page.text
    assert "Ask for an outside review" in page.text
    walk = Walk(pages, f"/member/outside/{about}")
    assert walk.begin().h1 == "Why do you think that we should say yes?"
    walk.answer("why", "I still need it.")
    assert "much sooner" in walk.open("danger").text
    walk.answer("danger", "no")
    walk.answer("papers")
    receipt = walk.send()
    assert receipt.h1 == "We have your request for an outside review"
    [number] = set(re.findall(r"ER-2027-\d{6}-\d", receipt.text))
    with scene.database.reading(scene.house.cx("system")) as cx:
        found = cx.db.execute(
            select(ExternalReview.body)
            .join(Case, Case.id == ExternalReview.case_id)
            .where(Case.ref == number)
        ).scalar_one()
    assert found == body
    again = pages.get(f"/member/cases/{about}")
    assert f"See {number}" in again.text
    assert "Ask for an outside review" not in again.text
    assert "It went on to reviewers outside our plan." in again.text
    assert "It went on to reviewers outside our plan." in pages.get("/member/").text


def test_in_medicare_the_plan_sends_it_on_and_nobody_has_to_ask(scene: Scene, site: Flask) -> None:
    about = stages.decided(scene.house, "OH-MA", "uphold")
    page = scene.sign_in(site, "OH-MA").get(f"/member/cases/{about}")
    assert "You do not have to ask." in page.text
    assert "Ask for an outside review" not in page.text


def test_the_wrong_door_is_closed(scene: Scene, site: Flask) -> None:
    ref = stages.a_denial(scene.house, "OH-QHP")
    scene.sign_in(site, "OH-QHP").get(f"/member/outside/{ref}", status=404)


def test_papers_for_the_reviewers_are_owed_to_the_reviewers(scene: Scene, site: Flask) -> None:
    denied = stages.a_denial(scene.house)
    upheld = stages.decided(scene.house, "OH-MCD", "uphold", about=denied)
    scene.post(denied, upheld)  # the reviewers get a file that lacks no letter
    ref = stages.a_review(scene.house, "OH-MCD", upheld)
    stages.sent(scene.house, ref)
    pages = scene.sign_in(site)
    address = f"/member/cases/{ref}/papers"
    pages.get(address)
    pages.post(address, {"papers": [(BytesIO(PDF + b"%er"), "scan.pdf")], "text": "New."})
    page = pages.follow()
    assert "scan.pdf" in page.text
    assert "More facts came in" in page.text
    owed = [o for o in stages.look(scene.house, ref).owed if o.kind == "forward_information"]
    assert len(owed) == 1
