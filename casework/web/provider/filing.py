"""Going on after a decision: an appeal for the member, a review by people outside the plan."""

from typing import Any

from flask import redirect, url_for

from casework import policy
from casework.context import Context
from casework.errors import NotFound
from casework.queries import case_file
from casework.services.actions import FILINGS as DOORS
from casework.services.actions import Door
from casework.web import edge
from casework.web.access import entry
from casework.web.provider import answering, papers
from casework.web.provider.blueprint import OFFICE, provider
from casework.web.provider.doing import Filling, carried_out, opened, page, read
from casework.web.provider.offers import for_offices
from casework.web.provider.steps import FILINGS
from casework.web.requests import larger

_FILE = {"appeal": "receive", "external_review": "request"}


@provider.get("/cases/<ref>/file/<kind>")
@entry(*OFFICE)
def filing_form(ref: str, kind: str) -> Any:
    """The form with which an appeal or an outside review of this case begins."""
    with edge.reading() as cx:
        filling, _door = _opened(cx, ref, kind)
    filling.typed = {"priority": "standard", "filed_by": "provider"}
    return page(filling)


@provider.post("/cases/<ref>/file/<kind>")
@entry(*OFFICE)
@larger(papers.LARGEST_FORM)
def file_it(ref: str, kind: str) -> Any:
    """Open it; the receipt has its number and by when we answer."""
    with edge.reading() as cx:
        filling, door = _opened(cx, ref, kind)
    read(filling)
    sent = () if filling.brought.problems else papers.as_sent(filling.brought.kept)
    form, errors = answering.filled(
        door.form, filling.fields, filling.typed, sent, about=filling.case.ref
    )
    filling.errors = {
        **answering.lacking(filling.step, filling.fields, filling.typed, sent),
        **errors,
        **filling.errors,
    }
    if filling.errors:
        return page(filling, status=422)

    def run() -> Any:
        return door.command(edge.cx().but(idempotency=filling.use), form)

    return carried_out(
        filling, run, lambda filed: redirect(url_for("provider.receipt", ref=filed.ref), 303)
    )


def _opened(cx: Context, ref: str, kind: str) -> tuple[Filling, Door]:
    case = case_file.case_by_ref(cx, ref)
    if kind not in FILINGS or not for_offices(kind, _FILE[kind]) or case.kind == kind:
        raise NotFound("There is no such step here.")
    policy.require(cx.principal, kind, _FILE[kind])
    door = DOORS[kind]
    address = url_for("provider.filing_form", ref=ref, kind=kind)
    return opened(cx, ref, FILINGS[kind], door.form, address=address), door
