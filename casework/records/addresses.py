"""Where a member's mail goes: known to be bad since when, put right by whom.

Every later letter reads the member's row; each change stays in the history of standing needs.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import insert, select, update

from casework import addresses as postal
from casework.context import Context
from casework.errors import Invalid
from casework.models import Member, StandingNeed

# Why the post gives a letter back, by the words of its yellow label; and which of them say that the
# address is no good: who refuses a letter lives there.
RETURNS: Final = (
    "moved",
    "no_such_number",
    "not_known",
    "insufficient",
    "vacant",
    "refused",
    "unclaimed",
    "deceased",
)
DECEASED: Final = "deceased"
BAD: Final = frozenset(RETURNS) - {"refused", "unclaimed"}


def mark_bad(cx: Context, member_id: int, *, why: str) -> None:
    """Mail to this address comes back: no later letter goes there blindly."""
    _set(cx, member_id, address_bad_since=cx.now, address_bad_why=why)


def put_right(cx: Context, member_id: int, lines: Sequence[str], *, reason: str) -> None:
    """From now on mail goes to this address: street, then city, State and ZIP on the last line.
    Raises Invalid, naming `new_address`."""
    clean = [line.strip() for line in lines if line.strip()]
    zip_code = _zip_of(clean)
    was = cx.db.execute(select(Member.address).where(Member.id == member_id)).scalar_one()
    _set(
        cx,
        member_id,
        address=clean,
        zip_code=zip_code,
        address_bad_since=None,
        address_bad_why="",
    )
    cx.db.execute(
        insert(StandingNeed).values(
            member_id=member_id,
            need="address",
            was=was,
            became=clean,
            reason=reason[:200],
            at=cx.now,
            by_id=cx.principal.id or None,
            by_name=cx.principal.name[:120],
            by_role=cx.principal.role[:20],
        )
    )


def _zip_of(lines: Sequence[str]) -> str:
    wrong = postal.fault(lines)
    if wrong:
        raise Invalid("The address is not complete.", fields={"new_address": wrong})
    return lines[-1].split()[-1]


def _set(cx: Context, member_id: int, **values: Any) -> None:
    cx.db.execute(
        update(Member)
        .where(Member.id == member_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
