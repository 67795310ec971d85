"""Who speaks for a member, on the staff's screen: a paper form is recorded, read, and ended."""

import io

import pytest
from sqlalchemy import create_engine, select, update

from casework.models import Appointment, Member
from casework.records import appointments
from casework.services import appointing, drafts
from casework.services.asking_in import From
from letters.coversheet import in_groups
from tests.builders import MONDAY, PDF

WHENCE = From(address="10.0.0.1", language="en", base="https://plan.example")
ANSWERS = {
    "name": "Sam Hart",
    "relation": "child",
    "address": "12 Poplar Street\nDayton, OH 45402",
    "phone": "937-555-0142",
    "email": "",
    "covers": "all",
    "does": "act",
    "private": "no",
    "letters": "yes",
    "until": "6",
}


@pytest.fixture(scope="module")
def ref(desk):
    """A denied request of the member of Ohio Medicare."""
    desk.denied("spoken for", "OH-MA", received_at=MONDAY)
    return desk.refs["spoken for"]


def typed(**changes):
    given = {
        "name": "Gus Guardian",
        "relation": "brother",
        "basis": "guardianship",
        "signed-month": "2",
        "signed-day": "1",
        "signed-year": "2027",
        "lines": "12 Poplar Street\nDayton, OH 45402",
        "does": "act",
        "letters": "yes",
        "private": "yes",
    }
    return {**given, **changes}


def test_a_guardian_is_recorded_with_the_courts_paper_and_ended_with_a_reason(
    desk, app, ref
) -> None:
    clerk = desk.sign_in(app, "ag_specialist")
    page = clerk.get(f"/staff/cases/{ref}/speakers")
    assert "Nobody speaks for this member." in page.text
    there = f"/staff/cases/{ref}/speakers"
    page = clerk.post(there, typed(name="Gus", relation=""), status=422)
    for sentence in ("first and the last name", "what this person is", "Attach the signed form"):
        assert sentence in page.text
    assert 'value="2027"' in page.html, "what was typed is there again"
    paper = {"papers": (io.BytesIO(PDF), "order.pdf")}
    clerk.get(there)
    clerk.post(there, {**typed(), **paper}, content_type="multipart/form-data")
    page = clerk.follow()
    assert "Gus Guardian" in page.text
    assert "A court order: guardian of the person" in page.text
    assert "without an end" in page.text
    [link] = [str(a.get("href")) for a in page.all("a") if str(a.get("href")).endswith("/paper")]
    answer = clerk.client.get(link)
    assert (answer.status_code, answer.data) == (200, PDF)
    [end] = [
        str(f.get("action")) for f in page.all("form") if str(f.get("action")).endswith("/end")
    ]
    assert "Write the reason." in clerk.post(end, {"why": ""}, status=422).text
    clerk.get(there)
    clerk.post(end, {"why": "The court ended it."})
    assert "The court ended it." in clerk.follow().text
    history = clerk.get(f"/staff/cases/{ref}/needs")
    assert "Who speaks for the member" in history.text


def test_who_only_reads_sees_it_and_changes_nothing(desk, app, ref) -> None:
    page = desk.sign_in(app, "compliance").get(f"/staff/cases/{ref}/speakers")
    assert "Record a form" not in page.text
    assert not [f for f in page.all("form") if str(f.get("action")).endswith("/household")]


def test_the_cover_of_a_printed_form_opens_it_filled_in(desk, app, ref) -> None:
    number = printed(desk)
    clerk = desk.sign_in(app, "intake")
    clerk.get("/staff/intake/coversheet")
    clerk.post("/staff/intake/coversheet", {"number": in_groups(number).lower()})
    page = clerk.follow()
    assert page.h1.startswith("Who speaks for")
    for value in ("Sam Hart", in_groups(number), "937-555-0142"):
        assert value in page.html
    there = f"/staff/cases/{clerk.response.request.path.split('/')[3]}/speakers"
    paper = {"papers": (io.BytesIO(PDF), "form.pdf")}
    signed = {"signed-month": "2", "signed-day": "20", "signed-year": "2027"}
    clerk.post(there, {**signed, **paper}, content_type="multipart/form-data")
    assert "Sam Hart" in clerk.follow().text
    with desk.town.database.reading(desk.town.cx("system")) as cx:
        row = cx.db.execute(select(Appointment).where(Appointment.number == number)).scalar_one()
    assert (row.stage, row.representative_id is not None) == ("complete", True)


def printed(desk) -> str:
    """A form that the member had printed to sign by hand; its number."""
    member = desk.town.cx("member of OH-MA")
    engine = create_engine(desk.town.database.settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(
            update(Member)
            .where(Member.id == desk.town.member_ids["member of OH-MA"])
            .values(phone="614-555-0170")
        )
    engine.dispose()
    draft = drafts.begin(
        member,
        kind=appointments.KIND,
        about="",
        member_id=desk.town.member_ids["member of OH-MA"],
    )
    drafts.answer(member, draft.id, ANSWERS)
    return appointing.print_for_hand(member, draft.id, whence=WHENCE)
