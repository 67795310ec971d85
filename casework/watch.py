"""The broker-free loop: it rests while others sweep, and takes over when their heartbeat is stale.

Any number may run. Two that take over at once do no harm: every effect is claimed by its row.
"""

import time
from dataclasses import dataclass, field
from typing import Final

import structlog

from casework import now
from casework.context import SYSTEM
from casework.queries import operation
from casework.worker import SWEEP_EVERY, Worker

log = structlog.get_logger("casework.watch")

# A sweep rings every 30 seconds; half a turn too late, and the banner is not up yet (90 seconds).
STALE_AFTER: Final = 1.5 * SWEEP_EVERY
# Letters may take a worker longer than that.
RELAY_STALE_AFTER: Final = 300.0
LOOK_EVERY: Final = 5.0


@dataclass
class Watch:
    """One loop. `swept` is the count of the sweep's heartbeat as this loop left it."""

    worker: Worker
    stale_after: float = STALE_AFTER
    swept: int = field(init=False, default=-1)
    on_duty: bool | None = field(init=False, default=None)

    def run(self, *, every: float = SWEEP_EVERY) -> None:
        """Look and, where nobody else sweeps, do all work; for ever, whatever fails meanwhile."""
        while True:
            try:
                rests = self.look()
            except Exception as error:  # the database comes back, and so does this loop
                log.error("watch_round_failed", error=type(error).__name__)
                rests = True
            time.sleep(min(every, LOOK_EVERY) if rests else every)

    def rounds(self, count: int, *, every: float) -> None:
        """Do so many rounds of all work, whoever else sweeps."""
        for done in range(count):
            if done:
                time.sleep(every)
            self.work()

    def look(self) -> bool:
        """One turn. True where others do the work and this loop rested."""
        with self.worker.database.reading(self.worker.database.context(SYSTEM)) as cx:
            sweep = operation.beat(cx, "sweep", wall=now.wall())
            relay = operation.beat(cx, "relay", wall=now.wall())
        fresh = sweep is not None and sweep.age <= self.stale_after
        others = fresh and sweep is not None and sweep.rounds != self.swept
        if self.on_duty is not (not others):
            self.on_duty = not others
            log.warning("watch_takes_over" if self.on_duty else "watch_rests")
        if not others:
            self.work()
        elif relay is None or relay.age > RELAY_STALE_AFTER:
            self.worker.relay()
        return others

    def work(self) -> None:
        """Sweep, produce and send what is owed, look over the house."""
        self.worker.sweep()
        self.worker.relay()
        self.worker.look()
        with self.worker.database.reading(self.worker.database.context(SYSTEM)) as cx:
            left = operation.beat(cx, "sweep", wall=now.wall())
        self.swept = left.rounds if left is not None else -1
