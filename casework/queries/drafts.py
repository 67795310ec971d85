"""What the acting person began to file and has not sent."""

from casework.context import Context
from casework.errors import NotFound
from casework.models import FilingDraft
from casework.records import drafts
from casework.records.drafts import Draft


def draft_of(cx: Context, *, kind: str, about: str) -> Draft | None:
    """The draft of this kind about this case (`about` empty: about none), sent or not, or None."""
    row = cx.db.execute(drafts.own_drafts(cx, kind=kind, about=about)).scalar_one_or_none()
    return drafts.opened(cx, row) if row is not None else None


def unsent(cx: Context) -> tuple[Draft, ...]:
    """Every draft that was not sent, newest first."""
    rows = cx.db.execute(drafts.own_drafts(cx).where(FilingDraft.sent_ref == "")).scalars()
    return tuple(drafts.opened(cx, row) for row in rows)


def draft_by_number(cx: Context, number: int) -> Draft:
    """One of them, sent or not. Raises NotFound, the same for absent, too old and another's."""
    row = cx.db.execute(drafts.own_drafts(cx).where(FilingDraft.id == number)).scalar_one_or_none()
    if row is None:
        raise NotFound("This draft is not here any more.")
    return drafts.opened(cx, row)
