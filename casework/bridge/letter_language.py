"""In which language a copy of a letter is, and what in it stands in English all the same.

Members read their own language where we have letters in it; offices read English. What people wrote
in English is never put into another language by us: the letter marks it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any, Final

from casework.bridge.letter_phrases import is_ours
from letters import compose
from letters.context import LANGUAGES, LetterContext, Office, PlanBlock
from letters.facts import resolve
from letters.refusals import LettersError

DOUBLE: Final = "_es"  # of a field: the same in Spanish
_OFFICES: Final = frozenset({"provider", "primary_care", "body"})
# What people wrote, or what the plan calls a thing in English: paths in the context. The member's
# own words (`case.about`) are not among them: they stand as the member wrote them.
_WRITTEN: Final = (
    "services.label",
    "services.reason",
    "services.criterion",
    "decision.reason",
    "decision.provision",
    "decision.standard",
    "decision.rationale",
    "decision.considered",
    "decision.perfect.what",
    "decision.perfect.why",
    "decision.perfect.source",
    "decision.findings",
    "decision.remedy",
    "decision.next_step",
    "decision.remaining",
    "extension.reason",
    "wanted.what",
    "wanted.why",
    "wanted.source",
    "refusal_reason",
    "enclosed",
)


def of_copy(member: Any, recipient: str) -> str:
    """The language of this copy: the member's, where we have letters in it and it is not for an
    office; whoever acts for the member gets the member's letter."""
    if recipient in _OFFICES or member.language not in LANGUAGES:
        return "en"
    return str(member.language)


def plan_in(plan: PlanBlock, language: str) -> PlanBlock:
    """The plan block with all hours in this language where it has them."""
    if language == "en":
        return plan
    offices: dict[str, Any] = {
        field.name: replace(office, hours=office.hours_es or office.hours)
        for field in fields(plan)
        if isinstance(office := getattr(plan, field.name), Office)
    }
    return replace(plan, hours=plan.hours_es or plan.hours, **offices)


def in_language(words: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The words of a form without their Spanish doubles (`reason_es` beside `reason`), which take
    their place in a Spanish letter where somebody gave them."""
    plain = {k: v for k, v in words.items() if not k.endswith(DOUBLE)}
    if language != "es":
        return plain
    return {name: words.get(name + DOUBLE) or value for name, value in plain.items()}


def doubles(value: Any) -> frozenset[str]:
    """Every text that stands somewhere below a name that ends as a Spanish double does."""
    if isinstance(value, Mapping):
        found = [_texts(v) if k.endswith(DOUBLE) else doubles(v) for k, v in value.items()]
        return frozenset().union(*found)
    if isinstance(value, list):
        return frozenset().union(*map(doubles, value))
    return frozenset()


def marked(context: LetterContext, spanish: frozenset[str]) -> LetterContext:
    """The context with the texts that the letter shows in English, so that it marks them; what was
    given in Spanish (`spanish`) and our own phrases are none."""
    if context.language == "en":
        return context
    english = tuple(dict.fromkeys(_in_english(context, spanish)))
    try:
        return replace(context, english=compose.in_english(replace(context, english=english)))
    except LettersError:
        return replace(context, english=english)  # the gate refuses it, and says why


def _texts(value: Any) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset({value} if value else ())
    below = value.values() if isinstance(value, Mapping) else value
    return (
        frozenset().union(*map(_texts, below)) if isinstance(value, Mapping | list) else frozenset()
    )


def _in_english(context: LetterContext, spanish: frozenset[str]) -> Iterator[str]:
    for path in _WRITTEN:
        for text in resolve(context, path):
            if not isinstance(text, str) or not text.strip():
                continue
            if text not in spanish and not is_ours(text, context.language):
                yield text
