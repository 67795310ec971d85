"""A person of the staff at a real browser: signing in, and working by keyboard alone."""

import re
from typing import Any

from tests.builders import STAFF

MOST_TABS = 120


def sign_in(page: Any, who: str) -> None:
    """Sign in with one click, as the demonstration offers it."""
    page.goto("/")
    page.get_by_role("button", name=STAFF[who][0]).click()
    page.wait_for_url("**/staff/**")


def tab_to(page: Any, words: str, *, exact: bool = True) -> int:
    """Press Tab until what has the focus says this (its text, or its label), or begins with it;
    returns how often it took. A group of the menu in which it is folded is opened on the way."""
    for count in range(1, MOST_TABS + 1):
        page.keyboard.press("Tab")
        here = page.evaluate(_SAYS)
        said = here["says"]
        if said == words or (not exact and said.startswith(words)):
            return count
        if words in here["folded"]:
            page.keyboard.press("Enter")
    raise AssertionError(f"no Tab leads to {words!r} on {page.url}")


def press(page: Any, words: str, key: str = "Enter") -> None:
    """Go to the link or button with these words by Tab, press it, and wait for the next page."""
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press(key)


def write(page: Any, label: str, text: str) -> None:
    """Go to the field with this label by Tab and type."""
    tab_to(page, label)
    page.keyboard.type(text)


def open_group_of(page: Any, words: str) -> None:
    """With the mouse: open the group of the menu in which the link with these words is folded."""
    link = page.locator("a", has_text=re.compile(f"^\\s*{re.escape(words)}\\s*$"))
    group = page.locator(".site-nav details:not([open])", has=link)
    if group.count():
        group.locator("summary").click()


def kept_by_the_browser(page: Any) -> dict[str, str]:
    """All that this browser keeps of the site, but its cookies."""
    found: dict[str, str] = page.evaluate("({...localStorage, ...sessionStorage})")
    return found


# What a field or a button is called, without the words that only explain; the links of a closed
# group of the menu, where the focus is on its name.
_SAYS = """(() => {
  const e = document.activeElement;
  const clean = (node) => {
    const copy = node.cloneNode(true);
    for (const each of copy.querySelectorAll(".usa-sr-only, .optional, .usa-hint")) each.remove();
    return copy.textContent.trim().replace(/\\s+/g, " ");
  };
  const group = e.matches(".site-nav details:not([open]) > summary") ? e.parentElement : null;
  return {says: e.labels && e.labels.length ? clean(e.labels[0]) : clean(e),
          folded: group ? [...group.querySelectorAll("a")].map(clean) : []};
})()"""
