"""Looking ahead: a staffing study asked, played and read; a forecast whose numbers open to their
cases and that is held against what happened; pages that only those who lead may see."""

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select, text

from casework.context import SYSTEM
from casework.errors import NotAllowed
from casework.models import Forecast, ForecastCase, StaffingStudy
from casework.queries import forecasts as made_forecasts
from casework.queries import staffing as asked_studies
from casework.reckoning import carry_one
from casework.services import forecasts, staffing
from casework.services.organization import NewAbsence, note_absence
from tests.builders import MONDAY
from tests.web.staff.scene import DAY

LEADS = ("supervisor", "compliance")
PAGES = ("/staff/staffing", "/staff/forecast", "/staff/forecast/cases")


@pytest.fixture(scope="module")
def cases(desk):
    """Cases that are late, due today, due on Thursday, and due later."""
    desk.in_review("late", received_at=MONDAY - 16 * DAY)
    desk.in_review("today", received_at=MONDAY - 14 * DAY)
    desk.open("today_free", received_at=MONDAY - 14 * DAY)
    desk.with_physician("physician", received_at=MONDAY - 14 * DAY)
    desk.open("wednesday", received_at=MONDAY - 12 * DAY)
    desk.open("later")
    note_absence(
        desk.cx("admin"),
        NewAbsence(
            user_id=desk.town.users["physician"],
            starts_on=MONDAY.date(),
            ends_on=MONDAY.date() + 4 * DAY,
        ),
    )
    forecasts.ask_forecast(desk.cx("supervisor"))
    assert forecasts.make_wanted(desk.cx("system"))
    return desk


def played(desk) -> None:
    while staffing.answer_slice(desk.cx("system")):
        pass


def rows(desk, table, *where):
    with desk.town.database.reading(desk.town.database.context(SYSTEM)) as cx:
        return list(cx.db.execute(select(table).where(*where)).scalars())


@pytest.mark.parametrize("path", PAGES)
def test_only_those_who_lead_may_look_ahead(cases, app, path) -> None:
    for who in ("nurse", "physician", "intake", "ag_specialist", "admin"):
        cases.sign_in(app, who).get(path, status=403)
    for who in LEADS:
        cases.sign_in(app, who).get(path)


def test_a_nurse_asks_no_worker_for_a_forecast_or_a_study(cases) -> None:
    with pytest.raises(NotAllowed):
        forecasts.ask_forecast(cases.cx("nurse"))


# ── Staffing ─────────────────────────────────────────────────────────────────────────────────────


def test_the_form_starts_with_the_house_as_it_was_measured(cases, app) -> None:
    page = cases.sign_in(app, "supervisor").get("/staff/staffing")
    typed = {e.get("id"): e.get("value") for e in page.all("input")}
    with cases.town.database.reading(cases.cx("supervisor")) as cx:
        found = asked_studies.measured(cx, "prior_auth")
    # Six requests in four weeks.
    assert sum(found.per_day) == pytest.approx(6 / 4)
    assert typed["people"] == "2"
    assert found.away is None
    assert "no absence is recorded" in page.text
    assert typed["standard_limit"] == str(round(found.standard_limit))
    assert "Filled in as this house was" in page.text


def test_a_study_is_asked_played_and_answered_in_a_sentence(cases, app) -> None:
    pages = cases.sign_in(app, "supervisor")
    pages.get("/staff/staffing")
    week = {f"day_{n}": "40" if n < 5 else "0" for n in range(7)}
    more = {"effort": "45", "effort_spread": "30", "people": "3", "away": "0", "urgent": "5"}
    clocks = {"standard_limit": "168", "urgent_limit": "96", "kept_back": "12", "target": "1"}
    pages.post("/staff/staffing", week | more | clocks | {"start": "8", "end": "16"})
    waiting = pages.follow()
    assert any(e.get("max") == "100" for e in waiting.all("progress"))
    played(cases)
    page = pages.get(pages.response.request.path)
    study = rows(cases, StaffingStudy)[-1]
    assert study.state == "done"
    assert study.seen == study.total
    assert "nurses are enough for these clocks" in page.text
    # 30 hours of work a day, 8 hours a person: three cannot keep up, and four are near the edge.
    assert "enough" in page.text
    [enough] = [e.text for e in page.all("tr") if "enough" in e.text]
    assert int(enough.split()[0]) in (4, 5)
    pages.client.get(f"/staff/staffing/{study.id}.csv")
    again = pages.get(f"/staff/staffing?like={study.id}")
    assert {e.get("id"): e.get("value") for e in again.all("input")}["effort"] == "45"


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("day_0", "many", "Write a number"),
        ("effort", "0", "from 1 to 2,400"),
        ("people", "0", "from 1 to 400"),
        ("people", "2.5", "whole number"),
        ("kept_back", "9000", "more hours than are kept back"),
        ("end", "7", "ends after it begins"),
        ("away", "100", "0 to 90"),
        ("target", "80", "0 to 50"),
    ],
)
def test_what_makes_no_office_names_the_field_and_keeps_what_was_typed(
    cases, app, field, typed, says
) -> None:
    pages = cases.sign_in(app, "supervisor")
    pages.get("/staff/staffing")
    page = pages.post("/staff/staffing", {field: typed}, status=422)
    assert says in page.text
    assert {e.get("id"): e.get("value") for e in page.all("input")}[field] == typed


def test_a_study_that_was_cut_short_goes_on_and_ends_alike(cases) -> None:
    study = rows(cases, StaffingStudy)[0]
    question = staffing.question_of(study.asked)
    number = staffing.ask_staffing(cases.cx("supervisor"), question)
    slices = 0
    while staffing.answer_slice(cases.cx("system"), seconds=0):
        slices += 1
    again = rows(cases, StaffingStudy, StaffingStudy.id == number)[0]
    assert slices == again.total > 10
    assert again.result == study.result


# ── Forecast ─────────────────────────────────────────────────────────────────────────────────────


def test_the_forecast_counts_what_is_due_and_what_is_late_already(cases) -> None:
    with cases.town.database.reading(cases.cx("supervisor")) as cx:
        made = made_forecasts.newest(cx)
        day = made_forecasts.whole(cx, made, 24)
        three = made_forecasts.whole(cx, made, 72)
    assert (day.due, day.overdue) == (3, 1)
    assert (three.due, three.overdue) == (4, 1)


def test_a_case_is_likely_late_where_nobody_can_do_it_in_time(cases) -> None:
    found = {row.case_id: row for row in rows(cases, ForecastCase)}
    ids = {name: int(cases.refs[name].split("-")[2]) for name in cases.refs}
    # It lies in the pool of the physicians, where the other one is there: not late.
    assert found[ids["physician"]].likely == 0
    assert found[ids["late"]].likely == 1
    assert found[ids["today"]].likely == 0
    assert ids["later"] not in found


def test_each_number_opens_to_the_cases_that_make_it(cases, app) -> None:
    pages = cases.sign_in(app, "supervisor")
    for hours in (24, 72):
        page = pages.get(f"/staff/forecast?hours={hours}")
        links = [
            (e.get("href"), int(e.text.split()[0]))
            for e in page.all("a")
            if "/forecast/cases" in (e.get("href") or "") and "which=expected" not in e.get("href")
        ]
        assert len(links) > 4
        for href, number in links:
            listed = pages.get(href)
            assert len([e for e in listed.all("a") if "/staff/cases/" in e.get("href")]) == number
    pages.get("/staff/forecast/cases?which=nothing&cursor=x_y&person=9999999999999")


def test_a_second_forecast_of_the_hour_is_not_made(cases) -> None:
    assert not forecasts.make_hourly(cases.cx("system", MONDAY + timedelta(minutes=59)))
    assert len(rows(cases, Forecast)) == 1


def test_the_button_makes_one_and_says_that_it_waits(cases, app) -> None:
    pages = cases.sign_in(app, "supervisor")
    pages.get("/staff/forecast")
    pages.post("/staff/forecast?hours=24")
    assert "waits for the worker" in pages.follow().text
    pages.post("/staff/forecast?hours=24")
    assert len(rows(cases, Forecast, Forecast.made_at.is_(None))) == 1
    assert carry_one(cases.town.database)
    assert "waits for the worker" not in pages.get("/staff/forecast").text


def test_a_forecast_that_fails_ends_no_study(cases, settings) -> None:
    engine = create_engine(settings.database_owner_url)
    forecasts.ask_forecast(cases.cx("supervisor"))
    like = rows(cases, StaffingStudy)[-1].asked
    number = staffing.ask_staffing(cases.cx("supervisor"), staffing.question_of(like))
    with engine.begin() as owner:
        owner.execute(
            text("alter table forecast add constraint planted check (made_at is null) not valid")
        )
    try:
        while carry_one(cases.town.database):
            pass
    finally:
        with engine.begin() as owner:
            owner.execute(text("alter table forecast drop constraint planted"))
        engine.dispose()
    [study] = rows(cases, StaffingStudy, StaffingStudy.id == number)
    assert study.state == "done"
    assert carry_one(cases.town.database)
    assert not rows(cases, Forecast, Forecast.made_at.is_(None))


def test_yesterdays_forecast_is_held_against_what_happened(cases) -> None:
    assert not forecasts.check_one(cases.cx("system", MONDAY + timedelta(hours=23)))
    assert forecasts.check_one(cases.cx("system", MONDAY + timedelta(hours=25)))
    with cases.town.database.reading(cases.cx("supervisor")) as cx:
        [day] = made_forecasts.record(cx, 24)
        assert made_forecasts.record(cx, 72)[0].happened is None
    # Nobody did anything: all three that were due are late, though none had to be.
    assert (day.due, day.happened, day.unforeseen) == (3, 3, 0)
    assert day.expected == 0
    assert day.brier == 1
    assert forecasts.check_one(cases.cx("system", MONDAY + timedelta(hours=73)))
    assert not forecasts.check_one(cases.cx("system", MONDAY + timedelta(hours=99)))


@pytest.mark.parametrize("path", ["/staff/forecast", "/staff/forecast/cases", "/staff/staffing"])
def test_the_pages_ask_a_bounded_number_of_questions(cases, app, watched, path) -> None:
    pages = cases.sign_in(app, "supervisor")
    pages.get(path)
    with watched() as seen:
        pages.get(path)
    assert len(seen) <= 16, seen.texts
