"""Papers of a case: bytes into the sealed store, rows that name them, awaited ones included."""

from collections.abc import Sequence
from datetime import datetime

import puremagic
from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert

from casework import seal
from casework.context import Context
from casework.errors import Invalid
from casework.ledger.change import Head
from casework.ledger.entries import case_key
from casework.metadata import table_of
from casework.models import CaseDocument, Document
from casework.storage import Storage, stored_as
from casework.submission import PaperAsSent

ALLOWED = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/tiff": (".tif", ".tiff"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
}
MAX_BYTES = 25 * 1024 * 1024
MAX_PAPERS = 50


def require_readable(papers: Sequence[PaperAsSent], *, field: str = "documents") -> None:
    """Raises Invalid for an empty, oversized or disguised file, naming the file and the fix."""
    if len(papers) > MAX_PAPERS:
        raise Invalid(
            f"Send at most {MAX_PAPERS} documents at a time.",
            fields={field: "Send the rest with a second upload."},
        )
    for index, paper in enumerate(papers):
        sentence = _problem(paper)
        if sentence:
            raise Invalid(sentence, fields={f"{field}/{index}": sentence})


def sniffed(content: bytes) -> str:
    """What the bytes really are, by their first bytes; `application/octet-stream` when unknown."""
    if content[:4] == b"%PDF":
        return "application/pdf"
    try:
        kinds = [match.mime_type for match in puremagic.magic_string(content[:4096])]
    except (puremagic.PureError, ValueError):
        return "application/octet-stream"
    if content[:4] == b"PK\x03\x04" and b"word/" in content[:4096]:
        return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return next((kind for kind in kinds if kind), "application/octet-stream")


def attach(cx: Context, case: Head, papers: Sequence[PaperAsSent], *, by: str) -> int:
    """Store these papers on the case; returns how many there are. The bytes are on disk before the
    rows that name them commit."""
    if not papers:
        return 0
    documents = _stored(cx, [paper for paper in papers if paper.content], cx.now)
    key = case_key(cx.database.settings, case)
    cx.db.connection().execute(
        insert(table_of(CaseDocument)),
        [
            {
                "case_id": case.id,
                "document_id": documents.get(id(paper)),
                "name": paper.name[:200] or "document",
                "report_type": paper.report_type[:10],
                "line_number": paper.line_number,
                "control_number": paper.control_number[:60],
                "description_ct": seal.seal_text(key, paper.description, f"paper:{case.id}"),
                "added_at": cx.now,
                "added_by": by[:120],
            }
            for paper in papers
        ],
    )
    return len(papers)


def keep(cx: Context, paper: PaperAsSent) -> int:
    """Store a paper that stands on no case, such as a form about a member; its document's id."""
    return _stored(cx, [paper], cx.now)[id(paper)]


def copy(cx: Context, source: Head, target: Head) -> None:
    """Put the papers of one case on another one too, under that case's key; bytes stay stored
    once."""
    rows = cx.db.execute(
        select(CaseDocument).where(CaseDocument.case_id == source.id).order_by(CaseDocument.id)
    ).scalars()
    old, new = (case_key(cx.database.settings, each) for each in (source, target))
    copies = [
        {
            "case_id": target.id,
            "document_id": row.document_id,
            "name": row.name,
            "kind": row.kind,
            "report_type": row.report_type,
            "control_number": row.control_number,
            "description_ct": seal.seal_text(
                new,
                seal.unseal_text(old, row.description_ct, f"paper:{source.id}"),
                f"paper:{target.id}",
            ),
            "added_at": row.added_at,
            "added_by": row.added_by,
        }
        for row in rows
    ]
    if copies:
        cx.db.execute(insert(CaseDocument), copies)


def awaited(cx: Context, case: Head, papers: Sequence[PaperAsSent]) -> tuple[PaperAsSent, ...]:
    """Fill the announced papers of this case that these answer by control number; returns those
    that were not announced."""
    numbers = {p.control_number: p for p in papers if p.control_number and p.content}
    rows = cx.db.execute(
        select(CaseDocument.id, CaseDocument.control_number).where(
            CaseDocument.case_id == case.id,
            CaseDocument.document_id.is_(None),
            CaseDocument.control_number.in_(numbers),
        )
    ).all()
    came = {row.control_number: numbers[row.control_number] for row in rows}
    stored = _stored(cx, list(came.values()), cx.now)
    for row in rows:
        paper = came[row.control_number]
        cx.db.execute(
            update(CaseDocument)
            .where(CaseDocument.id == row.id)
            .values(
                document_id=stored[id(paper)],
                name=paper.name[:200] or "document",
                added_at=cx.now,
                added_by=cx.principal.name[:120],
            )
            .execution_options(synchronize_session=False)
        )
    return tuple(paper for paper in papers if paper not in came.values())


_DOCUMENTS = table_of(Document)
# One text however many papers come: SQLAlchemy and the server both keep what they made of it.
_KEEP = (
    pg_insert(_DOCUMENTS)
    .on_conflict_do_nothing(index_elements=["sha256"])
    .returning(_DOCUMENTS.c.sha256, _DOCUMENTS.c.id)
)


def _stored(cx: Context, papers: Sequence[PaperAsSent], at: datetime) -> dict[int, int]:
    """The document row of each paper's bytes (one row for equal bytes)."""
    if not papers:
        return {}
    storage = Storage(cx.database.settings)
    put = stored_as if cx.rehearsed else storage.put
    kept = {id(paper): put(paper.content) for paper in papers}
    rows = {
        kept[id(paper)].sha256: {
            "sha256": kept[id(paper)].sha256,
            "size": kept[id(paper)].size,
            "media_type": sniffed(paper.content),
            "stored_at": at,
        }
        for paper in papers
    }
    ids = {row.sha256: row.id for row in cx.db.connection().execute(_KEEP, list(rows.values()))}
    before = select(Document.sha256, Document.id).where(Document.sha256.in_(rows.keys() - ids))
    if len(ids) < len(rows):
        ids |= {row.sha256: row.id for row in cx.db.execute(before)}
    return {paper: ids[stored.sha256] for paper, stored in kept.items()}


def stored(cx: Context, papers: Sequence[PaperAsSent]) -> list[int]:
    """Keep the bytes of these papers that lie on no case; returns the document row of each."""
    rows = _stored(cx, papers, cx.now)
    return [rows[id(paper)] for paper in papers]


def waiting_for(cx: Context, case_id: int) -> int:
    """How many announced papers have not come yet."""
    return int(
        cx.db.execute(
            select(func.count())
            .select_from(CaseDocument)
            .where(CaseDocument.case_id == case_id, CaseDocument.document_id.is_(None))
        ).scalar_one()
    )


def _problem(paper: PaperAsSent) -> str:
    if not paper.content:
        return f"{paper.name or 'The file'} is empty: choose the file again."
    if len(paper.content) > MAX_BYTES:
        return f"{paper.name} is larger than 25 MB: split it, or fax it with a coversheet."
    kind = sniffed(paper.content)
    if kind not in ALLOWED:
        return (
            f"{paper.name} is none of PDF, PNG, JPEG, TIFF, DOCX: save it as a PDF and try again."
        )
    suffix = "." + paper.name.rsplit(".", 1)[-1].lower() if "." in paper.name else ""
    if suffix and suffix not in ALLOWED[kind]:
        return f"{paper.name} is named {suffix} and is not that: save it again and send it."
    return ""
