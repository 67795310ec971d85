"""Cursors of lists: where the last page ended, as text that callers send back and do not read.

A cursor names its list and holds the sort key of one row; it is no secret and no permission, so it
is not signed, but every part of it is checked before a query sees it.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from casework import guarded_json
from casework.errors import Problem, Unreadable

MAX_CURSOR: Final = 400
_BIGINT: Final = 2**63
_YEARS: Final = range(1900, 2200)

Key = datetime | date | int | str | None


def encode(where: str, key: Sequence[Key]) -> str:
    """The cursor of this list after the row with this sort key."""
    said = json.dumps([where, *map(_said, key)], separators=(",", ":"))
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def decode(where: str, text: str, shape: Sequence[type]) -> tuple[Any, ...]:
    """The sort key in a cursor of this list; `shape` names the type of each part (None is kept).

    Raises Unreadable (400) when the text is no cursor of this list: cut, altered, of another one.
    """
    try:
        parts = _parts(text)
        if len(parts) != len(shape) + 1 or parts[0] != where:
            raise _unknown()
        return tuple(_part(value, kind) for value, kind in zip(parts[1:], shape, strict=True))
    except (ValueError, binascii.Error, OverflowError, Problem):
        raise _unknown() from None


def _parts(text: str) -> list[Any]:
    if len(text) > MAX_CURSOR or not text.isascii():
        raise _unknown()
    padded = text + "=" * (-len(text) % 4)
    data = base64.b64decode(padded, altchars=b"-_", validate=True)
    parts = guarded_json.read(data, max_bytes=MAX_CURSOR, max_depth=2)
    if not isinstance(parts, list):
        raise _unknown()
    return parts


def _said(value: Key) -> int | str | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _part(value: Any, kind: type) -> Any:
    """One part as its type; `type(value)` is exact, because true is no number."""
    if value is None or (kind is str and type(value) is str):
        return value
    if kind is int and type(value) is int and abs(value) < _BIGINT:
        return value
    if type(value) is not str:
        raise _unknown()
    return _moment(value) if kind is datetime else _day(value, kind)


def _moment(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None or instant.year not in _YEARS:
        raise _unknown()
    return instant


def _day(text: str, kind: type) -> date:
    day = date.fromisoformat(text)
    if kind is not date or day.year not in _YEARS:
        raise _unknown()
    return day


def _unknown() -> Unreadable:
    return Unreadable(
        "This is no cursor of this list: send `next` of the page before, or no cursor to begin.",
        fields={"cursor": "Send `next` of the page before as it stands, or leave it out."},
    )
