"""What a form asks: the metadata of the fields of a command's form, said once for page and API.

A form is a frozen dataclass beside its command. From it come the fields on the screen, the schema
of the API and the documentation; nothing is declared twice.
"""

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

Kind = Literal[
    "text",
    "long",
    "list",
    "date",
    "instant",
    "whole",
    "number",
    "choice",
    "flag",
    "part",
    "parts",
    "papers",
]


@dataclass(frozen=True, slots=True)
class Ask:
    """One field of a form as people meet it. `part` is the form of a nested field."""

    name: str
    kind: Kind
    label: str
    hint: str
    required: bool
    choices: tuple[str, ...]
    most: int
    part: type | None
    default: Any


def asks(
    label: str,
    *,
    hint: str = "",
    choices: tuple[str, ...] = (),
    long: bool = False,
    most: int = 0,
) -> dict[str, Any]:
    """Metadata of a field: the words on the screen and in the documentation."""
    return {"label": label, "hint": hint, "choices": choices, "long": long, "most": most}


def in_spanish(label: str) -> dict[str, Any]:
    """Metadata of the Spanish double of a field: asked only where the letter is in Spanish, and
    then optional. Its name is that of the field with `_es`."""
    hint = "Without it the Spanish letter shows the English words, marked as such"
    return asks(double_of(label), hint=hint, long=True)


def double_of(label: str) -> str:
    """How the Spanish double of a field with this label is called."""
    return f"{label}: the same in Spanish"


def asked_by(form: type) -> tuple[Ask, ...]:
    """The fields of this form, in order."""
    hints = typing.get_type_hints(form)
    return tuple(_ask(field, hints[field.name]) for field in fields(form))


def _ask(field: Field[Any], hint: Any) -> Ask:
    said: Mapping[str, Any] = field.metadata
    choices = tuple(said.get("choices", ())) or _literal(hint)
    kind, part = _kind(field, hint, choices)
    required = field.default is MISSING and field.default_factory is MISSING
    return Ask(
        name=field.name,
        kind=kind,
        label=said.get("label", field.name.replace("_", " ").capitalize()),
        hint=said.get("hint", ""),
        required=required,
        choices=choices,
        most=said.get("most", 0) or (20_000 if kind == "long" else 400),
        part=part,
        default=None if required or field.default is MISSING else field.default,
    )


def _kind(field: Field[Any], hint: Any, choices: tuple[str, ...]) -> tuple[Kind, type | None]:
    plain = _plain(hint)
    if choices:
        return "choice", None
    if typing.get_origin(plain) is tuple:
        inner = typing.get_args(plain)[0]
        if getattr(inner, "__name__", "") == "PaperAsSent":
            return "papers", None
        if not is_dataclass(inner):
            return "list", None
        return "parts", typing.cast(type, inner)
    if is_dataclass(plain):
        return "part", typing.cast(type, plain)
    simple: dict[Any, Kind] = {
        bool: "flag",
        int: "whole",
        Decimal: "number",
        datetime: "instant",
        date: "date",
    }
    if plain in simple:
        return simple[plain], None
    return ("long" if field.metadata.get("long") else "text"), None


def _plain(hint: Any) -> Any:
    """The type without its `| None`."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return next(arm for arm in typing.get_args(hint) if arm is not type(None))
    return hint


def _literal(hint: Any) -> tuple[str, ...]:
    plain = _plain(hint)
    return tuple(typing.get_args(plain)) if typing.get_origin(plain) is Literal else ()
