"""Writing a request: typed, reviewed, sent once; what is stored is what was typed."""

from sqlalchemy import func, select

from casework.models import Case, CaseDocument, PriorAuth, RequestLine, SecurityEvent
from tests.web.provider import stages
from tests.web.provider.conftest import Practice
from tests.web.provider.filling import Portal
from tests.web.provider.writing import FORM, count, good, review, send


def test_a_request_is_reviewed_sent_and_answered_with_a_receipt(mae: Portal, town) -> None:
    page = review(mae, good(town))
    assert page.h1 == "Review what is sent"
    for said in ("Not sent yet", "Alex0 Example", "Ohio Medicaid", "Chronic pain syndrome"):
        assert said in page.text
    assert "Prior authorization is needed" in page.text
    assert "What is still missing" not in page.text
    assert "notes.pdf" in page.text
    before = count(town)
    mae.send(FORM, {"do": "submit"}, status=303)
    page = mae.follow()
    ref = mae.response.request.path.split("/")[3]
    assert page.h1 == "We have it"
    assert ref in page.text
    assert "March 1, 2027, 10:0" in page.text
    assert "You hear from us by March 15, 2027, 11:59 pm Eastern Time" in page.text
    assert count(town) == before + 1


def test_everything_that_was_typed_is_stored_as_it_was_typed(mae: Portal, town) -> None:
    typed = good(
        town,
        "OH-QHP",
        **{
            "timing": "concurrent",
            "course_ends": "3/31/2027",
            "priority": "expedited",
            "priority_reason": "The pain grows each day.",
            "physician": "yes",
            "orderer": "other",
            "orderer_npi": town.npi["Dr. Birch"],
            "facility_npi": town.npi["Maple"],
            "diagnosis-1": "g894",
            "diagnosis-2": "M54.50",
            "line-1-modifiers": "rt, 59",
            "line-1-label": "Brain, with contrast",
            "line-2-code": "e0601",
            "line-2-units": "1.5",
            "line-2-unit": "months",
            "line-2-first": "4/2/2027",
            "follows": "FAX-77",
        },
    )
    review(mae, typed)
    page = mae.page
    assert page is not None
    for said in ("Fast track", "The physician says so", "Brain, with contrast", "1.5 months"):
        assert said in page.text
    ref = send(mae, typed)
    with town.database.reading(town.cx("compliance")) as cx:
        case = cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()
        lines = (
            cx.db.execute(
                select(RequestLine)
                .where(RequestLine.case_id == case.id)
                .order_by(RequestLine.number)
            )
            .scalars()
            .all()
        )
        papers = (
            cx.db.execute(
                select(CaseDocument)
                .where(CaseDocument.case_id == case.id)
                .order_by(CaseDocument.id)
            )
            .scalars()
            .all()
        )
        detail = cx.db.execute(select(PriorAuth).where(PriorAuth.case_id == case.id)).scalar_one()
    assert (case.channel, case.filed_by, case.priority) == ("portal", "physician", "expedited")
    assert (case.timing, case.fast_track) == ("concurrent", True)
    assert case.course_ends_at.isoformat() == "2027-04-01T03:59:59+00:00"
    assert [line.code for line in lines] == ["70551", "E0601"]
    assert lines[0].modifiers == ["RT", "59"]
    assert [str(line.units) for line in lines] == ["1", "1.5"]
    assert lines[1].to_date.isoformat() == "2027-04-02"
    assert {line.place for line in lines} == {"11"}
    assert detail.requester["npi"] == town.npi["Dr. Birch"]
    assert detail.facility["npi"] == town.npi["Maple"]
    assert detail.contact_name == "Mae Tolliver"
    assert [(p.name, p.control_number) for p in papers] == [
        ("notes.pdf", ""),
        ("Papers that follow", "FAX-77"),
    ]


def test_a_request_that_lacks_much_is_taken_and_what_is_missing_is_listed(
    mae: Portal, town
) -> None:
    typed = {
        "member_id": town.members["OH-MCD"],
        "birth_date": "1970-01-01",
        "line-1-code": "E0601",
        "orderer": town.npi["Dr. Maple"],
    }
    page = review(mae, typed, files=[])
    missing = ("At least one diagnosis code.", "The planned date of service.", "Clinical notes.")
    for said in ("What is still missing", "The place of service.", *missing):
        assert said in page.text
    mae.send(FORM, {"do": "submit"}, status=303)
    page = mae.follow()
    for said in ("Please send soon", "1-614-555-0115", *missing):
        assert said in page.text


def test_a_request_within_the_rules_is_approved_at_once_and_the_receipt_says_so(
    mae: Portal, town
) -> None:
    typed = good(town, "OH-MA", **{"line-1-code": "97110", "line-1-units": "6"})
    ref = send(mae, typed)
    page = mae.follow()
    assert page.h1 == "Approved"
    assert "Authorization number AUTH-2027-" in page.text
    assert "April 1, 2027 to June 30, 2027" in page.text
    assert ref in page.text


def test_a_form_that_is_sent_twice_is_one_request(mae: Portal, town) -> None:
    before = count(town)
    review(mae, good(town))
    page = mae.page
    mae.send(FORM, {"do": "submit"}, status=303)
    first = mae.location
    mae.page = page
    mae.send(FORM, {"do": "submit"}, status=303)
    assert mae.location.split("?")[0] == first.split("?")[0]
    assert count(town) == before + 1


def test_a_sent_form_that_was_changed_is_no_silent_second_request(mae: Portal, town) -> None:
    review(mae, good(town))
    page = mae.page
    mae.send(FORM, {"do": "submit"}, status=303)
    before = count(town)
    mae.page = page
    shown = mae.send(FORM, {"note": "Another note.", "do": "submit"}, status=409)
    assert "This form was sent already" in shown.text
    assert mae.field("note") == "Another note."
    assert count(town) == before
    mae.send(FORM, {"do": "review"})
    mae.send(FORM, {"do": "submit"}, status=303)
    assert count(town) == before + 1


def test_the_review_shows_an_earlier_request_for_the_same_days(mae: Portal, town) -> None:
    ref = send(mae, good(town, "OH-MCD-2026", **{"line-1-code": "E0601"}))
    page = review(mae, good(town, "OH-MCD-2026", **{"line-1-code": "E0601"}))
    assert "You may have asked for this already" in page.text
    assert ref in page.text
    later = {"line-1-first": "2027-07-01", "line-1-last": "2027-07-02"}
    page = review(mae, good(town, "OH-MCD-2026", **{"line-1-code": "E0601"}, **later))
    assert "You may have asked for this already" not in page.text


def test_another_offices_request_is_not_shown_as_a_double(practice: Practice, town) -> None:
    stages.a_request(town, "MA-2026")
    oda = practice.browser("oda")
    typed = {**good(town, "MA-2026"), "orderer": "1912345678"}
    oda.get(FORM)
    page = oda.send(FORM, {**typed, "orderer": "other", "orderer_npi": town.npi["Dr. Birch"]})
    page = oda.send(FORM, {"do": "review"})
    assert page.h1 == "Review what is sent"
    assert "You may have asked for this already" not in page.text


def test_a_new_request_begins_like_an_earlier_one(mae: Portal, town) -> None:
    ref = stages.a_request(town)
    page = mae.get(f"/provider/cases/{ref}")
    page = mae.send(FORM, {"do": "copy"})
    assert page.h1 == "Write a request"
    assert mae.field("member_id") == town.members["OH-MCD"]
    assert mae.field("line-1-code") == "70551"
    assert mae.field("diagnosis-1") == "G89.4"
    assert mae.field("servicing_npi") == town.npi["Birch"]
    assert mae.field("line-1-first") == ""
    page = mae.get("/provider/")
    mae.get(FORM)
    mae.send(FORM, {"do": "copy", "like": "PA-2027-999999-0"}, status=404)


def test_each_look_at_a_member_is_written_down(mae: Portal, town) -> None:
    with town.database.engine.connect() as connection:
        last = connection.execute(select(func.max(SecurityEvent.recorded_at))).scalar()
        before = connection.execute(select(func.count()).select_from(SecurityEvent)).scalar_one()
    assert last is not None
    review(mae, good(town))
    with town.database.engine.connect() as connection:
        rows = connection.execute(
            select(SecurityEvent.what, SecurityEvent.member_id).order_by(SecurityEvent.recorded_at)
        ).all()
    assert len(rows) > before
    assert ("request-review", town.member_ids["member of OH-MCD"]) in {tuple(r) for r in rows}
