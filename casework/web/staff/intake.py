"""Intake: what came by telephone, fax or mail, entered with its true receipt and channel.

Each form goes to the command that every door calls; the answer is a number to tell the caller.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import policy
from casework.context import Context, Idempotency
from casework.errors import Invalid, NotFound, Problem
from casework.queries import case_file
from casework.queries.worklist import DESK_ZONE
from casework.records import occasions
from casework.records.contact_log import SPOKEN
from casework.services import intake as commands
from casework.services import phone_intake
from casework.services.actions import FILINGS
from casework.services.disputes import DisputeFiling, file_dispute
from casework.web import csrf, edge, requests
from casework.web.access import entry
from casework.web.staff import call_script, case_page, words
from casework.web.staff.acting import LARGEST, MORE, Sheet, placed, refused, with_one_more
from casework.web.staff.blueprint import INTAKE, staff
from casework.web.staff.form_fields import COUNT, fields_of
from casework.web.staff.form_plan import Plan
from casework.web.staff.form_reading import named, read
from casework.web.staff.grievance_beside import BRINGS
from casework.web.staff.grievance_choices import category_options
from casework.web.staff.intake_forms import RequestByHand, as_submission
from casework.web.staff.prefill import defaults
from statemachines import engine

ONCE: Final = "at-once"
OCCASIONS: Final = {
    "occasion.kind": (("", "A request like any other"), *occasions.KINDS.items()),
    "occasion.why": (
        ("", "Not one of these"),
        *((code, said) for whys in occasions.WHYS.values() for code, said in whys.items()),
    ),
}
_CHANNELS: Final = tuple((code, words.value(code)) for code in ("phone", "fax", "mail"))
_RECEIVED: Final = "Leave it empty for a call that you have right now."
_FILERS: Final = (
    ("member", "The member"),
    ("representative", "The member's representative"),
    ("provider", "The provider"),
    ("physician", "A physician"),
)
_LANGUAGES: Final = tuple((code, case_page.language_name(code)) for code in SPOKEN)
_TAKEN_IN: Final = {"grievance": phone_intake.take_in_complaint}
_MUST: Final = {"filed_by": "Choose who files it.", "channel": "Choose how it came."}
_WHEN: Final = "Enter the first moment at which it reached us: the fax header or the stamp says it."


@dataclass(frozen=True)
class Desk:
    """One intake form: the kind of case, its title and lead, and the form behind it."""

    kind: str
    title: str
    lead: str
    form: type
    plan: Plan
    icon: str
    command: Any = None


def _plan(**more: Any) -> Plan:
    return Plan(
        options={"channel": _CHANNELS, "filed_by": _FILERS, **more.pop("options", {})},
        labels={"received_at": "Received (Eastern Time)"},
        hints={"received_at": _RECEIVED},
        must=more.pop("must", _MUST),
        zone=DESK_ZONE,
        order=("channel", "received_at", *more.pop("order", ())),
        **more,
    )


DESKS: Final = {
    "prior-auth": Desk(
        "prior_auth",
        "A request for prior authorization",
        "The least that makes a request: the member, who asks, one service. The rest may follow;"
        " the clock runs from the receipt.",
        RequestByHand,
        _plan(must={}, options=OCCASIONS),
        "medical_services",
    ),
    "appeal": Desk(
        "appeal",
        "An appeal",
        "Of a request that was denied, approved in part or decided too late. It is taken whenever"
        " it comes and whatever is missing: lateness is decided later, consent is asked for.",
        FILINGS["appeal"].form,
        _plan(
            order=("about", "filed_by", "filer_name", "consent", "filer_treats", "reason"),
            must=_MUST | {"about": "Fill in: Denied request."},
        ),
        "autorenew",
    ),
    "grievance": Desk(
        "grievance",
        "A grievance",
        "Who complains, of whose care, and the first words are enough: save, tell the number, then"
        " ask for the rest. One that disputes nothing but a decision is an appeal.",
        phone_intake.ComplaintByHand,
        _plan(
            options={"category": category_options(), "call.spoken": _LANGUAGES},
            left_out=frozenset({"in_writing"}),
            order=(
                "call",
                "member_number",
                "filed_by",
                "filer_name",
                "told",
                "category",
                "disputes",
                "about",
            ),
        ),
        "chat",
    ),
    "dispute": Desk(
        "appeal",
        "A provider's payment dispute",
        "Of an office in its own right, about a claim of its own. It uses up no right of the"
        " member, who gets no letter of it. Care that is still needed is an appeal.",
        DisputeFiling,
        _plan(
            options={"filed_by": _FILERS[2:]},
            order=("claim", "filed_by", "filer_name", "reason"),
        ),
        "assessment",
        file_dispute,
    ),
    "external-review": Desk(
        "external_review",
        "An external review",
        "By an independent reviewer, after an appeal that the member lost.",
        FILINGS["external_review"].form,
        _plan(order=("about", "filed_by", "filer_name", "reason")),
        "public",
    ),
}


@staff.get("/intake")
@entry(*INTAKE)
def intake() -> str:
    """What can be entered, for whoever may."""
    who = edge.principal()
    offered = [
        (name, each)
        for name, each in DESKS.items()
        if policy.refusal(who, each.kind, _trigger(each.kind)) is None
    ]
    return render_template("staff/intake.html", offered=offered)


@staff.get("/intake/<name>")
@entry(*INTAKE)
def intake_form(name: str) -> Any:
    """An empty form."""
    return _page(
        name, _desk(name), Sheet({**defaults(_desk(name).form), ONCE: secrets.token_urlsafe(18)})
    )


@staff.post("/intake/<name>")
@entry(*INTAKE)
@requests.larger(LARGEST)
def take_in(name: str) -> Any:
    """File it; the same form sent twice files it once."""
    desk = _desk(name)
    typed = dict(request.form.items())
    if MORE in typed:
        return _page(name, desk, Sheet(with_one_more(typed)))
    files = {each: request.files.getlist(each) for each in request.files}
    reading = read(desk.form, typed, files, plan=desk.plan)
    errors = dict(reading.errors) | _receipt(typed)
    if errors:
        return _page(name, desk, Sheet(typed, errors, papers_lost=True))
    try:
        filed = _file(edge.cx(), desk, reading.form, typed)
    except (NotFound, Problem) as problem:
        return _page(name, desk, refused(problem, typed))
    if isinstance(filed, Mapping):
        return _page(name, desk, Sheet(typed, named(filed, typed), papers_lost=True))
    return redirect(url_for("staff.filed", ref=filed.ref))


@staff.get("/intake/filed/<ref>")
@entry(*INTAKE)
def filed(ref: str) -> str:
    """The number to tell the caller, with the date and time of the receipt."""
    with edge.reading() as cx:
        file = case_file.case_file(cx, case_page.case_number(ref))
        now = cx.now
        lacks = call_script.lacks(cx, file)
        script = call_script.script_of(cx, file)
    case_page.see(file.case, "filed")
    return render_template(
        "staff/filed.html",
        file=file,
        case=file.case,
        kind=words.kind(file.case.kind),
        state=engine.words(file.case.kind, file.case.state),
        channel=words.CHANNELS.get(file.case.channel, file.case.channel),
        missing=getattr(file.detail, "missing", None) or (),
        zone=file.zone,
        now=now,
        lacks=lacks,
        script=script,
        brings=BRINGS,
    )


def _desk(name: str) -> Desk:
    found = DESKS.get(name)
    if found is None:
        raise NotFound("There is no such form.")
    return found


def _trigger(kind: str) -> str:
    return "request" if kind == "external_review" else "receive"


def _file(cx: Context, desk: Desk, form: Any, typed: Mapping[str, str]) -> Any:
    """Run the command; its answer, or the faults by pointer that a schema still found."""
    policy.require(cx.principal, desk.kind, _trigger(desk.kind))
    at = form.received_at or cx.now
    if at > cx.now:
        raise Invalid("The receipt lies in the future.", fields={"received_at": _WHEN})
    cx = cx.but(channel=form.channel, idempotency=_use(desk, form, typed))
    if desk.kind != "prior_auth":
        take = desk.command or _TAKEN_IN.get(desk.kind) or FILINGS[desk.kind].command
        return take(cx, replace(form, received_at=at))
    sent, faults = as_submission(form, received_at=at)
    return commands.submit_prior_auth(cx, sent) if sent is not None else faults


def _use(desk: Desk, form: Any, typed: Mapping[str, str]) -> Idempotency | None:
    """One use of this form: its number was made with the page, so a double click files once."""
    key = typed.get(ONCE, "")
    if not re.fullmatch(r"[\w-]{16,60}", key, re.ASCII):
        return None
    said = hashlib.sha256(repr(sorted(_said(typed).items())).encode())
    for paper in getattr(form, "papers", ()):
        said.update(hashlib.sha256(paper.content).digest())
    body = said.hexdigest()
    return Idempotency(route=f"POST /staff/intake/{desk.kind}", key=key, body_sha256=body)


def _said(typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed, without the token that is another one in each form."""
    return {name: value for name, value in typed.items() if name != csrf.FIELD}


def _receipt(typed: Mapping[str, str]) -> dict[str, str]:
    """A call is received now; what came by fax or mail came at an instant that somebody knows."""
    if typed.get("received_at", "").strip() or typed.get("channel", "") in {"", "phone"}:
        return {}
    return {"received_at": _WHEN}


def _page(name: str, desk: Desk, sheet: Sheet) -> Response:
    fields = fields_of(desk.form, sheet.typed, errors=sheet.errors, plan=desk.plan)
    page = render_template(
        "staff/intake_form.html",
        name=name,
        desk=desk,
        fields=fields,
        errors=placed(fields, sheet.errors),
        refusal=sheet.refusal,
        papers_lost=sheet.papers_lost and any(each.filename for each in request.files.values()),
        once=sheet.typed.get(ONCE, ""),
        names={"more": MORE, "count": COUNT, "once": ONCE},
    )
    if sheet.refusal is not None:
        return make_response(page, sheet.refusal.status)
    return make_response(page, 422 if sheet.errors else 200)
