"""The page of a case: what an office is told, what it can do, and what it never sees."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from casework.models import Case
from casework.queries.worklist import Wanted, listed
from casework.records.determinations import LineRuling
from casework.services import desk, determinations, review
from tests.builders import MONDAY, PDF, Town
from tests.web.provider import stages
from tests.web.provider.conftest import Practice
from tests.web.provider.filling import Portal


def at(ref: str, *more: str) -> str:
    return "/".join((f"/provider/cases/{ref}", *more))


def state(town: Town, ref: str) -> str:
    with town.database.reading(town.cx("compliance")) as cx:
        return str(cx.db.execute(select(Case.state).where(Case.ref == ref)).scalar_one())


# ── What is told ────────────────────────────────────────────────────────────────────────────────


def test_a_new_request_says_what_happens_by_when_and_why(mae: Portal, town) -> None:
    ref = stages.a_request(town)
    page = mae.get(at(ref))
    for said in (
        ref,
        "We will review your request.",
        "A nurse of the plan",
        "March 15, 2027, 11:59 pm Eastern Time",
        "Why this date?",
        "14 calendar days",
        "Not decided yet",
        "notes.pdf",
        "We received it",
    ):
        assert said in page.text, said


def test_what_the_plan_notes_for_itself_is_never_shown(mae: Portal, town) -> None:
    ref = stages.pended(town)
    desk.add_note(town.cx("nurse"), ref, None, desk.Note(text="The office is slow."))
    page = mae.get(at(ref))
    for hidden in ("The office is slow", "internal: call first", "Nora Nurse", "Secret summary"):
        assert hidden not in page.html
    ref = stages.with_physician(town)
    page = mae.get(at(ref))
    assert "Secret summary" not in page.html
    assert "physician" in page.text
    assert "Pia Physician" not in page.html


def test_a_late_case_says_so_and_names_its_escalation(mae: Portal, town) -> None:
    ref = stages.old(town, 20)
    page = mae.get(at(ref))
    assert "Late" in page.text
    assert "This should have been with you by now" in page.text
    page = mae.get(at(ref, "do", "escalate"))
    page = mae.send(at(ref, "do", "escalate"), {"reason": "The member is in pain."}, status=303)
    page = mae.follow()
    assert "A supervisor was told." in page.text
    assert "Somebody answers for the delay under ESC-2027-" in page.text
    assert "Tell a supervisor" not in page.text
    number = page.text.partition("under ")[2][:17]
    mae.get("/provider/")
    mae.send("/provider/search/number", {"number": number.strip(": ")}, status=303)
    assert mae.location == at(ref)


def test_an_offered_talk_is_told_with_its_number(mae: Portal, town) -> None:
    from datetime import timedelta

    ref = stages.with_physician(town)
    slot = review.Slot(at=MONDAY + timedelta(days=1), phone="614-555-0177")
    review.offer_peer_to_peer(town.cx("physician"), ref, None, slot)
    page = mae.get(at(ref))
    assert "A physician of ours can talk with you" in page.text
    assert "March 2, 2027, 10:00 am Eastern Time, call 614-555-0177" in page.text


def test_times_are_also_told_in_the_time_of_an_office_elsewhere(
    practice: Practice, town, settings
) -> None:
    from sqlalchemy import create_engine, update

    from casework.models import Organization

    ref = stages.a_request(town)
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(
            update(Organization)
            .where(Organization.id == town.offices["Birch"])
            .values(zone="America/Chicago")
        )
    engine.dispose()
    page = practice.browser("ben").get(at(ref))
    assert "11:59 pm Eastern Time (March 15, 2027, 10:59 pm Central Time)" in page.text


# ── Who may see it ──────────────────────────────────────────────────────────────────────────────


def test_another_office_changes_nothing(practice: Practice, town) -> None:
    ref = stages.a_request(town)
    oda = practice.browser("oda")
    oda.get("/provider/")
    token = oda.page.form("/provider/search/number")["csrf_token"]
    for path in (
        at(ref, "do", "withdraw"),
        at(ref, "do", "add_document"),
        at(ref, "file", "appeal"),
    ):
        answer = oda.client.post(path, data={"csrf_token": token, "reason": "x", "seen": "1"})
        assert answer.status_code == 404, path
    answer = oda.client.post(
        "/provider/prior-auths/request", data={"csrf_token": token, "do": "copy", "like": ref}
    )
    assert answer.status_code == 404
    assert state(town, ref) == "received"


def test_the_servicing_office_sees_the_case_too(practice: Practice, town) -> None:
    ref = stages.a_request(town)
    assert ref in practice.browser("ben").get(at(ref)).text


@pytest.mark.parametrize(
    "trigger", ["approve", "deny", "start_review", "note", "take_work", "explode", "oral_notice"]
)
def test_steps_of_others_are_not_an_offices(mae: Portal, town, trigger: str) -> None:
    ref = stages.in_review(town)
    answer = mae.client.get(at(ref, "do", trigger))
    assert answer.status_code in {403, 404}
    mae.get(at(ref))
    token = mae.page.form("/sign-out")["csrf_token"]
    answer = mae.client.post(at(ref, "do", trigger), data={"csrf_token": token})
    assert answer.status_code in {403, 404}
    assert state(town, ref) == "in_review"


# ── What can be done ────────────────────────────────────────────────────────────────────────────


def test_the_answer_to_a_question_reaches_the_nurses_list(mae: Portal, town) -> None:
    ref = stages.pended(town)
    page = mae.get("/provider/")
    assert ref in page.text.partition("With us")[0]
    page = mae.get(at(ref))
    for said in ("Please send this", *stages.WANTED, "March 4, 2027, 10:00 am Eastern Time"):
        assert said in page.text
    mae.send(
        at(ref, "do", "receive_information"),
        {"note": "The exam was normal."},
        status=303,
        files=[("exam.pdf", PDF)],
    )
    page = mae.follow()
    assert "Your answer was sent. The review goes on." in page.text
    assert "exam.pdf" in page.text
    assert "Please send this" not in page.text
    assert state(town, ref) == "in_review"
    with town.database.reading(town.cx("nurse")) as cx:
        rows = listed(cx, Wanted(), limit=100).rows
    row = next(row for row in rows if row.ref == ref)
    assert row.new_papers
    assert row.to_do == "Decide, or refer to a physician"
    assert ref not in mae.get("/provider/").text.partition("With us")[0]


def test_a_question_to_the_member_does_not_wait_for_the_office(mae: Portal, town) -> None:
    ref = stages.pended(town, source="member")
    assert ref not in mae.get("/provider/").text.partition("With us")[0]
    page = mae.get(at(ref))
    assert "We asked the member for this" in page.text
    assert "The member" in page.text


def test_papers_are_added_once_however_often_one_clicks(mae: Portal, town) -> None:
    ref = stages.a_request(town)
    mae.get(at(ref, "do", "add_document"))
    page = mae.page
    mae.send(at(ref, "do", "add_document"), status=303, files=[("more.pdf", PDF + b"2")])
    mae.page = page
    mae.send(at(ref, "do", "add_document"), status=303, files=[("more.pdf", PDF + b"2")])
    page = mae.follow()
    assert page.text.count("more.pdf") == 1
    mae.get(at(ref, "do", "add_document"))
    mae.send(at(ref, "do", "add_document"), status=422)
    assert "Choose at least one file." in mae.error_of("papers")


def test_asking_for_speed_is_granted_where_the_law_says_so(mae: Portal, town) -> None:
    ref = stages.a_request(town)
    path = at(ref, "do", "request_expedite")
    mae.get(path)
    mae.send(path, {"asked_by": "physician"}, status=422)
    assert "What would waiting do" in mae.error_of("reason")
    mae.send(path, {"reason": "The pain grows."}, status=303)
    page = mae.follow()
    assert "You asked for the fast track." in page.text
    assert "fast track" in page.text
    assert "Fast track was granted" in page.text
    assert "It is on the fast track already." in page.text


def test_withdrawing_ends_the_case(mae: Portal, town) -> None:
    ref = stages.a_request(town)
    mae.get(at(ref, "do", "withdraw"))
    mae.send(at(ref, "do", "withdraw"), {"reason": "The member moved."}, status=303)
    page = mae.follow()
    assert "It was withdrawn." in page.text
    assert state(town, ref) == "withdrawn"
    page = mae.get(at(ref, "do", "withdraw"))
    assert "Not possible now" in page.text
    assert "already withdrawn" in page.text


def test_a_change_of_an_authorization_is_a_new_request_with_a_receipt(mae: Portal, town) -> None:
    ref = stages.approved(town)
    path = at(ref, "do", "change_authorization")
    mae.get(path)
    mae.send(path, {"change": "extend_dates", "reason": "Healing takes longer."}, status=409)
    assert "This was not done" in mae.page.text
    mae.send(path, {"ends_on": "8/31/2027"}, status=303)
    page = mae.follow()
    assert page.h1 == "We have it"
    assert "Change: MRI of the brain" in page.text


def test_who_was_slower_sees_what_is_new_and_keeps_what_was_typed(mae: Portal, town) -> None:
    ref = stages.a_request(town)
    path = at(ref, "do", "withdraw")
    mae.get(path)
    review.start_review(town.cx("nurse"), ref, None)
    page = mae.send(path, {"reason": "The member moved to Ohio."}, status=412)
    assert "Something happened on this case meanwhile" in page.text
    assert "A nurse began the review" in page.text
    assert mae.field("reason") == "The member moved to Ohio."
    assert "Send it again" in page.text
    assert state(town, ref) == "in_review"
    mae.send(path, status=303)
    assert state(town, ref) == "withdrawn"


def test_a_stale_answer_keeps_its_papers(mae: Portal, town) -> None:
    ref = stages.pended(town)
    path = at(ref, "do", "receive_information")
    mae.get(at(ref))
    desk.assign(town.cx("supervisor"), ref, None, desk.Handing(user_id=town.users["nurse2"]))
    page = mae.send(path, {"note": "See page 2."}, status=412, files=[("exam.pdf", PDF + b"3")])
    assert "exam.pdf" in page.text
    assert mae.field("note") == "See page 2."
    mae.send(path, status=303)
    assert "exam.pdf" in mae.follow().text


def test_a_step_that_the_law_refuses_says_why_with_its_citation(mae: Portal, town) -> None:
    ref = stages.pended(town)
    path = at(ref, "do", "receive_information")
    mae.get(path)
    page = mae.send(path, {"note": " "}, status=409)
    assert "This was not done" in page.text
    assert "Record what came in." in page.text


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30, "１"])
def test_a_version_that_nobody_saw_is_taken_as_the_newest(mae: Portal, town, seen: str) -> None:
    ref = stages.a_request(town)
    path = at(ref, "do", "withdraw")
    mae.get(path)
    mae.send(path, {"seen": seen, "seen_seq": seen, "form_id": seen}, status=303)
    assert state(town, ref) == "withdrawn"


# ── Going on after a decision ───────────────────────────────────────────────────────────────────


def test_an_appeal_for_the_member_is_filed_with_a_receipt(mae: Portal, town) -> None:
    ref = stages.denied(town, "OH-QHP")
    path = at(ref, "file", "appeal")
    mae.get(path)
    mae.send(path, {"consent": "yes"}, status=422)
    assert "Why the decision is wrong" in mae.error_of("reason")
    mae.send(path, {"reason": "The exam was not read."}, status=422)
    assert "Attach the signed consent" in mae.error_of("papers")
    assert mae.field("reason") == "The exam was not read."
    page = mae.page
    mae.send(path, status=303, files=[("consent.pdf", PDF + b"4")])
    first = mae.location
    mae.page = page
    mae.send(path, status=303, files=[("consent.pdf", PDF + b"4")])
    assert mae.location == first
    page = mae.follow()
    assert page.h1 == "We have it"
    assert "Appeal: your reference number AP-2027-" in page.text
    number = mae.response.request.path.split("/")[3]
    page = mae.get(at(number))
    assert "Appeal" in page.text
    assert ref in page.text
    assert number in mae.get("/provider/").text


def test_an_appeal_without_consent_waits_for_the_office(mae: Portal, town) -> None:
    from casework.services import appeal_review

    ref = stages.denied(town)
    path = at(ref, "file", "appeal")
    mae.get(path)
    mae.send(path, {"reason": "The exam was not read."}, status=303)
    number = mae.location.split("/")[3]
    appeal_review.require_consent(town.cx("ag_specialist"), number, None)
    assert number in mae.get("/provider/").text.partition("With us")[0]
    page = mae.get(at(number))
    assert "Send the member's consent" in page.text
    path = at(number, "do", "record_consent")
    mae.get(path)
    mae.send(path, {"signed_on": "3/1/2027"}, status=422)
    assert "Tick this when it is so" in mae.error_of("fits")
    assert "Choose at least one file." in mae.error_of("papers")
    mae.send(path, {"fits": "yes"}, status=303, files=[("signed.pdf", PDF + b"5")])
    assert "The consent was sent." in mae.follow().text
    assert state(town, number) == "received"


def test_what_was_approved_cannot_be_appealed(mae: Portal, town) -> None:
    ref = stages.approved(town)
    assert "Appeal for the member" not in mae.get(at(ref)).text
    path = at(ref, "file", "appeal")
    mae.get(path)
    page = mae.send(path, {"reason": "I want more."}, status=422)
    assert "Nothing was decided against the member there." in page.text
    mae.get(at(ref, "file", "grievance"), status=404)
    mae.get(at(ref, "file", "prior_auth"), status=404)


# ── Bounded ─────────────────────────────────────────────────────────────────────────────────────


def test_the_page_costs_the_same_however_long_its_history(
    mae: Portal, town, statements: Callable[[Callable[[], Any]], int]
) -> None:
    short, long = stages.in_review(town), stages.in_review(town)
    nurse = town.cx("nurse")
    for _ in range(25):
        review.request_information(nurse, long, None, review.Ask(wanted=("x",)))
        review.receive_information(nurse, long, None, review.Reply(note="here"))
    mae.get(at(short))
    few = statements(lambda: mae.get(at(short)))
    many = statements(lambda: mae.get(at(long)))
    assert many == few
    assert few <= 40, few
    page = mae.get(at(long))
    assert "What was before" in page.text
    older = next(e.get("href") for e in page.all("a") if "before=" in e.get("href"))
    assert "We received it" in mae.get(older).text


def test_a_partial_approval_shows_both_lines(mae: Portal, town) -> None:
    from dataclasses import replace

    from casework.records.determinations import Words
    from tests.builders import a_submission

    sent = a_submission(town)
    two = (sent.lines[0], replace(sent.lines[0], number=2, code="E0601"))
    ref = stages.in_review(town, lines=two)
    review.refer_to_physician(
        town.cx("nurse"), ref, None, review.Referral(summary="s", criteria="c")
    )
    ruling = determinations.Ruling(
        lines=(
            LineRuling(number=1, result="approved"),
            LineRuling(number=2, result="denied", reason=stages.REASON, criterion="MP-014"),
        ),
        words=Words(
            provision="Chapter 4.", standard="We compared.", rationale="Read.",
            nothing_would_help=True,
        ),
        criterion="MP-021",
        attested=True,
    )  # fmt: skip
    determinations.approve_in_part(town.cx("physician"), ref, None, ruling)
    page = mae.get(at(ref))
    for said in ("Approved in part", "AUTH-2027-", stages.REASON, "Authorized:"):
        assert said in page.text
