"""Forms of commands as an office fills them in: what was typed, what is wrong, the form itself.

The kind of each field comes from the command's own form; which fields are shown, and in which
words, from `steps`. Fields that are not shown keep what the command gives them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext

from casework.records.forms import Ask, asked_by
from casework.submission import PaperAsSent
from casework.web.provider.judging_services import Errors, day_of
from casework.web.provider.saying import clean
from casework.web.provider.steps import Shown, Step

YES: Final = "yes"


@dataclass(frozen=True)
class Field:
    """One field as the page shows it: the words, and what kind of thing is typed."""

    shown: Shown
    ask: Ask

    @property
    def needed(self) -> bool:
        """True when it must be filled in."""
        return self.shown.required or self.ask.required

    @property
    def most(self) -> int:
        """The most characters."""
        return self.ask.most


def fields_of(step: Step, form: type) -> tuple[Field, ...]:
    """The fields of this step in order. Raises KeyError for a field that the form does not have."""
    asks = {ask.name: ask for ask in asked_by(form)}
    return tuple(Field(shown, asks[shown.name]) for shown in step.fields)


def typed_of(fields: tuple[Field, ...], sent: Mapping[str, str]) -> dict[str, str]:
    """What was typed into each field, as text."""
    return {
        each.ask.name: clean(
            sent.get(each.ask.name, ""), most=each.most, lines=each.ask.kind == "long"
        )
        for each in fields
        if each.ask.kind != "papers"
    }


def filled(
    form: type,
    fields: tuple[Field, ...],
    typed: Mapping[str, str],
    papers: tuple[PaperAsSent, ...],
    **fixed: Any,
) -> tuple[Any, Errors]:
    """The form of the command, or None with a sentence for each field to mend."""
    errors: Errors = {}
    values: dict[str, Any] = dict(fixed)
    for each in fields:
        name = each.ask.name
        if each.ask.kind == "papers":
            value: Any = papers
        else:
            value = _READ[each.ask.kind](each, typed.get(name, ""), errors)
        if each.needed and value in ("", None, (), False) and name not in errors:
            errors[name] = _lacking(each)
        if value not in ("", None) or each.ask.required:
            values[name] = value
    return (None, errors) if errors else (form(**values), {})


def lacking(
    step: Step,
    fields: tuple[Field, ...],
    typed: Mapping[str, str],
    papers: tuple[PaperAsSent, ...],
) -> Errors:
    """A sentence for what this step needs in the light of what else was said."""
    errors: Errors = {}
    said = {**typed, "papers": papers}
    by_name = {each.ask.name: each for each in fields}
    for name, value, needed in step.when:
        if said.get(name) == value and not said.get(needed):
            errors[needed] = _lacking(by_name[needed])
    if step.some and not any(said.get(name) for name in step.some):
        errors[step.some[-1]] = gettext("Attach at least one file, or say it here in words.")
    return errors


def _lacking(each: Field) -> str:
    if each.ask.kind == "papers":
        return str(gettext("Choose at least one file."))
    if each.ask.kind == "choice":
        return str(gettext("Choose one: %(field)s", field=each.shown.label))
    if each.ask.kind == "flag":
        return str(gettext("Tick this when it is so: %(field)s", field=each.shown.label))
    return str(gettext("Please fill in: %(field)s", field=each.shown.label))


def _text(each: Field, typed: str, errors: Errors) -> str:
    if len(typed) > each.most:
        errors[each.ask.name] = gettext("Use at most %(count)s characters.", count=each.most)
    return typed


def _choice(each: Field, typed: str, errors: Errors) -> str:
    if typed and typed not in {value for value, *_ in each.shown.options}:
        errors[each.ask.name] = _lacking(each)
    return typed


def _date(each: Field, typed: str, errors: Errors) -> Any:
    found = day_of(typed)
    if typed and found is None:
        errors[each.ask.name] = gettext("Write the date as month/day/year: 3/14/2026.")
    return found


def _flag(_each: Field, typed: str, _errors: Errors) -> bool:
    return typed == YES


_READ: Final[Mapping[str, Any]] = {
    "text": _text,
    "long": _text,
    "choice": _choice,
    "date": _date,
    "flag": _flag,
}
