"""What a person keeps of the work list: views with a name, where the desk begins, keys on or off.

It changes no case. A view holds the filters of an address, never a row or a name of anybody.
"""

from typing import Final

from sqlalchemy import func, select

from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound
from casework.models import SavedView, User

BEGIN: Final = "desk_view"
KEYS: Final = "desk_keys"
MOST: Final = 20
FILTERS: Final = frozenset(
    {
        "tab",
        "kind",
        "urgency",
        "queue",
        "due",
        "who",
        "line",
        "region",
        "contract",
        "specialty",
    }
)


@command
def save_view(cx: Context, name: str, filters: dict[str, str], *, shared: bool, begin: bool) -> int:
    """Keep these filters under this name; the same name again replaces them. Returns its id.

    Raises Invalid: no name, a name over 60 characters, more than MOST views.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= 60:
        raise Invalid(
            "The view needs a name.", fields={"name": "Enter a name of at most 60 characters."}
        )
    kept = {key: value for key, value in filters.items() if key in FILTERS and value}
    mine = SavedView.user_id == cx.principal.id
    view = cx.db.execute(
        select(SavedView).where(mine, SavedView.name == name).with_for_update()
    ).scalar_one_or_none()
    if view is None:
        count = cx.db.execute(select(func.count()).select_from(SavedView).where(mine)).scalar_one()
        if count >= MOST:
            raise Invalid(
                f"You have {MOST} views already.", fields={"name": "Delete one of them first."}
            )
        view = SavedView(user_id=cx.principal.id, name=name)
        cx.db.add(view)
    view.filters, view.shared, view.saved_at = kept, shared, cx.now
    cx.db.flush()
    if begin:
        _prefer(cx, BEGIN, view.id)
    return view.id


@command
def delete_view(cx: Context, view_id: int) -> str:
    """Delete a view of one's own; returns its name. Raises NotFound for everybody else's."""
    view = cx.db.execute(
        select(SavedView).where(SavedView.id == view_id, SavedView.user_id == cx.principal.id)
    ).scalar_one_or_none()
    if view is None:
        raise NotFound("You have no such view.")
    name = view.name
    cx.db.delete(view)
    _forget(cx, BEGIN, view_id)
    return name


@command
def begin_with(cx: Context, view_id: int | None) -> None:
    """The desk begins with this view (one's own, or one that is shared), or with none."""
    if view_id is None:
        _forget(cx, BEGIN)
        return
    there = select(SavedView.id).where(
        SavedView.id == view_id, (SavedView.user_id == cx.principal.id) | SavedView.shared
    )
    if cx.db.execute(there).first() is None:
        raise NotFound("There is no such view.")
    _prefer(cx, BEGIN, view_id)


@command
def switch_keys(cx: Context, *, on: bool) -> None:
    """Keys of the desk on or off, for this person in every browser (WCAG 2.1.4)."""
    if on:
        _forget(cx, KEYS)
    else:
        _prefer(cx, KEYS, "off")


def _person(cx: Context) -> User:
    return cx.db.execute(
        select(User).where(User.id == cx.principal.id).with_for_update(of=User)
    ).scalar_one()


def _prefer(cx: Context, name: str, value: int | str) -> None:
    user = _person(cx)
    user.preferences = {**user.preferences, name: value}


def _forget(cx: Context, name: str, only: int | None = None) -> None:
    user = _person(cx)
    if only is None or user.preferences.get(name) == only:
        user.preferences = {key: kept for key, kept in user.preferences.items() if key != name}
