"""Tasks of the house that belong to no case: licences of our people that end soon."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from casework import observations, policy
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound
from casework.models import HouseTask, Licence, User
from casework.records import account_changes

ACTION: Final = "administer"
MOST_OF_AN_ANSWER: Final = 300


@command
def warn_of_licences(cx: Context) -> int:
    """Make a task of each licence of ours that ends within sixty days and that no later one of its
    State and kind follows; how many tasks are new. Only the system asks."""
    account_changes.one_at_a_time(cx)
    ending = licences_to_warn_of(cx)
    for row in ending:
        cx.db.add(
            HouseTask(
                kind=account_changes.LICENCE_TASK,
                key=account_changes.warned_of(row),
                user_id=row.user_id,
                owner_role="admin",
                due_on=row.ends_on,
                raised_at=cx.now,
            )
        )
    cx.db.flush()
    return len(ending)


def licences_to_warn_of(cx: Context) -> Sequence[Any]:
    """Licences of people with an open account that end within sixty days, that no later one of the
    same State and kind follows, and of which there is no task yet; the first to end first."""
    today, later = cx.now.date(), aliased(Licence)
    followed = select(later.id).where(
        later.user_id == Licence.user_id,
        later.kind == Licence.kind,
        later.state == Licence.state,
        later.starts_on <= Licence.ends_on + 1,
        later.ends_on.is_(None) | (later.ends_on > Licence.ends_on),
    )
    told = select(HouseTask.id).where(
        HouseTask.kind == account_changes.LICENCE_TASK,
        HouseTask.key == func.concat(Licence.id, ":", Licence.ends_on),
    )
    return cx.db.execute(
        select(Licence.id, Licence.user_id, Licence.ends_on)
        .join(User, User.id == Licence.user_id)
        .where(User.kind == "staff", User.active)
        .where(Licence.ends_on >= today, Licence.ends_on <= today + account_changes.WARN_BEFORE)
        .where(~followed.exists(), ~told.exists())
        .order_by(Licence.ends_on, Licence.id)
        .limit(500)
    ).all()


@command
def finish_task(cx: Context, task_id: int, *, why: str) -> None:
    """Say that a task of the house is done, and how. Raises NotAllowed, NotFound, Invalid."""
    policy.require(cx.principal, "", ACTION)
    if not why.strip():
        raise Invalid("Say what was done.", fields={"why": "Say what was done."})
    task = cx.db.execute(
        select(HouseTask)
        .where(HouseTask.id == task_id, HouseTask.done_at.is_(None))
        .with_for_update()
    ).scalar()
    if task is None:
        raise NotFound("There is no such task, or it is done.")
    task.done_at, task.done_by = cx.now, cx.principal.name[:120]
    task.done_why = why.strip()[:MOST_OF_AN_ANSWER]
    observations.append(cx, "house_task_done", what=f"task:{task_id}")
