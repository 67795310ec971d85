"""Stored cases with the events that their clocks read, page by page, under two readings.

A page is a handful of statements, however many cases it has. It writes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final

from sqlalchemy import func, select

from casework import bridge
from casework.context import Context
from casework.errors import Invalid
from casework.ledger.projection import HISTORY
from casework.models import Case, CaseEvent
from casework.records import readings
from casework.records.readings import Worded
from sla.calendars import zone
from sla.difference import difference
from sla.reading import BadCase
from sla.tally import Tally, add_history, add_moves
from sla.values import Answer, Contract

PAGE: Final = 500
DIFF, REPLAY = "diff", "replay"
KINDS: Final = (DIFF, REPLAY)
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_SUBJECT: Final = (
    Case.id,
    Case.kind,
    Case.contract_version_id,
    Case.priority,
    Case.timing,
    Case.service,
    Case.pa_required,
    Case.about,
    Case.course_ends_at,
    Case.benefits_continued,
    Case.received_at,
)


@dataclass(frozen=True)
class Scope:
    """Which cases a comparison reads: those of a contract (None: all), received between two
    instants (from the first, before the second); `only_open` for what is open now."""

    contract_id: int | None = None
    only_open: bool = False
    since: datetime | None = None
    before: datetime | None = None


@dataclass
class Comparison:
    """Two readings of the same cases. The contracts of a version are worked out once."""

    kind: str
    before: Worded
    after: Worded
    scope: Scope
    contracts: dict[int, tuple[Contract, Contract]] = field(default_factory=dict)

    def answers(self, cx: Context, case: Any, rows: list[Any]) -> tuple[Answer, Answer]:
        """What each reading says of a case. Raises Invalid where a change leaves no layer."""
        one, other = self._contracts(cx, case.contract_version_id)
        book, other_book = self.before.reading.rules(), self.after.reading.rules()
        subject = bridge.subject_of(case)
        first = bridge.answer_for(one, subject, rows, book=book)
        if one == other and book is other_book:
            return first, first
        return first, bridge.answer_for(other, subject, rows, book=other_book)

    def add(self, cx: Context, tally: Tally, case: Any, rows: list[Any], now: datetime) -> None:
        """Count one case of a page."""
        answers = self.answers(cx, case, rows)
        if self.kind == DIFF:
            add_moves(tally, case.id, case.kind, difference(*answers), now=now)
            return
        where = zone(self._contracts(cx, case.contract_version_id)[0].time_zone)
        month = f"{case.received_at.astimezone(where):%Y-%m}"
        add_history(tally, case.id, case.kind, month, answers, now=now)

    def _contracts(self, cx: Context, version_id: int) -> tuple[Contract, Contract]:
        known = self.contracts.get(version_id)
        if known is None:
            stamped = bridge.contract_of(cx, version_id)
            try:
                known = (
                    self.before.reading.contract_for(stamped),
                    self.after.reading.contract_for(stamped),
                )
            except BadCase as error:
                raise Invalid(
                    "The change cannot be made on every contract.", fields={"reading": str(error)}
                ) from error
            self.contracts[version_id] = known
        return known


def comparison(
    cx: Context,
    kind: str,
    before: Worded,
    after: Worded,
    *,
    contract: str = "",
    since: date | None = None,
    until: date | None = None,
) -> Comparison:
    """Two readings over open cases (`diff`) or over history (`replay`: cases received from `since`
    to `until`, both included, by the date in the contract's zone, without a contract in UTC).

    Raises Invalid when the words name different contracts, or the dates are in the wrong order.
    """
    codes = sorted({each for each in (contract, before.code, after.code) if each})
    if len(codes) > 1:
        raise Invalid(
            "One comparison is about one contract.",
            fields={"contract": f"These are {' and '.join(codes)}: name one, or use `stamped`."},
        )
    contract_id = readings.contract_id_of(cx, codes[0]) if codes else None
    _dates(since, until)
    where: tzinfo = UTC
    if contract_id is not None:
        version_id = bridge.version_at(cx, contract_id, cx.now)
        where = zone(bridge.contract_of(cx, version_id).time_zone)
    return Comparison(
        kind,
        before,
        after,
        Scope(
            contract_id=contract_id,
            only_open=kind == DIFF,
            since=_midnight(since, where),
            before=_midnight(until + timedelta(days=1), where) if until else None,
        ),
    )


def last_id(cx: Context, scope: Scope) -> int:
    """The highest case id that belongs to the scope now; 0 when none does."""
    return cx.db.execute(_within(select(func.max(Case.id)), scope)).scalar() or 0


def how_many(cx: Context, scope: Scope) -> int:
    """How many cases belong to the scope now."""
    return int(cx.db.execute(_within(select(func.count(Case.id)), scope)).scalar_one())


def page_after(
    cx: Context, scope: Scope, after: int, upto: int, *, size: int = PAGE
) -> list[tuple[Any, list[Any]]]:
    """The next cases of the scope by id, after `after` and up to `upto`, each with its rows."""
    cases = cx.db.execute(
        _within(select(*_SUBJECT), scope)
        .where(Case.id > after, Case.id <= upto)
        .order_by(Case.id)
        .limit(size)
    ).all()
    if not cases:
        return []
    ids = [case.id for case in cases]
    rows: dict[int, list[Any]] = {}
    for row in cx.db.execute(
        select(*HISTORY)
        .where(
            CaseEvent.case_id.in_(ids),
            CaseEvent.event.in_(sorted(bridge.CLOCK_EVENTS)),
        )
        .order_by(CaseEvent.case_id, CaseEvent.seq)
    ):
        rows.setdefault(row.case_id, []).append(row)
    return [(case, rows.get(case.id, [])) for case in cases]


def tallied(cx: Context, asked: Comparison, tally: Tally, *, size: int = PAGE) -> Iterator[int]:
    """Count all cases of a comparison into the tally; yields how many after each page."""
    after, upto = 0, last_id(cx, asked.scope)
    while page := page_after(cx, asked.scope, after, upto, size=size):
        for case, rows in page:
            asked.add(cx, tally, case, rows, cx.now)
        after = page[-1][0].id
        yield len(page)


def _within(statement: Any, scope: Scope) -> Any:
    if scope.contract_id is not None:
        statement = statement.where(Case.contract_id == scope.contract_id)
    if scope.only_open:
        statement = statement.where(Case.open)
    if scope.since is not None:
        statement = statement.where(Case.received_at >= scope.since)
    if scope.before is not None:
        statement = statement.where(Case.received_at < scope.before)
    return statement


def _midnight(day: date | None, where: tzinfo) -> datetime | None:
    """The first instant of a day in a zone; None for no day."""
    return None if day is None else datetime.combine(day, time(), where).astimezone(UTC)


def _dates(since: date | None, until: date | None) -> None:
    for name, day in (("since", since), ("until", until)):
        if day is not None and not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise Invalid(
                f"{day.isoformat()} is out of range.",
                fields={name: f"Use a year from {_FIRST_YEAR} to {_LAST_YEAR}."},
            )
    if since and until and until < since:
        raise Invalid(
            "The dates are in the wrong order.",
            fields={"until": f"It must not be before {since.isoformat()}."},
        )
