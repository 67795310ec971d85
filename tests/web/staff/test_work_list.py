"""Tabs, filters and saved views of the work list; what is new to one is not to another."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, insert, select

from casework.errors import Invalid, NotFound
from casework.metadata import table_of
from casework.models import Case, ReportingLine
from casework.queries import worklist, worklist_counts
from casework.queries.worklist import Wanted
from casework.queries.worklist_values import COUNT_LIMIT, DUES, NAMES
from casework.services import determinations, papers, review, saved_views
from casework.services.holds import Hold, end_holds_batch, put_on_hold
from casework.submission import PaperAsSent
from tests.builders import MONDAY, PDF
from tests.web.staff.scene import DAY

PAPER = PaperAsSent(name="notes.pdf", media_type="application/pdf", content=PDF + b"%2")
TABS = ("mine", "returned", "unassigned", "papers", "hold", "waiting", "all", "done")
TEAM = ("nurse", "nurse2")


@pytest.fixture(scope="module", autouse=True)
def cases(desk):
    """One of each in three contracts; the two nurses report to the supervisor."""
    engine = create_engine(desk.settings.database_owner_url)
    with engine.begin() as connection:
        for who in TEAM:
            line = {
                "user_id": desk.town.users[who],
                "manager_id": desk.town.users["supervisor"],
                "starts_on": MONDAY.date() - 30 * DAY,
            }
            connection.execute(insert(table_of(ReportingLine)).values(**line))
    engine.dispose()
    desk.open("late", received_at=MONDAY - 20 * DAY)
    desk.open("fast", "OH-MA", priority="expedited", priority_reason="Vision loss since Friday.")
    desk.open("plain", "OH-QHP")
    desk.in_review("mine")
    desk.in_review("held")
    desk.in_review("papers")
    desk.with_physician("physician", "OH-QHP")


def refs_of(page):
    return [
        re.search(r"(?:PA|AP|GR|ER)-\d{4}-\d{6}-\d", e.text).group()
        for e in page.all("a")
        if "data-open" in e.attrs
    ]


def rows_of(desk, person: str, now=MONDAY, /, **wanted: Any) -> list[str]:
    cx = desk.cx(person, now)
    with desk.town.database.reading(cx) as inside:
        found = worklist.listed(inside, Wanted(**wanted), limit=100).rows
    names = {ref: name for name, ref in desk.refs.items()}
    return [names[row.ref] for row in found]


def counts_of(desk, person: str, /, **wanted: Any) -> worklist_counts.Counts:
    with desk.town.database.reading(desk.cx(person)) as cx:
        tabs = [Wanted(**{**wanted, "tab": tab}) for tab in TABS]
        return worklist_counts.counts(cx, tabs, Wanted(**wanted))


# ── What is set aside, what comes back, what is done ────────────────────────────────────────────


def test_what_is_on_hold_leaves_my_list_and_comes_back_as_returned(desk) -> None:
    until = (MONDAY + 3 * DAY).date()
    put_on_hold(desk.cx("nurse"), desk.refs["held"], None, Hold(until=until, reason="call"))
    assert "held" not in rows_of(desk, "nurse", tab="mine")
    assert rows_of(desk, "nurse", tab="hold") == ["held"]
    assert "held" in rows_of(desk, "nurse", tab="all")
    later = MONDAY + 4 * DAY
    # Its day has come: it is back at once, before any sweep wrote so, and after it as well.
    for _ in range(2):
        assert rows_of(desk, "nurse", later, tab="returned") == ["held"]
        assert "held" in rows_of(desk, "nurse", later, tab="mine")
        assert rows_of(desk, "nurse", later, tab="hold") == []
        end_holds_batch(desk.cx("system", later))


def test_the_list_says_until_when_and_why_a_case_is_set_aside(desk, app) -> None:
    ref = desk.in_review("aside")
    until = (MONDAY + 3 * DAY).date()
    put_on_hold(desk.cx("nurse"), ref, None, Hold(until=until, reason="papers"))
    page = desk.sign_in(app, "nurse").get("/staff/?tab=hold")
    assert refs_of(page) == [ref]
    assert "on hold until" in page.text
    assert "Papers were promised by that day" in page.text


def test_what_a_physician_gives_back_returns_to_the_nurse_who_referred_it(desk) -> None:
    ref = desk.with_physician("given_back")
    assert rows_of(desk, "nurse", tab="returned", kind="prior_auth").count("given_back") == 0
    review.return_to_nurse(desk.cx("physician"), ref, None, review.Reason(reason="No CT report."))
    assert "given_back" in rows_of(desk, "nurse", tab="returned")
    assert "given_back" not in rows_of(desk, "nurse2", tab="returned")
    assert counts_of(desk, "nurse", tab="mine").tabs["returned"] >= 1
    # It leaves the list as soon as somebody goes on with it.
    form = review.Ask(wanted=("The CT report",))
    review.request_information(desk.cx("nurse"), ref, None, form)
    assert "given_back" not in rows_of(desk, "nurse", tab="returned")


def test_what_i_decided_stands_under_done_for_a_week_the_newest_first(desk) -> None:
    for name in ("done1", "done2"):
        ref = desk.in_review(name)
        at = MONDAY + timedelta(microseconds=int(name[-1]))
        form = determinations.Ruling(
            lines=(determinations.LineRuling(number=1, result="approved"),)
        )
        determinations.approve(desk.cx("nurse", at), ref, None, form)
    assert rows_of(desk, "nurse", MONDAY + DAY, tab="done") == ["done2", "done1"]
    assert rows_of(desk, "nurse2", MONDAY + DAY, tab="done") == []
    who = f"u{desk.town.users['nurse']}"
    assert rows_of(desk, "supervisor", MONDAY + DAY, tab="done", who=who) == ["done2", "done1"]
    assert rows_of(desk, "supervisor", MONDAY + DAY, tab="done", who="team") == ["done2", "done1"]
    assert rows_of(desk, "nurse", MONDAY + 8 * DAY, tab="done") == []


# ── New to whom ─────────────────────────────────────────────────────────────────────────────────


def test_new_papers_are_new_to_everybody_until_each_has_looked(desk, app) -> None:
    ref = desk.refs["papers"]
    papers.add_document(desk.cx("intake"), ref, None, papers.Upload(papers=(PAPER,)))
    pages = desk.sign_in(app, "nurse")
    assert refs_of(pages.get("/staff/?tab=papers")) == [ref]
    assert "New papers" in _cell(pages.get("/staff/?tab=mine"), ref)
    pages.get(f"/staff/cases/{ref}")
    assert refs_of(pages.get("/staff/?tab=papers")) == []
    # Looked at is not dealt with, and the list has a word of its own for it.
    assert "looked at" in _cell(pages.get("/staff/?tab=mine"), ref)
    assert "New papers" in _cell(desk.sign_in(app, "supervisor").get("/staff/?tab=all"), ref)
    at = desk.town.database.case_now()
    paper = replace(PAPER, content=PDF + b"%3")
    papers.add_document(desk.cx("intake", at), ref, None, papers.Upload(papers=(paper,)))
    assert "New papers" in _cell(pages.get("/staff/?tab=mine"), ref)


def _cell(page, ref: str) -> str:
    [row] = [e for e in page.all("tr") if "data-row" in e.attrs and ref in e.text]
    cells = [e for e in page.all("td") if e.get("data-label") == "Papers"]
    return next(e.text for e in cells if e.within("tr") is row)


def test_what_others_do_is_announced_and_what_i_do_is_not(desk, app) -> None:
    pages = desk.sign_in(app, "nurse2")
    page = pages.get("/staff/?tab=all")
    [box] = [e for e in page.elements if e.get("id") == "changes"]
    address = box.get("hx-get")
    now = desk.town.database.case_now()
    review.start_review(desk.cx("nurse2", now), desk.refs["plain"], None)
    assert pages.client.get(address).status_code == 204
    papers.add_document(
        desk.cx("intake", now),
        desk.refs["plain"],
        None,
        papers.Upload(papers=(replace(PAPER, content=PDF + b"%4"),)),
    )
    assert "1 new" in pages.client.get(address).text


# ── Counts ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("limit", "scan"), [(COUNT_LIMIT, 10_000), (3, 4), (3, 10_000)])
def test_each_count_is_what_the_list_then_shows(desk, monkeypatch, limit, scan) -> None:
    """Both ways of counting: a small view in one scan, of a large one what is rare by itself."""
    for module in ("worklist_counts", "worklist_values"):
        monkeypatch.setattr(f"casework.queries.{module}.COUNT_LIMIT", limit)
    monkeypatch.setattr("casework.queries.worklist_counts.SCAN", scan)
    for base in ({"tab": "all"}, {"tab": "mine"}, {"tab": "all", "line": "medicaid"}):
        counted = counts_of(desk, "nurse", **base)
        for tab, count in counted.tabs.items():
            shown = len(rows_of(desk, "nurse", **{**base, "tab": tab}))
            assert count == min(shown, limit), (base, tab)
        for name in (*NAMES, "line", "region"):
            for choice in counted.filters[name]:
                if (base["tab"], name, choice.value) == ("mine", "who", "nobody"):
                    continue
                shown = len(rows_of(desk, "nurse", **{**base, name: choice.value}))
                assert min(choice.count, limit) == min(shown, limit), (base, name, choice)
        assert set(counted.of("due")) == set(DUES)


def test_the_specialty_of_who_renders_the_service_is_a_filter(desk) -> None:
    choices = counts_of(desk, "nurse", tab="all").filters["specialty"]
    with desk.town.database.reading(desk.cx("nurse")) as cx:
        known = set(cx.db.execute(select(Case.specialty).where(Case.open)).scalars())
    assert {each.value for each in choices} == known - {""}


def test_a_team_sees_the_lists_of_its_people(desk) -> None:
    team = rows_of(desk, "nurse2", tab="mine", who="team")
    assert set(rows_of(desk, "nurse", tab="mine")) <= set(team)
    assert rows_of(desk, "physician", tab="mine", who="team") == []


# ── Saved views ─────────────────────────────────────────────────────────────────────────────────


def test_a_view_is_kept_shared_begun_with_and_deleted(desk, app) -> None:
    pages = desk.sign_in(app, "nurse2")
    pages.get("/staff/?tab=all&line=medicare&urgency=expedited")
    pages.post("/staff/views", {"name": "Fast Medicare", "begin": "yes"})
    assert pages.location == "/staff/?tab=all&urgency=expedited&line=medicare"
    # The desk begins with it, whatever the address does not say.
    page = pages.get("/staff/")
    assert refs_of(page) == [desk.refs["fast"]]
    assert "Fast Medicare" in page.text
    other = desk.sign_in(app, "nurse")
    assert "Fast Medicare" not in other.get("/staff/?tab=all").text
    pages.get("/staff/?tab=all&line=medicare&urgency=expedited")
    pages.post("/staff/views", {"name": "Fast Medicare", "shared": "yes"})
    shared = other.get("/staff/?tab=all")
    assert "Fast Medicare of Nils Nurse" in " ".join(shared.text.split())
    assert "Fast Medicare" not in desk.sign_in(app, "physician").get("/staff/?tab=all").text
    [link] = [e.get("href") for e in shared.all("a") if e.text.startswith("Fast Medicare")]
    view = other.get(link)
    assert refs_of(view) == [desk.refs["fast"]]
    assert not [e for e in view.all("button") if e.text == "Delete this view"]
    page = pages.get("/staff/")
    [form] = [e.get("action") for e in page.all("form") if e.get("action").endswith("/delete")]
    pages.post(form)
    assert "Fast Medicare" not in other.get("/staff/?tab=all").text
    assert "All open" in pages.get("/staff/").text


def test_nobody_deletes_or_begins_with_what_is_not_his_to_see(desk) -> None:
    number = saved_views.save_view(
        desk.cx("nurse"), "Mine alone", {"tab": "all"}, shared=False, begin=False
    )
    for command in (saved_views.delete_view, saved_views.begin_with):
        with pytest.raises(NotFound):
            command(desk.cx("physician"), number)
    with pytest.raises(Invalid):
        saved_views.save_view(desk.cx("nurse"), "  ", {}, shared=False, begin=False)


def test_both_ways_through_pages_meet_the_same_rows(desk) -> None:
    with desk.town.database.reading(desk.cx("supervisor")) as cx:
        every = [row.ref for row in worklist.listed(cx, Wanted(), limit=100).rows]
        forwards, place = [], None
        while True:
            page = worklist.listed(cx, Wanted(), after=place, limit=2)
            forwards.append([row.ref for row in page.rows])
            if page.next_after is None:
                break
            place = page.next_after
        assert [ref for refs in forwards for ref in refs] == every
        back, place = [], page.prev_before
        while place is not None:
            page = worklist.listed(cx, Wanted(), before=place, limit=2)
            back.insert(0, [row.ref for row in page.rows])
            place = page.prev_before
        assert back == forwards[:-1]
