"""Whether a new member has been asked how to be reached: once, after the first sign-in.

The answers themselves are standing needs (`services.standing_needs`); afterwards nobody asks again.
"""

from typing import Final

from sqlalchemy import select

from casework.context import Context
from casework.db import command
from casework.models import User

PREFERENCE: Final = "welcome"
DUE: Final = "due"


@command
def done(cx: Context) -> None:
    """The questions were asked; the acting person is not asked again."""
    user = cx.db.execute(
        select(User).where(User.id == cx.principal.id).with_for_update(of=User)
    ).scalar_one()
    user.preferences = {key: kept for key, kept in user.preferences.items() if key != PREFERENCE}
