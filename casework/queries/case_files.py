"""Case files that were asked for: how each stands, by when it is due and why, what is withheld."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from casework import seal
from casework.context import Context
from casework.errors import NotFound
from casework.models import Case, CaseDocument, CaseFileRequest, Document, WithheldPart
from casework.policy import MEMBERS, OFFICE
from casework.queries.case_file import key_of
from casework.records import case_file_due

RUNNING = ("asked", "being_made", "ready_for_look", "failed")


@dataclass(frozen=True)
class Mark:
    """One mark with its ground in words and the note for colleagues."""

    id: int
    item: str
    page: int
    whole: bool
    left: float
    top: float
    width: float
    height: float
    ground: str
    label: str
    citation: str
    by: str
    at: Any
    reason: str


@dataclass(frozen=True)
class Paper:
    """A document of the case, once; `marks` says how many parts of it are withheld."""

    id: int
    document_id: int
    name: str
    media_type: str
    sha256: str
    added_by: str
    marks: int


def files_of(cx: Context, case: Any) -> tuple[Any, ...]:
    """The requests on this case that this principal may see, newest first: staff all of them,
    members and offices those that were made for them."""
    statement = select(CaseFileRequest).where(CaseFileRequest.case_id == case.id)
    whose = _whose(cx)
    if whose:
        statement = statement.where(CaseFileRequest.asked_for.in_(whose))
    return tuple(cx.db.execute(statement.order_by(CaseFileRequest.id.desc())).scalars())


def running(cx: Context, case: Any) -> tuple[Any, ...]:
    """The requests that are owed on this case now, the earliest due first."""
    rows = cx.db.execute(
        select(CaseFileRequest)
        .where(
            CaseFileRequest.case_id == case.id,
            CaseFileRequest.state.in_(RUNNING),
            CaseFileRequest.scope.not_in(("packet", "supplement")),
        )
        .order_by(CaseFileRequest.due_at)
    ).scalars()
    return tuple(rows)


def file_by_number(cx: Context, number: int, *, case: Any = None) -> Any:
    """One request with a finished file that may be read by this principal. Raises NotFound.

    Staff read it before it is sent, to look through it; others only what was sent to them.
    """
    statement = select(CaseFileRequest, Case.ref, Case.member_id).join(
        Case, Case.id == CaseFileRequest.case_id
    )
    if case is not None:
        statement = statement.where(CaseFileRequest.case_id == case.id)
    whose = _whose(cx)
    if whose:
        statement = statement.where(
            CaseFileRequest.asked_for.in_(whose), CaseFileRequest.state == "sent"
        )
    found = cx.db.execute(
        statement.where(CaseFileRequest.id == number, CaseFileRequest.sha256 != "")
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such case file here yet.")
    return found


def marks_of(cx: Context, case: Any, *, item: str = "") -> tuple[Mark, ...]:
    """What is withheld on this case now, on one item if it is named. For the staff alone."""
    statement = select(WithheldPart).where(
        WithheldPart.case_id == case.id, WithheldPart.removed_at.is_(None)
    )
    if item:
        statement = statement.where(WithheldPart.item == item)
    key, known = key_of(cx, case), case_file_due.grounds()
    return tuple(
        Mark(
            id=row.id,
            item=row.item,
            page=row.page,
            whole=row.whole,
            left=float(row.left),
            top=float(row.top),
            width=float(row.width),
            height=float(row.height),
            ground=row.ground,
            label=str(known[row.ground]["label"]),
            citation=str(known[row.ground]["cite"]),
            by=row.marked_by,
            at=row.marked_at,
            reason=seal.unseal_text(key, row.reason_ct, f"withheld:{case.id}"),
        )
        for row in cx.db.execute(statement.order_by(WithheldPart.id)).scalars()
    )


def papers_of(cx: Context, case: Any) -> tuple[Paper, ...]:
    """The documents of this case, each once, with how much of each is withheld."""
    counted = cx.db.execute(
        select(WithheldPart.item, func.count().label("marks"))
        .where(WithheldPart.case_id == case.id, WithheldPart.removed_at.is_(None))
        .group_by(WithheldPart.item)
    )
    marks = {row.item: row.marks for row in counted}
    rows = cx.db.execute(
        select(
            CaseDocument.id,
            CaseDocument.document_id,
            CaseDocument.name,
            CaseDocument.added_by,
            Document.media_type,
            Document.sha256,
        )
        .join(Document, Document.id == CaseDocument.document_id)
        .where(CaseDocument.case_id == case.id)
        .order_by(CaseDocument.id)
    )
    found: dict[int, Paper] = {}
    for row in rows:
        found.setdefault(
            row.document_id,
            Paper(
                id=row.id,
                document_id=row.document_id,
                name=row.name,
                media_type=row.media_type,
                sha256=row.sha256,
                added_by=row.added_by,
                marks=marks.get(f"document:{row.document_id}", 0),
            ),
        )
    return tuple(found.values())


def _whose(cx: Context) -> tuple[str, ...]:
    roles = cx.principal.roles
    if roles & OFFICE:
        return ("provider",)
    if "representative" in roles:
        return ("representative", "member")
    return ("member",) if roles & MEMBERS else ()
