"""The words of every letter under review: one text file per letter, line and language.

`CASEWORK_UPDATE_SNAPSHOTS=1 pytest tests/letters` writes them anew; then read the difference.
"""

import pytest

from letters import compose, specimen
from letters.context import LANGUAGES
from tests.letters.letter_desk import EVERYWHERE, SNAPSHOTS, UPDATE


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_of_the_letter_is_the_one_under_review(code, line, language):
    text = compose.text(specimen.specimen(code, line, language=language))
    path = SNAPSHOTS / f"{code}.{line}.{language}.txt"
    if UPDATE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), f"no snapshot {path.name}; CASEWORK_UPDATE_SNAPSHOTS=1 writes it"
    assert path.read_text(encoding="utf-8") == text


def test_no_snapshot_is_left_of_a_letter_that_is_gone():
    known = {f"{c}.{line}.{lang}.txt" for c, line in EVERYWHERE for lang in LANGUAGES}
    assert {path.name for path in SNAPSHOTS.glob("*.txt")} == known
