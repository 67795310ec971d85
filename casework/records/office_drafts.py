"""Drafts of an office as values: what was typed, through which door, by whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from casework import seal
from casework.context import Context
from casework.errors import NotFound
from casework.models import OfficeDraft

MOST: Final = 50


@dataclass(frozen=True)
class Draft:
    """One draft: through which door, by whom, when, and what was typed by field."""

    id: int
    door: str
    by_name: str
    saved_at: datetime
    typed: Mapping[str, str]


def drafts(cx: Context) -> tuple[Draft, ...]:
    """The drafts of this office, the last saved first."""
    rows = cx.db.execute(
        select(OfficeDraft).order_by(OfficeDraft.saved_at.desc(), OfficeDraft.id.desc()).limit(MOST)
    ).scalars()
    return tuple(_opened(cx, row) for row in rows)


def draft(cx: Context, draft_id: int) -> Draft:
    """One of them. Raises NotFound."""
    row = cx.db.execute(select(OfficeDraft).where(OfficeDraft.id == draft_id)).scalar_one_or_none()
    if row is None:
        raise NotFound("This draft is not here any more.")
    return _opened(cx, row)


def _opened(cx: Context, row: OfficeDraft) -> Draft:
    where = place(row.organization_id)
    key = seal.unwrap(wrapping(cx), bytes(row.key_sealed), where)
    typed = seal.unseal_json(key, row.body_ct, where)
    return Draft(row.id, row.door, row.by_name, row.saved_at, typed)


def wrapping(cx: Context) -> bytes:
    """The key that wraps the keys of drafts."""
    return seal.wrapping_key(cx.database.settings.keys["documents"])


def place(office: int) -> str:
    """What a draft of this office is bound to."""
    return f"office_draft:{office}"
