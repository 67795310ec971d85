"""Show 10: axe finds nothing on any page that any role may open, at 1280 and at 320 pixels; nothing
fades or vanishes in the dark or where somebody forces colours.

The pages are enumerated from `casework routes --json`; a page that the walk did not see fails.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest

from casework.web import access
from tests.browser import axe, chromium, opened, wider_than_window
from tests.colours import in_other_colours
from tests.journeys import walk
from tests.journeys.hands import button_of

WIDTHS = (1280, 320)
# At 1280 pixels each page is looked at by all rules; narrow, the pages of members, each tenth of
# the others and with CHAOS=year each: the rest by the rules that the width can change.
OF_THE_WIDTH = ("target-size", "scrollable-region-focusable")
A_TENTH = 1 if walk.EACH_ROLE else 10
# Pages behind a form that must be sent first; each has its own axe test in its room.
BEHIND_A_FORM = {
    "/second-factor",
    "/second-factor/set-up",
    "/staff/intake/filed/<ref>",
    "/provider/cases/<ref>/receipt",
    "/member/receipts/<ref>",
    "/member/drafts/<int:number>/papers/<sha256>",
    "/provider/prior-auths/request",
    # Axe looks at them in tests/web/member/test_helpers_browser.
    "/member/helpers/new/<step>",
    "/member/helpers/forms/<number>",
    "/member/helpers/forms/<number>/pdf",
    # The paper itself: no form of the demo has one.
    "/staff/cases/<ref>/speakers/<int:number>/paper",
    # No year of the demo is over; axe looks at it in tests/web/staff/test_public_figures_pages.
    "/prior-authorization-figures/<unit>/<int:year>",
    "/prior-authorization-figures/<unit>/<int:year>.csv",
    "/prior-authorization-figures/<unit>/<int:year>.json",
    # No letter of the demo waits: axe looks at it in tests/web/staff/test_letter_release_browser.
    "/staff/letters/<int:number>/release",
}
# What the demo's people of a role have no case for; the other role of the door has.
NOT_HERE = {
    "compliance": {"/staff/cases/<ref>/do/<trigger>"},  # reads everything, changes nothing
    # Reviews outside are the specialist's work; few of them lie within these people's reach.
    "nurse": {"/staff/cases/<ref>/outside"},
    "physician": {"/staff/cases/<ref>/outside"},
    "ag_clinician": {"/staff/cases/<ref>/outside"},
    # Axe looks at each question of an appeal in tests/journeys/paths, where somebody files one.
    "member": {"/member/appeal/<ref>/<step>", "/member/outside/<ref>/<step>"},
    "provider_admin": {"/provider/claims/<int:number>", "/provider/consents/<int:number>/paper"},
    "representative": {
        "/member/cases/<ref>/matter",
        "/member/papers/<int:number>",
        "/member/appeal/<ref>",
        "/member/appeal/<ref>/<step>",
        "/member/outside/<ref>",
        "/member/outside/<ref>/<step>",
    },
}
ASKED_ABOUT = re.compile(r"\b(?:PA|AP)-\d{4}-\d{6}-\d\b")
WAYS = ("appeal", "outside")
# Kinds of controls whose focus was looked at, in each look.
FOCUSED: dict[str, set[str]] = {}
ROLES = sorted({*access.STAFF, *access.OFFICES, "member", "representative"})

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]


@pytest.mark.parametrize("role", ["", *ROLES])
def test_axe_finds_nothing_on_any_page_of(role: str, house, record_property) -> None:
    met = walk.Walk(None, role, lambda _: [], behind=_behind(role))
    for name in house.people(role) if role else [""]:
        with chromium() as browser, opened(browser, house.served) as page:
            met.page, met.look = page, _looking(page, met)
            start = ["/", "/lookup", "/lookup/case", "/right-door", "/account/"]
            if name:
                page.goto("/")
                button_of(page, name).click()
            met.everywhere([*start, *sorted(p for p in walk.pages_of(role) if "<" not in p)])
            met.try_the_rest(house.refs(), house.numbers(), house.papers())
            for question in _questions(page) if role in access.MEMBERS else ():
                met.fill_in(question)
        if not _missed(met):
            break
    record_property("axe", f"{role or 'nobody signed in'}: {met.looked}")
    assert met.found == []
    assert _missed(met) == set()
    assert len(met.seen) > 3
    met.vouch()


def _questions(page: Any) -> list[str]:
    """Where the questions of this member begin: a complaint, and what each of the cases allows."""
    page.goto("/member/")
    refs = sorted(set(ASKED_ABOUT.findall(page.inner_text("main"))))
    return ["/member/complaint", *(f"/member/{way}/{r}" for r in refs for way in WAYS)]


def _behind(role: str) -> frozenset[str]:
    return frozenset(BEHIND_A_FORM | NOT_HERE.get(role, set()))


def _missed(met: walk.Walk) -> set[str]:
    return met.missed() - met.behind


def _looking(page: Any, met: walk.Walk) -> Callable[[str], list[str]]:
    of_members = met.role in access.MEMBERS

    def look(_path: str) -> list[str]:
        said = []
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            by_all = width == WIDTHS[0] or of_members or met.looked % A_TENTH == 1 % A_TENTH
            said += [f"{width} px: {one}" for one in axe(page, *(() if by_all else OF_THE_WIDTH))]
            if width == WIDTHS[0]:
                said += in_other_colours(page, FOCUSED)
            if over := wider_than_window(page):
                said.append(f"{width} px: {over} pixels wider than the window")
        return said

    return look
