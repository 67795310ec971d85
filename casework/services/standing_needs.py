"""A member's standing needs, told once and heeded by every later letter: language, format, how to
be reached, where to write, and confidential communication (45 CFR 164.522(b)).

Each change is kept with date and by whom; it holds from the next letter on. A letter that was
printed already stays as it is.
"""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from sqlalchemy import select, update

from casework import addresses, policy
from casework.carriers.mail import ADDRESS
from casework.carriers.texts import number_of
from casework.context import Context, Principal
from casework.db import command
from casework.errors import Invalid, NotAllowed, NotFound
from casework.models import AccountMember, Member
from casework.records import needs
from casework.records.addresses import put_right
from casework.records.forms import asks

Changed = tuple[str, ...]
_MEMBER_ONLY: Final = "Only the member can change this: call us together."


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a member reads and is reached. `texts_ok`: the member agrees to get text messages."""

    language: str = field(metadata=asks("Language of letters and calls", choices=needs.LANGUAGES))
    letter_format: Literal["standard", "large_print", "braille", "audio", "data_cd"] = field(
        metadata=asks("Letters")
    )
    contact_preference: Literal["mail", "email", "text", "portal"] = field(
        metadata=asks("How we tell that there is news")
    )
    texts_ok: bool = field(default=False, metadata=asks("Text messages are agreed to"))
    email: str = field(default="", metadata=asks("E-mail address", most=120))
    phone: str = field(default="", metadata=asks("Telephone", most=20))


@dataclass(frozen=True, kw_only=True)
class NewAddress:
    """Where mail goes from now on: the street, and last the city with state and ZIP code."""

    lines: tuple[str, ...] = field(metadata=asks("Address, line by line"))
    reason: str = field(default="", metadata=asks("How you know", most=200))


@dataclass(frozen=True, kw_only=True)
class Confidential:
    """Confidential communication: on, with a safe address and what else may be used; or off.

    `representatives`: whoever speaks for the member gets copies all the same.
    """

    on: bool = field(metadata=asks("Write only to the safe address"))
    lines: tuple[str, ...] = field(default=(), metadata=asks("Safe address, line by line"))
    email: str = field(default="", metadata=asks("Safe e-mail address", most=120))
    phone: str = field(default="", metadata=asks("Safe telephone", most=20))
    representatives: bool = field(default=False, metadata=asks("Representatives get copies"))


@command
def change_reading(cx: Context, member_id: int, form: Reading) -> Changed:
    """Change language, format and the way to be reached; returns what changed.

    Raises Invalid for a way that cannot work (a text without consent or a mobile number).
    """
    member = _take(cx, member_id, "change_needs")
    reached = (form.email.strip(), form.phone.strip()) != (member.email, member.phone)
    if reached and _is_helper(cx.principal, member_id):
        raise NotAllowed(_MEMBER_ONLY, source="change_needs")
    _judge(member, form)
    changed = []
    for name in ("language", "letter_format", "contact_preference", "texts_ok", "email", "phone"):
        value = getattr(form, name)
        value = value.strip() if isinstance(value, str) else value
        if value != getattr(member, name):
            needs.change(cx, member, name, value)
            changed.append(name)
    return tuple(changed)


@command
def change_address(cx: Context, member_id: int, form: NewAddress) -> Changed:
    """Change where mail goes; an address that was known to be bad is good again."""
    member = _take(cx, member_id, "change_address")
    lines = _lines(form.lines, "lines")
    if list(lines) == member.address and member.address_bad_since is None:
        return ()
    put_right(cx, member.id, lines, reason=form.reason)
    return ("address",)


@command
def change_confidential(cx: Context, member_id: int, form: Confidential) -> Changed:
    """Begin, change or end confidential communication. The plan may ask for no reason (45 CFR
    164.522(b)(2)(iii)), so this asks for none. Once begun, the accounts of the house that open the
    records do so no more, also when it ends: the member is asked anew."""
    member = _take(cx, member_id, "change_confidential")
    now = {
        "address": list(member.safe_address),
        "contact": dict(member.safe_contact),
        "on": member.confidential_since is not None,
    }
    if not form.on:
        if not now["on"]:
            return ()
        none: dict[str, Any] = {"confidential_since": None, "safe_address": [], "safe_contact": {}}
        needs.change(cx, member, "confidential", {"on": False}, was=now, columns=none)
        return ("confidential",)
    lines = list(_lines(form.lines, "lines"))
    contact: dict[str, Any] = {
        "email": form.email.strip(),
        "phone": form.phone.strip(),
        "representatives": form.representatives,
    }
    if wrong := _contact_faults(form.email, form.phone):
        raise Invalid("This cannot be reached.", fields=wrong)
    became = {"address": lines, "contact": contact, "on": True}
    if became == now:
        return ()
    if not now["on"]:
        _close_to_the_house(cx, member.id)
    since = member.confidential_since or cx.now
    row: dict[str, Any] = {
        "confidential_since": since,
        "safe_address": lines,
        "safe_contact": contact,
    }
    needs.change(cx, member, "confidential", became, was=now, columns=row)
    return ("confidential",)


def _close_to_the_house(cx: Context, member_id: int) -> None:
    """End what opens this member's records to parent, husband or wife; a form goes on."""
    open_here = (AccountMember.member_id == member_id, AccountMember.ended_at.is_(None))
    cx.db.execute(
        update(AccountMember)
        .where(*open_here, AccountMember.basis != "form")
        .values(ended_at=cx.now)
    )


def _take(cx: Context, member_id: int, action: str) -> Any:
    """The member, locked, for somebody who may do this. Raises NotFound, NotAllowed."""
    found = cx.db.execute(
        select(Member).where(Member.id == member_id).with_for_update()
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no such member here.")
    require(cx.principal, found, action)
    return found


def may(principal: Principal, member: Any, action: str) -> bool:
    """Whether this person may change this of the member."""
    try:
        require(principal, member, action)
    except NotAllowed:
        return False
    return True


def require(principal: Principal, member: Any, action: str) -> None:
    """Raises NotAllowed where this person may not change this of the member (id and
    `confidential_since` are read), nor look at the form for it."""
    policy.require(principal, "", action)
    if member.id in principal.narrowed.looks_only:
        raise NotAllowed("Your form lets you read, not act.", source="form")
    if _is_helper(principal, member.id):
        _judge_helper(member, action)


def _is_helper(principal: Principal, member_id: int) -> bool:
    """Whether this member is not the account's own: it speaks for him by a form, or he is the
    child, husband or wife of its member."""
    if principal.reach != "members":
        return False
    return "member" not in principal.roles or member_id in principal.narrowed.hushed


def _judge_helper(member: Any, action: str) -> None:
    """Whoever acts for a member may say how the member reads, not where the plan writes to, and
    nothing at all under confidential communication."""
    if action != "change_needs" or member.confidential_since is not None:
        raise NotAllowed(_MEMBER_ONLY, source=action)


def _judge(member: Any, form: Reading) -> None:
    wrong = _contact_faults(form.email, form.phone)
    if form.language not in (*needs.LANGUAGES, member.language):
        wrong["language"] = "Choose one of the languages."
    if form.contact_preference == "email" and not form.email.strip():
        wrong.setdefault("email", "We need an e-mail address for this.")
    if form.contact_preference == "text":
        if not number_of(form.phone):
            wrong.setdefault("phone", "We need a mobile number for this.")
        if not form.texts_ok:
            wrong["texts_ok"] = "We may send text messages only to whoever agrees."
    if wrong:
        raise Invalid("This cannot be your way yet.", fields=wrong)


def _contact_faults(email: str, phone: str) -> dict[str, str]:
    wrong = {}
    if email.strip() and not _is_mail(email):
        wrong["email"] = "Write it like name@example.org."
    if phone.strip() and not number_of(phone):
        wrong["phone"] = "Write ten digits, like 614-555-0100."
    return wrong


def _lines(given: tuple[str, ...], name: str) -> tuple[str, ...]:
    lines = tuple(line.strip() for line in given if line.strip())
    fault = addresses.fault(lines)
    if fault:
        raise Invalid("No letter would arrive there.", fields={name: fault})
    return lines


def _is_mail(given: str) -> bool:
    name, at, host = given.strip().rpartition("@")
    blank = any(character.isspace() or not character.isprintable() for character in given.strip())
    plain = ADDRESS.fullmatch(given.strip()) is not None
    return bool(name and at and "." in host.strip(".")) and plain and not blank
