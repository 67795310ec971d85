"""What members do with their cases: each page says what it means; it is done once and told."""

import re
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from casework.errors import Problem
from casework.models import Appeal, Case, CaseDocument, Contact
from casework.queries.timeline import timeline
from casework.records.forms import asked_by
from casework.services import appeal_review, messages, review
from casework.services.intake import submit_prior_auth
from tests.builders import a_submission
from tests.pages import Pages
from tests.services import stages
from tests.web.member.appealing import denied
from tests.web.member.photographed import A_PDF as PDF
from tests.web.member.scene import Scene, pended
from tests.web.member.walking import Walk


def new(scene: Scene, contract: str = "OH-MCD") -> str:
    """A new request."""
    return submit_prior_auth(scene.house.cx("Maple"), a_submission(scene.house.town, contract)).ref


def act(pages: Pages, ref: str, name: str, *, status: int = 302, **typed):
    """Open the page of this act, fill the form in and send it; the page that follows."""
    address = f"/member/cases/{ref}/{name}"
    pages.get(address)
    page = pages.post(address, typed, status=status)
    return pages.follow() if status == 302 else page


def entries(scene: Scene, ref: str):
    """The history of this case with its words, as the system sees it."""
    case = stages.look(scene.house, ref).case
    with scene.database.reading(scene.house.cx("system")) as cx:
        return timeline(cx, case)


def test_asking_for_a_fast_answer(scene: Scene, site: Flask) -> None:
    ref = new(scene)
    pages = scene.sign_in(site)
    page = act(pages, ref, "faster", text="I could go blind.")
    assert "We have it. We look at it at once and tell you." in page.text
    assert "A faster answer was asked for." in page.text
    newest = entries(scene, ref)[0]
    assert (newest.event, newest.said["reason"]) == ("expedite_requested", "I could go blind.")
    pages.get(f"/member/cases/{ref}/faster", status=409)
    assert "This cannot be done now." in pages.page.text


def test_a_message_gets_a_number_and_reaches_the_desk(scene: Scene, site: Flask) -> None:
    ref = new(scene)
    pages = scene.sign_in(site)
    page = act(pages, ref, "message", text="My new phone is 614-555-0199.")
    [number] = set(re.findall(r"CALL-2027-\d{6}-\d", page.text))
    assert "You sent us a message" in page.text
    sight = stages.look(scene.house, ref)
    assert sight.case.new_papers_at is not None, "the desk sees that something is new"
    assert entries(scene, ref)[0].said["message"] == "My new phone is 614-555-0199."
    with scene.database.reading(scene.house.cx("nurse")) as cx:
        contact = cx.db.execute(select(Contact).where(Contact.ref == number)).scalar_one()
    assert (contact.direction, contact.channel, contact.case_id) == ("in", "portal", sight.case.id)
    assert "Write your message." in act(pages, ref, "message", status=422).text
    assert asked_by(messages.Message)[0].label == "Message"


def test_a_message_pressed_twice_is_one(scene: Scene, site: Flask) -> None:
    ref = new(scene)
    pages = scene.sign_in(site)
    address = f"/member/cases/{ref}/message"
    form = pages.get(address).form(address)
    for _ in range(2):
        answer = pages.client.post(address, data={**form, "text": "Once."})
        assert answer.status_code == 302
    assert [e.event for e in entries(scene, ref)].count("contact_logged") == 1
    other = pages.client.post(address, data={**form, "text": "Something else."})
    assert other.status_code == 409
    assert "You sent this form before." in other.text
    assert "Something else." in other.text


def test_papers_are_added_to_an_open_case(scene: Scene, site: Flask) -> None:
    ref = new(scene)
    pages = scene.sign_in(site)
    page = act(pages, ref, "papers", papers=[(BytesIO(PDF + b"%x"), "photo.pdf")], text="The bill.")
    assert "We have your papers." in page.text
    assert "photo.pdf" in page.text
    assert entries(scene, ref)[0].event == "document_added"
    link = next(e.get("href") for e in page.all("a") if "photo.pdf" in e.text)
    sent = pages.client.get(link)
    assert sent.data == PDF + b"%x"
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in sent.headers["Content-Security-Policy"]
    assert "Choose a file first." in act(pages, ref, "papers", status=422).text


@pytest.mark.parametrize(("answers", "state"), [("yes", "in_review"), ("no", "pended")])
def test_an_answer_to_a_question_goes_on_and_other_papers_do_not(
    scene: Scene, site: Flask, answers: str, state: str
) -> None:
    ref = pended(scene.house, "OH-MCD")
    pages = scene.sign_in(site)
    assert "Notes of the exam" in pages.get(f"/member/cases/{ref}/papers").text
    page = act(pages, ref, "papers", status=422, papers=[(BytesIO(PDF), "a.pdf")], answers="")
    assert "Choose one of these." in page.text
    act(pages, ref, "papers", papers=[(BytesIO(PDF), "a.pdf")], answers=answers)
    assert stages.look(scene.house, ref).case.state == state


def test_taking_back_needs_the_page_that_was_seen(scene: Scene, site: Flask) -> None:
    ref = new(scene)
    pages = scene.sign_in(site)
    address = f"/member/cases/{ref}/back"
    assert "We do not decide, and the care is not approved." in pages.get(address).text
    review.start_review(scene.house.cx("nurse"), ref, None)
    page = pages.post(address, {"text": "I feel better."}, status=412)
    assert "Something new happened since you opened this page." in page.text
    assert "I feel better." in page.html, "what was typed is still there"
    assert stages.look(scene.house, ref).case.state == "in_review"
    pages.post(address, {"text": "I feel better."})
    assert "This was taken back." in pages.follow().text
    assert entries(scene, ref)[0].said["reason"] == "I feel better."
    pages.get(address, status=409)


def test_the_signed_form_is_sent_from_the_page_of_the_appeal(
    scene: Scene, site: Flask, son: int
) -> None:
    about = denied(scene, "OH-MA")
    pages = scene.sign_in_as(site, son)
    walk = pages.get(f"/member/appeal/{about}")
    assert walk.h1 == "Ask us to look again"
    way = Walk(pages, f"/member/appeal/{about}")
    way.begin()
    way.answer("why")
    way.answer("danger", "no")
    if way.step == "form":
        way.answer("form", "later")
    way.answer("papers")
    ref = re.findall(r"AP-2027-\d{6}-\d", way.send().text)[0]
    appeal_review.require_consent(scene.house.cx("ag_specialist"), ref, None)
    assert "We need your signed form first." in pages.get(f"/member/cases/{ref}").text
    page = act(pages, ref, "form", status=422, fits="")
    for sentence in ("Choose a file first.", "Write the day in numbers", "Tick this if it is so."):
        assert sentence in page.text
    signed = {"signed-month": "2", "signed-day": "26", "signed-year": "2027"}
    papers = [(BytesIO(PDF), "form.pdf")]
    page = act(pages, ref, "form", papers=papers, fits="yes", **signed)
    assert "We have the form. Thank you." in page.text
    with scene.database.reading(scene.house.cx("system")) as cx:
        consent = cx.db.execute(
            select(Appeal.consent).join(Case, Case.id == Appeal.case_id).where(Case.ref == ref)
        ).scalar_one()
        names = cx.db.execute(select(CaseDocument.name)).scalars().all()
    assert consent == "on_file"
    assert "form.pdf" in names


@pytest.mark.parametrize("name", ["faster", "papers", "message", "back", "late", "form", "keep"])
def test_no_act_is_open_to_another_member(scene: Scene, site: Flask, name: str) -> None:
    ref = scene.refs.setdefault("theirs", new(scene))
    pages = scene.sign_in(site, "OH-QHP")
    pages.get(f"/member/cases/{ref}/{name}", status=404)


def test_an_act_that_does_not_exist_is_not_found(scene: Scene, site: Flask) -> None:
    ref = scene.refs.setdefault("theirs", new(scene))
    for name in ("approve", "deny", "extend", "note"):
        scene.sign_in(site).get(f"/member/cases/{ref}/{name}", status=404)


def test_an_interpreter_is_asked_for_and_an_answer_is_shown(scene: Scene, site: Flask) -> None:
    ref = new(scene)
    pages = scene.sign_in(site)
    page = act(pages, ref, "interpreter", status=422, tongue="other")
    assert "Write the name of the language." in page.text
    page = act(pages, ref, "interpreter", tongue="other", other="Somali", when="614-555-0100")
    assert "An interpreter was asked for" in page.text
    newest = entries(scene, ref)[0]
    assert "An interpreter is needed for this case: Somali." in newest.said["message"]
    act(pages, ref, "message", text="When do you call me?")
    answer = messages.Answer(text="I answer myself.")
    with pytest.raises(Problem):
        messages.answer_message(scene.house.member("OH-MCD"), ref, None, answer)
    answer = messages.Answer(text="Tomorrow at ten, with somebody who speaks Somali.")
    messages.answer_message(scene.house.cx("nurse"), ref, None, answer)
    page = pages.get(f"/member/cases/{ref}")
    for said in ("When do you call me?", "Our answer", "Tomorrow at ten", "We wrote you an answer"):
        assert said in page.text, said
    assert "Nora Nurse" not in page.text
    messages.send_message(scene.house.cx("Maple"), ref, None, messages.Message(text="Office only."))
    assert "Office only." not in pages.get(f"/member/cases/{ref}").text
    assert "Office only." not in pages.get(f"/member/cases/{ref}/everything").text


def test_the_list_is_narrowed_to_what_is_open(scene: Scene, site: Flask) -> None:
    ref = new(scene)
    pages = scene.sign_in(site)
    assert ref in pages.get("/member/?show=open").text
    assert ref not in pages.get("/member/?show=over").text
    assert ref in pages.get("/member/?show=nonsense&person=99").text


def test_without_a_letter_it_is_told_in_own_words(scene: Scene, site: Flask) -> None:
    pages = scene.sign_in(site)
    assert "Tell us about it" in pages.get("/member/appeal").text
    pages.get("/member/no-letter")
    pages.post("/member/no-letter")
    assert pages.follow().h1 == "What happened?"
