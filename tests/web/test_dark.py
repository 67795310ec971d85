"""Dark mode and forced colours: axe measures the contrast of the components and of the first pages,
and no stylesheet but the tokens names a colour."""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from casework.config import Settings
from tests import browser
from tests.browser import ROOT, Served, axe, opened
from tests.web.conftest import Cast

STATIC = ROOT / "casework" / "web" / "static"
PAPER = {"letter_read.css", "letter_frame.css"}
HEX = re.compile(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*})")
LOOKS = ({"color_scheme": "dark"}, {"forced_colors": "active"})


@pytest.mark.parametrize("name", sorted(p.name for p in STATIC.glob("*.css")))
def test_only_the_tokens_and_paper_name_a_colour(name: str) -> None:
    if name == "tokens.css" or name in PAPER:
        return
    assert HEX.findall((STATIC / name).read_text()) == []


def test_each_token_of_the_light_has_one_of_the_dark() -> None:
    text = (STATIC / "tokens.css").read_text()
    light, dark = (
        set(re.findall(r"(--[\w-]+): #", block))
        for block in re.findall(r":root(?:, \.letter-sheet)? \{(.*?)\}", text, re.DOTALL)
    )
    assert light - dark == {"--paper"}, "paper stays white"
    assert dark <= light


def test_each_token_that_a_stylesheet_asks_for_is_there() -> None:
    there = set(re.findall(r"(--[\w-]+):", (STATIC / "tokens.css").read_text()))
    for sheet in STATIC.glob("*.css"):
        own = set(re.findall(r"(--[\w-]+):", sheet.read_text()))
        asked = set(re.findall(r"var\((--[\w-]+)\)", sheet.read_text()))
        assert asked - own <= there, sheet.name


@pytest.fixture(scope="module")
def server(settings: Settings, cast: Cast, chromium: Any) -> Iterator[Served]:
    """The demo on the module's database, with the gallery of components."""
    cast.add("demo-ada", role="admin", email="ada@demo.example", full_name="Ada Admin")
    cast.add("demo-sam", role="supervisor", email="sam@demo.example", full_name="Sam Lead")
    cast.add("demo-mia", "provider", "provider", email="mia@demo.example", full_name="Mia Torres")
    cast.add("demo-rosa", "member", "member", email="rosa@demo.example", full_name="Rosa Diaz")
    path = os.pathsep.join([str(ROOT), str(Path(__file__).parent)])
    made = replace(settings, demo=True)
    with browser.served(made, application="served_gallery:app", PYTHONPATH=path) as found:
        yield found


# Every look at these in CI; `CHAOS=year`, as `make chaos` sets it, looks at the others as well.
LOOKED_AT = {
    "": ("/gallery",),
    "Ada Admin": ("/staff/people", "/staff/operations"),
    "Rosa Diaz": ("/member/",),
}
IN_THE_YEAR = {
    "": ("/", "/lookup", "/nope"),
    "Ada Admin": ("/staff/people/new", "/staff/rules", "/staff/contracts", "/account"),
    "Sam Lead": ("/staff/", "/staff/overturns", "/staff/letters"),
    "Mia Torres": ("/provider/", "/provider/new"),
    "Rosa Diaz": ("/member/profile", "/member/letters"),
}
PAGES = LOOKED_AT | (IN_THE_YEAR if os.environ.get("CHAOS") == "year" else {})


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("look", LOOKS, ids=lambda look: next(iter(look)))
def test_axe_finds_nothing_in_the_dark_and_with_forced_colours(
    chromium: Any, server: Served, look: dict[str, Any]
) -> None:
    for who, more in PAGES.items():
        with opened(chromium, server, **look) as page:
            if who:
                page.goto("/")
                page.locator("button.person", has_text=who).click()
            for path in dict.fromkeys((*LOOKED_AT.get(who, ()), *more)):
                page.goto(path)
                assert axe(page) == [], path
            if "color_scheme" in look:
                ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
                assert max(map(int, re.findall(r"\d+", ground)[:3])) < 60, "it is dark"
