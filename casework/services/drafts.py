"""Keeping what somebody began to file: begun, answered page by page, papers added, sent or dropped.

Each page is one command, so that nothing typed is lost. Sending is the business of the filing
command; afterwards the draft keeps only the number that it got.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as pg_insert

from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound
from casework.models import FilingDraft
from casework.records import drafts, papers, speaking
from casework.records.drafts import Draft, KeptPaper
from casework.services.evidence import LookedAt
from casework.storage import Storage

MOST_PAPERS: Final = 20


@command
def begin(cx: Context, *, kind: str, about: str, member_id: int) -> Draft:
    """The draft of this kind about this case (`about` empty: about none), begun now if there is
    none. One that was sent before begins anew, under a new token; so does one that is too old."""
    if member_id not in cx.principal.ids:
        raise NotFound("There is no such member here.")
    speaking.require_acting(cx.principal, member_id)
    old = FilingDraft.saved_at <= cx.now - drafts.KEPT_FOR
    cx.db.execute(delete(FilingDraft).where(FilingDraft.user_id == cx.principal.id, old))
    row = _locked(cx, kind=kind, about=about)
    if row is not None and row.sent_ref:
        cx.db.execute(delete(FilingDraft).where(FilingDraft.id == row.id))
        row = None
    if row is None:
        token, wrapped = drafts.fresh_key(cx)
        cx.db.execute(
            pg_insert(FilingDraft)
            .values(
                user_id=cx.principal.id,
                member_id=member_id,
                kind=kind,
                about=about,
                token=token,
                key_sealed=wrapped,
                started_at=cx.now,
                saved_at=cx.now,
            )
            .on_conflict_do_nothing()
        )
        row = _locked(cx, kind=kind, about=about)
    assert row is not None
    return drafts.opened(cx, row)


@command
def answer(cx: Context, draft_id: int, answers: Mapping[str, str]) -> Draft:
    """Add these answers, by question, to those that are there. Raises NotFound."""
    row = _unsent(cx, draft_id)
    draft = drafts.opened(cx, row)
    return _keep(cx, row, {**draft.answers, **answers}, draft.papers)


@command
def add_papers(cx: Context, draft_id: int, looked: Sequence[LookedAt]) -> Draft:
    """Keep these papers with the draft, as they were looked at; the same one twice is kept once.

    Raises Invalid (field `papers`) for what cannot be read, or for more than twenty.
    """
    row = _unsent(cx, draft_id)
    draft = drafts.opened(cx, row)
    papers.require_readable([each.paper for each in looked], field="papers")
    known = {paper.sha256: paper for paper in draft.papers}
    for each in looked:
        kept = _kept(Storage(cx.database.settings), each)
        before = known.get(kept.sha256)
        known[kept.sha256] = replace(before, name=kept.name) if before else kept
    if len(known) > MOST_PAPERS:
        raise Invalid(
            f"Keep at most {MOST_PAPERS} files.",
            fields={"papers": "Send the rest afterwards, or by mail."},
        )
    return _keep(cx, row, draft.answers, tuple(known.values()))


@command
def remove_paper(cx: Context, draft_id: int, sha256: str) -> Draft:
    """Take this file off the draft; nothing happens when it is not there."""
    row = _unsent(cx, draft_id)
    draft = drafts.opened(cx, row)
    rest = tuple(paper for paper in draft.papers if paper.sha256 != sha256)
    return _keep(cx, row, draft.answers, rest)


@command
def be_sure(cx: Context, draft_id: int, sha256: str = "") -> Draft:
    """Use this paper although it is doubtful; without a hash, every one that is."""
    row = _unsent(cx, draft_id)
    draft = drafts.opened(cx, row)
    known = tuple(
        replace(paper, sure=True) if sha256 in ("", paper.sha256) and paper.doubts else paper
        for paper in draft.papers
    )
    return _keep(cx, row, draft.answers, known)


@command
def put_earlier(cx: Context, draft_id: int, sha256: str) -> Draft:
    """Put this paper before the one above it; nothing happens to the first one."""
    row = _unsent(cx, draft_id)
    draft = drafts.opened(cx, row)
    known = list(draft.papers)
    at = next((n for n, paper in enumerate(known) if paper.sha256 == sha256), 0)
    if at:
        known[at - 1], known[at] = known[at], known[at - 1]
    return _keep(cx, row, draft.answers, tuple(known))


@command
def was_sent(cx: Context, draft_id: int, ref: str) -> None:
    """Note the number that the filing got; what was typed lives in the case from now on."""
    row = _of(cx, draft_id)
    row.sent_ref, row.body_ct, row.saved_at = ref, b"", cx.now
    cx.db.flush()


@command
def drop(cx: Context, draft_id: int) -> None:
    """Throw the draft away, as its writer wants it."""
    cx.db.execute(
        delete(FilingDraft).where(
            FilingDraft.id == draft_id, FilingDraft.user_id == cx.principal.id
        )
    )


def _kept(storage: Storage, each: LookedAt) -> KeptPaper:
    """The paper and its small picture in the store."""
    paper = each.paper
    stored = storage.put(paper.content)
    return KeptPaper(
        name=paper.name[:200],
        media_type=papers.sniffed(paper.content),
        size=stored.size,
        sha256=stored.sha256,
        pages=each.pages,
        doubts=each.doubts,
        empty=each.empty,
        thumb=storage.put(each.thumb).sha256 if each.thumb else "",
    )


def _keep(
    cx: Context, row: FilingDraft, answers: Mapping[str, str], kept: tuple[KeptPaper, ...]
) -> Draft:
    row.body_ct = drafts.sealed(cx, row, answers, kept)
    row.saved_at = cx.now
    cx.db.flush()
    return drafts.opened(cx, row)


def _locked(cx: Context, *, kind: str, about: str) -> Any:
    statement = drafts.own_drafts(cx, kind=kind, about=about).with_for_update()
    return cx.db.execute(statement).scalar_one_or_none()


def _of(cx: Context, draft_id: int) -> FilingDraft:
    statement = drafts.own_drafts(cx).where(FilingDraft.id == draft_id).with_for_update()
    found: FilingDraft | None = cx.db.execute(statement).scalar_one_or_none()
    if found is None:
        raise NotFound("This draft is not here any more.")
    return found


def _unsent(cx: Context, draft_id: int) -> FilingDraft:
    row = _of(cx, draft_id)
    if row.sent_ref:
        raise NotFound("This was sent already.")
    return row
