"""What whoever decides says he has read: each paper with its own tick, the changed subject.

It is kept at once, and the form of the decision comes back with all that was typed.
"""

from typing import Any, Final

from flask import flash, request

from casework.errors import NotFound, Problem
from casework.queries import case_file
from casework.records import page_counts
from casework.services import appeal_review, considering
from casework.web import edge, requests
from casework.web.access import entry
from casework.web.staff import acting, case_page
from casework.web.staff.blueprint import CASEWORKERS, staff

CONSIDER: Final = "consider"
ACKNOWLEDGE: Final = "acknowledge"


@staff.post("/cases/<ref>/do/<trigger>/read")
@entry(*CASEWORKERS)
@requests.larger(acting.LARGEST)
def read_it(ref: str, trigger: str) -> Any:
    """Keep that this person has read a paper, or what is appealed now; the form comes back with all
    that was typed."""
    number = case_page.case_number(ref)
    typed = dict(request.form.items())
    paper, subject = typed.pop(CONSIDER, ""), typed.pop(ACKNOWLEDGE, "")
    try:
        if subject:
            seen = acting.version_typed(typed)
            appeal_review.acknowledge_subject(edge.cx(), number, seen)
            flash("Noted: you have read what is appealed now.", "success")
        else:
            read_paper(number, paper)
            flash("Noted: you have read and considered this paper.", "success")
    except NotFound:
        raise
    except Problem as problem:
        return acting.page(number, trigger, acting.refused(problem, typed))
    return acting.page(number, trigger, acting.Sheet(typed))


def read_paper(number: str, paper: str) -> None:
    """Count the pages of this paper, then keep that it was read. Raises NotFound, Problem."""
    if not paper.isdecimal() or len(paper) > 15:
        raise NotFound("There is no such paper on this appeal.")
    with edge.reading() as cx:
        case = case_file.case_by_ref(cx, number)
        found = considering.paper_to_read(cx, number, int(paper))
    case_page.see(case, f"document:{found.id}")
    pages = page_counts.pages_of(edge.cx(), found.sha256, found.media_type)
    considering.consider_paper(edge.cx(), number, found.id, pages)
