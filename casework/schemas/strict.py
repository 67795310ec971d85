"""The two roots of all schemas: `Incoming` refuses what it does not know, `Outgoing` only writes.

Neither makes rows (no load_instance, no automatic columns): a field that is not declared cannot be
set, and a column that is not declared cannot leak (CWE-915, marshmallow#875).
"""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError

MAX_POINTER: Final = 300
MAX_ERRORS: Final = 50
_UNKNOWN: Final = "unknown field"


def said(**sentences: str) -> dict[str, Any]:
    """The sentences of a field or schema, by the kind of fault."""
    return dict(sentences)


class Incoming(Schema):
    """What a caller may send. An unknown field is an error that names the nearest known one."""

    class Meta:
        unknown = RAISE

    error_messages = said(
        unknown=_UNKNOWN,
        type="Send a JSON object here, with the fields that the documentation lists.",
    )

    def handle_error(self, error: ValidationError, data: Any, **_kwargs: Any) -> None:
        """Put a sentence that names the nearest known field in place of the plain `unknown`."""
        if not isinstance(error.messages, dict):
            return
        known = [field.data_key or name for name, field in self.load_fields.items()]
        for name, said in error.messages.items():
            if said == [_UNKNOWN]:
                error.messages[name] = [_not_known(str(name), known)]


class Outgoing(Schema):
    """What we tell. Only declared fields leave the house; new ones may join them later."""

    class Meta:
        unknown = EXCLUDE


def _not_known(name: str, known: list[str]) -> str:
    near = get_close_matches(name[:60], known, n=1)
    if near:
        return f"This field is not known here: did you mean {near[0]}? Rename it or take it out."
    return "This field is not known here: take it out."


def needed(fix: str) -> dict[str, Any]:
    """Keyword arguments of a field that must be there; `fix` says what to send."""
    return {"required": True, "error_messages": {"required": fix, "null": fix}}


def told(description: str, *examples: Any, **properties: Any) -> dict[str, Any]:
    """The metadata of a field for the documentation."""
    metadata = {"description": description, **properties}
    if examples:
        metadata["examples"] = list(examples)
    return metadata


def repeated(values: Iterable[Any]) -> set[Any]:
    """The values that stand more than once."""
    seen: set[Any] = set()
    twice: set[Any] = set()
    for value in values:
        (twice if value in seen else seen).add(value)
    return twice


def refuse(found: Mapping[str, Any]) -> None:
    """Raise what a schema found about its fields together, when it found anything."""
    if found:
        raise ValidationError(dict(found))


def pointers(messages: Any) -> dict[str, str]:
    """marshmallow's nested messages as JSON pointers (RFC 6901), each with its sentence.

    At most MAX_ERRORS, in the order of the fields; the pointer "" is the whole body.
    """
    found: dict[str, str] = {}
    for pointer, sentence in _walk("", messages):
        if pointer not in found:
            found[pointer] = sentence
        if len(found) == MAX_ERRORS:
            break
    return found


def _walk(pointer: str, messages: Any) -> Iterator[tuple[str, str]]:
    if isinstance(messages, Mapping):
        for key, below in messages.items():
            yield from _walk(pointer if key == "_schema" else f"{pointer}/{_escaped(key)}", below)
    elif isinstance(messages, list | tuple):
        yield from ((pointer[:MAX_POINTER], str(said)) for said in messages)
    else:
        yield pointer[:MAX_POINTER], str(messages)


def _escaped(key: Any) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")
