"""The letters of a step before it is taken: the very command runs, its letters are made, and all of
it is taken back.

Ten a minute for each person: each runs a whole step and composes its letters.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select, tuple_

from casework.context import Context
from casework.db import command, rehearse
from casework.ledger.post import OWED
from casework.models import Letter
from casework.records import letter_drafts, tries
from casework.records.letter_drafts import Drafted
from casework.services.actions import Action
from casework.services.sign_in import TooManyTries
from letters import catalogue
from statemachines import engine

A_MINUTE: Final = 10
MINUTE: Final = timedelta(minutes=1)
# In this order the copies are shown: the member's own first.
_FIRST: Final = ("member", "representative", "provider", "body")


@command
def count_rehearsal(cx: Context) -> None:
    """Count one look of this person at letters to come (`cx.now` is the wall clock).

    Raises TooManyTries with the seconds to wait.
    """
    key = tries.key_of("letter-preview", f"{cx.principal.kind}:{cx.principal.id}")
    until = tries.full_until(cx, key, A_MINUTE, window=MINUTE)
    if until is not None:
        raise TooManyTries(
            f"You looked at letters {A_MINUTE} times within a minute. Wait a moment, then look"
            " again; what you typed is still here.",
            retry_after=max(1, int((until - cx.now).total_seconds()) + 1),
        )
    tries.count(cx, key)


def calls_for_letters(kind: str, trigger: str, line: str) -> bool:
    """Whether this step calls for any letter on this line of business."""
    events = {edge.event for edge in engine.edges(kind) if edge.trigger == trigger}
    return any(
        (call.kind == kind and call.event in events and line in call.lines)
        for code in catalogue.load().codes()
        for call in catalogue.get(code).calls
    )


def letters_to_come(
    cx: Context, step: Action, ref: str, seen: int | None, form: Any
) -> tuple[Drafted, ...]:
    """Every letter that this step would owe, as it would leave today; nothing of it stays.

    Raises what the step itself raises: whoever may not take it sees no letter of it.
    """
    given = (ref, seen) if step.form is None else (ref, seen, form)
    return rehearse(step.command, cx, *given, look=_letters)


def _letters(cx: Context, _done: Any) -> tuple[Drafted, ...]:
    owed: Sequence[tuple[int, int]] = sorted(cx.db.info.get(OWED, ()))
    if not owed:
        return ()
    rows = cx.db.execute(
        select(Letter).where(tuple_(Letter.case_id, Letter.cause_seq).in_(owed)).order_by(Letter.id)
    ).scalars()
    found = [letter_drafts.drafted(cx, row) for row in rows]
    return tuple(
        replace(each, id=place)  # its number is taken back with the rest
        for place, each in enumerate(sorted(found, key=_place), start=1)
    )


def _place(each: Drafted) -> int:
    return _FIRST.index(each.recipient) if each.recipient in _FIRST else len(_FIRST)
