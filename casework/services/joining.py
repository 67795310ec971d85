"""What the links in our e-mails open: an account, a new password, a yes to husband or wife.

A link proves the mailbox. Beside it the birth date is asked for once more, since an e-mail address
may have been typed wrongly and its owner is then a stranger; five wrong ones end the link. It knows
no page.
"""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from casework import observations
from casework.context import Context, Principal
from casework.db import command
from casework.errors import Invalid, NotFound
from casework.models import AccountMember, Member, User, WayIn
from casework.records import speaking, ways_in
from casework.records.accounts import end_sessions, roles_named
from casework.records.households import keeps_apart, known_address
from casework.services import account_post, new_account, passwords

MOST_WRONG: Final = 5
_LIVING: Final = ("sending", "mailed", "in_doubt")
_TO_A_PASSWORD: Final = ("have", "password")
_GONE: Final = "This link is no longer good. Ask for a new one."
WELCOME: Final = "welcome"
FORM: Final = "form"
SPOUSE: Final = "spouse"


@dataclass(frozen=True)
class Opened:
    """What a link is for: the kind of its e-mail, its language, the address that it went to, and
    for a question between husband and wife the name of who asks."""

    mail: str
    language: str
    email: str
    asker: str


def opened(cx: Context, key: str) -> Opened | None:
    """What this link is for while it is good (`cx.now` is the wall clock); only the system asks."""
    row = found(cx, key)
    if row is None:
        return None
    asker = cx.db.get(User, row.user_id) if row.mail == "agree" else None
    return Opened(row.mail, row.language, row.email, asker.name if asker else "")


@command
def prove(cx: Context, key: str, *, born: date) -> bool:
    """Whether this is the birth date of the member whom the link is about. A wrong one is counted;
    the fifth ends the link. Raises NotFound for a link that is not good."""
    row = living(cx, key)
    if _fits(cx, row, born):
        return True
    row.wrong += 1
    if row.wrong >= MOST_WRONG:
        row.stage = "void"
    return False


@command
def join(cx: Context, key: str, *, born: date, password: str | None) -> int:
    """Make the account of this link, as the member or as who speaks for him; its id.

    Without a password the next step is a passkey. Raises NotFound, Invalid (field `password`, or
    none where an account was made in the meantime).
    """
    row = living(cx, key)
    member = proved(cx, row, born)
    by_form = row.representative_id is not None
    form = speaking.taken(cx, row.representative_id or 0) if by_form else None
    if by_form and form is None:
        raise NotFound(_GONE)  # it was ended meanwhile
    one_at_a_time(cx, member.id)
    if not by_form and account_post.account_of(cx, member.id) is not None:
        raise Invalid("This member has an account already. Sign in with it.")
    user = cx.db.get(User, row.user_id) if row.user_id else None
    if user is None:
        name = form.name if form else f"{member.given_name} {member.family_name}"
        user = account_for(cx, row, name=name, role="representative" if by_form else "member")
        if password is not None:
            set_password(user, password)
        if not by_form:
            user.member_id = member.id
            if row.email != known_address(member):
                user.unproved_since = cx.now
        keep(cx, user)
    if form is not None:
        link(cx, user, member.id, FORM, form_id=form.id, starts_on=form.starts_on)
    use_up(cx, row)
    tell(cx, row, member.id, user.email)
    who = Principal(kind="user", id=user.id, name=user.name)
    observations.append(cx, "account_joined", what=f"user:{user.id}", about=who)
    return user.id


@command
def choose_password(cx: Context, key: str, *, born: date, password: str) -> int:
    """Give the account of this link a new password; all its sessions end, and its other links to a
    password with them. Its id. Raises NotFound, Invalid (field `password`)."""
    row = living(cx, key)
    proved(cx, row, born)
    user = cx.db.get(User, row.user_id)
    if user is None:
        raise NotFound(_GONE)
    set_password(user, password)
    end_sessions(cx, user)
    use_up(cx, row)
    others = (WayIn.user_id == user.id, WayIn.mail.in_(_TO_A_PASSWORD), WayIn.id != row.id)
    cx.db.execute(update(WayIn).where(*others, WayIn.stage.in_(_LIVING)).values(stage="void"))
    who = Principal(kind="user", id=user.id, name=user.name)
    ways_in.write(
        cx, "new_pass", ways_in.Typed(email=user.email), language=row.language, base=row.base
    )
    observations.append(cx, "password_reset", what=f"user:{user.id}", about=who)
    return user.id


@command
def agree(cx: Context, key: str, *, born: date) -> None:
    """Let the account of one's husband or wife open one's records. Raises NotFound."""
    row = living(cx, key)
    member = proved(cx, row, born)
    user = cx.db.get(User, row.user_id)
    if user is None:
        raise NotFound(_GONE)
    today = cx.database.case_now().date()
    link(cx, user, member.id, SPOUSE, starts_on=today, while_hidden=keeps_apart(member))
    use_up(cx, row)
    observations.append(cx, "spouse_agreed", what=f"user:{user.id}:member:{member.id}")


@command
def decline(cx: Context, key: str) -> None:
    """Say no: the link is used up, nobody is told. Raises NotFound."""
    use_up(cx, living(cx, key))


def found(cx: Context, key: str) -> WayIn | None:
    """The row of this link while it is good; only the system asks."""
    return cx.db.execute(
        select(WayIn).where(
            WayIn.token_sha256 == ways_in.hash_of(key),
            WayIn.stage.in_(_LIVING),
            WayIn.expires_at > cx.now,
        )
    ).scalar()


def living(cx: Context, key: str) -> WayIn:
    """The row of this link, held to the end of the transaction."""
    row = found(cx, key)
    if row is None:
        raise NotFound(_GONE)
    cx.db.refresh(row, with_for_update=True)
    if row.stage not in _LIVING:
        raise NotFound(_GONE)
    return row


def _fits(cx: Context, row: WayIn, born: date) -> bool:
    return any(member.birth_date == born for member in _meant(cx, row))


def _meant(cx: Context, row: WayIn) -> list[Member]:
    """The members whom this link is about: who speaks for several has several."""
    ids: Any = [row.member_id]
    if row.member_id is None:
        ids = select(AccountMember.member_id).where(AccountMember.user_id == row.user_id)
    return list(cx.db.scalars(select(Member).where(Member.id.in_(ids)).order_by(Member.id)))


def proved(cx: Context, row: WayIn, born: date) -> Member:
    """The member whom the link is about and who was born on this day. Raises NotFound."""
    member = next((each for each in _meant(cx, row) if each.birth_date == born), None)
    if member is None:
        raise NotFound(_GONE)
    return member


def one_at_a_time(cx: Context, member_id: int) -> None:
    """Two links of one member, opened at once, make one account."""
    cx.db.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"join:{member_id}"))))


def account_for(cx: Context, row: WayIn, *, name: str, role: str) -> User:
    """A new account with the address of this link; nothing is written yet."""
    return User(
        email=row.email,
        name=name[:120],
        title="",
        kind="member",
        password=None,
        fs_uniquifier=uuid.uuid4().hex,
        sees_restricted=False,
        preferences={WELCOME: "due"} | ({"language": "es"} if row.language == "es" else {}),
        roles=roles_named(cx, (role,)),
    )


def keep(cx: Context, user: User) -> None:
    """Write a new account down. Raises Invalid where one with this address came first."""
    cx.db.add(user)
    try:
        cx.db.flush()
    except IntegrityError as error:
        raise new_account.refused_by_database(error) from error


def set_password(user: User, password: str) -> None:
    """Give the account a password. Raises Invalid (field `password`)."""
    passwords.require_good(
        password, kind="member", personal=new_account.personal(user.name, user.email)
    )
    user.password = passwords.hashed(password)


def link(
    cx: Context,
    user: User,
    member_id: int,
    basis: str,
    *,
    starts_on: date,
    form_id: int | None = None,
    while_hidden: bool = False,
) -> None:
    """Link the member to the account. An older link ends: a new form may cover less, and whoever
    agrees anew, after keeping apart, agrees from now on."""
    now = cx.database.case_now()
    cx.db.execute(
        update(AccountMember)
        .where(
            AccountMember.user_id == user.id,
            AccountMember.member_id == member_id,
            AccountMember.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    cx.db.add(
        AccountMember(
            user_id=user.id,
            member_id=member_id,
            basis=basis,
            representative_id=form_id,
            starts_on=starts_on,
            added_at=now,
            while_hidden=while_hidden,
        )
    )
    cx.db.flush()


def use_up(cx: Context, row: WayIn) -> None:
    """The link opens nothing any more."""
    row.stage, row.used_at = "used", cx.now
    cx.db.flush()


def tell(cx: Context, row: WayIn, member_id: int, email: str) -> None:
    """The address that the plan knows hears of it, unless it is this one."""
    ways_in.write(
        cx,
        "told",
        ways_in.Typed(email=email),
        language=row.language,
        base=row.base,
        member_id=member_id,
    )
