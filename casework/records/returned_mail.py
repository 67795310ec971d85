"""A copy that came back: its state, the address that is no good, the other ways, whose task it is.

The person at the mail desk, a scanner and the print vendor's file all end here.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import insert, select, update

from casework import bridge, ledger, outbox
from casework.context import Context, Principal
from casework.errors import Invalid, NotFound, StateRefused
from casework.models import Case, Delivery, Letter, Member
from casework.records import addresses, obligations
from casework.records.letter_keys import external_key
from casework.records.reissues import CALL, RETURNED
from sla.calendars import local_day, zone

RETURNED_STATE: Final = "returned"
# What the post can bring back, and the states of a copy that never left.
BY_POST: Final = frozenset({"print", "fax"})
_NEVER_LEFT: Final = frozenset({"intent", "failed", "refused", RETURNED_STATE})
_SAYS: Final = {
    "refused": "The post brought the letter “{title}” back: it was refused. Reach {who} another"
    " way; the address may be right.",
    "unclaimed": "The post brought the letter “{title}” back: nobody fetched it. Reach {who}"
    " another way; the address may be right.",
    "deceased": "The post brought the letter “{title}” back: {who} is said to have died. Find out"
    " who acts for the estate and put that party in; send nothing to the member.",
}
_FIND: Final = (
    "The post brought the letter “{title}” back ({why}). Find the right address of {who} and send"
    " it again."
)
_WORDS: Final = {
    "moved": "moved",
    "no_such_number": "no such number",
    "not_known": "not known there",
    "insufficient": "the address lacks something",
    "vacant": "vacant",
}


@dataclass(frozen=True)
class CameBack:
    """What the envelope says: why, on which local day it reached us, the forwarding address of the
    yellow label, and how we know (`seen`: a person, a scan, the vendor's file)."""

    reason: str
    on: date
    forwarding: tuple[str, ...] = ()
    seen: str = ""


def copy_of(cx: Context, *, key: str) -> Any:
    """The delivery with this key and the number of its case. Raises NotFound, the same for absent
    and out of reach."""
    found = cx.db.execute(
        select(Delivery.id, Delivery.case_id, Case.ref)
        .join(Case, Case.id == Delivery.case_id)
        .where(Delivery.external_key == key)
    ).one_or_none()
    if found is None:
        raise NotFound(f"No letter of ours has the key {key[:40]!r}: compare it with the envelope.")
    return found


def take_back(
    cx: Context,
    case: ledger.Head,
    delivery_id: int,
    back: CameBack,
    *,
    actor: Principal | None = None,
) -> ledger.Recorded:
    """Record on this locked case that a copy came back, and all that follows from it.

    Raises NotFound, Invalid, and StateRefused where it never left or is known to be back.
    """
    row = cx.db.execute(
        select(Delivery, Letter)
        .join(Letter, Letter.id == Delivery.letter_id)
        .where(Delivery.id == delivery_id, Delivery.case_id == case.id)
    ).one_or_none()
    if row is None:
        raise NotFound(f"{case.ref} sent no such copy.")
    delivery, letter = row.Delivery, row.Letter
    _judge(cx, case, delivery, back)
    cx.db.execute(
        update(Delivery)
        .where(Delivery.id == delivery.id)
        .values(
            state=RETURNED_STATE, returned_at=_instant(cx, case, back.on), return_reason=back.reason
        )
        .execution_options(synchronize_session=False)
    )
    if letter.recipient == "member" and back.reason in addresses.BAD:
        addresses.mark_bad(cx, letter.member_id, why=back.reason)
    tried = _try_the_others(cx, letter) if back.reason != addresses.DECEASED else ()
    [recorded] = ledger.record(
        cx, [_change(cx, case, delivery, letter, back, tried=tried, actor=actor)]
    )
    _owe(cx, recorded, letter, back)
    return recorded


def _judge(cx: Context, case: ledger.Head, delivery: Any, back: CameBack) -> None:
    if back.reason not in addresses.RETURNS:
        raise Invalid(
            "That is no reason that the post gives.",
            fields={"reason": f"One of {', '.join(addresses.RETURNS)}."},
        )
    if delivery.state == RETURNED_STATE:
        raise StateRefused("It is recorded already that this copy came back.", source="state")
    if delivery.channel not in BY_POST or delivery.state in _NEVER_LEFT:
        raise StateRefused(
            "This copy did not leave by mail, so it cannot come back.", source="state"
        )
    where = zone(bridge.zone_of(cx, case))
    if not local_day(delivery.intended_at, where) <= back.on <= local_day(cx.now, where):
        raise Invalid(
            "It cannot have come back on that day.",
            fields={"came_back_on": "A day after it left, and not one to come."},
        )


def _change(
    cx: Context,
    case: ledger.Head,
    delivery: Any,
    letter: Any,
    back: CameBack,
    *,
    tried: tuple[str, ...],
    actor: Principal | None,
) -> ledger.Change:
    more: dict[str, Any] = {
        "letter": letter.id,
        "delivery": delivery.id,
        "code": letter.code,
        "recipient": letter.recipient,
        "reason": back.reason,
        "tried": list(tried),
    }
    text = {"forwarding": ", ".join(back.forwarding), "how": back.seen}
    return ledger.Change(
        case=case,
        observation="letter_returned",
        occurred_at=_instant(cx, case, back.on),
        said=ledger.Said(more=more),
        text={name: said for name, said in text.items() if said},
        actor=actor,
    )


def _instant(cx: Context, case: ledger.Head, on: date) -> datetime:
    """Noon of that day; today, now."""
    where = zone(bridge.zone_of(cx, case))
    if on == local_day(cx.now, where):
        return cx.now
    return datetime.combine(on, time(12), where)


def _try_the_others(cx: Context, letter: Any) -> tuple[str, ...]:
    """What points the member to the portal, where the letter lies, and was not tried yet."""
    if letter.recipient != "member":
        return ()
    there = set(
        cx.db.execute(select(Delivery.channel).where(Delivery.letter_id == letter.id)).scalars()
    )
    ways = tuple(way for way in _pointers_of(cx, letter.member_id) if way not in there)
    for way in ways:
        number = cx.db.execute(
            insert(Delivery)
            .values(
                case_id=letter.case_id,
                letter_id=letter.id,
                channel=way,
                external_key=external_key(letter.id, way),
                counts=False,
                state="intent",
                intended_at=cx.now,
            )
            .returning(Delivery.id)
        ).scalar_one()
        posting = outbox.Posting("pointer", f"pointer:{number}", letter.case_id, number)
        outbox.enqueue(cx, [posting])
    return ways


def _pointers_of(cx: Context, member_id: int) -> tuple[str, ...]:
    """The messages that may tell this member of a letter in the portal; where communication is
    confidential, only what was named safe (45 CFR 164.522(b))."""
    member = cx.db.execute(select(Member).where(Member.id == member_id)).scalar_one()
    safe = member.safe_contact if member.confidential_since is not None else None
    email = member.email if safe is None else safe.get("email", "")
    phone = member.phone if safe is None else safe.get("phone", "")
    return tuple(
        way for way, there in (("email", email), ("text", member.texts_ok and phone)) if there
    )


def _owe(cx: Context, recorded: ledger.Recorded, letter: Any, back: CameBack) -> None:
    """Within one business day somebody finds the address, and calls where there is a telephone."""
    title = letter.title or str(letter.code).replace("_", " ")
    who = "the member" if letter.recipient == "member" else f"the {letter.recipient}"
    says = _SAYS.get(back.reason, _FIND)
    due_at = obligations.business_day_after(cx, recorded.case)
    obligations.owe(
        cx,
        recorded.case,
        f"{RETURNED}_{letter.id}",
        says.format(title=title, who=who, why=_WORDS.get(back.reason, "")),
        due_at=due_at,
        cause_seq=recorded.seq,
        citation="42 CFR 431.231(d)" if letter.notice_kind == "reduction" else "",
    )
    if letter.recipient == "member" and back.reason != addresses.DECEASED and _phone(cx, letter):
        obligations.owe(
            cx,
            recorded.case,
            f"{CALL}_{letter.id}",
            f"Call the member: the letter “{title}” did not arrive. Read it out, ask for the"
            " address, log the contact.",
            due_at=due_at,
            cause_seq=recorded.seq,
        )


def _phone(cx: Context, letter: Any) -> bool:
    return bool(
        cx.db.execute(select(Member.phone != "").where(Member.id == letter.member_id)).scalar()
    )
