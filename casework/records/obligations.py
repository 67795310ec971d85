"""Obligations that a step makes: what is owed, to which law, by whom and by when; and their end."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert, select, update

from casework import bridge, ledger
from casework.context import Context
from casework.ledger.change import Head
from casework.models import Obligation
from casework.records import escalations
from sla.calendars import end_of_day, local_day, plus_business_days, zone

CARRY_OUT: Final = "carry_out_reversal"
SEND_FILE: Final = "send_file"
CARRY_OUT_WITHIN: Final = timedelta(hours=72)

# Obligations to tell the member by a notice that no letter of the catalogue is called for by: the
# kind of notice whose leaving settles them.
TOLD_BY: Final = {"tell_of_eligibility": "eligibility", "tell_of_dismissal": "dismissal"}


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
    staff = escalations.people(cx, [case.contract_id])
    owner, role = staff.owner(case, "50")
    cx.db.execute(
        insert(Obligation).values(
            case_id=case.id,
            kind=kind,
            clock=clock,
            says=says[:300],
            citation=citation[:200],
            cause_seq=cause_seq,
            owner_id=owner,
            owner_role=role,
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
