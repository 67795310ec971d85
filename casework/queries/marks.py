"""What readers marked in the papers of a case: beside a page, and as a list of evidence."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from casework import seal
from casework.context import Context
from casework.models import CaseDocument, PaperMark
from casework.queries.case_file import key_of
from casework.records import paper_marks

MOST = 500


@dataclass(frozen=True)
class Marked:
    """One place that somebody marked: where, what it is, the words that stand there, the note."""

    id: int
    paper_id: int
    paper: str
    page: int
    left: Decimal
    top: Decimal
    width: Decimal
    height: Decimal
    tag: str
    quote: str
    note: str
    by_id: int
    by: str
    at: datetime


def marks_of(cx: Context, case: Any) -> tuple[Marked, ...]:
    """Every standing mark of this case (its row), by paper and page."""
    rows = cx.db.execute(
        select(PaperMark, CaseDocument.name)
        .join(CaseDocument, CaseDocument.id == PaperMark.paper_id)
        .where(PaperMark.case_id == case.id, PaperMark.ended_at.is_(None))
        .order_by(PaperMark.paper_id, PaperMark.page, PaperMark.top, PaperMark.id)
        .limit(MOST)
    ).all()
    if not rows:
        return ()
    key, place = key_of(cx, case), paper_marks.sealed_place(case.id)
    return tuple(
        Marked(
            id=row.id,
            paper_id=row.paper_id,
            paper=name,
            page=row.page,
            left=row.left,
            top=row.top,
            width=row.width,
            height=row.height,
            tag=row.tag,
            quote=seal.unseal_text(key, row.quote_ct, place),
            note=seal.unseal_text(key, row.note_ct, place),
            by_id=row.by_id,
            by=row.by_name,
            at=row.at,
        )
        for row, name in rows
    )
