"""Papers of a case, and one paper by its number, within reach."""

from typing import Any

from sqlalchemy import select

from casework.context import Context
from casework.errors import NotFound
from casework.models import Case, CaseDocument, Document

_COLUMNS = (
    CaseDocument.id,
    CaseDocument.case_id,
    CaseDocument.name,
    CaseDocument.kind,
    CaseDocument.line_number,
    CaseDocument.control_number,
    CaseDocument.added_at,
    CaseDocument.added_by,
    Document.sha256,
    Document.size,
    Document.media_type,
)


def papers_of(cx: Context, case_id: int) -> tuple[Any, ...]:
    """Every paper of this case, the awaited ones included (`sha256` None)."""
    return tuple(
        cx.db.execute(
            select(*_COLUMNS)
            .outerjoin(Document, Document.id == CaseDocument.document_id)
            .where(CaseDocument.case_id == case_id)
            .order_by(CaseDocument.id)
        )
    )


def paper_by_id(cx: Context, paper_id: int) -> Any:
    """One paper that is here, with its case's member. Raises NotFound."""
    found = cx.db.execute(
        select(*_COLUMNS, Case.member_id, Case.ref)
        .join(Case, Case.id == CaseDocument.case_id)
        .join(Document, Document.id == CaseDocument.document_id)
        .where(CaseDocument.id == paper_id)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such paper here.")
    return found
