"""What an office does on a case: answers, papers, speed, a change, an end; and after a no."""

import pytest

from casework.queries.worklist import Wanted, listed
from casework.services import desk, review
from tests.builders import PDF
from tests.web.provider import stages
from tests.web.provider.filling import Portal
from tests.web.provider.stages import at, state


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
    mae.send(path, {"change": "extend_dates", "reason": "Healing takes longer."}, status=422)
    assert mae.error_of("ends_on") == "Please fill in: New last day"
    mae.send(path, {"change": "add_line"}, status=422)
    assert mae.error_of("add_code") == "Please fill in: Code to add"
    mae.send(path, {"change": "extend_dates", "ends_on": "soon"}, status=422)
    assert "month/day/year" in mae.error_of("ends_on")
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


def test_a_step_that_came_too_late_says_why_and_keeps_what_was_typed(mae: Portal, town) -> None:
    ref = stages.pended(town)
    path = at(ref, "do", "receive_information")
    mae.get(path)
    review.receive_information(town.cx("nurse"), ref, None, review.Reply(note="By telephone."))
    page = mae.send(path, {"note": "See page 2.", "seen": ""}, status=409)
    assert "This was not done" in page.text
    assert "possible only while it is" in page.text
    assert mae.field("note") == "See page 2."


def test_an_empty_answer_is_asked_for_a_file_or_words(mae: Portal, town) -> None:
    ref = stages.pended(town)
    path = at(ref, "do", "receive_information")
    mae.get(at(ref))
    mae.send(path, {"note": " "}, status=422)
    assert mae.error_of("note") == "Attach at least one file, or say it here in words."
    mae.send(path, {"note": " "}, status=422, files=[("virus.exe", b"MZ" + bytes(100))])
    assert "is none of PDF" in mae.error_of("papers")


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30, "１"])
def test_a_version_that_nobody_saw_is_taken_as_the_newest(mae: Portal, town, seen: str) -> None:
    ref = stages.a_request(town)
    path = at(ref, "do", "withdraw")
    mae.get(path)
    mae.send(path, {"seen": seen, "seen_seq": seen, "form_id": seen}, status=303)
    assert state(town, ref) == "withdrawn"


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
    assert "there is no denial to appeal" in page.text
    mae.get(at(ref, "file", "grievance"), status=404)
    mae.get(at(ref, "file", "prior_auth"), status=404)
