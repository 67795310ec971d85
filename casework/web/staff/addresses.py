"""Addresses, phones and reading-grade limits that a contract's letters print: what prints from
which day, and the change of one block, checked against the letters before it is published.

Past days never change: a change begins today or later, and each version stays in the history.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from flask import abort, flash, redirect, render_template, request, url_for

from casework.errors import Invalid, Problem, Stale
from casework.queries import contracts as queries
from casework.queries.plan_letters import AddressPreview, address_preview
from casework.records.contract_plans import plan_differences
from casework.records.contract_versions import Edition, Named, Standing, standing_of
from casework.services.contracts import publish_version
from casework.web import edge, moments
from casework.web.access import entry
from casework.web.staff.blueprint import staff
from casework.web.staff.contracts import PUBLISHERS, READERS

PLAN: Final = "plan"
LIMITS: Final = "limits"
# Of each block: its name, and which fields it has. `lines` is one line of text a line.
_OFFICE: Final = ("name", "lines", "phone", "fax", "hours", "hours_es")
BLOCKS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    PLAN: (
        "The plan",
        ("name", "lines", "phone", "tty", "nurse_line", "hours", "hours_es", "website"),
    ),
    "appeals": ("Where to appeal", _OFFICE),
    "grievances": ("Where to complain", _OFFICE),
    "records": ("Where to send records", _OFFICE),
    "peer_to_peer": ("Peer-to-peer desk", _OFFICE),
    "fair_hearing": ("State fair hearing office", _OFFICE),
    "external": ("Where to ask for an external review", _OFFICE),
    "insurance_department": ("State insurance office", _OFFICE),
    "ombudsman": ("Consumer assistance", _OFFICE),
    "quality_organization": ("Quality Improvement Organization", _OFFICE),
    LIMITS: ("Reading grade of letters", ("reading_grade", "free_text_grade")),
}
# Addresses of pages name a block by its number.
NUMBERED: Final = tuple(BLOCKS)
FIELDS: Final[Mapping[str, tuple[str, str]]] = {
    "name": ("Name", "As the letter prints it"),
    "lines": ("Address", "One line for each line of the envelope"),
    "phone": ("Phone", "Such as 1-800-555-0110"),
    "fax": ("Fax", ""),
    "tty": ("TTY", ""),
    "nurse_line": ("Nurse line", "What the urgent-help banner shows"),
    "hours": ("Hours", "Such as: Monday to Friday, 7 a.m. to 8 p.m."),
    "hours_es": ("Hours, in Spanish", "Such as: de lunes a viernes, de 7 a. m. a 8 p. m."),
    "website": ("Website", ""),
    "reading_grade": ("Highest school year of our own wording", "0: the default of the house"),
    "free_text_grade": ("Ceiling for what is typed for one member", "0: the default of the house"),
}
NUMBERS: Final = frozenset({"reading_grade", "free_text_grade"})
LONGEST: Final = 400


@staff.get("/contracts/<code>/addresses")
@entry(*READERS)
def addresses(code: str) -> str:
    """What letters print today, what is planned, and what they printed before."""
    named, editions = _contract(code)
    with edge.reading() as cx:
        now_held = queries.in_force(editions, cx) or editions[0]
    told = [
        (edition, standing_of(edition, editions, edge.cx().now), _changed(edition, editions))
        for edition in editions
    ]
    return render_template(
        "staff/addresses.html",
        contract=named,
        edition=now_held,
        blocks=[(what, said[0], _shown(now_held.plan, what)) for what, said in BLOCKS.items()],
        fields=FIELDS,
        history=[one for one in told if one[2]],
        standing=Standing,
        may=bool(edge.principal().roles & PUBLISHERS),
        today=edge.cx().now.date(),
    )


@staff.get("/contracts/<code>/addresses/<int:number>")
@entry(*PUBLISHERS)
def change_address(code: str, number: int) -> str:
    """The form of one block, filled with what the newest version says."""
    what = _block(number)
    named, editions = _contract(code)
    typed = {**_shown(editions[0].plan, what), "seen": str(editions[0].version)}
    return _form(named, editions[0], what, typed, {})


@staff.post("/contracts/<code>/addresses/<int:number>")
@entry(*PUBLISHERS)
def publish_address(code: str, number: int) -> Any:
    """Check the change against the letters, go back to it, or publish it."""
    what = _block(number)
    named, editions = _contract(code)
    typed = {name: edge.form(name, limit=LONGEST) for name in _names(what)}
    wanted = request.form.get("do", "check")
    if wanted == "edit":
        return _form(named, editions[0], what, typed, {})
    try:
        plan, first = _plan(editions[0], what, typed), _first(typed)
        with edge.reading() as cx:
            found = address_preview(
                cx, code, plan=plan, reason=typed["reason"], effective_from=first
            )
        if wanted == "publish":
            return _publish(named, what, typed, plan, first)
    except Problem as problem:
        if problem.status == 404:
            raise
        errors = _errors(what, problem)
        if isinstance(problem, Stale):
            typed["seen"] = str(editions[0].version)
        return _form(named, editions[0], what, typed, errors), problem.status
    return _check(found, what, typed)


def _publish(
    named: Named, what: str, typed: Mapping[str, str], plan: Mapping[str, Any], first: date
) -> Any:
    seen = typed["seen"]
    # Where people write and call is no term of the law: a contract that runs looser stays as it is.
    told = publish_version(
        edge.cx(),
        named.code,
        terms={},
        workflow={},
        plan=plan,
        reason=typed["reason"],
        effective_from=first,
        seen=int(seen) if seen.isdecimal() and len(seen) < 7 else 0,
        knows_looser=True,
    )
    flash(
        f"{BLOCKS[what][0]}: letters print it so from {moments.day(first)}"
        f" (version {told.version}).",
        "success",
    )
    return redirect(url_for("staff.addresses", code=named.code))


def _contract(code: str) -> tuple[Named, tuple[Edition, ...]]:
    with edge.reading() as cx:
        return queries.contract_named(cx, code)


def _block(number: int) -> str:
    if not 1 <= number <= len(BLOCKS):
        abort(404)
    return NUMBERED[number - 1]


def _names(what: str) -> tuple[str, ...]:
    return (*BLOCKS[what][1], "reason", "effective_from", "seen")


def _part(plan: Mapping[str, Any], what: str) -> Mapping[str, Any]:
    if what in (PLAN, LIMITS):
        return plan
    found: Mapping[str, Any] = plan.get(what) or {}
    return found


def _shown(plan: Mapping[str, Any], what: str) -> dict[str, str]:
    """The fields of this block as text."""
    part = _part(plan, what)
    return {name: _as_text(part.get(name)) for name in BLOCKS[what][1]}


def _as_text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "\n".join(str(each) for each in value)
    return "" if value is None else str(value)


def _plan(newest: Edition, what: str, typed: Mapping[str, str]) -> dict[str, Any]:
    """What changes in the plan block; an office without a name is taken away."""
    said = {name: _value(name, typed[name]) for name in BLOCKS[what][1]}
    if what in (PLAN, LIMITS):
        return said
    if not any(said.values()):
        return {what: None}
    return {what: said}


def _value(name: str, text: str) -> Any:
    if name == "lines":
        return [line.strip() for line in text.splitlines() if line.strip()] or None
    if name not in NUMBERS:
        return text or None
    if not text:
        return None
    if not (text.isdecimal() and len(text) < 4):
        raise Invalid("That is no school year.", fields={name: "Write a number, like 6."})
    return int(text)


def _first(typed: Mapping[str, str]) -> date:
    try:
        return date.fromisoformat(typed["effective_from"])
    except ValueError:
        fields = {"effective_from": "Enter the first day on which letters print it."}
        raise Invalid("From which day?", fields=fields) from None


def _errors(what: str, problem: Problem) -> dict[str, str]:
    """By the fields of this page: `plan.appeals.phone` is its field `phone`."""
    fields = dict(problem.fields) or {"form": problem.sentence}
    known = set(_names(what))
    return {
        (last if (last := name.rpartition(".")[2]) in known else "form"): sentence
        for name, sentence in fields.items()
    }


def _changed(edition: Edition, editions: tuple[Edition, ...]) -> Any:
    """What this version says otherwise about the plan than the one before it."""
    older = [each for each in editions if each.version < edition.version]
    return plan_differences(older[0].plan, edition.plan) if older else ()


def _form(
    named: Named,
    newest: Edition,
    what: str,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> str:
    return render_template(
        "staff/address_change.html",
        contract=named,
        newest=newest,
        what=what,
        number=NUMBERED.index(what) + 1,
        heading=BLOCKS[what][0],
        names=BLOCKS[what][1],
        fields=FIELDS,
        numbers=NUMBERS,
        typed=typed,
        errors=errors,
        today=edge.cx().now.date(),
    )


def _check(found: AddressPreview, what: str, typed: Mapping[str, str]) -> str:
    return render_template(
        "staff/address_check.html",
        found=found,
        draft=found.draft,
        contract=found.contract,
        what=what,
        number=NUMBERED.index(what) + 1,
        heading=BLOCKS[what][0],
        kept=typed,
    )
