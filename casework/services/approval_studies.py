"""What if an approval rule had been in force: asked by a person, answered by the worker by slices.

A slice is one short transaction; a worker that is killed loses that slice alone, and no case is
counted twice. It changes no case.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import insert, select, update

from casework import now, observations, policy
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound
from casework.models import ApprovalRuleVersion, ApprovalStudy, ApprovalStudyCase
from casework.records import approval_history as history
from casework.records.approval_conditions import read

ASK: Final = "study_approval_rule"
OPEN: Final = ("waiting", "running")
TOPIC: Final = "study"
SLICE_SECONDS: Final = 1.0
MOST_WAITING: Final = 5


@dataclass(frozen=True, kw_only=True)
class Question:
    """Which version, over requests received on which days, both included."""

    version_id: int
    since: date | None = None
    until: date | None = None


@command
def ask_study(cx: Context, question: Question) -> int:
    """The id of a new what-if that waits for the worker. Raises NotAllowed, NotFound, Invalid."""
    policy.require(cx.principal, "", ASK)
    if cx.db.get(ApprovalRuleVersion, question.version_id) is None:
        raise NotFound("There is no such version.")
    if question.since and question.until and question.until < question.since:
        raise Invalid("It ends before it begins.", fields={"until": "Enter a later day."})
    waiting = cx.db.execute(
        select(ApprovalStudy.id).where(
            ApprovalStudy.asked_by_id == cx.principal.id, ApprovalStudy.state.in_(OPEN)
        )
    ).all()
    if len(waiting) >= MOST_WAITING:
        said = f"{len(waiting)} of your questions are not answered yet: wait for one of them."
        raise Invalid(said, fields={"since": said})
    study = ApprovalStudy(
        version_id=question.version_id,
        since=question.since,
        until=question.until,
        asked_by_id=cx.principal.id or None,
        asked_by=cx.principal.name[:120],
        asked_at=cx.now,
        state="waiting",
        seen=0,
        total=0,
        last=0,
        upto=0,
        counts={},
        error="",
    )
    cx.db.add(study)
    cx.db.flush()
    observations.append(cx, "rules_studied", what=f"approval-study:{study.id}")
    cx.db.info["topics"].add(TOPIC)
    return study.id


@command
def answer_slice(
    cx: Context, *, seconds: float = SLICE_SECONDS, page_size: int = history.PAGE
) -> bool:
    """Judge some more requests for the oldest open what-if, for about so many seconds; False when
    none waits or somebody else is at it. As the system: figures are of the whole house."""
    study = _next(cx)
    if study is None:
        return False
    conditions = read(cx.db.get_one(ApprovalRuleVersion, study.version_id).conditions)
    span = history.Span(study.since, study.until)
    counts, last, seen = dict(study.counts), study.last, study.seen
    total, upto = study.total, study.upto
    if study.state == "waiting":
        total, upto = history.extent(cx, span)
    started = now.monotonic()
    more, first = True, True
    while more and (first or now.monotonic() - started < seconds):
        page = history.page_after(cx, span, last, upto, size=page_size)
        _count(cx, study.id, counts, history.approved_of(cx, page, conditions))
        more, first = len(page) == page_size, False
        seen += len(page)
        last = page[-1].id if page else last
    cx.db.execute(
        update(ApprovalStudy)
        .where(ApprovalStudy.id == study.id)
        .values(
            state="running" if more else "done",
            seen=seen,
            total=max(total, seen) if more else seen,
            last=last,
            upto=upto,
            counts=counts,
            ended_at=None if more else cx.now,
        )
    )
    return True


@command
def give_up_study(cx: Context, error: str) -> None:
    """End the oldest open what-if as failed. `error` is a sentence or the name of an error, never
    what a case says."""
    study = _next(cx)
    if study is not None:
        cx.db.execute(
            update(ApprovalStudy)
            .where(ApprovalStudy.id == study.id)
            .values(state="failed", error=error[:200], ended_at=cx.now)
        )


def _next(cx: Context) -> Any:
    """The oldest that is not answered, locked; None while somebody else has it."""
    oldest = cx.db.execute(
        select(ApprovalStudy.id)
        .where(ApprovalStudy.state.in_(OPEN))
        .order_by(ApprovalStudy.id)
        .limit(1)
    ).scalar()
    if oldest is None:
        return None
    return cx.db.execute(
        select(ApprovalStudy)
        .where(ApprovalStudy.id == oldest, ApprovalStudy.state.in_(OPEN))
        .with_for_update(skip_locked=True)
    ).scalar()


def _count(
    cx: Context, study_id: int, counts: dict[str, Any], fates: tuple[history.Fate, ...]
) -> None:
    if not fates:
        return
    cx.db.execute(
        insert(ApprovalStudyCase),
        [
            {
                "study_id": study_id,
                "case_id": each.case_id,
                "fate": each.fate,
                "overturned": each.overturned,
            }
            for each in fates
        ],
    )
    for each in fates:
        counts[each.fate] = counts.get(each.fate, 0) + 1
        refused = each.fate in (history.DENIED, history.PARTIAL)
        if each.overturned and refused:
            counts["overturned"] = counts.get("overturned", 0) + 1
