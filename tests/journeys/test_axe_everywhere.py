"""Show 10: axe finds nothing on any page that any role may open, at 1280 and at 320 pixels.

The pages are enumerated from `casework routes --json`; a page that the walk did not see fails.
"""

import pytest

from casework.web import access
from tests.browser import axe, chromium, opened, wider_than_window
from tests.journeys import walk

WIDTHS = (1280, 320)
HOME = {"staff": "/staff/", "provider": "/provider/", "member": "/member/"}
# Pages behind a form that must be sent first; each has its own axe test in its room.
BEHIND_A_FORM = {
    "/second-factor",
    "/second-factor/set-up",
    "/staff/intake/filed/<ref>",
    "/provider/cases/<ref>/receipt",
    "/member/receipts/<ref>",
    "/provider/prior-auths/request",
}
# What the demo's people of a role have no case for; the other role of the door has.
NOT_HERE = {
    "representative": {
        "/member/papers/<int:number>",
        "/member/appeal/<ref>",
        "/member/appeal/<ref>/<step>",
        "/member/outside/<ref>",
        "/member/outside/<ref>/<step>",
    }
}
# Where a member's questions begin: they are answered one by one, to the receipt.
QUESTIONS = {"/member/appeal/<ref>", "/member/outside/<ref>", "/member/complaint"}
ROLES = sorted({*access.STAFF, *access.OFFICES, "member", "representative"})

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys")]
COUNTED: dict[str, int] = {}


@pytest.mark.parametrize("role", ["", *ROLES])
def test_axe_finds_nothing_on_any_page_of(role: str, house, capsys) -> None:
    with chromium() as browser, opened(browser, house.served) as page:
        start = ["/", "/lookup", "/lookup/case", "/right-door", "/account/"]
        if role:
            page.goto("/")
            page.get_by_role("button", name=house.person(role)).first.click()
            page.wait_for_url("**/*")
            start.insert(0, "/" + page.url.split("/", 3)[3])

        def look(path: str) -> list[str]:
            said = []
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                said += [f"{width} px: {one}" for one in axe(page)]
                if over := wider_than_window(page):
                    said.append(f"{width} px: {over} pixels wider than the window")
            return said

        walked = walk.Walk(page, role, look)
        walked.everywhere([*start, *sorted(p for p in walk.pages_of(role) if "<" not in p)])
        walked.try_the_rest(house.refs(), house.numbers())
        for start in sorted(path for (route, _), path in walked.seen.items() if route in QUESTIONS):
            walked.fill_in(start)
    COUNTED[role or "nobody signed in"] = walked.looked
    with capsys.disabled():
        print(
            f"\n  axe: {role or 'nobody signed in'}: {walked.looked} pages at 1280 and 320 px,"
            f" {len(walked.files)} kinds of file; {sum(COUNTED.values())} pages so far"
        )
    assert walked.found == []
    assert walked.missed() - BEHIND_A_FORM - NOT_HERE.get(role, set()) == set()
    assert walked.looked > 3
