"""What offices say to the questions of medical policies: their own statement, kept as it came.

It is evidence, never a mark of ours and never a decision; an approval rule may rest on it. The
questions are those of the policy that is in force on the local day of the receipt.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select

from casework import bridge, ledger, seal
from casework.context import Context
from casework.ledger.entries import case_key
from casework.models import OfficeAnswer
from casework.records import medical_policies
from casework.records.approval_conditions import Answered
from casework.records.criteria_tree import judged, questions
from casework.records.medical_policies import Edition
from casework.submission import AnswerAsSent, Submission
from sla.calendars import local_day, zone

FIELD: Final = "criteria_answers"
# What may be said, and what it would be as a mark.
ANSWERS: Final[Mapping[str, str]] = {"yes": "met", "no": "not_met", "not_known": "unclear"}
IN_WORDS: Final = {"yes": "yes", "no": "no", "not_known": "not known"}
MOST_OF_A_NOTE: Final = 500

Policies = Mapping[str, tuple[Edition, ...]]


@dataclass(frozen=True, slots=True)
class Stated:
    """One answer on one line by one version of a policy."""

    line: int
    edition: Edition
    criterion: str
    answer: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class OfficeSaid:
    """One answer as it is kept: to which question of which version, by whom and when."""

    line: int
    policy_id: int
    criterion: str
    answer: str
    note: str
    by: str
    at: datetime

    @property
    def mark(self) -> str:
        """The answer as a mark would say it: met, not_met or unclear."""
        return ANSWERS[self.answer]


def policies_for(cx: Context, sent: Submission, contract_version_id: int) -> Policies:
    """For each code of the request the policies about it on the local day of receipt; asks nothing
    where nothing was answered."""
    if not sent.answers:
        return {}
    where = zone(bridge.contract_of(cx, contract_version_id).time_zone)
    codes = [line.code for line in sent.lines]
    return medical_policies.about(cx, codes, on=local_day(sent.received_at, where))


def faults(sent: Submission, policies: Policies) -> Iterator[tuple[str, str]]:
    """What is wrong with the answers of this request: the field and its sentence."""
    taken: set[tuple[int, str, str]] = set()
    for place, said in enumerate(sent.answers):
        found = _fault(sent, policies, said)
        if found:
            yield f"{FIELD}/{place}/{found[0]}", found[1]
            continue
        keys = {(line, said.policy, said.criterion) for line in _lines(sent, policies, said)}
        if keys & taken:
            yield (
                f"{FIELD}/{place}/criterion",
                f"{said.policy} {said.criterion} is answered twice: send one answer.",
            )
        taken |= keys


def stated(sent: Submission, policies: Policies) -> tuple[Stated, ...]:
    """The answers line by line, as they are kept; the caller has seen that none is at fault."""
    editions = _editions(policies)
    return tuple(
        Stated(line, editions[said.policy], said.criterion, said.answer, said.note.strip())
        for said in sent.answers
        for line in _lines(sent, policies, said)
    )


def told(said: Iterable[Stated]) -> list[dict[str, Any]]:
    """The same for the chained event: by line and version of a policy, without the notes."""
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for each in said:
        head = {
            "line": each.line,
            "policy": each.edition.code,
            "policy_version": each.edition.version,
            "answers": {},
        }
        kept = found.setdefault((each.line, each.edition.id), head)
        kept["answers"][each.criterion] = each.answer
    return list(found.values())


def write(
    cx: Context, case: ledger.Head, said: Sequence[Stated], *, organization_id: int | None
) -> None:
    """Keep the answers beside the event that received them."""
    if not said:
        return
    key = case_key(cx.database.settings, case)
    cx.db.execute(
        insert(OfficeAnswer),
        [
            {
                "case_id": case.id,
                "line": each.line,
                "policy_id": each.edition.id,
                "criterion": each.criterion,
                "answer": each.answer,
                "note_ct": seal.seal_text(key, each.note, sealed_place(case.id)),
                "organization_id": organization_id,
                "by_id": cx.principal.id or None,
                "by_name": cx.principal.name[:120],
                "at": cx.now,
                "event_seq": case.event_seq,
            }
            for each in said
        ],
    )


def of_case(cx: Context, case_id: int, key: bytes) -> tuple[OfficeSaid, ...]:
    """Every answer that stands with this case, in the order in which it was given. One query."""
    rows = cx.db.execute(
        select(
            OfficeAnswer.line,
            OfficeAnswer.policy_id,
            OfficeAnswer.criterion,
            OfficeAnswer.answer,
            OfficeAnswer.note_ct,
            OfficeAnswer.by_name,
            OfficeAnswer.at,
        )
        .where(OfficeAnswer.case_id == case_id)
        .order_by(OfficeAnswer.id)
    )
    place = sealed_place(case_id)
    return tuple(
        OfficeSaid(
            line=row.line,
            policy_id=row.policy_id,
            criterion=row.criterion,
            answer=row.answer,
            note=seal.unseal_text(key, row.note_ct, place),
            by=row.by_name,
            at=row.at,
        )
        for row in rows
    )


def answered(said: Iterable[Stated]) -> dict[int, tuple[Answered, ...]]:
    """Line by line, what the answers make of each policy: what an approval rule is handed."""
    found: dict[tuple[int, int], dict[str, str]] = {}
    editions = {}
    for each in said:
        editions[each.edition.id] = each.edition
        found.setdefault((each.line, each.edition.id), {})[each.criterion] = each.answer
    lines: dict[int, tuple[Answered, ...]] = {}
    for (line, policy_id), answers in found.items():
        made = _answered(editions[policy_id], answers)
        lines[line] = (*lines.get(line, ()), made)
    return lines


def answered_of_cases(
    cx: Context, case_ids: Collection[int]
) -> dict[int, dict[int, tuple[Answered, ...]]]:
    """The same of many stored requests at once: two queries, however many they are."""
    rows = cx.db.execute(
        select(
            OfficeAnswer.case_id,
            OfficeAnswer.line,
            OfficeAnswer.policy_id,
            OfficeAnswer.criterion,
            OfficeAnswer.answer,
        )
        .where(OfficeAnswer.case_id.in_(case_ids))
        .order_by(OfficeAnswer.id)
    ).all()
    editions = medical_policies.editions_by_id(cx, {row.policy_id for row in rows})
    by_case: dict[int, list[Stated]] = {}
    for row in rows:
        one = Stated(row.line, editions[row.policy_id], row.criterion, row.answer)
        by_case.setdefault(row.case_id, []).append(one)
    return {case_id: answered(said) for case_id, said in by_case.items()}


def enough(edition: Edition) -> bool:
    """Whether the questions that this version asks could meet it: a rule may rest on it."""
    asked = {each.id: "met" for each in questions(edition.tree)}
    return judged(edition.tree, asked).state == "met"


def sealed_place(case_id: int) -> str:
    """What the sealed note of an answer is bound to."""
    return f"office-answer:{case_id}"


def _answered(edition: Edition, answers: Mapping[str, str]) -> Answered:
    marks = {name: ANSWERS[said] for name, said in answers.items()}
    words = ", ".join(f"{name} {IN_WORDS[said]}" for name, said in answers.items())
    return Answered(
        policy=edition.code,
        version=edition.version,
        met=judged(edition.tree, marks).state == "met",
        words=words,
    )


def _fault(sent: Submission, policies: Policies, said: AnswerAsSent) -> tuple[str, str] | None:
    edition = _editions(policies).get(said.policy)
    if edition is None:
        return "policy", (
            f"No medical policy {said.policy[:24]} is in force for what is asked here: take this"
            " answer out."
        )
    if said.version != edition.version:
        return "version", (
            f"{edition.code} is in force as version {edition.version}: read its questions and"
            " answer them anew."
        )
    asked = [each.id for each in questions(edition.tree)]
    if said.criterion not in asked:
        listed = ", ".join(asked) or "nothing"
        return "criterion", f"{edition.code} version {edition.version} asks offices: {listed}."
    if not _lines(sent, policies, said):
        return "line", f"{edition.code} is not about this line: name another, or leave it out."
    if said.answer not in ANSWERS:
        return "answer", "Answer yes, no or not_known."
    if len(said.note) > MOST_OF_A_NOTE:
        return "note", f"Use at most {MOST_OF_A_NOTE} characters."
    return None


def _editions(policies: Policies) -> dict[str, Edition]:
    return {each.code: each for editions in policies.values() for each in editions}


def _lines(sent: Submission, policies: Policies, said: AnswerAsSent) -> list[int]:
    """The lines that this answer is about."""
    return [
        line.number
        for line in sent.lines
        if said.line in (None, line.number)
        and any(each.code == said.policy for each in policies.get(line.code, ()))
    ]
