"""A nurse of the town goes through the criteria of a request by the real command, with the page."""

from typing import Final

from sqlalchemy import select

from casework.context import Context
from casework.models import Case, CaseDocument
from casework.services import criteria
from casework.services.criteria import Answers, CriterionAnswer

POLICY: Final = "MP-022"
# Of three weeks of back pain with a normal exam: criterion, mark, whether the note shows it, words.
MARKED: Final = (
    ("C1a", "not_met", True, "Strength is normal in both legs."),
    ("C1b", "not_met", False, ""),
    ("C1c", "not_met", True, ""),
    ("C2a", "not_met", True, "Three weeks of pain; no care was tried yet."),
    ("C2b", "unclear", False, "No care, so nothing can be said of it."),
    ("C2c", "met", True, "The exam is in the note."),
)


def go_through(nurse: Context, ref: str) -> None:
    """Mark every criterion of the spine policy on line 1 of this request."""
    with nurse.database.reading(nurse) as cx:
        paper = cx.db.execute(
            select(CaseDocument.id)
            .join(Case, Case.id == CaseDocument.case_id)
            .where(Case.ref == ref, CaseDocument.document_id.is_not(None))
            .order_by(CaseDocument.id)
            .limit(1)
        ).scalar()
    answers = tuple(
        CriterionAnswer(
            criterion=name,
            mark=mark,
            paper_id=paper if shown else None,
            page=1 if shown and paper else None,
            note=note,
        )
        for name, mark, shown, note in MARKED
    )
    criteria.mark_criteria(nurse, ref, None, 1, Answers(policy=POLICY, answers=answers))
