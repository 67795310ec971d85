"""The rounds: which checks belong to which, how far each looks in one slice, how often it is due.

A slice is a page of cases, small enough that the sweep never waits for it. What looks wrong while
others write is looked at again with the case held (`casework.services.alarms`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select

from casework import audit, clock_proof
from casework.audit import Fault
from casework.context import Context
from casework.integrity import (
    access,
    corrections,
    letters,
    mailing,
    outside,
    owed,
    post,
    timers,
    watch,
    work,
)
from casework.integrity.finding import CaseCheck, Finding, HouseCheck
from casework.models import Alarm, Case

Pages = Callable[[Context, int, int], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Looked:
    """One slice: which cases were looked at (none: the end was reached, and the house itself was
    looked at), and what was found."""

    ids: tuple[int, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """A named run over the house: checks of cases page by page, then of the house itself."""

    name: str
    every: timedelta
    page: int
    cases: tuple[CaseCheck, ...]
    house: tuple[HouseCheck, ...]
    pages: Pages = clock_proof.page_of

    @property
    def codes(self) -> frozenset[str]:
        """All that this round can find."""
        return frozenset(c for check in self.cases for c in check.codes) | self.house_codes

    @property
    def house_codes(self) -> frozenset[str]:
        """What it can find of the whole house."""
        return frozenset(code for check in self.house for code in check.codes)

    def look(self, cx: Context, after: int, wall: datetime) -> Looked:
        """The slice after this case."""
        ids = tuple(self.pages(cx, after, self.page))
        if not ids:
            return Looked((), tuple(f for check in self.house for f in check.look(cx, wall)))
        return Looked(ids, self.look_at(cx, ids))

    def look_at(self, cx: Context, ids: Sequence[int]) -> tuple[Finding, ...]:
        """What is wrong with these cases."""
        return tuple(found for check in self.cases for found in check.look(cx, ids))


def of_fault(fault: Fault) -> Finding:
    """A history that does not hold, as a finding: of its case, or of the chain beside them."""
    says = f"{fault.where}: {fault.what}."
    key = "" if fault.case_id is not None else fault.where
    return Finding("history_broken", says, fault.case_id, key)


def _histories(cx: Context, ids: Sequence[int]) -> Iterator[Finding]:
    yield from map(of_fault, audit.Histories(cx, ids).faults)


def _beside(cx: Context, wall: datetime) -> Iterator[Finding]:
    yield from map(of_fault, audit.beside_the_cases(cx)[1])


def _clocks(cx: Context, ids: Sequence[int]) -> Iterator[Finding]:
    for found in timers.recomputed(cx, ids):
        if found.code == "clock_differs":
            yield found


def _still_open(cx: Context, after: int, limit: int) -> Sequence[int]:
    """Open cases, and those on which an alarm of the quick round stands."""
    alarmed = select(Alarm.case_id).where(
        Alarm.ended_at.is_(None), Alarm.code.in_(QUICK_CODES), Alarm.case_id.is_not(None)
    )
    return (
        cx.db.execute(
            select(Case.id)
            .where(Case.id > after, or_(Case.open, Case.id.in_(alarmed)))
            .order_by(Case.id)
            .limit(limit)
        )
        .scalars()
        .all()
    )


_TIMERS: Final = (
    CaseCheck(timers.RECOMPUTED, timers.recomputed),
    CaseCheck(("mark_overdue",), timers.overdue),
    CaseCheck(("mark_failed",), timers.failed),
    CaseCheck(("obligation_overdue",), owed.overdue),
)
_REST: Final = (
    CaseCheck(("effect_missing",), timers.effects),
    CaseCheck(("no_obligation",), work.without_future),
    CaseCheck(("pended_without_timer", "question_overdue", "talk_overdue"), work.waits),
    CaseCheck(("task_on_closed",), work.tasks_on_closed),
    CaseCheck(("work_of_leavers",), work.of_leavers),
    CaseCheck(("correction_overdue",), corrections.overdue),
    CaseCheck(("access_unreviewed",), access.unreviewed),
    CaseCheck(("letter_stuck", "letter_orphaned", "letter_late"), post.letters),
    CaseCheck(("letter_lost",), letters.lost),
    CaseCheck(("letter_doubled",), letters.doubled),
    CaseCheck(("letter_unproved",), letters.unproved),
    CaseCheck(("return_unattended", "held_unattended"), letters.unattended),
    CaseCheck(("mailing_unproved",), mailing.unproved),
    CaseCheck(("letter_without_a_way",), mailing.without_a_way),
    CaseCheck(("not_forwarded",), outside.not_forwarded),
    CaseCheck(("packet_unsent", "packet_unproved"), outside.packets),
    CaseCheck(("delivery_in_doubt",), post.doubts),
    CaseCheck(("outbox_parked",), post.parked),
)
_WATCH: Final = (
    HouseCheck(("loop_stopped",), watch.loops),
    HouseCheck(("round_late",), watch.rounds),
)
_BATCHES: Final = HouseCheck(("batch_wrong",), mailing.batches)
_OUTBOX: Final = HouseCheck(("outbox_parked", "outbox_stale"), post.outbox)
QUICK_CODES: Final = frozenset(code for check in _TIMERS for code in check.codes)
NIGHT: Final = timedelta(hours=24)
ROUNDS: Final = {
    each.name: each
    for each in (
        Round("marks", timedelta(minutes=5), 200, _TIMERS, _WATCH, _still_open),
        Round(
            "integrity",
            NIGHT,
            200,
            (*_TIMERS, *_REST),
            (*_WATCH, _OUTBOX, _BATCHES, HouseCheck(("line_to_leaver",), work.lines_to_leavers)),
        ),
        Round("clocks", NIGHT, 200, (CaseCheck(("clock_differs",), _clocks),), ()),
        Round(
            "audit",
            NIGHT,
            500,
            (CaseCheck(("history_broken",), _histories),),
            (HouseCheck(("history_broken",), _beside),),
        ),
    )
}
