"""The beat: Celery rings named bells at fixed intervals; a worker runs the callables it is given.

A message says only which bell rang: no argument, no countdown, no retry. It knows no deadline, no
database and no case; what a bell does is handed in.
"""

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from celery import Celery
from celery.beat import ScheduleEntry, Scheduler
from celery.signals import (
    task_received,
    worker_process_init,
    worker_process_shutdown,
    worker_ready,
)
from celery.worker import state
from kombu.exceptions import OperationalError

QUEUE = "casework"
PREFIX = "casework."
# Longer than any task may run, so that no broker hands out a second copy of a running one.
VISIBILITY_SECONDS = 600
SOFT_LIMIT_SECONDS = 90
HARD_LIMIT_SECONDS = 120
# Measured: on a folder broker a child that is killed while idle takes the lock of the pool's queue
# with it, and its successor waits for ever. The ear notices, and the worker starts again.
DEAF_AFTER_SECONDS = 20.0
SHUTDOWN_SECONDS = 15.0


@dataclass(frozen=True)
class Broker:
    """Where bells ring: Redis by its address, or a folder of this machine."""

    redis_url: str = ""
    folder: Path | None = None

    def settings(self) -> dict[str, Any]:
        """The Celery settings of this broker. Raises ValueError when neither is given."""
        if self.redis_url:
            return {
                "broker_url": self.redis_url,
                "broker_transport_options": {
                    "visibility_timeout": VISIBILITY_SECONDS,
                    "socket_timeout": 2,
                    "socket_connect_timeout": 0.2,
                    "socket_keepalive": True,
                    "health_check_interval": 15,
                },
            }
        if self.folder is None:
            raise ValueError("A broker needs an address or a folder.")
        for name in ("bells", "rung", "control"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        return {
            "broker_url": "filesystem://",
            "broker_transport_options": {
                "data_folder_in": str(self.folder / "bells"),
                "data_folder_out": str(self.folder / "bells"),
                "processed_folder": str(self.folder / "rung"),
                "control_folder": str(self.folder / "control"),
                "store_processed": False,
                "polling_interval": 0.2,
            },
        }


def celery_app(
    broker: Broker,
    *,
    bells: Mapping[str, Callable[[], object]],
    every: Mapping[str, float],
) -> Celery:
    """An application that runs `bells` by name and rings those in `every` (seconds) by beat."""
    app = Celery("casework")
    app.conf.update(
        broker.settings(),
        timezone="UTC",
        enable_utc=True,
        task_default_queue=QUEUE,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_acks_on_failure_or_timeout=True,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        task_publish_retry=False,
        task_soft_time_limit=SOFT_LIMIT_SECONDS,
        task_time_limit=HARD_LIMIT_SECONDS,
        worker_prefetch_multiplier=1,
        worker_max_tasks_per_child=200,
        worker_max_memory_per_child=400_000,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_cancel_long_running_tasks_on_connection_loss=True,
        broker_connection_retry_on_startup=True,
        beat_schedule={
            name: {
                "task": PREFIX + name,
                "schedule": seconds,
                "options": {"queue": QUEUE},
            }
            for name, seconds in every.items()
        },
        beat_max_loop_interval=5,
        beat_scheduler="sla.timers:Bells",
        casework_folder=str(broker.folder) if broker.folder and not broker.redis_url else "",
    )
    for name, run in bells.items():
        _register(app, name, run)
    return app


class Bells(Scheduler):  # type: ignore[misc]
    """A beat without a state file (a corrupt one stops Celery's own), which does not ring a bell
    that still lies unanswered."""

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """Ring, unless the same bell waits already."""
        if not _waits(self.app, entry.task):
            super().apply_entry(entry, producer=producer)


def ring(app: Celery, name: str) -> bool:
    """Ring a bell now; False when the broker cannot be reached (the sweep will find the work)."""
    if _waits(app, PREFIX + name):
        return True
    try:
        app.send_task(PREFIX + name, queue=QUEUE)
    except (OperationalError, OSError):
        return False
    return True


def _waits(app: Celery, task: str) -> bool:
    """Whether a bell of this name lies unanswered in a folder broker; False for any other."""
    folder = app.conf.get("casework_folder")
    if not folder:
        return False
    needle = f'"{task}"'.encode()
    for path in (Path(folder) / "bells").glob("*.msg"):
        try:
            if needle in path.read_bytes():
                return True
        except OSError:
            continue
    return False


def on_child(start: Callable[[], None], stop: Callable[[], None]) -> None:
    """Run `start` in each child of the worker after the fork, and `stop` before it ends."""

    def started(**_: Any) -> None:
        start()

    def stopped(**_: Any) -> None:
        stop()

    worker_process_init.connect(started, weak=False)
    worker_process_shutdown.connect(stopped, weak=False)


class Ear:
    """Hears in the worker's own process whether bells are still answered.

    Celery's Redis transport can lose its connection without noticing (measured: a broker killed
    while a bell is being answered leaves one worker in four waiting for ever). When bells lie
    unanswered for `deaf_after` seconds while this worker does nothing, it shuts down in order and
    `deaf` says why, so that whoever started it starts it again.
    """

    def __init__(self, app: Celery, *, deaf_after: float, look_every: float = 5.0) -> None:
        self.deaf = False
        self._app = app
        self._deaf_after = deaf_after
        self._look_every = look_every
        self._heard_at = time.monotonic()
        task_received.connect(self._heard, weak=False)
        worker_ready.connect(self._listen, weak=False)

    def _heard(self, **_: Any) -> None:
        self._heard_at = time.monotonic()

    def _listen(self, **_: Any) -> None:
        threading.Thread(target=self._loop, name="ear", daemon=True).start()

    def _loop(self) -> None:
        while not self.deaf:
            time.sleep(self._look_every)
            if state.active_requests or not self._waiting():
                self._heard()
            self.deaf = time.monotonic() - self._heard_at > self._deaf_after
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(SHUTDOWN_SECONDS)
        os._exit(os.EX_TEMPFAIL)

    def _waiting(self) -> int:
        """How many bells lie unanswered; none can be heard while the broker is away."""
        broker = self._app.connection_for_read()
        try:
            with broker as connection:
                queue = connection.default_channel.queue_declare(QUEUE, passive=True)
                return int(queue.message_count)
        except (OSError, *broker.recoverable_connection_errors):
            return 0


def _register(app: Celery, name: str, run: Callable[[], object]) -> None:
    @app.task(name=PREFIX + name)
    def bell() -> None:
        run()
