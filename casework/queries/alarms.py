"""Alarms that stand, rounds that were done: of the house, or of the cases within reach."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from casework.context import Context
from casework.integrity import KINDS, ROUNDS, Kind
from casework.integrity.watch import last_ended, late_rounds
from casework.models import Alarm, Case, CheckRound

MOST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Standing:
    """One alarm: `ref` is empty for one of the whole house."""

    id: int
    code: str
    ref: str
    key: str
    says: str
    owner_role: str
    raised_at: datetime
    seen_at: datetime

    @property
    def kind(self) -> Kind:
        """What kind of thing is wrong, and what mends it; of an older version only the code."""
        return KINDS.get(self.code, Kind(self.code, self.owner_role, ""))


@dataclass(frozen=True, slots=True)
class Done:
    """A round: when it last ended (wall clock), how much it looked at and found, whether it is
    late. `running` is how many cases the open one has looked at, or None."""

    name: str
    ended_at: datetime | None
    looked: int
    found: int
    late: bool
    running: int | None
    error: str


def of_cases(cx: Context, limit: int = MOST) -> tuple[Standing, ...]:
    """Alarms that stand on cases within reach, the oldest first."""
    return _read(cx, _standing().join(Case, Case.id == Alarm.case_id).limit(limit))


def of_house(cx: Context, limit: int = MOST) -> tuple[Standing, ...]:
    """Alarms that stand on no case."""
    wanted = _standing().outerjoin(Case, Case.id == Alarm.case_id)
    return _read(cx, wanted.where(Alarm.case_id.is_(None)).limit(limit))


def of_case(cx: Context, case_id: int) -> tuple[Standing, ...]:
    """Alarms that stand on this case."""
    wanted = _standing().join(Case, Case.id == Alarm.case_id)
    return _read(cx, wanted.where(Alarm.case_id == case_id).limit(MOST))


def counts(cx: Context) -> dict[str, int]:
    """How many alarms stand within reach, by code; every code that there is."""
    rows = cx.db.execute(
        select(Alarm.code, func.count().label("count_of"))
        .where(Alarm.ended_at.is_(None))
        .group_by(Alarm.code)
    )
    return dict.fromkeys(KINDS, 0) | {row.code: row.count_of for row in rows}


def late(cx: Context, *, wall: datetime) -> tuple[str, ...]:
    """Nightly rounds that did not end within 36 hours."""
    return tuple(name for name, _at in late_rounds(cx, wall))


def rounds(cx: Context, *, wall: datetime) -> tuple[Done, ...]:
    """Every kind of round and how it stands."""
    ended, overdue = last_ended(cx), set(late(cx, wall=wall))
    found = []
    for name in ROUNDS:
        last, is_open = _newest(cx, name, ended=True), _newest(cx, name, ended=False)
        found.append(
            Done(
                name=name,
                ended_at=ended.get(name),
                looked=last.looked if last is not None else 0,
                found=last.found if last is not None else 0,
                late=name in overdue,
                running=is_open.looked if is_open is not None else None,
                error=is_open.error if is_open is not None else "",
            )
        )
    return tuple(found)


def _newest(cx: Context, name: str, *, ended: bool) -> Any:
    over = CheckRound.ended_at.is_not(None) if ended else CheckRound.ended_at.is_(None)
    return cx.db.execute(
        select(CheckRound.looked, CheckRound.found, CheckRound.error)
        .where(CheckRound.name == name, over)
        .order_by(CheckRound.id.desc())
        .limit(1)
    ).one_or_none()


def _standing() -> Any:
    return (
        select(
            Alarm.id,
            Alarm.code,
            func.coalesce(Case.ref, "").label("ref"),
            Alarm.key,
            Alarm.says,
            Alarm.owner_role,
            Alarm.raised_at,
            Alarm.seen_at,
        )
        .select_from(Alarm)
        .where(Alarm.ended_at.is_(None))
        .order_by(Alarm.raised_at, Alarm.code, Alarm.case_id, Alarm.id)
    )


def _read(cx: Context, wanted: Any) -> tuple[Standing, ...]:
    return tuple(Standing(**row._mapping) for row in cx.db.execute(wanted))
