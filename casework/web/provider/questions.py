"""The questions of medical policies in the form of a request: what is asked, what was typed.

Answering is free: what has no answer is not sent. Which version holds is said by the same rows that
judge the request; what was typed to an earlier version stays in the form until it is looked at.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext

from casework.context import Context
from casework.queries.office_people import Office
from casework.records import criteria_tree, medical_policies
from casework.records.medical_policies import Edition
from casework.records.office_answers import ANSWERS, MOST_OF_A_NOTE
from casework.submission import AnswerAsSent
from casework.web.provider.saying import clean

MOST: Final = 200
WORDS: Final[Mapping[str, Any]] = {
    "yes": lazy_gettext("Yes"),
    "no": lazy_gettext("No"),
    "not_known": lazy_gettext("Not known"),
}
SIGNS: Final = {"yes": "good", "no": "neutral", "not_known": "neutral"}
_NAME: Final = re.compile(
    r"(?:answer|note)\.(?P<policy>[A-Z][A-Z0-9-]{1,23})\.(?P<criterion>[A-Za-z][A-Za-z0-9-]{0,11})",
    re.ASCII,
)


@dataclass(frozen=True)
class TypedAnswer:
    """What was typed to one question; `version` of the policy as the form showed it."""

    policy: str
    version: str
    criterion: str
    answer: str = ""
    note: str = ""

    @property
    def name(self) -> str:
        """Where it stands in the form, without the part."""
        return f"{self.policy}.{self.criterion}"


@dataclass(frozen=True)
class Question:
    """One criterion as a question, with what was typed to it."""

    name: str
    criterion: str
    says: str
    says_es: str
    answer: str
    note: str


@dataclass(frozen=True)
class Sheet:
    """The questions of one policy, and the codes that it is about; `changed` where another version
    of it was answered."""

    policy: Edition
    codes: tuple[str, ...]
    questions: tuple[Question, ...]
    changed: bool

    @property
    def answered(self) -> int:
        """How many of them are answered."""
        return sum(bool(each.answer) for each in self.questions)


def read_answers(form: Mapping[str, str]) -> tuple[TypedAnswer, ...]:
    """Every answer that a form brings, by its names; what says nothing is left out."""
    found = dict.fromkeys(match.groups() for name in form if (match := _NAME.fullmatch(name)))
    typed = (
        TypedAnswer(
            policy=policy,
            version=clean(form.get(f"questions.{policy}", ""), most=5),
            criterion=criterion,
            answer=clean(form.get(f"answer.{policy}.{criterion}", ""), most=12),
            note=clean(form.get(f"note.{policy}.{criterion}", ""), most=2000),
        )
        for policy, criterion in list(found)[:MOST]
    )
    return tuple(each for each in typed if each.answer or each.note)


def sheets(cx: Context, typed: Any, office: Office) -> tuple[Sheet, ...]:
    """The questions of the policies in force today about the codes that stand in the form: one
    query, none without codes."""
    asked = list(dict.fromkeys(line.code.strip().upper() for line in typed.lines if line.code))
    about = medical_policies.about(cx, asked, on=_today(cx, office)) if asked else {}
    codes: dict[int, list[str]] = {}
    editions: dict[int, Edition] = {}
    for code in asked:
        for each in about.get(code, ()):
            editions[each.id] = each
            codes.setdefault(each.id, []).append(code)
    made = (_sheet(each, tuple(codes[each.id]), typed.answers) for each in editions.values())
    return tuple(each for each in made if each.questions)


def faults(typed: Any) -> dict[str, str]:
    """What is wrong with what was typed, by the field."""
    errors = {}
    for each in typed.answers:
        name = f"answer.{each.name}"
        if each.answer and each.answer not in ANSWERS:
            errors[name] = gettext("Choose yes, no or not known.")
        elif not each.answer:
            errors[name] = gettext("Choose an answer to which your note belongs.")
        elif len(each.note) > MOST_OF_A_NOTE:
            errors[name] = gettext("Use at most %(count)s characters.", count=MOST_OF_A_NOTE)
    return errors


def as_sent(typed: Any, shown: tuple[Sheet, ...]) -> tuple[AnswerAsSent, ...]:
    """The answers to the policies that the services of the form are about."""
    standing = {each.policy.code for each in shown}
    return tuple(
        AnswerAsSent(
            policy=each.policy,
            version=int(each.version) if each.version.isdecimal() else 0,
            criterion=each.criterion,
            answer=each.answer,
            note=each.note,
        )
        for each in typed.answers
        if each.policy in standing
    )


def aside(typed: Any, shown: tuple[Sheet, ...]) -> tuple[TypedAnswer, ...]:
    """What was typed to questions that the form does not show now: it is kept, and not sent."""
    names = {each.name for sheet in shown for each in sheet.questions}
    return tuple(each for each in typed.answers if each.name not in names)


def _sheet(policy: Edition, codes: tuple[str, ...], typed: tuple[TypedAnswer, ...]) -> Sheet:
    mine = {each.criterion: each for each in typed if each.policy == policy.code}
    questions = tuple(
        _question(policy.code, each, mine.get(each.id))
        for each in criteria_tree.questions(policy.tree)
    )
    changed = any(each.version != str(policy.version) for each in mine.values())
    return Sheet(policy, codes, questions, changed)


def _question(policy: str, asked: criteria_tree.Criterion, typed: TypedAnswer | None) -> Question:
    return Question(
        name=f"{policy}.{asked.id}",
        criterion=asked.id,
        says=asked.says,
        says_es=asked.says_es,
        answer=typed.answer if typed else "",
        note=typed.note if typed else "",
    )


def _today(cx: Context, office: Office) -> date:
    return cx.now.astimezone(ZoneInfo(office.zone)).date()
