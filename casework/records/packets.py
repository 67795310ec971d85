"""The file for a body outside: which papers, letters and criteria belong to it, and what it lacks.

The list is computed from the case, never from memory, and each document stands in it once. The
bound and page-numbered PDF of it is made by the worker (`casework.file_maker`).
"""

from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import select

from casework.context import Context
from casework.models import (
    Case,
    CaseDocument,
    CaseEvent,
    Determination,
    Document,
    Letter,
    LineDecision,
)
from casework.records import series
from casework.records.series import Family

# Events by which a claimant sends more for the body.
CAME: Final = ("information_added", "perfected")
_NOTICES: Final = ("denial", "partial_approval", "deemed_denial", "reduction")


@dataclass(frozen=True)
class Item:
    """One thing in the packet: what it is, of which case, and the hash of its bytes."""

    kind: str
    name: str
    case: str
    sha256: str = ""
    pages: int = 0
    event: str = ""

    @property
    def key(self) -> str:
        """What makes it this very thing: its bytes, the event that brought it, or its words."""
        return self.sha256 or self.event or f"{self.kind}:{self.name}"


@dataclass(frozen=True)
class Packet:
    """What goes to the body, in order, and what is still missing (in words; empty: complete)."""

    items: tuple[Item, ...]
    lacks: tuple[str, ...]

    def only(self, keys: Collection[str]) -> "Packet":
        """The same with these items alone: what stands in a bound file."""
        return Packet(tuple(item for item in self.items if item.key in keys), self.lacks)

    def as_list(self) -> list[dict[str, Any]]:
        """The index as plain values, for the history."""
        return [asdict(item) for item in self.items]


@dataclass(frozen=True, slots=True)
class Elders:
    """A review, what it is about and the request, as rows that nobody locked."""

    case: Any
    about: Any
    request: Any


def packet_now(cx: Context, case_id: int) -> Packet:
    """The packet of this review, for who holds its case locked, or only looks."""
    about = series.about_of(cx, "external_review", case_id)
    root = series.root_of(cx, about) if about is not None else None
    wanted = [each for each in (case_id, about, root) if each is not None]
    rows = {
        row.id: row for row in cx.db.execute(select(Case.id, Case.ref).where(Case.id.in_(wanted)))
    }
    elder = rows.get(about) if about is not None else None
    request = rows.get(root) if root is not None else None
    return packet_of(cx, Elders(rows[case_id], elder, request))


def packet_of(cx: Context, kin: Family | Elders) -> Packet:
    """The packet of this review: papers, letters and criteria of the whole series, oldest first."""
    cases = _cases(cx, kin)
    items = (
        *_letters(cx, cases),
        *_criteria(cx, cases),
        *_papers(cx, cases),
        *_told(cx, cases),
    )
    return Packet(items, tuple(_lacks(cx, kin, cases, items)))


def _cases(cx: Context, kin: Family | Elders) -> dict[int, str]:
    known = [each for each in (kin.request, kin.about, kin.case) if each is not None]
    return {each.id: each.ref for each in sorted(known, key=lambda each: each.id)}


def _papers(cx: Context, cases: dict[int, str]) -> Iterator[Item]:
    rows = cx.db.execute(
        select(CaseDocument.case_id, CaseDocument.name, Document.sha256)
        .join(Document, Document.id == CaseDocument.document_id)
        .where(CaseDocument.case_id.in_(cases))
        .order_by(CaseDocument.case_id, CaseDocument.id)
    )
    seen: set[str] = set()
    for row in rows:
        if row.sha256 not in seen:
            seen.add(row.sha256)
            yield Item("document", row.name, cases[row.case_id], row.sha256)


def _told(cx: Context, cases: dict[int, str]) -> Iterator[Item]:
    """What came for the body by word of mouth, or with a note beside its papers."""
    rows = cx.db.execute(
        select(CaseEvent.case_id, CaseEvent.seq)
        .where(
            CaseEvent.case_id.in_(cases),
            CaseEvent.event.in_(CAME),
            CaseEvent.body_ct != b"",
        )
        .order_by(CaseEvent.case_id, CaseEvent.seq)
    )
    for row in rows:
        event = f"event:{row.case_id}:{row.seq}"
        yield Item("information", "What was told", cases[row.case_id], event=event)


def _letters(cx: Context, cases: dict[int, str]) -> Iterator[Item]:
    rows = cx.db.execute(
        select(Letter.case_id, Letter.title, Letter.code, Letter.sha256, Letter.pages)
        .where(Letter.case_id.in_(cases), Letter.recipient == "member", Letter.state == "sent")
        .order_by(Letter.sent_at, Letter.id)
    )
    for row in rows:
        yield Item("letter", row.title or row.code, cases[row.case_id], row.sha256, row.pages)


def _criteria(cx: Context, cases: dict[int, str]) -> Iterator[Item]:
    rows = cx.db.execute(
        select(Determination.case_id, Determination.criterion, LineDecision.criterion.label("line"))
        .outerjoin(LineDecision, LineDecision.determination_id == Determination.id)
        .where(Determination.case_id.in_(cases))
        .order_by(Determination.case_id, Determination.version, LineDecision.number)
    )
    seen: set[str] = set()
    for row in rows:
        for text in (row.criterion, row.line):
            if text and text not in seen:
                seen.add(text)
                yield Item("criterion", text, cases[row.case_id])


def _lacks(
    cx: Context, kin: Family | Elders, cases: dict[int, str], items: tuple[Item, ...]
) -> Iterator[str]:
    decided = set(
        cx.db.execute(
            select(Determination.case_id).where(Determination.case_id.in_(cases))
        ).scalars()
    )
    if kin.request is not None and kin.request.id in decided and not _notice_left(cx, kin):
        yield "the notice of the first decision"
    if decided and not any(item.kind == "criterion" for item in items):
        yield "the criteria that were applied"
    for ref in _on_the_way(cx, cases):
        yield f"a letter of {ref} that has not left yet"
    for name in _awaited(cx, cases):
        yield f"the announced paper {name}"


def _notice_left(cx: Context, kin: Family | Elders) -> bool:
    assert kin.request is not None
    found = cx.db.execute(
        select(Letter.id)
        .where(
            Letter.case_id == kin.request.id,
            Letter.recipient == "member",
            Letter.state == "sent",
            Letter.code.in_(_NOTICES),
        )
        .limit(1)
    ).scalar()
    return found is not None


def _on_the_way(cx: Context, cases: dict[int, str]) -> list[str]:
    """The cases with a decision letter to the member that is owed and has not left."""
    rows = cx.db.execute(
        select(Case.ref)
        .join(Letter, Letter.case_id == Case.id)
        .where(
            Case.id.in_(cases),
            Letter.recipient == "member",
            Letter.notice_kind.in_(("adverse", "favorable")),
            Letter.state != "sent",
        )
        .order_by(Case.id)
    ).scalars()
    return list(dict.fromkeys(rows))


def _awaited(cx: Context, cases: dict[int, str]) -> list[str]:
    rows = cx.db.execute(
        select(CaseDocument.name)
        .where(CaseDocument.case_id.in_(cases), CaseDocument.document_id.is_(None))
        .order_by(CaseDocument.id)
    ).scalars()
    return [row or "without a name" for row in rows]
