"""Handing on: an escalation that nobody has answered for in its time goes to the next person.

One command for a batch of cases, locked first, as the sweep does it. Row, event and notice commit
together, so each goes on once.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from casework import ledger
from casework.context import Context
from casework.db import command
from casework.models import Clock, Escalation
from casework.records import escalations, rungs
from casework.records.escalations import HandOn
from casework.records.rungs import Holder, People
from sla.ladders import RUNGS


@dataclass(frozen=True)
class HandedOn:
    """What one batch did: how many cases were looked at, how many escalations went on."""

    cases: int = 0
    handed_on: int = 0


@command
def hand_on_batch(cx: Context, limit: int = 100, skip: Collection[int] = ()) -> HandedOn:
    """Hand on what nobody has answered for in its time, on up to `limit` cases but those of `skip`
    (case ids); HandedOn.cases is 0 when none is left."""
    return _hand_on(cx, ledger.take_free(cx, waiting(cx, limit, skip)))


@command
def hand_on_case(cx: Context, case_id: int) -> HandedOn:
    """The same for one case alone: a batch that failed is redone so."""
    return _hand_on(cx, ledger.take_all(cx, [case_id]))


def waiting(cx: Context, limit: int, skip: Collection[int] = ()) -> list[int]:
    """Cases with escalations whose time on their rung is over, the longest over first."""
    found = (
        select(Escalation.case_id)
        .where(Escalation.hand_on_at <= cx.now, Escalation.acknowledged_at.is_(None))
        .order_by(Escalation.hand_on_at)
        .limit(limit)
    )
    if skip:
        found = found.where(Escalation.case_id.not_in(sorted(skip)))
    return list(dict.fromkeys(cx.db.execute(found).scalars()))


def _hand_on(cx: Context, cases: dict[int, ledger.Head]) -> HandedOn:
    rows = _over_time(cx, cases)
    if not rows:
        return HandedOn(cases=len(cases))
    staff = rungs.people(cx, {case.contract_id for case in cases.values()})
    moves = [(row, _move(cx, cases[row.case_id], row, staff)) for row in rows]
    _stay(cx, [row.id for row, move in moves if move.to is None])
    gone = [(row, move) for row, move in moves if move.to is not None]
    ledger.record(
        cx,
        [
            ledger.Change(
                case=move.case, observation="escalation_handed_on", said=escalations.said(row, move)
            )
            for row, move in gone
        ],
    )
    escalations.hand_on(cx, [move for _row, move in gone])
    return HandedOn(cases=len(cases), handed_on=len(gone))


def _over_time(cx: Context, cases: Collection[int]) -> list[Any]:
    if not cases:
        return []
    return list(
        cx.db.execute(
            select(*escalations.COLUMNS, Clock.by_day, Clock.zone)
            .join(Clock, (Clock.case_id == Escalation.case_id) & (Clock.name == Escalation.clock))
            .where(
                Escalation.case_id.in_(cases),
                Escalation.hand_on_at <= cx.now,
                Escalation.acknowledged_at.is_(None),
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
