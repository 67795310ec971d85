"""Cursors: they come back as they went, and an altered one is refused."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.api import cursors
from casework.errors import Unreadable

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


KEY = st.tuples(
    st.none() | st.integers(-600_000_000, 5_600_000_000).map(_at),
    st.integers(-(2**63) + 1, 2**63 - 1),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20),
)
SHAPE = (datetime, int, str)


@given(KEY)
@settings(max_examples=100)
def test_a_cursor_comes_back_as_it_went(key: Any) -> None:
    assert cursors.decode("list", cursors.encode("list", key), SHAPE) == key


@given(KEY, st.integers(0, 500), st.characters(max_codepoint=127))
@settings(max_examples=150)
def test_an_altered_cursor_is_another_key_or_refused_and_never_a_failure(
    key: Any, place: int, character: str
) -> None:
    good = cursors.encode("list", key)
    place %= len(good)
    altered = good[:place] + character + good[place + 1 :]
    try:
        read = cursors.decode("list", altered, SHAPE)
    except Unreadable:
        return
    assert isinstance(read[1], int | None)
    assert isinstance(read[2], str | None)


def test_a_cursor_of_another_list_or_shape_is_refused() -> None:
    cursor = cursors.encode("worklist", [AT, 7])
    for where, shape in (
        ("cases", (datetime, int)),
        ("worklist", (int, int)),
        ("worklist", (int,)),
    ):
        with pytest.raises(Unreadable):
            cursors.decode(where, cursor, shape)
