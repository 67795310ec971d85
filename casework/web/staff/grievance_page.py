"""The category tree of grievances on one case, searched in words: each choice with the clock, the
text in the letter and the one who answers that it brings. It decides nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import render_template, request

from casework.context import Context
from casework.queries import case_file
from casework.queries.case_file import CaseFile
from casework.records import categories, issues
from casework.records.categories import Category
from casework.web import edge, moments
from casework.web.access import entry
from casework.web.staff import case_page, grievance_beside
from casework.web.staff.blueprint import staff

SPECIALISTS: Final = frozenset({"ag_specialist", "intake"})


@dataclass(frozen=True)
class Leaf:
    """A category as the tree shows it: what it means for the clock, the letter and the one who
    answers."""

    category: Category
    clock: str
    due: str
    citation: str
    mine: bool
    sooner: bool


@dataclass(frozen=True)
class Branch:
    """A branch with its leaves."""

    head: Leaf
    leaves: tuple[Leaf, ...]


@staff.get("/cases/<ref>/categories")
@entry(*SPECIALISTS)
def categories_page(ref: str) -> str:
    """The category tree for one grievance, searched in words; each choice with what it brings."""
    sought = request.args.get("q", "")[:60]
    step = "add_issue" if request.args.get("step") == "add_issue" else "recategorize"
    with edge.reading() as cx:
        file = case_file.case_file(cx, case_page.case_number(ref))
        frame = case_page.frame_of(cx, file)
        tree = _tree(cx, file, sought) if file.case.kind == "grievance" else ()
        possible = grievance_beside.may(cx, file, step)
    case_page.see(file.case, "categories")
    return render_template(
        "staff/categories.html",
        **frame,
        here=(),
        presence_tag="",
        ref=file.case.ref,
        tree=tree,
        sought=sought,
        aim=step,
        possible=possible,
    )


def _tree(cx: Context, file: CaseFile, sought: str) -> tuple[Branch, ...]:
    every = categories.all_categories()
    clocks = {each.about: issues.due_under(cx, file.case, each.about) for each in every}
    now = clocks.get(file.case.about)
    leaves = {each.code: _leaf(file, each, clocks[each.about], now) for each in every}
    found = []
    for head in (each for each in every if not each.branch):
        below = [each for each in every if each.branch == head.code]
        whole = _fits(head, sought)
        kept = [each for each in below if whole or _fits(each, sought)]
        if whole or kept:
            found.append(Branch(leaves[head.code], tuple(leaves[each.code] for each in kept)))
    return tuple(found)


def _leaf(file: CaseFile, kind: Category, clock: Any, now: Any) -> Leaf:
    if clock is None:
        return Leaf(kind, "No rule knows a time for it", "", "", False, sooner=False)
    winner = clock.winner
    day = clock.due_utc
    due = moments.day(clock.due.date()) if winner.by_day else moments.moment(day, file.zone)
    return Leaf(
        category=kind,
        clock=str(winner.limit),
        due=due,
        citation=winner.citation,
        mine=file.detail.category == kind.code,
        sooner=now is not None and day < now.due_utc,
    )


def _fits(kind: Category, sought: str) -> bool:
    """Whether every word that is sought begins a word of the label or of the code."""
    said = f"{kind.label} {kind.code}".casefold().replace(".", " ").replace("_", " ")
    known: Sequence[str] = [word.strip(",:;()’'") for word in said.split()]
    return all(any(word.startswith(each) for word in known) for each in sought.casefold().split())
