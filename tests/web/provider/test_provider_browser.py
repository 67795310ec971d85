"""An office in real Chromium: axe finds nothing, no mouse is needed, no script either."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from casework.config import Settings
from tests import browser
from tests.browser import Served, axe, opened, wider_than_window
from tests.builders import PDF, Town
from tests.services import planted_policies as planted
from tests.web.conftest import PASSWORD
from tests.web.provider import stages
from tests.web.provider.conftest import Practice

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
WIDTHS = (1280, 320)
FORM = "/provider/prior-auths/request"
# What a page may weigh once the browser has the style sheets, scripts and letters.
MOST_BYTES = 300_000
# Each request of a served application counts against a session; one sign-in serves a test.
KINDS = ("received", "pended", "approved", "denied", "late")


@pytest.fixture(scope="module")
def refs(town: Town) -> dict[str, str]:
    """A case of each kind that its page shows differently."""
    return {
        "received": stages.a_request(town),
        "pended": stages.pended(town),
        "approved": stages.approved(town),
        "denied": stages.denied(town),
        "late": stages.old(town, 20),
    }


@pytest.fixture(scope="module")
def server(settings: Settings, practice: Practice, refs: Any, chromium: Any) -> Iterator[Served]:
    """The application on the module's database."""
    with browser.served(settings) as found:
        yield found


def sign_in(page: Any, who: str = "max") -> None:
    page.goto("/")
    page.fill("#email", f"{who}@people.example")
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    assert page.locator("h1").inner_text().startswith("Welcome")


def sound(page: Any, where: str) -> None:
    assert axe(page) == [], where
    assert wider_than_window(page) == 0, where


@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_on_any_page_of_an_office(
    chromium: Any, server: Served, refs: dict[str, str], width: int
) -> None:
    with opened(chromium, server, width=width) as page:
        sign_in(page)
        sound(page, "home")
        paths = [
            "/provider/prior-auths/new",
            FORM,
            "/provider/search",
            "/provider/letters",
            "/provider/office",
            "/provider/diagnosis-codes?search=pain",
            "/provider/?group=running",
            f"/provider/cases/{refs['pended']}/receipt",
            f"/provider/cases/{refs['denied']}/file/appeal",
            f"/provider/cases/{refs['received']}/do/request_expedite",
            f"/provider/cases/{refs['approved']}/do/withdraw",
            *(f"/provider/cases/{refs[kind]}" for kind in KINDS),
        ]
        for path in paths:
            page.goto(path)
            sound(page, path)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_request_is_written_and_reviewed(
    chromium: Any, server: Served, town: Town, width: int
) -> None:
    with opened(chromium, server, width=width) as page:
        sign_in(page)
        page.goto("/provider/prior-auths/new")
        page.fill("#member_id", town.members["OH-MCD"])
        page.fill("#birth_date", "1970-01-01")
        page.fill("#codes", "70551 99213")
        page.get_by_role("button", name="Look it up").click()
        sound(page, "answer")
        page.get_by_role("button", name="Write the request").click()
        page.fill("#line-1-code", "XX")
        page.locator("label[for=priority-2]").click()
        page.get_by_role("button", name="Review what is sent").last.click()
        assert page.evaluate("document.activeElement.id") == "error-summary"
        sound(page, "errors")
        page.fill("#line-1-code", "70551")
        page.fill("#priority_reason", "The pain grows each day.")
        page.set_input_files(
            "#papers", [{"name": "notes.pdf", "mimeType": "application/pdf", "buffer": PDF}]
        )
        page.locator("#search").press_sequentially("low back", delay=30)
        page.get_by_role("button", name="M54.50").click()
        assert page.input_value("#diagnosis-1") == "M54.50"
        assert "notes.pdf" in page.inner_text(".kept")
        sound(page, "with a paper")
        page.get_by_role("button", name="Review what is sent").last.click()
        assert page.locator("h1").inner_text() == "Review what is sent"
        sound(page, "review")
        page.get_by_role("button", name="Send the request").click()
        assert page.locator("h1").inner_text().strip() == "We have it"
        sound(page, "receipt")


@pytest.fixture(scope="module")
def policies(settings: Settings, town: Town) -> None:
    """The plan's medical policies: one of them asks offices."""
    planted.plant(settings, town.users)


def test_the_questions_of_a_policy_are_answered_on_a_phone(
    chromium: Any, server: Served, town: Town, policies: None
) -> None:
    with opened(chromium, server, width=320) as page:
        sign_in(page)
        page.goto(FORM)
        page.fill("#member_id", town.members["OH-MCD"])
        page.fill("#birth_date", "1970-01-01")
        page.select_option("#orderer", town.npi["Dr. Maple"])
        page.fill("#line-1-code", "E0601")
        page.get_by_role("button", name="See the questions").click()
        page.get_by_label("Note, such as a date or a result (S3)").fill("In April.")
        page.get_by_role("button", name="Review what is sent").last.click()
        sound(page, "a note without an answer")
        page.locator("[name='answer.MP-014.S3'][value=yes]").check()
        page.get_by_role("button", name="Review what is sent").last.click()
        assert page.locator("h1").inner_text() == "Review what is sent"
        sound(page, "review with answers")
        page.get_by_role("button", name="Send the request").click()
        page.get_by_role("link", name="Go to the case").click()
        assert "In April." in page.inner_text("main")
        sound(page, "case with answers")


def test_a_request_needs_no_mouse(chromium: Any, server: Served, town: Town) -> None:
    with opened(chromium, server) as page:
        sign_in(page)
        page.goto(FORM)

        def tab_to(name: str) -> None:
            for _ in range(80):
                if (
                    page.evaluate("document.activeElement.id || document.activeElement.value")
                    == name
                ):
                    return
                page.keyboard.press("Tab")
            raise AssertionError(f"no way to {name} by keyboard")

        tab_to("member_id")
        page.keyboard.type(town.members["OH-QHP"])
        page.keyboard.press("Tab")
        page.keyboard.type("01021970")
        tab_to("line-1-code")
        page.keyboard.type("E0601")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.locator("h1").inner_text() == "Review what is sent"
        assert "Alex1 Example" in page.inner_text("main")
        tab_to("submit")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.locator("h1").inner_text().strip() == "We have it"


def test_an_answer_needs_no_script_and_no_mouse(chromium: Any, server: Served, town: Town) -> None:
    ref = stages.pended(town)
    with opened(chromium, server, width=320, java_script_enabled=False) as page:
        sign_in(page)
        page.goto(f"/provider/cases/{ref}")
        page.focus("#note")
        page.keyboard.type("The exam was normal.")
        page.keyboard.press("Tab")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "Your answer was sent." in page.inner_text("main")


def test_the_form_grows_without_a_script(chromium: Any, server: Served) -> None:
    with opened(chromium, server, width=320, java_script_enabled=False) as page:
        sign_in(page)
        page.goto(FORM)
        page.fill("#line-1-code", "97110")
        page.get_by_role("button", name="One more service").click()
        page.fill("#line-2-code", "E0601")
        page.fill("#search", "chronic pain")
        page.get_by_role("button", name="Find", exact=True).click()
        page.get_by_role("button", name="G89.4").click()
        assert page.input_value("#diagnosis-1") == "G89.4"
        assert page.input_value("#line-2-code") == "E0601"
        page.get_by_role("button", name="Take out service 1").click()
        assert page.input_value("#line-1-code") == "E0601"
        assert page.locator("#line-2-code").count() == 0


def test_files_too_large_together_are_told_before_they_are_sent(
    chromium: Any, server: Served, tmp_path: Path
) -> None:
    big = []
    for name in ("one.pdf", "two.pdf"):
        big.append(tmp_path / name)
        with big[-1].open("wb") as file:
            file.write(PDF)
            file.truncate(21 * 1024 * 1024)
    with opened(chromium, server, width=320) as page:
        sign_in(page)
        page.goto(FORM)
        page.fill("#member_id", "10101")
        page.set_input_files("#papers", [str(one) for one in big])
        page.get_by_role("button", name="Review what is sent").last.click()
        assert "send at most 40 MB at once" in page.inner_text(".usa-error-message[role=alert]")
        assert page.evaluate("document.activeElement.id") == "papers"
        sound(page, "too large")
        page.set_input_files("#papers", str(big[0]))
        assert page.inner_text(".usa-error-message[role=alert]") == ""
        page.get_by_role("button", name="Review what is sent").last.click()
        assert page.input_value("#member_id") == "10101"
        assert "one.pdf" in page.inner_text(".kept")


def test_no_page_is_heavy_after_the_first_visit(
    chromium: Any, server: Served, refs: dict[str, str]
) -> None:
    with opened(chromium, server) as page:
        sign_in(page)
        page.goto(FORM)
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        got: list[int] = []
        # What crossed the wire: a file that the browser still has counts nothing.
        wire.on("Network.loadingFinished", lambda e: got.append(int(e["encodedDataLength"])))
        for path in ("/provider/", FORM, f"/provider/cases/{refs['denied']}"):
            got.clear()
            page.goto(path, wait_until="networkidle")
            assert 0 < sum(got) < MOST_BYTES, (path, got)
