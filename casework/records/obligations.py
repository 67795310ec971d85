"""Obligations that a step makes: what is owed, to which law, by whom and by when; and their end."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert, select, update

from casework import bridge, ledger
from casework.context import Context
from casework.ledger.change import Head
from casework.metadata import table_of
from casework.models import Clock, Obligation
from casework.records import missed, rungs
from casework.records.missed import Duty
from casework.records.rungs import LEAD, People
from sla.calendars import end_of_day, local_day, plus_business_days, zone
from statemachines import engine

CARRY_OUT: Final = "carry_out_reversal"
SEND_FILE: Final = "send_file"
# A completed request is looked at anew, and no clock of the law runs for that.
LOOK_AGAIN: Final = "look_again"
LOOK_AGAIN_SAYS: Final = (
    "What was missing came: find the request eligible or not, or say what is still missing."
)
# The reviewer who has an appeal may no longer decide it: somebody else is to be chosen.
OTHER_REVIEWER: Final = "choose_reviewer"
# The plan reversed itself while a body outside still looks.
END_REVIEW: Final = "end_review"
END_REVIEW_WITHIN: Final = timedelta(days=1)
CARRY_OUT_WITHIN: Final = timedelta(hours=72)

# Obligations to tell the member by a notice that no letter of the catalogue is called for by: the
# kind of notice whose leaving settles them.
TOLD_BY: Final = {"tell_of_eligibility": "eligibility", "tell_of_dismissal": "dismissal"}
# Obligations to tell the member that end when the letter with this code has left.
TOLD_BY_LETTER: Final = {
    "deemed_denial": ("tell_of_deemed_denial",),
    "deemed_exhaustion": ("tell_of_exhaustion",),
    "case_file_sent": ("case_file",),
}


@dataclass(frozen=True, slots=True)
class Missed:
    """A clock that ran out: on which case, its name, and the event that says so."""

    case: Head
    clock: str
    seq: int


def raise_missed(cx: Context, ran_out: Sequence[Missed], staff: People) -> None:
    """Write what these missed clocks leave to be done, each with an owner and a due instant. What
    is owed already by the same name, or until the same clock is satisfied, is not owed twice."""
    if not ran_out:
        return
    ids = {each.case.id for each in ran_out}
    clocks = _clocks(cx, ids)
    owed = _open(cx, ids)
    rows = []
    for each in ran_out:
        lead = _owner(staff, each.case)
        for duty in _duties(cx, each, clocks[each.case.id]):
            names = {(each.case.id, name) for name in (duty.kind, duty.clock) if name}
            if not names & owed:
                owed |= names
                rows.append(_row(cx, each, duty, clocks[each.case.id], lead))
    if rows:
        cx.db.execute(insert(table_of(Obligation)), rows)
        ledger.weigh(cx, {each.case.id for each in ran_out if not each.case.open})


def _duties(cx: Context, each: Missed, clocks: Mapping[str, Any]) -> tuple[Duty, ...]:
    case = each.case
    return missed.duties(
        each.clock,
        line=bridge.contract_of(cx, case.contract_version_id).line,
        consequence=clocks[each.clock].consequence,
        decided=case.state in engine.decided_states(case.kind),
        met=[name for name, clock in clocks.items() if clock.satisfied_at is not None],
    )


def _row(
    cx: Context, each: Missed, duty: Duty, clocks: Mapping[str, Any], owner: rungs.Holder
) -> dict[str, Any]:
    return {
        "case_id": each.case.id,
        "kind": duty.kind,
        "clock": duty.clock if duty.clock in clocks else "",
        "says": duty.says,
        "citation": missed.citation_of(clocks[each.clock], duty)[:200],
        "cause_seq": each.seq,
        "owner_id": owner.user_id,
        "owner_role": owner.role,
        "due_at": missed.due_of(duty, clocks, missed=each.clock, now=cx.now),
        "raised_at": cx.now,
    }


def _owner(staff: People, case: Head) -> rungs.Holder:
    """The lead; where there is none, whoever else can look after it."""
    for rung in ("lead", "worker", "compliance"):
        holder = staff.on_rung(case, rung)
        if holder.user_id is not None:
            return holder
    return rungs.Holder("lead", None, LEAD)


def _clocks(cx: Context, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for row in cx.db.execute(
        select(
            Clock.case_id,
            Clock.name,
            Clock.due_at,
            Clock.satisfied_at,
            Clock.consequence,
            Clock.citation,
            Clock.candidates,
        ).where(Clock.case_id.in_(ids))
    ):
        found.setdefault(row.case_id, {})[row.name] = row
    return found


def _open(cx: Context, ids: Collection[int]) -> set[tuple[int, str]]:
    """What these cases owe now: (case, kind) and (case, clock)."""
    owed: set[tuple[int, str]] = set()
    for row in cx.db.execute(
        select(Obligation.case_id, Obligation.kind, Obligation.clock).where(
            Obligation.case_id.in_(ids), Obligation.done_at.is_(None)
        )
    ):
        owed |= {(row.case_id, name) for name in (row.kind, row.clock) if name}
    return owed


def owe(
    cx: Context,
    case: Head,
    kind: str,
    says: str,
    *,
    due_at: datetime,
    cause_seq: int,
    citation: str = "",
    clock: str = "",
) -> None:
    """Write an obligation on this case, owned by who has the case or works for its contract.

    With `clock` it ends by itself when that clock is satisfied.
    """
    worker = rungs.people(cx, [case.contract_id]).on_rung(case, "worker")
    cx.db.execute(
        insert(Obligation).values(
            case_id=case.id,
            kind=kind,
            clock=clock,
            says=says[:300],
            citation=citation[:200],
            cause_seq=cause_seq,
            owner_id=worker.user_id,
            owner_role=worker.role,
            due_at=due_at,
            raised_at=cx.now,
        )
    )
    ledger.weigh(cx, [case.id])


def settle(cx: Context, case: Any, kinds: Collection[str]) -> None:
    """End the open obligations of these kinds on this case."""
    cx.db.execute(
        update(Obligation)
        .where(
            Obligation.case_id == case.id,
            Obligation.kind.in_(kinds),
            Obligation.done_at.is_(None),
        )
        .values(done_at=cx.now, done_by=cx.principal.name)
        .execution_options(synchronize_session=False)
    )
    ledger.weigh(cx, [case.id])


def settle_one(cx: Context, case: Any, number: int) -> None:
    """End this obligation of this case."""
    cx.db.execute(
        update(Obligation)
        .where(Obligation.id == number, Obligation.case_id == case.id, Obligation.done_at.is_(None))
        .values(done_at=cx.now, done_by=cx.principal.name[:120])
        .execution_options(synchronize_session=False)
    )
    ledger.weigh(cx, [case.id])


def open_one(cx: Context, case: Any, number: int) -> Any:
    """The open obligation with this number on this case, or None."""
    return cx.db.execute(
        select(Obligation.id, Obligation.kind, Obligation.says).where(
            Obligation.id == number, Obligation.case_id == case.id, Obligation.done_at.is_(None)
        )
    ).one_or_none()


def business_day_after(cx: Context, case: Any) -> datetime:
    """The end of the next business day, local, as an instant."""
    contract = bridge.contract_of(cx, case.contract_version_id)
    where = zone(contract.time_zone)
    day = plus_business_days(local_day(cx.now, where), 1, contract.policies.state_holidays)
    return end_of_day(day, where)
