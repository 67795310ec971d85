"""What came back from one page of questions: the answer to keep, or what must be corrected."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from flask import request
from flask_babel import gettext

from casework.web import edge
from casework.web.member.doors import Situation
from casework.web.member.question import Question

_PARTS: Final = ("year", "month", "day")


@dataclass(frozen=True)
class Reading:
    """The answer as it will be kept, what was typed, and the faults by field."""

    answer: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read(question: Question, situation: Situation, *, today: date) -> Reading:
    """The answer to this question in the form that was sent. `today` where the page is read."""
    return _READERS[question.form](question, situation, today)


def typed_before(question: Question, situation: Situation) -> dict[str, str]:
    """What the fields of the page held when it was answered before."""
    given = situation.answers.get(question.name, "")
    if question.form == "date" and given:
        return dict(zip(_PARTS, given.split("-"), strict=True))
    return {question.name: given}


def _text(question: Question, _situation: Situation, _today: date) -> Reading:
    typed = request.form.get(question.name, "").replace("\r\n", "\n").replace("\x00", "").strip()
    errors = {}
    if len(typed) > question.longest:
        errors[question.name] = str(
            gettext(
                "This is too long. Use at most %(count)s letters and add the rest as a paper.",
                count=question.longest,
            )
        )
    if question.required and not typed:
        errors[question.name] = str(question.missing)
    if typed and not errors and (wrong := question.wrong(typed)):
        errors[question.name] = str(wrong)
    return Reading(typed, {question.name: typed}, errors)


def _choice(question: Question, situation: Situation, _today: date) -> Reading:
    given = edge.form(question.name, limit=40)
    if given in {str(option[0]) for option in question.options(situation)}:
        return Reading(given, {question.name: given})
    return Reading("", {}, {question.name: str(question.missing)})


def _date(question: Question, _situation: Situation, today: date) -> Reading:
    typed = {part: edge.form(f"{question.name}-{part}", limit=4) for part in _PARTS}
    if not any(typed.values()):
        return Reading("", typed)
    fault = ""
    try:
        day = date(*(int(typed[part]) for part in _PARTS))
    except ValueError:
        day, fault = today, gettext("Write the day in numbers, such as 3 14 2027.")
    if not fault and day > today:
        fault = gettext("This day is still to come. Write the day on which it happened.")
    if not fault and day.year < 1900:
        fault = gettext("Write the year with four numbers, such as 2027.")
    if fault:
        return Reading("", typed, {question.name: str(fault)})
    return Reading(day.isoformat(), typed)


def _papers(_question: Question, _situation: Situation, _today: date) -> Reading:
    """The files themselves are read by the page; going on is the answer."""
    return Reading("done")


_READERS: Final[dict[str, Callable[[Question, Situation, date], Reading]]] = {
    "long": _text,
    "line": _text,
    "choice": _choice,
    "date": _date,
    "papers": _papers,
}
