"""Rounds over the house and the alarms that they raise: once for one thing, ended when it is gone.

A round is carried on slice by slice, one short transaction each, by whoever has time: its row holds
how far it came, so that a killed process costs the slice that it was in. What looks wrong is looked
at again with the case held, because others write meanwhile.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, insert, select, true, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.orm import aliased

from casework import ledger, now
from casework.context import Context
from casework.db import command
from casework.integrity import KINDS, ROUNDS, Finding, Looked, Round
from casework.models import Alarm, CheckRound, StaffNotice

SAYS: Final = 300
KEY: Final = 120
NOTICE: Final = "alarm"
QUICK: Final = "marks"
NIGHTLY: Final = tuple(name for name in ROUNDS if name != QUICK)
KEPT: Final = timedelta(days=90)
KEPT_QUICK: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Slice:
    """What one slice did. `idle`: no round of this name is open; `busy`: another has it."""

    looked: int = 0
    raised: int = 0
    ended: bool = False
    idle: bool = False
    busy: bool = False


@command
def begin_if_due(cx: Context, name: str) -> bool:
    """Open a round that is due by the wall clock. True where one is open now."""
    if _is_open(cx, name):
        return True
    wall = now.wall()
    last = cx.db.execute(
        select(func.max(CheckRound.ended_at)).where(CheckRound.name == name)
    ).scalar()
    if last is not None and wall - last < ROUNDS[name].every:
        return False
    return _open(cx, name, wall)


@command
def begin_anew(cx: Context, name: str) -> None:
    """Open a round now, or let the one that is open begin again from the first case."""
    if not _open(cx, name, now.wall()):
        cx.db.execute(
            update(CheckRound)
            .where(CheckRound.name == name, CheckRound.ended_at.is_(None))
            .values(started_at=now.wall(), cursor=0, looked=0, found=0, error="")
            .execution_options(synchronize_session=False)
        )


@command
def look_on(cx: Context, name: str) -> Slice:
    """Carry the open round of this name on by one slice: look, raise, end."""
    wall = now.wall()
    row = cx.db.execute(
        select(CheckRound.id, CheckRound.cursor)
        .where(CheckRound.name == name, CheckRound.ended_at.is_(None))
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        there = _is_open(cx, name)
        return Slice(idle=not there, busy=there)
    kind = ROUNDS[name]
    looked = _confirmed(cx, kind, kind.look(cx, row.cursor, wall))
    here = Alarm.case_id.in_(looked.ids) if looked.ids else Alarm.case_id.is_(None)
    codes = kind.codes if looked.ids else kind.house_codes
    raised = _settle(cx, codes, here, looked.findings)
    values: dict[str, Any] = {"error": "", "found": CheckRound.found + len(looked.findings)}
    if looked.ids:
        values |= {"cursor": looked.ids[-1], "looked": CheckRound.looked + len(looked.ids)}
    else:
        values |= {"ended_at": wall}
    cx.db.execute(
        update(CheckRound)
        .where(CheckRound.id == row.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if not looked.ids:
        _forget(cx, name, wall)
    return Slice(looked=len(looked.ids), raised=raised, ended=not looked.ids)


@command
def note_failure(cx: Context, name: str, error: str) -> None:
    """Write down that a slice of the open round failed; the next one tries again."""
    cx.db.execute(
        update(CheckRound)
        .where(CheckRound.name == name, CheckRound.ended_at.is_(None))
        .values(error=error[:120])
        .execution_options(synchronize_session=False)
    )


@command
def write_round(
    cx: Context, name: str, *, started_at: datetime, looked: int, findings: Sequence[Finding]
) -> None:
    """Write down a round that somebody did in one go by hand, with all that it found."""
    cx.db.execute(
        insert(CheckRound).values(
            name=name,
            started_at=started_at,
            ended_at=now.wall(),
            looked=looked,
            found=len(findings),
            cursor=0,
            error="",
        )
    )
    _settle(cx, ROUNDS[name].codes, true(), findings)


def _open(cx: Context, name: str, wall: datetime) -> bool:
    """Open a round unless one is open. True where this opened it."""
    values = {"name": name, "started_at": wall, "looked": 0, "found": 0, "cursor": 0, "error": ""}
    made = cx.db.execute(
        pg_insert(CheckRound)
        .values(**values)
        .on_conflict_do_nothing()
        .returning(CheckRound.id)
        .execution_options(synchronize_session=False)
    )
    return made.scalar_one_or_none() is not None


def _is_open(cx: Context, name: str) -> bool:
    wanted = select(CheckRound.id).where(CheckRound.name == name, CheckRound.ended_at.is_(None))
    return cx.db.execute(wanted).first() is not None


def _confirmed(cx: Context, kind: Round, looked: Looked) -> Looked:
    """The same slice, with what was found on a case looked at again while nobody else writes it."""
    suspects = sorted({f.case_id for f in looked.findings if f.case_id is not None})
    if not suspects:
        return looked
    ledger.take_all(cx, suspects)
    beside = tuple(f for f in looked.findings if f.case_id is None)
    return Looked(looked.ids, beside + kind.look_at(cx, suspects)) if looked.ids else looked


def _settle(cx: Context, codes: Collection[str], here: Any, findings: Sequence[Finding]) -> int:
    """Raise what is new, renew what stands, end what is gone among the alarms of these codes and
    this condition; returns how many were raised."""
    standing = {
        (row.code, row.case_id, row.key): row.id
        for row in cx.db.execute(
            select(Alarm.id, Alarm.code, Alarm.case_id, Alarm.key).where(
                Alarm.ended_at.is_(None), Alarm.code.in_(codes), here
            )
        )
    }
    found = {(f.code, f.case_id, f.key[:KEY]): f for f in findings}
    for key in standing.keys() & found.keys():
        _change(cx, [standing[key]], seen_at=cx.now, says=found[key].says[:SAYS])
    _change(cx, [standing[key] for key in standing.keys() - found.keys()], ended_at=cx.now)
    return _raise(cx, [found[key] for key in found if key not in standing])


def _change(cx: Context, ids: Sequence[int], **values: Any) -> None:
    if ids:
        cx.db.execute(
            update(Alarm)
            .where(Alarm.id.in_(ids))
            .values(**values)
            .execution_options(synchronize_session=False)
        )


def _raise(cx: Context, findings: Sequence[Finding]) -> int:
    """Write these alarms and tell the roles that own them; one that stands already stays one."""
    if not findings:
        return 0
    rows = cx.db.execute(
        pg_insert(Alarm)
        .values(
            [
                {
                    "code": found.code,
                    "case_id": found.case_id,
                    "key": found.key[:KEY],
                    "says": found.says[:SAYS],
                    "owner_role": KINDS[found.code].owner_role,
                    "raised_at": cx.now,
                    "seen_at": cx.now,
                }
                for found in findings
            ]
        )
        .on_conflict_do_nothing()
        .returning(Alarm.case_id, Alarm.owner_role)
        .execution_options(synchronize_session=False)
    ).all()
    # An administrator sees no case: what is his stands on the Operation page.
    told = {(row.case_id, row.owner_role) for row in rows if row.case_id is not None}
    notices = [
        {"case_id": case_id, "role": role, "code": NOTICE, "at": cx.now}
        for case_id, role in sorted(told)
        if role != "admin"
    ]
    if notices:
        cx.db.execute(insert(StaffNotice), notices)
    return len(rows)


def _forget(cx: Context, name: str, wall: datetime) -> None:
    """Remove the rows of rounds long past; the first one stays, it says since when we watch."""
    first = aliased(CheckRound)
    kept = KEPT_QUICK if name == QUICK else KEPT
    cx.db.execute(
        delete(CheckRound)
        .where(
            CheckRound.name == name,
            CheckRound.ended_at < wall - kept,
            CheckRound.id > select(func.min(first.id)).scalar_subquery(),
        )
        .execution_options(synchronize_session=False)
    )
