"""Marking the criteria of a policy on a line: met, not met, not enough information, with the page.

A mark is never a decision. Whoever changes a colleague's mark says why; both stay to be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import insert, select

from casework import ledger, seal
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound, Stale, StateRefused
from casework.ledger.entries import case_key
from casework.models import Case, CaseDocument, CriterionMark, Document
from casework.records import checklists, observing, page_counts
from casework.records.answers import Done
from casework.records.checklists import Checklist, Marked
from casework.records.criteria_tree import MARKS
from casework.records.forms import asks
from statemachines import engine

ACTION: Final = "mark_criteria"
MOST_OF_A_NOTE: Final = 1000


@dataclass(frozen=True, kw_only=True)
class CriterionAnswer:
    """One criterion as it is marked now. `seen`: the number of the mark that the writer saw."""

    criterion: str = field(metadata=asks("Criterion", most=20))
    mark: str = field(metadata=asks("What the records show", choices=MARKS))
    paper_id: int | None = field(default=None, metadata=asks("Paper"))
    page: int | None = field(default=None, metadata=asks("Page"))
    note: str = field(default="", metadata=asks("Note", most=MOST_OF_A_NOTE, long=True))
    why: str = field(
        default="", metadata=asks("Why a colleague's mark is changed", most=400, long=True)
    )
    seen: int | None = field(default=None, metadata=asks("Number of the mark that you saw"))


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What is marked on one line by one policy. What is not named stays as it is."""

    policy: str = field(metadata=asks("Policy", hint="Such as MP-021", most=40))
    answers: tuple[CriterionAnswer, ...] = field(metadata=asks("Criteria"))


def wrong_pages(cx: Context, ref: str, form: Answers) -> dict[str, str]:
    """The pages that are named and that their papers do not have, by field such as `A1/page`.

    For a door, before the command: counting takes some tenths of a second for each paper. What the
    case has a mark for already is not counted again; what cannot be counted is believed.
    """
    named = {(each.paper_id, each.page) for each in form.answers if each.paper_id and each.page}
    if not named:
        return {}
    with cx.database.reading(cx) as inside:
        case = inside.db.execute(select(Case).where(Case.ref == ref)).scalar_one_or_none()
        if case is None:
            return {}
        kept = select(CriterionMark.paper_id, CriterionMark.page)
        rows = inside.db.execute(kept.where(CriterionMark.case_id == case.id))
        fresh = named - {(row.paper_id, row.page) for row in rows}
        papers = inside.db.execute(
            select(CaseDocument.id, Document.sha256, Document.media_type)
            .join(Document, Document.id == CaseDocument.document_id)
            .where(CaseDocument.case_id == case.id)
        ).all()
    wanted = {paper for paper, _ in fresh}
    pages = {
        row.id: page_counts.pages_of(cx, row.sha256, row.media_type)
        for row in papers
        if row.id in wanted
    }
    return {
        f"{each.criterion}/page": f"The paper has {pages[each.paper_id]} pages."
        for each in form.answers
        if each.paper_id in pages and (each.page or 0) > (pages[each.paper_id] or 10_000)
    }


@command
def mark_criteria(cx: Context, ref: str, seen: int | None, line: int, form: Answers) -> Done:
    """Keep what was marked on this line; what says the same as before is not written again.

    Raises NotFound (case, line, policy), NotAllowed, StateRefused once it is decided, Stale where a
    colleague marked the same criterion meanwhile, Invalid with the field, such as `A1/page`.
    """
    case = observing.take(cx, ref, ACTION, seen=seen)
    if case.kind != checklists.KIND or case.state not in markable():
        raise StateRefused(
            f"{case.ref} is decided or ended: what was marked for it stands.", source="state"
        )
    key = case_key(cx.database.settings, case)
    checklist = _checklist(cx, case, key, line, form.policy)
    changed = [each for each in form.answers if _differs(checklist.marks.get(each.criterion), each)]
    if not changed:
        return Done(case.ref, case.state, case.version, "criteria_marked")
    _require_known(checklist, changed)
    _require_fresh(checklist, changed, cx.principal.id)
    _require_reasons(cx, checklist, changed)
    names = _require_papers(cx, case.id, changed)
    done = observing.observe(
        cx,
        case,
        "criteria_marked",
        said=ledger.Said(
            more={
                "line": line,
                "policy": checklist.policy.code,
                "policy_version": checklist.policy.version,
                "marks": {each.criterion: _plain(each) for each in changed},
            }
        ),
        text={"marked": [_in_words(each, names) for each in changed]},
        # Whoever else has the case must not decide on marks that he has not seen.
        moves_version=case.assignee_id not in (None, cx.principal.id),
    )
    _write(cx, case, key, line, checklist, changed)
    return done


def markable() -> frozenset[str]:
    """The states of a request in which criteria can be marked: before it is decided."""
    decided = frozenset(engine.decided_states(checklists.KIND))
    return frozenset(engine.open_states(checklists.KIND)) - decided


def _checklist(cx: Context, case: Any, key: bytes, line: int, policy: str) -> Checklist:
    wanted = policy.strip().upper()
    for each in checklists.of_case(cx, case, key=key):
        if each.line.number == line and each.policy.code == wanted:
            return each
    raise NotFound(f"No policy {policy[:24]!r} was in force for line {line} when it was received.")


def _differs(before: Marked | None, now: CriterionAnswer) -> bool:
    if before is None:
        return True
    said = (now.mark, now.paper_id, now.page, now.note.strip())
    return said != (before.mark, before.paper_id, before.page, before.note)


def _require_known(checklist: Checklist, answers: Sequence[CriterionAnswer]) -> None:
    known = {each.id for each in checklist.criteria}
    for each in answers:
        if each.criterion not in known:
            raise Invalid(
                f"{checklist.policy.code} has no criterion {each.criterion[:20]!r}.",
                fields={each.criterion: f"Choose one of {', '.join(sorted(known))}."},
            )
        if each.mark not in MARKS:
            raise Invalid("Say what the records show.", fields={each.criterion: "Choose one."})


def _require_fresh(checklist: Checklist, answers: Sequence[CriterionAnswer], me: int) -> None:
    """What a colleague marked since the page was made is not written over unseen (`seen` 0: the
    page showed no mark)."""
    for each in answers:
        before = checklist.marks.get(each.criterion)
        if before is None or before.by_id == me or each.seen is None:
            continue
        if before.id != each.seen:
            raise Stale(
                f"{before.by} marked {each.criterion} as {checklists.IN_WORDS[before.mark]}"
                " meanwhile. Look at it; what you typed is still there."
            )


def _require_reasons(cx: Context, checklist: Checklist, answers: Sequence[CriterionAnswer]) -> None:
    for each in answers:
        before = checklist.marks.get(each.criterion)
        if before is None or before.by_id == cx.principal.id or before.mark == each.mark:
            continue
        if not each.why.strip():
            raise Invalid(
                f"{before.by} marked {each.criterion} as {checklists.IN_WORDS[before.mark]}:"
                " say why you see it otherwise.",
                fields={f"{each.criterion}/why": "Write why you see it otherwise."},
            )


def _require_papers(
    cx: Context, case_id: int, answers: Sequence[CriterionAnswer]
) -> dict[int, str]:
    """The names of the papers that are named; each must be on this case, and each page of one."""
    wanted = {each.paper_id for each in answers if each.paper_id is not None}
    rows = cx.db.execute(
        select(CaseDocument.id, CaseDocument.name).where(
            CaseDocument.case_id == case_id,
            CaseDocument.id.in_(wanted),
            CaseDocument.document_id.is_not(None),
        )
    )
    names = {row.id: row.name for row in rows}
    for each in answers:
        if each.paper_id is not None and each.paper_id not in names:
            raise Invalid(
                "This paper is not on the case.",
                fields={f"{each.criterion}/paper_id": "Choose a paper of this case."},
            )
        if each.page is not None and (each.paper_id is None or not 0 < each.page < 10_000):
            fix = "Choose the paper that the page is of." if each.page > 0 else "Count from 1."
            raise Invalid("A page belongs to a paper.", fields={f"{each.criterion}/page": fix})
    return names


def _plain(answer: CriterionAnswer) -> dict[str, Any]:
    said = {"mark": answer.mark, "paper": answer.paper_id, "page": answer.page}
    return {name: value for name, value in said.items() if value is not None}


def _in_words(answer: CriterionAnswer, names: dict[int, str]) -> str:
    paper = names.get(answer.paper_id or 0, "")
    where = f", {paper}" + (f" page {answer.page}" if answer.page else "") if paper else ""
    note = f". {answer.note.strip()}" if answer.note.strip() else ""
    why = f". Changed because: {answer.why.strip()}" if answer.why.strip() else ""
    return f"{answer.criterion}: {checklists.IN_WORDS[answer.mark]}{where}{note}{why}"


def _write(
    cx: Context,
    case: ledger.Head,
    key: bytes,
    line: int,
    checklist: Checklist,
    answers: Sequence[CriterionAnswer],
) -> None:
    place = checklists.sealed_place(case.id)
    cx.db.execute(
        insert(CriterionMark),
        [
            {
                "case_id": case.id,
                "line": line,
                "policy_id": checklist.policy.id,
                "criterion": each.criterion,
                "mark": each.mark,
                "paper_id": each.paper_id,
                "page": each.page,
                "note_ct": seal.seal_text(key, each.note.strip(), place),
                "changed_why_ct": seal.seal_text(key, each.why.strip(), place),
                "by_id": cx.principal.id,
                "by_name": cx.principal.name[:120],
                "by_role": cx.principal.role[:20],
                "at": cx.now,
                "event_seq": case.event_seq + 1,
            }
            for each in answers
        ],
    )
