"""The plan's own time for a service already given, where neither law nor contract says one.

Medicaid has no decision clock after the service (42 CFR 438.404(c)(2) speaks of the notice alone),
and the plan's published figures know none: this is policy, and whoever shows it says so.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from sla.calendars import local_day, zone
from sla.values import Contract, Subject

POLICY_DAYS: Final = 30


def policy_day(contract: Contract, subject: Subject, rows: Sequence[Any]) -> date | None:
    """The day by which it is decided, in the contract's zone; None before there is a receipt, and
    for a request for what is still to come."""
    if subject.kind != "prior_auth" or subject.timing != "post_service":
        return None
    received = next((row.occurred_at for row in rows if row.event == "received"), None)
    if received is None:
        return None
    return local_day(received, zone(contract.time_zone)) + timedelta(days=POLICY_DAYS)
