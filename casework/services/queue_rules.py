"""Rules of queues: published with a reason and a first day, ended, and open cases moved by them.

A version is written once. Only new steps follow it, unless whoever publishes it also wants the open
cases moved: the worker does that slice by slice, and a slice that dies is done whole later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, insert, select, update

from casework import ledger, observations, policy
from casework.context import Context, Principal
from casework.db import command
from casework.errors import Invalid, NotFound, Stale
from casework.ledger import queue_rules as rules
from casework.ledger.queue_rules import Book, Rule
from casework.models import Case, Queue, QueueMove, QueueRule
from casework.records.queue_rules import (
    EndForm,
    RuleForm,
    Written,
    ending,
    proposed,
    reason_wrong,
    row_of,
    written,
)

ACTION: Final = "set_queues"
TOPIC: Final = "queue_move"
SLICE: Final = 200


@dataclass(frozen=True)
class Published:
    """The rule and its new version; `move` is the number of the move of open cases, or 0."""

    code: str
    version: int
    move: int


@command
def publish_rule(
    cx: Context, form: RuleForm, *, seen: int, move: bool = False, expected: int = 0
) -> Published:
    """Write the next version of a rule, or a new rule. `seen`: the edition that was looked at;
    `move`: also bring the open cases of its step where the rules put them then, of which
    `expected` was shown. Raises NotAllowed, NotFound, Invalid, Stale."""
    there = _there(cx, seen)
    rule = proposed(there, form, cx.now)
    return _publish(cx, rule, form.reason, move=move, expected=expected)


@command
def end_rule(
    cx: Context, form: EndForm, *, seen: int, move: bool = False, expected: int = 0
) -> Published:
    """End a rule from a day on; its queue stays. Raises NotAllowed, NotFound, Invalid, Stale."""
    there = _there(cx, seen)
    rule = ending(there, form, cx.now)
    return _publish(cx, rule, form.reason, move=move, expected=expected)


@command
def move_open_cases(cx: Context, step: str, *, reason: str, expected: int) -> int:
    """Bring the open cases of a step where the rules of now put them; the number of the move.

    Raises NotAllowed, NotFound, Invalid.
    """
    policy.require(cx.principal, "", ACTION)
    wrong = reason_wrong(reason)
    if wrong:
        raise Invalid("Say why they are moved.", fields=wrong)
    known = cx.db.execute(select(Queue.step).where(Queue.code == step)).scalar_one_or_none()
    if known != "":
        raise NotFound("There is no such step of the work.")
    _one_at_a_time(cx)
    waits = select(QueueMove.id).where(QueueMove.step == step, QueueMove.state == "waiting")
    if cx.db.execute(waits.where(QueueMove.due_at <= cx.now).limit(1)).scalar():
        said = "Its open cases are being moved already."
        raise Invalid(said, fields={"reason": said})
    return _ask(cx, step, reason=reason, expected=expected, due_at=cx.now)


@command
def carry_move(cx: Context, limit: int = SLICE) -> bool:
    """Move the next open cases of the oldest move that is due; False: none is. Only the system."""
    row = _next_move(cx)
    if row is None:
        return False
    book = rules.book(cx, cx.now)
    cases = _next_cases(cx, row, book, limit)
    # Only what lies wrong is locked; it is judged again once it is.
    heads = ledger.take_all(cx, [case.id for case in cases if _elsewhere(cx, case, book)])
    changes = [
        change for head in heads.values() if (change := _moving(cx, head, row, book)) is not None
    ]
    if changes:
        ledger.record(cx, changes)
    over = len(cases) < limit
    _put(
        cx,
        row.id,
        last_case_id=cases[-1].id if cases else row.last_case_id,
        seen=row.seen + len(cases),
        moved=row.moved + len(changes),
        **({"state": "done", "ended_at": cx.now} if over else {}),
    )
    return True


@command
def pass_over_case(cx: Context, error: str) -> None:
    """The next case of the oldest move could not be moved, whatever was tried: go on behind it."""
    row = _next_move(cx)
    if row is None:
        return
    cases = _next_cases(cx, row, rules.book(cx, cx.now), 1)
    if cases:
        number = cases[0].id
        said = f"Case {number} stayed ({error})."[:120]
        _put(cx, row.id, last_case_id=number, seen=row.seen + 1, error=said)
    else:
        _put(cx, row.id, state="failed", error=error[:120], ended_at=cx.now)


def _there(cx: Context, seen: int) -> Written:
    policy.require(cx.principal, "", ACTION)
    _one_at_a_time(cx)
    there = written(cx)
    if there.edition != seen:
        raise Stale(
            "Somebody changed the rules while you looked. Nothing of yours was stored: look at the"
            " plan again.",
            fields={"form": "The rules changed meanwhile. Here is what it would do now."},
        )
    return there


def _publish(cx: Context, rule: Rule, reason: str, *, move: bool, expected: int) -> Published:
    cx.db.execute(
        insert(QueueRule).values(**row_of(rule, rules.stored(rule.conditions), cx, reason))
    )
    event = "queue_rule_ended" if rule.ended else "queue_rule_published"
    observations.append(cx, event, what=f"rule:{rule.code}:v{rule.version}")
    number = 0
    if move:
        number = _ask(
            cx,
            rule.step,
            rule=rule.code,
            reason=reason,
            expected=expected,
            due_at=rule.effective_at,
        )
    return Published(rule.code, rule.version, number)


def _ask(cx: Context, step: str, **values: Any) -> int:
    values["reason"] = values["reason"].strip()
    number: int = cx.db.execute(
        insert(QueueMove)
        .values(
            step=step,
            asked_at=cx.now,
            asked_by_id=cx.principal.id,
            asked_by=cx.principal.name[:120],
            asked_role=cx.principal.role,
            **values,
        )
        .returning(QueueMove.id)
    ).scalar_one()
    observations.append(cx, "queue_move_asked", what=f"move:{number}")
    cx.db.info["topics"].add(TOPIC)
    return number


def _next_move(cx: Context) -> Any:
    """The oldest move that is due and that no other worker has in its hands."""
    return cx.db.execute(
        select(QueueMove)
        .where(QueueMove.state == "waiting", QueueMove.due_at <= cx.now)
        .order_by(QueueMove.due_at, QueueMove.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).scalar_one_or_none()


def _next_cases(cx: Context, row: Any, book: Book, limit: int) -> Sequence[Any]:
    family = [code for code in book.steps if book.step_of(code) == row.step]
    return cx.db.execute(
        select(
            *(Case.id, Case.queue, Case.kind, Case.contract_version_id),
            *(Case.service, Case.specialty, Case.fast_track),
        )
        .where(Case.open, Case.queue.in_(family), Case.id > row.last_case_id)
        .order_by(Case.id)
        .limit(limit)
    ).all()


def _elsewhere(cx: Context, case: Any, book: Book) -> bool:
    return book.named(case.queue, rules.work_of(cx, case)).queue != case.queue


def _moving(cx: Context, head: ledger.Head, row: Any, book: Book) -> ledger.Change | None:
    """The change that moves this case; None where it lies right, or went on meanwhile."""
    if not head.open or book.step_of(head.queue) != row.step:
        return None
    named = book.named(head.queue, rules.work_of(cx, head))
    if named.queue == head.queue:
        return None
    return ledger.Change(
        case=head,
        observation="queue_changed",
        said=ledger.Said(more={"from": head.queue, "to": named.queue}),
        text={"reason": row.reason},
        sets={"queue": named.queue},
        actor=Principal(
            kind="user", id=row.asked_by_id, name=row.asked_by, roles=frozenset({row.asked_role})
        ),
        moves_version=False,
    )


def _put(cx: Context, number: int, **values: Any) -> None:
    cx.db.execute(
        update(QueueMove)
        .where(QueueMove.id == number)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _one_at_a_time(cx: Context) -> None:
    cx.db.execute(select(func.pg_advisory_xact_lock(func.hashtext("queue rules"))))
