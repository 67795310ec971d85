"""The page of a case: what an office is told, what it never sees, and what the page costs."""

from collections.abc import Callable
from typing import Any

import pytest

from casework.records.determinations import LineRuling
from casework.services import desk, determinations, review
from tests.builders import MONDAY
from tests.web.provider import stages
from tests.web.provider.conftest import Practice
from tests.web.provider.filling import Portal
from tests.web.provider.stages import at, state


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
    assert "March 2, 2027, 10:00 am Eastern Time" in page.text
    assert "Or call 614-555-0177 at one of these times." in page.text


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
