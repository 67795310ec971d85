"""The lookout: carries the rounds over the house on, slice by slice, whenever a loop has time.

It keeps no count of its own: how far a round came stands in its row, so any process goes on with
it. A slice that fails is tried again at the next turn, and the sweep never waits for one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import structlog
from sqlalchemy.exc import OperationalError

from casework import now, second_look
from casework.db import Database
from casework.errors import Problem
from casework.services import alarms

log = structlog.get_logger("casework.lookout")

# How long one turn may take: after a sweep, and when it is the lookout's own turn.
AFTER_A_SWEEP: Final = 1.0
OWN_TURN: Final = 10.0
# How often a loop asks whether a round is due.
ASK_EVERY: Final = 20.0


@dataclass
class Lookout:
    """The rounds as one process carries them on."""

    database: Database
    asked_at: dict[str, float] = field(default_factory=dict)

    def quick(self) -> int:
        """After a sweep: reviewers whose standing changed; then the quick round over the ladders of
        open cases, at most every five minutes and for about a second. Returns how many slices
        were looked at."""
        second_look.look_again_all(self.database)
        return self._carry_on(alarms.QUICK, until=now.monotonic() + AFTER_A_SWEEP)

    def look(self, between: Callable[[], None], *, seconds: float = OWN_TURN) -> int:
        """Its own turn: all rounds that are due; `between` is called after every slice."""
        until = now.monotonic() + seconds
        return sum(
            self._carry_on(name, until=until, between=between)
            for name in (alarms.QUICK, *alarms.NIGHTLY)
        )

    def _carry_on(
        self, name: str, *, until: float, between: Callable[[], None] = lambda: None
    ) -> int:
        slices = 0
        try:
            if not self._is_due(name):
                return 0
            while now.monotonic() < until:
                done = alarms.look_on(self.database.context(), name)
                if done.idle or done.busy:
                    break
                slices += 1
                if done.ended:
                    log.info("round_ended", round=name)
                    break
                between()
        except (OperationalError, Problem) as error:  # the database is away or busy: come again
            log.warning("round_waits", round=name, error=type(error).__name__)
        except Exception as error:
            log.error("round_failed", round=name, error=type(error).__name__)
            alarms.note_failure(self.database.context(), name, type(error).__name__)
        return slices

    def _is_due(self, name: str) -> bool:
        """Whether a round is open now; asked of the database now and then, not at every turn."""
        if now.monotonic() - self.asked_at.get(name, -ASK_EVERY) < ASK_EVERY:
            return False
        is_open = alarms.begin_if_due(self.database.context(), name)
        if not is_open:
            self.asked_at[name] = now.monotonic()
        return is_open
