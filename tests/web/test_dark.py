"""Dark mode and forced colours: the components hold in them, what finds a fault there finds it, and
no stylesheet but the tokens names a colour. Every page is looked at by the walk of the journeys."""

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
from tests.colours import in_other_colours

STATIC = ROOT / "casework" / "web" / "static"
PAPER = {"letter_read.css", "letter_frame.css"}
HEX = re.compile(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*})")


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
def server(settings: Settings, chromium: Any) -> Iterator[Served]:
    """The demo on the module's database, with the gallery of components."""
    path = os.pathsep.join([str(ROOT), str(Path(__file__).parent)])
    made = replace(settings, demo=True)
    with browser.served(made, application="served_gallery:app", PYTHONPATH=path) as found:
        yield found


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_every_component_holds_in_the_dark_and_with_forced_colours(
    chromium: Any, server: Served
) -> None:
    with opened(chromium, server) as page:
        page.goto("/gallery")
        assert in_other_colours(page, {}) == []
        page.emulate_media(color_scheme="dark")
        assert axe(page) == []
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert max(map(int, re.findall(r"\d+", ground)[:3])) < 60, "it is dark"


# Each of these faults must be found, or the walk through all pages proves nothing.
FAULTS = {
    "in the dark: color-contrast": '<p class="pale">Words that fade in the dark</p>',
    "in the dark: words: 1.": '<details><summary>More</summary><p class="pale">A</p></details>',
    "as it is: placeholder": '<input aria-label="a" class="line grey" placeholder="Any number">',
    "as it is: edge of a field": '<input aria-label="b" class="faint">',
    "as it is: field without an edge": '<input aria-label="c" class="bare">',
    "in the dark: picture": '<svg width="9" height="9"><rect width="9" height="9"></rect></svg>',
    "with forced colours: picture": '<svg width="9" height="9"><circle r="4"></circle></svg>',
    "with forced colours: picture ::before": '<p class="signed">Late</p>',
    "told by its ground alone": '<p>Late <span class="dot"></span></p>',
    "a button that cannot be seen": '<button class="nude" aria-label="Close"></button>',
    "the chosen one looks like the others": (
        '<ul><li><a href="#a" aria-current="page">One</a></li><li><a href="#b">Two</a></li></ul>'
    ),
    "as it is: no ring of focus": '<a class="ringless" href="#c">Onward</a>',
    "as it is: ring of focus": '<a class="faintly" href="#d">Back</a>',
    "with forced colours: words": '<p class="kept">Words that keep their colour</p>',
}
_STYLE = """
  :root { color-scheme: light dark; background: white; color: black; }
  a { color: LinkText; } input { border: 1px solid; background: inherit; }
  .grey::placeholder { color: #ccc; } .faint { border-color: #ddd; } .bare { border: 0; }
  .dot { background: #b00; display: inline-block; height: 9px; width: 9px; }
  .nude { background: #b00; border: 0; height: 20px; width: 20px; }
  .signed::before { background: #b00; content: "";
    mask: linear-gradient(#000, #000); padding: 4px; }
  .ringless:focus { outline: none; } .faintly:focus { outline: 3px solid #ddd; }
  rect { fill: #333; } circle { fill: #00c; } .kept { color: #333; forced-color-adjust: none; }
  @media (prefers-color-scheme: dark) {
    :root { background: #111; color: white; } .pale { color: #222; } .kept { color: #eee; }
    a { color: #9cf; } circle { fill: #ccf; } .faint { border-color: #ddd; }
  }
  @media (forced-colors: active) { circle { fill: #111; } .kept { color: #222; } }
"""


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_each_fault_of_colour_is_found_and_nothing_else(chromium: Any) -> None:
    page = chromium.new_page()
    frame = "<!doctype html><html lang=en><title>A</title><style>{}</style><main><p>Words.</p>{}"
    for fault, markup in FAULTS.items():
        page.set_content(frame.format(_STYLE, markup))
        found = in_other_colours(page, {})
        assert any(fault in one for one in found), (fault, found)
    page.set_content(frame.format(_STYLE, "<p><a href='#a'>A link</a></p>"))
    assert in_other_colours(page, {}) == []
    page.close()
