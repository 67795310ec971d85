"""Corrective actions: of one case, and of all within reach, by cursor, the nearest due first.

Their words are unsealed here for those who may read the case. It changes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, func, literal, select, tuple_
from sqlalchemy.orm import aliased

from casework import bridge, seal
from casework.context import Context
from casework.models import (
    Case,
    Contract,
    CorrectiveAction,
    Grievance,
    User,
)
from casework.queries.case_file import CaseFile, key_of
from casework.records.corrective import place
from sla.calendars import local_day, zone

VIEWS: Final = ("open", "overdue", "done")
COUNT_LIMIT: Final = 1000
MOST_ROWS: Final = 10_000
Cursor = tuple[datetime, int]


@dataclass(frozen=True)
class ActionShown:
    """One corrective action in clear."""

    id: int
    ref: str
    title: str
    category: str
    contract: str
    issue: int | None
    what: str
    owner_id: int
    owner: str
    due_at: datetime
    due_on: date
    opened_on: date
    opened_by: str
    moves: int
    done_at: datetime | None
    done_on: date | None
    done_by: str
    proof: str
    zone: str

    def is_late(self, now: datetime) -> bool:
        """Open, and its day has passed."""
        return self.done_at is None and self.due_at < now


@dataclass(frozen=True)
class _Sealed:
    """What unseals the words of one row: the id of its case and its sealed key."""

    id: int
    key_sealed: bytes


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which corrective actions: `view` open, overdue or done; empty means any."""

    view: str = "open"
    owner_id: int | None = None
    contract: str = ""
    category: str = ""


@dataclass(frozen=True)
class Listed:
    """A page of the list, and where the next one begins (None: nowhere)."""

    rows: tuple[ActionShown, ...]
    next_after: Cursor | None


def actions_of(cx: Context, file: CaseFile) -> tuple[ActionShown, ...]:
    """The corrective actions of this case, the nearest due first."""
    rows = cx.db.execute(
        _rows()
        .where(CorrectiveAction.case_id == file.case.id)
        .order_by(CorrectiveAction.due_at, CorrectiveAction.id)
    )
    return tuple(_action(cx, row, file.key) for row in rows)


def listed(cx: Context, wanted: Wanted, *, after: Cursor | None = None, limit: int = 50) -> Listed:
    """One page of the corrective actions."""
    statement = _in_view(cx, _rows(), wanted)
    if after is not None:
        statement = statement.where(
            tuple_(CorrectiveAction.due_at, CorrectiveAction.id) > tuple_(*map(literal, after))
        )
    found = cx.db.execute(
        statement.order_by(CorrectiveAction.due_at, CorrectiveAction.id).limit(limit + 1)
    ).all()
    rows = found[:limit]
    following = (rows[-1].due_at, rows[-1].id) if len(found) > limit else None
    return Listed(
        tuple(_action(cx, row, key_of(cx, _Sealed(row.case_id, row.key_sealed))) for row in rows),
        following,
    )


def counts(cx: Context, wanted: Wanted) -> dict[str, int]:
    """How many each view holds under these filters, each up to COUNT_LIMIT, in one query."""
    columns = []
    for view in VIEWS:
        some = _in_view(cx, _ids(), replace(wanted, view=view)).limit(COUNT_LIMIT).subquery()
        columns.append(select(func.count()).select_from(some).scalar_subquery().label(view))
    return dict(cx.db.execute(select(*columns)).one()._mapping)


def owners(cx: Context) -> tuple[tuple[int, str], ...]:
    """Everybody who owns or owned a corrective action within reach, by name."""
    rows = cx.db.execute(
        select(User.id, User.name)
        .join(CorrectiveAction, CorrectiveAction.owner_id == User.id)
        .distinct()
        .order_by(User.name)
    )
    return tuple((row.id, row.name) for row in rows)


def _ids() -> Select[Any]:
    statement: Any = (
        select(CorrectiveAction.id)
        .join(Case, Case.id == CorrectiveAction.case_id)
        .join(Grievance, Grievance.case_id == Case.id)
        .join(Contract, Contract.id == Case.contract_id)
    )
    return statement  # type: ignore[no-any-return]  # a select that was narrowed


def _rows() -> Select[Any]:
    owner = aliased(User)
    statement: Any = (
        select(
            CorrectiveAction.id,
            CorrectiveAction.issue,
            CorrectiveAction.what_ct,
            CorrectiveAction.owner_id,
            CorrectiveAction.due_at,
            CorrectiveAction.opened_at,
            CorrectiveAction.opened_by,
            CorrectiveAction.moves,
            CorrectiveAction.done_at,
            CorrectiveAction.done_by,
            CorrectiveAction.proof_ct,
            owner.name.label("owner"),
            Case.ref,
            Case.title,
            Case.key_sealed,
            Case.contract_version_id,
            Case.id.label("case_id"),
            Grievance.category,
            Contract.name.label("contract"),
        )
        .join(Case, Case.id == CorrectiveAction.case_id)
        .join(Grievance, Grievance.case_id == Case.id)
        .join(Contract, Contract.id == Case.contract_id)
        .join(owner, owner.id == CorrectiveAction.owner_id)
    )
    return statement  # type: ignore[no-any-return]  # a select that was narrowed


def contracts(cx: Context) -> tuple[tuple[str, str], ...]:
    """Code and name of every contract with a corrective action within reach, by name."""
    rows = cx.db.execute(
        select(Contract.code, Contract.name)
        .join(Case, Case.contract_id == Contract.id)
        .join(CorrectiveAction, CorrectiveAction.case_id == Case.id)
        .distinct()
        .order_by(Contract.name)
    )
    return tuple((row.code, row.name) for row in rows)


def every(cx: Context, wanted: Wanted) -> Iterator[ActionShown]:
    """All that the list holds, page by page, up to MOST_ROWS: for a file."""
    after: Cursor | None = None
    for _ in range(MOST_ROWS // 500):
        page = listed(cx, wanted, after=after, limit=500)
        yield from page.rows
        if page.next_after is None:
            return
        after = page.next_after


def _in_view(cx: Context, statement: Select[Any], wanted: Wanted) -> Select[Any]:
    open_now = CorrectiveAction.done_at.is_(None)
    by_view: dict[str, list[Any]] = {
        "open": [open_now],
        "overdue": [open_now, CorrectiveAction.due_at < cx.now],
        "done": [CorrectiveAction.done_at.is_not(None)],
    }
    conditions = by_view[wanted.view]
    if wanted.owner_id is not None:
        conditions.append(CorrectiveAction.owner_id == wanted.owner_id)
    if wanted.contract:
        conditions.append(Contract.code == wanted.contract)
    if wanted.category:
        branch = wanted.category.partition(".")[0]
        whole = (Grievance.category == branch) | Grievance.category.startswith(f"{branch}.")
        leaf = Grievance.category == wanted.category
        conditions.append(whole if branch == wanted.category else leaf)
    return statement.where(*conditions)


def _action(cx: Context, row: Any, key: bytes) -> ActionShown:
    name = bridge.contract_of(cx, row.contract_version_id).time_zone
    where = zone(name)
    return ActionShown(
        id=row.id,
        ref=row.ref,
        title=row.title,
        category=row.category,
        contract=row.contract,
        issue=row.issue,
        what=seal.unseal_text(key, row.what_ct, place(row.id, "what")),
        owner_id=row.owner_id,
        owner=row.owner,
        due_at=row.due_at,
        due_on=local_day(row.due_at, where),
        opened_on=local_day(row.opened_at, where),
        opened_by=row.opened_by,
        moves=row.moves,
        done_at=row.done_at,
        done_on=local_day(row.done_at, where) if row.done_at else None,
        done_by=row.done_by,
        proof=seal.unseal_text(key, row.proof_ct, place(row.id, "proof")),
        zone=name,
    )
