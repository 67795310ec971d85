"""Give me the next case: one command that finds, locks and takes it, and says why it was this one;
and the refusal of a case, with a reason that is kept.

Two people who ask at the same instant never get the same case: the row is locked as it is found,
and a locked row is skipped.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, and_, insert, literal, or_, select, tuple_

from casework import bridge, ledger, policy
from casework.context import Context
from casework.db import command
from casework.errors import StateRefused
from casework.models import Case, WorkRefusal
from casework.records import handing, holding, observing, refusing
from casework.records.answers import Done, done
from casework.records.forms import asks
from casework.records.whereabouts import Whereabouts, whereabouts

# Of so many that were due before it is said why they were passed over.
MOST_PASSED: Final = 200
# How what was passed over is called, in the order in which it is told.
PASSED: Final = {
    "held": "on hold",
    "refused": "refused by you",
    "skipped": "where you come from",
    "taken": "in other hands at this moment",
}


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why somebody does not take this case."""

    reason: Literal["conflict", "no_skill", "absent_soon", "too_much"] = field(
        metadata=asks("Why you cannot take it")
    )


@dataclass(frozen=True)
class Pulled:
    """What came of asking. `ref` is empty when nothing waits. `whose` is whose it was before:
    nobody's, mine, or `still` (of `before_id`, who is gone or away until it is due); `passed`
    counts what is due earlier and was passed over, by a code of PASSED."""

    ref: str = ""
    version: int = 0
    whose: str = ""
    before_id: int | None = None
    due_at: datetime | None = None
    zone: str = ""
    passed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Surfaced:
    """What one batch of the sweep did: how many cases it looked at, how many it surfaced."""

    cases: int = 0
    surfaced: int = 0


@command
def take_next(cx: Context, states: Sequence[tuple[str, str]], skip: Collection[str] = ()) -> Pulled:
    """Take what is due first among the open cases in one of these (kind, state) pairs that nobody
    has, that is one's own, or whose holder is gone or away until it is due; neither on hold nor
    refused by oneself. `skip` are numbers not to be given now."""
    policy.require(cx.principal, "", "take_work")
    away = whereabouts(cx)
    mine = _in_question(cx, states, away)
    case_id = cx.db.execute(
        select(Case.id)
        .where(
            *mine,
            ~holding.on_hold(cx.now),
            or_(
                Case.assignee_id == cx.principal.id,
                ~refusing.keeps_away(cx.principal.id, cx.now),
            ),
            Case.ref.not_in(sorted(skip)),
        )
        .order_by(Case.next_due_at.asc().nulls_last(), Case.id)
        .limit(1)
        .with_for_update(of=Case, skip_locked=True)
    ).scalar()
    if case_id is None:
        return Pulled(passed=_passed(cx, mine, skip, None))
    case = ledger.take_all(cx, [case_id])[case_id]
    passed = _passed(cx, mine, skip, case)
    whose, version = "mine", case.version
    if case.assignee_id != cx.principal.id:
        whose = "nobody" if case.assignee_id is None else "still"
        move = handing.Move(case, cx.principal.id, _reason(passed))
        version = handing.move(cx, [move])[-1].case.version
    return Pulled(
        ref=case.ref,
        version=version,
        whose=whose,
        before_id=case.assignee_id,
        due_at=case.next_due_at,
        zone=bridge.zone_of(cx, case),
        passed=passed,
    )


@command
def refuse_work(cx: Context, ref: str, seen: int | None, form: Refusal) -> Done:
    """Do not take this case, or give it back; the reason is kept. After the last refusal that is
    borne it goes onto the supervisors' list. Raises StateRefused (it is somebody else's, it is
    closed, one refused it already)."""
    case = observing.take(cx, ref, "refuse_work", seen=seen)
    _require_ones_turn(cx, case)
    cx.db.execute(
        insert(WorkRefusal).values(
            case_id=case.id,
            user_id=cx.principal.id,
            by_name=cx.principal.name[:120],
            state=case.state,
            reason=form.reason,
            at=cx.now,
        )
    )
    handing.close(cx, [case.id])
    had_it = case.assignee_id is not None
    changes = [
        ledger.Change(
            case=case,
            observation="work_refused",
            said=ledger.Said(more={"why": form.reason}),
            text={"reason": refusing.REASONS[form.reason]},
            sets={"assignee_id": None} if had_it else {},
        )
    ]
    refusals = refusing.standing(cx, case)
    if refusing.is_passed_over(refusals, cx.now):
        changes.append(refusing.surface(cx, case, refusals))
    return done(ledger.record(cx, changes)[0])


@command
def surface_batch(cx: Context, limit: int = 100, skip: Collection[int] = ()) -> Surfaced:
    """Bring what was refused, and what nobody took in the time that is borne, onto the supervisors'
    list; Surfaced.cases is 0 when none is left."""
    return _surface(cx, ledger.take_free(cx, passed_over(cx, limit, skip)))


@command
def surface_case(cx: Context, case_id: int) -> Surfaced:
    """The same for one case alone: a batch that failed is redone so."""
    return _surface(cx, ledger.take_all(cx, [case_id]))


def passed_over(cx: Context, limit: int, skip: Collection[int] = ()) -> list[int]:
    """Cases with a refusal that is older than is borne, that nobody has, and that nobody was told
    of; the oldest first."""
    found = (
        select(WorkRefusal.case_id)
        .join(Case, Case.id == WorkRefusal.case_id)
        .where(
            refusing.waiting(),
            WorkRefusal.surfaced_at.is_(None),
            WorkRefusal.at <= cx.now - refusing.PATIENCE,
            ~_told_already(),
        )
        .order_by(WorkRefusal.at)
        .limit(limit)
    )
    if skip:
        found = found.where(WorkRefusal.case_id.not_in(sorted(skip)))
    return list(dict.fromkeys(cx.db.execute(found).scalars()))


def _told_already() -> ColumnElement[bool]:
    told = select(literal(1)).where(
        WorkRefusal.case_id == Case.id,
        WorkRefusal.answered_at.is_(None),
        WorkRefusal.state == Case.state,
        WorkRefusal.surfaced_at.is_not(None),
    )
    return told.correlate(Case).exists()


def _surface(cx: Context, cases: Mapping[int, ledger.Head]) -> Surfaced:
    changes = []
    for case in cases.values():
        refusals = refusing.standing(cx, case)
        if case.assignee_id is None and refusing.is_passed_over(refusals, cx.now):
            changes.append(refusing.surface(cx, case, refusals))
    if changes:
        ledger.record(cx, changes)
    return Surfaced(cases=len(cases), surfaced=len(changes))


def _require_ones_turn(cx: Context, case: ledger.Head) -> None:
    if not case.open:
        raise StateRefused(f"{case.ref} is closed: nobody has to take it.", source="state")
    if case.assignee_id not in (None, cx.principal.id):
        raise StateRefused(
            f"{case.ref} is with somebody else: only who has it can give it back.", source="state"
        )
    before = {each.user_id for each in refusing.standing(cx, case)}
    if case.assignee_id is None and cx.principal.id in before:
        raise StateRefused(f"You refused {case.ref} already.", source="state")


def _in_question(
    cx: Context, states: Sequence[tuple[str, str]], away: Whereabouts
) -> tuple[Any, ...]:
    me = cx.principal.id
    whose = or_(Case.assignee_id.is_(None), Case.assignee_id == me, away.stands_still())
    found = (Case.open, tuple_(Case.kind, Case.state).in_(list(states)), whose)
    # What one opened with a reason does not become one's work by that.
    return found if cx.principal.restricted else (*found, Case.restricted.is_(False))


def _passed(
    cx: Context, mine: tuple[Any, ...], skip: Collection[str], case: ledger.Head | None
) -> dict[str, int]:
    """What stands before this case in the published order and was not given, counted by why."""
    reason = refusing.reason_of(cx.principal.id, cx.now)
    rows = cx.db.execute(
        select(
            Case.ref,
            Case.assignee_id,
            holding.on_hold(cx.now).label("held"),
            reason.label("refused"),
        )
        .where(*mine, *_before(case))
        .order_by(Case.next_due_at.asc().nulls_last(), Case.id)
        .limit(MOST_PASSED)
    )
    found = dict.fromkeys(PASSED, 0)
    for row in rows:
        refused = row.refused is not None and row.assignee_id != cx.principal.id
        found[_why_passed(row, refused=refused, skipped=row.ref in skip)] += 1
    return {code: count for code, count in found.items() if count}


def _why_passed(row: Any, *, refused: bool, skipped: bool) -> str:
    if row.held:
        return "held"
    if refused:
        return "refused"
    return "skipped" if skipped else "taken"


def _before(case: ledger.Head | None) -> tuple[Any, ...]:
    if case is None:
        return ()
    if case.next_due_at is None:
        return (or_(Case.next_due_at.is_not(None), Case.id < case.id),)
    same = and_(Case.next_due_at == case.next_due_at, Case.id < case.id)
    return (or_(Case.next_due_at < case.next_due_at, same),)


def _reason(passed: Mapping[str, int]) -> str:
    """Why it was this one, as the row of the assignment keeps it."""
    told = ", ".join(f"{count} {PASSED[code]}" for code, count in passed.items())
    first = "Asked for the next case: due first of what nobody has"
    return f"{first}; passed over: {told}" if told else first
