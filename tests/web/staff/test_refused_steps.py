"""Steps that are refused: by law, by policy, by the state, by somebody who was faster."""

import pytest

from casework.services import review
from casework.services.actions import ACTIONS, OBSERVATIONS
from casework.services.desk import Note, add_note
from tests.web.staff.scene import REASON
from tests.web.staff.steps import NEVER, WORDS, at, case_of, decisions_of, value_of


def test_a_nurse_who_posts_the_denial_anyway_is_refused_with_the_law(desk, app) -> None:
    desk.with_physician("anyway")
    nurse = desk.sign_in(app, "nurse")
    page = nurse.get(at(desk, "anyway", "deny"))
    assert NEVER in page.text
    assert "42 CFR 438.210(b)(3)" in page.text
    assert not any(f.get("action").endswith("/do/deny") for f in page.all("form"))
    nurse.get(at(desk, "anyway", "note"))
    form = nurse.page.form(at(desk, "anyway", "note"))
    answer = nurse.client.post(
        at(desk, "anyway", "deny"),
        data={**WORDS, "csrf_token": form["csrf_token"], "at-version": form["at-version"],
              "lines-0-number": "1"},
    )  # fmt: skip
    assert answer.status_code == 409
    assert NEVER in answer.text
    assert "42 CFR 438.210(b)(3)" in answer.text
    assert REASON in answer.text
    assert case_of(desk, "anyway").state == "in_physician_review"


def test_two_people_decide_at_once_and_the_second_keeps_his_words(desk, app) -> None:
    """Show 8: one wins, the other sees a sentence and keeps what was typed."""
    desk.with_physician("both")
    one, two = desk.sign_in(app, "physician"), desk.sign_in(app, "physician2")
    for pages in (one, two):
        pages.get(at(desk, "both", "deny"))
    one.post(at(desk, "both", "deny"), WORDS)
    mine = {**WORDS, "lines-0-reason": "My own words, long thought about."}
    page = two.post(at(desk, "both", "deny"), mine, status=409)
    assert "Deny” is possible only while it is" in page.text or "denied" in page.text
    assert value_of(page, "lines-0-reason") == "My own words, long thought about."
    assert "What is new since you opened the form" in page.text
    assert "Pia Physician, MD" in page.text
    assert len(decisions_of(desk, "both")) == 1


def test_a_case_that_moved_on_keeps_the_text_and_takes_it_on_the_new_version(desk, app) -> None:
    desk.in_review("moved")
    nurse = desk.sign_in(app, "nurse")
    nurse.get(at(desk, "moved", "refer_to_physician"))
    desk_note(desk, "moved")
    review.request_information(
        desk.cx("nurse2"), desk.refs["moved"], None, review.Ask(wanted=("Exam",))
    )
    review.resume(desk.cx("nurse2"), desk.refs["moved"], None, review.Reason(reason="It came."))
    typed = {"summary": "An hour of work.", "criteria": "All of them."}
    page = nurse.post(at(desk, "moved", "refer_to_physician"), typed, status=412)
    assert "The case moved on while you worked" in page.text
    assert "Nils Nurse" in page.text
    assert "stopped waiting" in page.text
    assert value_of(page, "summary") == "An hour of work."
    assert "(on the case as it is now)" in page.text
    nurse.post(at(desk, "moved", "refer_to_physician"), typed)
    assert case_of(desk, "moved").state == "in_physician_review"


def desk_note(desk, name):
    """An internal note: it moves no version and refuses nobody."""
    add_note(desk.cx("nurse2"), desk.refs[name], None, Note(text="Read it twice."))


def test_a_letter_that_leaves_meanwhile_refuses_nobody(desk, app) -> None:
    desk.in_review("letters")
    nurse = desk.sign_in(app, "nurse")
    nurse.get(at(desk, "letters", "refer_to_physician"))
    desk.post()
    nurse.post(at(desk, "letters", "refer_to_physician"), {"summary": "S.", "criteria": "C."})
    assert case_of(desk, "letters").state == "in_physician_review"


@pytest.mark.parametrize(
    ("who", "name"), [("nurse", "open"), ("physician", "doctor"), ("compliance", "done")]
)
def test_every_step_has_a_page_a_form_or_the_reason_why_there_is_none(desk, app, who, name) -> None:
    {"open": desk.in_review, "doctor": desk.with_physician, "done": desk.denied}[name](name)
    pages = desk.sign_in(app, who)
    for trigger in (*ACTIONS["prior_auth"], *OBSERVATIONS):
        page = pages.get(at(desk, name, trigger))
        forms = [f for f in page.all("form") if f.get("action").endswith(f"/do/{trigger}")]
        refused = [e for e in page.elements if e.get("id") == "error-summary"]
        assert bool(forms) != bool(refused), trigger


def test_a_step_that_does_not_exist_is_not_found(desk, app) -> None:
    desk.in_review("strange")
    pages = desk.sign_in(app, "nurse")
    for trigger in ("fly", "receive", "deadline_missed", "information_lapsed", "uphold"):
        pages.get(at(desk, "strange", trigger), status=404)
    pages.get(at(desk, "strange", "note"))
    token = pages.page.form(at(desk, "strange", "note"))["csrf_token"]
    answer = pages.client.post(at(desk, "strange", "fly"), data={"csrf_token": token})
    assert answer.status_code == 404


def test_compliance_reads_all_and_changes_nothing(desk, app) -> None:
    desk.in_review("watched")
    auditor = desk.sign_in(app, "compliance")
    page = auditor.get(f"/staff/cases/{desk.refs['watched']}")
    assert not any("/do/" in f.get("action") for f in page.all("form"))
    page = auditor.get(at(desk, "watched", "note"))
    assert "Only" in page.text
    token = auditor.get("/staff/").form("/staff/search")["csrf_token"]
    answer = auditor.client.post(
        at(desk, "watched", "note"), data={"csrf_token": token, "text": "Mine."}
    )
    assert answer.status_code == 403
    assert "Mine." in answer.text
