"""The one reader of JSON from outside: it guards before it parses, and says where the fault is.

Refused: too many bytes or values, nesting deeper than the limit, invalid UTF-8, duplicate keys,
NaN and Infinity, lone surrogates, NUL, numbers that no column holds. Every step is linear in the
bytes and none recurses on them. It knows no format above JSON and never repeats a value.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final, NoReturn

from casework.errors import TooLarge, Unreadable

MAX_DEPTH: Final = 64
MAX_VALUES: Final = 300_000
# Longer than any id or amount in the trade; Python itself stops at 4,300 digits, with a traceback.
MAX_DIGITS: Final = 40
# With 40 digits still a double; and no reader downstream builds a number of gigabytes from it.
MAX_EXPONENT: Final = 250

# A string, closed or not, so that each byte is looked at once; then no backtracking is possible.
_STRING: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_NO_MARKS: Final = bytes(set(range(256)) - set(b"[]{},"))
_OPENERS: Final = frozenset(b"[{")
_BOM: Final = b"\xef\xbb\xbf"


class BadJson(Unreadable):
    """The bytes are no JSON that we take. `pointer` is a JSON Pointer (RFC 6901), "" for all."""

    type = "bad-json"

    def __init__(self, sentence: str, pointer: str = "") -> None:
        super().__init__(sentence, fields={pointer: sentence} if pointer else None)
        self.pointer = pointer


class _Flaw:
    """Stands in the parsed tree where something was refused, until its pointer is known."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence


def read(
    data: bytes,
    *,
    max_bytes: int,
    max_depth: int = MAX_DEPTH,
    max_values: int = MAX_VALUES,
    decimals: bool = False,
) -> object:
    """The value in `data` (UTF-8, a byte order mark is forgiven), with fractions as floats.

    `max_values` counts all of them, inner ones too. `decimals` keeps fractions as Decimal, with the
    digits that were sent. Raises TooLarge (413) or BadJson (400) with a sentence and a pointer.
    """
    if len(data) > max_bytes:
        raise TooLarge(f"The body has more than {max_bytes:,} bytes: please send less at once.")
    text = _text(data)
    _refuse_nesting(data, max_depth=max_depth, max_values=max_values)
    hooks = _Hooks(decimals=decimals)
    value = _parsed(text, hooks)
    if hooks.flawed or "\\u" in text:
        _refuse_flaws(value)
    return value


def _text(data: bytes) -> str:
    try:
        text = data.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadJson(
            f"The body is not UTF-8: byte {error.start + 1} does not belong there. "
            "Send JSON in UTF-8."
        ) from None
    if not text.strip(" \t\r\n"):
        raise BadJson("The body is empty: send a JSON document.")
    return text


def _refuse_nesting(data: bytes, *, max_depth: int, max_values: int) -> None:
    marks = _STRING.sub(b"", data).translate(None, _NO_MARKS)
    # A value follows each comma and opens each list and object; so this counts all but the first.
    if marks.count(b",") + marks.count(b"[") + marks.count(b"{") > max_values:
        raise TooLarge(f"The body has more than {max_values:,} values: please send less at once.")
    depth = 0
    for bracket in marks.replace(b",", b""):
        depth += 1 if bracket in _OPENERS else -1
        if depth > max_depth:
            raise BadJson(f"The body is nested deeper than {max_depth} levels: flatten it.")


class _Hooks:
    """What the parser calls for objects and numbers; a refused one becomes a flaw in the tree."""

    def __init__(self, *, decimals: bool) -> None:
        self.decimals = decimals
        self.flawed = False

    def _flaw(self, sentence: str) -> _Flaw:
        self.flawed = True
        return _Flaw(sentence)

    def pairs(self, members: list[tuple[str, Any]]) -> Any:
        value = dict(members)
        if len(value) == len(members):
            return value
        return self._flaw("One key stands twice in this object: keep one of them.")

    def constant(self, _name: str) -> Any:
        return self._flaw(
            "NaN and Infinity are no JSON numbers: leave the field out or send a number."
        )

    def whole(self, digits: str) -> Any:
        if len(digits) > MAX_DIGITS:
            return self._flaw(f"This number has more than {MAX_DIGITS} digits.")
        return int(digits)

    def fraction(self, digits: str) -> Any:
        if len(digits) > MAX_DIGITS or _exponent(digits) > MAX_EXPONENT:
            return self._flaw(
                f"This number has more than {MAX_DIGITS} digits or an exponent over {MAX_EXPONENT}."
            )
        return Decimal(digits) if self.decimals else float(digits)


def _parsed(text: str, hooks: _Hooks) -> Any:
    decoder = json.JSONDecoder(
        object_pairs_hook=hooks.pairs,
        parse_constant=hooks.constant,
        parse_int=hooks.whole,
        parse_float=hooks.fraction,
    )
    try:
        return decoder.decode(text)
    except json.JSONDecodeError as error:
        raise BadJson(
            f"The body is no JSON: line {error.lineno}, column {error.colno} is not as it should "
            f"be ({error.msg.lower().removesuffix(' at').rstrip(': ')})."
        ) from None


def _exponent(digits: str) -> int:
    return abs(int(digits.lower().partition("e")[2] or 0))


def _refuse_flaws(root: Any) -> None:
    """Walk the tree in document order and raise for the first thing refused, with its pointer."""
    stack: list[tuple[str, Any]] = [("", root)]
    while stack:
        pointer, value = stack.pop()
        if isinstance(value, _Flaw):
            _raise(value.sentence, pointer)
        if isinstance(value, str):
            _refuse_characters(value, pointer)
        elif isinstance(value, dict):
            stack.extend(reversed([*_members(value, pointer)]))
        elif isinstance(value, list):
            last = len(value) - 1
            stack.extend((f"{pointer}/{last - i}", v) for i, v in enumerate(reversed(value)))


def _members(value: dict[str, Any], pointer: str) -> Iterator[tuple[str, Any]]:
    for key, member in value.items():
        _refuse_characters(key, pointer)
        yield f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}", member


def _refuse_characters(text: str, pointer: str) -> None:
    if "\x00" in text:
        _raise("The character NUL cannot be kept: take it out.", pointer)
    # An escaped pair has become one character by now; what is left is half of one.
    if not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
        _raise("Half of a character stands here (a lone surrogate): send the whole one.", pointer)


def _raise(sentence: str, pointer: str) -> NoReturn:
    raise BadJson(sentence, pointer[:300])
