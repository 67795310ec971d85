"""Marking a place in a paper of a case, with a tag and a note, and taking the mark back.

The paper itself stays as it came. A mark is the staff's: no letter, office or member shows it.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal

from sqlalchemy import insert, select, update

from casework import ledger, seal
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound
from casework.ledger.entries import case_key
from casework.models import CaseDocument, PaperMark
from casework.records import observing, paper_marks
from casework.records.answers import Done
from casework.records.forms import asks

ACTION: Final = "mark_paper"
WHOLE: Final = Decimal(100)
MOST_ON_A_CASE: Final = 500


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A rectangle on a page, in percent from its top left corner, what it is, and a note; `quote`
    are the words that stand there, where they are known."""

    paper_id: int = field(metadata=asks("Paper"))
    page: int = field(metadata=asks("Page"))
    left: Decimal = field(metadata=asks("From the left, in percent of the page"))
    top: Decimal = field(metadata=asks("From the top"))
    width: Decimal = field(metadata=asks("Width"))
    height: Decimal = field(metadata=asks("Height"))
    tag: Literal["evidence", "question", "contradicts", "attention"] = field(
        default="evidence", metadata=asks("What it is")
    )
    quote: str = field(default="", metadata=asks("The words that stand there", most=400))
    note: str = field(default="", metadata=asks("Note for colleagues", most=1000))


@dataclass(frozen=True, kw_only=True)
class Unmark:
    """Which mark is taken back."""

    mark_id: int = field(metadata=asks("Mark"))


@command
def mark_paper(cx: Context, ref: str, seen: int | None, form: Mark) -> Done:
    """Mark a place of a paper. The same mark by the same person twice is one. Raises NotFound for
    a paper that is not on this case, Invalid for a rectangle that is not on the page."""
    case = observing.take(cx, ref, ACTION, seen=seen)
    _require_on_the_page(form)
    name = _paper(cx, case, form.paper_id)
    marks = _standing(cx, case)
    if any(_same(row, form, cx.principal.id) for row in marks):
        return Done(case.ref, case.state, case.version, "paper_marked")
    if len(marks) >= MOST_ON_A_CASE:
        raise Invalid(
            f"{MOST_ON_A_CASE} places are marked on this case already.",
            fields={"page": "Take a mark back that nobody needs."},
        )
    key, place = case_key(cx.database.settings, case), paper_marks.sealed_place(case.id)
    cx.db.execute(
        insert(PaperMark).values(
            case_id=case.id,
            paper_id=form.paper_id,
            page=form.page,
            left=form.left,
            top=form.top,
            width=form.width,
            height=form.height,
            tag=form.tag,
            quote_ct=seal.seal_text(key, form.quote[:400], place),
            note_ct=seal.seal_text(key, form.note[:1000], place),
            by_id=cx.principal.id,
            by_name=cx.principal.name[:120],
            at=cx.now,
        )
    )
    said = ledger.Said(more={"paper": form.paper_id, "page": form.page, "tag": form.tag})
    text = {"names": [name], "quote": form.quote[:400], "note": form.note[:1000]}
    return observing.observe(cx, case, "paper_marked", said=said, text=_filled(text))


@command
def unmark_paper(cx: Context, ref: str, seen: int | None, form: Unmark) -> Done:
    """Take a mark back: one's own, or anybody's for a supervisor; its story stays. A second time
    changes nothing. Raises NotFound, Invalid."""
    case = observing.take(cx, ref, ACTION, seen=seen)
    row = cx.db.execute(
        select(PaperMark.by_id, PaperMark.paper_id, PaperMark.page, PaperMark.ended_at).where(
            PaperMark.id == form.mark_id, PaperMark.case_id == case.id
        )
    ).one_or_none()
    if row is None:
        raise NotFound(f"There is no such mark on {case.ref}.")
    if row.ended_at is not None:
        return Done(case.ref, case.state, case.version, "mark_taken_back")
    if row.by_id != cx.principal.id and "supervisor" not in cx.principal.roles:
        raise Invalid(
            "Only who made a mark, or a supervisor, takes it back.",
            fields={"mark_id": "Make a mark of your own beside it."},
        )
    cx.db.execute(
        update(PaperMark)
        .where(PaperMark.id == form.mark_id, PaperMark.ended_at.is_(None))
        .values(ended_at=cx.now, ended_by=cx.principal.name[:120])
        .execution_options(synchronize_session=False)
    )
    said = ledger.Said(more={"paper": row.paper_id, "page": row.page})
    text = {"names": [_paper(cx, case, row.paper_id)]}
    return observing.observe(cx, case, "mark_taken_back", said=said, text=text)


def _require_on_the_page(form: Mark) -> None:
    wrong = {}
    for name, other in (("left", "width"), ("top", "height")):
        start, size = getattr(form, name), getattr(form, other)
        if not 0 <= start < WHOLE:
            wrong[name] = "Enter 0 to 99.9 percent."
        if not 0 < size <= WHOLE - start:
            wrong[other] = "Enter a size that stays on the page."
    if not 1 <= form.page <= 3000:
        wrong["page"] = "Enter the number of a page."
    if wrong:
        raise Invalid("The rectangle is not on the page.", fields=wrong)


def _paper(cx: Context, case: Any, paper_id: int) -> str:
    name = cx.db.execute(
        select(CaseDocument.name).where(
            CaseDocument.id == paper_id,
            CaseDocument.case_id == case.id,
            CaseDocument.document_id.is_not(None),
        )
    ).scalar_one_or_none()
    if name is None:
        raise NotFound(f"There is no such paper on {case.ref}.")
    return str(name)


def _standing(cx: Context, case: Any) -> list[Any]:
    return list(
        cx.db.execute(
            select(
                PaperMark.paper_id,
                PaperMark.page,
                PaperMark.left,
                PaperMark.top,
                PaperMark.width,
                PaperMark.height,
                PaperMark.tag,
                PaperMark.by_id,
            ).where(PaperMark.case_id == case.id, PaperMark.ended_at.is_(None))
        )
    )


def _same(row: Any, form: Mark, by: int | None) -> bool:
    names = ("paper_id", "page", "left", "top", "width", "height", "tag")
    same_place = all(_fine(getattr(row, name)) == _fine(getattr(form, name)) for name in names)
    return same_place and row.by_id == by


def _fine(value: Any) -> Any:
    return round(value, 2) if isinstance(value, Decimal) else value


def _filled(text: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in text.items() if value}
