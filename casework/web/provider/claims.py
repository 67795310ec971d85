"""Claims of the office for reference: the last ones, one by its number, and what disputes it."""

from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask_babel import gettext

from casework import observations
from casework.context import Context
from casework.errors import NotFound
from casework.queries import claims, consents, office_people
from casework.queries.claims import Claim
from casework.web import edge
from casework.web.access import entry
from casework.web.provider import claim_words
from casework.web.provider.blueprint import OFFICE, provider
from casework.web.provider.judging_services import Errors
from casework.web.provider.saying import clean

SHOWN: Final = 50


@provider.get("/claims")
@entry(*OFFICE)
def own_claims() -> str:
    """The search, and the claims that were told last."""
    return _list("", {})


@provider.post("/claims")
@entry(*OFFICE)
def find_claim() -> Any:
    """To the claim with this number; one of another office looks like none."""
    number = clean(request.form.get("number", ""), most=40)
    with edge.reading() as cx:
        found = claims.claim_numbered(cx, number) if number else None
    if found is not None:
        return redirect(url_for("provider.claim", number=found.id), 303)
    errors = {"number": gettext("Your office has no claim with this number: compare it.")}
    return _list(number, errors), 422


@provider.get("/claims/<int:number>")
@entry(*OFFICE)
def claim(number: int) -> str:
    """One claim: what was billed and paid, why, what stands behind it, what disputes it."""
    with edge.reading() as cx:
        found = _claim(cx, number)
        behind = claims.request_of(cx, found)
        dispute = claims.disputes_of(cx, [found]).get(found.number)
        zone = office_people.zone_of(cx)
        papers = consents.for_claim(cx, found, zone=zone)
    observations.look(edge.cx(), member_id=found.member_id, what="claim")
    return render_template(
        "provider/claim.html",
        claim=found,
        behind=behind,
        dispute=dispute,
        consents=papers,
        words=claim_words,
    )


def _claim(cx: Context, number: int) -> Claim:
    found = claims.claim_by_id(cx, number)
    if found is None:
        raise NotFound("There is no such claim here.")
    return found


def _list(number: str, errors: Errors) -> str:
    with edge.reading() as cx:
        rows = claims.own_claims(cx, limit=SHOWN)
        disputed = claims.disputes_of(cx, rows)
    return render_template(
        "provider/claims.html",
        rows=rows,
        disputed=disputed,
        number=number,
        errors=errors,
        words=claim_words,
    )
