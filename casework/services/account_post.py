"""The post room's answer to people who want in: here it is found out who is meant; an e-mail tells.

A link to an account goes to the address that the plan knows; only where it knows none, and number,
birth date and ZIP all fit, to the typed one: nobody makes us write to strangers without knowing a
member, and then three times a day at most. Wrong or unknown: nothing
leaves; "it did not fit" would be spam for its owner and tell no more than silence. Who has an
account is told at that account's address, never at the typed one. A member whose data are
confidential is written to only where the plan knows to: who lives with a member knows the card, the
birthday and the ZIP (45 CFR 164.522(b)). Once an account opens a member's records, the known
address is told. Each e-mail leaves at most once: one that was leaving when we died is in doubt, and
the person asks again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select

from casework import outbox
from casework.context import Context
from casework.db import command
from casework.models import Appointment, Member, Representative, Role, User, WayIn, user_role
from casework.outbox import Claimed
from casework.records import account_mail, ways_in
from casework.records.households import is_child, keeps_apart, known_address

A_DAY: Final = 3
PAGES: Final = {
    "join": "/member/join",
    "form": "/member/join",
    "sign": "/member/sign",
    "other": "",
    "have": "/member/new-password",
    "password": "/member/new-password",
    "agree": "/member/agree",
    "taken": "/member/household",
    "child": "/member/register",
    "told": "",
    "helper_on": "/member/helpers",
    "helper_off": "/member/helpers",
    "helper_end": "",
    "new_pass": "/member/forgot",
    "staff": "/welcome",
}
WITH_KEY: Final = frozenset({"join", "form", "sign", "have", "password", "agree", "staff"})


@dataclass(frozen=True)
class Errand:
    """One e-mail in our hands; no address: there is nothing to send."""

    item: Claimed
    id: int
    address: str
    mail: account_mail.Mail | None


@dataclass(frozen=True)
class _Answer:
    """Which e-mail goes where, and whom its link is about."""

    kind: str
    address: str
    member_id: int | None = None
    user_id: int | None = None


@command
def claim(cx: Context, wall: datetime) -> Errand | None:
    """Take the next request, find out who is meant, and write down that its e-mail leaves now.

    None: none waits. The link of an errand is known to this process alone.
    """
    claimed = outbox.claim(cx, [ways_in.TOPIC], wall=wall)
    if not claimed:
        return None
    item = claimed[0]
    row = cx.db.execute(
        select(WayIn).where(WayIn.id == item.object_id).with_for_update()
    ).scalar_one_or_none()
    if row is None or row.stage not in {"asked", "again"}:
        if row is not None and row.stage == "sending":
            row.stage = "in_doubt"
        outbox.settle(cx, item)
        return Errand(item, item.object_id or 0, "", None)
    if row.stage == "asked":
        _decide(cx, row, wall)
    if row.stage == "nothing":
        outbox.settle(cx, item)
        return Errand(item, row.id, "", None)
    row.stage = "sending"
    return Errand(item, row.id, row.email, _mail(cx, row))


@command
def sent(cx: Context, errand: Errand) -> None:
    """The mail server took it."""
    _settle(cx, errand, "mailed")


@command
def not_sent(cx: Context, errand: Errand, error: str) -> None:
    """It certainly did not leave: tried again with a fresh link, or given up."""
    outbox.put_back(cx, errand.item, error=error)
    row = cx.db.get(WayIn, errand.id)
    if row is not None:
        row.stage = "failed" if errand.item.attempts >= outbox.MAX_ATTEMPTS else "again"


@command
def in_doubt(cx: Context, errand: Errand) -> None:
    """Nobody knows whether it left; the link in it works if it did."""
    _settle(cx, errand, "in_doubt")


def _settle(cx: Context, errand: Errand, stage: str) -> None:
    outbox.settle(cx, errand.item)
    row = cx.db.get(WayIn, errand.id)
    if row is not None and row.stage == "sending":
        row.stage = stage


def _decide(cx: Context, row: WayIn, wall: datetime) -> None:
    """Find out who is meant; what was typed is forgotten."""
    typed = ways_in.typed_of(cx, row)
    answer = _BY_PURPOSE[row.purpose](cx, row, typed)
    row.typed = b""
    if answer is None or not answer.address or _waits(cx, row, answer.address, wall):
        row.stage = "nothing"
        return
    row.mail, row.email = answer.kind, answer.address
    row.member_id = answer.member_id or row.member_id
    row.user_id = answer.user_id or row.user_id


def _mail(cx: Context, row: WayIn) -> account_mail.Mail:
    base = cx.database.settings.public_url or row.base
    link = f"{base}{PAGES[row.mail]}"
    if row.mail in WITH_KEY:
        link += f"?key={ways_in.new_link(row)}"
    return account_mail.mail(row.mail, row.language, link=link)


def _registering(cx: Context, row: WayIn, typed: ways_in.Typed) -> _Answer | None:
    member = ways_in.named(cx, typed)
    if member is None:
        return None
    own = account_of(cx, member.id)
    if own is not None:
        return _Answer("have", own.email, member.id, own.id) if own.active else None
    if is_child(cx, member, on=cx.now.date()):
        return _Answer("child", typed.email)
    known = known_address(member)
    address = known if known or keeps_apart(member) else typed.email
    taken = cx.db.execute(select(User.id).where(User.email == address)).scalar()
    return _Answer("taken" if taken else "join", address, member.id)


def _forgetting(cx: Context, row: WayIn, typed: ways_in.Typed) -> _Answer | None:
    """Members and who speaks for them; staff and offices ask whoever manages their accounts."""
    user = cx.db.execute(
        select(User).where(User.email == typed.email, User.kind == "member", User.active)
    ).scalar()
    return _Answer("password", user.email, user.member_id, user.id) if user else None


def _welcoming(cx: Context, row: WayIn, typed: ways_in.Typed) -> _Answer | None:
    """Somebody of the plan or of an office chooses a password; an administrator asked for it."""
    user = cx.db.get(User, row.user_id)
    if user is None or not user.active or user.kind == "member":
        return None
    return _Answer("staff", user.email, user_id=user.id)


def _marrying(cx: Context, row: WayIn, typed: ways_in.Typed) -> _Answer | None:
    """The other person is asked at the address of that account, or at the one that the plan knows.
    A child is no spouse."""
    member = ways_in.named(cx, typed)
    if member is None or is_child(cx, member, on=cx.now.date()):
        return None
    own, asker = account_of(cx, member.id), cx.db.get(User, row.user_id)
    address = own.email if own else known_address(member)
    if asker is None or address.lower() == asker.email.lower():
        return None  # who asks would answer himself
    return _Answer("agree", address, member.id)


def _inviting(cx: Context, row: WayIn, typed: ways_in.Typed) -> _Answer | None:
    form = cx.db.get(Representative, row.representative_id)
    return _Answer("form", typed.email, form.member_id) if form else None


def _naming(cx: Context, row: WayIn, typed: ways_in.Typed) -> _Answer | None:
    """Whom a member names as helper is asked to sign. Whoever is a member, or works for the plan or
    an office, helps with another account: the rights of the two would run together."""
    form = cx.db.get(Appointment, row.appointment_id)
    if form is None or form.closed_at is not None:
        return None
    known = cx.db.execute(select(User).where(User.email == typed.email)).scalar()
    if known is None:
        return _Answer("sign", typed.email, form.member_id)
    roles = {role.name for role in known.roles}
    if roles != {"representative"} or not known.active:
        return _Answer("other", typed.email)
    return _Answer("sign", typed.email, form.member_id, known.id)


def _saying(cx: Context, row: WayIn, typed: ways_in.Typed) -> _Answer | None:
    """What was done is told: to the address that was given, else to the member's known one."""
    member = cx.db.get(Member, row.member_id) if row.member_id else None
    address = typed.email or (known_address(member) if member else "")
    return _Answer(row.purpose, address) if address else None


def _telling(cx: Context, row: WayIn, typed: ways_in.Typed) -> _Answer | None:
    """The address that the plan knows hears that an account opens the records; not twice, where
    that account has this very address."""
    member = cx.db.get(Member, row.member_id)
    if member is None or known_address(member) == typed.email:
        return None
    return _Answer("told", known_address(member), member.id)


_BY_PURPOSE: Final[dict[str, Any]] = {
    "register": _registering,
    "password": _forgetting,
    "spouse": _marrying,
    "staff": _welcoming,
    "form": _inviting,
    "sign": _naming,
    "told": _telling,
    **dict.fromkeys(ways_in.TOLD - {"told"}, _saying),
}


def account_of(cx: Context, member_id: int) -> User | None:
    """The account of this member himself, switched on or not."""
    return cx.db.execute(
        select(User)
        .join(user_role, user_role.c.user_id == User.id)
        .join(Role, Role.id == user_role.c.role_id)
        .where(User.member_id == member_id, User.kind == "member", Role.name == "member")
        .order_by(User.id)
        .limit(1)
    ).scalar()


def _waits(cx: Context, row: WayIn, address: str, wall: datetime) -> bool:
    """Whether this address got as many of these e-mails today as anybody may get. That an account
    opens the records is told all the same: nobody uses the day's e-mails up to hide it."""
    if row.purpose in ways_in.TOLD:
        return False
    count = cx.db.execute(
        select(func.count()).where(
            WayIn.email == address,
            WayIn.stage.not_in(("nothing", "failed")),
            WayIn.asked_at > wall - timedelta(days=1),
        )
    ).scalar_one()
    return bool(count >= A_DAY)
