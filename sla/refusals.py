"""Why an event that can be read has no effect on this case (refusals 2-12 of the clock schema),
in a sentence. It changes nothing in the record."""

from collections.abc import Callable
from datetime import timedelta

from sla.events import ORDERING_BODIES
from sla.extensions import movers
from sla.reckoning import decision_candidates
from sla.record import Record
from sla.track import urgent
from sla.values import Event

_HOUR = timedelta(hours=1)


def refusal(record: Record, event: Event) -> str | None:
    """The sentence that refuses the event, or None."""
    if record.withdrawn:
        return "the case was withdrawn before."
    check = _CHECKS.get(event.type)
    return check(record, event) if check else None


def not_open(record: Record, event: Event) -> str | None:
    """The sentence when nothing was received, the decision is satisfied or the case dismissed."""
    if record.received is None:
        return "nothing was received yet."
    if record.satisfied is not None:
        return "the decision was already made and told."
    if record.dismissed():
        return "the case was dismissed."
    return None


def _received(record: Record, event: Event) -> str | None:
    subject = record.subject
    if record.received is not None:
        return "the case was received before; the first receipt counts."
    if subject.priority == "standard" and _no_rating_period(record):
        return (
            "the contract has no rating_period_start, which decides between 7 and 14 days; add it "
            "to the contract."
        )
    if (
        record.contract.line == "marketplace"
        and subject.kind == "prior_auth"
        and subject.timing == "concurrent"
        and subject.priority == "expedited"
        and subject.course_ends_at is None
    ):
        return "course_ends_at is missing: say when the approved course of treatment ends."
    return None


def _no_rating_period(record: Record) -> bool:
    subject, contract = record.subject, record.contract
    return (
        contract.line == "medicaid"
        and contract.rating_period_start is None
        and "federal" in contract.layers
        and subject.kind == "prior_auth"
        and subject.service != "outpatient_drug"
        and subject.timing != "post_service"
    )


def _info_requested(record: Record, event: Event) -> str | None:
    closed = not_open(record, event)
    if closed:
        return closed
    running = urgent(record)
    terms = running.terms.asking if running else None
    if running is None or terms is None:
        return None
    if record.received is not None and record.received.complete:
        return "the urgent claim was received complete; nothing can be asked that moves its time."
    if event.at > running.base.anchor + terms.within_hours * _HOUR:
        return f"it was sent more than {terms.within_hours} hours after the urgent clock started."
    if (event.time_given_hours or 0) < terms.least_given_hours:
        return f"at least {terms.least_given_hours} hours must be given to answer."
    return None


def _expedite(record: Record, event: Event) -> str | None:
    if not record.has_tracks():
        return "this kind of case has no fast track."
    return not_open(record, event)


def _expedite_granted(record: Record, event: Event) -> str | None:
    refused = _expedite(record, event)
    if refused is None and record.waiting is None:
        return "no request to expedite is waiting."
    return refused


def _expedite_refused(record: Record, event: Event) -> str | None:
    refused = _expedite(record, event)
    if refused:
        return refused
    if record.must:
        return "the plan must expedite: somebody whom it must follow asked for it."
    if record.waiting is None:
        return "no request to expedite is waiting."
    if _no_rating_period(record):
        return "the standard time cannot be computed: the contract has no rating_period_start."
    return None


def _extended(record: Record, event: Event) -> str | None:
    if record.subject.kind == "external_review":
        return "the plan cannot extend the reviewer's time."
    closed = not_open(record, event)
    if closed:
        return closed
    moving, reason = movers(record, event)
    return None if moving else reason


def _decided(record: Record, event: Event) -> str | None:
    return "the case was decided before." if record.first("decided") else None


def _continuation_requested(record: Record, event: Event) -> str | None:
    if record.contract.line == "medicaid" and event.by != "member":
        return "on Medicaid only the member may ask to keep benefits going."
    return None


def _effectuation_ordered(record: Record, event: Event) -> str | None:
    if event.by not in ORDERING_BODIES[record.contract.line]:
        return f"{event.by} does not decide for this line."
    return None


def _expired(record: Record, event: Event) -> str | None:
    closed = not_open(record, event)
    if closed:
        return closed
    dues = [candidate.due for candidate in decision_candidates(record)]
    if not dues:
        return "there is no decision clock."
    return None if event.at > min(dues) else "the time to decide had not run out yet."


_CHECKS: dict[str, Callable[[Record, Event], str | None]] = {
    "received": _received,
    "info_requested": _info_requested,
    "info_complete": not_open,
    "expedite_requested": _expedite,
    "expedite_granted": _expedite_granted,
    "expedite_refused": _expedite_refused,
    "extended": _extended,
    "decided": _decided,
    "continuation_requested": _continuation_requested,
    "effectuation_ordered": _effectuation_ordered,
    "expired": _expired,
}
