"""Matters that wander at random through real commands keep what must never be lost: a future while
they are open, their receipt, papers and parties, true clocks, and an independent decider.

Every run of the suite walks a few, `CHAOS=year` (make chaos) three hundred; `SEED` draws others.
Ten thousand more walk through the ledger alone (test_histories.py).
"""

import os
import random
from collections import Counter

import pytest

from casework.services.operations import move_time
from tests.builders import MONDAY
from tests.services.house import a_house
from tests.services.wandering import a_matter, look, wander

YEAR = os.environ.get("CHAOS") == "year"
COUNT, STEPS = (300, 14) if YEAR else (6, 14)
SEED = int(os.environ.get("SEED", "2026"))


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings)
    move_time(database.context(), MONDAY)
    return made


def test_what_must_never_be_lost_is_kept_on_every_way(house, capsys):
    dice = random.Random(SEED)
    taken: Counter[str] = Counter()
    for _ in range(COUNT):
        matter = a_matter(house, dice)
        look(matter)
        wander(matter, STEPS)
        taken += matter.taken
    with capsys.disabled():
        print(f" {COUNT:,} matters, {sum(taken.values()):,} steps, seed {SEED}", end="")
    assert taken["merge"] + taken["split"] > COUNT / 6, taken
    assert sum(taken.values()) - taken["refused"] > COUNT * 3, taken
