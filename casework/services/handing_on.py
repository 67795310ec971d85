"""Handing on: an escalation that nobody has answered for in its time goes to the next person.

One command for a batch of cases, locked first, as the sweep does it. Row, event and notice commit
together, so each goes on once.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select, update

from casework import ledger
from casework.context import Context
from casework.db import command
from casework.models import Clock, Escalation
from casework.records import escalation_returns, escalations, rungs
from casework.records.escalation_returns import Return
from casework.records.escalations import HandOn
from casework.records.rungs import Holder, People
from sla.ladders import RUNGS


@dataclass(frozen=True)
class HandedOn:
    """What one batch did: how many cases were looked at, how many escalations went on, and how many
    came back to whoever was called, because somebody had them for too long."""

    cases: int = 0
    handed_on: int = 0
    came_back: int = 0


@command
def hand_on_batch(cx: Context, limit: int = 100, skip: Collection[int] = ()) -> HandedOn:
    """Hand on what nobody has answered for in its time, and bring back what somebody has for too
    long, on up to `limit` cases but those of `skip`
    (case ids); HandedOn.cases is 0 when none is left."""
    return _hand_on(cx, ledger.take_free(cx, waiting(cx, limit, skip)))


@command
def hand_on_case(cx: Context, case_id: int) -> HandedOn:
    """The same for one case alone: a batch that failed is redone so."""
    return _hand_on(cx, ledger.take_all(cx, [case_id]))


def waiting(cx: Context, limit: int, skip: Collection[int] = ()) -> list[int]:
    """Cases with escalations whose time on their rung is over, the longest over first; then those
    on which somebody has one for too long."""
    ids: list[int] = []
    for at, unanswered in ((Escalation.hand_on_at, True), (Escalation.returns_at, False)):
        found = select(Escalation.case_id).where(at <= cx.now, Escalation.ended_at.is_(None))
        found = found.order_by(at).limit(limit)
        if unanswered:
            found = found.where(Escalation.acknowledged_at.is_(None))
        if skip:
            found = found.where(Escalation.case_id.not_in(sorted(skip)))
        ids += cx.db.execute(found).scalars()
    return list(dict.fromkeys(ids))[:limit]


def _hand_on(cx: Context, cases: dict[int, ledger.Head]) -> HandedOn:
    rows = _over_time(cx, cases)
    if not rows:
        return HandedOn(cases=len(cases))
    back = [Return(row, cases[row.case_id]) for row in rows if row.acknowledged_at is not None]
    staff = rungs.people(cx, {case.contract_id for case in cases.values()})
    late = [row for row in rows if row.acknowledged_at is None]
    moves = [(row, _move(cx, cases[row.case_id], row, staff)) for row in late]
    _stay(cx, [row.id for row, move in moves if move.to is None])
    gone = [(row, move) for row, move in moves if move.to is not None]
    changes = [_change(each.case, each.row, "escalation_came_back") for each in back]
    changes += [_change(move.case, row, "escalation_handed_on", move) for row, move in gone]
    ledger.record(cx, changes)
    escalation_returns.come_back(cx, back)
    escalations.hand_on(cx, [move for _row, move in gone])
    return HandedOn(cases=len(cases), handed_on=len(gone), came_back=len(back))


def _change(
    case: ledger.Head, row: Any, observation: str, move: HandOn | None = None
) -> ledger.Change:
    return ledger.Change(case=case, observation=observation, said=escalations.said(row, move))


def _over_time(cx: Context, cases: Collection[int]) -> list[Any]:
    if not cases:
        return []
    return list(
        cx.db.execute(
            select(*escalations.COLUMNS, Clock.by_day, Clock.zone)
            .join(Clock, (Clock.case_id == Escalation.case_id) & (Clock.name == Escalation.clock))
            .where(
                Escalation.case_id.in_(cases),
                Escalation.ended_at.is_(None),
                or_(
                    and_(Escalation.hand_on_at <= cx.now, Escalation.acknowledged_at.is_(None)),
                    Escalation.returns_at <= cx.now,
                ),
            )
            .order_by(Escalation.case_id, Escalation.id)
            .with_for_update(of=Escalation)
        )
    )


def _move(cx: Context, case: ledger.Head, row: Any, staff: People) -> HandOn:
    holder = Holder(RUNGS[row.rung], row.owner_id, row.owner_role)
    to = staff.after(case, escalations.ladder_of(cx, case), holder)
    return HandOn(row.id, case, to, row.by_day, row.zone)


def _stay(cx: Context, ids: Collection[int]) -> None:
    """There is nobody above: it stays with whoever has it."""
    if ids:
        cx.db.execute(
            update(Escalation)
            .where(Escalation.id.in_(ids))
            .values(hand_on_at=None)
            .execution_options(synchronize_session=False)
        )
