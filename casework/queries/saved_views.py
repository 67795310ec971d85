"""The views of the work list that a person named, and those that his team shares with him."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, or_, select

from casework.context import Context
from casework.models import SavedView, User
from casework.queries.teams import team_ids

MOST: int = 40


@dataclass(frozen=True)
class View:
    """One saved view: its filters by name; `mine` or of somebody of the team."""

    id: int
    name: str
    filters: dict[str, str]
    mine: bool
    shared: bool
    owner: str


def of_person(cx: Context) -> Any:
    """Own views and those that the team shares, own ones first, MOST at the most."""
    mine = SavedView.user_id == cx.principal.id
    return (
        select(
            SavedView.id,
            SavedView.name,
            SavedView.filters,
            mine.label("mine"),
            SavedView.shared,
            User.name.label("owner"),
        )
        .join(User, User.id == SavedView.user_id)
        .where(or_(mine, and_(SavedView.shared, SavedView.user_id.in_(team_ids(cx)))))
        .order_by(case((mine, 0), else_=1), SavedView.name, SavedView.id)
        .limit(MOST)
    )


def views(rows: Iterable[Sequence[Any]]) -> tuple[View, ...]:
    """These rows of `of_person` as views."""
    return tuple(View(*row) for row in rows)
