"""Drafts of filings as values: whose they are, what was answered so far, which papers were added.

A draft is no case: it starts no clock and keeps no window open. It knows no question of any form.
"""

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from casework import seal
from casework.context import Context
from casework.models import FilingDraft

KEPT_FOR: Final = timedelta(days=30)
PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/tiff"})


@dataclass(frozen=True)
class KeptPaper:
    """A file that was added to a draft; its bytes lie in the sealed store under their hash.

    `doubts` are codes of what was seen when it came, `empty` its empty pages, `thumb` the hash of a
    small picture of it; `sure` once its sender said to use it anyway.
    """

    name: str
    media_type: str
    size: int
    sha256: str
    pages: int = 0
    doubts: tuple[str, ...] = ()
    empty: tuple[int, ...] = ()
    thumb: str = ""
    sure: bool = False

    @property
    def doubtful(self) -> bool:
        """Whether its sender should look at it once more."""
        return bool(self.doubts) and not self.sure

    @property
    def is_picture(self) -> bool:
        """Whether it is a photo or a scan that can be a page of a paper."""
        return self.media_type in PICTURES


@dataclass(frozen=True)
class Draft:
    """One draft of the acting person. `answers` are by question; `sent_ref` once it was sent."""

    id: int
    kind: str
    about: str
    member_id: int
    token: str
    started_at: datetime
    saved_at: datetime
    sent_ref: str
    answers: Mapping[str, str] = field(default_factory=dict)
    papers: tuple[KeptPaper, ...] = ()

    @property
    def kept_until(self) -> datetime:
        """When an unsent draft is thrown away."""
        return self.saved_at + KEPT_FOR


def own_drafts(cx: Context, *, kind: str = "", about: str | None = None) -> Any:
    """The statement that finds the acting person's drafts that are not too old, newest first."""
    statement = select(FilingDraft).where(
        FilingDraft.user_id == cx.principal.id, FilingDraft.saved_at > cx.now - KEPT_FOR
    )
    if kind:
        statement = statement.where(FilingDraft.kind == kind)
    if about is not None:
        statement = statement.where(FilingDraft.about == about)
    return statement.order_by(FilingDraft.id.desc())


def opened(cx: Context, row: Any) -> Draft:
    """The draft of this row, with its answers in clear."""
    body: dict[str, Any] = seal.unseal_json(_key(cx, row), row.body_ct, _place(row.token))
    return Draft(
        id=row.id,
        kind=row.kind,
        about=row.about,
        member_id=row.member_id,
        token=row.token,
        started_at=row.started_at,
        saved_at=row.saved_at,
        sent_ref=row.sent_ref,
        answers=body.get("answers", {}),
        papers=tuple(_paper(paper) for paper in body.get("papers", ())),
    )


def fresh_key(cx: Context) -> tuple[str, bytes]:
    """A new token, under which the draft will be sent once, and a sealed key of its own."""
    token = uuid.uuid4().hex
    _, wrapped = seal.new_key(_wrapping(cx), _place(token))
    return token, wrapped


def sealed(
    cx: Context, row: Any, answers: Mapping[str, str], papers: tuple[KeptPaper, ...]
) -> bytes:
    """What the draft of this row says now, sealed under its own key."""
    body = {"answers": dict(answers), "papers": [asdict(paper) for paper in papers]}
    return seal.seal_json(_key(cx, row), body, _place(row.token))


def _paper(said: dict[str, Any]) -> KeptPaper:
    """A paper as it was sealed: JSON knows no tuples."""
    lists = {name: tuple(said.get(name, ())) for name in ("doubts", "empty")}
    return KeptPaper(**{**said, **lists})


def _key(cx: Context, row: Any) -> bytes:
    return seal.unwrap(_wrapping(cx), bytes(row.key_sealed), _place(row.token))


def _wrapping(cx: Context) -> bytes:
    return seal.wrapping_key(cx.database.settings.keys["documents"])


def _place(token: str) -> str:
    return f"draft:{token}"
