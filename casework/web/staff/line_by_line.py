"""Every service line with a decision of its own, on one page, with what the request comes to.

Which step it is (approve, approve in part, deny) follows from the lines; that step's own command
judges it. Nothing is decided here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import now as clock
from casework import presence
from casework.context import Context
from casework.errors import NotFound, Problem
from casework.queries import case_file, timeline
from casework.queries.case_file import CaseFile
from casework.queries.choices import choices
from casework.records import lines
from casework.services import rehearsals
from casework.services.actions import ACTIONS
from casework.services.determinations import Ruling
from casework.web import edge, requests
from casework.web.access import entry
from casework.web.staff import acting, case_page, case_parts, step_pages
from casework.web.staff.acting import Refusal, Sheet
from casework.web.staff.blueprint import CASEWORKERS, staff
from casework.web.staff.form_fields import COUNT, fields_of
from casework.web.staff.form_plan import Plan
from casework.web.staff.form_reading import read
from casework.web.staff.plans import plan_of
from casework.web.staff.prefill import prefilled

KIND: Final = "prior_auth"
# What the lines come to, and the step that says so.
STEPS: Final = {"approved": "approve", "partial": "approve_in_part", "denied": "deny"}
SHOWN: Final = "approve_in_part"
RESULTS: Final = (
    ("approved", "Approve as asked"),
    ("approved_other", "Approve other than asked"),
    ("denied", "Deny"),
)
LEAD: Final = (
    "Every line as it was asked; change what you decide otherwise. Fewer units, other days, another"
    " code, provider or place is an approval other than asked: it needs a reason and a criterion,"
    " as a denial does, and a physician."
)


@dataclass(frozen=True)
class Sum:
    """What the lines come to: the outcome, the step that says so, why it cannot be taken by this
    person (empty: it can), and how many lines stand how."""

    outcome: str
    trigger: str
    words: str
    barrier: str = ""


@staff.get("/cases/<ref>/lines")
@entry(*CASEWORKERS)
def line_by_line(ref: str) -> Response:
    """The lines as they were asked, each approved until somebody says otherwise."""
    return _page(case_page.case_number(ref), None)


@staff.post("/cases/<ref>/lines")
@entry(*CASEWORKERS)
@requests.larger(acting.LARGEST)
def decide_lines(ref: str) -> Any:
    """Say what the lines come to, or take that step, on the version that the form was made from."""
    number = case_page.case_number(ref)
    typed = dict(request.form.items())
    if acting.MORE in typed:
        return _page(number, Sheet(acting.with_one_more(typed)))
    with edge.reading() as cx:
        file = _request(cx, number)
        found, errors = _sum(cx, file, typed)
        if errors or found is None or "sum" in typed:
            return _page(number, Sheet(typed, errors))
        plan = _as_lines(plan_of(cx, file, found.trigger))
    reading = read(Ruling, typed, {}, plan=plan)
    if reading.errors:
        return _page(number, Sheet(typed, reading.errors))
    step = acting.step_of_case(KIND, found.trigger)
    try:
        done = step.carry_out(edge.cx(), number, acting.version_typed(typed), reading.form)
    except NotFound:
        raise
    except Problem as problem:
        return _page(number, acting.refused(problem, typed))
    made = ", ".join(done.made.values())
    flash(f"Done: {found.words}.{f' Number: {made}.' if made else ''}", "success")
    return redirect(url_for("staff.case_page", ref=done.ref))


def _page(number: str, sheet: Sheet | None) -> Response:
    with edge.reading() as cx:
        file = _request(cx, number)
        plan = _as_lines(plan_of(cx, file, SHOWN))
        frame = case_page.frame_of(cx, file)
        fresh = sheet is None
        sheet = Sheet(_as_asked(file, plan)) if sheet is None else sheet
        found, _ = _sum(cx, file, sheet.typed)
        barrier = _barrier(cx, file)
        entries = timeline.timeline(cx, file.case, limit=acting.EPISODES)
        told = case_parts.episodes(cx, KIND, entries)
        more = step_pages.beside(cx, file, found.trigger if found else SHOWN)
    here = presence.open_case(edge.cx(), file.case, "lines", wall=clock.wall())
    fields = fields_of(Ruling, sheet.typed, errors=sheet.errors, plan=plan)
    trigger = found.trigger if found else SHOWN
    shown = render_template(
        "staff/lines.html",
        **frame,
        **more,
        trigger=trigger,
        title="Decide line by line",
        button=f"{found.words[:1].upper()}{found.words[1:]}" if found else "Decide",
        adverse=bool(found) and trigger != "approve",
        lead=LEAD,
        fields=fields,
        errors=acting.placed(fields, sheet.errors),
        refusal=sheet.refusal or barrier,
        possible=barrier is None,
        news=[],
        came_back=not fresh,
        referral=case_parts.referral(entries),
        episodes=told,
        papers_lost=False,
        sends_files=False,
        **case_page.presence_of(number, here),
        names={
            "version": acting.VERSION,
            "story": acting.STORY,
            "more": acting.MORE,
            "count": COUNT,
            "notes": {},
        },
        calls_for_letters=rehearsals.calls_for_letters(KIND, trigger, file.line),
        letters=None,
        sum=found,
    )
    status = sheet.refusal.status if sheet.refusal else 422 if sheet.errors else 200
    return make_response(shown, status)


def _request(cx: Context, number: str) -> CaseFile:
    file = case_file.case_file(cx, number)
    if file.case.kind != KIND:
        raise NotFound("Only a request is decided line by line here.")
    return file


def _as_lines(plan: Plan) -> Plan:
    """The plan of a step with every choice for every line: a line is not fixed by the step."""
    return replace(plan, fixed={}, options={**plan.options, "lines.result": RESULTS}, lead="")


def _as_asked(file: CaseFile, plan: Plan) -> dict[str, str]:
    typed = prefilled(file, Ruling, SHOWN, plan=plan, linked={})
    return typed | {f"lines-{index}-result": "approved" for index in range(len(file.lines))}


def _sum(
    cx: Context, file: CaseFile, typed: Mapping[str, str]
) -> tuple[Sum | None, dict[str, str]]:
    """What these lines come to; None with the faults that keep it from being told."""
    bare = replace(_as_lines(plan_of(cx, file, SHOWN)), needed={}, must={}, unless={})
    reading = read(Ruling, typed, {}, plan=bare)
    faults = {name: said for name, said in reading.errors.items() if name.startswith("lines-")}
    if faults or reading.form is None:
        return None, faults
    asked = {line.number: line for line in file.lines}
    servicing = dict(getattr(file.detail, "servicing", None) or {})
    rulings = lines.completed(reading.form.lines, asked, servicing=servicing)
    faults = _said_otherwise(reading.form.lines, rulings)
    if faults:
        return None, faults
    outcome = lines.outcome_of(rulings)
    trigger = STEPS[outcome]
    choice = next(
        each for each in choices(cx, file.case, by_hand=ACTIONS[KIND]) if each.trigger == trigger
    )
    return Sum(outcome, trigger, _words(outcome, rulings), choice.sentence), {}


def _said_otherwise(said: Any, found: Any) -> dict[str, str]:
    """A line that says "as asked" with less in it, or "other than asked" with all of it."""
    results = {ruling.number: ruling.result for ruling in found}
    faults = {}
    for index, ruling in enumerate(said):
        if ruling.result == "approved" and results[ruling.number] == "approved_other":
            faults[f"lines-{index}-result"] = (
                "This is less than was asked: choose “Approve other than asked”, or put it back."
            )
        if ruling.result == "approved_other" and results[ruling.number] == "approved":
            faults[f"lines-{index}-result"] = (
                "Nothing of it is other than asked: change units, days, code, or approve as asked."
            )
    return faults


def _words(outcome: str, rulings: Any) -> str:
    counts = [
        (sum(ruling.result == result for ruling in rulings), said)
        for result, said in (
            ("approved", "approved as asked"),
            ("approved_other", "approved other than asked"),
            ("denied", "denied"),
        )
    ]
    told = ", ".join(f"{count} {said}" for count, said in counts if count)
    start = {"approved": "approve all", "partial": "approve in part", "denied": "deny all"}
    return f"{start[outcome]} ({told})"


def _barrier(cx: Context, file: CaseFile) -> Refusal | None:
    """Why nobody need begin: no decision is open on this case for this person."""
    mine = {
        each.trigger: each
        for each in choices(cx, file.case, by_hand=ACTIONS[KIND])
        if each.trigger in STEPS.values()
    }
    if any(each.open for each in mine.values()):
        return None
    first = mine["approve"]
    status = 403 if first.source not in {"guard", "state"} else 409
    return Refusal(status, "refused", first.sentence, first.citation, first.source)
