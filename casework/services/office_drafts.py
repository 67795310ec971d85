"""Saving what an office began to file: seen by everybody of that office, sealed, without papers.

A draft is no case: it starts no clock and keeps no window open.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, insert, update

from casework import seal
from casework.context import Context
from casework.db import command
from casework.errors import NotAllowed, NotFound
from casework.models import OfficeDraft
from casework.records import office_drafts

KEPT_FOR: Final = timedelta(days=30)


@command
def save(cx: Context, *, door: str, typed: Mapping[str, str], draft_id: int | None) -> int:
    """Keep what was typed, in the draft that is there or a new one; returns its id.

    Raises NotAllowed for who has no office, NotFound for a draft that is not there any more.
    """
    office = cx.principal.organization_id
    if office is None:
        raise NotAllowed("Only an office keeps drafts.", source="office-draft")
    cx.db.execute(delete(OfficeDraft).where(OfficeDraft.saved_at <= cx.now - KEPT_FOR))
    key, wrapped = seal.new_key(office_drafts.wrapping(cx), office_drafts.place(office))
    values: dict[str, Any] = {
        "door": door,
        "by_name": cx.principal.name[:120],
        "key_sealed": wrapped,
        "body_ct": seal.seal_json(key, dict(typed), office_drafts.place(office)),
        "saved_at": cx.now,
    }
    if draft_id is None:
        new = insert(OfficeDraft).values(**values, organization_id=office, user_id=cx.principal.id)
        return int(cx.db.execute(new.returning(OfficeDraft.id)).scalar_one())
    changed = cx.db.execute(
        update(OfficeDraft)
        .where(OfficeDraft.id == draft_id, OfficeDraft.organization_id == office)
        .values(**values)
        .returning(OfficeDraft.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if changed is None:
        raise NotFound("This draft is not here any more.")
    return int(changed)


@command
def drop(cx: Context, draft_id: int) -> None:
    """Throw it away; nothing happens when it is gone."""
    cx.db.execute(
        delete(OfficeDraft).where(
            OfficeDraft.id == draft_id,
            OfficeDraft.organization_id == cx.principal.organization_id,
        )
    )
