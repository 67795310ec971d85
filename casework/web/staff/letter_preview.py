"""The letters of a step before it is decided: rehearsed, shown beside their checklists, forgotten.

The form comes back with everything that was typed, and with what is to be said about its texts.
"""

from dataclasses import replace
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from casework.errors import NotFound, Problem
from casework.queries import case_file
from casework.services import rehearsals
from casework.services.sign_in import TooManyTries
from casework.web import edge, requests
from casework.web.access import entry
from casework.web.staff import acting, case_page
from casework.web.staff.acting import LARGEST, Sheet
from casework.web.staff.blueprint import CASEWORKERS, staff
from casework.web.staff.form_reading import read
from casework.web.staff.plans import plan_of


@staff.post("/cases/<ref>/do/<trigger>/letters")
@entry(*CASEWORKERS)
@requests.larger(LARGEST)
def see_letters(ref: str, trigger: str) -> Any:
    """The form again, with the letters that the step would owe; nothing of the step is kept.

    What a letter needs and nobody wrote yet is no fault here: the letter shows where it is missing.
    """
    number = case_page.case_number(ref)
    typed = dict(request.form.items())
    with edge.reading() as cx:
        file = case_file.case_file(cx, number)
        step = acting.step_of_case(file.case.kind, trigger)
        plan = plan_of(cx, file, trigger)
    case_page.see(file.case, f"letters-to-come:{trigger}")
    form = None
    if step.form is not None:
        files = {name: request.files.getlist(name) for name in request.files}
        reading = read(step.form, typed, files, plan=replace(plan, needed={}))
        if reading.errors:
            return acting.page(number, trigger, Sheet(typed, reading.errors))
        form = reading.form
    try:
        rehearsals.count_rehearsal(edge.wall_cx())
        seen = acting.version_typed(typed)
        letters = rehearsals.letters_to_come(edge.cx(), step, number, seen, form)
    except NotFound:
        raise
    except Problem as problem:
        return _refused(acting.page(number, trigger, acting.refused(problem, typed)), problem)
    return acting.page(number, trigger, Sheet(typed, letters=letters))


def _refused(answer: Response, problem: Problem) -> Response:
    if isinstance(problem, TooManyTries):
        answer.headers["Retry-After"] = str(problem.retry_after)
    return answer
