import os

import pytest

from tests.browser import axe, opened, served, wider_than_window
from tests.web.conftest import PASSWORD
from tests.web.provider import stages
from tests.web.provider.writing import good

OUT = "/tmp/shots"
WIDTHS = [int(x) for x in os.environ.get("W", "1280,390,320").split(",")]


@pytest.fixture(scope="module")
def server(settings, practice, chromium):
    with served(settings) as s:
        yield s


def shot(page, name, w):
    page.screenshot(path=f"{OUT}/{name}-{w}.png", full_page=True)
    print(name, w, "AXE", axe(page), "WIDE", wider_than_window(page))


def test_shots(chromium, server, practice, town, worker):
    os.makedirs(OUT, exist_ok=True)
    refs = {}
    refs["received"] = stages.a_request(town)
    refs["fast"] = stages.in_review(
        town, "OH-QHP", priority="expedited", priority_reason="The pain grows each day."
    )
    refs["pended"] = stages.pended(town)
    refs["pendedm"] = stages.pended(town, "OH-QHP", source="member")
    refs["physician"] = stages.with_physician(town, "OH-MA")
    refs["approved"] = stages.approved(town)
    refs["denied"] = stages.denied(town)
    refs["late"] = stages.old(town, 20)
    worker.relay()
    for w in WIDTHS:
        with opened(chromium, server, width=w) as page:
            page.goto("/")
            page.fill("#email", "max@people.example")
            page.fill("#password", PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            shot(page, "home", w)
            for n in ("pended", "denied", "approved", "late", "fast"):
                page.goto(f"/provider/cases/{refs[n]}")
                shot(page, "case-" + n, w)
            page.goto(f"/provider/cases/{refs['pended']}/receipt")
            shot(page, "receipt", w)
            page.goto("/provider/prior-auths/new")
            shot(page, "new", w)
            page.fill("#member_id", town.members["OH-MCD"])
            page.fill("#birth_date", "1970-01-01")
            page.fill("#codes", "70551 97110 99213")
            page.get_by_role("button", name="Look it up").click()
            shot(page, "new-answer", w)
            page.get_by_role("button", name="Write the request").click()
            shot(page, "request", w)
            page.fill("#member_id", "99")
            page.fill("#line-1-code", "XX")
            page.locator("label[for=priority-2]").click()
            page.get_by_role("button", name="Review what is sent").last.click()
            shot(page, "request-errors", w)
            for n, v in good(town).items():
                if n in ("timing", "priority"):
                    continue
                loc = page.locator(f"[name='{n}']").first
                if loc.evaluate("e=>e.tagName") == "SELECT":
                    loc.select_option(v)
                elif loc.is_visible():
                    loc.fill(v)
            page.locator("label[for=priority-1]").click()
            page.fill("#search", "low back")
            page.wait_for_timeout(800)
            shot(page, "request-filled", w)
            page.fill("#search", "")
            page.get_by_role("button", name="Review what is sent").last.click()
            shot(page, "review", w)
            page.goto(f"/provider/cases/{refs['denied']}/file/appeal")
            shot(page, "appeal", w)
            page.goto(f"/provider/cases/{refs['received']}/do/request_expedite")
            shot(page, "expedite", w)
            page.goto("/provider/letters")
            shot(page, "letters", w)
            page.goto("/provider/office")
            shot(page, "office", w)
            page.goto("/provider/search")
            shot(page, "search", w)
