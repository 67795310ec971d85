"""Clearing the inbox on the desk. A notice that was seen stays in the table; nothing is deleted."""

from sqlalchemy import and_, or_, update

from casework.context import Context
from casework.db import command
from casework.models import StaffNotice


@command
def mark_seen(cx: Context, ids: tuple[int, ...]) -> int:
    """Mark these notices as seen, of those that are addressed to this person; how many there were.

    A notice to a role and to nobody by name is seen for all of that role.
    """
    addressed = or_(
        StaffNotice.user_id == cx.principal.id,
        and_(StaffNotice.user_id.is_(None), StaffNotice.role.in_(cx.principal.roles)),
    )
    marked = cx.db.execute(
        update(StaffNotice)
        .where(StaffNotice.id.in_(ids), StaffNotice.seen_at.is_(None), addressed)
        .values(seen_at=cx.now)
        .returning(StaffNotice.id)
        .execution_options(synchronize_session=False)
    )
    return len(marked.all())
