"""Every clock of every case of the demo town says in a nurse's words how it came to its due."""

import re
from collections import Counter

import pytest
from sqlalchemy import select

from casework.models import Case, Clock
from casework.queries.clocks import explained_case
from sla.calendars import zone
from sla.words import instant_text

# One town is planted for all who read it.
pytestmark = pytest.mark.xdist_group("town")

# What a nurse never says: names of code, types of Python, an empty place in a sentence.
CODE = re.compile(r"[a-z]+_[a-z_]+|None|True|False|\{|\}|<|\(\)|  ")
ZONE = re.compile(r"\(?America/[A-Za-z_/]+\)?")


def test_every_clock_of_the_town_explains_itself_line_by_line(town) -> None:
    told: Counter[str] = Counter()
    with town.database.reading(town.database.context()) as cx:
        stored = {(row.case_id, row.name): row for row in cx.db.execute(select(Clock)).scalars()}
        for case in cx.db.execute(select(Case)).scalars():
            for clock in explained_case(cx, case):
                told[clock.name] += 1
                _in_plain_words(clock, stored.pop((case.id, clock.name)), case.ref)
    assert stored == {}, "a clock that nobody explains"
    assert told["decision"] >= 300
    assert len(told) >= 13, told


def _in_plain_words(clock, row, ref) -> None:
    texts = [line.text for line in clock.lines]
    where = f"{ref} {clock.name}"
    for text in texts:
        assert not CODE.search(ZONE.sub("", text)), (where, text)
        assert text.endswith("."), (where, text)
        assert text[0].isupper() or text[0].isdigit(), (where, text)
    due = instant_text(row.due_at, zone(row.zone))
    assert due in texts[0], (where, "the first line is the answer")
    sums = [line.text for line in clock.lines if line.sums]
    assert sums, (where, "no arithmetic")
    assert due in sums[-1], (where, "the arithmetic ends at the due")
    assert any(
        row.rule in text and line.citation for text, line in zip(texts, clock.lines, strict=True)
    ), where
