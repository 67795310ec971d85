"""Who speaks for a member: forms on paper, courts' orders, what a form covers, and how it ends."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text, update
from sqlalchemy.exc import ProgrammingError

from casework.bridge.speakers import in_force
from casework.config import Settings
from casework.context import Context
from casework.db import Database
from casework.errors import Invalid, NotAllowed, NotFound
from casework.models import (
    Appeal,
    Case,
    CoverageSpan,
    Letter,
    Member,
    Obligation,
    Representative,
)
from casework.queries import my_helpers
from casework.records import speaking
from casework.records.appointments import ends_on
from casework.records.households import may_be_parent
from casework.services import appeals, forms_ending, forms_on_paper
from casework.services.asking_in import From
from casework.submission import PaperAsSent
from tests.builders import MONDAY, PDF
from tests.services import stages
from tests.services.house import House, a_house

CONTRACT = "OH-MCD"
WHENCE = From(address="10.0.0.1", language="en", base="https://plan.example")
TODAY = MONDAY.date()


@pytest.fixture(scope="module")
def house(database: Database, settings: Settings) -> House:
    return a_house(database, settings)


@pytest.fixture(autouse=True)
def nobody_speaks(house: House, settings: Settings) -> None:
    """Each test begins with nobody on file."""
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(
            update(Representative)
            .where(Representative.ended_at.is_(None))
            .values(ended_at=MONDAY, ended_why="a new test")
        )
    engine.dispose()


def member_id(house: House) -> int:
    return int(house.town.member_ids[f"member of {CONTRACT}"])


def a_paper(**changes: Any) -> forms_on_paper.PaperForm:
    given = {
        "name": "Sam Hart",
        "relation": "son",
        "basis": "appointment",
        "signed_on": TODAY - timedelta(days=3),
        "lines": ("12 Poplar Street", "Dayton, OH 45402"),
        "papers": (PaperAsSent(name="form.pdf", media_type="application/pdf", content=PDF),),
    }
    return forms_on_paper.PaperForm(**{**given, **changes})


def record(house: House, who: str = "intake", **changes: Any) -> forms_on_paper.OnFile:
    return forms_on_paper.record_form(
        house.cx(who), member_id(house), a_paper(**changes), whence=WHENCE, wall=MONDAY
    )


def row(house: House, number: int) -> Any:
    with house.town.database.reading(house.cx("system")) as cx:
        return cx.db.execute(select(Representative).where(Representative.id == number)).scalar_one()


def copies(house: House, ref: str) -> list[str]:
    with house.town.database.reading(house.cx("system")) as cx:
        found = cx.db.execute(
            select(Letter.state)
            .join(Case, Case.id == Letter.case_id)
            .where(Case.ref == ref, Letter.recipient == "representative")
        )
        return list(found.scalars())


def test_a_form_on_paper_is_kept_with_its_paper_and_holds_a_year_from_its_signature(
    house: House,
) -> None:
    made = row(house, record(house).id)
    assert made.ends_on == made.signed_on + timedelta(days=364)
    assert (made.recorded_by, made.document_id is not None) == ("Irene Intake", True)
    sooner = row(house, record(house, name="Ann Lee", ends_on=TODAY + timedelta(days=9)).id)
    assert sooner.ends_on == TODAY + timedelta(days=9)
    with house.town.database.reading(house.cx("nurse")) as cx:
        paper = my_helpers.paper_of(cx, member_id(house), made.id)
        names = [each.row.name for each in my_helpers.speakers_of(cx, member_id(house))]
    assert paper.media_type == "application/pdf"
    assert names[:2] == ["Ann Lee", "Sam Hart"]


def test_a_court_order_holds_as_long_as_it_says(house: House) -> None:
    guardian = row(house, record(house, basis="guardianship", name="Gus Guardian").id)
    assert guardian.ends_on is None
    custody = row(
        house, record(house, basis="custody", name="Cora Custody", ends_on=date(2031, 5, 1)).id
    )
    assert custody.ends_on == date(2031, 5, 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "Sam"}, "name"),
        ({"basis": "friendship"}, "basis"),
        ({"signed_on": TODAY + timedelta(days=1)}, "signed_on"),
        ({"signed_on": TODAY - timedelta(days=365)}, "ends_on"),
        ({"papers": ()}, "papers"),
        ({"lines": ()}, "lines"),
        ({"lines": ("nowhere",)}, "lines"),
        ({"email": "no address"}, "email"),
        ({"about": "PA-2027-000001-9"}, "about"),
        ({"number": "7KQ4-9MZD-2XTV"}, "number"),
    ],
)
def test_what_is_missing_on_a_paper_is_said_by_its_field(
    house: House, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        record(house, **changes)
    assert field in refused.value.fields


@pytest.mark.parametrize(
    "who", ["nurse", "physician", "compliance", "admin", f"member of {CONTRACT}"]
)
def test_only_who_works_with_members_forms_records_and_ends_them(house: House, who: str) -> None:
    with pytest.raises(NotAllowed):
        record(house, who)
    number = record(house).id
    with pytest.raises(NotAllowed):
        forms_on_paper.end_form(house.cx(who), number, why="no", whence=WHENCE, wall=MONDAY)
    with pytest.raises(NotAllowed):
        forms_on_paper.set_household(house.cx(who), member_id(house), "S-1")


def test_a_form_ends_once_with_a_reason_and_its_copies_stop(house: House) -> None:
    number = record(house).id
    ref = stages.a_denial(house, CONTRACT)
    assert set(copies(house, ref)) == {"due"}
    cx = house.cx("ag_specialist")
    with pytest.raises(Invalid):
        forms_on_paper.end_form(cx, number, why=" ", whence=WHENCE, wall=MONDAY)
    forms_on_paper.end_form(cx, number, why="The member called.", whence=WHENCE, wall=MONDAY)
    assert set(copies(house, ref)) == {"void"}
    ended = row(house, number)
    assert (ended.ended_by, ended.ended_why) == ("Asa Appeals", "The member called.")
    with pytest.raises(NotFound):
        forms_on_paper.end_form(cx, number, why="again", whence=WHENCE, wall=MONDAY)
    assert copies(house, stages.a_denial(house, CONTRACT)) == []


def test_another_form_that_covers_them_keeps_the_copies_going(house: House) -> None:
    first = record(house).id
    record(house, name="Ann Lee")
    ref = stages.a_denial(house, CONTRACT)
    forms_on_paper.end_form(
        house.cx("intake"), first, why="Moved away.", whence=WHENCE, wall=MONDAY
    )
    assert set(copies(house, ref)) == {"due"}


def test_copies_go_only_where_the_form_says(house: House) -> None:
    one, two = stages.a_denial(house, CONTRACT), stages.a_denial(house, CONTRACT)
    record(house, about=one)
    appealed = stages.an_appeal(house, CONTRACT, about=one)
    other = stages.an_appeal(house, CONTRACT, about=two)
    assert copies(house, appealed)
    assert copies(house, other) == []
    nobody_speaks_now(house)
    record(house, gets_letters=False, lines=())
    assert copies(house, stages.a_denial(house, CONTRACT)) == []


def nobody_speaks_now(house: House) -> None:
    with house.town.database.reading(house.cx("intake")) as cx:
        known = my_helpers.speakers_of(cx, member_id(house))
    for each in known:
        if each.in_force:
            forms_on_paper.end_form(
                house.cx("intake"), each.row.id, why="over", whence=WHENCE, wall=MONDAY
            )


def may_act(house: House, ref: str, name: str = "") -> bool:
    with house.town.database.reading(house.cx("intake")) as cx:
        series = cx.db.execute(select(Case.series_id).where(Case.ref == ref)).scalar_one()
        return speaking.may_act(cx, member_id(house), series_id=series, name=name)


def test_an_appeal_has_its_form_only_where_one_covers_it(house: House) -> None:
    one, two = stages.a_denial(house, CONTRACT), stages.a_denial(house, CONTRACT)
    assert not may_act(house, one)
    record(house, about=one)
    assert may_act(house, one)
    assert may_act(house, one, "sam k. HART")
    assert not may_act(house, one, "Uncle Bob")
    assert not may_act(house, two)
    record(house, name="Lou Looker", looks_only=True)
    assert not may_act(house, two)
    filing = appeals.AppealFiling(
        about=two, filed_by="representative", filer_name="Lou Looker", channel="mail"
    )
    assert appeals.file_appeal(house.cx("intake"), filing).consent == "missing"
    filed = appeals.file_appeal(
        house.cx("intake"), replace(filing, about=one, filer_name="Sam Hart")
    )
    assert filed.consent == "on_file"


def test_a_paper_form_tells_the_appeal_that_waits_for_it(house: House) -> None:
    ref = stages.a_denial(house, CONTRACT)
    filing = appeals.AppealFiling(
        about=ref, filed_by="representative", filer_name="Sam Hart", channel="mail"
    )
    waits = appeals.file_appeal(house.cx("ag_specialist"), filing).ref
    assert record(house, "supervisor", looks_only=True, name="Sam J. Hart").told == ()
    assert record(house, "supervisor").told == (waits,)
    with house.town.database.reading(house.cx("system")) as cx:
        consent = cx.db.execute(
            select(Appeal.consent).join(Case, Case.id == Appeal.case_id).where(Case.ref == waits)
        ).scalar_one()
    assert consent == "on_file"


def test_a_form_that_ends_soon_is_a_task_once(house: House) -> None:
    ref = stages.a_denial(house, CONTRACT)
    number = record(house, ends_on=TODAY + timedelta(days=20)).id
    later = record(house, name="Ann Lee", ends_on=TODAY + timedelta(days=40)).id
    cx = house.cx("system")
    with house.town.database.reading(cx) as inside:
        soon = forms_ending.ending(inside)
    assert number in soon
    assert later not in soon
    assert forms_ending.ask_for_renewal(cx, number) >= 1
    assert forms_ending.ask_for_renewal(cx, number) == 0, "as after a kill between two steps"
    with house.town.database.reading(cx) as inside:
        owed = inside.db.execute(
            select(Obligation.says)
            .join(Case, Case.id == Obligation.case_id)
            .where(Case.ref == ref, Obligation.kind == forms_ending.KIND)
        ).scalars()
        [says] = owed
    assert "Sam Hart" in says


def test_staff_set_the_household_and_it_stands_in_the_history(
    house: House, settings: Settings
) -> None:
    cx = house.cx("intake")
    assert forms_on_paper.set_household(cx, member_id(house), " s-5550001 ")
    assert not forms_on_paper.set_household(cx, member_id(house), "S-5550001")
    with pytest.raises(Invalid):
        forms_on_paper.set_household(cx, member_id(house), "what?!")
    with house.town.database.reading(cx) as inside:
        found = inside.db.execute(
            select(CoverageSpan.household).where(CoverageSpan.member_id == member_id(house))
        ).scalars()
        assert set(found) == {"S-5550001"}


def test_a_grown_up_brother_is_no_parent() -> None:
    child = Member(birth_date=date(2018, 6, 1))
    assert may_be_parent(Member(birth_date=date(2002, 6, 1)), child)
    assert not may_be_parent(Member(birth_date=date(2002, 6, 2)), child)


@pytest.mark.parametrize(
    ("today", "months", "last"),
    [
        (date(2027, 3, 1), "12", date(2028, 2, 29)),
        (date(2027, 11, 30), "3", date(2028, 2, 28)),
        (date(2027, 8, 31), "6", date(2028, 2, 28)),
        (date(2027, 12, 15), "12", date(2028, 12, 14)),
    ],
)
def test_a_form_ends_the_day_before_its_months_are_over(
    today: date, months: str, last: date
) -> None:
    assert ends_on(today, months) == last
    assert (last - today).days <= speaking.LONGEST_DAYS


def test_nobody_writes_a_form_for_a_member_of_another_contract(house: House) -> None:
    number = member_id(house)
    intake = house.cx("intake")
    elsewhere = intake.but(principal=replace(intake.principal, ids=(999_999,)))
    with pytest.raises(NotFound):
        forms_on_paper.record_form(elsewhere, number, a_paper(), whence=WHENCE, wall=MONDAY)
    refused_by_the_wall(elsewhere, number)


def refused_by_the_wall(cx: Context, number: int) -> None:
    """Around every command: the database itself says no."""
    statement = text(
        "insert into representative (member_id, name, relation, address, starts_on)"
        " values (:member, 'Thea Thief', 'none', '[]', '2027-01-01')"
    )
    with cx.database.session(cx) as session, pytest.raises(ProgrammingError, match="row-level"):
        session.execute(statement, {"member": number})


def test_a_form_counts_from_its_first_to_its_last_day_unless_ended(house: House) -> None:
    number = record(house, ends_on=TODAY + timedelta(days=5)).id
    with house.town.database.reading(house.cx("system")) as cx:

        def counts(day: date) -> bool:
            mine = select(Representative.id).where(Representative.id == number, in_force(day))
            return cx.db.execute(mine).first() is not None

        assert [counts(TODAY + timedelta(days=n)) for n in (-1, 0, 5, 6)] == [
            False,
            True,
            True,
            False,
        ]
