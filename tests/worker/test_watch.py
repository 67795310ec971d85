"""`casework watch` rests while others sweep, takes over when they are gone, and does it all."""

import re
import shutil
from contextlib import ExitStack
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from casework import now
from casework.integrity import ROUNDS
from casework.models import Alarm, CheckRound, Escalation, Heartbeat, Letter
from casework.services.intake import submit_prior_auth
from casework.services.operations import move_time
from tests.builders import MONDAY, a_submission, a_town
from tests.worker import proofs
from tests.worker.processes import eventually, kill, running

STALE = "4"
OFTEN = ("--every", "0.5")


@pytest.fixture(scope="module")
def town(database, settings):
    made = a_town(database, settings)
    move_time(database.context(), MONDAY)
    return made


def _state(settings) -> str:
    """What the watch did last: `rests` or `takes_over`."""
    log = settings.data_dir / "watch.log"
    told = re.findall(r"watch_(rests|takes_over)", log.read_text()) if log.exists() else []
    return told[-1] if told else ""


def _quiet(database) -> bool:
    """Whether the loops work, and have done what there was to do."""
    rounds = _count(database, CheckRound, CheckRound.ended_at.is_not(None))
    return _count(database, Heartbeat) == 2 and rounds >= len(ROUNDS) and not proofs.owed(database)


def _age(database) -> float:
    with database.reading(database.context()) as cx:
        at = cx.db.execute(select(Heartbeat.at).where(Heartbeat.name == "sweep")).scalar_one()
    return (now.wall() - at).total_seconds()


def _count(database, model, *where) -> int:
    with database.reading(database.context()) as cx:
        wanted = select(func.count()).select_from(model).where(*where)
        return int(cx.db.execute(wanted).scalar_one())


@pytest.mark.slow
def test_it_rests_beside_the_worker_and_takes_over_when_worker_beat_and_broker_are_gone(
    town, settings, database
) -> None:
    with ExitStack() as house:
        worker = house.enter_context(running(settings, "worker"))
        beat = house.enter_context(running(settings, "beat", *OFTEN))
        refs = [submit_prior_auth(town.cx("Maple"), a_submission(town)).ref for _ in range(3)]
        eventually(lambda: _quiet(database), seconds=40, what="Celery works")
        house.enter_context(running(settings, "watch", *OFTEN, "--stale-after", STALE))
        eventually(lambda: _state(settings) == "rests", seconds=20, what="watch rests")
        kill(beat)
        kill(worker)
        shutil.rmtree(settings.broker_dir, ignore_errors=True)
        eventually(lambda: _state(settings) == "takes_over", seconds=20, what="it takes over")
        # Case time hops over every step of the ladders; nobody but the watch is there.
        for days in (8, 16):
            move_time(database.context(), MONDAY + timedelta(days=days))
            eventually(lambda: proofs.owed(database) == 0, seconds=30, what="all is done")
        assert _count(database, Escalation, Escalation.ref != "") == len(refs)
        assert _count(database, Letter, Letter.state == "sent") >= 2 * len(refs)
        assert _count(database, Alarm, Alarm.ended_at.is_(None)) == 0
        house.enter_context(running(settings, "worker"))
        house.enter_context(running(settings, "beat", *OFTEN))
        eventually(lambda: _state(settings) == "rests", seconds=30, what="it rests again")
    proofs.nothing_twice(database)
    proofs.chains_and_clocks_hold(database)


@pytest.mark.slow
def test_the_sweep_goes_stale_when_the_watch_is_killed_and_is_fresh_again_when_it_is_back(
    town, settings, database
) -> None:
    with running(settings, "watch", "--every", "0.5", "--stale-after", "1"):
        eventually(lambda: _age(database) < 1, seconds=20, what="the watch sweeps")
    stopped = _age(database)
    eventually(lambda: _age(database) > stopped + 1.5, seconds=10, what="the heartbeat grows old")
    with running(settings, "watch", "--every", "0.5", "--stale-after", "1"):
        eventually(lambda: _age(database) < 1, seconds=20, what="the watch is back")
