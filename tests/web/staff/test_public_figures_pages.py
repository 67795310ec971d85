"""The public figures on screen: a compliance officer counts a year, follows a number to its cases
and back, publishes; everybody reads it without signing in, and the bytes have the printed hash."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from casework.services import operations, public_figures
from casework.services.public_figures import Publication, Wanted
from tests.browser import axe, opened, wider_than_window
from tests.builders import MONDAY
from tests.pages import Pages
from tests.web.staff.driving import open_group_of, press, sign_in

PAGE = "/staff/public-figures"
PUBLIC = "/prior-authorization-figures"
NEXT_YEAR = datetime(2028, 1, 10, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def cases(desk):
    """Two requests denied, one still open, of one contract in one year; then the year is over."""
    desk.denied("one")
    desk.denied("two", received_at=MONDAY - timedelta(days=2))
    desk.in_review("open")
    desk.refs["count"] = ""
    operations.move_time(desk.town.database.context(), NEXT_YEAR)
    return desk


def counted(cases, app, who: str = "compliance", **choices) -> str:
    """The address of a count that this person asked for, done by the worker."""
    pages = cases.sign_in(app, who)
    pages.get(PAGE)
    pages.post(PAGE, {"unit": "oh-mcd", "year": "2027", **choices})
    address = pages.location
    assert address.startswith(f"{PAGE}/")
    return address


def done(cases) -> None:
    while public_figures.count_slice(cases.town.database.context()):
        pass


def test_only_those_who_watch_see_them_and_only_compliance_publishes(cases, app) -> None:
    for who in ("nurse", "physician", "intake", "ag_specialist"):
        cases.sign_in(app, who).get(PAGE, status=403)
    for who in ("supervisor", "compliance", "admin"):
        page = cases.sign_in(app, who).get(PAGE)
        assert "March 31, 2028" in page.text
        assert ("Count a year" in page.text) == (who != "admin")
    address = counted(cases, app, "supervisor")
    done(cases)
    supervisor = cases.sign_in(app, "supervisor").get(address)
    assert "A compliance officer publishes them." in supervisor.text
    assert not [e for e in supervisor.all("form") if "publish" in (e.get("action") or "")]


def test_a_count_waits_with_its_bar_and_then_shows_the_nine_figures(cases, app) -> None:
    address = counted(cases, app)
    pages = cases.sign_in(app, "compliance")
    page = pages.get(address)
    assert len(page.all("progress")) == 1
    assert "HX-Refresh" not in pages.client.get(f"{address}/progress").headers
    done(cases)
    assert pages.client.get(f"{address}/progress").headers["HX-Refresh"] == "true"
    page = pages.get(address)
    rows = [e.text for e in page.all("tr")]
    [denied] = [r for r in rows if r.lstrip().startswith("3 ") or "3Standard requests" in r]
    assert "100.0 %" in denied
    assert "standard requests that we decided" in denied
    assert "not applicable" in page.text  # nothing was expedited
    cases.refs["count"] = address


def test_a_number_opens_to_its_cases_and_leads_back(cases, app) -> None:
    pages = cases.sign_in(app, "compliance")
    page = pages.get(cases.refs["count"])
    [link] = [
        e.get("href") for e in page.all("a") if (e.get("href") or "").endswith("=standard_denied")
    ]
    listed = pages.get(link)
    assert {cases.refs["one"], cases.refs["two"]} <= set(listed.text.split())
    assert cases.refs["open"] not in listed.text
    home = f"{cases.refs['count']}#standard_denied"  # the number itself, not the top of its page
    assert any(e.get("href") == home for e in listed.all("a"))
    file = pages.client.get(link.replace("/cases?", "/cases.csv?")).text
    assert sorted(line[:16] for line in file.splitlines()[1:]) == sorted(
        (cases.refs["one"], cases.refs["two"])
    )  # fmt: skip
    cases.sign_in(app, "admin").get(link, status=403)
    pages.get(f"{cases.refs['count']}/cases?which=everything", status=404)


def test_it_is_published_under_a_name_and_everybody_can_read_it(cases, app) -> None:
    stranger = Pages(app.test_client())
    stranger.get(f"{PUBLIC}/oh-mcd/2027", status=404)
    pages = cases.sign_in(app, "compliance")
    preview = pages.get(f"{cases.refs['count']}/preview")
    assert "It is not published" in preview.text
    pages.get(cases.refs["count"])
    page = pages.post(f"{cases.refs['count']}/publish", {}, status=422)
    assert "Say that you have read the figures" in page.text
    pages.get(cases.refs["count"])
    pages.post(f"{cases.refs['count']}/publish", {"sure": "yes"})
    page = stranger.get(f"{PUBLIC}/oh-mcd/2027")
    assert "Published by Cora Compliance, compliance officer, on January 10, 2028" in page.text
    assert "2 of 2 standard requests that we decided" in page.text
    [fingerprint] = [e.text.strip() for e in page.all("code")]
    bytes_ = stranger.client.get(f"{PUBLIC}/oh-mcd/2027.json").data
    assert hashlib.sha256(bytes_).hexdigest() == fingerprint
    file = stranger.client.get(f"{PUBLIC}/oh-mcd/2027.csv").text
    assert "standard_denied" in file
    assert "100.0000" in file
    assert "oh-mcd/2027" in "".join(e.get("href") or "" for e in stranger.get(PUBLIC).all("a"))


def test_a_correction_is_a_new_edition_with_its_reason_beside_the_first(cases, app) -> None:
    address = counted(cases, app, partial="denied")
    done(cases)
    pages = cases.sign_in(app, "compliance")
    pages.get(address)
    page = pages.post(f"{address}/publish", {"sure": "yes", "reason": ""}, status=422)
    assert "Say what was wrong" in page.text
    pages.get(address)
    pages.post(f"{address}/publish", {"sure": "yes", "reason": "One fax was entered late."})
    stranger = Pages(app.test_client())
    assert "One fax was entered late." in stranger.get(f"{PUBLIC}/oh-mcd/2027").text
    first = stranger.get(f"{PUBLIC}/oh-mcd/2027?edition=1").text
    assert "This edition was corrected" in first
    stranger.get(f"{PUBLIC}/oh-mcd/2027?edition=7", status=404)
    spanish = stranger.client.get(
        f"{PUBLIC}/oh-mcd/2027", headers={"Accept-Language": "es"}
    ).get_data(as_text=True)
    assert "Cómo decidimos las solicitudes" in spanish


@pytest.mark.parametrize(
    ("typed", "says"),
    [({"unit": "nobody", "year": "2027"}, "no such contract"), ({"year": "soon"}, "Choose a year")],
)
def test_what_cannot_be_counted_is_said_on_the_page(cases, app, typed, says) -> None:
    pages = cases.sign_in(app, "compliance")
    pages.get(PAGE)
    assert says in pages.post(PAGE, {"unit": "oh-mcd", **typed}, status=422).text


def test_each_page_asks_a_bounded_number_of_questions(cases, app, watched) -> None:
    pages = cases.sign_in(app, "compliance")
    most = {
        PAGE: 16,
        cases.refs["count"]: 18,
        f"{cases.refs['count']}/cases?which=standard_denied": 12,
        f"{PUBLIC}/oh-mcd/2027": 8,
    }
    for address, bound in most.items():
        with watched() as seen:
            pages.get(address)
        assert len(seen) <= bound, (address, seen.texts)


@pytest.mark.browser
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(cases, house, chromium) -> None:
    cx = cases.cx("compliance", NEXT_YEAR)
    number, empty = (
        public_figures.count_year(cx, Wanted(unit=unit, year=2027))
        for unit in ("oh-mcd", "oh-issuer")
    )
    done(cases)
    public_figures.publish_figures(cx, Publication(count=empty, reason="Once more."))
    with opened(chromium, house) as page:
        sign_in(page, "compliance")
        for address in (
            PAGE,
            f"{PAGE}/{number}",
            f"{PAGE}/{number}/cases?which=standard_denied",
            f"{PUBLIC}/oh-issuer/2027",
            PUBLIC,
        ):
            page.goto(address)
            for width in (1280, 320):
                page.set_viewport_size({"width": width, "height": 900})
                assert axe(page) == []
                assert wider_than_window(page) == 0


@pytest.mark.browser
@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_a_number_is_made_followed_to_its_cases_and_back(cases, house, chromium, by) -> None:
    """The year is asked for, counted, its number opened, a case read, and all the way back."""

    def go(page, words: str, role: str = "link") -> None:
        if by == "mouse":
            open_group_of(page, words)
        with page.expect_navigation():
            if by == "mouse":
                page.get_by_role(role, name=words, exact=True).first.click()
            else:
                press(page, words)

    with opened(chromium, house) as page:
        sign_in(page, "compliance")
        go(page, "Public figures")
        page.get_by_label("Contract, plan or issuer").select_option("oh-mcd")
        page.get_by_label("Year of the decision").select_option("2027")
        go(page, "Count", "button")
        done(cases)
        count = page.url
        page.goto(count)
        if by == "mouse":
            go(page, "2 Standard requests that we denied: the cases")
        else:
            for _ in range(120):
                page.keyboard.press("Tab")
                if page.evaluate("document.activeElement.search") == "?which=standard_denied":
                    break
            with page.expect_navigation():
                page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(
            "Standard requests that we denied"
        )
        go(page, cases.refs["one"])
        expect(page.get_by_text("Explain this case")).to_be_visible()
        page.go_back()
        go(page, "Ohio Medicaid, 2027")
        assert page.url == f"{count}#standard_denied"
