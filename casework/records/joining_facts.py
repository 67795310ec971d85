"""Whether two cases are one, as facts for the guards: member, kind, matter, openness, reviews."""

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from casework import bridge
from casework.context import Context
from casework.models import Appeal, Case, ExternalReview, Grievance
from casework.records import series
from statemachines import engine
from statemachines.facts import Facts

JOINED_KINDS = ("appeal", "grievance")


def of_two(cx: Context, facts: Facts, one: Any, other: Any) -> Facts:
    """The facts of joining these two cases (heads or rows of Case)."""
    same_kind = one.kind == other.kind
    matter = None
    if same_kind and one.kind in JOINED_KINDS:
        first, second = (series.detail_of(cx, each) for each in (one, other))
        same_kind = bridge.whose(one.kind, one.about, one.filed_by) == bridge.whose(
            other.kind, other.about, other.filed_by
        )
        matter = _same_matter(one.kind, first, second)
    return replace(
        facts,
        same_member=one.member_id == other.member_id,
        same_kind=same_kind and one.kind in JOINED_KINDS,
        same_matter=matter,
        other_open=_undecided(one) and _undecided(other),
        review_outside=review_outside(cx, (one.id, other.id)),
    )


def review_outside(cx: Context, ids: tuple[int, ...]) -> bool:
    """Whether a review outside the plan was asked for of one of these cases."""
    found = cx.db.execute(
        select(ExternalReview.case_id).where(ExternalReview.about_case_id.in_(ids)).limit(1)
    ).scalar()
    return found is not None


def could_be_one(cx: Context, case: Any) -> tuple[Any, ...]:
    """Rows of the other open cases of this member that could be the same matter, oldest first: of
    the same kind, about the same decision or complaint, as far as the principal sees them."""
    if case.kind not in JOINED_KINDS or not _undecided(case):
        return ()
    mine = series.detail_of(cx, case)
    table: Any = Appeal if case.kind == "appeal" else Grievance
    asked = (
        select(Case, table)
        .join(table, table.case_id == Case.id)
        .where(
            Case.member_id == case.member_id,
            Case.id != case.id,
            Case.kind == case.kind,
            Case.state.in_(engine.open_states(case.kind)),
        )
        .order_by(Case.received_at, Case.id)
        .limit(20)
    )
    whose = bridge.whose(case.kind, case.about, case.filed_by)
    return tuple(
        row
        for row in cx.db.execute(asked).all()
        if _same_matter(case.kind, mine, row[1])
        and bridge.whose(row.Case.kind, row.Case.about, row.Case.filed_by) == whose
    )


def _undecided(case: Any) -> bool:
    return case.state in engine.open_states(case.kind)


def _same_matter(kind: str, one: Any, other: Any) -> bool:
    """Two appeals: the same decision (for a dispute that names none, the same claim). Two
    complaints: about the same case, or one of them about none that was named."""
    if kind == "appeal":
        if one.about_case_id is None or other.about_case_id is None:
            return bool(one.claim) and one.claim.strip().upper() == other.claim.strip().upper()
        same_claim = one.claim.strip().upper() == other.claim.strip().upper()
        same_request = bool(one.about_case_id == other.about_case_id)
        return same_request and (one.dispute_about == "service" or same_claim)
    named = {each.about_case_id for each in (one, other)} - {None}
    return len(named) < 2
