"""Members' texts are of grade six or below, in both languages: each catalogue string, measured by
the scale of the letters; the averages and the hardest ten are printed."""

import re
from collections.abc import Iterator

import pytest

from letters import reading
from tests.web.member.test_member_words import said, spanish

MOST = 6.0
# A sentence of fewer words says nothing about how hard a text is; the hardest may reach this.
FEWEST = 8
HARDEST = {"en": 8.0, "es": 8.0}
_PLACES = {"day": "May 4", "when": "May 4", "name": "Ana", "who": "Ana", "rule": "MP-3"}


def plain(text: str) -> str:
    """A text as it is read: something short in each place."""
    read = re.sub(r"%\((\w+)\)s", lambda m: _PLACES.get(m[1], "3"), text).strip()
    return read if read[-1:] in ".?!" else f"{read.rstrip(':')}."


def texts(language: str) -> list[str]:
    """Every text of the members' and the public pages, as it stands in this language."""
    known = spanish()
    all_said = sorted(set(said()))
    return [plain(known[each] if language == "es" else each) for each in all_said]


def measured(language: str) -> Iterator[tuple[float, str]]:
    for each in texts(language):
        found = reading.measure(each, language)
        if found.words >= FEWEST:
            yield found.grade, each


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_average_grade_of_members_texts_is_six_or_below(
    language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = sorted(measured(language), reverse=True)
    average = sum(grade for grade, _ in found) / len(found)
    together = reading.measure(" ".join(texts(language)), language).grade
    with capsys.disabled():
        print(
            f"\n{language}: {len(found)} sentences, average grade {average:.2f},"
            f" all texts together {together:.1f}; the hardest:"
        )
        for grade, text in found[:10]:
            print(f"  {grade:4.1f} {text}")
    assert len(found) > 150
    assert average <= MOST
    assert together <= MOST
    assert [each for each in found if each[0] > HARDEST[language]] == []
