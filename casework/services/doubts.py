"""Copies of which nobody knows whether they left: asked about, never sent again to make sure.

The carrier's own record is asked first; where it cannot tell, a person asks and says so with a
name. Only what certainly never left may go out, for the first time.
"""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from sqlalchemy import func, select, update

from casework import ledger, outbox
from casework.context import SYSTEM, Context, Principal
from casework.db import command
from casework.errors import Invalid, NotFound, StateRefused
from casework.models import Delivery, Letter, OutboxItem
from casework.records import leaving, observing
from casework.records.answers import Done, done
from casework.records.forms import asks

MOST: Final = 200


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the carrier said when somebody asked by the key, and how it was asked."""

    delivery_id: int = field(metadata=asks("Which copy"))
    answer: Literal["left", "did_not"] = field(metadata=asks("What the carrier says"))
    how: str = field(metadata=asks("How you asked, and what proves it", most=160))


@dataclass(frozen=True, slots=True)
class Doubt:
    """One copy in doubt: by which way and under which key its carrier is asked."""

    delivery_id: int
    case_id: int
    channel: str
    external_key: str


def in_doubt(cx: Context) -> tuple[Doubt, ...]:
    """The copies in doubt, the oldest first."""
    rows = cx.db.execute(
        select(Delivery.id, Delivery.case_id, Delivery.channel, Delivery.external_key)
        .where(Delivery.state == "in_doubt")
        .order_by(Delivery.id)
        .limit(MOST)
    )
    return tuple(Doubt(row.id, row.case_id, row.channel, row.external_key) for row in rows)


@command
def carrier_says(cx: Context, doubt: Doubt, *, left: bool, proof: str) -> bool:
    """Write down what the carrier's own record says; False where it was known by then."""
    case = ledger.take_all(cx, [doubt.case_id])[doubt.case_id]
    copy = _copy(cx, case, doubt.delivery_id)
    if copy is None or copy.Delivery.state != "in_doubt":
        return False
    _settle(cx, copy, left=left, proof=proof)
    if not left:
        _let_it_go(cx, copy.Delivery)
    _observe(cx, case, copy, left=left, text={"proof": proof}, actor=SYSTEM)
    return True


@command
def answer_doubt(cx: Context, ref: str, seen: int | None, form: Answer) -> Done:
    """Record what a person learned of a copy in doubt. Raises NotFound, Invalid, StateRefused."""
    case = observing.take(cx, ref, "answer_doubt", seen=seen)
    if not form.how.strip():
        raise Invalid("Say how you asked.", fields={"how": "Such as: the log of the mail server."})
    copy = _copy(cx, case, form.delivery_id)
    if copy is None:
        raise NotFound(f"{case.ref} sent no such copy.")
    if copy.Delivery.state != "in_doubt":
        raise StateRefused("This copy is not in doubt any more.", source="state")
    left = form.answer == "left"
    _settle(cx, copy, left=left, proof=f"{cx.principal.name}: {form.how}")
    return done(_observe(cx, case, copy, left=left, text={"how": form.how}))


def _copy(cx: Context, case: ledger.Head, number: int) -> Any:
    return cx.db.execute(
        select(Delivery, Letter)
        .join(Letter, Letter.id == Delivery.letter_id)
        .where(Delivery.id == number, Delivery.case_id == case.id)
    ).one_or_none()


def _settle(cx: Context, copy: Any, *, left: bool, proof: str) -> None:
    """The copy left, or did not; where it is the one that counts, its letter left with it."""
    state = "confirmed" if left else "failed"
    cx.db.execute(
        update(Delivery)
        .where(Delivery.id == copy.Delivery.id)
        .values(state=state, confirmed_at=cx.now if left else None, proof=proof[:200])
        .execution_options(synchronize_session=False)
    )


def _let_it_go(cx: Context, delivery: Any) -> None:
    """It certainly never left: it goes out now, for the first time."""
    cx.db.execute(
        update(Delivery)
        .where(Delivery.id == delivery.id)
        .values(state="intent")
        .execution_options(synchronize_session=False)
    )
    tries = cx.db.execute(
        select(func.count()).where(
            OutboxItem.topic == "pointer", OutboxItem.object_id == delivery.id
        )
    ).scalar_one()
    key = f"pointer:{delivery.id}:{tries}"
    outbox.enqueue(cx, [outbox.Posting("pointer", key, delivery.case_id, delivery.id)])


def _observe(
    cx: Context,
    case: ledger.Head,
    copy: Any,
    *,
    left: bool,
    text: dict[str, str],
    actor: Principal | None = None,
) -> ledger.Recorded:
    more = {
        "letter": copy.Letter.id,
        "delivery": copy.Delivery.id,
        "channel": copy.Delivery.channel,
        "left": left,
    }
    [recorded] = ledger.record(
        cx,
        [
            ledger.Change(
                case=case,
                observation="doubt_answered",
                said=ledger.Said(more=more),
                text=text,
                actor=actor,
            )
        ],
    )
    counts = copy.Delivery.counts and copy.Letter.state == "deposited"
    if left and counts and not leaving.outstanding(cx, copy.Letter.id):
        leaving.letter_left(cx, copy.Letter)
    return recorded
