"""The offices that have to do with a case and therefore see it."""

from sqlalchemy import select

from casework.context import Context
from casework.models import CaseParty, Organization


def offices_of(cx: Context, case_id: int) -> tuple[str, ...]:
    """The names of the offices on this case, in their order."""
    rows = cx.db.execute(
        select(Organization.name)
        .join(CaseParty, CaseParty.organization_id == Organization.id)
        .where(CaseParty.case_id == case_id)
        .distinct()
        .order_by(Organization.name)
    ).scalars()
    return tuple(rows)
