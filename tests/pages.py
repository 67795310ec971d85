"""A strict reader of pages: whatever a test fetches must be sound HTML that everybody can use.

`Pages` wraps Flask's test client. Each page is checked as it comes: one h1, a title, a language,
landmarks, a label for every field, a token in every form, no inline script or style, no address
outside the site. Refusals raise `Unsound`, naming what is wrong.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

VOID = frozenset("area base br col embed hr img input link meta source track use path wbr".split())
FIELDS = frozenset({"input", "select", "textarea"})
REFERENCES = ("aria-describedby", "aria-labelledby", "aria-controls", "for")
ADDRESSES = ("href", "src", "action", "formaction", "poster", "data", "srcset")
LOCKED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Unsound(AssertionError):
    """A page that somebody could not use, or that opens a hole."""


@dataclass
class Element:
    """One element with its attributes, its text and where it stands."""

    tag: str
    attrs: dict[str, str]
    inside: tuple["Element", ...] = ()
    text: str = ""

    def get(self, name: str) -> str:
        return self.attrs.get(name, "")

    def within(self, tag: str) -> "Element | None":
        return next((e for e in reversed(self.inside) if e.tag == tag), None)


@dataclass
class Page(HTMLParser):
    """A page, read."""

    html: str
    status: int
    elements: list[Element] = field(default_factory=list)
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

    def form(self, action: str = "") -> dict[str, str]:
        """The hidden and filled fields of the form that goes to this address."""
        for candidate in self.all("form"):
            if candidate.get("action") == action or not action:
                return {
                    e.get("name"): e.get("value")
                    for e in self.elements
                    if e.within("form") is candidate and e.tag == "input" and e.get("name")
                }
        raise AssertionError(f"no form goes to {action!r}")


def sound(page: Page) -> None:
    """Raises Unsound naming all that is wrong with this page."""
    faults = [
        *page.faults,
        *_frame(page),
        *_ids(page),
        *_fields(page),
        *_forms(page),
        *_inline(page),
        *_addresses(page),
        *_headings(page),
        *_names(page),
    ]
    if faults:
        raise Unsound("; ".join(faults))


def locked(response: TestResponse) -> None:
    """Raises Unsound when the answer lacks one of the headers that every answer carries."""
    headers = response.headers
    faults = [f"{k} is {headers.get(k)}" for k, v in LOCKED.items() if headers.get(k) != v]
    policy = headers.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "unsafe" in policy or "*" in policy:
        faults.append(f"content policy: {policy}")
    if not headers.get("X-Request-Id"):
        faults.append("no request number")
    if not headers.get("Permissions-Policy"):
        faults.append("no permissions policy")
    if not response.request.path.startswith("/static/"):
        if headers.get("Cache-Control") != "no-store":
            faults.append(f"may be cached: {headers.get('Cache-Control')}")
    for cookie in headers.getlist("Set-Cookie"):
        if "HttpOnly" not in cookie or "SameSite=" not in cookie or "Path=/" not in cookie:
            faults.append(f"cookie: {cookie}")
    if faults:
        raise Unsound("; ".join(faults))


@dataclass
class Pages:
    """A browser without scripts that refuses unsound pages."""

    client: FlaskClient
    page: Page | None = None
    response: Any = None

    def get(self, path: str, *, status: int = 200, **options: Any) -> Page:
        return self._read(self.client.get(path, **options), status)

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, status: int = 302, **options: Any
    ) -> Page:
        """Send the form of the last page that goes to `path`, with `data` filled in."""
        assert self.page is not None, "open a page first"
        filled = {**self.page.form(path), **(data or {})}
        return self._read(self.client.post(path, data=filled, **options), status)

    def follow(self) -> Page:
        """Go where the last answer redirects to."""
        return self.get(self.response.headers["Location"])

    def sign_in(self, email: str, password: str) -> Page:
        """Sign in with a password and read the first page."""
        self.get("/")
        self.post("/", {"email": email, "password": password})
        return self.follow()

    @property
    def location(self) -> str:
        return str(self.response.headers.get("Location", ""))

    def _read(self, response: TestResponse, status: int) -> Page:
        self.response = response
        locked(response)
        assert response.status_code == status, (
            f"{response.request.path}: {response.status_code}, not {status}: {response.text[:900]}"
        )
        page = Page(response.text, response.status_code)
        if response.status_code not in {204, 301, 302, 303, 304}:
            assert response.mimetype == "text/html", response.mimetype
            sound(page)
            self.page = page
        return page


def _frame(page: Page) -> list[str]:
    faults = []
    if not page.html.lstrip().lower().startswith("<!doctype html>"):
        faults.append("no doctype")
    for tag in ("html", "head", "title", "body", "main", "header", "footer", "h1"):
        if len(page.all(tag)) != 1:
            faults.append(f"{len(page.all(tag))} <{tag}>")
    if page.all("html") and page.all("html")[0].get("lang") not in {"en", "es"}:
        faults.append("no language")
    title = page.all("title")[0].text if page.all("title") else ""
    if not re.fullmatch(r"[^|{}]{3,}\| Casework", title.strip()):
        faults.append(f"title {title!r}")
    links = [e for e in page.all("a") if e.get("href") == "#main"]
    if not links:
        faults.append("no link to the main content")
    for nav in page.all("nav"):
        if not (nav.get("aria-label") or nav.get("aria-labelledby")):
            faults.append("a nav without a name")
    return faults


def _ids(page: Page) -> list[str]:
    ids = Counter(e.get("id") for e in page.elements if "id" in e.attrs)
    faults = [f"id {name!r} {count} times" for name, count in ids.items() if count > 1 or not name]
    for element in page.elements:
        for attribute in REFERENCES:
            for name in element.get(attribute).split():
                if name not in ids:
                    faults.append(f"{attribute} names {name!r}, which is not there")
    return faults


def _fields(page: Page) -> list[str]:
    labels = {e.get("for") for e in page.all("label")}
    faults = []
    for element in page.elements:
        if element.tag not in FIELDS or element.get("type") in {"hidden", "submit", "button"}:
            continue
        if element.get("id") not in labels and not element.get("aria-label"):
            faults.append(f"field {element.get('name')!r} has no label")
        if not element.get("name"):
            faults.append("a field without a name")
    return faults


def _forms(page: Page) -> list[str]:
    faults = []
    for form in page.all("form"):
        inside = [e for e in page.elements if e.within("form") is form]
        tokens = [e for e in inside if e.get("name") == "csrf_token"]
        if form.get("method").lower() == "post" and len(tokens) != 1:
            faults.append(f"the form to {form.get('action')!r} has {len(tokens)} tokens")
        if form.get("method").lower() != "post" and tokens:
            faults.append("a token in an address")
        if not form.get("action").startswith("/"):
            faults.append(f"a form goes to {form.get('action')!r}")
    return faults


def _inline(page: Page) -> list[str]:
    faults = []
    for element in page.elements:
        if element.tag == "style" or (element.tag == "script" and not element.get("src")):
            faults.append(f"inline {element.tag}")
        for name, value in element.attrs.items():
            if name.startswith("on") or name == "style" or "hx-on" in name:
                faults.append(f"inline {name} on <{element.tag}>")
            if value.strip().lower().startswith(("javascript:", "vbscript:")):
                faults.append(f"script in {name}")
    if "{{" in page.html or "{%" in page.html:
        faults.append("a template shows through")
    return faults


def _addresses(page: Page) -> list[str]:
    faults = []
    for element in page.elements:
        for name in ADDRESSES:
            value = element.get(name)
            outside = re.match(r"(?i)\s*(?:https?:)?//|\s*(?:ftp|ws|wss|blob|filesystem):", value)
            if outside:
                faults.append(f"{name} leads outside: {value[:60]}")
    return faults


def _headings(page: Page) -> list[str]:
    faults, before = [], 0
    for element in page.all("h1", "h2", "h3", "h4", "h5", "h6"):
        level = int(element.tag[1])
        if level > before + 1 and element.within("header") is None:
            faults.append(f"h{level} follows h{before}")
        before = level
        if not element.text.strip():
            faults.append(f"an empty {element.tag}")
    return faults


def _names(page: Page) -> list[str]:
    faults = []
    for element in page.all("a", "button", "summary"):
        if not (element.text.strip() or element.get("aria-label")):
            faults.append(f"<{element.tag}> without words")
    for element in page.all("img"):
        if "alt" not in element.attrs:
            faults.append("a picture without words")
    for element in page.all("svg"):
        if element.get("aria-hidden") != "true" and not element.get("aria-label"):
            faults.append("an icon without words")
    for element in page.all("table"):
        if not any(e.within("table") is element and e.tag == "caption" for e in page.elements):
            faults.append("a table without a caption")
    return faults
