"""The checklist of medical policies on the page of a case: shown, and kept as it is filled in.

Where scripts run each change is kept at once and only its result comes back; without them a button
keeps all of it. What is refused stays typed. The command judges.
"""

from collections.abc import Mapping
from typing import Any, Final

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import now as clock
from casework import presence
from casework.errors import Invalid, NotFound, Problem
from casework.queries import case_file
from casework.records import checklists
from casework.services import criteria
from casework.services.criteria import Answers, CriterionAnswer
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import case_page
from casework.web.staff.blueprint import CASEWORKERS, staff
from casework.web.staff.criteria_beside import PARTS, shown

MOST_TYPED: Final = 2000


@staff.get("/cases/<ref>/criteria")
@entry(*CASEWORKERS)
def case_criteria(ref: str) -> Any:
    """The criteria of a case on a page of their own, as wide as the window."""
    return _page(case_page.case_number(ref))


@staff.post("/cases/<ref>/criteria/<int:line>/<code>")
@entry(*CASEWORKERS)
def mark_criteria(ref: str, line: int, code: str) -> Any:
    """Keep what was marked on this line by this policy."""
    number = case_page.case_number(ref)
    typed = {name: text[:MOST_TYPED] for name, text in request.form.items()}
    key = f"{line}-{code}"
    form, errors = read(code, typed)
    if not errors:
        errors = _named(criteria.wrong_pages(edge.cx(), number, form))
    if errors:
        return _came_back(number, key, typed, errors, "Please correct what is marked.", 422)
    try:
        criteria.mark_criteria(edge.cx(), number, None, line, form)
    except NotFound:
        raise
    except Problem as problem:
        wrong = _named(problem.fields) if isinstance(problem, Invalid) else {}
        return _came_back(number, key, typed, wrong, problem.sentence, problem.status)
    if request.headers.get("HX-Request"):
        return _result(number, key)
    flash("The criteria are kept.", "success")
    return redirect(url_for("staff.case_page", ref=number, _anchor=f"criteria-{key}"))


def read(code: str, typed: Mapping[str, str]) -> tuple[Answers, dict[str, str]]:
    """What a browser sent, as the form of the command, and the sentences by field."""
    names = {name.rpartition("-")[0] for name in typed if name.rpartition("-")[2] in PARTS}
    answers, errors = [], {}
    for name in sorted(names):
        said = {part: typed.get(f"{name}-{part}", "").strip() for part in PARTS}
        if not said["mark"]:
            if said["paper"] or said["page"] or said["note"]:
                errors[f"{name}-mark"] = f"{name}: say what the records show."
            continue
        wrong = [part for part in ("paper", "page", "seen") if not _is_whole(said[part])]
        if wrong:
            errors[f"{name}-{wrong[0]}"] = f"{name}: enter a whole number."
            continue
        answers.append(
            CriterionAnswer(
                criterion=name,
                mark=said["mark"],
                paper_id=_whole(said["paper"]),
                page=_whole(said["page"]),
                note=said["note"][: criteria.MOST_OF_A_NOTE],
                why=said["why"],
                seen=_whole(said["seen"]),
            )
        )
    return Answers(policy=code, answers=tuple(answers)), errors


def _came_back(
    number: str, key: str, typed: dict[str, str], errors: dict[str, str], sentence: str, status: int
) -> Response:
    """Refused: beside the form where scripts run, else the page with all that was typed."""
    if request.headers.get("HX-Request"):
        return _result(number, key, errors=errors, refusal=sentence)
    return _page(number, key=key, typed=typed, errors=errors, refusal=sentence, status=status)


def _result(
    number: str, key: str, *, errors: Mapping[str, str] | None = None, refusal: str = ""
) -> Response:
    """Only the result of one checklist: nothing moves under whoever goes on typing."""
    with edge.reading() as cx:
        file = case_file.case_file(cx, number)
        view = shown(
            cx,
            file,
            checklists.of_case(cx, file.case, key=file.key, lines=file.lines),
            errors=errors,
            refusal=refusal,
            key=key,
        )
    sheet = next((each for each in view["checklists"] if each.checklist.key == key), None)
    if sheet is None:
        raise NotFound("No such policy was in force for this line when it was received.")
    return make_response(
        render_template(
            "staff/criteria_result.html",
            **view,
            sheet=sheet,
            kept_at=edge.cx().now,
            zone=file.zone,
            now=edge.cx().now,
        )
    )


def _page(
    number: str,
    *,
    key: str = "",
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    refusal: str = "",
    status: int = 200,
) -> Response:
    with edge.reading() as cx:
        file = case_file.case_file(cx, number)
        frame = case_page.frame_of(cx, file)
        found = checklists.of_case(cx, file.case, key=file.key, lines=file.lines)
        view = shown(cx, file, found, typed=typed, errors=errors, refusal=refusal, key=key)
    here = presence.open_case(edge.cx(), file.case, "criteria", wall=clock.wall())
    page = render_template(
        "staff/criteria.html", **frame, **view, **case_page.presence_of(number, here)
    )
    return make_response(page, status)


def _named(fields: Mapping[str, str]) -> dict[str, str]:
    """The command's fields (`A1/page`) by the names of the page (`A1-page`)."""
    parts = {"paper_id": "paper"}
    found = {}
    for pointer, sentence in fields.items():
        name, _, part = pointer.partition("/")
        found[f"{name}-{parts.get(part, part or 'mark')}"] = f"{name}: {sentence}"
    return found


def _is_whole(text: str) -> bool:
    return not text or (text.isdecimal() and text.isascii() and len(text) < 16)


def _whole(text: str) -> int | None:
    return int(text) if text else None
