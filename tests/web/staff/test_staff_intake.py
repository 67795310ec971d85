"""Intake by hand: the true receipt and channel, one case however often it is sent, no word lost."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from casework.models import Case, RequestLine
from tests.builders import MONDAY
from tests.web.staff.steps import a_file, chosen

REQUEST = {
    "channel": "phone",
    "member_birth_date": "1970-01-01",
    "lines-0-code": "97110",
    "lines-0-units": "24",
    "lines-0-from_date": "2027-03-20",
    "lines-0-to_date": "2027-06-18",
    "diagnoses": "M54.50",
}
DENIALS = ("intake", "nurse", "physician", "ag_specialist", "supervisor", "compliance", "admin")


def a_request(desk, **changes):
    return REQUEST | {
        "member_id": desk.town.members["OH-MCD"],
        "requester-npi": desk.town.npi["Dr. Maple"],
        **changes,
    }


def take_in(pages, name, data, *, status=302):
    pages.get(f"/staff/intake/{name}")
    return pages.post(f"/staff/intake/{name}", data, status=status)


def case_with(desk, ref):
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        return cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()


def how_many(desk):
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        return cx.db.execute(select(func.count()).select_from(Case)).scalar_one()


@pytest.mark.parametrize("who", DENIALS)
def test_intake_opens_for_those_who_take_in(desk, app, who) -> None:
    pages = desk.sign_in(app, who)
    status = 200 if who in {"intake", "ag_specialist"} else 403
    for name in ("", "/prior-auth", "/appeal", "/grievance", "/external-review"):
        pages.get(f"/staff/intake{name}", status=status)


def test_a_call_becomes_a_request_with_its_number_date_and_time(desk, app) -> None:
    clerk = desk.sign_in(app, "intake")
    data = a_request(desk, papers=[a_file("fax.pdf")], note="Dr. Maple called.")
    take_in(clerk, "prior-auth", data)
    page = clerk.follow()
    assert re.fullmatch(r"PA-2027-\d{6}-\d", page.h1)
    assert re.search(r"Received March 1, 2027, 10:0\d am Eastern Time, by telephone", page.text)
    assert "We answer by March 15, 2027, 11:59 pm Eastern Time" in page.text
    case = case_with(desk, page.h1)
    assert case.channel == "phone"
    assert MONDAY <= case.received_at < MONDAY + timedelta(minutes=9)
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        line = cx.db.execute(select(RequestLine).where(RequestLine.case_id == case.id)).scalar_one()
    assert (line.code, str(line.units)) == ("97110", "24")


@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        ("2027-02-26T16:55", datetime(2027, 2, 26, 21, 55, tzinfo=UTC)),
        ("2/26/2027 4:55 pm", datetime(2027, 2, 26, 21, 55, tzinfo=UTC)),
        # The Sunday on which the clocks went back: the first of two half past ones.
        ("2026-11-01T01:30", datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
    ],
)
def test_a_fax_counts_from_its_header(desk, app, typed, instant) -> None:
    clerk = desk.sign_in(app, "intake")
    take_in(clerk, "prior-auth", a_request(desk, channel="fax", received_at=typed))
    case = case_with(desk, clerk.follow().h1)
    assert (case.channel, case.received_at.astimezone(UTC)) == ("fax", instant)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"channel": ""}, "channel", "Choose: How it came."),
        ({"channel": "fax"}, "received_at", "Enter the first moment at which it reached us"),
        ({"channel": "mail", "received_at": "yesterday"}, "received_at", "Write the day and the"),
        ({"received_at": "2027-03-02T09:00"}, "received_at", "first moment"),
        ({"received_at": "2026-03-08T02:30"}, "received_at", "The clocks skip this time"),
        ({"member_id": ""}, "member_id", "Fill in: Member number."),
        ({"member_birth_date": "13/45/1970"}, "member_birth_date", "month/day/year"),
        ({"requester-npi": "1234567890"}, "requester-npi", "check digit"),
        ({"requester-npi": ""}, "requester-npi", "Fill in: NPI."),
        ({"lines-0-code": "hip"}, "lines-0-code", "This is no service code"),
        ({"lines-0-code": ""}, "lines-0-code", "Fill in: Code."),
        ({"lines-0-units": "-2"}, "lines-0-units", "above zero"),
        ({"lines-0-to_date": "2027-01-01"}, "lines-0-to_date", "The last day is before the first"),
        ({"diagnoses": "M54.50\nXYZ"}, "diagnoses", "Line 2: "),
        ({"note": "x\x00y"}, "note", "control character"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_fault_is_told_at_its_field_and_nothing_typed_is_lost(
    desk, app, changes, field, sentence
) -> None:
    clerk = desk.sign_in(app, "intake")
    before = how_many(desk)
    data = a_request(desk, note="Every word of the caller.") | changes
    page = take_in(clerk, "prior-auth", data, status=422)
    assert sentence in page.text
    assert f"#{field}" in {e.get("href") for e in page.all("a")}
    again = page.form("/staff/intake/prior-auth")
    for name, value in data.items():
        assert again.get(name, "").replace("\r\n", "\n").strip() == value or "\x00" in value, name
    assert how_many(desk) == before


def test_a_member_whom_nobody_knows_is_told_in_a_sentence(desk, app) -> None:
    clerk = desk.sign_in(app, "intake")
    before = how_many(desk)
    page = take_in(clerk, "prior-auth", a_request(desk, member_id="99999999999"), status=422)
    assert "member" in next(e.text for e in page.elements if e.get("id") == "error-summary")
    assert page.form("/staff/intake/prior-auth")["member_id"] == "99999999999"
    assert how_many(desk) == before


def test_a_double_click_files_once(desk, app) -> None:
    clerk = desk.sign_in(app, "intake")
    clerk.get("/staff/intake/prior-auth")
    before, sent = how_many(desk), clerk.page.form("/staff/intake/prior-auth") | a_request(desk)
    first = clerk.client.post("/staff/intake/prior-auth", data=sent)
    second = clerk.client.post("/staff/intake/prior-auth", data=sent)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.headers["Location"] == second.headers["Location"]
    assert how_many(desk) == before + 1


def test_one_more_service_keeps_what_was_typed_and_both_are_stored(desk, app) -> None:
    clerk = desk.sign_in(app, "intake")
    more = a_request(desk) | {"more": "lines"}
    page = take_in(clerk, "prior-auth", more, status=200)
    assert page.form("/staff/intake/prior-auth")["lines-0-code"] == "97110"
    clerk.post("/staff/intake/prior-auth", {"lines-1-code": "70551"})
    case = case_with(desk, clerk.follow().h1)
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        found = select(RequestLine.code).where(RequestLine.case_id == case.id)
        codes = cx.db.execute(found.order_by(RequestLine.number)).scalars().all()
    assert codes == ["97110", "70551"]


def test_a_letter_becomes_an_appeal_of_the_denial(desk, app) -> None:
    ref = desk.denied("disputed")
    clerk = desk.sign_in(app, "intake")
    page = clerk.get("/staff/intake/appeal")
    assert chosen(page, "priority") == ["standard"]
    page = take_in(clerk, "appeal", {"about": ref, "channel": "mail"}, status=422)
    assert "Choose who files it." in page.text
    assert "Enter the first moment at which it reached us" in page.text
    clerk.post(
        "/staff/intake/appeal",
        {
            "filed_by": "member",
            "received_at": "2027-03-01T09:15",
            "reason": "My doctor says that I need it.",
            "papers": [a_file("letter.pdf")],
        },
    )
    page = clerk.follow()
    assert page.h1.startswith("AP-2027-")
    assert ref in page.text
    assert "Received March 1, 2027, 9:15 am Eastern Time, by mail" in page.text
    specialist = desk.sign_in(app, "ag_specialist")
    page = specialist.get(f"/staff/cases/{page.h1}")
    assert "My doctor says that I need it." in page.text


@pytest.mark.parametrize(
    ("number", "sentence"),
    [("PA-2027-999999-9", "number"), ("nonsense", "number"), ("", "Fill in: Denied request.")],
)
def test_an_appeal_of_nothing_is_refused_at_its_field(desk, app, number, sentence) -> None:
    clerk = desk.sign_in(app, "intake")
    data = {"about": number, "channel": "phone", "filed_by": "member", "reason": "Kept."}
    pages = clerk.get("/staff/intake/appeal")
    answer = clerk.client.post(
        "/staff/intake/appeal", data=pages.form("/staff/intake/appeal") | data
    )
    assert answer.status_code in {404, 409, 422}
    page = clerk._read(answer, answer.status_code)
    assert sentence in page.text
    assert page.form("/staff/intake/appeal")["reason"] == "Kept."


def test_a_complaint_by_telephone_gets_its_number(desk, app) -> None:
    clerk = desk.sign_in(app, "intake")
    take_in(
        clerk,
        "grievance",
        {
            "channel": "phone",
            "told": "Nobody called back for a week.",
            "category": "access",
            "member_number": desk.town.members["OH-MCD"],
            "filed_by": "member",
        },
    )
    page = clerk.follow()
    assert page.h1.startswith("GR-2027-")
    assert "Ohio Medicaid" in page.text


def test_a_form_that_does_not_exist_is_not_found(desk, app) -> None:
    desk.sign_in(app, "intake").get("/staff/intake/complaints", status=404)
