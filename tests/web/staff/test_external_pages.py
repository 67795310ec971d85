"""The review outside on the screen: whose turn, the packet and its proof, the hearing, the log."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, insert, update

from casework.errors import NotAllowed
from casework.models import ReviewOrganization, User
from casework.services import (
    external_file,
    external_hearings,
    external_reviews,
    review_ties,
)
from casework.services.operations import move_time
from tests.builders import MONDAY, STAFF
from tests.services import stages
from tests.services.house import IROS, a_house
from tests.web.staff.scene import Desk

QHP, MCD, MA = "OH-QHP", "OH-MCD", "OH-MA"


@pytest.fixture(scope="module")
def house(demo):
    """A house whose staff signs in with one click, with upheld appeals of two lines."""
    made = a_house(demo, demo.settings)
    owner = create_engine(demo.settings.database_owner_url)
    with owner.begin() as connection:
        for who in STAFF:
            one = update(User).where(User.id == made.town.users[who])
            connection.execute(one.values(email=f"{who}@demo.example"))
        connection.execute(
            insert(ReviewOrganization).values(
                name="State Hearings", body="state_fair_hearing", exchange="hand", address=[],
                phone="", accredited=True, conflicts=[],
            )
        )  # fmt: skip
    owner.dispose()
    move_time(demo.context(), MONDAY)
    for contract in (QHP, MCD):
        made.denials[contract] = stages.a_denial(made, contract)
        made.upheld[contract] = stages.decided(
            made, contract, "uphold", about=made.denials[contract]
        )
    stages.post(made)
    return made


@pytest.fixture(scope="module")
def desk(house, demo):
    """The same as the desk of these tests."""
    return Desk(house.town, demo.settings)


def act(desk, app, who: str, ref: str, trigger: str, **data: str) -> None:
    """Open the form of the step, fill it in and send it."""
    pages = desk.sign_in(app, who)
    at = f"/staff/cases/{ref}/do/{trigger}"
    pages.get(at)
    pages.post(at, data)


def raw(pages, path: str) -> str:
    """What is downloaded from this address."""
    answer = pages.client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.fixture(scope="module")
def turned(house) -> str:
    """A review that went to a second organization, past one that is tied."""
    ag = house.cx("ag_specialist")
    ref: str = stages.a_review(house, QHP, house.upheld[QHP])
    external_reviews.start_preliminary_review(ag, ref, None)
    external_reviews.find_eligible(ag, ref, None)
    return ref


def test_a_supervisor_writes_down_a_tie_and_nobody_else_does(desk, app, house) -> None:
    lead = desk.sign_in(app, "supervisor")
    page = lead.get("/staff/review-turns")
    assert page.h1 == "Outside reviewers"
    assert "No turn was taken since this log is kept." in page.text
    amber = str(house.iros["Amber Review"])
    form = {"does": "tie", "organization": amber, "kind": "organization", "to": "", "says": ""}
    page = lead.post("/staff/review-turns", form, status=422)
    assert "Write it down: the log shows it." in page.text
    form |= {"to": "Maple Clinic", "says": "It pays the rent of Maple."}
    lead.get("/staff/review-turns")
    lead.post("/staff/review-turns", form)
    assert "It pays the rent of Maple." in lead.get("/staff/review-turns").text
    specialist = desk.sign_in(app, "ag_specialist")
    page = specialist.get("/staff/review-turns")
    assert "Write down a tie" not in page.text
    tie = review_ties.NewTie(kind="financial", to="Maple Clinic", says="A loan.")
    with pytest.raises(NotAllowed, match="supervisor"):
        review_ties.declare_tie(house.cx("ag_specialist"), int(amber), tie)


def test_the_turn_the_reason_and_the_log_are_shown(desk, app, house, turned) -> None:
    owner = create_engine(desk.settings.database_owner_url)
    ag = house.cx("ag_specialist")
    with owner.begin() as connection:
        tie = {"kind": "financial", "with": house.town.members[QHP], "says": "A loan."}
        one = update(ReviewOrganization).where(ReviewOrganization.name == IROS[0])
        connection.execute(one.values(conflicts=[tie]))
    owner.dispose()
    external_file.assign_iro(ag, turned, None, external_file.Giving())
    specialist = desk.sign_in(app, "ag_specialist")
    page = specialist.get(f"/staff/cases/{turned}/outside")
    assert "Whose turn it was" in page.text
    assert "Beacon Review" in page.text
    assert "Amber Review: Tied to" in page.text
    assert "The review outside" in specialist.get(f"/staff/cases/{turned}").text
    page = desk.sign_in(app, "compliance").get("/staff/review-turns")
    assert turned in page.text
    assert "even" in page.text
    [row] = list(csv.DictReader(io.StringIO(raw(specialist, "/staff/review-turns?csv=1"))))
    assert (row["case"], row["given_to"]) == (turned, "Beacon Review")
    assert row["passed_over"].endswith("A loan.")


def test_the_packet_is_made_from_its_page_and_only_a_proof_ends_it(
    desk, app, house, turned
) -> None:
    specialist = desk.sign_in(app, "ag_specialist")
    at = f"/staff/cases/{turned}/outside"
    page = specialist.get(at)
    assert "No packet was made yet." in page.text
    assert "there The criteria and plan terms that were applied" in page.text
    specialist.post(at, {"does": "ask"})
    assert "It waits to be bound." in specialist.get(at).text
    stages.bind_all(house, desk.town.database.case_now())
    page = specialist.get(at)
    assert "bound, to be uploaded" in page.text
    assert "Record the proof that it arrived" in page.text
    act(desk, app, "ag_specialist", turned, "send_file", proof="Portal receipt 7")
    page = specialist.get(at)
    assert "proven: the body has it" in page.text
    assert "Portal receipt 7, recorded by" in page.text


def test_the_hearing_stands_on_its_page_and_in_a_calendar_without_health(desk, app, house) -> None:
    ref = stages.a_review(house, MCD, house.upheld[MCD])
    specialist = desk.sign_in(app, "ag_specialist")
    at = f"/staff/cases/{ref}/outside"
    assert "The State has not set it yet." in specialist.get(at).text
    specialist.get(f"{at}?calendar=1", status=404)
    when = MONDAY + timedelta(days=30)
    form = external_hearings.Hearing(
        at=when, place="By telephone; 1-800-555-0150, then 4711", how="phone",
        interpreter="Spanish", time_zone="America/Chicago",
    )  # fmt: skip
    external_hearings.schedule_hearing(house.cx("ag_specialist"), ref, None, form)
    page = specialist.get(at)
    for words in ("By telephone; 1-800-555-0150", "America/Chicago", "Interpreter: Spanish"):
        assert words in page.text
    said = raw(specialist, f"{at}?calendar=1")
    assert f"UID:{ref}@casework\r\n" in said
    assert f"DTSTART:{when:%Y%m%dT%H%M%SZ}\r\n" in said
    assert "LOCATION:By telephone\\; 1-800-555-0150\\, then 4711\r\n" in said
    for name in ("Example", "MRI", "imaging", "70553", house.town.members[MCD]):
        assert name not in said
    moved = external_hearings.Hearing(at=when + timedelta(days=7), place="By telephone")
    external_hearings.schedule_hearing(house.cx("ag_specialist"), ref, None, moved)
    assert "postponed" in specialist.get(at).text
    assert "SEQUENCE:1" in raw(specialist, f"{at}?calendar=1")


def test_another_kind_of_case_has_no_such_page(desk, app, house) -> None:
    desk.sign_in(app, "ag_specialist").get(f"/staff/cases/{house.denials[QHP]}/outside", status=404)


def test_the_decision_of_the_body_is_told_and_owed_by_its_law(desk, app, house, turned) -> None:
    now = "2027-03-01T09:30"
    act(desk, app, "ag_specialist", turned, "overturn", reference="IRO-9", decided_at=now,
        received_at=now, rationale="The need was shown.")  # fmt: skip
    sight = stages.look(house, turned)
    assert sight.clocks["effectuation"].state == "open"
    act(desk, app, "ag_specialist", turned, "effectuate", remaining="0")
    assert stages.look(house, turned).clocks["effectuation"].state == "met"
    request = stages.look(house, house.denials[QHP])
    assert request.authorizations
