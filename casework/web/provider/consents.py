"""Consents of the office: what each counts for and what it lacks; sending one."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, Final

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from casework import observations
from casework.context import Idempotency
from casework.errors import Invalid, NotFound
from casework.queries import consents, office_people
from casework.records import consent_forms
from casework.records.consent_forms import ConsentForm
from casework.services.consents import ConsentFiling, keep_consent
from casework.storage import Storage
from casework.web import edge
from casework.web.access import entry
from casework.web.provider import claim_words, papers
from casework.web.provider.blueprint import OFFICE, provider
from casework.web.provider.judging_services import Errors, day_of
from casework.web.provider.papers import Brought
from casework.web.provider.saying import clean
from casework.web.provider.typed import form_id_of, new_form_id
from casework.web.requests import larger

KINDS: Final = tuple(kind for kind in consent_forms.FORMS if kind != consent_forms.APPEAL)
_PLAIN: Final = ("member_number", "authorization", "claim", "practitioner_npi")
_DAYS: Final = ("signed_on", "service_on")


@dataclass
class Filling:
    """The form of one kind of consent as it is filled in."""

    form: ConsentForm
    form_id: str
    typed: dict[str, str] = field(default_factory=dict)
    checks: tuple[str, ...] = ()
    brought: Brought = field(default_factory=Brought)
    errors: Errors = field(default_factory=dict)


@provider.get("/consents")
@entry(*OFFICE)
def own_consents() -> str:
    """Each consent with what it counts for and what is missing."""
    with edge.reading() as cx:
        zone = office_people.zone_of(cx)
        rows = consents.own_consents(cx, zone=zone)
    return render_template(
        "provider/consents.html",
        rows=rows,
        zone=zone,
        now=edge.cx().now,
        kinds=[consent_forms.FORMS[kind] for kind in KINDS],
        words=claim_words,
    )


@provider.get("/consents/new/<kind>")
@entry(*OFFICE)
def consent_form(kind: str) -> Any:
    """The empty form of one kind, with its rule beside it."""
    return _page(Filling(_form(kind), new_form_id()))


@provider.post("/consents/new/<kind>")
@entry(*OFFICE)
@larger(papers.LARGEST_FORM)
def send_consent(kind: str) -> Any:
    """Keep it; what is missing is said at once."""
    filling = _read(Filling(_form(kind), form_id_of(request.form)))
    if request.form.get("drop", ""):
        return _page(filling)
    days = {name: day_of(filling.typed[name]) for name in _DAYS}
    for name, day in days.items():
        if filling.typed[name] and day is None:
            filling.errors[name] = gettext("Write the date as month/day/year: 3/14/2026.")
    if not filling.typed["member_number"]:
        filling.errors["member_number"] = gettext(
            "Write the member number as it stands on the card."
        )
    if filling.errors:
        return _page(filling, status=422)
    said: dict[str, Any] = {name: filling.typed[name] for name in _PLAIN} | days
    said["kind"] = filling.form.kind
    form = ConsentFiling(**said, checks=filling.checks, papers=papers.as_sent(filling.brought.kept))
    try:
        done = keep_consent(edge.cx().but(idempotency=_use(filling)), form)
    except Invalid as refused:
        filling.errors = {name.partition("/")[0]: fix for name, fix in refused.fields.items()}
        return _page(filling, status=refused.status)
    flash(
        gettext("The consent is here, and something is missing: it does not count yet.")
        if done.missing
        else gettext("The consent is here."),
        "info" if done.missing else "success",
    )
    return redirect(url_for("provider.own_consents"), 303)


@provider.get("/consents/<int:number>/paper")
@entry(*OFFICE)
def consent_paper(number: int) -> Response:
    """The bytes of the paper, as they came: to keep, never to run."""
    with edge.reading() as cx:
        row = consents.consent_by_id(cx, number)
    if row is None or not row.sha256:
        raise NotFound("There is no such paper here.")
    observations.look(edge.cx(), member_id=row.member_id, what=f"consent:{number}")
    response = make_response(Storage(edge.settings()).get(row.sha256))
    response.headers["Content-Type"] = row.media_type
    response.headers["Content-Disposition"] = f'attachment; filename="consent-{number}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _form(kind: str) -> ConsentForm:
    if kind not in KINDS:
        raise NotFound("There is no such form.")
    return consent_forms.FORMS[kind]


def _read(filling: Filling) -> Filling:
    names = (*_PLAIN, *_DAYS)
    filling.typed = {name: clean(request.form.get(name, ""), most=40) for name in names}
    known = {check.code for check in filling.form.checks}
    filling.checks = tuple(code for code in request.form.getlist("checks") if code in known)
    filling.brought = papers.brought(drop=request.form.get("drop", ""))
    if filling.brought.problems:
        filling.errors["papers"] = filling.brought.sentence
    return filling


def _use(filling: Filling) -> Idempotency:
    """This form as one use of a key: sent twice it is one consent."""
    said = [filling.typed, filling.checks, [paper.sha256 for paper in filling.brought.kept]]
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    return Idempotency(
        route=f"POST /provider/consents/new/{filling.form.kind}",
        key=filling.form_id,
        body_sha256=digest,
    )


def _page(filling: Filling, *, status: int = 200) -> Any:
    body = render_template(
        "provider/consent.html", it=filling, errors=filling.errors, words=claim_words
    )
    return body, status
