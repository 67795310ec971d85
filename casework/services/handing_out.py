"""Handing out many cases at once: proposed, looked at, carried out, undone.

What was proposed is kept before anybody decides; each row is judged again when it is carried out,
and one that moved on since is refused alone. Many rows are carried out by the worker, a slice for
each transaction: a slice that dies is done whole later, or was done.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, insert, select, update

from casework import ledger, policy
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound, StateRefused
from casework.models import WorkBatch, WorkBatchRow
from casework.records import batch_rows, handing, rungs
from casework.records.batch_rows import Proposal

PLANNED, WAITING, DONE, UNDOING, UNDONE = "planned", "waiting", "done", "undoing", "undone"
OPEN: Final = (WAITING, UNDOING)
# What is more goes to the worker.
AT_ONCE: Final = 200
SLICE: Final = 100
MOST: Final = 1000
UNDO_FOR: Final = timedelta(minutes=10)
# A proposal that nobody carried out is stale after this time.
GOOD_FOR: Final = timedelta(hours=12)
TOPIC: Final = "handing_out"
ACTION: Final = "hand_out"


@command
def plan_batch(
    cx: Context, proposals: Sequence[Proposal], asked: Mapping[str, Any], reason: str = ""
) -> int:
    """Keep what is proposed, to be looked at; its number. No case is changed.

    Raises NotAllowed, Invalid (nothing proposed, too much).
    """
    policy.require(cx.principal, "", ACTION)
    if not proposals:
        raise Invalid("There is nothing to hand out.", fields={"case": "Tick at least one case."})
    if len(proposals) > MOST:
        raise Invalid(f"Hand out at most {MOST} cases at once.", fields={"case": "Take fewer."})
    number: int = cx.db.execute(
        insert(WorkBatch)
        .values(
            asked=dict(asked),
            reason=reason.strip()[: handing.MOST_OF_A_REASON],
            made_by_id=cx.principal.id,
            made_by=cx.principal.name[:120],
            made_at=cx.now,
            state=PLANNED,
        )
        .returning(WorkBatch.id)
    ).scalar_one()
    cx.db.execute(insert(WorkBatchRow), [_row(number, each) for each in proposals])
    return number


@command
def carry_out(cx: Context, number: int) -> str:
    """Hand out what was proposed: at once, or by the worker where it is much; the state then.

    Raises NotAllowed, NotFound, StateRefused (it was carried out before, or is too old).
    """
    policy.require(cx.principal, "", ACTION)
    batch = _locked(cx, number, mine=True)
    if batch.state != PLANNED:
        raise StateRefused("This was handed out already.", source="state")
    if batch.made_at + GOOD_FOR < cx.now:
        raise StateRefused("This plan is too old: make a new one.", source="state")
    if _pending(cx, number, "") > AT_ONCE:
        _put(cx, number, state=WAITING, carried_at=cx.now)
        cx.db.info["topics"].add(TOPIC)
        return WAITING
    _hand_out(cx, batch, AT_ONCE)
    _put(cx, number, state=DONE, carried_at=cx.now, ended_at=cx.now)
    return DONE


@command
def undo(cx: Context, number: int) -> str:
    """Give each case of the batch back to whom it was taken from, but those that moved on since.

    Raises NotAllowed, NotFound, StateRefused (nothing to undo, or the time for it is over).
    """
    policy.require(cx.principal, "", ACTION)
    batch = _locked(cx, number, mine=True)
    if batch.state != DONE or batch.carried_at is None:
        raise StateRefused("There is nothing to undo.", source="state")
    if not may_undo(batch.carried_at, cx.now):
        minutes = int(UNDO_FOR.total_seconds() // 60)
        raise StateRefused(
            f"It can be undone for {minutes} minutes. Assign the cases anew.", source="state"
        )
    if _pending(cx, number, batch_rows.DONE) > AT_ONCE:
        _put(cx, number, state=UNDOING)
        cx.db.info["topics"].add(TOPIC)
        return UNDOING
    _take_back(cx, AT_ONCE, number)
    _put(cx, number, state=UNDONE, ended_at=cx.now)
    return UNDONE


@command
def carry_slice(cx: Context, number: int, limit: int = SLICE) -> bool:
    """Carry some more rows of a batch that waits, as whoever made it; whether more are left."""
    batch = _locked(cx, number, mine=True)
    if batch.state not in OPEN:
        return False
    out = batch.state == WAITING
    done = _hand_out(cx, batch, limit) if out else _take_back(cx, limit, number)
    if done:
        return True
    _put(cx, number, state=DONE if out else UNDONE, ended_at=cx.now)
    return False


@command
def give_up_row(cx: Context, number: int, said: str) -> None:
    """Refuse the first row that waits: it alone could not be carried, and the others must not wait
    for it."""
    batch = _locked(cx, number, mine=True)
    out = batch.state == WAITING
    [row] = batch_rows.of(cx, number, "" if out else batch_rows.DONE, 1)
    result = batch_rows.REFUSED if out else batch_rows.KEPT
    batch_rows.write(cx, [batch_rows.Result(row.id, result, said[:200], row.version)])


def next_open(cx: Context) -> tuple[int, int] | None:
    """The oldest batch that waits for the worker, and the number of who made it; or None."""
    row = cx.db.execute(
        select(WorkBatch.id, WorkBatch.made_by_id)
        .where(WorkBatch.state.in_(OPEN))
        .order_by(WorkBatch.id)
        .limit(1)
    ).one_or_none()
    return (row.id, row.made_by_id) if row else None


def may_undo(carried_at: datetime | None, now: datetime) -> bool:
    """Whether there is still time to undo what was carried out at this instant."""
    return carried_at is not None and now <= carried_at + UNDO_FOR


def _hand_out(cx: Context, batch: Any, limit: int) -> int:
    """Carry up to `limit` rows that wait; how many there were."""
    rows = batch_rows.of(cx, batch.id, "", limit)
    cases = ledger.take_free(cx, [row.case_id for row in rows])
    staff = rungs.people(cx, {case.contract_id for case in cases.values()})
    moves, results = [], []
    for row in rows:
        case = cases.get(row.case_id)
        against = batch_rows.against(cx.principal, case, row, staff)
        if against or case is None:
            results.append(batch_rows.Result(row.id, batch_rows.REFUSED, against))
            continue
        moves.append((row.id, handing.Move(case, row.to_id, batch.reason or row.why)))
    results += _moved(cx, moves, batch_rows.DONE)
    batch_rows.write(cx, results)
    return len(rows)


def _take_back(cx: Context, limit: int, number: int) -> int:
    """Undo up to `limit` rows that were carried out; how many there were."""
    rows = batch_rows.of(cx, number, batch_rows.DONE, limit)
    cases = ledger.take_free(cx, [row.case_id for row in rows])
    moves, results = [], []
    for row in rows:
        case = cases.get(row.case_id)
        against = batch_rows.against_undoing(case, row)
        if against or case is None:
            results.append(batch_rows.Result(row.id, batch_rows.KEPT, against, row.version))
            continue
        moves.append((row.id, handing.Move(case, row.from_id, "The handing out was undone.")))
    results += _moved(cx, moves, batch_rows.UNDONE)
    batch_rows.write(cx, results)
    return len(rows)


def _moved(
    cx: Context, moves: Sequence[tuple[int, handing.Move]], result: str
) -> list[batch_rows.Result]:
    """Carry out these moves of rows; what came of each."""
    recorded = handing.move(cx, [move for _row, move in moves])
    return [
        batch_rows.Result(row, result, "", each.case.version)
        for (row, _move), each in zip(moves, recorded, strict=True)
    ]


def _row(number: int, each: Proposal) -> dict[str, Any]:
    """A row of the batch; what nobody may have is refused from the first moment."""
    nobody = each.to_id is None
    return {
        "batch_id": number,
        "case_id": each.case_id,
        "seen": each.seen,
        "from_id": each.from_id,
        "to_id": each.to_id,
        "why": "" if nobody else each.why[:200],
        "result": batch_rows.REFUSED if nobody else "",
        "said": each.why[:200] if nobody else "",
    }


def _locked(cx: Context, number: int, *, mine: bool) -> Any:
    found = cx.db.execute(
        select(
            WorkBatch.id,
            WorkBatch.state,
            WorkBatch.reason,
            WorkBatch.made_at,
            WorkBatch.made_by_id,
            WorkBatch.carried_at,
        )
        .where(WorkBatch.id == number)
        .with_for_update()
    ).one_or_none()
    if found is None or (mine and found.made_by_id != cx.principal.id):
        raise NotFound("There is no such plan of yours.")
    return found


def _pending(cx: Context, number: int, result: str) -> int:
    return int(
        cx.db.execute(
            select(func.count())
            .select_from(WorkBatchRow)
            .where(WorkBatchRow.batch_id == number, WorkBatchRow.result == result)
        ).scalar_one()
    )


def _put(cx: Context, number: int, **values: Any) -> None:
    cx.db.execute(
        update(WorkBatch)
        .where(WorkBatch.id == number)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
