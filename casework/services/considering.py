"""The one who decides an appeal says of each paper that it was read: when, how many pages it had.

42 CFR 438.406(b)(2)(iii), 422.586; 29 CFR 2560.503-1(h)(2)(iv). It stands in the history at once,
so that a decision that is written later loses nothing.
"""

from typing import Any, Final

from sqlalchemy import insert, select

from casework import ledger
from casework.context import Context
from casework.db import command
from casework.errors import NotFound, StateRefused
from casework.models import Case, ConsideredPaper
from casework.records import considered, observing
from casework.records.answers import Done
from casework.records.considered import Paper
from statemachines import engine

ACTION: Final = "consider_paper"


def paper_to_read(cx: Context, ref: str, paper_id: int) -> Paper:
    """The paper of this appeal's matter with this number, for a door that counts its pages before
    it says that it was read. Raises NotFound."""
    case = cx.db.execute(select(Case).where(Case.ref == ref.strip().upper())).scalar_one_or_none()
    if case is None:
        raise NotFound(f"There is no case {ref[:24]} here.")
    return _paper(cx, case, paper_id)


@command
def consider_paper(cx: Context, ref: str, paper_id: int, pages: int | None) -> Done:
    """Write down that this person has read a paper of the appeal's matter, and how many pages it
    had. A second time changes nothing. Raises NotFound, NotAllowed, StateRefused."""
    case = observing.take(cx, ref, ACTION, seen=None)
    if case.state not in engine.open_states("appeal"):
        raise StateRefused(
            f"{case.ref} is decided or ended: what was read for it stands.", source="state"
        )
    paper = _paper(cx, case, paper_id)
    known = considered.readings_of(cx, case)
    if any(
        each.document_id == paper.document_id and each.user_id == cx.principal.id for each in known
    ):
        return Done(case.ref, case.state, case.version, "paper_considered")
    done = observing.observe(
        cx,
        case,
        "paper_considered",
        said=ledger.Said(more={"paper": paper.id, "pages": pages}),
        text={"names": [paper.name]},
    )
    cx.db.execute(
        insert(ConsideredPaper).values(
            case_id=case.id,
            paper_id=paper.id,
            user_id=cx.principal.id,
            user_name=cx.principal.name[:120],
            pages=pages,
            at=cx.now,
            event_seq=case.event_seq + 1,
        )
    )
    return done


def _paper(cx: Context, case: Any, paper_id: int) -> Paper:
    if case.kind == "appeal":
        since = considered.denied_at(cx, case)
        for paper in considered.papers_of(cx, case, since=since):
            if paper.id == paper_id:
                return paper
    raise NotFound("There is no such paper on this appeal.")
