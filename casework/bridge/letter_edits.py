"""The free text of a letter, part by part, and the words that a person put in its place.

Only what somebody wrote can be put anew: reasons, criteria, explanations. Codes, dates, outcomes,
names and rights are no part of it, so no edit can reach them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final

from casework import seal
from letters import catalogue
from letters.context import LetterContext

# Paths in the context; a star stands for each item. With what people call them.
_PARTS: Final = {
    "services.*.reason": "Specific reason",
    "services.*.criterion": "Criterion or provision",
    "decision.reason": "Reason",
    "decision.provision": "Plan provision",
    "decision.standard": "Standard that was used",
    "decision.rationale": "Clinical judgment, or how it was weighed",
    "decision.considered.*": "What was looked at",
    "decision.perfect.*.what": "What would complete the request",
    "decision.perfect.*.why": "Why it would help",
    "decision.findings": "What we found",
    "decision.remedy": "What we do about it",
    "decision.next_step": "What can be done now",
    "decision.remaining": "What is still approved",
    "extension.reason": "Why more time is needed",
    "wanted.*.what": "What is asked for",
    "wanted.*.why": "Why it is asked for",
    "refusal_reason": "Why it was refused",
}
# Beside the paths: the language of the letter that was worded, and whether the new words of a
# Spanish letter are Spanish ("yes").
LANGUAGE: Final = "language"
IN_SPANISH: Final = "in_spanish"


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of free text: its path (`services.0.reason`), what it is called, what it says."""

    path: str
    label: str
    text: str


def sealed_place(letter_id: int) -> str:
    """What the sealed words of a letter are bound to."""
    return f"letter:{letter_id}:words"


def words_of(key: bytes, letter: Any) -> dict[str, str]:
    """The words that were put in place of the decision's own in this letter, by path."""
    sealed = bytes(getattr(letter, "words_ct", b"") or b"")
    return seal.unseal_json(key, sealed, sealed_place(letter.id)) if sealed else {}


def parts(context: LetterContext) -> tuple[Part, ...]:
    """Every piece of free text that this letter holds, in reading order; of the empty ones those
    that the law wants of it."""
    wanted = {
        fact.replace("denied.", "services.")
        for required in catalogue.get(context.code, context.issued_on).required(context)
        for fact in required.element.facts
    }
    return tuple(
        Part(path, _called(pattern, path, context), text)
        for pattern in _PARTS
        for path, text in _at(context, pattern.split("."), ())
        if text.strip() or pattern.replace(".*", "") in wanted
        if _is_told(path, context)
    )


def mended(
    context: LetterContext, words: Mapping[str, str]
) -> tuple[LetterContext, frozenset[str]]:
    """The context with the words that stand in the row of the letter, and those of them that
    were written in the letter's own language, which a Spanish letter need not mark as English.

    They were written in one language: in a rendering of the letter in another they stay out.
    """
    if not words or words.get(LANGUAGE, context.language) != context.language:
        return context, frozenset()
    own = frozenset(words.values()) if words.get(IN_SPANISH) else frozenset()
    return laid_over(context, words), own


def laid_over(context: LetterContext, words: Mapping[str, str]) -> LetterContext:
    """The context with these words at their paths. What is no free text of the letter stays."""
    known = {part.path for part in parts(context)}
    for path, text in words.items():
        if path in known:
            context = _put(context, path.split("."), text)
    return context


def _is_told(path: str, context: LetterContext) -> bool:
    """Of the services only those that were refused have a reason."""
    first, _, rest = path.partition(".")
    return first != "services" or context.services[int(rest.split(".")[0])].result == "denied"


def _called(pattern: str, path: str, context: LetterContext) -> str:
    label = _PARTS[pattern]
    if not pattern.startswith("services."):
        return label
    service = context.services[int(path.split(".")[1])]
    return f"{label}: {service.label or service.code}"


def _at(holder: Any, names: list[str], path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if not names:
        if isinstance(holder, str):
            yield ".".join(path), holder
        return
    name, rest = names[0], names[1:]
    if name == "*":
        for index, each in enumerate(holder or ()):
            yield from _at(each, rest, (*path, str(index)))
    elif is_dataclass(holder) and name in {f.name for f in fields(holder)}:
        yield from _at(getattr(holder, name), rest, (*path, name))


def _put(holder: Any, names: list[str], text: str) -> Any:
    if not names:
        return text
    name, rest = names[0], names[1:]
    if isinstance(holder, tuple):
        index = int(name)
        return (*holder[:index], _put(holder[index], rest, text), *holder[index + 1 :])
    return replace(holder, **{name: _put(getattr(holder, name), rest, text)})
