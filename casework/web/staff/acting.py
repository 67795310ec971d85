"""Taking a step: its form on one case, and what comes back when it is sent.

Whatever is refused (fields, law, policy, state, a case that moved on), what was typed stays in the
form, and the sentence stands on top. Nothing is decided here: the command judges.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import now as clock
from casework import policy, presence
from casework.context import Context
from casework.errors import Invalid, NotFound, Problem
from casework.queries import case_file, timeline
from casework.queries.case_file import CaseFile
from casework.queries.choices import choices
from casework.records import emergency
from casework.records.answers import Done
from casework.records.letter_drafts import Drafted
from casework.services import rehearsals
from casework.services.actions import ACTIONS, OBSERVATIONS, Action, action, observation
from casework.web import edge, requests
from casework.web.access import entry
from casework.web.staff import (
    case_page,
    case_parts,
    criteria_drafts,
    letter_frames,
    step_pages,
    story,
    typed_words,
    words,
)
from casework.web.staff.blueprint import CASEWORKERS, staff
from casework.web.staff.buttons import ROWS, is_against
from casework.web.staff.form_fields import COUNT, Field, fields_of, row_count
from casework.web.staff.form_plan import Plan
from casework.web.staff.form_reading import named, read
from casework.web.staff.plan_words import NOTES, step_of
from casework.web.staff.plans import plan_of
from casework.web.staff.prefill import prefilled
from statemachines import engine

LARGEST: Final = 60 * 1024 * 1024
EPISODES: Final = 20
VERSION: Final = "at-version"
STORY: Final = "at-event"
MORE: Final = "more"
RESTRICTS: Final = "restrict_case"
MOST_OF_A_TEXT: Final = 20_000


@dataclass(frozen=True)
class Refusal:
    """Why a step was not taken, as the page says it."""

    status: int
    kind: str
    sentence: str
    citation: str = ""
    source: str = ""


@dataclass(frozen=True)
class Sheet:
    """One form on its way: what is typed, what is wrong, why it was refused as a whole, and the
    letters to come where somebody asked to see them."""

    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    refusal: Refusal | None = None
    papers_lost: bool = False
    letters: tuple[Drafted, ...] | None = None


@staff.get("/cases/<ref>/do/<trigger>")
@entry(*CASEWORKERS)
def act(ref: str, trigger: str) -> Any:
    """The form of a step; where it cannot be taken, the reason and the citation in its place."""
    return page(case_page.case_number(ref), trigger, None)


@staff.post("/cases/<ref>/do/<trigger>")
@entry(*CASEWORKERS)
@requests.larger(LARGEST)
def take_step(ref: str, trigger: str) -> Any:
    """Take the step, on the version of the case that the form was made from."""
    number = case_page.case_number(ref)
    typed = dict(request.form.items())
    if MORE in typed:
        return page(number, trigger, Sheet(with_one_more(typed)))
    with edge.reading() as cx:
        file = case_file.case_file(cx, number)
        step = step_of_case(file.case.kind, trigger)
        plan = plan_of(cx, file, trigger)
    form = None
    if step.form is not None:
        files = {name: request.files.getlist(name) for name in request.files}
        reading = read(step.form, typed, files, plan=plan)
        if reading.errors:
            return page(number, trigger, Sheet(typed, reading.errors, papers_lost=_papers_came()))
        form = reading.form
    try:
        done = step.carry_out(edge.cx(), number, version_typed(typed), form)
    except NotFound:
        raise
    except Problem as problem:
        return page(number, trigger, refused(problem, typed))
    flash(_told(done, file.case.kind, trigger), "success")
    if trigger == RESTRICTS and emergency.sees_by_reason(edge.principal(), restricted=True):
        return redirect(url_for("staff.home"))  # who did it does not find it any more
    return redirect(url_for("staff.case_page", ref=done.ref))


def step_of_case(kind: str, trigger: str) -> Action:
    """The step of this name on a case of this kind. Raises NotFound."""
    return observation(trigger) if trigger in OBSERVATIONS else action(kind, trigger)


def version_typed(typed: Mapping[str, str]) -> int | None:
    """The version of the case that the form was made from."""
    return _whole(typed.get(VERSION, ""))


def refused(problem: Problem, typed: Mapping[str, str]) -> Sheet:
    """What a refused form shows: the sentence, and each field with its own."""
    errors = named(problem.fields, typed) if isinstance(problem, Invalid) else {}
    refusal = Refusal(
        problem.status, problem.type, problem.sentence, problem.citation, problem.source
    )
    return Sheet(typed, errors, refusal, papers_lost=_papers_came())


def page(number: str, trigger: str, sheet: Sheet | None) -> Response:
    """The page of this step: fresh, or with what was typed and what is wrong with it."""
    with edge.reading() as cx:
        file = case_file.case_file(cx, number)
        step = step_of_case(file.case.kind, trigger)
        plan = plan_of(cx, file, trigger)
        frame = case_page.frame_of(cx, file)
        barrier = _barrier(cx, file, trigger)
        aim = typed_words.aim_of(cx, file.case)
        entries = timeline.timeline(cx, file.case, limit=EPISODES)
        told_so_far = case_parts.episodes(cx, file.case.kind, entries)
        more = step_pages.beside(cx, file, trigger)
        drafted = criteria_drafts.drafted(cx, file, trigger) if sheet is None else {}
    here = presence.open_case(edge.cx(), file.case, f"do:{trigger}", wall=clock.wall())
    came_back = sheet is not None
    sheet = _fresh(file, step, trigger, plan, drafted) if sheet is None else sheet
    fields = fields_of(step.form, sheet.typed, errors=sheet.errors, plan=plan) if step.form else ()
    refusal = sheet.refusal or barrier
    told = step_of(file.case.kind, trigger)
    calls = rehearsals.calls_for_letters(file.case.kind, trigger, file.line)
    shown = render_template(
        step_pages.template_of(file.case.kind, trigger),
        **frame,
        **more,
        trigger=trigger,
        title=_label(file.case.kind, trigger),
        button=told.button or _label(file.case.kind, trigger),
        adverse=is_against(file.case.kind, trigger),
        lead=plan.lead,
        fields=fields,
        errors=placed(fields, sheet.errors),
        refusal=refusal,
        possible=barrier is None,
        news=_news(told_so_far, sheet),
        came_back=came_back,
        referral=case_parts.referral(entries),
        episodes=told_so_far,
        papers_lost=sheet.papers_lost and _asks_for_papers(fields),
        sends_files=_asks_for_papers(fields),
        **case_page.presence_of(number, here),
        names={
            "version": VERSION,
            "story": STORY,
            "more": MORE,
            "count": COUNT,
            "notes": typed_words.notes_on(fields, limit=aim) if calls else {},
        },
        calls_for_letters=calls,
        letters=None if sheet.letters is None else letter_frames.framed_all(sheet.letters),
        sure=letter_frames.SURE,
    )
    return make_response(shown, _status(sheet))


def _status(sheet: Sheet) -> int:
    if sheet.refusal is not None:
        return sheet.refusal.status
    return 422 if sheet.errors else 200


def _fresh(
    file: CaseFile, step: Action, trigger: str, plan: Plan, drafted: Mapping[str, str]
) -> Sheet:
    if step.form is None:
        return Sheet()
    typed = prefilled(file, step.form, trigger, plan=plan, linked=request.args)
    return Sheet({**typed, **drafted})


def _barrier(cx: Context, file: CaseFile, trigger: str) -> Refusal | None:
    """Why nobody need begin to fill this form in: law, policy or state, as the buttons say it."""
    kind = file.case.kind
    if trigger in OBSERVATIONS:
        refused = policy.refusal(cx.principal, kind, ROWS.get(trigger, trigger))
        return Refusal(403, refused.type, refused.sentence, "", refused.source) if refused else None
    offered = choices(cx, file.case, by_hand=ACTIONS[kind])
    choice = next(each for each in offered if each.trigger == trigger)
    if choice.open:
        return None
    status = 403 if choice.source not in {"guard", "state"} else 409
    return Refusal(status, "refused", choice.sentence, choice.citation, choice.source)


def _news(told: Sequence[story.Episode], sheet: Sheet) -> list[story.Episode]:
    """What happened on the case since the form was made, where it was refused because of that."""
    seen = _whole(sheet.typed.get(STORY, "")) if sheet.refusal is not None else None
    return [] if seen is None else [each for each in told if each.seq > seen]


def placed(fields: tuple[Field, ...], errors: Mapping[str, str]) -> dict[str, str]:
    """The errors by the nearest field that somebody can see, in the order of the page: for the
    links on top of it."""
    seen = {name: place for place, name in enumerate(n for each in fields for n in each.names())}
    found: dict[str, str] = {}
    for name, sentence in errors.items():
        place = name
        while place and place not in seen:
            place = place.rpartition("-")[0]
        found.setdefault(place or "form", sentence)
    return dict(sorted(found.items(), key=lambda each: seen.get(each[0], -1)))


def with_one_more(typed: dict[str, str]) -> dict[str, str]:
    """What was typed, with one more row where the button for it was pressed."""
    name = typed.pop(MORE)
    rows = row_count(typed, tuple(name.split("-")), Plan())
    return typed | {f"{name}-{COUNT}": str(rows + 1)}


def _told(done: Done, kind: str, trigger: str) -> str:
    label = _label(kind, trigger)
    made = ", ".join(done.made.values())
    return f"Done: {label[:1].lower()}{label[1:]}.{f' Number: {made}.' if made else ''}"


def _label(kind: str, trigger: str) -> str:
    if trigger in OBSERVATIONS:
        return NOTES.get(trigger, words.plain(trigger))
    return next(
        (edge.label for edge in engine.edges(kind) if edge.trigger == trigger),
        words.plain(trigger),
    )


def _asks_for_papers(fields: tuple[Field, ...]) -> bool:
    return any(each.shape == "papers" for each in fields)


def _papers_came() -> bool:
    return any(each.filename for each in request.files.values())


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None
