"""Schemas derived from the forms of commands: strict input, loaded into the very dataclass."""

from functools import lru_cache
from typing import Any

from marshmallow import fields, post_load

from casework.records.forms import Ask, asked_by
from casework.schemas.fields import Instant, LocalDate, Many, OneOf, Part, Text, Units, Whole
from casework.schemas.papers import PaperIn
from casework.schemas.strict import Incoming, needed, told
from casework.submission import PaperAsSent

MOST_PARTS = 60
MOST = 100_000
# Ids grow with the plan; this is the largest whole number that every reader of JSON keeps exactly.
LARGEST_ID = 2**53 - 1


@lru_cache(maxsize=256)
def schema_of(form: type) -> type[Incoming]:
    """The schema of a command's form; loading gives an instance of the form.

    Raises marshmallow's ValidationError with a sentence for each field that must be mended.
    """
    asked = {ask.name: ask for ask in asked_by(form)}
    attributes: dict[str, Any] = {name: _field(ask) for name, ask in asked.items()}

    def made(_self: Incoming, data: dict[str, Any], **_kwargs: Any) -> Any:
        return form(**{name: _value(asked[name], value) for name, value in data.items()})

    attributes["made"] = post_load(made)
    attributes["__doc__"] = (form.__doc__ or "").strip()
    return type(f"{form.__name__}Form", (Incoming,), attributes)


def _value(ask: Ask, value: Any) -> Any:
    if ask.kind == "papers":
        return tuple(PaperAsSent(**paper) for paper in value)
    return tuple(value) if isinstance(value, list) else value


def _field(ask: Ask) -> Any:
    more: dict[str, Any] = {"metadata": told(_described(ask))}
    if ask.required:
        more |= needed(f"Send {ask.name}: {ask.label.lower()}.")
    return _OF_KIND[ask.kind](ask, more)


def _described(ask: Ask) -> str:
    return f"{ask.label}. {ask.hint}".strip() if ask.hint else f"{ask.label}."


def _text(ask: Ask, more: dict[str, Any]) -> Any:
    least = 1 if ask.required else 0
    return Text(most=ask.most, least=least, lines=ask.kind == "long", **more)


def _list(ask: Ask, more: dict[str, Any]) -> Any:
    least = 1 if ask.required else 0
    return Many(Text(most=400), most=MOST_PARTS, least=least, **more)


def _parts(ask: Ask, more: dict[str, Any]) -> Any:
    assert ask.part is not None
    least = 1 if ask.required else 0
    return Many(Part(schema_of(ask.part)), most=MOST_PARTS, least=least, **more)


def _part(ask: Ask, more: dict[str, Any]) -> Any:
    assert ask.part is not None
    return Part(schema_of(ask.part), **more)


def _whole(ask: Ask, more: dict[str, Any]) -> Any:
    most = LARGEST_ID if ask.name.endswith("_id") else MOST
    return Whole(least=0, most=most, **more)


_OF_KIND: dict[str, Any] = {
    "text": _text,
    "long": _text,
    "list": _list,
    "parts": _parts,
    "part": _part,
    "papers": lambda ask, more: Many(Part(PaperIn), most=20, **more),
    "choice": lambda ask, more: OneOf(*ask.choices, **more),
    "flag": lambda ask, more: fields.Boolean(truthy={True}, falsy={False}, **more),
    "whole": _whole,
    "number": lambda ask, more: Units(allow_none=not ask.required, **more),
    "date": lambda ask, more: LocalDate(allow_none=not ask.required, **more),
    "instant": lambda ask, more: Instant(allow_none=not ask.required, **more),
}
