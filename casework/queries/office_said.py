"""What an office answered to the questions of medical policies, for its own pages and the API:
by policy, each question in its words with the answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from casework.context import Context
from casework.queries.case_file import CaseFile
from casework.records import checklists, medical_policies, office_answers
from casework.records.criteria_tree import leaves
from casework.records.medical_policies import Edition
from casework.records.office_answers import OfficeSaid


@dataclass(frozen=True)
class Told:
    """One answer with the question that it answers, in both languages."""

    line: int
    policy: str
    version: int
    criterion: str
    says: str
    says_es: str
    answer: str
    note: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Statement:
    """What was answered to one version of a policy on one line."""

    line: Any
    policy: Edition
    answers: tuple[Told, ...]


def statements(cx: Context, file: CaseFile) -> tuple[Statement, ...]:
    """What the office answered when it filed this request: one query, and one more where it did."""
    if file.case.kind != checklists.KIND:
        return ()
    said = office_answers.of_case(cx, file.case.id, file.key)
    if not said:
        return ()
    editions = medical_policies.editions_by_id(cx, {each.policy_id for each in said})
    lines = {line.number: line for line in file.lines}
    found: dict[tuple[int, int], list[OfficeSaid]] = {}
    for each in said:
        found.setdefault((each.line, each.policy_id), []).append(each)
    return tuple(
        Statement(lines.get(line), editions[policy], _told(editions[policy], answers))
        for (line, policy), answers in found.items()
    )


def _told(policy: Edition, answers: list[OfficeSaid]) -> tuple[Told, ...]:
    asked = {each.id: each for each in leaves(policy.tree)}
    return tuple(
        Told(
            line=each.line,
            policy=policy.code,
            version=policy.version,
            criterion=each.criterion,
            says=asked[each.criterion].says,
            says_es=asked[each.criterion].says_es,
            answer=each.answer,
            note=each.note,
            by=each.by,
            at=each.at,
        )
        for each in answers
    )
