"""The checklists of a case as its pages show them: headings and boxes in order, each with its mark,
its evidence, what is typed into it and what is wrong. Nothing is decided here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select

from casework import policy
from casework.context import Context
from casework.models import Case, CaseDocument, Document
from casework.queries.case_file import CaseFile
from casework.records import checklists, series
from casework.records.checklists import Checklist, Marked
from casework.records.criteria_tree import Criterion, Found
from casework.records.office_answers import OfficeSaid
from casework.services import criteria
from casework.web.staff import paper_reader

PARTS: Final = ("mark", "paper", "page", "note", "why", "seen")
OFFICE_MARKS: Final = {"met": "met", "not_met": "not met", "unclear": "not known"}
SIGNS: Final = {"met": "good", "not_met": "late", "open": "neutral"}


@dataclass(frozen=True)
class Box:
    """One criterion as it stands on the page, with what is typed into it and what is wrong."""

    criterion: Criterion
    name: str
    marked: Marked | None
    earlier: tuple[Marked, ...]
    evidence: str
    typed: Mapping[str, str]
    error: str
    mine: bool
    deep: int
    office: OfficeSaid | None = None


@dataclass(frozen=True)
class Heading:
    """A group of criteria as it stands on the page."""

    found: Found
    deep: int


@dataclass(frozen=True)
class Sheet:
    """One checklist on the page: `rows` are headings and boxes in order. `result` in words."""

    checklist: Checklist
    rows: tuple[Heading | Box, ...]
    result: str
    sign: str
    errors: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""


def beside(cx: Context, file: CaseFile) -> dict[str, Any]:
    """What the page of a case shows of its criteria; nothing where no policy is about it."""
    found = checklists.of_case(cx, file.case, key=file.key, lines=file.lines)
    return shown(cx, file, found)


@dataclass(frozen=True)
class First:
    """The request from which an appeal or review came, as its checklists need it."""

    case: Any
    documents: tuple[Any, ...]


def of_first(cx: Context, file: CaseFile) -> dict[str, Any]:
    """The checklists of the request that all this is about, to be read beside an appeal of it;
    nothing where it is not within reach."""
    direct = file.about is not None and file.about.kind == checklists.KIND
    root = file.about.id if direct else series.root_of(cx, file.case.id)
    case = cx.db.get(Case, root) if root is not None else None
    found = checklists.of_case(cx, case, lines=file.lines if direct else None) if case else ()
    if not found:
        return {"checklists": ()}
    rows = cx.db.execute(
        select(CaseDocument.id, CaseDocument.name, Document.sha256)
        .join(Document, Document.id == CaseDocument.document_id)
        .where(CaseDocument.case_id == root)
    )
    told = shown(cx, First(case, tuple(rows)), found)
    return told | {"may_mark": False, "criteria_of": case}


def shown(
    cx: Context,
    file: CaseFile | First,
    found: tuple[Checklist, ...],
    *,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    refusal: str = "",
    key: str = "",
) -> dict[str, Any]:
    """These checklists for a page; `typed`, `errors` and `refusal` belong to the one with `key`."""
    if not found:
        return {"checklists": ()}
    papers = {row.id: row.name for row in file.documents if row.sha256}
    sheets = []
    for each in found:
        mine = each.key == key
        sheets.append(
            Sheet(
                checklist=each,
                rows=tuple(_rows(cx, file, each, papers, typed if mine else None, errors or {})),
                result=checklists.result_words(each.found),
                sign=SIGNS[each.found.state],
                errors=(errors or {}) if mine else {},
                refusal=refusal if mine else "",
            )
        )
    return {
        "checklists": sheets,
        "may_mark": may_mark(cx, file.case),
        "mark_words": checklists.IN_WORDS,
        "office_marks": OFFICE_MARKS,
        "result_words": checklists.RESULTS,
        "result_signs": SIGNS,
        "why_this_day": checklists.WHY_THIS_DAY,
        "received_on": checklists.day_of_receipt(cx, file.case),
        "mark_papers": tuple(papers.items()),
    }


def may_mark(cx: Context, case: Any) -> bool:
    """Whether this person may mark criteria of this case now."""
    open_now = case.state in criteria.markable()
    return open_now and policy.refusal(cx.principal, case.kind, criteria.ACTION) is None


def _rows(
    cx: Context,
    file: CaseFile | First,
    checklist: Checklist,
    papers: Mapping[int, str],
    typed: Mapping[str, str] | None,
    errors: Mapping[str, str],
) -> Iterator[Heading | Box]:
    def below(found: Found, deep: int) -> Iterator[Heading | Box]:
        if found.below:
            yield Heading(found, deep)
            for each in found.below:
                yield from below(each, deep + 1)
            return
        assert isinstance(found.node, Criterion)
        marked = checklist.marks.get(found.node.id)
        yield Box(
            criterion=found.node,
            name=found.node.id,
            marked=marked,
            earlier=checklist.earlier.get(found.node.id, ()),
            evidence=_evidence(file, marked, papers),
            typed=_typed(found.node.id, marked, typed),
            error=next(
                (said for name, said in errors.items() if name.startswith(f"{found.node.id}-")), ""
            ),
            mine=marked is None or marked.by_id == cx.principal.id,
            deep=deep,
            office=checklist.office.get(found.node.id),
        )

    yield from below(checklist.found, 0)


def _evidence(file: CaseFile | First, marked: Marked | None, papers: Mapping[int, str]) -> str:
    if marked is None or marked.paper_id not in papers:
        return ""
    return paper_reader.address(
        file.case.ref, alone=False, paper=marked.paper_id or 0, page=marked.page
    )


def _typed(name: str, marked: Marked | None, typed: Mapping[str, str] | None) -> dict[str, str]:
    if typed is not None:
        kept = {part: typed.get(f"{name}-{part}", "") for part in PARTS}
        return kept | {"seen": str(marked.id if marked else 0)}
    if marked is None:
        return dict.fromkeys(PARTS, "") | {"seen": "0"}
    return {
        "mark": marked.mark,
        "paper": str(marked.paper_id or ""),
        "page": str(marked.page or ""),
        "note": marked.note,
        "why": "",
        "seen": str(marked.id),
    }
