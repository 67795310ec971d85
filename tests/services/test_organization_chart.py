"""The organization chart: from which day who reports to whom, without a circle, never forgotten."""

from datetime import date, timedelta

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import ProgrammingError

from casework.bridge.facts import superiors
from casework.errors import Invalid, NotAllowed, NotFound
from casework.models import Absence, ReportingLine, SecurityEvent
from casework.queries import organization as questions
from casework.services import organization
from casework.services.operations import move_time
from casework.services.organization import NewAbsence, NewLine
from tests.builders import MONDAY
from tests.services.house import a_house

TODAY = MONDAY.date()
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings)
    move_time(database.context(), MONDAY)
    return made


@pytest.fixture(autouse=True)
def chart(house, settings):
    """Each test begins with nobody above anybody."""
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as owner:
        owner.execute(text("delete from reporting_line"))
        owner.execute(text("delete from absence"))
    engine.dispose()


def under(house, who: str, manager: str | None, on: date = TODAY, by: str = "admin", why="Moved."):
    organization.change_line(
        house.cx(by),
        NewLine(
            user_id=house.user(who),
            manager_id=house.user(manager) if manager else None,
            effective_on=on,
            reason=why,
        ),
    )


def above(house, who: str, on: date) -> set[str]:
    names = {house.user(name): name for name in (*house.town.users, *house.extra)}
    with house.town.database.reading(house.cx("compliance")) as cx:
        found = superiors(cx, house.user(who), on=on)
    return {names[int(each.removeprefix("user:"))] for each in found}


def lines(house, who: str) -> list[ReportingLine]:
    with house.town.database.reading(house.cx("compliance")) as cx:
        wanted = select(ReportingLine).where(ReportingLine.user_id == house.user(who))
        return list(cx.db.execute(wanted.order_by(ReportingLine.id)).scalars())


def test_a_line_holds_from_its_day_on_and_the_old_one_until_the_day_before(house) -> None:
    under(house, "nurse", "supervisor", TODAY - 100 * DAY)
    under(house, "nurse", "physician", TODAY, why="New team.")
    assert above(house, "nurse", TODAY - DAY) == {"supervisor"}
    assert above(house, "nurse", TODAY) == {"physician"}
    old, new = lines(house, "nurse")
    assert (old.ends_on, old.ended_reason, old.ended_at) == (TODAY - DAY, "New team.", MONDAY)
    assert (new.starts_on, new.ends_on, new.reason) == (TODAY, None, "New team.")
    assert new.recorded_by
    assert new.recorded_at == MONDAY


def test_a_line_goes_as_far_up_as_the_chart_of_that_day(house) -> None:
    under(house, "junior", "ag_clinician", TODAY - 50 * DAY)
    under(house, "ag_clinician", "physician", TODAY - 10 * DAY)
    assert above(house, "junior", TODAY - 20 * DAY) == {"ag_clinician"}
    assert above(house, "junior", TODAY) == {"ag_clinician", "physician"}


def test_a_line_into_the_past_holds_until_the_later_one_that_is_known(house) -> None:
    under(house, "nurse", "physician", TODAY)
    under(house, "nurse", "supervisor", TODAY - 30 * DAY, why="Was forgotten.")
    assert above(house, "nurse", TODAY - 31 * DAY) == set()
    assert above(house, "nurse", TODAY - DAY) == {"supervisor"}
    assert above(house, "nurse", TODAY) == {"physician"}


def test_somebody_may_report_to_nobody(house) -> None:
    under(house, "nurse", "supervisor", TODAY - 9 * DAY)
    under(house, "nurse", None)
    assert above(house, "nurse", TODAY) == set()
    assert above(house, "nurse", TODAY - DAY) == {"supervisor"}


def test_a_line_that_is_replaced_on_its_first_day_was_never_in_force(house) -> None:
    under(house, "nurse", "supervisor")
    under(house, "nurse", "physician")
    assert above(house, "nurse", TODAY) == {"physician"}
    assert above(house, "nurse", TODAY - DAY) == set()
    with house.town.database.reading(house.cx("compliance")) as cx:
        told = questions.history(cx)
    assert [each.never for each in told] == [False, True]


def test_nobody_reports_to_himself_by_whatever_way(house) -> None:
    under(house, "nurse", "supervisor")
    under(house, "supervisor", "physician")
    for who, manager in (("physician", "nurse"), ("supervisor", "nurse"), ("nurse", "nurse")):
        with pytest.raises(Invalid) as refused:
            under(house, who, manager)
        assert "manager_id" in refused.value.fields
    assert above(house, "nurse", TODAY) == {"supervisor", "physician"}


def test_a_circle_that_a_later_line_would_close_is_refused_too(house) -> None:
    under(house, "nurse", "supervisor", TODAY + 20 * DAY)
    with pytest.raises(Invalid, match="March 21, 2027"):
        under(house, "supervisor", "nurse")
    under(house, "supervisor", "physician")
    assert above(house, "nurse", TODAY + 20 * DAY) == {"supervisor", "physician"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 201}, "reason"),
        ({"effective_on": TODAY + 400 * DAY}, "effective_on"),
        ({"effective_on": date(1999, 12, 31)}, "effective_on"),
        ({"user_id": 999_999}, "user_id"),
        ({"manager_id": 999_999}, "manager_id"),
    ],
)
def test_a_change_is_whole_or_refused(house, change, field) -> None:
    form = {
        "user_id": house.user("nurse"),
        "manager_id": house.user("supervisor"),
        "effective_on": TODAY,
        "reason": "Moved.",
    }
    with pytest.raises(Invalid) as refused:
        organization.change_line(house.cx("admin"), NewLine(**form | change))
    assert field in refused.value.fields
    assert not lines(house, "nurse")


def test_what_is_so_already_is_no_change(house) -> None:
    under(house, "nurse", "supervisor", TODAY - DAY)
    with pytest.raises(Invalid, match="already"):
        under(house, "nurse", "supervisor")
    with pytest.raises(Invalid, match="already"):
        under(house, "physician", None)
    assert len(lines(house, "nurse")) == 1


@pytest.mark.parametrize("who", ["supervisor", "compliance", "nurse", "ag_specialist"])
def test_only_an_administrator_writes_the_chart(house, who) -> None:
    with pytest.raises(NotAllowed) as refused:
        under(house, "nurse", "supervisor", by=who)
    assert refused.value.source == "organization-change"
    absence = NewAbsence(user_id=house.user("nurse"), starts_on=TODAY, ends_on=TODAY)
    with pytest.raises(NotAllowed):
        organization.note_absence(house.cx(who), absence)


def test_each_change_stands_in_the_security_history_without_a_name(house) -> None:
    under(house, "nurse", "supervisor")
    with house.town.database.reading(house.cx("compliance")) as cx:
        wanted = select(SecurityEvent).where(SecurityEvent.event == "organization_changed")
        events = list(cx.db.execute(wanted).scalars())
    said = f"user:{house.user('nurse')}>{house.user('supervisor')} from {TODAY.isoformat()}"
    assert said in [each.what for each in events]


def test_the_application_removes_no_line(house, settings) -> None:
    engine = create_engine(settings.database_url)
    with engine.connect() as app, pytest.raises(ProgrammingError, match="permission denied"):
        app.execute(text("delete from reporting_line"))
    engine.dispose()


def test_an_absence_is_noted_and_ended(house) -> None:
    form = NewAbsence(user_id=house.user("nurse"), starts_on=TODAY, ends_on=TODAY + 5 * DAY)
    organization.note_absence(house.cx("admin"), form)
    with house.town.database.reading(house.cx("compliance")) as cx:
        [row] = questions.absences(cx, TODAY)
        [away] = [each for each in questions.chart(cx, TODAY) if each.id == house.user("nurse")]
    assert away.away_until == TODAY + 5 * DAY
    organization.end_absence(house.cx("admin"), row.id)
    with pytest.raises(NotFound):
        organization.end_absence(house.cx("admin"), row.id)
    with house.town.database.reading(house.cx("compliance")) as cx:
        assert not questions.absences(cx, TODAY)
        assert cx.db.execute(select(Absence)).scalars().all()
    wrong = NewAbsence(user_id=house.user("nurse"), starts_on=TODAY, ends_on=TODAY - DAY)
    with pytest.raises(Invalid, match="before it begins"):
        organization.note_absence(house.cx("admin"), wrong)


def test_the_chart_of_a_day_has_each_below_his_manager(house) -> None:
    under(house, "nurse", "supervisor", TODAY - DAY)
    under(house, "supervisor", "physician", TODAY - DAY)
    with house.town.database.reading(house.cx("compliance")) as cx:
        places = {each.id: each for each in questions.chart(cx, TODAY)}
        before = {each.id: each for each in questions.chart(cx, TODAY - 2 * DAY)}
    depths = [places[house.user(who)].depth for who in ("physician", "supervisor", "nurse")]
    assert depths == [0, 1, 2]
    assert places[house.user("nurse")].since == TODAY - DAY
    assert before[house.user("nurse")].depth == 0
    assert len(places) == len(before)
