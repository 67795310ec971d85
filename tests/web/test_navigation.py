"""The bar on top: one row for everybody, no page lost, and groups that every hand can open."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import expect

from casework.config import Settings
from casework.web import access, belonging, layout, navigation
from tests import browser
from tests.browser import Served, axe, opened, wider_than_window
from tests.colours import in_other_colours
from tests.web.conftest import Cast
from tests.web.staff.driving import tab_to

MOST_ENTRIES = 10
ROW = 60  # pixels: a second row of the bar would be higher


def _bar(role: str) -> tuple[Any, ...]:
    links = [
        navigation.Shown(link.endpoint, link.label, link.icon, "", link.group)
        for link in layout.NAV
        if role in link.roles
    ]
    return navigation.arranged(links, frozenset({role}))


@pytest.mark.parametrize("role", sorted(access.ROLES))
def test_no_page_is_lost_and_the_bar_stays_short(role: str) -> None:
    bar = _bar(role)
    folded = [entry for entry in bar if isinstance(entry, navigation.Folded)]
    shown = [link for entry in folded for link in entry.links]
    shown += [entry for entry in bar if isinstance(entry, navigation.Shown)]
    wanted = [link.endpoint for link in layout.NAV if role in link.roles]
    assert sorted(link.address for link in shown) == sorted(wanted)
    assert len(bar) <= MOST_ENTRIES
    assert all(len(group.links) > 1 for group in folded)


def test_who_has_few_pages_needs_no_groups_and_an_administrator_has_the_daily_ones_open() -> None:
    assert not any(isinstance(entry, navigation.Folded) for entry in _bar("nurse"))
    words = [str(entry.label) for entry in _bar("admin")]
    assert "People" in words
    assert "Administration" not in words


@pytest.mark.parametrize(
    ("address", "path", "itself", "said"),
    [
        ("/staff/rules", "/staff/rules", True, "page"),
        ("/staff/rules", "/staff/rules/what-if/3", False, "true"),
        ("/staff/rules", "/staff/rules-of-others", False, ""),
        ("/staff/", "/staff/rules", False, ""),
    ],
)
def test_an_entry_knows_the_pages_below_it(address, path, itself, said) -> None:
    assert navigation.place(address, path, itself=itself) == said


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/staff/staffing", "true"),
        ("/staff/staffing/3", "true"),
        ("/staff/staffing.csv", ""),
        ("/staff/quality/8", "true"),
        ("/staff/forecast", ""),
    ],
)
def test_an_entry_is_marked_on_the_tabs_that_belong_to_it(path, said) -> None:
    also = belonging.ALSO["staff.figures_page"]
    assert navigation.place("/staff/figures", path, itself=False, also=also) == said


@pytest.fixture(scope="module")
def server(settings: Settings, cast: Cast, chromium: Any) -> Iterator[Served]:
    cast.add("demo-sam", role="supervisor", email="sam@demo.example", full_name="Sam Lead")
    with browser.served(replace(settings, demo=True)) as found:
        yield found


def _enter(page: Any) -> None:
    page.goto("/")
    page.locator("button.person", has_text="Sam Lead").click()


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_a_group_opens_and_closes_by_every_hand(chromium: Any, server: Served) -> None:
    with opened(chromium, server) as page:
        _enter(page)
        nav = page.locator(".site-nav")
        assert nav.bounding_box()["height"] < ROW
        figures = nav.get_by_role("link", name="Figures", exact=True)
        tab_to(page, "Reports")
        expect(figures).to_be_hidden()
        page.keyboard.press("Enter")
        expect(figures).to_be_visible()
        page.keyboard.press("Tab")
        expect(figures).to_be_focused()
        page.keyboard.press("Escape")
        expect(figures).to_be_hidden()
        assert page.evaluate("document.activeElement.textContent").strip() == "Reports"
        # One group at a time; a click elsewhere closes it, and so does going on by Tab.
        nav.locator("summary", has_text="Reports").click()
        nav.locator("summary", has_text="Policies").click()
        assert nav.locator("details[open]").count() == 1
        assert axe(page) == []
        assert in_other_colours(page, {}) == []
        page.get_by_role("contentinfo").get_by_text("Casework").click()
        assert nav.locator("details[open]").count() == 0
        nav.locator("summary", has_text="Reports").click()
        with page.expect_navigation():
            figures.click()
        group = nav.locator("summary[aria-current=true]")
        expect(group).to_have_text("Reports")
        assert nav.locator("a[aria-current=page]").text_content().strip() == "Figures"


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_the_groups_work_on_a_telephone_and_without_a_script(chromium: Any, server: Served) -> None:
    with opened(chromium, server, width=320, java_script_enabled=False) as page:
        _enter(page)
        page.locator(".site-nav summary", has_text="Reports").click()
        with page.expect_navigation():
            page.locator(".site-nav").get_by_role("link", name="Figures", exact=True).click()
        assert page.url.endswith("/staff/figures")
    with opened(chromium, server, width=320) as page:
        _enter(page)
        page.get_by_role("button", name="Menu").click()
        page.locator(".site-nav summary", has_text="Administration").click()
        assert axe(page) == []
        assert wider_than_window(page) <= 0
