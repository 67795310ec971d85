"""The members of one account: a child added by a parent, and the end of any such link.

Every question about whom a card names is asked as the system; the page learns yes or no. A wrong
number, another household, a grown-up and a member whose data are confidential look the same.
"""

from datetime import date
from typing import Final

from sqlalchemy import select

from casework import observations
from casework.context import Context, Principal
from casework.db import command
from casework.errors import NotFound
from casework.models import AccountMember, Member, User
from casework.records import ways_in
from casework.records.households import are_one_household, comes_of_age, keeps_apart, may_be_parent
from casework.services.sign_in import TooManyTries

CHILD: Final = "child"
_PER_ACCOUNT: Final = ways_in.Limit(kind="child", most=10)


@command
def add_child(cx: Context, user_id: int, typed: ways_in.Typed) -> bool:
    """Let this account open the records of the child on this card, until the birthday on which the
    child decides alone; False where it may not be, whatever the reason.

    The proof: number, birth date and ZIP, one subscriber's number for both today, a grown-up who
    can be the parent by years, under the age of consent of the contract's state (45 CFR
    164.502(g)(3)), nothing confidential. All else goes by paper. `cx` is the system's, at the
    wall clock. Raises TooManyTries.
    """
    asked = {_PER_ACCOUNT: str(user_id), ways_in.PER_NUMBER: ways_in.normal_number(typed.number)}
    until = ways_in.full_until(cx, asked)
    if until is not None:
        raise TooManyTries(
            "There were too many tries. Please wait, then try again.",
            retry_after=max(1, int((until - cx.now).total_seconds()) + 1),
        )
    user = cx.db.execute(
        select(User).where(User.id == user_id).with_for_update(of=User)
    ).scalar_one()
    child = ways_in.named(cx, typed)
    today = cx.database.case_now().date()
    if child is None or not _may(cx, user, child, today):
        return False
    if _link(cx, user_id, child.id) is None:
        cx.db.add(
            AccountMember(
                user_id=user_id,
                member_id=child.id,
                basis=CHILD,
                starts_on=today,
                ends_on=_day_before(comes_of_age(cx, child, on=today)),
                added_at=cx.database.case_now(),
            )
        )
        cx.db.flush()
        who = Principal(kind="user", id=user.id, name=user.name)
        observations.append(cx, "child_added", what=f"user:{user_id}:member:{child.id}", about=who)
    return True


@command
def end_link(cx: Context, link_id: int) -> None:
    """End a link: by who holds the account, or by the member whose records it opens (`cx.now` is
    the wall clock). Raises NotFound."""
    own = select(User.member_id).where(User.id == cx.principal.id).scalar_subquery()
    link = cx.db.execute(
        select(AccountMember)
        .where(
            AccountMember.id == link_id,
            AccountMember.ended_at.is_(None),
            (AccountMember.user_id == cx.principal.id) | (AccountMember.member_id == own),
        )
        .with_for_update(of=AccountMember)
    ).scalar()
    if link is None:
        raise NotFound("This has ended already.")
    link.ended_at = cx.now
    observations.append(cx, "link_ended", what=f"link:{link_id}")


def _may(cx: Context, user: User, child: Member, today: date) -> bool:
    if user.member_id is None or keeps_apart(child) or child.id == user.member_id:
        return False
    if user.unproved_since is not None or comes_of_age(cx, child, on=today) <= today:
        return False
    parent = cx.db.get(Member, user.member_id)
    if parent is None or comes_of_age(cx, parent, on=today) > today:
        return False
    if not may_be_parent(parent, child):
        return False
    return are_one_household(cx, parent.id, child.id, on=today)


def _link(cx: Context, user_id: int, member_id: int) -> int | None:
    return cx.db.execute(
        select(AccountMember.id).where(
            AccountMember.user_id == user_id,
            AccountMember.member_id == member_id,
            AccountMember.ended_at.is_(None),
        )
    ).scalar()


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
