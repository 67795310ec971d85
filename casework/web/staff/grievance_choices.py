"""What the forms of a grievance offer: its issues, its open corrective actions, people."""

from collections.abc import Callable, Mapping
from typing import Final

from casework.context import Context
from casework.queries import corrections, grievance_desk
from casework.queries.case_file import CaseFile
from casework.queries.colleagues import colleagues
from casework.records import categories, quality_track
from casework.services.corrective_actions import OWNERS
from casework.web import moments
from casework.web.staff.form_plan import Options

Offered = dict[str, Options]


def category_options() -> Options:
    """The category tree, each leaf after its branch."""
    every = {each.code: each for each in categories.all_categories()}
    return tuple(
        (code, f"{every[each.branch].label}: {each.label}" if each.branch else each.label)
        for code, each in every.items()
    )


def _issues(cx: Context, file: CaseFile) -> Offered:
    if file.case.kind != "grievance":  # the step is refused there, with its sentence
        return {"issue": ()}
    named = dict(category_options())
    return {
        "issue": tuple(
            (str(row.number), f"{row.number}: {named.get(row.category, row.category)}")
            for row in grievance_desk.issues_of(cx, file)
        )
    }


def _actions(cx: Context, file: CaseFile) -> Offered:
    return {
        "action_id": tuple(
            (str(row.id), f"{row.what[:60]} ({row.owner}, by {moments.day(row.due_on)})")
            for row in corrections.actions_of(cx, file)
            if row.done_at is None
        )
    }


def _people(cx: Context, file: CaseFile) -> Offered:
    known = colleagues(cx, contract_id=file.case.contract_id, roles=OWNERS)
    return {"owner_id": tuple((str(number), name) for number, name in known)}


def _opening(cx: Context, file: CaseFile) -> Offered:
    return _people(cx, file) | _issues(cx, file)


def _moving(cx: Context, file: CaseFile) -> Offered:
    return _people(cx, file) | _actions(cx, file)


def _reviewing(cx: Context, file: CaseFile) -> Offered:
    return {
        "level": tuple((str(n), f"{n}: {said}") for n, said in quality_track.LEVELS.items()),
        "outcome": tuple(quality_track.OUTCOMES.items()),
    }


def _category(cx: Context, file: CaseFile) -> Offered:
    return {"category": category_options()}


BY_STEP: Final[Mapping[str, Callable[[Context, CaseFile], Offered]]] = {
    "add_issue": _category,
    "find_issue": _issues,
    "open_corrective_action": _opening,
    "move_corrective_action": _moving,
    "complete_corrective_action": _actions,
    "record_clinical_finding": _reviewing,
}
