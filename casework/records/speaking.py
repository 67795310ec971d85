"""Who speaks for a member: which forms are in force, what they cover, how one begins and ends.

The one place that says when a form counts. It asks no policy and knows no page.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import insert, select, update

from casework.bridge.speakers import covers, in_force
from casework.context import Context, Principal
from casework.errors import NotAllowed
from casework.models import AccountMember, Member, Representative, StandingNeed

NEED: Final = "representative"
APPOINTMENT: Final = "appointment"
# What lets somebody speak for a member, beside the member's own form; each wants its paper.
BASES: Final[Mapping[str, str]] = {
    APPOINTMENT: "The member's signed form",
    "power_of_attorney": "A power of attorney for health care",
    "guardianship": "A court order: guardian of the person",
    "conservatorship": "A court order: conservator",
    "custody": "A court order: custody of a child",
    "executor": "Letters of the probate court, after a death",
}
# A member's own form for appeals holds a year at most (42 CFR 405.910(e)(1), by 422.561).
LONGEST_DAYS: Final = 365
READ_ONLY: Final = "Your form lets you read, not act."


def may_act(cx: Context, member_id: int, *, series_id: int | None, name: str = "") -> bool:
    """Whether a form that is on file today lets somebody act for this member in this series
    (None: in something new); with `name` only a form of somebody of that name counts."""
    rows = cx.db.execute(
        select(Representative.name).where(
            Representative.member_id == member_id,
            in_force(cx.now.date()),
            covers(series_id),
            Representative.looks_only.is_(False),
        )
    ).scalars()
    return any(not name or same_person(name, each) for each in rows)


def same_person(one: str, other: str) -> bool:
    """Whether two names are of one person, as people write them: “Ann B. Lee” is “Ann Lee”."""
    first, second = (set(re.findall(r"[^\W\d_]+", each.casefold())) for each in (one, other))
    few, many = sorted((first, second), key=len)
    return len(few) > 1 and few <= many


def require_acting(principal: Principal, member_id: int) -> None:
    """Raises NotAllowed for whoever may only read what is this member's."""
    if member_id in principal.narrowed.looks_only:
        raise NotAllowed(READ_ONLY, source="form")


def begin(cx: Context, member_id: int, **values: Any) -> Representative:
    """Put a form on file, with its entry in the member's history."""
    row = Representative(
        member_id=member_id, recorded_at=cx.now, recorded_by=cx.principal.name[:120], **values
    )
    cx.db.add(row)
    cx.db.flush()
    _note(cx, member_id, was="", became=row.name)
    return row


def end(cx: Context, row: Representative, *, why: str) -> tuple[int, ...]:
    """End a form now: its holder's account opens the member no more, and a link that was mailed for
    it makes no account. Returns the accounts that lost the member."""
    row.ended_at, row.ended_why, row.ended_by = cx.now, why[:200], cx.principal.name[:120]
    cx.db.flush()
    lost = tuple(
        cx.db.execute(
            update(AccountMember)
            .where(AccountMember.representative_id == row.id, AccountMember.ended_at.is_(None))
            .values(ended_at=cx.now)
            .returning(AccountMember.user_id)
            .execution_options(synchronize_session=False)
        ).scalars()
    )
    _note(cx, row.member_id, was=row.name, became="", why=why)
    return lost


def taken(cx: Context, representative_id: int) -> Representative | None:
    """The form with this number, locked, if it is within reach and nobody has ended it."""
    return cx.db.execute(
        select(Representative)
        .where(Representative.id == representative_id, Representative.ended_at.is_(None))
        .with_for_update(of=Representative)
    ).scalar()


def note_household(cx: Context, member_id: int, *, was: str, became: str) -> None:
    """Write into the member's history that the subscriber's number was set."""
    _note(cx, member_id, was=was, became=became, need="household")


def locked_member(cx: Context, member_id: int) -> Member | None:
    """The member, if within reach, held to the end of the transaction."""
    return cx.db.execute(
        select(Member).where(Member.id == member_id).with_for_update(of=Member)
    ).scalar()


def _note(
    cx: Context, member_id: int, *, was: str, became: str, why: str = "", need: str = NEED
) -> None:
    cx.db.execute(
        insert(StandingNeed).values(
            member_id=member_id,
            need=need,
            was=was,
            became=became,
            reason=why[:200],
            at=cx.now,
            by_id=cx.principal.id or None,
            by_name=cx.principal.name[:120],
            by_role=cx.principal.role[:20],
        )
    )
