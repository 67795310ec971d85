"""Where a clock stands: what satisfied it, its state, and what the law makes of a missed decision.
From the record and the candidates; it computes no due."""

from collections.abc import Callable
from datetime import datetime

from sla.anchors import incomplete_request, reversal
from sla.record import Record
from sla.values import Candidate, Event

Satisfied = tuple[datetime, int]


def satisfied(record: Record, clock: str) -> Satisfied | None:
    """UTC instant and event index of what satisfied the clock, or None."""
    return _SATISFIERS[clock](record)


def state_of(
    record: Record, clock: str, owner: str, winner: Candidate, met_by: Satisfied | None
) -> str:
    """`open`, `met`, `missed` or `closed`. On time means at or before the due."""
    if clock == "earliest_action":
        reduction = record.last("reduction")
        effective = reduction.effective_date if reduction else None
        on_time = effective is not None and effective >= winner.due.astimezone(record.where).date()
        return "met" if on_time else "missed"
    if clock == "decision" and record.expired is not None:
        return "missed"
    if owner != "member" and _closed(record, winner.since, met_by):
        return "closed"
    if met_by is None:
        return "open"
    return "met" if met_by[0] <= winner.due else "missed"


def consequence(
    record: Record, candidates: tuple[Candidate, ...], met_by: Satisfied | None
) -> Candidate | None:
    """Of the candidates of a missed decision whose own due had passed when it was satisfied or seen
    to have expired, and whose rule has a consequence: the one with the earliest due."""
    seen = [met_by[0]] if met_by is not None else []
    if record.expired is not None:
        seen.append(record.expired.at)
    if not seen:
        return None
    passed = [c for c in candidates if c.terms.consequence is not None and c.due < min(seen)]
    return min(passed, key=lambda c: (c.due, c.terms.rank), default=None)


def until_closed(
    record: Record, candidates: tuple[Candidate, ...], met_by: Satisfied | None
) -> tuple[Candidate, ...]:
    """The candidates of a plan's or reviewer's clock without those that joined after a dismissal or
    withdrawal had closed it: later events do not change a closed clock (README of the clocks, 4).
    """
    closing = _closing(record, min(candidate.since for candidate in candidates), met_by)
    if closing is None:
        return candidates
    return tuple(each for each in candidates if each.since < closing.index)


def _closed(record: Record, since: int, met_by: Satisfied | None) -> bool:
    return _closing(record, since, met_by) is not None


def _closing(record: Record, since: int, met_by: Satisfied | None) -> Event | None:
    """The first dismissal or withdrawal after the clock started, if that found it unsatisfied."""
    closing = next((event for event in record.closings if event.index > since), None)
    if closing is None or (met_by is not None and met_by[1] <= closing.index):
        return None
    return closing


def _by(event: Event | None) -> Satisfied | None:
    return (event.at, event.index) if event else None


def _decision(record: Record) -> Satisfied | None:
    return _by(record.satisfied)


def _written_notice(record: Record) -> Satisfied | None:
    oral = record.oral
    return _by(record.first_of(("favorable", "adverse"), oral.index)) if oral else None


def _denial_notice(record: Record) -> Satisfied | None:
    received = record.received
    return _by(record.first("adverse", received.index)) if received else None


def _extension_notice(record: Record) -> Satisfied | None:
    extension = record.extension
    if extension is None:
        return None
    if extension.notice_sent_at is not None:
        return extension.notice_sent_at, extension.index
    return _by(record.first("extension", extension.index))


def _downgrade_notice(record: Record) -> Satisfied | None:
    refused = record.last("expedite_refused")
    return _by(record.first("downgrade", refused.index)) if refused else None


def _effectuated(record: Record) -> Satisfied | None:
    ordered = reversal(record)
    return _by(record.first("effectuated", ordered.index)) if ordered else None


def _eligibility_notice(record: Record) -> Satisfied | None:
    review = record.last("preliminary_completed")
    return _by(record.first("eligibility", review.index)) if review else None


def _filing(record: Record) -> Satisfied | None:
    if record.subject.kind in ("grievance", "external_review"):
        return _by(record.received)
    return _by(record.first("appealed"))


def _perfect_request(record: Record) -> Satisfied | None:
    incomplete = incomplete_request(record)
    return _by(record.first("info_received", incomplete.index)) if incomplete else None


_SATISFIERS: dict[str, Callable[[Record], Satisfied | None]] = {
    "decision": _decision,
    "written_notice": _written_notice,
    "denial_notice": _denial_notice,
    "acknowledgement": lambda record: _by(record.first("acknowledgement")),
    "extension_notice": _extension_notice,
    "downgrade_notice": _downgrade_notice,
    "information_request": lambda record: _by(record.asked),
    "forward_to_ire": lambda record: _by(record.first("forwarded")),
    "effectuation": _effectuated,
    "provision": _effectuated,
    "earliest_action": lambda record: None,
    "preliminary_review": lambda record: _by(record.first("preliminary_completed")),
    "eligibility_notice": _eligibility_notice,
    "file_to_reviewer": lambda record: _by(record.first("file_sent")),
    "filing_window": _filing,
    "filing_acceptance": _filing,
    "continuation_window": lambda record: _by(record.first("continuation_requested")),
    "perfect_request": _perfect_request,
}
