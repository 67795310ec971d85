"""One question of a filing as data: its page, when it matters, when it counts as answered.

The title is the heading of its page. An optional question that was left empty counts as answered.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from flask_babel import lazy_gettext

from casework.web.member.doors import Situation

Form = Literal["long", "line", "choice", "date", "papers"]
Option = tuple[str, Any, Any]

YES, NO = "yes", "no"
NONE: Final = "none"
LONGEST: Final = 4000
CHOOSE: Final = lazy_gettext("Choose one of these.")


def always(words: Any) -> Callable[[Situation], Any]:
    """The same in every situation."""
    return lambda _situation: words


_NOTHING: Final = always(())
_EVERYWHERE: Final = always(True)


@dataclass(frozen=True)
class Question:
    """One page. `title` and `label` (for the list of answers) are words; `hints` are sentences
    under the title; `options` those of a choice; `asked` says whether it matters here."""

    name: str
    form: Form
    label: Any
    title: Callable[[Situation], Any]
    hints: Callable[[Situation], tuple[Any, ...]] = _NOTHING
    options: Callable[[Situation], tuple[Option, ...]] = _NOTHING
    examples: Callable[[Situation], tuple[Any, ...]] = _NOTHING
    asked: Callable[[Situation], bool] = _EVERYWHERE
    required: bool = False
    longest: int = LONGEST
    missing: Any = field(default=CHOOSE)
    # Why what was typed cannot be so; empty where it can.
    wrong: Callable[[str], Any] = field(default=lambda _typed: "")


def answered(question: Question, situation: Situation) -> bool:
    """Whether there is an answer that still fits: a choice may have lost its meaning."""
    given = situation.answers.get(question.name)
    if given is None:
        return False
    if question.form == "choice":
        return given in {str(option[0]) for option in question.options(situation)}
    return bool(given) or not question.required


def said(question: Question, situation: Situation) -> str:
    """The answer in words, for the list of answers; empty when none was given."""
    given = situation.answers.get(question.name, "")
    if question.form == "choice":
        options = question.options(situation)
        return next((str(words) for value, words, _ in options if str(value) == given), "")
    return given
