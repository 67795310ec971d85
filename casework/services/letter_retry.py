"""Trying a letter again that the gate refused, or that failed too often, once its cause is mended.

The letter is made from the facts as they stand then: an address that was published, words that were
put anew. What the gate would refuse once more is refused here, with the element and the law, so
that nobody waits for a letter that cannot leave. It renders and sends nothing.
"""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from sqlalchemy import select, update

from casework import bridge, ledger, outbox
from casework.bridge import letter_release
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound, StateRefused
from casework.ledger import held, post
from casework.models import Letter
from casework.records import letter_drafts, letter_releases, letter_tasks, observing
from casework.records.answers import Done
from casework.records.forms import asks

STOPPED: Final = frozenset({"refused", "parked"})


@dataclass(frozen=True, kw_only=True)
class Retry:
    """Which letter, what was mended, and whether its own words are to be put anew first."""

    letter_id: int = field(metadata=asks("Which letter"))
    how: Literal["as_it_stands", "new_words"] = field(
        default="as_it_stands", metadata=asks("What is to happen")
    )
    note: str = field(default="", metadata=asks("What was mended", long=True))


@command
def try_letter_again(cx: Context, ref: str, seen: int | None, form: Retry) -> Done:
    """Put a letter of this case that could not leave back to work.

    As it stands: it is owed again at once. New words: it waits, as held letters do, until somebody
    worded and released it. Raises NotFound, NotAllowed, Stale, StateRefused (it is not stopped),
    Invalid (it would be refused once more, with every reason).
    """
    case = observing.take(cx, ref, "try_letter_again", seen=seen)
    letter = _letter(cx, case.id, form.letter_id)
    if letter.state not in STOPPED:
        raise StateRefused(
            "This letter is not stopped: it left, or is on its way; nothing was changed."
        )
    if form.how == "new_words":
        if letter.sha256:
            raise Invalid(
                "The pages of this letter are printed already: its words stand.",
                fields={"how": "Try it as it stands, or send a new letter instead."},
            )
        _hold(cx, case, letter)
    else:
        if not letter.sha256:
            _require_whole(cx, letter)
        _owe(cx, letter)
    letter_tasks.settle(cx, case.id, letter_tasks.mending(letter.id))
    more = {
        "letter": letter.id,
        "code": letter.code,
        "recipient": letter.recipient,
        "how": form.how,
    }
    return observing.observe(
        cx,
        case,
        "letter_tried_again",
        said=ledger.Said(more=more),
        text={"note": form.note.strip()} if form.note.strip() else {},
        moves_version=True,
    )


def _letter(cx: Context, case_id: int, number: int) -> Any:
    letter = cx.db.execute(
        select(Letter).where(Letter.id == number, Letter.case_id == case_id).with_for_update()
    ).scalar_one_or_none()
    if letter is None:
        raise NotFound("There is no such letter on this case.")
    return letter


def _require_whole(cx: Context, letter: Any) -> None:
    """Raise Invalid with every reason for which the gate would refuse it once more."""
    words = letter_drafts.words_of(cx, letter)
    letter_releases.require_whole(cx, (letter,), words)


def _owe(cx: Context, letter: Any) -> None:
    """The letter is work again: printed anew, or sent on where its pages are stored."""
    _set(cx, letter, state="deposited" if letter.sha256 else "due", missing=[])
    outbox.revive(cx, [_posting(letter)])


def _hold(cx: Context, case: ledger.Head, letter: Any) -> None:
    _set(cx, letter, state="held", missing=[])
    rule = letter_release.release_of(bridge.version_of(cx, case.contract_version_id).workflow)
    due_at = letter_release.due_of(bridge.standing_answer(cx, case), at=cx.now)
    letter_tasks.owe_release(
        cx, letter, kind=held.kind_of(letter.id), role=rule.roles[0], due_at=due_at
    )


def _set(cx: Context, letter: Any, **values: Any) -> None:
    cx.db.execute(
        update(Letter)
        .where(Letter.id == letter.id, Letter.state.in_(STOPPED))
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _posting(letter: Any) -> outbox.Posting:
    return post.posting(
        {name: getattr(letter, name) for name in ("case_id", "cause_seq", "code", "recipient")}
    )
