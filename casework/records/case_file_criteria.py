"""The medical policies in a case file: every criterion in the reader's language, and what the
records showed of it where the case was decided; beside it what the office that asked said of it.

Sources: 29 CFR 2560.503-1(m)(8) and 42 CFR 438.406(b)(5): whatever a decision relied on is given
free of charge; 42 CFR 438.404(b)(2): the criteria too. A paper of which a part is withheld is not
named here either.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import select

from casework.context import Context
from casework.file_sheets.contents import MarkOn, Rule
from casework.file_sheets.words import day_in_words, say
from casework.models import CaseDocument, Determination
from casework.records import checklists
from casework.records.checklists import Checklist, Marked
from casework.records.criteria_tree import Criterion
from casework.records.office_answers import OfficeSaid


def criteria_used(
    cx: Context, cases: Sequence[Any], marks: Collection[MarkOn], language: str
) -> Iterator[tuple[str, Rule]]:
    """The code of each policy on the lines of these cases, and its sheet."""
    asked = [case for case in cases if case.kind == checklists.KIND]
    decided = _decided(cx, [case.id for case in asked])
    for case in asked:
        found = checklists.of_case(cx, case)
        names = _papers(cx, found, marks) if case.id in decided else {}
        for each in found:
            yield each.policy.code, _sheet(each, names, language, told=case.id in decided)


def _sheet(found: Checklist, names: dict[int, str], language: str, *, told: bool) -> Rule:
    policy = found.policy
    title = policy.title_es if language == "es" and policy.title_es else policy.title
    facts = [
        (say("rule.version", language), day_in_words(policy.effective_from, language)),
        (say("rule.service", language), f"{found.line.code} {found.line.label}".strip()),
        (say("rule.source", language), policy.source),
        (say("rule.address", language), policy.address),
    ]
    for one in found.criteria:
        shows = _shown(found.marks.get(one.id), names, language) if told else ""
        office = _office(found.office.get(one.id), language)
        facts.append((_says(one, language), f"{shows or say('rule.open', language)}{office}"))
    name = f"{policy.code}, {title}"
    return Rule(name=name, facts=tuple(pair for pair in facts if pair[1]), language=language)


def _says(one: Criterion, language: str) -> str:
    words = one.says_es if language == "es" and one.says_es else one.says
    return f"{one.id}. {words}"


def _shown(mark: Marked | None, names: dict[int, str], language: str) -> str:
    if mark is None:
        return ""
    said = say(f"rule.{mark.mark}", language)
    name = names.get(mark.paper_id or 0, "")
    if not name:
        return said
    if mark.page is None:
        return f"{said} ({name})"
    return f"{said} ({say('rule.on_page', language, name=name, page=mark.page)})"


def _office(said: OfficeSaid | None, language: str) -> str:
    """What the office answered when it filed, in its own words where it wrote some."""
    if said is None:
        return ""
    note = f" (“{said.note}”)" if said.note else ""
    return f". {say(f'rule.office_{said.answer}', language)}{note}"


def _decided(cx: Context, ids: Sequence[int]) -> frozenset[int]:
    found = select(Determination.case_id).where(Determination.case_id.in_(ids))
    return frozenset(cx.db.execute(found).scalars())


def _papers(cx: Context, found: Sequence[Checklist], marks: Collection[MarkOn]) -> dict[int, str]:
    """The names of the papers that criteria rest on, but of those with a withheld part."""
    wanted = {m.paper_id for each in found for m in each.marks.values() if m.paper_id}
    if not wanted:
        return {}
    hidden = {mark.item for mark in marks}
    rows = cx.db.execute(
        select(CaseDocument.id, CaseDocument.name, CaseDocument.document_id).where(
            CaseDocument.id.in_(wanted)
        )
    )
    return {row.id: row.name for row in rows if f"document:{row.document_id}" not in hidden}
