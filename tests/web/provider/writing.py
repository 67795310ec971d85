"""Writing a request through the pages: what a good one says, and how it is sent."""

from typing import Any

from sqlalchemy import func, select

from casework.models import Case
from tests.builders import PDF, Town
from tests.web.provider.filling import Portal

NEW = "/provider/prior-auths/new"
FORM = "/provider/prior-auths/request"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def good(town: Town, contract: str = "OH-MCD", **changes: Any) -> dict[str, Any]:
    """What somebody types who leaves nothing out."""
    index = list(town.contracts).index(contract)
    typed = {
        "member_id": town.members[contract],
        "birth_date": f"1970-01-{1 + index:02d}",
        "timing": "pre_service",
        "service": "medical",
        "priority": "standard",
        "orderer": town.npi["Dr. Maple"],
        "servicing_npi": town.npi["Birch"],
        "place": "11",
        "diagnosis-1": "G89.4",
        "line-1-code": "70551",
        "line-1-units": "1",
        "line-1-unit": "items",
        "line-1-first": "2027-04-01",
        "line-1-last": "2027-06-30",
        "note": "Headaches for six weeks.",
        "contact_name": "Mae Tolliver",
        "contact_phone": "614-555-0160",
    }
    return typed | changes


def review(portal: Portal, typed: dict[str, Any], *, status: int = 200, files: Any = None) -> Any:
    """Open the form, type all of it, and ask for the review."""
    portal.get(FORM)
    papers = [("notes.pdf", PDF)] if files is None else files
    return portal.send(FORM, {**typed, "do": "review"}, status=status, files=papers)


def send(portal: Portal, typed: dict[str, Any], *, files: Any = None) -> str:
    """Write a request, look at the review, send it; returns its number."""
    review(portal, typed, files=files)
    assert portal.page is not None
    assert portal.page.h1 == "Review what is sent", portal.page.text[:1500]
    portal.send(FORM, {"do": "submit"}, status=303)
    return portal.location.split("/")[3]


def count(town: Town) -> int:
    """How many cases there are."""
    with town.database.reading(town.cx("compliance")) as cx:
        return int(cx.db.execute(select(func.count()).select_from(Case)).scalar_one())
