"""Releasing a letter that waits for a named person: release it, word it anew, send it back.

Nothing is released by itself. A notice that is late harms, and the ladder of its clock calls up to
compliance for it; a notice that nobody read, where the contract wants it read, may be wrong for
ever. So time only rings, and a person decides. Every step is in the history with who took it.
"""

from dataclasses import dataclass, field
from typing import Any

from casework import ledger, outbox
from casework.context import Context
from casework.db import command
from casework.errors import Invalid
from casework.ledger import held, post
from casework.records import letter_releases, obligations
from casework.records.answers import Done, done
from casework.records.forms import asks
from casework.records.letter_releases import Changed, Waiting
from letters import catalogue


@dataclass(frozen=True, kw_only=True)
class NewWords:
    """One piece of the letter's free text, put anew."""

    path: str = field(metadata=asks("Which part", hint="Such as services.0.reason", most=60))
    text: str = field(metadata=asks("What it is to say", long=True))


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The words of a letter as it is to leave; parts that are not named stay as they stand."""

    words: tuple[NewWords, ...] = field(default=(), metadata=asks("Words put anew"))
    in_spanish: bool = field(
        default=False,
        metadata=asks("What I wrote is Spanish", hint="Of a letter in Spanish only"),
    )

    def by_path(self) -> dict[str, str]:
        """The words by the part that they are for."""
        return {each.path: each.text for each in self.words}


@dataclass(frozen=True, kw_only=True)
class SendingBack:
    """Why the letter cannot leave so."""

    reason: str = field(metadata=asks("What is wrong with it", long=True))


@command
def release_letter(cx: Context, number: int, seen: int | None, form: Wording) -> Done:
    """Release this letter, with what else of the same step waits in its language, worded as here.

    Raises NotAllowed, Stale, Invalid (words that may not stand, or a letter that lacks something).
    """
    waiting = letter_releases.take(cx, number, "release_letter", seen=seen)
    words = letter_releases.words_from(cx, waiting, form.by_path(), in_spanish=form.in_spanish)
    letter_releases.require_whole(cx, waiting.copies, words)
    changed = letter_releases.changes(cx, waiting, words)
    letter_releases.put_words(
        cx,
        waiting,
        words,
        state="due",
        released_by=cx.principal.name[:120],
        released_at=cx.now,
    )
    outbox.revive(cx, [post.posting(_key(copy)) for copy in waiting.copies])
    [recorded] = ledger.record(cx, [_change(waiting, "letter_released", changed)])
    obligations.settle(cx, waiting.case, letter_releases.tasks_of(waiting))
    return done(recorded)


@command
def reword_letter(cx: Context, number: int, seen: int | None, form: Wording) -> Done:
    """Put the words of this letter anew and hand it in for release."""
    waiting = letter_releases.take(cx, number, "reword_letter", seen=seen)
    words = letter_releases.words_from(cx, waiting, form.by_path(), in_spanish=form.in_spanish)
    changed = letter_releases.changes(cx, waiting, words)
    letter_releases.put_words(cx, waiting, words)
    [recorded] = ledger.record(cx, [_change(waiting, "letter_reworded", changed)])
    obligations.settle(cx, waiting.case, letter_releases.tasks_of(waiting))
    for copy in waiting.copies:
        letter_releases.owe(
            cx,
            waiting,
            held.kind_of(copy.id),
            f"Read and release the letter “{_title(copy)}” to the {copy.recipient}.",
            cause_seq=recorded.seq,
            to=(None, waiting.rule.roles[0]),
        )
    return done(recorded)


@command
def send_letter_back(cx: Context, number: int, seen: int | None, form: SendingBack) -> Done:
    """Give the letter back to who decided, with what is wrong; it goes on waiting."""
    if not form.reason.strip():
        raise Invalid("Say what is wrong.", fields={"reason": "Say what is to be put anew."})
    waiting = letter_releases.take(cx, number, "send_letter_back", seen=seen)
    change = _change(waiting, "letter_sent_back", (), text={"reason": form.reason.strip()})
    [recorded] = ledger.record(cx, [change])
    obligations.settle(cx, waiting.case, letter_releases.tasks_of(waiting))
    letter_releases.owe(
        cx,
        waiting,
        letter_releases.reword_kind(waiting.letter.id),
        f"Put the words of the letter “{_title(waiting.letter)}” anew: {cx.principal.name} sent it"
        " back. The story says why.",
        cause_seq=recorded.seq,
        to=(waiting.writer_id, waiting.writer_role),
    )
    return done(recorded)


def _change(
    waiting: Waiting,
    observation: str,
    changed: tuple[Changed, ...],
    *,
    text: dict[str, Any] | None = None,
) -> ledger.Change:
    letter = waiting.letter
    worded = [f"{each.label}: “{each.now}” in place of “{each.was}”" for each in changed]
    return ledger.Change(
        case=waiting.case,
        observation=observation,
        said=ledger.Said(
            more={
                "held_letter": letter.id,
                "code": letter.code,
                "recipient": letter.recipient,
                "with_it": [copy.id for copy in waiting.copies[1:]],
                "worded": len(changed),
            }
        ),
        text=(text or {}) | ({"worded": worded} if worded else {}),
        moves_version=True,
    )


def _key(letter: Any) -> dict[str, Any]:
    return {
        "case_id": letter.case_id,
        "cause_seq": letter.cause_seq,
        "code": letter.code,
        "recipient": letter.recipient,
    }


def _title(letter: Any) -> str:
    return catalogue.get(letter.code).title
