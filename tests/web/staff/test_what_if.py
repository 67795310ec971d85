"""What if: a change tried by example, asked over stored cases, answered by the worker, read with
its figures, chart and table, and with cases only for those who may see them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.models import RuleStudy
from casework.services import studies
from tests.browser import axe, opened, wider_than_window
from tests.builders import MONDAY
from tests.web.staff.driving import sign_in
from tests.web.staff.scene import DAY

TRY = "/staff/rules/what-if"
ASK = f"{TRY}/ask"
ADDRESS = (
    TRY + "?contract=OH-MCD&set=1&acknowledgement_business_days=3&sfh_window_days=120"
    "&presumed_receipt_days=5&member_rollover=yes&tolling=conservative&immediately_hours=24"
    "&external_process=federal&state_holidays=&rating_period_start=2026-01-01"
)
LAW = ADDRESS + "&layers=owner&layers=federal&layers=state:oh"
WATCHERS = ("supervisor", "compliance", "admin")


@pytest.fixture(scope="module")
def cases(desk):
    """Cases that the law would make late, and some that it moves."""
    desk.in_review("late_by_law", received_at=MONDAY - 12 * DAY)
    desk.in_review("moved", received_at=MONDAY - 2 * DAY)
    desk.open("medicare", "OH-MA")
    desk.post()
    return desk


def ask(desk, app, who: str, kind: str, **more) -> str:
    """The address of a study that this person asked for."""
    pages = desk.sign_in(app, who)
    pages.get(LAW)
    pages.post(ASK, {"kind": kind, **more})
    assert pages.location.startswith(f"{TRY}/")
    return pages.location


def answer(desk) -> None:
    while studies.answer_slice(desk.cx("system", MONDAY + timedelta(minutes=5))):
        pass


def test_only_those_who_watch_may_try(desk, app) -> None:
    for who in ("nurse", "physician", "intake", "ag_specialist", "ag_clinician"):
        desk.sign_in(app, who).get(TRY, status=403)
        assert "What if?" not in desk.sign_in(app, who).get("/staff/rules").text
    for who in WATCHERS:
        desk.sign_in(app, who).get(TRY)
        page = desk.sign_in(app, who).get("/staff/rules")
        assert any(e.get("href") == TRY for e in page.all("a"))


def test_the_form_starts_with_the_contract_as_it_is(desk, app) -> None:
    page = desk.sign_in(app, "compliance").get(TRY + "?contract=OH-MCD")
    ticked = [
        e.get("value")
        for e in page.all("input")
        if e.get("name") == "layers" and "checked" in e.attrs
    ]
    assert ticked == ["owner"]
    assert "Nothing is changed yet." in page.text
    assert "Ask over stored cases" not in page.text


def test_the_change_is_shown_by_example_at_once(desk, app) -> None:
    page = desk.sign_in(app, "compliance").get(LAW)
    [row] = [
        e.text
        for e in page.all("tr")
        if "MCD-PA-STD" in e.text and "earlier" in e.text and "Decide" in e.text
    ]
    assert "14 calendar days" in row
    assert "7 calendar days" in row
    assert "42 CFR 438.210(d)(1)" in row
    assert "Mar 15, 11:59 pm" in row
    assert "Mar 8, 11:59 pm" in row
    assert "new clock" in page.text


def test_a_change_that_moves_no_example_says_so(desk, app) -> None:
    page = desk.sign_in(app, "admin").get(
        ADDRESS.replace("tolling=conservative", "tolling=literal") + "&layers=owner"
    )
    assert "No clock of any example moves." in page.text
    assert "Ask over stored cases" in page.text


@pytest.mark.parametrize(
    ("old", "new", "field", "says"),
    [
        ("sfh_window_days=120", "sfh_window_days=400", "sfh_window_days", "90 to 120"),
        ("sfh_window_days=120", "sfh_window_days=", "sfh_window_days", "Nothing typed"),
        ("immediately_hours=24", "immediately_hours=soon", "immediately_hours", "whole number"),
        ("immediately_hours=24", "immediately_hours=9999999999", "immediately_hours", "too much"),
        ("immediately_hours=24", "immediately_hours=100", "immediately_hours", "0 to 72"),
        ("tolling=conservative", "tolling=x", "tolling", "literal"),
        ("state_holidays=", "state_holidays=tomorrow", "state_holidays", "2026-01-31"),
        ("2026-01-01", "soon", "rating_period_start", "2026-01-31"),
        ("&layers=owner&layers=federal&layers=state:oh", "", "layers", "at least one"),
        ("layers=owner", "layers=moon", "layers", "this list"),
    ],
)
def test_what_cannot_be_tried_names_the_field_and_keeps_what_was_typed(
    desk, app, old, new, field, says
) -> None:
    page = desk.sign_in(app, "supervisor").get(LAW.replace(old, new), status=422)
    [fault] = [e for e in page.all("a") if e.get("href") == f"#{field}"]
    assert says in fault.text
    assert any(e.get("id") == field for e in page.all("input", "select", "textarea", "fieldset"))
    typed = new.partition("=")[2]
    if typed and field not in ("layers", "tolling"):
        [box] = [e for e in page.all("input", "textarea") if e.get("id") == field]
        assert typed in (box.get("value"), box.text.strip())


@pytest.mark.parametrize("who", WATCHERS)
def test_open_cases_that_would_be_overdue_at_once_are_loud(cases, app, who) -> None:
    address = ask(cases, app, who, "diff")
    pages = cases.sign_in(app, who)
    page = pages.get(address)
    assert "waits for the worker" in page.text
    [bar] = page.all("progress")
    assert bar.get("value") == "0"
    part = pages.client.get(f"{address}/progress")
    assert "HX-Refresh" not in part.headers
    assert "<html" not in part.text
    answer(cases)
    assert pages.client.get(f"{address}/progress").headers["HX-Refresh"] == "true"
    page = pages.get(address)
    assert "would be overdue at once" in page.text
    [chart] = [e for e in page.all("svg") if e.get("role") == "img"]
    assert "How far the due dates move" in chart.get("aria-label")
    tables = [e.text for e in page.all("table")]
    assert any("1–3 days earlier" in text or "3–7 days earlier" in text for text in tables)
    sees = who != "admin"
    assert (cases.refs["late_by_law"] in page.text) == sees
    assert cases.refs["medicare"] not in page.text
    assert ("sees figures, no case" in page.text) != sees
    assert "casework rules diff stamped" in page.text


def test_history_is_told_by_month_and_clock(cases, app) -> None:
    address = ask(cases, app, "compliance", "replay", since="2027-02-01", until="2027-03-01")
    answer(cases)
    page = cases.sign_in(app, "compliance").get(address)
    assert "History of Ohio Medicaid, received from February 1, 2027 to March 1, 2027" in page.text
    [month] = [e for e in page.all("th") if e.text == "February 2027"]
    figures = [int(e.text) for e in page.all("td") if month.inside[-1] in e.inside]
    met, missed, would_be_met, would_be_missed, newly_missed, newly_met = figures
    assert newly_missed >= 1
    assert would_be_missed == missed + newly_missed - newly_met
    assert met >= would_be_met - newly_met - newly_missed
    assert "Deadlines newly missed" in page.text
    assert "--since 2027-02-01 --until 2027-03-01" in page.text


def test_what_cannot_be_asked_keeps_the_change_and_says_why(desk, app) -> None:
    pages = desk.sign_in(app, "supervisor")
    pages.get(LAW)
    page = pages.post(ASK, {"kind": "replay", "since": "soon", "until": "2027-02-01"}, status=422)
    assert "Write the date as 2026-01-31" in page.text
    assert {e.get("name"): e.get("value") for e in page.all("input")}["since"] == "soon"
    ticked = {e.get("value") for e in page.all("input") if "checked" in e.attrs}
    assert ticked == {"owner", "federal", "state:oh"}
    pages.get(LAW)
    page = pages.post(
        ASK, {"kind": "replay", "since": "2027-03-01", "until": "2027-02-01"}, status=422
    )
    assert "must not be before 2027-03-01" in page.text
    pages.get(LAW)
    assert "Choose what to ask" in pages.post(ASK, {"kind": "gossip"}, status=422).text


def test_nothing_is_asked_without_a_change(desk, app) -> None:
    pages = desk.sign_in(app, "supervisor")
    pages.get(LAW)
    form = {**pages.page.form(ASK), "layers": "owner", "kind": "diff"}
    answered = pages.client.post(ASK, data=form)
    assert answered.status_code == 422
    assert "Nothing is changed yet" in answered.text
    form["contract"] = "NO-SUCH"
    assert pages.client.post(ASK, data=form).status_code == 404


def test_studies_stand_in_a_list_and_a_strange_number_is_not_found(cases, app) -> None:
    address = ask(cases, app, "compliance", "diff")
    page = cases.sign_in(app, "supervisor").get(TRY)
    assert any(e.get("href") == address for e in page.all("a"))
    cases.sign_in(app, "supervisor").get(f"{TRY}/999999", status=404)
    answer(cases)
    with cases.town.database.reading(cases.cx("system")) as cx:
        states = set(cx.db.execute(select(RuleStudy.state)).scalars())
    assert states == {"done"}


def test_the_rules_page_is_light_enough(desk, app) -> None:
    desk.sign_in(app, "nurse").get("/staff/rules")
    assert len(desk.sign_in(app, "nurse").response.data) < 300_000


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_the_page_that_waits_for_an_answer_comes_anew_by_itself(cases, chromium, house) -> None:
    with opened(chromium, house) as page:
        sign_in(page, "supervisor")
        page.goto(LAW)
        page.get_by_role("button", name="Ask over all open cases").click()
        page.wait_for_url(f"**{TRY}/*")
        assert page.locator("progress").count() == 1
        answer(cases)
        page.wait_for_selector("text=would be overdue at once")
        assert page.locator("progress").count() == 0
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 900})
            assert axe(page) == []
            assert wider_than_window(page) == 0
            page.goto(LAW)
            assert axe(page) == []
            assert wider_than_window(page) == 0
            page.go_back()


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ("?contract=%00", 200),
        ("?contract=OH-MCD&set=1", 422),
        (LAW.removeprefix(TRY).replace("2026-01-01", "0001-01-01"), 200),
        (LAW.removeprefix(TRY).replace("2026-01-01", "9999-12-31"), 200),
        (LAW.removeprefix(TRY).replace("state_holidays=", "state_holidays=0001-01-01"), 200),
        (LAW.removeprefix(TRY).replace("state_holidays=", "state_holidays=" + "x" * 5000), 422),
        (LAW.removeprefix(TRY) + "&layers=%F0%9F%92%A9", 422),
        (LAW.removeprefix(TRY).replace("sfh_window_days=120", "sfh_window_days=%C2%B2"), 422),
        ("?contract=OH-MCD&set=1&layers=owner&layers=owner&tolling=%00", 422),
    ],
)
def test_a_strange_address_is_answered_in_words(desk, app, more, status) -> None:
    page = desk.sign_in(app, "compliance").get(TRY + more, status=status)
    assert page.one("h1").text == "What if"


def test_days_that_are_out_of_range_are_refused_with_their_field(desk, app) -> None:
    pages = desk.sign_in(app, "supervisor")
    for name, day in (("since", "0001-01-01"), ("until", "9999-12-31")):
        pages.get(LAW)
        page = pages.post(ASK, {"kind": "replay", name: day}, status=422)
        assert any(e.get("href") == f"#{name}" for e in page.all("a"))
        assert "2000 to 2100" in page.text
