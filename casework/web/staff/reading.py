"""Reading papers alone, marking places in them, and searching all papers of a case at once.

Everything works by links and forms: the words of a passage are found on the page by the server, or
four numbers say where it lies; drawing on the picture fills them in.
"""

from decimal import Decimal, InvalidOperation
from typing import Any, Final

from flask import flash, make_response, redirect, render_template
from werkzeug.wrappers import Response

from casework.errors import Invalid, NotFound, Problem
from casework.queries import case_file
from casework.records import leaves
from casework.services import marks as commands
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import case_page, paper_reader
from casework.web.staff.blueprint import CASEWORKERS, staff
from casework.web.staff.paper_marks import TAGS, upright

_BOX: Final = ("left", "top", "width", "height")
LEAST_SEARCHED: Final = 2
_FIELDS: Final = {"words": 200, "tag": 20, "note": 1000, "page": 4, "turn": 3, "alone": 3}


@staff.get("/cases/<ref>/papers/<int:number>")
@entry(*CASEWORKERS)
def read_paper(ref: str, number: int) -> Any:
    """One page of a paper, as wide as the window."""
    return _alone(case_page.case_number(ref), number)


@staff.post("/cases/<ref>/papers/<int:number>")
@entry(*CASEWORKERS)
def mark_paper(ref: str, number: int) -> Any:
    """Mark a place on the page: where the words stand, or the rectangle that was typed or drawn."""
    case_ref = case_page.case_number(ref)
    typed = {name: edge.form(name, limit=most) for name, most in _FIELDS.items()}
    typed |= {name: edge.form(name, limit=12) for name in _BOX}
    page = int(typed["page"]) if typed["page"].isdecimal() else 0
    try:
        with edge.reading() as cx:
            paper = paper_reader.paper_of(case_file.case_file(cx, case_ref).documents, number)
        box = _box(paper, page, typed)
        form = commands.Mark(
            paper_id=number,
            page=page,
            tag=typed["tag"],  # type: ignore[arg-type]  # judged by the next line
            quote=typed["words"],
            note=typed["note"],
            **box,
        )
        if form.tag not in TAGS:
            raise Invalid("Choose what it is.", fields={"tag": "Choose one."})
        commands.mark_paper(edge.cx(), case_ref, None, form)
    except NotFound:
        raise
    except Problem as problem:
        return make_response(_alone(case_ref, number, problem, typed, page), problem.status)
    flash("Marked.", "success")
    return _back(case_ref, number, typed)


@staff.post("/cases/<ref>/papers/<int:number>/unmark")
@entry(*CASEWORKERS)
def unmark_paper(ref: str, number: int) -> Any:
    """Take a mark back; the story keeps that it stood there."""
    case_ref = case_page.case_number(ref)
    mark = edge.form("mark_id", limit=15)
    form = commands.Unmark(mark_id=int(mark) if mark.isdecimal() else 0)
    typed = {name: edge.form(name, limit=10) for name in ("page", "turn", "alone")}
    try:
        commands.unmark_paper(edge.cx(), case_ref, None, form)
    except NotFound:
        raise
    except Problem as problem:
        page = int(typed["page"]) if typed["page"].isdecimal() else 0
        return make_response(_alone(case_ref, number, problem, typed, page), problem.status)
    flash("The mark is taken back.", "success")
    return _back(case_ref, number, typed)


@staff.post("/cases/<ref>/papers/find")
@entry(*CASEWORKERS)
def find_in_papers(ref: str) -> Any:
    """Where these words stand in the papers of the case, each place as a link to its page."""
    case_ref = case_page.case_number(ref)
    words = " ".join(edge.form("words", limit=80).split())
    with edge.reading() as cx:
        file = case_file.case_file(cx, case_ref)
        frame = case_page.frame_of(cx, file)
    papers = [row for row in file.documents if row.sha256]
    case_page.see(file.case, "papers:search")
    error, places = "", leaves.Places((), (), more=False)
    if len(words) < LEAST_SEARCHED:
        error = f"Type at least {LEAST_SEARCHED} letters."
    elif papers:
        places = leaves.find(edge.settings(), papers, words)
    shown = render_template(
        "staff/papers_found.html",
        **frame,
        **case_page.presence_of(case_ref, ()),
        words_typed=words,
        error=error,
        groups=_groups(case_ref, papers, places),
        silent=[papers[number] for number in places.silent],
        more=places.more,
        papers=papers,
    )
    return make_response(shown, 422 if error else 200)


def _alone(
    ref: str,
    number: int,
    problem: Problem | None = None,
    typed: dict[str, str] | None = None,
    page: int = 0,
) -> str:
    with edge.reading() as cx:
        file = case_file.case_file(cx, ref)
        frame = case_page.frame_of(cx, file) | paper_reader.beside(cx, file)
    reader = paper_reader.opened(
        file.case, file.documents, frame["paper_marks"], paper_id=number, alone=True, page=page
    )
    if reader is None:
        raise NotFound("There is no such paper on this case.")
    return render_template(
        "staff/paper.html",
        **frame,
        reading=reader,
        typed=typed or {},
        problem=problem,
        errors=dict(problem.fields) if isinstance(problem, Invalid) else {},
        **case_page.presence_of(ref, ()),
    )


def _back(ref: str, number: int, typed: dict[str, str]) -> Response:
    alone = typed["alone"] == "yes"
    page = typed["page"] if typed["page"] not in {"", "1"} else None
    turn = paper_reader.turn_of(typed["turn"]) or None
    return redirect(paper_reader.address(ref, alone=alone, paper=number, page=page, turn=turn))


def _box(paper: Any, page: int, typed: dict[str, str]) -> dict[str, Decimal]:
    """The rectangle on the upright page: as drawn or typed, else where the words stand."""
    if any(typed[name] for name in _BOX):
        box = upright(_typed_box(typed), paper_reader.turn_of(typed["turn"]))
        return dict(zip(_BOX, box, strict=True))
    if not typed["words"]:
        raise Invalid(
            "Say what is marked.",
            fields={"words": "Type the words that you mark, or draw a rectangle on the page."},
        )
    found = leaves.find(edge.settings(), [paper], typed["words"], only=page).hits
    if not found:
        raise Invalid(
            "These words do not stand on this page.",
            fields={"words": "Type them as they stand there, or draw a rectangle on the page."},
        )
    return {name: Decimal(str(found[0][name])) for name in _BOX}


def _typed_box(typed: dict[str, str]) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    box, wrong = [], {}
    for name in _BOX:
        try:
            value = Decimal(typed[name].replace(",", ".").removesuffix("%").strip())
            if not value.is_finite():
                raise InvalidOperation
            box.append(round(value, 2))
        except InvalidOperation:
            wrong[name] = "Enter a number of percent, such as 12.5."
    if wrong:
        raise Invalid("Say where the rectangle lies.", fields=wrong)
    left, top, width, height = box
    return left, top, width, height


def _groups(ref: str, papers: list[Any], places: leaves.Places) -> list[tuple[Any, list[Any]]]:
    """The hits by paper, each with the address of its page."""
    found: dict[int, list[Any]] = {}
    for hit in places.hits:
        where = paper_reader.found_address(ref, papers[hit["paper"]].id, hit)
        found.setdefault(hit["paper"], []).append((hit, where))
    return [(papers[number], hits) for number, hits in sorted(found.items())]
