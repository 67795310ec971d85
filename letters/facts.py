"""Which facts the required elements speak of, and whether they are there.

Paths are those of elements.toml: attributes of LetterContext joined by dots; over a tuple a path
fans out, so `denied.reason` is the reason of each denied service.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date

from letters.context import Deadline, LetterContext
from letters.entries import Element, Letter
from letters.refusals import ContextRefused, LetterRefused, Missing

Fact = str | int | date | Deadline | None


def resolve(context: LetterContext, path: str) -> tuple[Fact, ...]:
    """The facts at `path`, one per item of the tuples on the way; None where there is nothing."""
    found: list[object] = [context]
    for name in path.split("."):
        found = [value for holder in found for value in _step(holder, name)]
    return tuple(_fact(path, value) for value in found)


def spoken(context: LetterContext, element: Element) -> tuple[str, ...]:
    """The texts that must stand in the element; numbers as people read them."""
    return tuple(str(f) for path in element.facts for f in resolve(context, path) if f)


def moments(context: LetterContext, element: Element) -> tuple[date | Deadline, ...]:
    """The days or minutes that must stand in the element as `<time>`."""
    if not element.date:
        return ()
    return tuple(f for f in resolve(context, element.date) if isinstance(f, date | Deadline))


def context_moments(value: object) -> tuple[date | Deadline, ...]:
    """Every day and minute in a context, wherever it stands."""
    if isinstance(value, date | Deadline):
        return (value,)
    if isinstance(value, tuple):
        return tuple(m for item in value for m in context_moments(item))
    if is_dataclass(value) and not isinstance(value, type):
        return tuple(m for f in fields(value) for m in context_moments(getattr(value, f.name)))
    return ()


def refuse_without_facts(letter: Letter, context: LetterContext) -> None:
    """Raise LetterRefused if this line has no such letter or a required fact is empty."""
    if context.line not in letter.lines:
        raise ContextRefused("line", f"there is no letter {letter.code!r} for {context.line}.")
    if missing := tuple(missing_facts(letter, context)):
        raise LetterRefused(letter.code, missing)


def missing_facts(letter: Letter, context: LetterContext) -> Iterator[Missing]:
    """What the letter must show for these facts although the fact itself is empty."""
    for requirement in letter.required(context):
        element = requirement.element
        for path in (*element.facts, *([element.date] if element.date else ())):
            facts = resolve(context, path)
            if not facts or any(_is_empty(f) for f in facts):
                sentence = f"The letter must show {element.says}; the fact {path} is empty."
                yield Missing(element.name, sentence, requirement.cite)
        if early := _too_early(context, element):
            yield Missing(element.name, early, requirement.cite)
    yield from _wrong_outcome(letter, context)


def _too_early(context: LetterContext, element: Element) -> str:
    """The sentence that refuses a day before the earliest one that the law allows, or nothing."""
    if not element.not_before:
        return ""
    for day, earliest in zip(
        resolve(context, element.date), resolve(context, element.not_before), strict=True
    ):
        if isinstance(day, date) and isinstance(earliest, date) and day < earliest:
            return f"The letter must show {element.says}; {day} is before {earliest}, the earliest."
    return ""


def _wrong_outcome(letter: Letter, context: LetterContext) -> Iterator[Missing]:
    if not letter.outcomes:
        return
    outcome = context.decision.outcome if context.decision else ""
    if outcome not in letter.outcomes:
        wanted = " or ".join(letter.outcomes)
        sentence = f"This letter tells of {wanted}; the decision is {outcome or 'not there'!r}."
        yield Missing("first_sentence", sentence, "Plan practice")


def _step(holder: object, name: str) -> list[object]:
    if holder is None:
        return [None]
    value = getattr(holder, name)
    return list(value) if isinstance(value, tuple) else [value]


def _fact(path: str, value: object) -> Fact:
    if value is None or isinstance(value, str | int | date | Deadline):
        return value
    raise ContextRefused(path, "is no text, number or date.")


def _is_empty(fact: Fact) -> bool:
    return not fact or (isinstance(fact, str) and not fact.strip())
