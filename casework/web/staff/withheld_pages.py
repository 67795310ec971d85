"""One document of a case, page by page as a picture, what is withheld on it, and a form for more.

Works by keyboard and without scripts: the rectangle is four numbers; a script fills them in when
somebody draws on the picture.
"""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import policy
from casework.binding import bindery
from casework.binding.bindery import NotBound
from casework.binding.job import Box
from casework.errors import Invalid, NotFound, Problem
from casework.queries import case_file, case_files
from casework.queries.case_files import Mark, Paper
from casework.records import case_file_due
from casework.services import withholding
from casework.storage import Storage
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import case_file_words, case_page
from casework.web.staff.blueprint import CASEWORKERS, staff

_PAGE_DIGITS: Final = 4
_BOX: Final = ("left", "top", "width", "height")


@staff.get("/cases/<ref>/file/papers/<int:number>")
@entry(*CASEWORKERS)
def withheld_page(ref: str, number: int) -> Any:
    """A page of a document with its marks; with `picture` the picture of it."""
    case_number = case_page.case_number(ref)
    page = _page_number(request.args.get("page", "1"))
    if "picture" in request.args:
        return _picture(case_number, number, page)
    return _show(case_number, number, page)


@staff.post("/cases/<ref>/file/papers/<int:number>")
@entry(*CASEWORKERS)
def withhold(ref: str, number: int) -> Any:
    """Cover a rectangle, the whole page, or the whole document."""
    case_number = case_page.case_number(ref)
    page = _page_number(edge.form("page", limit=_PAGE_DIGITS))
    typed = {name: edge.form(name, limit=400) for name in (*_BOX, "what", "ground", "reason")}
    try:
        with edge.reading() as cx:
            paper = _paper(case_files.papers_of(cx, case_file.case_by_ref(cx, case_number)), number)
        form = _form(typed, page, paper)
        withholding.withhold_part(edge.cx(), case_number, None, form)
    except NotFound:
        raise
    except Problem as problem:
        return make_response(_show(case_number, number, page, problem, typed), problem.status)
    flash("Withheld. Files that have not left are made anew.", "success")
    return redirect(url_for("staff.withheld_page", ref=case_number, number=number, page=page))


def _show(
    number: str,
    paper_number: int,
    page: int,
    problem: Problem | None = None,
    typed: dict[str, str] | None = None,
) -> str:
    with edge.reading() as cx:
        file = case_file.case_file(cx, number)
        paper = _paper(case_files.papers_of(cx, file.case), paper_number)
        marks = case_files.marks_of(cx, file.case, item=f"document:{paper.document_id}")
        harm = policy.refusal(cx.principal, file.case.kind, "withhold_for_harm") is None
        frame = case_page.frame_of(cx, file)
        may = policy.refusal(cx.principal, file.case.kind, "withhold_part") is None
    case_page.see(file.case, f"document:{paper.id}")
    pages = _pages(paper)
    if pages and page > pages:
        raise NotFound("The document has no such page.")
    return render_template(
        "staff/withheld_page.html",
        **frame,
        paper=paper,
        at=page,
        pages=pages,
        marks=[mark for mark in marks if mark.page in (0, page)],
        elsewhere=len([mark for mark in marks if mark.page not in (0, page)]),
        grounds=[
            (code, row["label"])
            for code, row in case_file_due.grounds().items()
            if harm or not row.get("harm")
        ],
        may=may,
        typed=typed or {},
        problem=problem,
        errors=problem.fields if isinstance(problem, Invalid) else {},
        told=case_file_words,
        **case_page.presence_of(number, ()),
    )


def _picture(number: str, paper_number: int, page: int) -> Response:
    with edge.reading() as cx:
        case = case_file.case_by_ref(cx, number)
        paper = _paper(case_files.papers_of(cx, case), paper_number)
        marks = case_files.marks_of(cx, case, item=f"document:{paper.document_id}")
        case_page.see(case, f"document:{paper.id}")
    with bindery.scratch(_scratch()) as folder:
        (folder / "paper").write_bytes(Storage(edge.settings()).get(paper.sha256))
        try:
            png = bindery.paint(
                folder, "paper", paper.media_type, page=page, boxes=[_box(each) for each in marks]
            )
        except NotBound:
            png = b""
    if not png:
        raise NotFound("This page cannot be shown as a picture.")
    answer = make_response(png)
    answer.headers["Content-Type"] = "image/png"
    return answer


def _pages(paper: Paper) -> int:
    """How many pages the document has; 0 where it cannot be shown."""
    with bindery.scratch(_scratch()) as folder:
        (folder / "paper").write_bytes(Storage(edge.settings()).get(paper.sha256))
        try:
            [measured] = bindery.measure(folder, [("paper", paper.media_type)])
        except NotBound:
            return 0
    return measured.pages


def _form(typed: dict[str, str], page: int, paper: Paper) -> withholding.Mark:
    """What was typed, as a mark. Raises Invalid."""
    if typed["ground"] not in case_file_due.grounds():
        raise Invalid("Choose why it is withheld.", fields={"ground": "Choose one."})
    what = typed["what"]
    box = {} if what in {"page", "document"} else _typed_box(typed)
    return withholding.Mark(
        item=f"document:{paper.document_id}",
        ground=typed["ground"],  # type: ignore[arg-type]  # a known ground, see above
        page=0 if what == "document" else page,
        whole=what in {"page", "document"},
        reason=typed["reason"],
        **box,
    )


def _typed_box(typed: dict[str, str]) -> dict[str, Decimal]:
    box, wrong = {}, {}
    for name in _BOX:
        try:
            value = Decimal(typed[name].replace(",", ".").removesuffix("%").strip())
            if not value.is_finite():
                raise InvalidOperation
            box[name] = round(value, 2)
        except InvalidOperation:
            wrong[name] = "Enter a number of percent, such as 12.5."
    if wrong:
        raise Invalid("Say where the rectangle lies.", fields=wrong)
    return box


def _paper(papers: tuple[Paper, ...], number: int) -> Paper:
    found = next((paper for paper in papers if paper.id == number), None)
    if found is None:
        raise NotFound("There is no such paper on this case.")
    return found


def _box(mark: Mark) -> Box:
    return Box(
        page=mark.page,
        whole=mark.whole,
        left=mark.left,
        top=mark.top,
        width=mark.width,
        height=mark.height,
    )


def _page_number(text: str) -> int:
    if not text.isdecimal() or len(text) > _PAGE_DIGITS or int(text) < 1:
        raise NotFound("The document has no such page.")
    return int(text)


def _scratch() -> Path:
    return edge.settings().documents_dir.parent / "scratch"
