"""A case left alone climbs its ladder by the real worker and beat, whoever kills them meanwhile."""

import os
import random
import shutil
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.models import Case, Escalation, Letter
from casework.services.intake import submit_prior_auth
from casework.services.operations import move_time
from tests.builders import MONDAY, a_submission, a_town
from tests.worker import proofs
from tests.worker.processes import eventually, kill, running

# `CHAOS=year`, as `make chaos` sets it, kills more often; each run has tests/chaos besides.
KILLS = 20 if os.environ.get("CHAOS") == "year" else 6
CASES = 6
# So many moves pass every step of a 14-day ladder.
HOP = timedelta(days=15) / KILLS
OFTEN = ("--every", "0.5")


@pytest.fixture(scope="module")
def town(database, settings):
    made = a_town(database, settings)
    move_time(database.context(), MONDAY)
    return made


@pytest.mark.slow
def test_many_kills_and_an_emptied_broker_lose_nothing_and_do_nothing_twice(
    town, settings, database
) -> None:
    dice = random.Random(20)
    refs = [submit_prior_auth(town.cx("Maple"), a_submission(town)).ref for _ in range(CASES)]
    in_the_middle = 0
    for hop in range(1, KILLS + 1):
        with running(settings, "worker") as worker, running(settings, "beat", *OFTEN) as beat:
            moved = MONDAY + hop * HOP
            move_time(database.context(), moved)
            submit_prior_auth(town.cx("Maple", moved), a_submission(town, received_at=moved))
            time.sleep(dice.uniform(2.0, 5.0))
            in_the_middle += proofs.owed(database) > 0
            kill(beat)
            kill(worker)
        shutil.rmtree(settings.broker_dir, ignore_errors=True)
    assert in_the_middle, "no kill hit anything: the test proves nothing"

    move_time(database.context(), MONDAY + (KILLS + 1) * HOP)
    with running(settings, "worker"), running(settings, "beat", *OFTEN):
        eventually(lambda: proofs.owed(database) == 0, seconds=240, what="everything is done")

    proofs.nothing_twice(database)
    proofs.chains_and_clocks_hold(database)
    with database.reading(town.cx("supervisor", MONDAY + (KILLS + 1) * HOP)) as cx:
        steps = cx.db.execute(
            select(Escalation.case_id, Escalation.step, Escalation.ref).order_by(Escalation.id)
        ).all()
        first = set(cx.db.execute(select(Case.id).where(Case.ref.in_(refs))).scalars())
        for case_id in first:
            mine = [row for row in steps if row.case_id == case_id]
            assert [row.ref[:4] for row in mine if row.ref] == ["ESC-"]
            assert [row.step for row in mine][-1] == "100"
        assert set(cx.db.execute(select(Letter.state)).scalars()) == {"sent"}
