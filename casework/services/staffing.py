"""Staffing studies: asked by a supervisor, played through by the worker run by run.

A slice is one short transaction: some runs, and how far it came. Each run has its own seed, so a
worker that is killed loses a slice alone and the answer is the same.
"""

from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import select, update

from casework import now, observations, policy
from casework.context import Context
from casework.db import command
from casework.errors import Invalid
from casework.models import StaffingStudy
from casework.staffing import answer, simulator
from casework.staffing.office import Effort, Hours, Kind, Office

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
OPEN: Final = (WAITING, RUNNING)
TOPIC: Final = "study"  # the bell that tells the worker
SLICE_SECONDS: Final = 1.0
MOST_WAITING: Final = 5
STANDARD, URGENT = "standard", "urgent"
MOST_A_WEEK: Final = 20_000
MOST_PEOPLE: Final = 400


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked. `per_day`: cases on each day of the week, Monday first; `urgent`: the share of
    them; efforts in minutes; limits in hours from receipt, less `kept_back` for the steps after
    (the physician, the letter); `days` 0 is Monday; `start`, `end`: hours of the day; `away`: the
    share of days; `people` there are; `target`: the share that may be late."""

    work: str
    per_day: tuple[float, ...]
    urgent: float
    effort: float
    effort_spread: float
    standard_limit: float
    urgent_limit: float
    kept_back: float
    days: tuple[int, ...]
    start: float
    end: float
    away: float
    people: int
    target: float


@command
def ask_staffing(cx: Context, question: Question) -> int:
    """The id of a new study that waits for the worker.

    Raises NotAllowed, or Invalid with the fields that make no office.
    """
    policy.require(cx.principal, "", "study_staffing")
    office = office_of(question)
    plan = answer.plan(office, question.people)
    mine = cx.db.execute(
        select(StaffingStudy.id).where(
            StaffingStudy.asked_by_id == cx.principal.id, StaffingStudy.state.in_(OPEN)
        )
    ).all()
    if len(mine) >= MOST_WAITING:
        raise Invalid(
            f"{len(mine)} of your studies are not answered yet.",
            fields={"work": "Wait until one of them is done."},
        )
    study = StaffingStudy(
        asked=asdict(question),
        asked_by_id=cx.principal.id or None,
        asked_by=cx.principal.name[:120],
        asked_at=cx.now,
        state=WAITING,
        seen=0,
        total=len(plan),
        result={},
        error="",
    )
    cx.db.add(study)
    cx.db.flush()
    observations.append(cx, "staffing_studied", what=f"staffing:{study.id}")
    cx.db.info["topics"].add(TOPIC)
    return study.id


@command
def answer_slice(cx: Context, *, seconds: float = SLICE_SECONDS) -> bool:
    """Some more runs of the oldest open study, for about so many seconds; False when none waits or
    somebody else is at it."""
    study = _next(cx)
    if study is None:
        return False
    question = question_of(study.asked)
    office = office_of(question)
    plan, weeks = answer.plan(office, question.people), answer.weeks_of(office)
    runs: dict[str, list[Any]] = {k: list(v) for k, v in study.result.get("runs", {}).items()}
    started, seen = now.monotonic(), study.seen
    while seen < len(plan):
        people, repeat = plan[seen]
        # One seed for a repeat: each number of people meets the same luck as far as it can.
        played = simulator.run(
            office, people, weeks=weeks, warm_up=answer.WARM_UP, seed=f"staffing {repeat}"
        )
        runs.setdefault(str(people), []).append(answer.told(played))
        seen += 1
        if now.monotonic() - started >= seconds:
            break
    done = seen >= len(plan)
    return _put_down(
        cx,
        study,
        state=DONE if done else RUNNING,
        seen=seen,
        result={"runs": runs, "weeks": weeks},
        ended_at=cx.now if done else None,
    )


@command
def give_up_staffing(cx: Context, error: str) -> None:
    """End the oldest open study as failed: it cannot be worked out."""
    study = _next(cx)
    if study is not None:
        _put_down(cx, study, state=FAILED, error=error[:200], ended_at=cx.now)


def question_of(asked: dict[str, Any]) -> Question:
    """A question as it is stored."""
    return Question(**asked | {"per_day": tuple(asked["per_day"]), "days": tuple(asked["days"])})


def office_of(question: Question) -> Office:
    """The office that a question describes. Raises Invalid with the fields that make none."""
    wrong = _wrong(question)
    if wrong:
        raise Invalid("These figures make no office.", fields=wrong)
    effort = Effort(question.effort / 60, question.effort_spread / 60)
    shares = ((STANDARD, 1 - question.urgent), (URGENT, question.urgent))
    limits = {STANDARD: question.standard_limit, URGENT: question.urgent_limit}
    kinds = tuple(
        Kind(
            name,
            tuple(count * share for count in question.per_day),
            effort,
            limits[name] - question.kept_back,
        )
        for name, share in shares
        if share > 0
    )
    hours = Hours(frozenset(question.days), question.start, question.end, question.away)
    return Office(kinds, hours)


def _wrong(question: Question) -> dict[str, str]:
    """What cannot be, by field."""
    weekly = sum(question.per_day)
    limits = {"standard_limit": question.standard_limit}
    if question.urgent > 0:
        limits["urgent_limit"] = question.urgent_limit
    found = {
        name: "Give more hours than are kept back for the steps after."
        for name, limit in limits.items()
        if not question.kept_back < limit <= 24 * 366
    }
    checks = (
        ("day_0", len(question.per_day) == 7 and min(question.per_day) >= 0 and weekly > 0,
         "Say how many cases come: 0 or more on each day, and some in the week."),
        ("day_0", weekly <= MOST_A_WEEK, f"Use at most {MOST_A_WEEK:,} cases a week."),
        ("urgent", 0 <= question.urgent <= 1, "Give a share from 0 to 100 per cent."),
        ("effort", 1 <= question.effort <= 2400, "Give from 1 to 2,400 minutes."),
        ("effort_spread", 0 <= question.effort_spread <= 2400, "Give from 0 to 2,400 minutes."),
        ("kept_back", question.kept_back >= 0, "Give 0 hours or more."),
        ("days", bool(question.days) and set(question.days) <= set(range(7)),
         "Tick at least one day on which people work."),
        ("start", 0 <= question.start < question.end <= 24,
         "The working day ends after it begins, by the hours of one day."),
        ("away", 0 <= question.away <= 0.9, "Give a share from 0 to 90 per cent."),
        ("people", 1 <= question.people <= MOST_PEOPLE, f"Give from 1 to {MOST_PEOPLE} people."),
        ("target", 0 <= question.target <= 0.5, "Give a share from 0 to 50 per cent."),
    )  # fmt: skip
    for name, fits, sentence in checks:
        if not fits:
            found.setdefault(name, sentence)
    return found


def _next(cx: Context) -> StaffingStudy | None:
    """The oldest study that is not answered, locked; None while somebody else has it."""
    oldest = cx.db.execute(
        select(StaffingStudy.id)
        .where(StaffingStudy.state.in_(OPEN))
        .order_by(StaffingStudy.id)
        .limit(1)
    ).scalar()
    if oldest is None:
        return None
    return cx.db.execute(
        select(StaffingStudy)
        .where(StaffingStudy.id == oldest, StaffingStudy.state.in_(OPEN))
        .with_for_update(skip_locked=True)
    ).scalar()


def _put_down(cx: Context, study: StaffingStudy, **values: Any) -> bool:
    cx.db.execute(update(StaffingStudy).where(StaffingStudy.id == study.id).values(**values))
    return True
