"""A page as a tree of elements, read as strictly as its author should have written it."""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "path"}
VOID |= {"source", "track", "use", "wbr"}


@dataclass(eq=False)
class Element:
    """One element with its attributes, its text and where it stands."""

    tag: str
    attrs: dict[str, str]
    # Not in the repr: each element would print all that it stands in, and each of those again,
    # which doubles with every level and fills the memory when an assertion explains itself.
    inside: tuple["Element", ...] = field(default=(), repr=False)
    text: str = field(default="", repr=False)

    def get(self, name: str) -> str:
        return self.attrs.get(name, "")

    def within(self, tag: str) -> "Element | None":
        return next((e for e in reversed(self.inside) if e.tag == tag), None)


@dataclass(eq=False)
class Page(HTMLParser):
    """A page, read."""

    html: str = field(repr=False)
    status: int
    elements: list[Element] = field(default_factory=list, repr=False)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[Element] = []
        self.feed(self.html)
        self.close()
        if self._open:
            self.faults.append(f"not closed: {[e.tag for e in self._open]}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = Counter(name for name, _ in attrs)
        doubled = [name for name, count in names.items() if count > 1]
        if doubled:
            self.faults.append(f"<{tag}> says {doubled} twice")
        element = Element(tag, {k: v or "" for k, v in attrs}, tuple(self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {k: v or "" for k, v in attrs}, tuple(self._open)))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self._open or self._open[-1].tag != tag:
            self.faults.append(f"</{tag}> closes {self._open[-1].tag if self._open else 'nothing'}")
            while self._open and self._open[-1].tag != tag:
                self._open.pop()
        if self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, *tags: str) -> list[Element]:
        return [e for e in self.elements if e.tag in tags]

    def has_within(self, outer: Element, tag: str) -> bool:
        return any(e.tag == tag and outer in e.inside for e in self.elements)

    def one(self, tag: str) -> Element:
        found = self.all(tag)
        assert len(found) == 1, f"{len(found)} <{tag}>"
        return found[0]

    @property
    def h1(self) -> str:
        return " ".join(self.one("h1").text.split())

    @property
    def text(self) -> str:
        """What people read: the words of the body, without scripts."""
        return " ".join(self.one("body").text.split())

    def form(self, action: str = "") -> dict[str, Any]:
        """What a browser would send of the form that goes to this address, as it stands now: a box
        that is not ticked is not sent, and a name that stands there twice holds a list."""
        for candidate in self.all("form"):
            if candidate.get("action") == action or not action:
                return self._sent(candidate)
        raise AssertionError(f"no form goes to {action!r}")

    def _sent(self, form: Element) -> dict[str, Any]:
        found: dict[str, list[str]] = {}
        for element in self.all("input", "textarea", "select"):
            if element.within("form") is form and element.get("name"):
                for value in self._values(element):
                    found.setdefault(element.get("name"), []).append(value)
        return {name: values[0] if len(values) == 1 else values for name, values in found.items()}

    def _values(self, element: Element) -> list[str]:
        """What this field sends."""
        if element.tag == "textarea":
            return [element.text.removeprefix("\n")]
        if element.tag == "select":
            options = [e for e in self.all("option") if element in e.inside]
            chosen = [e for e in options if "selected" in e.attrs] or options[:1]
            return [e.attrs.get("value", e.text) for e in chosen]
        kind = element.get("type")
        if kind in {"submit", "button", "image", "reset", "file"}:
            return []
        if kind in {"checkbox", "radio"}:
            return [element.attrs.get("value", "on")] if "checked" in element.attrs else []
        return [element.get("value")]
