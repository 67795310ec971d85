"""Who is who: organizations and people by what one types."""

from sqlalchemy import or_, select

from casework.context import Context
from casework.errors import NotFound
from casework.models import Organization, User


def organization_named(cx: Context, text: str) -> int:
    """The id of the organization with this NPI or exact name. Raises NotFound."""
    found = cx.db.execute(
        select(Organization.id).where(or_(Organization.npi == text, Organization.name == text))
    ).scalar()
    if found is None:
        raise NotFound(f"There is no organization {text!r}: give its NPI or its exact name.")
    return int(found)


def user_by_email(cx: Context, email: str) -> int:
    """The id of the person with this e-mail. Raises NotFound."""
    found = cx.db.execute(select(User.id).where(User.email == email.strip().lower())).scalar()
    if found is None:
        raise NotFound(f"Nobody signs in as {email}.")
    return int(found)
