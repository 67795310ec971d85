"""The letters of a matter by title, as its office reads their names in the story."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from casework.context import Context
from casework.models import Letter


def letters_of(cx: Context, cases: Sequence[Any]) -> tuple[Any, ...]:
    """Number and title of every letter on these cases, in one question."""
    rows = cx.db.execute(
        select(Letter.id, Letter.title).where(Letter.case_id.in_([each.id for each in cases]))
    )
    return tuple(rows)
