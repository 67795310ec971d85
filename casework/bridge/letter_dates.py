"""The days that a letter prints, each from the clock that will be judged by it.

A window that only the notice opens is computed as if the letter left on the day printed on it.
Where the plan's own published figures know no such window, the law's is printed: a published figure
can lengthen a member's right, never take it away.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from casework.bridge import after_the_fact
from casework.bridge.clocks import Row
from casework.bridge.law import clocks_by_law
from letters.context import Dates, Deadline, Times
from sla import calendars
from sla.values import Clock, Contract, Subject

CONSENT_DAYS = 44  # the longest decision time, 30 days and its extension of 14: 42 CFR 422.582(f)
OWN_REVERSAL_HOURS = 72  # policy: the plan's own reversal is carried out as fast as an ordered one
NEVER_YET = 10**9  # the sequence number of an event that has not happened
_OPENING = frozenset({"adverse", "reduction", "dismissal", "eligibility"})
_NEXT_RIGHT = {"medicaid": "fair_hearing_by", "marketplace": "external_by"}


@dataclass(frozen=True, slots=True)
class Cut:
    """An authorization that is reduced or ended: from which day, and on which ground for the time
    of its notice (ordinary, fraud, exempt)."""

    effective_on: date
    ground: str


def dates_of(
    contract: Contract,
    subject: Subject,
    rows: Sequence[Any],
    *,
    notice_kind: str,
    at: datetime,
    issued_on: date,
    info_due_at: datetime | None,
    cut: Cut | None = None,
) -> Dates:
    """Every date that some letter about this case could print, as it stands at `at`. `cut` is the
    reduction that the letter gives notice of."""
    stands = clocks_by_law(contract, subject, rows)
    decision = stands("decision")
    found: dict[str, Any] = {
        "decide_by": _deadline(decision) or _by_policy(contract, subject, rows),
        "effectuate_by": _deadline(stands("effectuation")),
        "sent_on": _day_of(rows, contract, ("forwarded", "file_sent")),
        "done_on": _day_of(rows, contract, ("effectuated",)),
    }
    if info_due_at is not None:
        found["info_by"] = _given(
            contract, info_due_at, by_hour=bool(decision and not decision.by_day)
        )
    if notice_kind in _OPENING:
        sent = _as_if_sent(notice_kind, at=at, printed=issued_on, cut=cut)
        told = clocks_by_law(contract, subject, [*rows, sent])
        window = _deadline(told("filing_window"))
        found["continue_by"] = _deadline(told("continuation_window"))
        if notice_kind == "dismissal":
            found["dismissal_review_by"] = window
            found["vacate_by"] = Deadline(on=calendars.plus_months(issued_on, 6))
        elif notice_kind == "eligibility":
            found["info_by"] = _deadline(told("perfect_request"))
        elif subject.kind == "prior_auth":
            found["appeal_by"] = window
        else:
            found[_NEXT_RIGHT.get(contract.line, "external_by")] = window
    return Dates(**{name: value for name, value in found.items() if value is not None})


def earliest_effective(
    contract: Contract,
    subject: Subject,
    rows: Sequence[Any],
    *,
    at: datetime,
    issued_on: date,
    cut: Cut,
) -> date | None:
    """The earliest day on which a cut may take effect if its notice leaves on the day printed on it
    (42 CFR 438.404(c)(1), 431.211-.214), or None where no rule says one."""
    sent = _as_if_sent("reduction", at=at, printed=issued_on, cut=cut)
    clock = clocks_by_law(contract, subject, [*rows, sent])("earliest_action")
    return clock.due.date() if clock else None


def times_of(contract: Contract, subject: Subject, at: datetime) -> Times:
    """How long the next step takes, by the contract's own rules (the law's where it has none)."""

    def limit(kind: str, **of: str) -> int:
        asked = Subject(kind=kind, service=subject.service, **of)  # type: ignore[arg-type]
        rows = [_as_received(at)]
        if kind == "external_review":
            rows.append(_row("reviewer_received", at=at))
        clock = clocks_by_law(contract, asked, rows)("decision")
        return clock.winner.amount if clock else 0

    return Times(
        appeal_days=limit("appeal"),
        appeal_payment_days=limit("appeal", timing="post_service"),
        fast_appeal_hours=limit("appeal", priority="expedited"),
        grievance_days=limit("grievance"),
        external_days=limit("external_review"),
        fast_external_hours=limit("external_review", priority="expedited"),
    )


def ten_business_days(contract: Contract, start: date) -> Deadline:
    """The claimant's days to add information to an IRO: 45 CFR 147.136(d)(2)(iii)(B)(2)."""
    return Deadline(on=calendars.plus_business_days(start, 10, contract.policies.state_holidays))


def _deadline(clock: Clock | None) -> Deadline | None:
    if clock is None:
        return None
    if clock.by_day:
        return Deadline(on=clock.due.date())
    return Deadline.moment(clock.due, clock.time_zone)


def _by_policy(contract: Contract, subject: Subject, rows: Sequence[Any]) -> Deadline | None:
    """What the plan promises where no clock runs: of a service that was already given."""
    day = after_the_fact.policy_day(contract, subject, rows)
    return Deadline(on=day) if day else None


def _given(contract: Contract, due_at: datetime, *, by_hour: bool) -> Deadline:
    local = due_at.astimezone(calendars.zone(contract.time_zone))
    if by_hour:
        return Deadline.moment(local, contract.time_zone)
    return Deadline(on=local.date())


def _day_of(rows: Sequence[Any], contract: Contract, events: tuple[str, ...]) -> date | None:
    for row in reversed(rows):
        if row.event in events:
            local: datetime = row.occurred_at.astimezone(calendars.zone(contract.time_zone))
            return local.date()
    return None


def _as_if_sent(kind: str, *, at: datetime, printed: date, cut: Cut | None = None) -> Row:
    more: dict[str, Any] = {}
    if cut is not None:
        facts = json.dumps({"effective_date": cut.effective_on.isoformat()})
        more = {"ground": cut.ground, "facts": facts}
    return _row("notice_sent", at=at, notice_kind=kind, printed_on=printed, **more)


def _as_received(at: datetime) -> Row:
    return _row("received", at=at, said_by="member", seq=NEVER_YET - 1)


def _row(event: str, *, at: datetime, **said: Any) -> Row:
    blank = {"said_by": "", "outcome": "", "notice_kind": "", "days": None, "ground": ""}
    return Row(
        {"seq": NEVER_YET, "printed_on": None, "facts": "{}", **blank, **said}
        | {"event": event, "occurred_at": at}
    )
