"""Restricting a case to those who may see restricted ones, and lifting it again: by a supervisor or
compliance, with a ground and a reason that stay in the history.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import select

from casework import ledger
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, StateRefused
from casework.models import User
from casework.records import observing, restrictions
from casework.records.answers import Done, done
from casework.records.forms import asks


@dataclass(frozen=True, kw_only=True)
class Restricting:
    """On which ground the case is kept from most of the staff, and why."""

    ground: Literal["behavioral_health", "substance_use", "well_known", "employee", "other"] = (
        field(metadata=asks("On which ground"))
    )
    reason: str = field(
        metadata=asks("Why", hint="Only those who may see the case read it", long=True, most=2000)
    )


@dataclass(frozen=True, kw_only=True)
class Lifting:
    """Which ground no longer holds, and why. A review of the quality of care always holds: the
    peer review is privileged."""

    ground: Literal[
        "member",
        "behavioral_health",
        "substance_use",
        "well_known",
        "employee",
        "other",
        "joined_with_restricted",
    ] = field(metadata=asks("Which ground no longer holds"))
    reason: str = field(metadata=asks("Why it no longer holds", long=True, most=2000))


@command
def restrict_case(cx: Context, ref: str, seen: int | None, form: Restricting) -> Done:
    """Keep the case from those who may not see restricted ones. Who restricts it may lose sight of
    it by that. Raises Invalid without a reason, StateRefused where the ground stands already."""
    case = observing.take(cx, ref, "restrict_case", seen=seen)
    _require(form.reason)
    if form.ground in {each.code for each in restrictions.standing(cx, case)}:
        raise StateRefused("The case is restricted on this ground already.", source="state")
    restrictions.restrict(cx, case, ground=form.ground)
    change = ledger.Change(
        case=case,
        observation="case_restricted",
        said=ledger.Said(ground=form.ground),
        text={"reason": form.reason},
        sets={"restricted": True} | _freed(cx, case),
    )
    [recorded] = ledger.record(cx, [change])
    return done(recorded)


@command
def lift_restriction(cx: Context, ref: str, seen: int | None, form: Lifting) -> Done:
    """End one ground; when no other stands, everybody of the contract sees the case again. Raises
    StateRefused for a ground that does not stand, Invalid without a reason."""
    case = observing.take(cx, ref, "lift_restriction", seen=seen)
    _require(form.reason)
    stand = {each.code for each in restrictions.standing(cx, case)}
    if form.ground not in stand:
        raise StateRefused("The case is not restricted on this ground.", source="state")
    restrictions.lift(cx, case, ground=form.ground)
    change = ledger.Change(
        case=case,
        observation="restriction_lifted",
        said=ledger.Said(ground=form.ground),
        text={"reason": form.reason},
        sets={} if stand - {form.ground} else {"restricted": False},
    )
    [recorded] = ledger.record(cx, [change])
    return done(recorded)


def _freed(cx: Context, case: ledger.Head) -> dict[str, Any]:
    """A restricted case lies with nobody who may not see it: it goes back to its queue."""
    if case.assignee_id is None:
        return {}
    sees = cx.db.execute(select(User.sees_restricted).where(User.id == case.assignee_id)).scalar()
    return {} if sees else {"assignee_id": None}


def _require(reason: str) -> None:
    if not reason.strip():
        raise Invalid("Say why.", fields={"reason": "Write the reason: it stays in the history."})
