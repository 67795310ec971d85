"""The only reader of the wall clock.

`wall` is for sessions, tokens, leases, heartbeats and limits. `case_time` is what cases live by:
the wall clock plus an offset that demonstrations move forward, never back, never in production.
"""

import time
from datetime import UTC, datetime, timedelta


def wall() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def case_time(offset: timedelta) -> datetime:
    """This instant as the cases see it."""
    return wall() + offset


def monotonic() -> float:
    """Seconds that only grow: for measuring how long something took."""
    return time.monotonic()
