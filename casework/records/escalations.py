"""What hangs on a step of the ladder: who must look, the `ESC-` number, the notice, the obligation.

Rows only; which marks are due is `sla.sweep`'s business, what happens to the case is the ledger's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, insert, select

from casework import refs
from casework.context import Context
from casework.ledger.change import Head
from casework.metadata import table_of
from casework.models import (
    ESCALATION_SERIAL,
    Escalation,
    Obligation,
    ReportingLine,
    Role,
    StaffNotice,
    User,
    UserContract,
    user_role,
)

# Hand-on: who must look at which step. The one who works it, the lead, then compliance as well.
WORKER: Final = {
    "prior_auth": "nurse",
    "appeal": "ag_specialist",
    "grievance": "ag_specialist",
    "external_review": "ag_specialist",
}
LEAD: Final = "supervisor"
LAST: Final = "100"


@dataclass(frozen=True, slots=True)
class Step:
    """One step that fires now on one case. `due_at` is the due of its clock."""

    case: Head
    clock: str
    step: str
    mark_id: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Demand:
    """An obligation to raise: what, in which words, by which law, by when, from which event."""

    case: Head
    kind: str
    clock: str
    says: str
    citation: str
    due_at: datetime
    cause_seq: int
    owner_id: int | None


@dataclass(frozen=True)
class People:
    """Who works for which contract, by role, and who leads whom: read once for a batch."""

    by_role: Mapping[tuple[int, str], tuple[int, ...]]
    manager: Mapping[int, int]

    def owner(self, case: Head, step: str) -> tuple[int | None, str]:
        """The person and role that must look at this step of this case."""
        role = WORKER[case.kind] if step == "50" else LEAD
        if step == "50" and case.assignee_id:
            return case.assignee_id, role
        lead = self.manager.get(case.assignee_id or 0)
        return lead or self.first(case, role), role

    def first(self, case: Head, role: str) -> int | None:
        """Somebody with this role on the contract of the case; cases spread over them by id."""
        there = self.by_role.get((case.contract_id, role), ())
        return there[case.id % len(there)] if there else None


def people(cx: Context, contracts: Sequence[int]) -> People:
    """Everybody active who works for these contracts."""
    rows = cx.db.execute(
        select(UserContract.contract_id, Role.name, User.id)
        .join(User, User.id == UserContract.user_id)
        .join(user_role, user_role.c.user_id == User.id)
        .join(Role, Role.id == user_role.c.role_id)
        .where(UserContract.contract_id.in_(set(contracts)), User.active, User.left_on.is_(None))
        .order_by(User.id)
    )
    by_role: dict[tuple[int, str], list[int]] = {}
    for row in rows:
        by_role.setdefault((row.contract_id, row.name), []).append(row.id)
    on = cx.now.date()
    managers = cx.db.execute(
        select(ReportingLine.user_id, ReportingLine.manager_id).where(
            ReportingLine.starts_on <= on,
            (ReportingLine.ends_on.is_(None)) | (ReportingLine.ends_on >= on),
        )
    )
    return People(
        {key: tuple(ids) for key, ids in by_role.items()},
        {row.user_id: row.manager_id for row in managers},
    )


def open_steps(cx: Context, steps: Sequence[Step], staff: People) -> dict[int, str]:
    """Write an escalation and its notices for each step; returns mark id → `ESC-` number."""
    if not steps:
        return {}
    numbers = _numbers(cx, [step for step in steps if step.step == LAST])
    rows, notices = [], []
    for step in steps:
        owner, role = staff.owner(step.case, step.step)
        rows.append(
            {
                "ref": numbers.get(step.mark_id, ""),
                "case_id": step.case.id,
                "clock": step.clock,
                "step": step.step,
                "mark_id": step.mark_id,
                "owner_id": owner,
                "owner_role": role,
                "opened_at": cx.now,
                "due_at": step.due_at,
            }
        )
        notices += _notices(cx, step, owner, role, staff)
    cx.db.execute(insert(table_of(Escalation)), rows)
    cx.db.execute(insert(table_of(StaffNotice)), notices)
    return numbers


def raise_obligations(cx: Context, demands: Sequence[Demand]) -> None:
    """Write the obligations that a missed clock makes, each with an owner and a due instant."""
    if not demands:
        return
    cx.db.execute(
        insert(table_of(Obligation)),
        [
            {
                "case_id": demand.case.id,
                "kind": demand.kind,
                "clock": demand.clock,
                "says": demand.says,
                "citation": demand.citation[:200],
                "cause_seq": demand.cause_seq,
                "owner_id": demand.owner_id,
                "owner_role": LEAD,
                "due_at": demand.due_at,
                "raised_at": cx.now,
            }
            for demand in demands
        ],
    )


def _numbers(cx: Context, steps: Sequence[Step]) -> dict[int, str]:
    """One `ESC-` number for each clock that ran out; one escalated by hand before keeps its own."""
    if not steps:
        return {}
    had = {
        (row.case_id, row.clock)
        for row in cx.db.execute(
            select(Escalation.case_id, Escalation.clock).where(
                Escalation.case_id.in_([s.case.id for s in steps]), Escalation.ref != ""
            )
        )
    }
    fresh = [step for step in steps if (step.case.id, step.clock) not in had]
    if not fresh:
        return {}
    serials = cx.db.execute(
        select(ESCALATION_SERIAL.next_value()).select_from(func.generate_series(1, len(fresh)))
    ).scalars()
    return {
        step.mark_id: refs.reference("escalation", serial, cx.now)
        for step, serial in zip(fresh, serials, strict=True)
    }


def _notices(
    cx: Context, step: Step, owner: int | None, role: str, staff: People
) -> list[dict[str, Any]]:
    code = f"clock_{step.step}"
    told: list[tuple[int | None, str]] = [(owner, role)]
    if step.step == LAST:
        told.append((staff.first(step.case, "compliance"), "compliance"))
        told.append((step.case.assignee_id, WORKER[step.case.kind]))
    seen: set[tuple[int | None, str]] = set()
    rows = []
    for user_id, of_role in told:
        key = (user_id, "" if user_id else of_role)
        if key in seen:
            continue
        seen.add(key)
        rows.append(
            {
                "case_id": step.case.id,
                "user_id": user_id,
                "role": of_role,
                "code": code,
                "at": cx.now,
            }
        )
    return rows
