"""Was this member covered on this day? By the exact number only, and no more than the answer.

An unknown number and a member without coverage that day get the same answer, so nobody learns from
it who is a member. Names, dates of birth and addresses never leave this module.
"""

from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Any, Final

from sqlalchemy import text

from casework.context import Context
from casework.errors import Invalid
from casework.queries.pa_list import ContractSummary, contract_by_id

MONTHS_BACK: Final = 24
MONTHS_AHEAD: Final = 24
SOON: Final = timedelta(days=30)

_MEMBER: Final = text("select id from directory_member(cast(:numbers as text[]))")
_SPANS: Final = text(
    "select contract_id, starts_on, ends_on, product from directory_coverage(:member)"
)

# Advice beside the answer: it informs and never stops anything.
FLAGS: Final = {
    "other_coverage": "More than one of our contracts covers this day: coordinate the benefits.",
    "ends_soon": "This coverage ends within 30 days after the date of service.",
    "not_yet": "The date of service lies ahead: coverage can change before it.",
}


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """The answer. `member_id` is our own id, for the history of looks; it is never told."""

    member_number: str
    date_of_service: date
    as_of: date
    covered: bool
    contract: ContractSummary | None = None
    product: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    flags: tuple[str, ...] = ()
    member_id: int | None = None


def coverage_on(cx: Context, member_number: str, *, on: date) -> Coverage:
    """The coverage of the member with exactly this number on this day of service.

    Staff see the contracts that they work for, offices and clients every contract. Raises Invalid
    when the day lies more than 24 months back or ahead of the case time's date (UTC).
    """
    today = cx.now.astimezone(UTC).date()
    _refuse_far(on, today)
    number = member_number.strip()
    member_id = cx.db.execute(_MEMBER, {"numbers": [number]}).scalar()
    spans = _spans(cx, member_id, on=on)
    if not spans:
        return Coverage(
            member_number=number,
            date_of_service=on,
            as_of=today,
            covered=False,
            member_id=member_id,
        )
    span = spans[0]
    return Coverage(
        member_number=number,
        date_of_service=on,
        as_of=today,
        covered=True,
        contract=contract_by_id(cx, span.contract_id),
        product=span.product,
        starts_on=span.starts_on,
        ends_on=span.ends_on,
        flags=_flags(spans, on=on, today=today),
        member_id=member_id,
    )


def months_from(day: date, months: int) -> date:
    """The same day of the month so many months away; the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), after - timedelta(days=1))


def _refuse_far(on: date, today: date) -> None:
    first, last = months_from(today, -MONTHS_BACK), months_from(today, MONTHS_AHEAD)
    if first <= on <= last:
        return
    fix = f"Send a date from {first.isoformat()} to {last.isoformat()}."
    raise Invalid(
        f"Please correct date_of_service: it may lie {MONTHS_BACK} months back or ahead. {fix}",
        fields={"date_of_service": fix},
    )


def _spans(cx: Context, member_id: int | None, *, on: date) -> list[Any]:
    """The spans that hold on that day, the one that began last first."""
    if member_id is None:
        return []
    rows = cx.db.execute(_SPANS, {"member": member_id}).all()
    seen = cx.principal
    return [
        row
        for row in rows
        if row.starts_on <= on
        and (row.ends_on is None or row.ends_on >= on)
        and (seen.reach != "contracts" or row.contract_id in seen.ids)
    ]


def _flags(spans: list[Any], *, on: date, today: date) -> tuple[str, ...]:
    found = []
    if len({span.contract_id for span in spans}) > 1:
        found.append("other_coverage")
    if spans[0].ends_on is not None and spans[0].ends_on - on <= SOON:
        found.append("ends_soon")
    if on > today:
        found.append("not_yet")
    return tuple(found)
