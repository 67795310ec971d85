"""That a letter has left, and when: observed on the case, proved by the carrier, or taken back.

A printed notice counts from the hand-over to the vendor, because only then can nothing be changed
any more; the vendor is our contractor, so that is provisional. The vendor's proof of mailing puts
the day of mailing in its place (rule C11: when it left the plan's control), and a copy that the
vendor refuses or never mails counts as never sent: its clock runs again. Both are events; what was
written before stays.
"""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update

from casework import ledger
from casework.bridge import letter_again
from casework.context import SYSTEM, Context, Principal
from casework.models import CaseEvent, Delivery, Letter
from casework.records import obligations

SENT: Final = ("notice_sent", "letter_sent")


def outstanding(cx: Context, letter_id: int) -> bool:
    """Whether a copy that counts has not left yet."""
    waits = select(Delivery.id).where(
        Delivery.letter_id == letter_id, Delivery.counts, Delivery.state != "confirmed"
    )
    return cx.db.execute(waits.limit(1)).first() is not None


def letter_left(cx: Context, letter: Any, *, at: datetime | None = None) -> ledger.Recorded:
    """Observe on the case that this letter left (at this instant, else now); it counts as sent."""
    case = ledger.take_all(cx, [letter.case_id])[letter.case_id]
    # Of a provider's own matter the office's copy is the notice: it alone has a kind of notice.
    counts = letter.recipient == "member" or bool(letter.notice_kind)
    more: dict[str, Any] = {
        "letter": letter.id,
        "code": letter.code,
        "recipient": letter.recipient,
        "sha256": letter.sha256,
    }
    said = ledger.Said(
        notice_kind=letter.notice_kind if counts else "",
        printed_on=letter.printed_on,
        more=more,
    )
    if counts and letter.notice_kind == "reduction":
        said = _with_the_cut(cx, letter, said)
    observed = "notice_sent" if counts and letter.notice_kind else "letter_sent"
    change = ledger.Change(case=case, observation=observed, said=said, actor=SYSTEM, occurred_at=at)
    [recorded] = ledger.record(cx, [change])
    if counts and letter.code in obligations.TOLD_BY_LETTER:
        obligations.settle(cx, case, obligations.TOLD_BY_LETTER[letter.code])
    _set(cx, letter.id, state="sent", sent_at=at or cx.now)
    return recorded


def mailed(
    cx: Context, copy: Any, *, at: datetime, proof: str, actor: Principal = SYSTEM
) -> ledger.Recorded | None:
    """The carrier proved when this copy (a row of Delivery) left its hands; None where the copy is
    not the one that counts, so that the case has nothing to tell."""
    _deliver(cx, copy.id, state="confirmed", mailed_at=at, mail_proof=proof[:80])
    if not copy.counts:
        return None
    notice = left_as(cx, copy.letter_id, copy.case_id)
    if notice is None:
        letter = cx.db.execute(select(Letter).where(Letter.id == copy.letter_id)).scalar_one()
        return letter_left(cx, letter, at=at)
    _set(cx, copy.letter_id, state="sent", sent_at=at)
    said = {"letter": copy.letter_id, "notice": notice, "proof": proof[:80]}
    return _observe(cx, copy.case_id, "letter_mailed", said, at=at, actor=actor)


def not_mailed(
    cx: Context, copy: Any, *, why: str, actor: Principal = SYSTEM
) -> ledger.Recorded | None:
    """This copy never left. Where it is the one that counts, the letter counts as never sent, and
    the clock that it stopped runs again."""
    _deliver(cx, copy.id, state="refused", proof=why[:200], mailed_at=None)
    notice = left_as(cx, copy.letter_id, copy.case_id)
    if not copy.counts or notice is None:
        return None
    _set(cx, copy.letter_id, state="deposited", sent_at=None)
    said = {"letter": copy.letter_id, "notice": notice}
    return _observe(cx, copy.case_id, "letter_not_mailed", said, at=None, actor=actor)


def left_as(cx: Context, letter_id: int, case_id: int) -> int | None:
    """The number of the event that says that this letter left; None where none does yet."""
    rows = cx.db.execute(
        select(CaseEvent.seq, CaseEvent.facts)
        .where(CaseEvent.case_id == case_id, CaseEvent.event.in_(SENT))
        .order_by(CaseEvent.seq.desc())
    )
    for row in rows:
        if json.loads(row.facts).get("letter") == letter_id:
            return int(row.seq)
    return None


def _observe(
    cx: Context,
    case_id: int,
    observed: str,
    said: dict[str, Any],
    *,
    at: datetime | None,
    actor: Principal,
) -> ledger.Recorded:
    case = ledger.take_all(cx, [case_id])[case_id]
    change = ledger.Change(
        case=case,
        observation=observed,
        said=ledger.Said(more=said),
        actor=actor,
        occurred_at=at,
    )
    return ledger.record(cx, [change])[0]


def _with_the_cut(cx: Context, letter: Any, said: ledger.Said) -> ledger.Said:
    """What the clocks read of an advance notice: from which day the cut is, on which ground."""
    first = letter_again.root_of(cx, letter)
    cause = cx.db.execute(
        select(CaseEvent.ground, CaseEvent.facts).where(
            CaseEvent.case_id == letter.case_id, CaseEvent.seq == first.cause_seq
        )
    ).one()
    effective = json.loads(cause.facts)["effective_date"]
    return replace(said, ground=cause.ground, more={**said.more, "effective_date": effective})


def _set(cx: Context, letter_id: int, **values: Any) -> None:
    cx.db.execute(
        update(Letter)
        .where(Letter.id == letter_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _deliver(cx: Context, delivery_id: int, **values: Any) -> None:
    cx.db.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
