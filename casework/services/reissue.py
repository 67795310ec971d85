"""A letter is sent again only as a new letter, with a reason; the first and its bytes stay.

The reason decides how: what never arrived, or arrived wrong, is printed anew with the day on which
it leaves, so that the member's windows count from then; a second copy, or what is over by now, is
the exact bytes behind a cover and starts nothing. The plan's own duty to tell stays judged by the
first letter that left (C11).
"""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from sqlalchemy import select

from casework import bridge, ledger
from casework.bridge import letter_again
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound, StateRefused
from casework.models import Letter, Member
from casework.records import addresses, observing, reissues
from casework.records.answers import Done
from casework.records.forms import asks
from sla.calendars import local_day, zone

_READABLE: Final = frozenset({"deposited", "sent"})


@dataclass(frozen=True, kw_only=True)
class Reissue:
    """Which letter, why, and where it must go now. The address is the member's from then on."""

    letter_id: int = field(metadata=asks("Which letter"))
    reason: Literal["returned", "wrong_address", "wrong_format", "wrong_content", "second_copy"] = (
        field(metadata=asks("Why"))
    )
    note: str = field(default="", metadata=asks("What happened", long=True))
    new_address: tuple[str, ...] = field(
        default=(),
        metadata=asks(
            "The member's new address",
            hint="One line each, the last with city, State and ZIP; empty: as it stands",
        ),
    )
    large_print: bool = field(default=False, metadata=asks("This letter in large print"))


@dataclass(frozen=True, kw_only=True)
class NewAddress:
    """The member's right address, and how we know it."""

    new_address: tuple[str, ...] = field(
        metadata=asks("The right address", hint="One line each, the last with city, State and ZIP")
    )
    how: str = field(metadata=asks("How we know it", most=200))


@command
def reissue_letter(cx: Context, ref: str, seen: int | None, form: Reissue) -> Done:
    """Send a letter of this case again as a new one. Raises NotFound, Invalid, StateRefused."""
    case = observing.take(cx, ref, "reissue_letter", seen=seen)
    letter = _letter(cx, case, form.letter_id)
    root = letter_again.root_of(cx, letter)
    _require_nothing_on_its_way(cx, root)
    if form.new_address:
        case = _put_right(cx, case, root, form.new_address, how=form.note)
    _require_somewhere_to_go(cx, root)
    anew = _is_anew(cx, case, root, form)
    done = observing.observe(
        cx,
        case,
        "letter_reissued",
        said=ledger.Said(
            more={
                "letter": letter.id,
                "code": root.code,
                "recipient": root.recipient,
                "reason": form.reason,
                "anew": anew,
            }
        ),
        text={"note": form.note} if form.note else {},
    )
    number = reissues.owe(
        cx,
        case,
        root,
        seq=_seq_of(cx, case),
        of=letter.id,
        reason=form.reason,
        anew=anew,
        large_print=form.large_print,
    )
    reissues.settle_tasks(cx, case, reissues.chain_of(cx, root))
    return Done(**{**vars(done), "made": {"letter": str(number)}})


@command
def correct_address(cx: Context, ref: str, seen: int | None, form: NewAddress) -> Done:
    """Put the member's address right: every later letter goes there."""
    case = observing.take(cx, ref, "correct_address", seen=seen)
    if not form.how.strip():
        raise Invalid("Say how we know it.", fields={"how": "Such as: the member called."})
    addresses.put_right(cx, case.member_id, form.new_address, reason=form.how)
    return observing.observe(
        cx,
        case,
        "address_corrected",
        text={"address": ", ".join(form.new_address), "how": form.how},
    )


def _letter(cx: Context, case: ledger.Head, number: int) -> Any:
    found = cx.db.execute(
        select(Letter).where(Letter.id == number, Letter.case_id == case.id)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound(f"{case.ref} has no such letter.")
    if found.state not in _READABLE:
        raise StateRefused("This letter has not left yet: it is not sent again.", source="state")
    return found


def _require_nothing_on_its_way(cx: Context, root: Any) -> None:
    waiting = cx.db.execute(
        select(Letter.id).where(
            Letter.id.in_(reissues.chain_of(cx, root)), Letter.state.in_(("due", "held"))
        )
    ).first()
    if waiting is not None:
        raise StateRefused("It is being sent again already: look at the letters.", source="state")


def _put_right(
    cx: Context, case: ledger.Head, root: Any, lines: tuple[str, ...], *, how: str
) -> ledger.Head:
    if root.recipient != "member":
        raise Invalid(
            "Only the member's own address is changed here.",
            fields={"new_address": "Leave it empty, and correct the record of the other party."},
        )
    addresses.put_right(cx, root.member_id, lines, reason=how or "a letter was sent again")
    [recorded] = ledger.record(
        cx,
        [
            ledger.Change(
                case=case, observation="address_corrected", text={"address": ", ".join(lines)}
            )
        ],
    )
    return recorded.case


def _require_somewhere_to_go(cx: Context, root: Any) -> None:
    """No letter to the dead, and none to an address from which the mail comes back."""
    if root.recipient != "member":
        return
    known = cx.db.execute(
        select(Member.address_bad_why, Member.address_bad_since).where(Member.id == root.member_id)
    ).one()
    if known.address_bad_why == addresses.DECEASED:
        raise StateRefused(
            "The member is said to have died: put in who acts for the estate first. If that was"
            " wrong, put the address right and say how we know it.",
            source="state",
        )
    if known.address_bad_since is not None:
        raise Invalid(
            "Mail to the member's address comes back.",
            fields={"new_address": "Enter the right address; the old one is known to be bad."},
        )


def _is_anew(cx: Context, case: ledger.Head, root: Any, form: Reissue) -> bool:
    """Whether the letter is printed anew, with its own day. Raises StateRefused where neither a new
    letter nor a copy would be right."""
    if form.reason == "second_copy":
        return False
    if form.reason == "wrong_content" and not letter_again.is_corrected(cx, root):
        raise StateRefused(
            "A letter says what the case says: correct the case first (the receipt, the request,"
            " the parties; a decision by reopening it), then send the letter again.",
            source="state",
        )
    over = letter_again.is_over(cx, root)
    if over and form.reason in {"wrong_content", "wrong_format"}:
        raise StateRefused(
            "A later decision stands on this case: its letter says what holds now. A copy of this"
            " one can be sent as a second copy.",
            source="state",
        )
    today = local_day(cx.now, zone(bridge.zone_of(cx, case)))
    return not over and not letter_again.is_too_late(cx, root, issued_on=today)


def _seq_of(cx: Context, case: ledger.Head) -> int:
    """The number of the event that was written last on this case."""
    return ledger.take_all(cx, [case.id])[case.id].event_seq
