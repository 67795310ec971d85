"""The directory of queues: a queue is added, renamed, put in its place, given to other roles,
closed and opened again; each change with its reason. What a rule puts into it stands in
`services.queue_rules`.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, insert, select, update

from casework import observations, policy
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound, StateRefused
from casework.models import Queue, QueueChange
from casework.records.queue_rules import leading_into, reason_wrong, written

ACTION: Final = "set_queues"
# Who can work a queue.
WORKERS: Final = ("intake", "nurse", "physician", "ag_specialist", "ag_clinician", "supervisor")
MOST: Final = 40
LONGEST_CODE: Final = 30


@dataclass(frozen=True, kw_only=True)
class QueueForm:
    """A queue as it is to be: its name, the roles that work it, its place in the list (1 first);
    `step` only for a new one: the step's queue of whose work it takes a part."""

    name: str
    roles: tuple[str, ...]
    place: int
    reason: str
    step: str = ""


@command
def add_queue(cx: Context, form: QueueForm) -> str:
    """Add a queue that takes part of a step's work; its code. No case lies there until a rule says
    so. Raises NotAllowed, Invalid."""
    there = _there(cx)
    wrong = _wrong(there, form, but="")
    steps = {row.code for row in there if not row.step}
    if form.step not in steps:
        wrong["step"] = "Choose the step of whose work it takes a part."
    if len(there) >= MOST:
        wrong["name"] = f"There are {MOST} queues already: nobody would find the right one."
    if wrong:
        raise Invalid("The queue was not added.", fields=wrong)
    # "new" is the address of the form.
    code = _code(form.name, {row.code for row in there} | {"new"})
    cx.db.execute(
        insert(Queue).values(
            code=code, name=form.name.strip(), step=form.step, roles=_in_order(form), position=0
        )
    )
    place = _put_in_order(cx, [row.code for row in there], code, form.place)
    _keep(cx, code, was={}, now=_told(form, place), reason=form.reason)
    return code


@command
def change_queue(cx: Context, code: str, form: QueueForm) -> None:
    """Rename a queue, give it to other roles, put it elsewhere in the list.

    Raises NotAllowed, NotFound, Invalid.
    """
    there = _there(cx)
    found = next((row for row in there if row.code == code), None)
    if found is None:
        raise NotFound("There is no such queue.")
    was = {
        "name": found.name,
        "roles": list(found.roles),
        "place": [row.code for row in there].index(code) + 1,
    }
    wrong = _wrong(there, form, but=code)
    if not wrong and was == _told(form, min(form.place, len(there))):
        wrong["form"] = "Nothing is different from now."
    if wrong:
        raise Invalid("The queue was not changed.", fields=wrong)
    cx.db.execute(
        update(Queue)
        .where(Queue.code == code)
        .values(name=form.name.strip(), roles=_in_order(form))
        .execution_options(synchronize_session=False)
    )
    place = _put_in_order(cx, [row.code for row in there if row.code != code], code, form.place)
    _keep(cx, code, was=was, now=_told(form, place), reason=form.reason)


@command
def close_queue(cx: Context, code: str, *, reason: str) -> None:
    """Close a queue that takes part of a step's work: nothing goes there any more, and its history
    stays. Raises NotAllowed, NotFound, Invalid without a reason, StateRefused while cases lie there
    or rules lead into it: it says how many and where they go."""
    found, there = _one(cx, code, reason, wrong="The queue was not closed.")
    # No rule begins to lead into it meanwhile.
    cx.db.execute(select(func.pg_advisory_xact_lock(func.hashtext("queue rules"))))
    if found.closed_at is not None:
        raise StateRefused("The queue is closed already.", source="state")
    if not found.step:
        raise StateRefused(
            "A step of the work names this queue: it stays as long as the step.", source="state"
        )
    step = next(row.name for row in there if row.code == found.step)
    rules = leading_into(written(cx), code, cx.now)
    if rules:
        raise StateRefused(
            f"{', '.join(rules)} puts work here: end the rule, or let it lead to another queue."
            f" What lies here then goes to {step}.",
            source="state",
        )
    lie = int(cx.db.execute(select(func.open_in_queue(code))).scalar_one())
    if lie:
        some = "One open case lies" if lie == 1 else f"{lie:,}{'+' * (lie >= 1000)} open cases lie"
        raise StateRefused(
            f"{some} here: move them to {step} on the page of all queues first, under “Open work"
            " that lies elsewhere”.",
            source="state",
        )
    _set_closed(cx, code, at=cx.now)
    _keep(cx, code, was={"closed": False}, now={"closed": True}, reason=reason)


@command
def reopen_queue(cx: Context, code: str, *, reason: str) -> None:
    """Open a closed queue again: rules may lead into it. Raises NotAllowed, NotFound, Invalid,
    StateRefused where it is open."""
    found, _there = _one(cx, code, reason, wrong="The queue was not opened.")
    if found.closed_at is None:
        raise StateRefused("The queue is open.", source="state")
    _set_closed(cx, code, at=None)
    _keep(cx, code, was={"closed": True}, now={"closed": False}, reason=reason)


def _one(cx: Context, code: str, reason: str, *, wrong: str) -> tuple[Any, list[Any]]:
    there = _there(cx)
    found = next((row for row in there if row.code == code), None)
    if found is None:
        raise NotFound("There is no such queue.")
    if faults := reason_wrong(reason):
        raise Invalid(wrong, fields=faults)
    return found, there


def _set_closed(cx: Context, code: str, *, at: datetime | None) -> None:
    cx.db.execute(
        update(Queue)
        .where(Queue.code == code)
        .values(closed_at=at)
        .execution_options(synchronize_session=False)
    )


def _there(cx: Context) -> list[Any]:
    """All queues in their order, with nobody else changing them."""
    policy.require(cx.principal, "", ACTION)
    cx.db.execute(select(func.pg_advisory_xact_lock(func.hashtext("queues"))))
    return list(
        cx.db.execute(
            select(Queue.code, Queue.name, Queue.step, Queue.roles, Queue.closed_at).order_by(
                Queue.position, Queue.code
            )
        )
    )


def _wrong(there: list[Any], form: QueueForm, *, but: str) -> dict[str, str]:
    wrong = reason_wrong(form.reason)
    name = form.name.strip()
    if not 3 <= len(name) <= 60:
        wrong["name"] = "Give the queue a name of 3 to 60 characters."
    elif any(row.name.casefold() == name.casefold() and row.code != but for row in there):
        wrong["name"] = "Another queue has this name."
    if not form.roles or set(form.roles) - set(WORKERS):
        wrong["roles"] = "Tick who works it."
    if not 1 <= form.place <= MOST:
        wrong["place"] = f"Write a number from 1 to {MOST}: 1 is the first in the list."
    return wrong


def _code(name: str, taken: set[str]) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[: LONGEST_CODE - 3] or "queue"
    for number in range(1, MOST + 2):
        code = plain if number == 1 else f"{plain}_{number}"
        if code not in taken:
            return code
    raise Invalid("The queue was not added.", fields={"name": "Choose another name."})


def _put_in_order(cx: Context, others: list[str], code: str, place: int) -> int:
    """Number the list anew with this queue at its place; the place that it got."""
    at = min(place - 1, len(others))
    for position, each in enumerate([*others[:at], code, *others[at:]]):
        cx.db.execute(
            update(Queue)
            .where(Queue.code == each, Queue.position != position)
            .values(position=position)
            .execution_options(synchronize_session=False)
        )
    return at + 1


def _in_order(form: QueueForm) -> list[str]:
    return [role for role in WORKERS if role in form.roles]


def _told(form: QueueForm, place: int) -> dict[str, Any]:
    return {"name": form.name.strip(), "roles": _in_order(form), "place": place}


def _keep(cx: Context, code: str, *, was: dict[str, Any], now: dict[str, Any], reason: str) -> None:
    cx.db.execute(
        insert(QueueChange).values(
            code=code,
            was=was,
            now=now,
            reason=reason.strip(),
            at=cx.now,
            by_id=cx.principal.id,
            by_name=cx.principal.name[:120],
        )
    )
    observations.append(cx, "queue_changed" if was else "queue_added", what=f"queue:{code}")
