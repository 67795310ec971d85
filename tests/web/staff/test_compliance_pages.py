"""What compliance reads: universes checked before they are handed out, the log of looks with the
unusual ones first, and a case that explains itself on one page."""

import hashlib

import pytest
from sqlalchemy import create_engine, select, update

from casework.models import Member, SecurityEvent, User
from casework.queries import universe_columns
from casework.queries.clocks import explained
from casework.services import operations
from tests.browser import axe, opened, wider_than_window
from tests.builders import MONDAY
from tests.web.staff.driving import sign_in
from tests.web.staff.scene import DAY

UNIVERSES = "/staff/universes"
ASKED = f"{UNIVERSES}?table=od&contract=OH-MA&since=2027-02-20&until=2027-03-20"
LOOKS = "/staff/looks"


@pytest.fixture(scope="module")
def cases(desk):
    """A Medicare denial whose letter left, one whose letter did not, and a Medicaid request."""
    desk.denied("told", "OH-MA")
    desk.post()
    desk.denied("silent", "OH-MA")
    desk.in_review("medicaid")
    operations.move_time(desk.town.database.context(), MONDAY + DAY)
    return desk


def test_a_universe_has_the_cases_of_its_contract_and_says_what_is_wrong(cases, app) -> None:
    page = cases.sign_in(app, "compliance").get(ASKED)
    assert cases.refs["silent"] in page.text
    rows = [e.text for e in page.all("tr")]
    [silent] = [r for r in rows if "No written notice has left" in r and cases.refs["silent"] in r]
    assert "Look on the case why its letter waits" in silent
    assert not [r for r in rows if "No written notice" in r and cases.refs["told"] in r]
    assert any("no Medicare Beneficiary Identifier" in r and "MBI from the enrollment" in r
               for r in rows)  # fmt: skip
    assert cases.refs["medicaid"] not in page.text


def test_its_file_has_the_printed_hash_each_time(cases, app) -> None:
    pages = cases.sign_in(app, "compliance")
    page = pages.get(ASKED)
    [printed] = [e.text.strip() for e in page.all("code")]
    for _ in range(2):
        file = pages.client.get(ASKED.replace(UNIVERSES, f"{UNIVERSES}.csv")).data
        assert hashlib.sha256(file).hexdigest() == printed
    lines = file.decode().splitlines()
    assert lines[0].split(",")[:4] == [
        "Enrollee First Name", "Enrollee Last Name", "Enrollee ID", "Contract ID",
    ]  # fmt: skip
    assert {line.split(",")[6] for line in lines[1:]} == {
        cases.refs["told"],
        cases.refs["silent"],
    }


def test_who_reads_a_universe_is_written_down_for_each_member(cases, app) -> None:
    cases.sign_in(app, "compliance").get(ASKED)
    with cases.town.database.reading(cases.town.database.context()) as cx:
        seen = cx.db.execute(
            select(SecurityEvent.actor_id, SecurityEvent.member_id).where(
                SecurityEvent.what == "universe:od"
            )
        ).all()
    assert {tuple(each) for each in seen} == {
        (cases.town.users["compliance"], cases.town.member_ids["member of OH-MA"])
    }


@pytest.mark.parametrize("table", universe_columns.COLUMNS)
def test_each_table_has_its_columns_in_order_and_says_whence_their_names_are(table) -> None:
    columns = universe_columns.COLUMNS[table]
    assert [each.letter for each in columns] == [chr(65 + i) for i in range(len(columns))]
    assert {each.tag for each in columns[:6]} == {"S"}
    assert {each.tag for each in columns[6:]} == {"K"}
    assert len({each.name for each in columns}) == len(columns)


def test_a_period_that_cannot_be_asked_is_said(cases, app) -> None:
    pages = cases.sign_in(app, "compliance")
    assert "wrong order" in pages.get(ASKED.replace("2027-02-20", "2027-04-01"), status=422).text
    assert "is no day" in pages.get(ASKED.replace("2027-02-20", "soon"), status=422).text


def test_unusual_looks_come_first_and_reading_the_log_is_in_the_log(cases, app, settings) -> None:
    town = cases.town
    owner = create_engine(settings.database_owner_url)
    with owner.begin() as connection:
        own, same = town.member_ids["member of OH-MA"], town.member_ids["member of OH-MCD"]
        connection.execute(
            update(User).where(User.id == town.users["physician2"]).values(member_id=own)
        )
        connection.execute(update(Member).where(Member.id == own).values(address=["1 Own Way"]))
        connection.execute(update(Member).where(Member.id == same).values(family_name="Appeals"))
    owner.dispose()
    cases.sign_in(app, "physician2").get(f"/staff/cases/{cases.refs['told']}")
    cases.sign_in(app, "ag_specialist").get(f"/staff/cases/{cases.refs['medicaid']}")
    cases.sign_in(app, "nurse").get(f"/staff/cases/{cases.refs['medicaid']}")
    pages = cases.sign_in(app, "compliance")
    rows = [e.text for e in pages.get(LOOKS).all("tr")][1:]
    assert "Paul Physician" in rows[0]
    assert "their own record" in rows[0]
    assert "no task on the case" in rows[0]
    assert "Asa Appeals" in rows[1]
    assert "the same surname" in rows[1]
    [nurse] = [row for row in rows if "Nora Nurse" in row]
    assert "nothing unusual" in nurse
    again = [e.text for e in pages.get(f"{LOOKS}?person={town.users['compliance']}").all("tr")]
    assert any("this log" in row for row in again)
    page = pages.get(LOOKS)
    assert not any("this log" in row for row in (e.text for e in page.all("tr")))
    assert "readings of this log: choose a person to see them" in page.text


def test_the_log_by_person_member_and_case(cases, app) -> None:
    pages = cases.sign_in(app, "compliance")
    town = cases.town
    cases.sign_in(app, "nurse").get(f"/staff/cases/{cases.refs['medicaid']}")
    for query, there in (
        (f"person={town.users['nurse']}", "Nora Nurse"),
        (f"member={town.members['OH-MCD']}", town.members["OH-MCD"]),
        (f"case={cases.refs['medicaid']}", cases.refs["medicaid"]),
    ):
        rows = [e.text for e in pages.get(f"{LOOKS}?{query}").all("tr")][1:]
        assert rows
        assert all(there in row for row in rows)
    assert "No member has this number" in pages.get(f"{LOOKS}?member=7", status=422).text
    assert "Nora Nurse" in pages.client.get(f"{LOOKS}.csv?person={town.users['nurse']}").text
    for who in ("nurse", "supervisor", "admin"):
        cases.sign_in(app, who).get(LOOKS, status=403)
        cases.sign_in(app, who).get(UNIVERSES, status=403)


def explained_case_clocks(cases, name: str):
    with cases.town.database.reading(cases.cx("compliance", MONDAY + DAY)) as cx:
        return explained(cx, cases.refs[name])


def test_a_case_explains_itself_on_one_page(cases, app) -> None:
    page = cases.sign_in(app, "compliance").get(f"/staff/cases/{cases.refs['told']}/explained")
    assert "unbroken" in page.text
    assert "Ohio Medicare: " in page.text
    clocks = explained_case_clocks(cases, "told")
    assert clocks
    for clock in clocks:
        assert clock.rule in page.text
        assert all(line.text in page.text for line in clock.lines)
    assert "Version 1: denied" in page.text
    assert "Pia Physician" in page.text
    shas = [e.text for e in page.all("code") if len(e.text.strip()) == 64]
    assert len(shas) >= 2  # the head of the chain, and a letter
    case = cases.sign_in(app, "nurse").get(f"/staff/cases/{cases.refs['told']}")
    assert any((e.get("href") or "").endswith("/explained") for e in case.all("a"))


def test_these_pages_ask_a_bounded_number_of_questions(cases, app, watched) -> None:
    pages = cases.sign_in(app, "compliance")
    for address, most in (
        (LOOKS, 40),
        (ASKED, 24),
        (f"/staff/cases/{cases.refs['told']}/explained", 40),
    ):
        with watched() as seen:
            pages.get(address)
        # The looks that reading writes are three statements for each member.
        asked = [
            s for s in seen.texts if not s.startswith(("insert", "update", "INSERT", "UPDATE"))
        ]
        assert len(asked) <= most, (address, len(asked), asked)


@pytest.mark.browser
def test_axe_finds_nothing_on_what_compliance_reads(cases, house, chromium) -> None:
    with opened(chromium, house) as page:
        sign_in(page, "compliance")
        for address in (ASKED, LOOKS, f"/staff/cases/{cases.refs['told']}/explained"):
            page.goto(address)
            for width in (1280, 320):
                page.set_viewport_size({"width": width, "height": 900})
                assert axe(page) == []
                assert wider_than_window(page) == 0
