"""A strict browser without scripts that fills forms as a person does: choices, ticks, files."""

from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from tests.pages import Pages
from tests.reader import Element, Page

NO_VALUE = {"submit", "button", "file", "image", "reset"}


def filled(page: Page, action: str) -> MultiDict[str, Any]:
    """The form that goes to this address with everything that stands in it."""
    found: MultiDict[str, Any] = MultiDict()
    form = _form(page, action)
    for element in page.elements:
        if element.within("form") is not form or not element.get("name"):
            continue
        value = _value(page, element)
        if value is not None:
            found.add(element.get("name"), value)
    return found


def _form(page: Page, action: str) -> Element:
    for form in page.all("form"):
        if form.get("action") == action:
            return form
    there = [form.get("action") for form in page.all("form")]
    raise AssertionError(f"no form goes to {action!r}: {there}")


def _value(page: Page, element: Element) -> str | None:
    if element.tag == "textarea":
        return element.text
    if element.tag == "select":
        chosen = [
            e for e in page.all("option") if e.within("select") is element and "selected" in e.attrs
        ]
        return chosen[0].get("value") if chosen else ""
    if element.tag != "input" or element.get("type") in NO_VALUE:
        return None
    if element.get("type") in {"radio", "checkbox"} and "checked" not in element.attrs:
        return None
    return element.get("value")


@dataclass
class Portal(Pages):
    """The same strict browser, with a hand for whole forms."""

    def send(
        self,
        action: str,
        data: dict[str, Any] | None = None,
        *,
        status: int = 200,
        files: list[tuple[str, bytes]] | None = None,
        field: str = "papers",
    ) -> Page:
        """Send the form of this page that goes to `action`, with `data` (a list stands for a field
        that comes several times) and files as (name, bytes)."""
        assert self.page is not None, "open a page first"
        form = filled(self.page, action)
        for name, value in (data or {}).items():
            form.setlist(name, value if isinstance(value, list) else [value])
        from io import BytesIO

        for name, content in files or []:
            form.add(field, (BytesIO(content), name))
        answer = self.client.post(action, data=form, content_type="multipart/form-data")
        return self._read(answer, status)

    def field(self, name: str) -> str:
        """What stands in this field of the page."""
        assert self.page is not None
        for element in self.page.elements:
            if element.get("name") == name and element.get("type") not in {"radio", "checkbox"}:
                found = _value(self.page, element)
                assert found is not None
                return found
        raise AssertionError(f"no field {name!r}")

    def error_of(self, name: str) -> str:
        """The sentence at this field."""
        assert self.page is not None
        for element in self.page.elements:
            if element.get("id") == f"{name}-error":
                return " ".join(element.text.split()).removeprefix("Error: ")
        raise AssertionError(f"no sentence at {name!r}: {self.page.text[:1500]}")
