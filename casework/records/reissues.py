"""The rows of a letter that is sent again: a new letter that names the one it repeats, and why.

The first one and its bytes stay as they are. It judges nothing: whether it may be sent anew is the
service's business.
"""

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import insert, select, update

from casework import ledger, outbox, seal
from casework.bridge import letter_again, letter_edits
from casework.context import Context
from casework.ledger.entries import case_key
from casework.ledger.post import posting
from casework.models import Letter, Obligation

REASONS: Final = ("returned", "wrong_address", "wrong_format", "wrong_content", "second_copy")


def owe(
    cx: Context,
    case: ledger.Head,
    root: Any,
    *,
    seq: int,
    of: int,
    reason: str,
    anew: bool,
    large_print: bool = False,
) -> int:
    """Write the new letter, called for by the event `seq`, and the work that produces it; answers
    its id. `anew`: printed with the day on which it leaves; else a cover before an exact copy."""
    row: dict[str, Any] = {
        "case_id": root.case_id,
        "member_id": root.member_id,
        "cause_seq": seq,
        "code": root.code if anew else letter_again.COVER,
        "recipient": root.recipient,
        "notice_kind": root.notice_kind if anew else "",
        "state": "due",
        "owed_at": cx.now,
        "large_print": large_print,
        "reissue_of": of,
        "reissue_reason": reason,
    }
    number = int(cx.db.execute(insert(Letter).values(**row).returning(Letter.id)).scalar_one())
    if anew:
        _keep_the_words(cx, case, root, number)
    outbox.enqueue(cx, [posting(row)])
    return number


def settle_tasks(cx: Context, case: ledger.Head, letter_ids: Collection[int]) -> None:
    """What the return of these letters left to be done is done: they are sent again."""
    kinds = [f"{name}_{number}" for number in letter_ids for name in (RETURNED, CALL)]
    cx.db.execute(
        update(Obligation)
        .where(
            Obligation.case_id == case.id,
            Obligation.kind.in_(kinds),
            Obligation.done_at.is_(None),
        )
        .values(done_at=cx.now, done_by=cx.principal.name[:120])
        .execution_options(synchronize_session=False)
    )
    ledger.weigh(cx, [case.id])


# The tasks of a letter that came back, with its id behind the name.
RETURNED: Final = "returned_letter"
CALL: Final = "call_about_letter"


def _keep_the_words(cx: Context, case: ledger.Head, root: Any, number: int) -> None:
    """Words that a person put into the first letter stand in the new one, sealed for it."""
    key = case_key(cx.database.settings, case)
    words = letter_edits.words_of(key, root)
    if not words:
        return
    sealed = seal.seal_json(key, words, letter_edits.sealed_place(number))
    cx.db.execute(
        update(Letter)
        .where(Letter.id == number)
        .values(words_ct=sealed, worded_by=root.worded_by)
        .execution_options(synchronize_session=False)
    )


def chain_of(cx: Context, root: Any) -> tuple[int, ...]:
    """The ids of a letter and of all that repeat it, in the order in which they were owed."""
    known = [root.id]
    while True:
        found = (
            cx.db.execute(
                select(Letter.id)
                .where(Letter.reissue_of.in_(known), Letter.id.not_in(known))
                .order_by(Letter.id)
            )
            .scalars()
            .all()
        )
        if not found:
            return tuple(known)
        known += found
