"""Setting a case aside until a day, and its return: by itself, with papers, or by hand.

The clock of the law runs on; no hold goes beyond what is due. Every hold has its end from the first
moment, so none is forgotten.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, Literal

from sqlalchemy import insert, select

from casework import bridge, ledger
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, StateRefused
from casework.models import Case, CaseHold, StaffNotice
from casework.records import holding, observing
from casework.records.answers import Done, done
from casework.records.forms import asks
from sla.calendars import zone

# A hold ends in the morning: there is a day left to work in.
MORNING = time(8)
MOST_DAYS = 60


@dataclass(frozen=True, kw_only=True)
class Hold:
    """Until which day a case is set aside (it is back that morning), and why."""

    until: date = field(metadata=asks("Back on", hint="In the morning, before anything is due"))
    reason: Literal["papers", "call", "colleague", "date"] = field(metadata=asks("Why"))


@dataclass(frozen=True)
class Returned:
    """What one batch of the sweep did: how many holds it looked at, how many it ended."""

    cases: int = 0
    ended: int = 0


@command
def put_on_hold(cx: Context, ref: str, seen: int | None, form: Hold) -> Done:
    """Set the case aside until the morning of a day, in the zone of its contract.

    Raises StateRefused (it is over, or held already) and Invalid (a day that is past, too far, or
    beyond what is due).
    """
    case = observing.take(cx, ref, "hold", seen=seen)
    if not case.open:
        raise StateRefused(f"{case.ref} is closed: there is nothing to set aside.", source="state")
    before = holding.standing(cx, case.id)
    if before is not None and not holding.why_over(case, before, cx.now):
        raise StateRefused(f"{case.ref} is on hold already: end that hold first.", source="state")
    if case.next_due_at is not None and case.next_due_at <= cx.now:
        raise StateRefused(f"{case.ref} is overdue: it cannot wait any longer.", source="state")
    until = _until(cx, case, form.until)
    changes = []
    if before is not None:
        why = holding.why_over(case, before, cx.now)
        holding.end(cx, before.id, why)
        changes.append(holding.ended(case, before, why, now=cx.now))
    cx.db.execute(
        insert(CaseHold).values(
            case_id=case.id,
            from_at=cx.now,
            until_at=until,
            state=case.state,
            reason=form.reason,
            by_id=cx.principal.id or None,
            by_name=cx.principal.name[:120],
            ended_why="",
        )
    )
    said = ledger.Said(more={"until": until.isoformat(), "why": form.reason})
    told = f"{holding.REASONS[form.reason]}: back on {form.until:%B} {form.until.day}"
    held = ledger.Change(
        case=case,
        observation="held",
        said=said,
        text={"reason": told},
        sets={
            "held_at": cx.now,
            "held_until": until,
            "held_state": case.state,
            "returned_at": None,
        },
    )
    return done(ledger.record(cx, [*changes, held])[-1])


@command
def end_hold(cx: Context, ref: str, seen: int | None) -> Done:
    """Take the case off hold. Raises StateRefused where it is on none."""
    case = observing.take(cx, ref, "end_hold", seen=seen)
    hold = holding.standing(cx, case.id)
    if hold is None:
        raise StateRefused(f"{case.ref} is not on hold.", source="state")
    why = holding.why_over(case, hold, cx.now) or "hand"
    holding.end(cx, hold.id, why)
    return done(ledger.record(cx, [holding.ended(case, hold, why, now=cx.now)])[-1])


@command
def end_holds_batch(cx: Context, limit: int = 100, skip: Collection[int] = ()) -> Returned:
    """End what is over on up to `limit` cases but those of `skip`, and tell whoever set it aside;
    Returned.cases is 0 when none is left."""
    return _end(cx, ledger.take_free(cx, over_now(cx, limit, skip)))


@command
def end_hold_of(cx: Context, case_id: int) -> Returned:
    """The same for one case alone: a batch that failed is redone so."""
    return _end(cx, ledger.take_all(cx, [case_id]))


def over_now(cx: Context, limit: int, skip: Collection[int] = ()) -> list[int]:
    """Cases whose hold stands no more, what was to end first first."""
    found = (
        select(CaseHold.case_id)
        .join(Case, Case.id == CaseHold.case_id)
        .where(holding.over(cx.now))
        .order_by(CaseHold.until_at)
        .limit(limit)
    )
    if skip:
        found = found.where(CaseHold.case_id.not_in(sorted(skip)))
    return list(cx.db.execute(found).scalars())


def _end(cx: Context, cases: dict[int, ledger.Head]) -> Returned:
    changes, notices = [], []
    for case in cases.values():
        hold = holding.standing(cx, case.id)
        why = holding.why_over(case, hold, cx.now) if hold is not None else ""
        if not why:
            continue
        holding.end(cx, hold.id, why)
        changes.append(holding.ended(case, hold, why, now=cx.now))
        if why != "went_on":
            notices.append(_notice(cx, case, hold))
    if changes:
        ledger.record(cx, changes)
    if notices:
        cx.db.execute(insert(StaffNotice), notices)
    return Returned(cases=len(cases), ended=len(changes))


def _notice(cx: Context, case: ledger.Head, hold: Any) -> dict[str, Any]:
    """To whoever has the case now, else to whoever set it aside."""
    return {
        "case_id": case.id,
        "user_id": case.assignee_id or hold.by_id,
        "role": "",
        "code": "hold_ended",
        "at": cx.now,
    }


def _until(cx: Context, case: ledger.Head, day: date) -> datetime:
    where = zone(bridge.zone_of(cx, case))
    until = datetime.combine(day, MORNING, where).astimezone(UTC)
    if until <= cx.now:
        raise Invalid("That day is not to come.", fields={"until": "Enter a later day."})
    if (until - cx.now).days > MOST_DAYS:
        raise Invalid(
            "That is too far ahead.", fields={"until": f"Enter a day within {MOST_DAYS} days."}
        )
    if case.next_due_at is not None and until > case.next_due_at:
        due = case.next_due_at.astimezone(where)
        raise Invalid(
            f"{case.ref} is due on {due:%B} {due.day}, {due.year}: its clock runs on while it is"
            " on hold.",
            fields={"until": f"Enter a day before {due:%B} {due.day}."},
        )
    return until
