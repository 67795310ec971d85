"""Writing a request: one page of sections, a review of exactly what is sent, then the receipt.

Everything typed comes back with every answer, chosen files too. Sent twice, one form is one
request.
"""

import hashlib
import json
from dataclasses import replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask_babel import gettext

from casework import codes
from casework.context import Context, Idempotency
from casework.errors import Busy, Invalid
from casework.queries import diagnosis_codes, office_people
from casework.queries.office_people import Office
from casework.queries.recognised_member import Recognised
from casework.services.intake import submit_prior_auth
from casework.web import edge
from casework.web.access import entry
from casework.web.provider import asking, papers, questions, reviewing, starting, words
from casework.web.provider import typed as form
from casework.web.provider.blueprint import OFFICE, provider
from casework.web.provider.judging import fields_of, judged
from casework.web.provider.judging_services import Errors, day_of, first_day
from casework.web.provider.papers import Brought
from casework.web.provider.typed import Typed
from casework.web.requests import larger

_ORDER: Final = (
    "member_id", "birth_date", "orderer", "orderer_npi", "servicing_npi", "facility_npi", "place",
    "timing", "course_ends", "service", "occasion", "occasion_why", "occasion_began",
    "occasion_changed", "occasion_previous", "occasion_ends", "occasion_born", "occasion_mother",
    "priority", "priority_reason", "diagnosis", "line", "questions", "answer", "papers", "follows",
    "note", "contact_name", "contact_phone",
)  # fmt: skip
ROUTE: Final = "POST /provider/prior-auths/request"


@provider.get("/prior-auths/request")
@entry(*OFFICE)
def begin_request() -> Any:
    """The empty form, with what the plan knows of the office filled in."""
    with edge.reading() as cx:
        office = office_people.office_of(cx)
    return _page(starting.blank(office, name=edge.principal().name), office, Brought())


@provider.post("/prior-auths/request")
@entry(*OFFICE)
@larger(papers.LARGEST_FORM)
def write_request() -> Any:
    """One step of the form: a change, the review, or sending it."""
    step = request.form.get("do", "review")
    with edge.reading() as cx:
        office = office_people.office_of(cx)
        if step in {"start", "copy"}:
            typed = starting.from_form(cx, request.form, office)
    if step in {"start", "copy"}:
        return _page(typed, office, Brought())
    typed = form.read(request.form)
    drop = step.removeprefix("drop-paper-") if step.startswith("drop-paper-") else ""
    brought = papers.brought(drop=drop)
    if step == "submit":
        return _send(typed, office, brought)
    if step == "review" or (step == "enter" and not typed.search and not typed.paste):
        return _review(typed, office, brought)
    if step == "enter" and typed.paste:
        step = "paste-lines"
    return _page(form.edited(typed, step), office, brought)


def _review(typed: Typed, office: Office, brought: Brought) -> Any:
    """Exactly what would be sent; nothing is stored yet but the papers' bytes."""
    now = edge.cx().now
    sent, errors = judged(typed, office, now=now, papers=reviewing.named_only(brought.kept))
    if sent is None or brought.problems:
        return _page(typed, office, brought, errors=errors)
    with edge.reading() as cx:
        sheets = questions.sheets(cx, typed, office)
        sent = replace(sent, answers=questions.as_sent(typed, sheets))
        review, refusing = reviewing.review_of(cx, sent)
    if refusing:
        return _page(typed, office, brought, errors=fields_of(refusing, typed))
    return render_template(
        "provider/review.html",
        typed=typed,
        sent=sent,
        review=review,
        kept=brought.kept,
        office=office,
        words=words,
        sheets=sheets,
    )


def _send(typed: Typed, office: Office, brought: Brought) -> Any:
    """Open the request, or give the form back with a sentence for each field."""
    cx = edge.cx()
    sent, errors = judged(typed, office, now=cx.now, papers=papers.as_sent(brought.kept))
    if sent is None or brought.problems:
        return _page(typed, office, brought, errors=errors)
    if typed.answers:
        with edge.reading() as reading:
            sheets = questions.sheets(reading, typed, office)
        sent = replace(sent, answers=questions.as_sent(typed, sheets))
    use = Idempotency(route=ROUTE, key=typed.form_id, body_sha256=_fingerprint(typed, brought))
    try:
        filed = submit_prior_auth(cx.but(idempotency=use), sent)
    except Busy as busy:
        return _page(typed, office, brought, alert=gettext(busy.sentence), status=busy.status)
    except Invalid as refused:
        if "Idempotency-Key" in refused.fields:
            return _sent_before(typed, office, brought)
        return _page(typed, office, brought, errors=fields_of(refused.fields, typed))
    twin = filed.possible_duplicate_of or None
    return redirect(url_for("provider.receipt", ref=filed.ref, twin=twin), 303)


def _sent_before(typed: Typed, office: Office, brought: Brought) -> Any:
    """This form was sent, then changed and sent again: that would be a second request."""
    alert = gettext(
        "This form was sent already, with other content, and is a request now: you find it on your"
        " first page. What stands here was not sent. Send it only if you need a second request."
    )
    fresh = replace(typed, form_id=form.new_form_id())
    return _page(fresh, office, brought, alert=alert, status=409)


def _fingerprint(typed: Typed, brought: Brought) -> str:
    """The same for the same content, however a browser encodes it."""
    content = {**typed.content, "papers": [paper.sha256 for paper in brought.kept]}
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _page(
    typed: Typed,
    office: Office,
    brought: Brought,
    *,
    errors: Errors | None = None,
    alert: str = "",
    status: int = 200,
) -> Any:
    """The form with everything that was typed."""
    wrong = dict(errors or {})
    if brought.problems:
        wrong["papers"] = brought.sentence
    with edge.reading() as cx:
        member, unknown = _member(cx, typed, office)
        found = diagnosis_codes.matching(cx, typed.search) if typed.search else ()
        labels = diagnosis_codes.labels(cx, {codes.dotted(c) for c in typed.diagnoses if c})
        sheets = questions.sheets(cx, typed, office)
    if unknown and "member_id" not in wrong:
        wrong["member_id"] = unknown
    page = render_template(
        "provider/request.html",
        typed=typed,
        errors=_in_order(wrong),
        alert_words=alert,
        office=office,
        kept=brought.kept,
        member=member,
        found=found,
        labels={code: labels.get(codes.dotted(code), "") for code in typed.diagnoses},
        words=words,
        orderers=_orderers(office),
        sheets=sheets,
        aside=questions.aside(typed, sheets),
        limits={
            "papers": papers.MOST,
            "megabytes": papers.MOST_BYTES // 2**20,
            "lines": form.MOST_LINES,
        },
    )
    return page, 422 if wrong and status == 200 else status


def _in_order(errors: Errors) -> Errors:
    """The sentences in the order of the fields on the page."""
    places = {name: place for place, name in enumerate(_ORDER)}

    def place(name: str) -> tuple[int, int, str]:
        kind, _, rest = name.replace("answer.", "answer-").partition("-")
        number = rest.partition("-")[0]
        return places.get(kind, len(places)), int(number) if number.isdigit() else 0, name

    return {name: errors[name] for name in sorted(errors, key=place)}


def _orderers(office: Office) -> tuple[tuple[str, str], ...]:
    """Who of the office can order, the practice itself, and somebody else."""
    people = tuple((doctor.npi, f"{doctor.name}, NPI {doctor.npi}") for doctor in office.doctors)
    practice = (office.npi, f"{office.name}, NPI {office.npi}")
    return (*people, practice, (form.OTHER, gettext("Somebody else: the NPI beside this")))


def _member(cx: Context, typed: Typed, office: Office) -> tuple[Recognised | None, str]:
    """The member that was named, once number and date of birth stand there; else a sentence."""
    birth_date = day_of(typed.birth_date)
    if not typed.member_id or birth_date is None:
        return None, ""
    today = cx.now.astimezone(ZoneInfo(office.zone)).date()
    try:
        found = asking.find(cx, typed.member_id, birth_date, on=first_day(typed) or today)
    except Invalid:
        # That day is too far away for an answer; the page still shows who is meant.
        found = asking.find(cx, typed.member_id, birth_date, on=today)
    return found, "" if found else asking.not_known()
