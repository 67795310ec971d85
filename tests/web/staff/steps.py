"""Taking steps on the pages of the staff: addresses, words for a denial, what stands in a field."""

from io import BytesIO
from typing import Any

from sqlalchemy import select

from casework.models import Case, Determination
from tests.builders import PDF
from tests.pages import Pages
from tests.reader import Page
from tests.web.staff.scene import REASON, Desk

NEVER = "Only a licensed clinician may deny for medical necessity, in whole or in part."
WORDS = {
    "lines-0-reason": REASON,
    "lines-0-criterion": "Imaging policy MP-021, part 2.",
    "words-provision": "Your plan book, chapter 4: imaging must be medically needed.",
    "words-standard": "We compared the records with each point of the policy.",
    "words-rationale": "A doctor read the notes. The nerve exam was normal.",
    "words-perfect-0-what": "Notes of the exam",
    "words-perfect-0-why": "They may show a warning sign.",
    "criterion": "MP-021",
    "attested": "yes",
}


def at(desk: Desk, name: str, trigger: str) -> str:
    """The address of this step on this case."""
    return f"/staff/cases/{desk.refs[name]}/do/{trigger}"


def act(pages: Pages, desk: Desk, name: str, trigger: str, data: dict[str, Any]) -> Page:
    """Open the form of the step, fill it in and send it."""
    pages.get(at(desk, name, trigger))
    return pages.post(at(desk, name, trigger), data)


def case_of(desk: Desk, name: str) -> Case:
    """The case as its row has it."""
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        return cx.db.execute(select(Case).where(Case.ref == desk.refs[name])).scalar_one()


def decisions_of(desk: Desk, name: str) -> list[Determination]:
    """Every determination of the case."""
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        found = select(Determination).join(Case).where(Case.ref == desk.refs[name])
        return list(cx.db.execute(found).scalars())


def value_of(page: Page, name: str) -> str:
    """What stands in a field of the page."""
    for element in page.elements:
        if element.get("name") == name:
            return element.text if element.tag == "textarea" else element.get("value")
    raise AssertionError(f"no field {name}")


def chosen(page: Page, name: str) -> list[str]:
    """What is chosen in a field that offers choices, on a form with one list of this name."""
    ticked = [e for e in page.all("input") if e.get("name") == name and "checked" in e.attrs]
    lists = [e for e in page.all("select") if e.get("name") == name]
    picked = [
        e
        for e in page.all("option")
        if "selected" in e.attrs and any(each in e.inside for each in lists)
    ]
    return [e.get("value") for e in (*ticked, *picked)]


def a_file(name: str, content: bytes = PDF) -> tuple[BytesIO, str]:
    """A file as a browser sends it."""
    return (BytesIO(content), name)
