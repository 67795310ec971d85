"""A letter's facts as JSON and back, field by field, with a sentence for whatever does not fit.

It reads the dataclasses of `letters.context` by their type hints and knows no field by name.
"""

import re
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from letters.context import LANGUAGES, LINES, RECIPIENTS, LetterContext
from letters.refusals import ContextRefused

# A letter that is longer is no letter (reliability-security F34: 20,000 characters of rationale).
LONGEST_TEXT = 20_000
# Controls (but line feed and tab), lone surrogates, bidirectional overrides (they make a text read
# as another one), byte-order mark and noncharacters.
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)


def to_dict(context: LetterContext) -> dict[str, Any]:
    """The context as JSON-able values: dates and instants as ISO 8601, tuples as lists."""
    return {f.name: _plain(getattr(context, f.name)) for f in fields(context)}


def from_dict(data: Mapping[str, Any]) -> LetterContext:
    """The context that `to_dict` wrote; unknown, missing or ill-typed fields are ContextRefused."""
    context = _build(LetterContext, data, path="")
    assert isinstance(context, LetterContext)
    vet(context)
    return context


def vet(context: LetterContext) -> None:
    """Raise ContextRefused where a text cannot be printed or a word is outside its vocabulary."""
    for field, value, allowed in (
        ("line", context.line, LINES),
        ("language", context.language, LANGUAGES),
        ("recipient.kind", context.recipient.kind, RECIPIENTS),
    ):
        if value not in allowed:
            raise ContextRefused(field, f"{value!r} is not one of {', '.join(allowed)}.")
    for path, text in texts(context):
        _vet_text(path, text)


def texts(value: object, path: str = "") -> list[tuple[str, str]]:
    """Every text in a context (or a part of one) with its dotted path, in the order of the fields.

    Dates, numbers and flags are left out.
    """
    if isinstance(value, str):
        return [(path, value)]
    if isinstance(value, tuple):
        return [pair for i, item in enumerate(value) for pair in texts(item, f"{path}.{i}")]
    if is_dataclass(value) and not isinstance(value, type):
        return [
            pair
            for f in fields(value)
            for pair in texts(getattr(value, f.name), f"{path}.{f.name}".lstrip("."))
        ]
    return []


def _vet_text(path: str, text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise ContextRefused(
            path, f"is {len(text)} characters long; {LONGEST_TEXT} fit. Shorten it."
        )
    if bad := UNPRINTABLE.search(text):
        raise ContextRefused(
            path, f"has the unprintable character U+{ord(bad[0]):04X} at {bad.start()}. Remove it."
        )


def _plain(value: object) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    return value


@lru_cache(maxsize=64)
def _hints(shape: type) -> dict[str, Any]:
    return typing.get_type_hints(shape)


def _build(shape: type, data: object, *, path: str) -> Any:
    if not isinstance(data, Mapping):
        raise ContextRefused(path or "letter", "must be a JSON object.")
    known: dict[str, Field[Any]] = {f.name: f for f in fields(shape)}
    for name in data:
        if name not in known:
            raise ContextRefused(_join(path, str(name)), f"is no field of {shape.__name__}.")
    hints = _hints(shape)
    values = {}
    for name, field in known.items():
        if name in data:
            values[name] = _value(hints[name], data[name], path=_join(path, name))
        elif field.default is MISSING:
            raise ContextRefused(_join(path, name), "is missing.")
    return _made(shape, values, path)


def _made(shape: type, values: dict[str, Any], path: str) -> Any:
    try:
        return shape(**values)
    except ContextRefused as refused:
        raise ContextRefused(_join(path, refused.field), refused.sentence) from None


def _value(hint: Any, data: object, *, path: str) -> Any:
    arms = typing.get_args(hint)
    if isinstance(hint, types.UnionType):
        if data is None:
            return None
        return _value(arms[0], data, path=path)
    if typing.get_origin(hint) is tuple:
        if not isinstance(data, list | tuple):
            raise ContextRefused(path, "must be a list.")
        return tuple(_value(arms[0], item, path=f"{path}.{i}") for i, item in enumerate(data))
    if is_dataclass(hint):
        return _build(typing.cast(type, hint), data, path=path)
    if hint in (date, datetime):
        return _time(hint, data, path=path)
    if type(data) is not hint:
        raise ContextRefused(path, f"must be {_WORDS[hint]}, not {type(data).__name__}.")
    return data


_WORDS = {str: "a text", int: "a whole number", bool: "true or false"}


def _time(hint: Any, data: object, *, path: str) -> Any:
    if not isinstance(data, str):
        raise ContextRefused(path, "must be an ISO 8601 text such as 2027-03-04.")
    try:
        return hint.fromisoformat(data)
    except ValueError:
        raise ContextRefused(path, f"{data!r} is no ISO 8601 {hint.__name__}.") from None


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
