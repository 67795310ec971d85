"""What a sound page is: everybody can use it, and it opens no hole.

One h1, a title, a language, landmarks, a label for every field, a token in every form, no inline
script or style, no address outside the site, the headers that every answer carries.
"""

import re
from collections import Counter

from werkzeug.test import TestResponse

from tests.reader import Element, Page

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
    static = response.request.path.startswith("/static/")
    if not static and headers.get("Cache-Control") != "no-store":
        faults.append(f"may be cached: {headers.get('Cache-Control')}")
    faults += [f"cookie: {c}" for c in headers.getlist("Set-Cookie") if not _is_guarded(c)]
    if faults:
        raise Unsound("; ".join(faults))


def _is_guarded(cookie: str) -> bool:
    return all(part in cookie for part in ("HttpOnly", "SameSite=", "Path=/"))


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
    if not any(e.get("href") == "#main" for e in page.all("a")):
        faults.append("no link to the main content")
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
    """What has no words: a link, a button, a picture, an icon, a table, a navigation."""
    named = ("aria-label", "aria-labelledby")
    lacking = [
        *(e for e in page.all("a", "button", "summary") if not _words(e)),
        *(e for e in page.all("img") if "alt" not in e.attrs),
        *(e for e in page.all("svg") if e.get("aria-hidden") != "true" and not _words(e)),
        *(e for e in page.all("nav") if not any(e.get(name) for name in named)),
        *(e for e in page.all("table") if not page.has_within(e, "caption")),
    ]
    return [f"<{e.tag}> without words" for e in lacking]


def _words(element: Element) -> str:
    return element.text.strip() or element.get("aria-label")
