"""What is withheld from who asks for a file: marks on pages and notes, each with its ground.

A mark is of the document, so every later file bears it; taking it back is a step of its own. Where
the ground is harm, only a clinician's judgment counts (45 CFR 164.524(a)(3)).
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal

from sqlalchemy import insert, select, update

from casework import ledger, policy, seal
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound
from casework.ledger.entries import case_key
from casework.models import Case, CaseDocument, CaseEvent, CaseFileRequest, Contact, WithheldPart
from casework.records import case_file_due, case_file_sending, observing
from casework.records.answers import Done
from casework.records.forms import asks

Ground = Literal[
    "another_person",
    "informant",
    "psychotherapy_notes",
    "legal_proceeding",
    "danger",
    "harm_to_another",
]
_ALL: Final = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What is covered and why: a rectangle in percent of the page, the whole page, or with page 0
    the whole document or note."""

    item: str = field(metadata=asks("What", hint="document:12, event:34 or contact:CALL-…"))
    ground: Ground = field(metadata=asks("Why it is withheld"))
    page: int = field(default=0, metadata=asks("Page", hint="0 means all pages"))
    whole: bool = field(default=False, metadata=asks("The whole page"))
    left: Decimal = field(default=Decimal(0), metadata=asks("From the left, percent"))
    top: Decimal = field(default=Decimal(0), metadata=asks("From the top, percent"))
    width: Decimal = field(default=_ALL, metadata=asks("Width, percent"))
    height: Decimal = field(default=_ALL, metadata=asks("Height, percent"))
    reason: str = field(default="", metadata=asks("Note for colleagues", most=400))


@command
def withhold_part(cx: Context, ref: str, seen: int | None, form: Mark) -> Done:
    """Mark a part as withheld. Files that have not left are made anew with it."""
    case = observing.take(cx, ref, "withhold_part", seen=seen)
    ground = case_file_due.grounds()[form.ground]
    if ground.get("harm"):
        policy.require(cx.principal, case.kind, "withhold_for_harm")
    whole = form.whole or form.page == 0
    _require_inside(form, whole=whole)
    _require_there(cx, case, form.item)
    key = case_key(cx.database.settings, case)
    place = f"withheld:{case.id}"
    cx.db.execute(
        insert(WithheldPart).values(
            case_id=case.id,
            item=form.item,
            page=form.page,
            whole=whole,
            left=Decimal(0) if whole else form.left,
            top=Decimal(0) if whole else form.top,
            width=_ALL if whole else form.width,
            height=_ALL if whole else form.height,
            ground=form.ground,
            reason_ct=seal.seal_text(key, form.reason, place),
            marked_at=cx.now,
            marked_by=cx.principal.name[:120],
            marked_by_id=cx.principal.id or None,
        )
    )
    done = observing.observe(
        cx,
        case,
        "part_withheld",
        said=ledger.Said(ground=form.ground, more={"item": form.item, "page": form.page}),
        text={"reason": form.reason} if form.reason else {},
    )
    _anew(cx, case)
    return done


@command
def show_part(cx: Context, ref: str, seen: int | None, number: int) -> Done:
    """Take a mark back: the part stands in every later file."""
    case = observing.take(cx, ref, "show_part", seen=seen)
    row = cx.db.execute(
        select(WithheldPart).where(
            WithheldPart.id == number,
            WithheldPart.case_id == case.id,
            WithheldPart.removed_at.is_(None),
        )
    ).scalar_one_or_none()
    if row is None:
        raise NotFound("There is no such mark on this case.")
    if case_file_due.grounds()[row.ground].get("harm"):
        policy.require(cx.principal, case.kind, "withhold_for_harm")
    cx.db.execute(
        update(WithheldPart)
        .where(WithheldPart.id == number)
        .values(removed_at=cx.now, removed_by=cx.principal.name[:120])
        .execution_options(synchronize_session=False)
    )
    done = observing.observe(
        cx,
        case,
        "part_shown",
        said=ledger.Said(ground=row.ground, more={"item": row.item, "page": row.page}),
    )
    _anew(cx, case)
    return done


def _require_inside(form: Mark, *, whole: bool) -> None:
    """Raises Invalid for a rectangle that is not on the page."""
    if form.page < 0 or form.page > 3000:
        raise Invalid("There is no such page.", fields={"page": "Enter the number of the page."})
    if whole:
        return
    wrong = {
        name: "Enter a number of percent, on the page."
        for name, start, length in (
            ("width", form.left, form.width),
            ("height", form.top, form.height),
        )
        if start < 0 or length <= 0 or start + length > _ALL
    }
    if wrong:
        raise Invalid("The rectangle is not on the page.", fields=wrong)


def _require_there(cx: Context, case: Any, item: str) -> None:
    """Raises NotFound where the case has no such document, event or contact."""
    kind, _, name = item.partition(":")
    number = int(name) if name.isdecimal() and len(name) < 18 else 0
    wanted: Any = {
        "document": select(CaseDocument.id).where(
            CaseDocument.case_id == case.id, CaseDocument.document_id == number
        ),
        "event": select(CaseEvent.seq).where(CaseEvent.case_id == case.id, CaseEvent.seq == number),
        "contact": select(Contact.id).where(Contact.case_id == case.id, Contact.ref == name),
    }.get(kind)
    if wanted is None or cx.db.execute(wanted.limit(1)).first() is None:
        raise NotFound("There is no such paper or note on this case.")


def _anew(cx: Context, case: ledger.Head) -> None:
    """Finished files of this matter that did not leave are made again with the marks of now."""
    rows = cx.db.execute(
        select(CaseFileRequest.id, CaseFileRequest.case_id)
        .join(Case, Case.id == CaseFileRequest.case_id)
        .where(
            Case.series_id == case.series_id,
            CaseFileRequest.state.in_(("ready_for_look", "ready", "failed")),
        )
    ).all()
    heads = ledger.take_all(cx, sorted({row.case_id for row in rows} - {case.id}))
    for row in rows:
        case_file_sending.make_anew(cx, heads.get(row.case_id, case), row.id)
