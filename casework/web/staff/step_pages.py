"""What the page of a step shows beside its form: all that a decision of an appeal must rest on, and
everybody who could review it.

Nothing is judged here. Most steps have nothing beside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casework.context import Context
from casework.queries import colleagues, decision_file
from casework.queries.case_file import CaseFile
from casework.queries.decision_file import DecisionFile
from casework.queries.earlier_decisions import Earlier
from casework.records import candidates
from casework.records.candidates import Candidate
from casework.records.considered import Paper, Reading
from casework.web.staff import (
    case_claims,
    case_parts,
    criteria_beside,
    criteria_drafts,
    joining_beside,
    story,
    words,
)


@dataclass(frozen=True)
class Shown:
    """One paper as the page shows it: whether I have read it, and who else has."""

    paper: Paper
    mine: Reading | None
    others: tuple[Reading, ...]


@dataclass(frozen=True)
class Before:
    """An earlier decision in words: its outcome with its sign, the texts by heading."""

    decision: Earlier
    kind: str
    outcome: tuple[str, str]
    lines: tuple[tuple[Any, tuple[str, str]], ...]
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Came:
    """What came in since the denial: on which case, as the story tells it."""

    ref: str
    at: datetime
    episode: story.Episode


@dataclass(frozen=True)
class Deciding:
    """All that stands beside the form of a decision. `ticks`: whoever looks may decide, and so may
    say what was read; `barred` are those who may not."""

    file: DecisionFile
    before: tuple[Before, ...]
    new: tuple[Shown, ...]
    old: tuple[Shown, ...]
    came: tuple[Came, ...]
    barred: tuple[Candidate, ...]
    me: Candidate | None
    ticks: bool


def decides(kind: str, trigger: str) -> bool:
    """Whether this step decides an appeal, or records what a body outside decided."""
    return kind in {"appeal", "external_review"} and trigger in {
        "uphold",
        "overturn",
        "overturn_in_part",
    }


def template_of(kind: str, trigger: str) -> str:
    """The page of this step."""
    if decides(kind, trigger):
        return "staff/decide.html"
    if trigger in joining_beside.STEPS:
        return joining_beside.TEMPLATE
    return "staff/choose_reviewer.html" if _chooses(kind, trigger) else "staff/do.html"


def beside(cx: Context, file: CaseFile, trigger: str) -> dict[str, Any]:
    """What the page of this step shows beside its form; nothing for most steps."""
    if _chooses(file.case.kind, trigger):
        return {"candidates": candidates.candidates(cx, file.case)}
    if decides(file.case.kind, trigger):
        found = {"deciding": deciding(cx, file), "me_id": cx.principal.id}
        found |= {"costs_nothing": file.care_costs_nothing}
        return found | dict(case_claims.beside(cx, file)) | criteria_beside.of_first(cx, file)
    if trigger in joining_beside.STEPS:
        return dict(joining_beside.beside(cx, file, trigger))
    if file.case.kind == "prior_auth" and trigger in criteria_drafts.SHOWN_BESIDE:
        return criteria_beside.beside(cx, file) | {"may_mark": False}
    return {}


def deciding(cx: Context, file: CaseFile) -> Deciding:
    """Everything before whoever decides, put into words."""
    found = decision_file.decision_file(cx, file)
    is_appeal = file.case.kind == "appeal"
    judged = candidates.candidates(cx, file.case) if is_appeal else ()
    me = next((each for each in judged if each.id == cx.principal.id), None)
    entries = [each.entry for each in found.said]
    names = colleagues.names_of(cx, story.named_in(entries))
    return Deciding(
        file=found,
        before=tuple(_before(each) for each in found.earlier),
        new=_shown(found.new, found.readings, cx.principal.id),
        old=_shown(found.before, found.readings, cx.principal.id),
        came=tuple(
            Came(each.ref, each.entry.occurred_at, story.episode(each.kind, each.entry, names))
            for each in found.said
        ),
        barred=tuple(each for each in judged if not each.may),
        me=me,
        ticks=me is not None and me.may,
    )


def _chooses(kind: str, trigger: str) -> bool:
    return (kind, trigger) == ("appeal", "assign_reviewer")


def _before(earlier: Earlier) -> Before:
    texts = [
        (case_parts.called(name), value)
        for name, value in earlier.words.items()
        if value and isinstance(value, str)
    ]
    looked_at = earlier.words.get("considered") or ()
    if looked_at:
        texts.append(("Considered", "; ".join(map(str, looked_at))))
    return Before(
        decision=earlier,
        kind=words.kind(earlier.kind),
        outcome=words.outcome(earlier.row.outcome, earlier.kind),
        lines=tuple((each, words.outcome(each.given.result)) for each in earlier.lines),
        texts=tuple(texts),
    )


def _shown(
    papers: Sequence[Paper], readings: Sequence[Reading], me: int | None
) -> tuple[Shown, ...]:
    by_paper: dict[int, list[Reading]] = {}
    for each in readings:
        by_paper.setdefault(each.document_id, []).append(each)
    return tuple(_of(paper, by_paper, me) for paper in papers)


def _of(paper: Paper, readings: Mapping[int, Sequence[Reading]], me: int | None) -> Shown:
    all_of_it = readings.get(paper.document_id, ())
    return Shown(
        paper=paper,
        mine=next((each for each in all_of_it if each.user_id == me), None),
        others=tuple(each for each in all_of_it if each.user_id != me),
    )
