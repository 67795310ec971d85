"""Automatic approval: every rule with what it demands, its versions, and the form of the next one.

Rules only say yes. One person proposes, another releases after the what-if; anybody who may stops.
"""

from datetime import date
from typing import Any, Final

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import policy
from casework.errors import Invalid
from casework.queries import approval_rules as questions
from casework.queries import contracts as contract_questions
from casework.records import approval_conditions as terms
from casework.records.approval_conditions import Conditions
from casework.services import approval_rules as commands
from casework.services import approval_studies as studies
from casework.web import edge
from casework.web.access import STAFF, entry
from casework.web.staff import words
from casework.web.staff.blueprint import staff

AUTHORS: Final = ("physician", "supervisor", "admin")
DECIDERS: Final = ("physician", "compliance")
STOPPERS: Final = ("physician", "supervisor", "compliance", "admin")
ZONE: Final = "America/New_York"
STATES: Final = {
    "proposed": ("waits for release", "soon"),
    "released": ("released", "good"),
    "refused": ("put aside", "neutral"),
}
LINES: Final = (("medicaid", "Medicaid"), ("marketplace", "Marketplace"), ("medicare", "Medicare"))
TIMINGS: Final = (
    ("pre_service", "Before the service"),
    ("concurrent", "While it is given"),
    ("post_service", "After it was given"),
)
_TYPED: Final = (
    *("name", "codes", "places", "diagnoses", "answers", "most_units", "most_days"),
    *("effective_from", "effective_to", "reason"),
)
_TICKED: Final = ("contracts", "lines", "timings", "flags")


@staff.get("/approval-rules")
@entry(*STAFF)
def approval_rules() -> str:
    """Every rule: what it demands today, what waits for release."""
    with edge.reading() as cx:
        rules = questions.rules(cx)
    return render_template(
        "staff/approval_rules.html",
        rules=rules,
        states=STATES,
        may_propose=_may(commands.PROPOSE),
        now=edge.cx().now,
        zone=ZONE,
    )


@staff.get("/approval-rules/<code>")
@entry(*STAFF)
def approval_rule(code: str) -> str:
    """One rule with all its versions, their what-ifs, and what can be done."""
    return rule_page(code)


@staff.get("/approval-rules/new")
@entry(*AUTHORS)
def new_approval_rule() -> Response:
    """The form of a new rule."""
    return _form("", _plain(None), {})


@staff.get("/approval-rules/<code>/next")
@entry(*AUTHORS)
def next_approval_rule(code: str) -> Response:
    """The form of the next version of a rule, as its newest one stands."""
    with edge.reading() as cx:
        rule = questions.rule(cx, code)
    return _form(rule.code, _plain(rule), {}, rule=rule)


@staff.post("/approval-rules/new")
@entry(*AUTHORS)
def propose_approval_rule() -> Response:
    """Propose a rule, or the next version of one; its what-if is asked at once."""
    code = edge.form("code", limit=20)
    typed: dict[str, Any] = {name: edge.form(name, limit=2000) for name in _TYPED}
    typed |= {name: request.form.getlist(name)[:50] for name in _TICKED}
    try:
        proposal = _proposal(code, typed)
        done = commands.propose_version(edge.cx(), proposal)
    except Invalid as wrong:
        with edge.reading() as cx:
            rule = questions.rule(cx, code) if code else None
        return _form(code, typed, dict(wrong.fields) or {"reason": wrong.sentence}, rule=rule)
    studies.ask_study(edge.cx(), studies.Question(version_id=done.version_id))
    flash(
        f"{done.code} version {done.version} is proposed. Its what-if is being worked out.",
        "success",
    )
    return redirect(url_for("staff.approval_rule", code=done.code))


def rule_page(
    code: str, errors: dict[str, str] | None = None, typed: dict[str, str] | None = None
) -> str:
    """The page of a rule, with what was wrong where a step on it was refused."""
    with edge.reading() as cx:
        rule = questions.rule(cx, code)
        asked = questions.studies(cx, [each.id for each in rule.versions])
    waiting = rule.proposed
    me = edge.principal()
    return render_template(
        "staff/approval_rule.html",
        rule=rule,
        waiting=waiting,
        asked=asked,
        study=asked.get(waiting.id) if waiting else None,
        states=STATES,
        errors=errors or {},
        typed=typed or {},
        may_propose=_may(commands.PROPOSE),
        may_release=_may(commands.RELEASE),
        own=bool(waiting and waiting.proposed_by_id == me.id),
        own_stop=rule.stopped_by_id == me.id,
        may_stop=_may(commands.STOP),
        may_ask=_may(studies.ASK),
        now=edge.cx().now,
        zone=ZONE,
    )


def _may(action: str) -> bool:
    return policy.refusal(edge.principal(), "", action) is None


def _form(
    code: str, typed: dict[str, Any], errors: dict[str, str], *, rule: Any = None
) -> Response:
    with edge.reading() as cx:
        contracts = contract_questions.current_versions(cx)
    page = render_template(
        "staff/approval_rule_form.html",
        code=code,
        rule=rule,
        typed=typed,
        errors=errors,
        contracts=[(each.code, each.name) for each in contracts],
        lines=LINES,
        timings=TIMINGS,
        words=words,
    )
    return make_response(page, 422 if errors else 200)


def _plain(rule: Any) -> dict[str, Any]:
    """What the form shows first: the newest version, or an empty rule that begins today."""
    today = edge.cx().now.date()
    newest = rule.versions[0].conditions if rule and rule.versions else Conditions(codes=())
    flags = [name for name in ("in_network", "gold_card") if getattr(newest, name)]
    return {
        "name": rule.name if rule else "",
        "codes": ", ".join(newest.codes),
        "places": ", ".join(newest.places),
        "diagnoses": ", ".join(newest.diagnoses),
        "answers": ", ".join(newest.answers),
        "most_units": newest.most_units or "",
        "most_days": newest.most_days or "",
        "contracts": newest.contracts,
        "lines": newest.lines,
        "timings": newest.timings,
        "flags": flags,
        "effective_from": today.isoformat(),
        "effective_to": "",
        "reason": "",
    }


def _proposal(code: str, typed: dict[str, Any]) -> commands.Proposal:
    wrong: dict[str, str] = {}
    conditions = Conditions(
        codes=_listed(typed["codes"]),
        contracts=tuple(typed["contracts"]),
        lines=tuple(typed["lines"]),
        places=_listed(typed["places"]),
        diagnoses=_listed(typed["diagnoses"]),
        answers=_listed(typed["answers"]),
        most_units=_whole(typed, "most_units", wrong),
        most_days=_whole(typed, "most_days", wrong),
        in_network="in_network" in typed["flags"],
        gold_card="gold_card" in typed["flags"],
        timings=tuple(typed["timings"]),
    )
    begins = _day(typed, "effective_from", wrong)
    if begins is None:
        wrong.setdefault("effective_from", "Enter its first day.")
    ends = _day(typed, "effective_to", wrong)
    try:
        terms.read(terms.stored(conditions))
    except Invalid as refused:
        wrong |= refused.fields
    if wrong or begins is None:
        raise Invalid("The proposal is not complete.", fields=wrong)
    return commands.Proposal(
        code=code,
        name=typed["name"],
        conditions=conditions,
        effective_from=begins,
        effective_to=ends,
        reason=typed["reason"],
    )


def _listed(text: str) -> tuple[str, ...]:
    parts = text.upper().replace(";", ",").replace("\n", ",").replace(" ", ",").split(",")
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _whole(typed: dict[str, Any], name: str, wrong: dict[str, str]) -> int | None:
    text = typed[name].strip()
    if not text:
        return None
    if text.isdecimal() and len(text) < 6:
        return int(text)
    wrong[name] = "Write a whole number, or leave it empty."
    return None


def _day(typed: dict[str, Any], name: str, wrong: dict[str, str]) -> date | None:
    text = typed[name].strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        wrong[name] = "Enter a day."
        return None
