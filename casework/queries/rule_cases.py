"""Open cases on which a rule binds now: counted for every rule, listed for one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from casework.context import Context
from casework.models import Case, Clock
from sla.terms import Rule

MOST: Final = 50
# Layer, rule and stamp (`2` or `2/variant`), as a clock row bears them.
Stamp = tuple[str, str, str]


@dataclass(frozen=True)
class Bound:
    """A clock of an open case that a rule binds; `stamp` says which version of it."""

    ref: str
    kind: str
    state: str
    title: str
    clock: str
    stamp: str
    due_at: datetime
    zone: str


def stamp_of(rule: Rule) -> Stamp:
    """How a clock row names this version of a rule."""
    return (rule.layer, rule.id, f"{rule.version}/{rule.variant}".rstrip("/"))


def open_counts(cx: Context) -> Mapping[Stamp, int]:
    """How many open cases within reach have a clock that is still owed, or a right that still runs,
    by each rule version."""
    rows = cx.db.execute(
        select(
            Clock.layer,
            Clock.rule,
            Clock.rule_version,
            func.count(Clock.case_id.distinct()).label("cases"),
        )
        .join(Case, Case.id == Clock.case_id)
        .where(*_owed())
        .group_by(Clock.layer, Clock.rule, Clock.rule_version)
    )
    return {(row.layer, row.rule, row.rule_version): row.cases for row in rows}


def cases_under(cx: Context, layer: str, rule: str, *, limit: int = MOST) -> tuple[Bound, ...]:
    """The open cases within reach that a rule binds now, in any version: the nearest due first."""
    rows = cx.db.execute(
        select(
            Case.ref,
            Case.kind,
            Case.state,
            Case.title,
            Clock.name,
            Clock.rule_version,
            Clock.due_at,
            Clock.zone,
        )
        .join(Clock, Clock.case_id == Case.id)
        .where(*_owed(), Clock.layer == layer, Clock.rule == rule)
        .order_by(Clock.due_at, Case.id)
        .limit(limit)
    )
    return tuple(Bound(*row) for row in rows)


def _owed() -> tuple[Any, ...]:
    """A clock that runs, or ran out and waits all the same, on a case that is open."""
    return (
        Case.open,
        Clock.state.in_(("open", "missed")),
        Clock.satisfied_at.is_(None),
        Clock.name != "earliest_action",
    )
