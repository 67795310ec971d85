"""One press for all printing tests, and every letter and line for the tests that ask for them."""

from collections.abc import Iterator

import pytest

from letters.press import Press
from tests.letters.letter_desk import EVERYWHERE, FONTS


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `code` and `line` runs for every letter of the catalogue."""
    if {"code", "line"} <= set(metafunc.fixturenames):
        names = [f"{code}-{line}" for code, line in EVERYWHERE]
        metafunc.parametrize(("code", "line"), EVERYWHERE, ids=names)


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    """A press with the fonts of the web assets, where they are installed."""
    with Press(fonts=FONTS if FONTS.is_dir() else None) as one:
        yield one
