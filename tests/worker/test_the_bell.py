"""A real Redis is only a doorbell: it makes letters quick, and its loss costs nothing but time."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from casework.config import Settings
from casework.context import SYSTEM
from casework.db import Database
from casework.ground import bell_of, database_for
from casework.models import Letter
from casework.services.intake import submit_prior_auth
from casework.services.operations import move_time
from tests.builders import MONDAY, Town, a_submission, a_town
from tests.worker import proofs
from tests.worker.processes import eventually, kill, running, start


class Redis:
    """One redis-server on a free port, which may be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        """Start it empty."""
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--save", "", "--bind", "127.0.0.1"],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        eventually(self._answers, seconds=20, what="redis-server answers")

    def stop(self) -> None:
        """Kill it as a machine would."""
        kill(self.process)

    def _answers(self) -> bool:
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", self.port)) == 0


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not on the PATH")
    one = Redis(tmp_path_factory.mktemp("redis"))
    yield one
    one.stop()


@pytest.fixture(scope="module")
def ringing(settings: Settings, redis: Redis) -> Iterator[Database]:
    """The database of a web process that rings the bell of this Redis after each commit."""
    with_redis = replace(settings, redis_url=redis.url)
    wired = database_for(with_redis, ring=bell_of(with_redis))
    yield wired
    wired.engine.dispose()


@pytest.fixture(scope="module")
def town(ringing: Database, settings: Settings) -> Town:
    made = a_town(ringing, settings)
    move_time(ringing.context(), MONDAY)
    return made


def _sent(database: Database) -> int:
    with database.reading(database.context(SYSTEM)) as cx:
        wanted = select(func.count()).select_from(Letter).where(Letter.state == "sent")
        return int(cx.db.execute(wanted).scalar_one())


@pytest.mark.slow
def test_the_bell_makes_letters_quick_and_its_loss_makes_them_late_not_lost(
    town: Town, settings: Settings, ringing: Database, redis: Redis
) -> None:
    with running(settings, "worker", "--deaf-after", "5", REDIS_URL=redis.url):
        submit_prior_auth(town.cx("Maple"), a_submission(town))
        # No beat runs: only the bell can have told the worker.
        eventually(lambda: _sent(ringing) == 2, seconds=60, what="letters sent by the bell alone")

        redis.stop()
        filed = submit_prior_auth(town.cx("Maple"), a_submission(town))
        assert filed.ref, "a broker that is away refuses nobody"

        redis.start()
        with running(settings, "beat", "--every", "1", REDIS_URL=redis.url):
            eventually(lambda: _sent(ringing) == 4, seconds=90, what="beat finds what was missed")
    proofs.nothing_twice(ringing)


@pytest.mark.slow
def test_watch_does_the_same_work_with_no_broker_at_all(
    town: Town, settings: Settings, ringing: Database, redis: Redis
) -> None:
    redis.stop()
    before = _sent(ringing)
    submit_prior_auth(town.cx("Maple"), a_submission(town))
    watch = start(settings, "watch", "--every", "1", "--rounds", "2")
    assert watch.wait(timeout=120) == 0
    assert _sent(ringing) == before + 2
    proofs.nothing_twice(ringing)
    redis.start()
