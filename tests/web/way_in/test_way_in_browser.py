"""In real Chromium with a virtual authenticator: register, sign out, sign in with the passkey."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from casework.models import Member, Passkey, StandingNeed
from tests import browser
from tests.browser import Served, axe, opened, wider_than_window
from tests.web.conftest import PASSWORD, Cast
from tests.web.way_in.conftest import WaysIn, typed

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
WIDTHS = (1280, 320)


@pytest.fixture(scope="module")
def named(ways: WaysIn, cast: Cast, chromium: Any) -> Iterator[Served]:
    """The house by its name: passkeys are bound to a name, not to a number."""
    with browser.served(ways.database.settings) as found:
        yield replace(found, url=found.url.replace("127.0.0.1", "localhost"))


def authenticator(page: Any) -> Any:
    """A phone with a finger on it."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return wire


def sound(page: Any) -> None:
    """Nothing for axe, nothing to scroll sideways: on a phone, and in English in full width too."""
    spanish = page.locator("html").get_attribute("lang") == "es"
    for width in WIDTHS[1:] if spanish else WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert axe(page) == [], (page.url, width)
        assert wider_than_window(page) == 0, (page.url, width)


def fill_card(page: Any, said: dict[str, str]) -> None:
    for name, value in said.items():
        page.fill(f"[name={name}]", value)


def register(
    page: Any, ways: WaysIn, member: Any, email: str, look: Any = lambda page: None
) -> None:
    """From the sign-in page to the link in the e-mail."""
    page.goto("/")
    page.locator("a[href='/member/register']").first.click()
    look(page)
    fill_card(page, typed(member, email))
    page.locator("main form button[type=submit]").first.click()
    look(page)
    ways.answer()
    page.goto(ways.post.link(email))
    look(page)
    day = member["birth_date"]
    for part in ("year", "month", "day"):
        page.fill(f"[name=born-{part}]", str(getattr(day, part)))


def answer_welcome(page: Any, look: Any = lambda page: None) -> None:
    """The three questions, each by its last choice."""
    for place in ("/member/welcome", "/member/welcome/language", "/member/welcome/letters"):
        assert page.url.endswith(place), page.url
        look(page)
        page.locator("main form label").last.click()
        page.locator("main form button[type=submit]").first.click()
    assert page.url.endswith("/member/")


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_member_registers_and_signs_in_again_with_a_passkey(
    chromium: Any, named: Served, ways: WaysIn, language: str
) -> None:
    member = ways.member("Pat", phone="614-555-0142")
    email = f"pat-{ways.numbers}@people.example"
    with opened(chromium, named, width=390) as page:
        page.context.add_cookies(
            [{"name": "casework-language", "value": language, "url": named.url}]
        )
        authenticator(page)
        register(page, ways, member, email, sound)
        page.locator("[value=passkey]").click()
        assert page.url.endswith("/account/passkeys/new")
        sound(page)
        page.fill("[name=name]", "Pat's phone")
        with page.expect_navigation():
            page.locator("[data-passkey-go]").click()
        answer_welcome(page, sound)
        page.goto("/member/household")
        sound(page)
        for who in ("child", "spouse"):
            page.goto(f"/member/household/{who}")
            sound(page)
        page.goto("/account/passkeys")
        assert page.locator("h2").first.inner_text().strip() == "Pat's phone"
        sound(page)
        page.locator("form[action='/sign-out'] button").first.click()
        page.locator("a[href='/passkey']").click()
        sound(page)
        with page.expect_navigation():
            page.locator("[data-passkey-go]").click()
        assert page.url.endswith("/member/"), "the questions are asked once"
        assert "Pat Example" in page.inner_text("header")
        page.goto("/account/passkeys")
        page.locator("form[action$='/remove'] button").click()
        only = "only way to sign in" if language == "en" else "única forma de entrar"
        assert only in page.inner_text("main")
    with ways.owner() as connection:
        row = connection.execute(select(Member).where(Member.id == member["id"])).one()
        kept = select(StandingNeed.need).where(StandingNeed.member_id == member["id"])
        assert (row.contact_preference, row.texts_ok) == ("text", True)
        assert row.letter_format != "standard"
        assert {"contact_preference", "letter_format"} <= set(connection.scalars(kept))


def test_a_passkey_opens_nothing_for_another_house_or_a_second_time(
    chromium: Any, named: Served, ways: WaysIn
) -> None:
    """The answer to an old question is refused, and so is a passkey that was removed."""
    member = ways.member("Kit")
    email = f"kit-{ways.numbers}@people.example"
    with opened(chromium, named) as page:
        authenticator(page)
        register(page, ways, member, email)
        page.fill("#password", PASSWORD)
        page.locator("main form button[type=submit]").first.click()
        page.goto("/account/passkeys/new")
        with page.expect_navigation():
            page.locator("[data-passkey-go]").click()
        page.locator("form[action='/sign-out'] button").first.click()
        page.goto("/passkey")
        page.evaluate("document.querySelector('form[data-passkey]').requestSubmit = () => {}")
        page.locator("[data-passkey-go]").click()
        expect(page.locator("[name=answer]").first).not_to_have_value("")
        answer = page.input_value("[name=answer]")
        page.goto("/passkey")
        page.evaluate(
            "answer => { const form = document.querySelector('form[data-passkey]');"
            " form.elements.answer.value = answer; form.submit(); }",
            answer,
        )
        page.get_by_text("does not open an account here").wait_for()
        assert ways_count(ways) >= 1
        page.goto("/")
        page.fill("#email", email)
        page.fill("#password", PASSWORD)
        page.locator("main form button[type=submit]").first.click()
        page.goto("/account/passkeys")
        page.locator("form[action$='/name'] input[name=name]").fill("An old phone")
        page.locator("form[action$='/name'] button").click()
        assert "An old phone" in page.inner_text("main")
        page.locator("form[action$='/remove'] button").click()
        page.locator("form[action='/sign-out'] button").first.click()
        page.goto("/passkey")
        with page.expect_navigation():
            page.locator("[data-passkey-go]").click()
        assert "does not open an account here" in page.inner_text("main")
        assert axe(page) == []


def ways_count(ways: WaysIn) -> int:
    with ways.owner() as connection:
        return int(connection.execute(select(func.count()).select_from(Passkey)).scalar_one())


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_way_in_works_without_a_script_at_400_percent(
    chromium: Any, named: Served, ways: WaysIn, language: str
) -> None:
    email = f"nos-{ways.numbers}@people.example"
    member = ways.member("Nos", email=email)

    def narrow(page: Any) -> None:
        assert wider_than_window(page) == 0, page.url
        assert page.locator("html").get_attribute("lang") == language

    with opened(chromium, named, width=320, height=256, java_script_enabled=False) as page:
        page.context.add_cookies(
            [{"name": "casework-language", "value": language, "url": named.url}]
        )
        register(page, ways, member, email, narrow)
        assert not page.locator("[value=passkey]").is_visible()
        page.fill("#password", PASSWORD)
        page.locator("main form button[type=submit]").first.click()
        answer_welcome(page, narrow)
        assert "Nos Example" in page.inner_text("header")
        page.goto("/account/passkeys/new")
        assert not page.locator("[data-passkey-go]").is_visible()


def test_axe_finds_nothing_on_the_other_pages_of_the_way_in(
    chromium: Any, named: Served, ways: WaysIn, cast: Cast
) -> None:
    theirs = f"sol-{ways.numbers}@people.example"
    spouse = ways.member("Sol", email=theirs)
    with opened(chromium, named) as page:
        asker = f"asker-{ways.numbers}@people.example"
        register(page, ways, ways.member("Asker", email=asker), asker)
        page.fill("#password", "short")
        page.locator("main form button[type=submit]").first.click()
        sound(page)
        page.fill("#password", PASSWORD)
        page.locator("main form button[type=submit]").first.click()
        page.goto("/member/household/spouse")
        page.locator("main form button[type=submit]").first.click()
        sound(page)
        fill_card(page, typed(spouse))
        page.locator("main form button[type=submit]").first.click()
        sound(page)
        ways.answer()
        page.goto(ways.post.link(theirs))
        sound(page)
        page.locator("[name=answer][value=no]").click()
        sound(page)
    with opened(chromium, named) as page:
        for path in ("/member/forgot", "/member/forgot/sent", "/member/register/sent"):
            page.goto(path)
            sound(page)
        page.goto("/member/join?key=none")
        sound(page)
        page.goto("/member/register")
        page.locator("main form button[type=submit]").first.click()
        assert page.evaluate("document.activeElement.id") == "error-summary"
        sound(page)
    form_of = ways.member("Helped")
    ways.form(form_of, "Hal Helper")
    with opened(chromium, named) as page:
        page.goto("/")
        page.fill("#email", cast.email("supervisor"))
        page.fill("#password", PASSWORD)
        page.locator("main form button[type=submit]").first.click()
        page.goto("/staff/sign-in-help")
        sound(page)
        page.fill("#said", form_of["number"])
        page.get_by_role("button", name="Look").click()
        assert "Hal Helper" in page.inner_text("main")
        sound(page)
