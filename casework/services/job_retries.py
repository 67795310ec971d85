"""Parked work that somebody lets be tried again, with a note.

Asked for by whoever watches the house; carried out by the house itself, which alone sees what the
work is about. What may have left is never sent again to make sure: it is asked about.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from casework import observations, policy
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound, StateRefused
from casework.models import Coversheet, Delivery, JobRetry, LetterEdition, OutboxItem, WayIn

ACTION: Final = "retry_job"
MOST_OF_A_NOTE: Final = 300
DOUBT: Final = "It may have left already: find out and say whether it did. It is not sent again."
AGAIN: Final = "It waits again, its tries counted anew."
DONE: Final = "What it was to do is done already; nothing was sent again."
# What has its own way back, with more to look at than a note.
ELSEWHERE: Final[Mapping[str, str]] = {
    "letter": "Take the step “Try a letter again” on its case: it looks first if it can leave.",
    "packet": "Open the review on its case: ask the body whether it has the packet.",
    "case_file": "Its task stands on the case: mend the file there, then ask for it again.",
}


@command
def ask_retry(cx: Context, item_id: int, *, note: str) -> int:
    """Ask that parked work be tried again; the number of the request, the same one for a double
    click. Raises NotAllowed, Invalid (no note), NotFound, StateRefused (it is not parked)."""
    policy.require(cx.principal, "", ACTION)
    if not note.strip():
        raise Invalid("Say what was mended.", fields={f"note-{item_id}": "Say what was mended."})
    item = cx.db.execute(
        select(OutboxItem).where(OutboxItem.id == item_id).with_for_update()
    ).scalar()
    if item is None:
        raise NotFound("There is no such work.")
    asked = select(JobRetry.id).where(JobRetry.item_id == item_id, JobRetry.state == "asked")
    known = cx.db.execute(asked).scalar()
    if known is not None:
        return int(known)
    if item.state != "parked":
        raise StateRefused("It is not parked any more; nothing was changed.")
    row = JobRetry(
        item_id=item_id,
        error=item.error,
        note=note.strip()[:MOST_OF_A_NOTE],
        state="asked",
        at=cx.now,
        by_id=cx.principal.id,
        by_name=cx.principal.name[:120],
    )
    cx.db.add(row)
    try:
        cx.db.flush()
    except IntegrityError as error:
        raise StateRefused("Somebody else asked for it just now.") from error
    observations.append(cx, "job_retry_asked", what=f"outbox:{item_id}")
    return row.id


@command
def carry_out_retry(cx: Context, retry_id: int) -> str:
    """Let the work wait again, or say why not; what came of it, in a sentence. Only the system
    asks; done once, however often it is asked."""
    row = cx.db.execute(
        select(JobRetry).where(JobRetry.id == retry_id).with_for_update()
    ).scalar_one()
    if row.state != "asked":
        return row.outcome
    item = cx.db.execute(
        select(OutboxItem).where(OutboxItem.id == row.item_id).with_for_update()
    ).scalar_one()
    why_not = "" if item.state == "parked" else DONE
    why_not = why_not or ELSEWHERE.get(item.topic, "")
    if not why_not and item.topic in _MAKE_READY:
        why_not = _MAKE_READY[item.topic](cx, item.object_id)
    if why_not:
        _set(cx, JobRetry, row.id, state="refused", outcome=why_not, done_at=cx.now)
        return why_not
    _set(cx, JobRetry, row.id, state="again", outcome=AGAIN, done_at=cx.now)
    _set(cx, OutboxItem, item.id, state="waiting", attempts=0, next_at=cx.now, error="")
    cx.db.info["topics"].add(item.topic)
    return AGAIN


def waiting(cx: Context) -> list[int]:
    """Requests that were not carried out yet."""
    return list(
        cx.db.scalars(
            select(JobRetry.id).where(JobRetry.state == "asked").order_by(JobRetry.id).limit(100)
        )
    )


def _message(cx: Context, number: int | None) -> str:
    """An e-mail, a text message or a fax: only what certainly did not leave goes again."""
    state = cx.db.execute(select(Delivery.state).where(Delivery.id == number)).scalar()
    if state in {"in_doubt", "sending"}:
        return DOUBT
    if state not in {"failed", "intent"}:
        return DONE
    _set(cx, Delivery, number, state="intent")
    return ""


def _copy(cx: Context, number: int | None) -> str:
    """A copy for the print vendor: its batch has one folder, so nothing is written twice."""
    state = cx.db.execute(select(Delivery.state).where(Delivery.id == number)).scalar()
    return "" if state == "intent" else DONE


def _way_in(cx: Context, number: int | None) -> str:
    stage = cx.db.execute(select(WayIn.stage).where(WayIn.id == number)).scalar()
    if stage in {"in_doubt", "sending"}:
        return DOUBT
    if stage not in {"failed", "again", "asked"}:
        return DONE
    if stage == "failed":
        _set(cx, WayIn, number, stage="again")
    return ""


def _sheet(cx: Context, number: int | None) -> str:
    _set(cx, Coversheet, number, state="asked")
    return ""


def _edition(cx: Context, number: int | None) -> str:
    _set(cx, LetterEdition, number, state="asked")
    return ""


def _set(cx: Context, table: Any, number: int | None, **values: Any) -> None:
    cx.db.execute(
        update(table)
        .where(table.id == number)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


_MAKE_READY: Final[Mapping[str, Callable[[Context, int | None], str]]] = {
    "pointer": _message,
    "fax": _message,
    "print": _copy,
    "way_in": _way_in,
    "coversheet": _sheet,
    "edition": _edition,
}
