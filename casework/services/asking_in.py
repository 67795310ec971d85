"""Asking for an account, for a new password, to see the records of one's husband or wife.

Every one of these says the same to everybody: it counts the try and writes the request down, and
looks nothing up. It knows no page and no mail.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, update

from casework import observations, policy
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotAllowed, NotFound
from casework.models import Member, Representative, User
from casework.records import tries, ways_in
from casework.records.ways_in import Typed
from casework.services.sign_in import TooManyTries

UNPROVED: Final = "We do not know your e-mail address yet. Call us: then you can do this too."


@dataclass(frozen=True, kw_only=True)
class From:
    """Where a request comes from: network address, language of the page, address of the house."""

    address: str
    language: str
    base: str


@command
def register(cx: Context, typed: Typed, *, whence: From) -> None:
    """Ask for an account as the member on this card (`cx.now` is the wall clock).

    Raises TooManyTries after five tries for a number in a quarter of an hour or fifteen in a day,
    twenty from a network address, or far too many in all; known and unknown numbers alike.
    """
    _ask_as_member(cx, "register", typed, whence)


@command
def see_spouse(cx: Context, typed: Typed, *, whence: From) -> None:
    """Ask to see the records of the member on this card, who must agree; for who is signed in.
    Raises TooManyTries; NotAllowed for an account whose own mailbox the plan does not know."""
    if set(cx.principal.ids[:1]) & set(cx.principal.narrowed.hushed):
        raise NotAllowed(UNPROVED, source="account")
    _ask_as_member(cx, "spouse", typed, whence, user_id=cx.principal.id)


@command
def new_password(cx: Context, *, email: str, whence: From) -> None:
    """Ask for a link to a new password. Raises TooManyTries after three tries for an e-mail address
    in a quarter of an hour, known here or not."""
    wanted = email.strip().lower()
    asked = {
        ways_in.PER_EMAIL: wanted,
        ways_in.PER_ADDRESS: whence.address,
        ways_in.IN_ALL: "",
    }
    _refuse(cx, ways_in.full_until(cx, asked))
    typed = Typed(email=wanted)
    ways_in.write(cx, "password", typed, language=whence.language, base=whence.base)


@command
def invite(cx: Context, representative_id: int, *, email: str, whence: From) -> None:
    """Let whoever speaks for a member by a form on file open an account: a link goes to this
    address, which stands on the form. Staff who see the member may; raises NotFound, Invalid."""
    policy.require(cx.principal, "", "invite_representative")
    today = cx.database.case_now().date()
    form = cx.db.execute(
        select(Representative).where(Representative.id == representative_id)
    ).scalar()
    if form is None:
        raise NotFound("There is no such form here.")
    run_out = form.ends_on is not None and form.ends_on < today
    if form.starts_on > today or run_out or form.ended_at is not None:
        raise Invalid("This form is not in force.", fields={"form": "Choose one that is."})
    wanted = email.strip().lower()
    known = cx.db.execute(select(User).where(User.email == wanted)).scalar()
    if known is not None and {role.name for role in known.roles} != {"representative"}:
        raise Invalid(
            "This address has another account.",
            fields={"email": "Ask for another e-mail address: whoever helps signs in apart."},
        )
    ways_in.write(
        cx,
        "form",
        Typed(email=wanted),
        language=whence.language,
        base=whence.base,
        member_id=form.member_id,
        representative_id=form.id,
        user_id=known.id if known else None,
    )
    observations.append(cx, "representative_invited", what=f"form:{form.id}")


@dataclass(frozen=True)
class Lock:
    """Why somebody cannot try now, and until when."""

    kind: str
    until: datetime


# What a lock may be about, by what the caller says: a member number or an e-mail address.
_BY_NUMBER: Final = (ways_in.PER_NUMBER, ways_in.PER_NUMBER_A_DAY)
_BY_EMAIL: Final = (ways_in.PER_EMAIL, ways_in.Limit(kind="password", most=5))


def locks(cx: Context, said: str) -> tuple[Lock, ...]:
    """The locks on this member number or e-mail address now (`cx.now` is the wall clock)."""
    found = []
    for limit, text in _meant(said):
        key = tries.key_of(limit.kind, text)
        until = tries.standing(cx, key, limit.most, window=limit.window)
        if until is not None and until > cx.now:
            found.append(Lock(limit.kind, until))
    return tuple(found)


@command
def lift_locks(cx: Context, said: str) -> int:
    """End the locks on this member number or e-mail address, for a caller who showed who he is; how
    many stood. Staff may; it stands in the security history, without the number."""
    policy.require(cx.principal, "", "lift_locks")
    stood = len(locks(cx, said))
    for limit, text in _meant(said):
        tries.forget(cx, key=tries.key_of(limit.kind, text))
    observations.append(cx, "locks_lifted", what=f"locks:{stood}")
    return stood


@command
def prove_account(cx: Context, member_id: int) -> bool:
    """Somebody of the plan spoke with the member at the telephone number on file: the account that
    was made with an unknown e-mail address opens like any other. False where there is none."""
    policy.require(cx.principal, "", "prove_account")
    if cx.db.execute(select(Member.id).where(Member.id == member_id)).scalar() is None:
        raise NotFound("There is no such member here.")
    proved = cx.db.execute(
        update(User)
        .where(User.member_id == member_id, User.kind == "member", User.unproved_since.is_not(None))
        .values(unproved_since=None)
        .returning(User.id)
    ).scalars()
    done = bool(list(proved))
    if done:
        observations.append(cx, "account_proved", what=f"member:{member_id}")
    return done


def _meant(said: str) -> list[tuple[ways_in.Limit, str]]:
    if "@" in said:
        return [(limit, said.strip().lower()) for limit in _BY_EMAIL]
    return [(limit, ways_in.normal_number(said)) for limit in _BY_NUMBER]


def _ask_as_member(
    cx: Context, purpose: str, typed: Typed, whence: From, *, user_id: int | None = None
) -> None:
    number = ways_in.normal_number(typed.number)
    asked = {
        ways_in.PER_NUMBER: number,
        ways_in.PER_NUMBER_A_DAY: number,
        ways_in.PER_ADDRESS: whence.address,
        ways_in.IN_ALL: "",
    }
    _refuse(cx, ways_in.full_until(cx, asked))
    ways_in.write(cx, purpose, typed, language=whence.language, base=whence.base, user_id=user_id)


def _refuse(cx: Context, until: datetime | None) -> None:
    if until is not None:
        raise TooManyTries(
            "There were too many tries. Please wait, then try again.",
            retry_after=max(1, int((until - cx.now).total_seconds()) + 1),
        )
