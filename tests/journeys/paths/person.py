"""A person at a telephone: 390 pixels wide, with a finger or with nothing but keys.

What is pressed is named in English and looked up in the catalogue of the language that the person
reads. Each page that comes is looked at; with keys, each stop of the focus must be seen.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from babel.messages.pofile import read_po

from casework.web.language import FOLDER
from tests.browser import axe, wider_than_window

WIDTH, HEIGHT = 390, 844
MOST_STOPS = 160
# Axe looks once at each page of these paths, at this width.
LOOKED_AT: set[str] = set()


@dataclass
class Tally:
    """What somebody had to do: pages that came, touches, keys, fields that were filled in."""

    pages: int = 0
    touches: int = 0
    keys: int = 0
    fields: int = 0

    def since(self, before: "Tally") -> "Tally":
        """What was done after `before`."""
        return Tally(*(getattr(self, name) - getattr(before, name) for name in vars(self)))

    def copy(self) -> "Tally":
        """As it stands now."""
        return Tally(**vars(self))

    def add(self, more: "Tally") -> None:
        """Count these as well."""
        for name, count in vars(more).items():
            setattr(self, name, getattr(self, name) + count)


@dataclass
class Person:
    """Somebody at a page. `finger`: touches; else keys alone."""

    page: Any
    language: str
    finger: bool
    tally: Tally = field(default_factory=Tally)

    def say(self, words: str, **values: Any) -> str:
        """These words of the site in the language of this person. Raises where there are none."""
        if self.language == "en":
            return words % values if values else words
        found = _spanish()[words]
        return found % values if values else found

    def press(self, words: str, *, about: str = "", **values: Any) -> None:
        """Press the link or button with these words, and look at the page that follows. `about`:
        which one of several, by what a reader of screens is told after the words."""
        said = self.say(words, **values)
        self._press({"words": f"{said} {about}".strip()})

    def press_in(self, words: str) -> None:
        """The same for the first one in which these words stand."""
        self._press({"part": self.say(words)})

    def follow(self, address: str) -> None:
        """Press the first link that leads to this address."""
        self._press({"href": address})

    def write(self, label: str, text: str) -> None:
        """Write into the field with this label."""
        wanted = {"words": self.say(label), "field": True}
        self._touch(self._found(wanted)) if self.finger else self._stop_at(wanted)
        self.page.keyboard.type(text)
        self.tally.keys += len(text)
        self.tally.fields += 1

    def choose(self, label: str) -> None:
        """Choose this one of several answers."""
        wanted = {"start": self.say(label), "field": True}
        self.tally.fields += 1
        if self.finger:
            self._touch(self._found(wanted | {"label": True}))
            return
        self._stop_at(wanted | {"group": True})
        self._key("Space")
        for _ in range(10):
            if self.page.evaluate(_LOOK, wanted)["chosen"]:
                return
            self._key("ArrowDown")
        raise AssertionError(f"no key chooses {label!r} on {self.page.url}")

    def read(self) -> str:
        """What stands on the page, in one line."""
        return " ".join(self.page.inner_text("main").split())

    def sees(self, *said: str, **values: Any) -> None:
        """Fails where one of these sentences of the site is not on the page."""
        here = self.read().lower()
        for words in said:
            wanted = " ".join(self.say(words, **values).split()).lower()
            assert wanted in here, f"{wanted!r} is not on {self.page.url}: {here[:900]}"

    def heading(self) -> str:
        """The heading of the page."""
        return " ".join(self.page.locator("main h1").inner_text().split())

    def goes_to(self, path: str) -> None:
        """Type an address, as somebody does who comes back another day."""
        self.page.goto(path)
        self._arrived()

    def _press(self, wanted: dict[str, Any]) -> None:
        with self.page.expect_navigation():
            if self.finger:
                self._touch(self._found(wanted))
            else:
                self._stop_at(wanted)
                self._key("Enter")
        self._arrived()

    def _found(self, wanted: dict[str, Any]) -> Any:
        found = self.page.evaluate_handle(_FIND, wanted).as_element()
        assert found, f"nothing to touch: {wanted} on {self.page.url}: {self.read()[:600]}"
        return found

    def _touch(self, element: Any) -> None:
        self.tally.touches += 1
        element.tap()

    def _key(self, key: str) -> None:
        self.tally.keys += 1
        self.page.keyboard.press(key)

    def _stop_at(self, wanted: dict[str, Any]) -> None:
        """Go on with Tab until the focus is on it; every stop on the way must be seen."""
        for _ in range(MOST_STOPS):
            self._key("Tab")
            here = self._where(wanted)
            if here["is"]:
                return
        raise AssertionError(f"no Tab leads to {wanted} on {self.page.url}: {self.read()[:600]}")

    def _where(self, wanted: dict[str, Any]) -> dict[str, Any]:
        here: dict[str, Any] = self.page.evaluate(_LOOK, wanted)
        for _ in range(20):
            if here["seen"]:
                return here
            self.page.wait_for_timeout(15)  # a page that scrolls smoothly
            here = self.page.evaluate(_LOOK, wanted)
        raise AssertionError(f"the focus is not seen on {self.page.url}: {here}")

    def _arrived(self) -> None:
        page = self.page
        page.wait_for_load_state()
        self.tally.pages += 1
        where = page.url.split("/", 3)[3]
        if folder := os.environ.get("SHOTS"):
            name = f"{self.tally.pages:02}-{re.sub('[^a-z]+', '-', where)}-{self.language}"
            page.screenshot(path=f"{folder}/{name}.png", full_page=True)
        assert page.locator("main h1").count() == 1, where
        assert page.locator("html").get_attribute("lang") == self.language, where
        assert wider_than_window(page) == 0, f"{where} is wider than {WIDTH} pixels"
        if (template := _template(where)) not in LOOKED_AT:
            assert axe(page) == [], where
            LOOKED_AT.add(template)


@contextmanager
def at_phone(chromium: Any, url: str, *, language: str, finger: bool) -> Iterator[Person]:
    """Somebody with a telephone whose browser asks for pages in this language. Fails at its end
    where the console held an error or the content policy refused something."""
    options = {"has_touch": True} if finger else {}
    context = chromium.new_context(
        base_url=url,
        viewport={"width": WIDTH, "height": HEIGHT},
        locale=f"{language}-US",
        **options,
    )
    page = context.new_page()
    noise: list[str] = []
    page.on("console", lambda m: noise.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: noise.append(str(error)))
    try:
        yield Person(page, language, finger)
        assert not noise, noise
    finally:
        context.close()


@cache
def _spanish() -> dict[str, str]:
    with (FOLDER / "es.po").open("rb") as source:
        return {
            str(m.id if isinstance(m.id, str) else m.id[0]): str(
                m.string if isinstance(m.string, str) else m.string[0]
            )
            for m in read_po(source)
            if m.id and m.string
        }


def _template(address: str) -> str:
    """Pages are alike that differ only in their numbers; those of an appeal and of a review are
    not."""
    path = re.split("[?#]", address)[0]
    return re.sub(r"\d+", "0", re.sub(r"\b([A-Z]{2})-\d{4}-\d+-\d", r"\1", path))


# What a control is called, and whether it is the one that is wanted: by all its words, without
# those that only readers of screens are told, by their beginning, by a part, by its address.
_CALLED = """
  const words = (node, less) => {
    const copy = node.cloneNode(true);
    for (const each of copy.querySelectorAll(less)) each.remove();
    return copy.textContent.replace(/\\s+/g, " ").trim();
  };
  const label = (e) => (e.labels && e.labels.length ? e.labels[0] : e);
  const is = (e, want) => {
    const all = words(label(e), "svg"), short = words(label(e), "svg, .usa-sr-only, .usa-hint");
    if (want.href) return !!e.href && new URL(e.href).pathname === want.href;
    if (want.part) return all.includes(want.part);
    if (want.start) return all.startsWith(want.start);
    return all === want.words || short === want.words;
  };
"""
_FIND = f"""(want) => {{
  {_CALLED}
  const sort = want.field ? "input, textarea, select" : "a[href], button, summary";
  const found = [...document.querySelectorAll(sort)].find(
    (e) => label(e).checkVisibility() && !e.closest("[aria-hidden=true]") && is(e, want));
  return found ? (want.label ? label(found) : found) : null;
}}"""
# The ring around the focus: of a box to tick it is drawn on its label. Seen is what stands in the
# window, under nothing else.
_LOOK = f"""(want) => {{
  {_CALLED}
  const e = document.activeElement;
  if (!e || e === document.body) return {{is: false, seen: true, says: ""}};
  const ticks = ["radio", "checkbox"].includes(e.type);
  const drawn = ticks ? label(e) : e;
  const ring = (style) => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
    && !/, 0\\)$/.test(style.outlineColor)) || style.boxShadow !== "none";
  // Within a field for a date the focus goes from part to part, and each is marked by the browser.
  const ringed = ring(getComputedStyle(drawn)) || /^(date|time)/.test(e.type)
    || (ticks && ring(getComputedStyle(drawn, "::before")));
  const boxes = [...drawn.getClientRects()];
  const at = boxes.find((b) => b.width > 0 && b.height > 0 && b.bottom > 0 && b.right > 0
    && b.top < innerHeight && b.left < innerWidth);
  let free = false;
  if (at) {{
    const x = Math.min(Math.max(at.left + at.width / 2, 1), innerWidth - 1);
    const y = Math.min(Math.max(at.top + at.height / 2, 1), innerHeight - 1);
    const top = document.elementFromPoint(x, y);
    free = !!top && (drawn.contains(top) || top.contains(drawn) || label(e) === top);
  }}
  const wanted = !(want.field && !(e.labels && e.labels.length));
  const others = ticks && e.form && want.group
    ? [...e.form.elements].filter((o) => o.name === e.name) : [e];
  return {{
    is: wanted && others.some((o) => is(o, want)), chosen: ticks && e.checked && is(e, want),
    seen: ringed && free, ringed, free, says: words(label(e), "svg"), tag: e.tagName,
  }};
}}"""
