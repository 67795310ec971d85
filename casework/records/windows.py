"""Windows of the member, as the clocks of the case have them: filed late, still time to keep care.

The day that the notice prints and the day until which a filing is taken come from the same rules;
where the plan's own figures know no such window, the law's is used.
"""

from datetime import datetime
from typing import Any

from casework.bridge.law import clocks_of
from casework.context import Context

# Until when a filing is still taken (the printed day, rolled), then the printed day itself.
OF_FILING = ("filing_acceptance", "filing_window")


def filed_late(cx: Context, case: Any, at: datetime) -> bool:
    """Whether a filing about this case received at `at` came after the window that its notice
    opened. Without a notice no window has begun, and nothing is late."""
    clock = clocks_of(cx, case)
    found = next((c for c in map(clock, OF_FILING) if c is not None), None)
    return found is not None and at > found.due_utc


def came_late(cx: Context, case: Any) -> bool:
    """Whether this grievance or review itself was received after the window for it."""
    return filed_late(cx, case, case.received_at)


def continuation_open(cx: Context, case: Any, at: datetime) -> bool:
    """Whether benefits that this request cut may still be asked to go on at `at`.

    42 CFR 438.420: the later of ten days after the notice was sent and the day it takes effect;
    before the notice leaves the time has not begun to run.
    """
    clock = clocks_of(cx, case)("continuation_window")
    return clock is None or at <= clock.due_utc
