"""The prior-authorization list as a time machine: how it stood on any day, as known on any day.

Rows are ended and never changed, so an answer about the past is the same for ever. What was
published after the day of knowing is left out, and so is an end that was published after it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import aliased

from casework.context import Context
from casework.models import PaListChange, PaRule
from casework.records.pa_list_changes import Difference, Row, compared

PAGE: Final = 50
MOST_CHANGES: Final = 20
_ENDING: Final = aliased(PaListChange)


@dataclass(frozen=True, slots=True)
class Held:
    """A row of the list with its days and its changes: who put it there, when, why; who ended it.
    `until` None: no end is known."""

    row: Row
    since: date
    until: date | None
    told_at: datetime | None
    told_by: str
    reason: str
    emergency: str
    ended_at: datetime | None
    ended_by: str
    ended_why: str
    never: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One change of the list as it was published."""

    id: int
    effective_from: date
    reason: str
    emergency: str
    counts: Mapping[str, int]
    recorded_at: datetime
    recorded_by: str


def history(
    cx: Context, contract_id: int, code: str, *, known: datetime | None = None
) -> tuple[Held, ...]:
    """Every row of this code, the latest first day first; `known`: as known at that instant."""
    rows = cx.db.execute(_rows(contract_id).where(PaRule.code == code.strip().upper())).all()
    found = _settled([_held(row) for row in rows], known)
    return tuple(sorted(found, key=lambda each: (each.since, not each.never), reverse=True))


def list_on(
    cx: Context,
    contract_id: int,
    on: date,
    *,
    known: datetime | None = None,
    begins: str = "",
    after: str = "",
    limit: int = PAGE,
) -> tuple[Held, ...]:
    """The codes that the list names on this day, in order, after this one; `begins` narrows."""
    statement = _rows(contract_id).where(PaRule.effective_from <= on, PaRule.code > after)
    if begins:
        statement = statement.where(PaRule.code.startswith(begins.upper(), autoescape=True))
    codes = statement.with_only_columns(PaRule.code).distinct().order_by(None).order_by(PaRule.code)
    page: list[Held] = []
    last = after
    while len(page) < limit:
        some = cx.db.execute(codes.where(PaRule.code > last).limit(limit)).scalars().all()
        if not some:
            break
        found = standing(cx, contract_id, on, known=known, codes=some)
        page += [found[code] for code in some if code in found]
        last = some[-1]
    return tuple(page[:limit])


def standing(
    cx: Context,
    contract_id: int,
    on: date,
    *,
    known: datetime | None = None,
    codes: Iterable[str] | None = None,
) -> dict[str, Held]:
    """The row that holds on this day for each code (of these, or of all)."""
    statement = _rows(contract_id).where(PaRule.effective_from <= on)
    if codes is not None:
        statement = statement.where(PaRule.code.in_(list(codes)))
    by_code: dict[str, list[Held]] = {}
    for row in cx.db.execute(statement):
        by_code.setdefault(row.code, []).append(_held(row))
    found = {}
    for code, rows in by_code.items():
        holds = [
            each
            for each in _settled(rows, known)
            if not each.never and each.since <= on and (each.until is None or each.until >= on)
        ]
        if holds:
            found[code] = holds[-1]
    return found


def differences(cx: Context, contract_id: int, first: date, second: date) -> tuple[Difference, ...]:
    """What the list says otherwise on the second day than on the first, as we know it now."""
    before = {code: held.row for code, held in standing(cx, contract_id, first).items()}
    after = [held.row for held in standing(cx, contract_id, second).values()]
    return compared(before, after, whole=True)


def changes(cx: Context, contract_id: int, *, limit: int = MOST_CHANGES) -> tuple[Told, ...]:
    """The newest changes of the list, the latest first day first."""
    rows = cx.db.execute(
        select(PaListChange)
        .where(PaListChange.contract_id == contract_id)
        .order_by(PaListChange.effective_from.desc(), PaListChange.id.desc())
        .limit(limit)
    ).scalars()
    return tuple(
        Told(
            id=row.id,
            effective_from=row.effective_from,
            reason=row.reason,
            emergency=row.emergency,
            counts=row.counts,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
        )
        for row in rows
    )


def _rows(contract_id: int) -> Any:
    return (
        select(
            PaRule.code,
            PaRule.label,
            PaRule.label_es,
            PaRule.required,
            PaRule.auto_approve_units,
            PaRule.policy,
            PaRule.effective_from,
            PaRule.effective_to,
            PaListChange.recorded_at.label("told_at"),
            PaListChange.recorded_by.label("told_by"),
            PaListChange.reason,
            PaListChange.emergency,
            _ENDING.recorded_at.label("ended_at"),
            _ENDING.recorded_by.label("ended_by"),
            _ENDING.reason.label("ended_why"),
        )
        .outerjoin(PaListChange, PaListChange.id == PaRule.change_id)
        .outerjoin(_ENDING, _ENDING.id == PaRule.ended_by_id)
        .where(PaRule.contract_id == contract_id)
        .order_by(PaRule.code, PaRule.effective_from, PaRule.required, PaRule.id)
    )


def _held(row: Any) -> Held:
    return Held(
        row=Row(
            code=row.code,
            label=row.label,
            label_es=row.label_es,
            required=row.required,
            auto_approve_units=row.auto_approve_units,
            policy=row.policy,
        ),
        since=row.effective_from,
        until=row.effective_to,
        told_at=row.told_at,
        told_by=row.told_by or "",
        reason=row.reason or "",
        emergency=row.emergency or "",
        ended_at=row.ended_at,
        ended_by=row.ended_by or "",
        ended_why=row.ended_why or "",
        never=False,
    )


def _settled(rows: Sequence[Held], known: datetime | None) -> list[Held]:
    """The rows of one code as they were known then, each ended by the next one's first day. A row
    that was replaced on its own first day never held."""
    there = [_as_known(each, known) for each in rows if _was_told(each, known)]
    found: list[Held] = []
    for place, each in enumerate(there):
        never = each.until is not None and each.until < each.since
        later = [r.since for r in there[place + 1 :] if r.since > each.since and not _gone(r)]
        until = each.until
        if later and not never:
            last = date.fromordinal(min(later).toordinal() - 1)
            until = min(until, last) if until else last
        found.append(replace(each, until=until, never=never))
    return found


def _gone(each: Held) -> bool:
    return each.until is not None and each.until < each.since


def _was_told(each: Held, known: datetime | None) -> bool:
    return known is None or each.told_at is None or each.told_at <= known


def _as_known(each: Held, known: datetime | None) -> Held:
    if known is None or each.ended_at is None or each.ended_at <= known:
        return each
    return replace(each, until=None, ended_at=None, ended_by="", ended_why="")
