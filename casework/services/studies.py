"""Studies of a change of rules: asked by a person, answered by the worker slice by slice.

A slice is one short transaction: it counts some pages of cases into the tally of the study and says
how far it came. A worker that is killed loses that slice alone, and nothing is counted twice.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select, update

from casework import now, observations, policy
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, Problem
from casework.models import RuleStudy
from casework.records import histories, readings
from sla.tally import taken_up

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
OPEN: Final = (WAITING, RUNNING)
TOPIC: Final = "study"
MOST_FOUND: Final = 300
SLICE_SECONDS: Final = 1.0
# One person's studies that wait; more would keep those of others waiting.
MOST_WAITING: Final = 5


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked: readings in words (see `records.readings`), the contract, and for `replay` the
    days of receipt, both included."""

    kind: str
    after: str
    before: str = readings.STAMPED
    contract: str = ""
    since: date | None = None
    until: date | None = None


@command
def ask_study(cx: Context, question: Question) -> int:
    """The id of a new study that waits for the worker.

    Raises NotAllowed, or Invalid with what is wrong with the question.
    """
    policy.require(cx.principal, "", "study_rules")
    if question.kind not in histories.KINDS:
        raise Invalid("That is no kind of study.", fields={"kind": "Use diff or replay."})
    _comparison(cx, _asked(question))
    mine = cx.db.execute(
        select(RuleStudy.id).where(
            RuleStudy.asked_by_id == cx.principal.id, RuleStudy.state.in_(OPEN)
        )
    ).all()
    if len(mine) >= MOST_WAITING:
        raise Invalid(
            f"{len(mine)} of your studies are not answered yet.",
            fields={"kind": "Wait until one of them is done."},
        )
    study = RuleStudy(
        kind=question.kind,
        asked=_asked(question),
        asked_by_id=cx.principal.id or None,
        asked_by=cx.principal.name,
        asked_at=cx.now,
        state=WAITING,
        seen=0,
        total=0,
        result={},
        error="",
    )
    cx.db.add(study)
    cx.db.flush()
    observations.append(cx, "rules_studied", what=f"study:{study.id}")
    cx.db.info["topics"].add(TOPIC)
    return study.id


@command
def answer_slice(
    cx: Context, *, seconds: float = SLICE_SECONDS, page_size: int = histories.PAGE
) -> bool:
    """Count some more cases into the oldest open study, for about so many seconds; False when none
    waits or somebody else is at it. As the system: counts are of the whole house, and the page
    names only cases within its reader's reach."""
    study = _next(cx)
    if study is None:
        return False
    started = now.monotonic()
    try:
        compared = _comparison(cx, study.asked)
        tally, reach = (
            taken_up(study.result.get("tally", {}), MOST_FOUND),
            _reach(cx, study, compared),
        )
        more, first = True, True
        while more and (first or now.monotonic() - started < seconds):
            page = histories.page_after(cx, compared.scope, reach.last, reach.upto, size=page_size)
            for case, rows in page:
                compared.add(cx, tally, case, rows, study.asked_at)
            more, first = len(page) == page_size, False
            reach.seen += len(page)
            reach.last = page[-1][0].id if page else reach.last
    except Problem as problem:  # a contract that changed since it was asked
        said = " ".join((problem.sentence, *problem.fields.values()))
        return _put_down(cx, study, state=FAILED, error=said[:200], ended_at=cx.now)
    return _put_down(
        cx,
        study,
        state=RUNNING if more else DONE,
        seen=reach.seen,
        total=max(reach.total, reach.seen) if more else reach.seen,
        result={"tally": tally.as_dict(), "last": reach.last, "upto": reach.upto},
        ended_at=None if more else cx.now,
    )


@command
def give_up_study(cx: Context, error: str) -> None:
    """End the oldest open study as failed: its answer cannot be worked out. `error` is a sentence
    or the name of an error, never what a case says."""
    study = _next(cx)
    if study is not None:
        _put_down(cx, study, state=FAILED, error=error[:200], ended_at=cx.now)


def _next(cx: Context) -> RuleStudy | None:
    """The oldest study that is not answered, locked; None while somebody else has it."""
    oldest = cx.db.execute(
        select(RuleStudy.id).where(RuleStudy.state.in_(OPEN)).order_by(RuleStudy.id).limit(1)
    ).scalar()
    if oldest is None:
        return None
    return cx.db.execute(
        select(RuleStudy)
        .where(RuleStudy.id == oldest, RuleStudy.state.in_(OPEN))
        .with_for_update(skip_locked=True)
    ).scalar()


@dataclass
class _Reach:
    """How far a study came: the last case counted, the last to count, how many, of how many."""

    last: int
    upto: int
    seen: int
    total: int


def _reach(cx: Context, study: RuleStudy, compared: histories.Comparison) -> _Reach:
    """Where a study stands; the first slice fixes which cases it is about."""
    if "upto" in study.result:
        return _Reach(study.result["last"], study.result["upto"], study.seen, study.total)
    return _Reach(
        0, histories.last_id(cx, compared.scope), 0, histories.how_many(cx, compared.scope)
    )


def _put_down(cx: Context, study: RuleStudy, **values: Any) -> bool:
    cx.db.execute(update(RuleStudy).where(RuleStudy.id == study.id).values(**values))
    return True


def _asked(question: Question) -> dict[str, Any]:
    return {
        "kind": question.kind,
        "before": question.before,
        "after": question.after,
        "contract": question.contract,
        "since": question.since.isoformat() if question.since else None,
        "until": question.until.isoformat() if question.until else None,
    }


def _comparison(cx: Context, asked: dict[str, Any]) -> histories.Comparison:
    return histories.comparison(
        cx,
        asked["kind"],
        readings.read(cx, asked["before"]),
        readings.read(cx, asked["after"]),
        contract=asked["contract"],
        since=date.fromisoformat(asked["since"]) if asked["since"] else None,
        until=date.fromisoformat(asked["until"]) if asked["until"] else None,
    )
