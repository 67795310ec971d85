"""The papers that a decision must consider: which came since the denial, and who has read them.

A paper that stands on several cases of one matter is one paper. It decides nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from casework.context import Context
from casework.models import (
    Appeal,
    Case,
    CaseDocument,
    ConsideredPaper,
    Determination,
    Document,
)


@dataclass(frozen=True)
class Paper:
    """One paper of the matter that is here. `new`: it came since the denial that is appealed."""

    id: int
    name: str
    ref: str
    added_at: datetime
    added_by: str
    document_id: int
    sha256: str
    size: int
    media_type: str
    new: bool


@dataclass(frozen=True)
class Reading:
    """Who read a paper for this case, when, and how many pages it had."""

    document_id: int
    user_id: int
    name: str
    pages: int | None
    at: datetime


def denied_at(cx: Context, case: Any) -> datetime:
    """The instant of the denial that this appeal disputes: of the determination that it names, else
    of the newest one before it; where none was made (the time ran out) the appeal's receipt."""
    detail = cx.db.execute(
        select(Appeal.about_case_id, Appeal.determination_id).where(Appeal.case_id == case.id)
    ).one()
    rows = cx.db.execute(
        select(Determination.id, Determination.decided_at)
        .where(
            Determination.case_id == detail.about_case_id,
            Determination.decided_at <= case.received_at,
        )
        .order_by(Determination.version.desc())
    ).all()
    named = [row.decided_at for row in rows if row.id == detail.determination_id]
    found: datetime = next(iter((*named, *(row.decided_at for row in rows))), case.received_at)
    return found


def papers_of(cx: Context, case: Any, *, since: datetime) -> tuple[Paper, ...]:
    """Every paper of the matter that is here, in the order in which they came; those of this very
    case, and those that came after `since` on another, are new. One document is told once."""
    rows = cx.db.execute(
        select(
            CaseDocument.id,
            CaseDocument.case_id,
            CaseDocument.name,
            CaseDocument.document_id,
            CaseDocument.added_at,
            CaseDocument.added_by,
            Document.sha256,
            Document.size,
            Document.media_type,
            Case.ref,
        )
        .join(Document, Document.id == CaseDocument.document_id)
        .join(Case, Case.id == CaseDocument.case_id)
        .where(Case.series_id == case.series_id)
        .order_by(CaseDocument.added_at, CaseDocument.id)
    ).all()
    told: dict[int, Paper] = {}
    for row in rows:
        known = told.get(row.document_id)
        new = known.new if known else bool(row.case_id == case.id or row.added_at > since)
        told[row.document_id] = Paper(
            id=row.id if known is None or row.case_id == case.id else known.id,
            name=row.name if known is None else known.name,
            ref=row.ref if known is None else known.ref,
            added_at=row.added_at if known is None else known.added_at,
            added_by=row.added_by if known is None else known.added_by,
            document_id=row.document_id,
            sha256=row.sha256,
            size=row.size,
            media_type=row.media_type,
            new=new,
        )
    return tuple(told.values())


def readings_of(cx: Context, case: Any) -> tuple[Reading, ...]:
    """Who has read what for this case, the oldest first."""
    rows = cx.db.execute(
        select(ConsideredPaper, CaseDocument.document_id)
        .join(CaseDocument, CaseDocument.id == ConsideredPaper.paper_id)
        .where(ConsideredPaper.case_id == case.id)
        .order_by(ConsideredPaper.id)
    )
    return tuple(
        Reading(document_id, row.user_id, row.user_name, row.pages, row.at)
        for row, document_id in rows
        if document_id is not None
    )


def unread(cx: Context, case: Any, *, user_id: int) -> tuple[str, ...]:
    """The new papers, by name, that this person has not read for this case."""
    return names_unread(
        papers_of(cx, case, since=denied_at(cx, case)), readings_of(cx, case), user_id=user_id
    )


def names_unread(
    papers: Iterable[Paper], readings: Iterable[Reading], *, user_id: int
) -> tuple[str, ...]:
    """The same of papers and readings that are at hand."""
    mine = {each.document_id for each in readings if each.user_id == user_id}
    return tuple(each.name for each in papers if each.new and each.document_id not in mine)


def kept_with_decision(readings: Sequence[Reading], *, user_id: int) -> list[dict[str, Any]]:
    """What a determination keeps of the papers that its author read: numbers, never names."""
    return [
        {"document": each.document_id, "pages": each.pages, "at": each.at.isoformat()}
        for each in readings
        if each.user_id == user_id
    ]
