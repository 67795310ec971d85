"""What stands beside the forms that join, part or rename a case, or put another in a party's place:
the other cases, with what was filed there, when, and by when we promised to answer.

It decides nothing; which cases could be one is looked up with the guards' own facts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from casework import seal
from casework.context import Context
from casework.models import Case
from casework.queries.case_file import CaseFile, key_of
from casework.records import joining_facts
from casework.web import moments
from casework.web.staff import words
from casework.web.staff.form_plan import Options
from statemachines import engine

TEMPLATE: Final = "staff/joining.html"
_TITLES: Final = {
    "merge": "Cases that could be the same",
    "split": "Decisions that can be disputed",
    "take_as_appeal": "Decisions that can be disputed",
    "substitute_party": "The member's other open cases",
}
STEPS: Final = frozenset(
    {*_TITLES, "add_party", "take_as_dispute", "take_as_request"},
)
_MOST: Final = 1200
_WORDS: Final = {"appeal": ("reason_ct", "reason"), "grievance": ("told_ct", "told")}


@dataclass(frozen=True)
class Other:
    """Another case as the page shows it. `first`: it came before this one, and would go on."""

    ref: str
    kind: str
    title: str
    state: str
    received_at: datetime
    due_at: datetime | None
    filed_by: str
    text: str
    first: bool


def beside(cx: Context, file: CaseFile, trigger: str) -> Mapping[str, Any]:
    """The other cases for this step, with a heading; empty where the step has none."""
    if trigger not in _TITLES:
        return {"others": (), "others_title": ""}
    return {"others": others(cx, file, trigger), "others_title": _TITLES[trigger]}


def others(cx: Context, file: CaseFile, trigger: str) -> tuple[Other, ...]:
    """The cases that this step could be about."""
    if trigger == "merge":
        rows = joining_facts.could_be_one(cx, file.case)
        return tuple(_other(cx, file.case, row.Case, row[1]) for row in rows)
    if trigger == "substitute_party":
        return tuple(_other(cx, file.case, row, None) for row in _open_ones(cx, file.case))
    return tuple(_other(cx, file.case, row, None) for row in _denied(cx, file))


def options(cx: Context, file: CaseFile, trigger: str) -> dict[str, Options]:
    """The other cases as choices of the form."""
    found = others(cx, file, trigger)
    name = "other" if trigger == "merge" else "about"
    return {name: tuple((each.ref, _line(each, file.zone)) for each in found)} if found else {}


def _line(each: Other, zone: str) -> str:
    came = moments.moment(each.received_at, zone)
    return f"{each.ref}: {each.title or each.kind}, received {came}"


def _other(cx: Context, mine: Any, case: Any, detail: Any) -> Other:
    text = ""
    if detail is not None and case.kind in _WORDS:
        column, place = _WORDS[case.kind]
        sealed = getattr(detail, column)
        text = seal.unseal_text(key_of(cx, case), sealed, f"{place}:{case.id}")[:_MOST]
    return Other(
        ref=case.ref,
        kind=words.kind(case.kind),
        title=case.title,
        state=engine.words(case.kind, case.state),
        received_at=case.received_at,
        due_at=case.next_due_at,
        filed_by=words.value(case.filed_by),
        text=text,
        first=(case.received_at, case.id) < (mine.received_at, mine.id),
    )


def _open_ones(cx: Context, case: Any) -> tuple[Any, ...]:
    rows = cx.db.execute(
        select(Case)
        .where(Case.member_id == case.member_id, Case.id != case.id, Case.open)
        .order_by(Case.received_at, Case.id)
        .limit(20)
    ).scalars()
    return tuple(row for row in rows if row.state in engine.open_states(row.kind))


def _denied(cx: Context, file: CaseFile) -> tuple[Any, ...]:
    """Requests of this member that were denied, at least in part; not the one of this case."""
    about = getattr(file.detail, "about_case_id", None)
    return tuple(
        cx.db.execute(
            select(Case)
            .where(
                Case.member_id == file.case.member_id,
                Case.kind == "prior_auth",
                Case.state.in_(("denied", "partially_approved")),
                Case.id != (about or 0) if file.case.kind == "appeal" else Case.id > 0,
            )
            .order_by(Case.id.desc())
            .limit(20)
        ).scalars()
    )
