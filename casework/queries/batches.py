"""A batch of assignments as its page shows it, and those of late."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from casework import bridge
from casework.context import Context
from casework.errors import NotFound
from casework.models import Case, Member, User, WorkBatch, WorkBatchRow

MOST: Final = 10


@dataclass(frozen=True)
class Row:
    """One case of a batch. `result`: empty (waits), done, refused, undone, kept."""

    ref: str
    title: str
    member: str
    due_at: datetime | None
    zone: str
    expedited: bool
    whose: str
    to: str
    why: str
    result: str
    said: str


@dataclass(frozen=True)
class Batch:
    """A batch. `rows` are those within reach; `to` counts the cases that go to each person."""

    id: int
    asked: Mapping[str, Any]
    reason: str
    made_by: str
    made_by_id: int
    made_at: datetime
    state: str
    carried_at: datetime | None
    counts: Mapping[str, int]
    to: tuple[tuple[str, int], ...] = ()
    rows: tuple[Row, ...] = ()

    @property
    def running(self) -> bool:
        """Whether the worker is at it."""
        return self.state in ("waiting", "undoing")

    @property
    def total(self) -> int:
        """How many cases it holds within reach."""
        return sum(self.counts.values())


def batch(cx: Context, number: int) -> Batch:
    """The batch with this number, with its rows. Raises NotFound."""
    found = cx.db.execute(select(WorkBatch).where(WorkBatch.id == number)).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no such batch.")
    before, after = aliased(User), aliased(User)
    rows = cx.db.execute(
        select(
            WorkBatchRow.why,
            WorkBatchRow.result,
            WorkBatchRow.said,
            Case.ref,
            Case.title,
            Case.next_due_at,
            Case.fast_track,
            Case.contract_version_id,
            Member.given_name,
            Member.family_name,
            before.name.label("whose"),
            after.name.label("to"),
        )
        .join(Case, Case.id == WorkBatchRow.case_id)
        .join(Member, Member.id == Case.member_id)
        .outerjoin(before, before.id == WorkBatchRow.from_id)
        .outerjoin(after, after.id == WorkBatchRow.to_id)
        .where(WorkBatchRow.batch_id == number)
        .order_by(WorkBatchRow.id)
    )
    shown = tuple(_row(cx, row) for row in rows)
    return _batch(found, _counts_of(shown), shown)


def progress(cx: Context, number: int) -> Batch:
    """The same without its rows: how far it is."""
    found = cx.db.execute(select(WorkBatch).where(WorkBatch.id == number)).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no such batch.")
    rows = cx.db.execute(
        select(WorkBatchRow.result, func.count())
        .where(WorkBatchRow.batch_id == number)
        .group_by(WorkBatchRow.result)
    )
    return _batch(found, {row.result: row[1] for row in rows}, ())


def versions(cx: Context, number: int) -> dict[str, int]:
    """The cases of a batch by their numbers, with the version that each has now."""
    rows = cx.db.execute(
        select(Case.ref, Case.version)
        .join(WorkBatchRow, WorkBatchRow.case_id == Case.id)
        .where(WorkBatchRow.batch_id == number)
    )
    return {row.ref: row.version for row in rows}


def of_late(cx: Context) -> tuple[Batch, ...]:
    """The newest batches that somebody within the same house made."""
    found = cx.db.execute(select(WorkBatch).order_by(WorkBatch.id.desc()).limit(MOST)).scalars()
    batches = list(found)
    rows = cx.db.execute(
        select(WorkBatchRow.batch_id, WorkBatchRow.result, func.count())
        .where(WorkBatchRow.batch_id.in_([each.id for each in batches]))
        .group_by(WorkBatchRow.batch_id, WorkBatchRow.result)
    )
    counts: dict[int, dict[str, int]] = {}
    for number, result, count in rows:
        counts.setdefault(number, {})[result] = count
    return tuple(_batch(each, counts.get(each.id, {}), ()) for each in batches if each.id in counts)


def _batch(found: WorkBatch, counts: Mapping[str, int], rows: tuple[Row, ...]) -> Batch:
    to: dict[str, int] = {}
    for row in rows:
        if row.to and row.result in ("", "done"):
            to[row.to] = to.get(row.to, 0) + 1
    return Batch(
        id=found.id,
        asked=found.asked,
        reason=found.reason,
        made_by=found.made_by,
        made_by_id=found.made_by_id,
        made_at=found.made_at,
        state=found.state,
        carried_at=found.carried_at,
        counts=counts,
        to=tuple(sorted(to.items(), key=lambda each: (-each[1], each[0]))),
        rows=rows,
    )


def _counts_of(rows: tuple[Row, ...]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.result] = counts.get(row.result, 0) + 1
    return counts


def _row(cx: Context, row: Any) -> Row:
    return Row(
        ref=row.ref,
        title=row.title,
        member=f"{row.given_name} {row.family_name}",
        due_at=row.next_due_at,
        zone=bridge.contract_of(cx, row.contract_version_id).time_zone,
        expedited=row.fast_track,
        whose=row.whose or "",
        to=row.to or "",
        why=row.why,
        result=row.result,
        said=row.said,
    )
