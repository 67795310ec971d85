"""One person at a browser, with a mouse or with nothing but a keyboard; both answer forms alike."""

import re
from dataclasses import dataclass
from typing import Any

from tests.web.staff.driving import open_group_of, tab_to

WORDS = "Because the records show it"
MOST_TABS = 200
# What is under the focus, as far as somebody who answers a form must know.
_HERE = """(() => {
  const e = document.activeElement, form = e.closest("main form");
  const label = e.labels && e.labels.length ? e.labels[0].textContent : e.textContent;
  const group = e.type === "radio" && e.form
    ? [...e.form.elements].some(o => o.name === e.name && o.checked) : false;
  return {tag: e.tagName, type: e.type || "", name: e.name || "", value: e.value || "",
          chosen: e.checked || group, label: label.replace(/\\s+/g, " ").trim(),
          mine: form !== null && form.method === "post", words: e.textContent.trim()};
})()"""


@dataclass
class Hand:
    """The hand of one person: `mouse` or keyboard alone."""

    page: Any
    mouse: bool

    def press(self, words: str) -> None:
        """Press the link or button that says this, and wait for the next page."""
        if self.mouse:
            open_group_of(self.page, words)
            with self.page.expect_navigation():
                self._found(words).click()
            return
        tab_to(self.page, words)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def unfold(self, words: str) -> None:
        """Open what is folded under these words."""
        if self.mouse:
            self.page.locator("summary", has_text=words).first.click()
            return
        tab_to(self.page, words, exact=False)
        self.page.keyboard.press("Enter")

    def write(self, label: str, text: str) -> None:
        """Write into the field with this label."""
        if self.mouse:
            written = self.page.locator("input:not([type=checkbox], [type=radio]), textarea")
            self.page.get_by_label(label).and_(written).first.click()
        else:
            tab_to(self.page, label)
        self.page.keyboard.type(text)

    def pick(self, label: str, choice: str) -> None:
        """Choose from the list with this label the entry that begins like this."""
        if self.mouse:
            self.page.get_by_label(label).first.click()
        else:
            tab_to(self.page, label)
        self.page.keyboard.type(choice)

    def look_for(self, number: str) -> None:
        """Open a case by its number, as the search field of every page does."""
        if self.mouse:
            self.page.locator("#q").click()
        else:
            self.page.wait_for_load_state("networkidle")
            self.page.keyboard.press("/")
        self.page.keyboard.type(number)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def answer(self, onward: str) -> None:
        """Answer each field of the form that is empty, shortly; then press what leads onward."""
        if self.mouse:
            for field in self.page.locator("main form[method=post]").locator(_FIELDS).all():
                if field.is_visible() and not field.evaluate(_ANSWERED):
                    _tick(self.page, field) if _is_ticked(field) else _fill(field)
            self.press(onward)
            return
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            here = self.page.evaluate(_HERE)
            if here["mine"] and here["tag"] == "BUTTON" and here["words"].startswith(onward):
                if self._answered:
                    break
            elif here["mine"]:
                self._by_key(here)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    @property
    def _answered(self) -> bool:
        """Whether nothing that must be answered is empty (a button may stand above its form)."""
        fields = self.page.locator("main form[method=post]").locator(_FIELDS).all()
        return all(f.evaluate(_ANSWERED) for f in fields if f.is_visible())

    def _by_key(self, here: dict[str, Any]) -> None:
        keys = self.page.keyboard
        if here["type"] in {"radio", "checkbox"}:
            if not here["chosen"] and not _optional(here["label"], here["type"]):
                keys.press("Space")
        elif here["value"] or "optional" in here["label"]:
            return
        elif here["tag"] == "SELECT":
            keys.press("ArrowDown")
        elif here["tag"] == "TEXTAREA" or here["type"] == "text":
            keys.type(_words(here["name"]))

    def _found(self, words: str) -> Any:
        at = self.page.locator(":is(a, button, summary):not([aria-hidden=true]):visible")
        return at.filter(has_text=words).first


def button_of(page: Any, name: str) -> Any:
    """The button that signs this very person in; others may have the name in their title."""
    own = page.locator(".person__name", has_text=re.compile(f"^{re.escape(name)}$"))
    return page.locator("button.person").filter(has=own)


_FIELDS = "input:not([type=hidden]):not([type=file]), textarea, select"
_ANSWERED = """e => {
  const label = e.labels && e.labels.length ? e.labels[0].textContent : "";
  if (e.type === "radio")
    return [...e.form.elements].some(o => o.name === e.name && o.checked);
  const must = /^\\s*(I attest|Everything|The reviewer is)/.test(label);
  if (e.type === "checkbox") return e.checked || !must;
  const typed = ["text", "textarea", "select-one"].includes(e.type);
  return !!e.value || label.includes("optional") || !typed;
}"""


def _words(name: str) -> str:
    """A day of some month long ago where a date is asked for, else a few words."""
    dates = {"day": "4", "month": "5", "year": "2026"}
    return next((value for part, value in dates.items() if name.endswith(part)), WORDS)


def _optional(label: str, kind: str) -> bool:
    return kind == "checkbox" and not label.startswith(
        ("I attest", "Everything", "The reviewer is")
    )


def _is_ticked(field: Any) -> bool:
    return field.get_attribute("type") in {"radio", "checkbox"}


def _tick(page: Any, field: Any) -> None:
    """By its label: the design system draws the box itself."""
    page.locator(f"label[for='{field.get_attribute('id')}']").click()


def _fill(field: Any) -> None:
    if field.evaluate("e => e.tagName") == "SELECT":
        field.select_option(index=1)
    else:
        field.fill(_words(field.get_attribute("name") or ""))
