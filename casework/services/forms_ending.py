"""A form that ends soon becomes somebody's task on each open case of its member, thirty days
before: whoever helps would else see and do nothing from one day to the next.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import select

from casework import ledger
from casework.bridge.speakers import in_force
from casework.context import Context
from casework.db import command
from casework.models import Case, Representative
from casework.records import obligations

SOON: Final = timedelta(days=30)
KIND: Final = "renew_form"
_MOST: Final = 100


def ending(cx: Context) -> list[int]:
    """The forms that end within thirty days and of which nobody was told yet."""
    return list(cx.db.execute(_unasked(cx).limit(_MOST)).scalars())


@command
def ask_for_renewal(cx: Context, representative_id: int) -> int:
    """Make the end of this form a task on the member's open cases, once; on how many."""
    row = cx.db.execute(
        select(Representative)
        .where(Representative.id == representative_id, Representative.id.in_(_unasked(cx)))
        .with_for_update(of=Representative)
    ).scalar()
    if row is None:
        return 0
    row.renewal_asked_at = cx.now
    cx.db.flush()
    cases = ledger.take_all(cx, _open_cases(cx, row))
    if not cases:
        return 0
    observed = ledger.record(
        cx, [ledger.Change(case=case, observation="form_ending") for case in cases.values()]
    )
    assert row.ends_on is not None
    says = (
        f"The form by which {row.name} speaks for the member ends on {row.ends_on:%B} "
        f"{row.ends_on.day}, {row.ends_on.year}. Ask the member whether there shall be a new one."
    )
    for each in observed:
        obligations.owe(
            cx,
            each.case,
            KIND,
            says,
            due_at=datetime.combine(row.ends_on, time(21), UTC),
            cause_seq=each.seq,
        )
    return len(observed)


def _unasked(cx: Context) -> Any:
    today = cx.now.date()
    return (
        select(Representative.id)
        .where(
            in_force(today),
            Representative.ends_on <= today + SOON,
            Representative.renewal_asked_at.is_(None),
        )
        .order_by(Representative.id)
    )


def _open_cases(cx: Context, row: Representative) -> list[int]:
    mine = select(Case.id).where(Case.member_id == row.member_id, Case.open)
    if row.series_id is not None:
        mine = mine.where(Case.series_id == row.series_id)
    return list(cx.db.execute(mine).scalars())
