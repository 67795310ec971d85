"""Where the count of a rule starts: one function per anchor of the rule files, from the record of a
case. It adds nothing up and knows no limit."""

from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple

from sla.calendars import local_day, plus_days, start_of_day
from sla.record import Record
from sla.terms import Rule
from sla.values import Event, Note


class Anchor(NamedTuple):
    """`event` starts the clock; the limit is added to the instant `at` (hours) or to `day` (days).
    `since`: index of the event with which the clock stands. `begins`: the instant at which the
    clock starts, where that is another one. `by_day`: what the borrowed time counts in."""

    event: Event
    at: datetime
    day: date
    since: int
    begins: datetime | None = None
    by_day: bool | None = None
    notes: tuple[Note, ...] = ()


def _of(event: Event | None) -> Anchor | None:
    return Anchor(event, event.at, event.day, event.index) if event else None


def _on(event: Event | None, day: date, record: Record, *notes: Note) -> Anchor | None:
    if event is None:
        return None
    return Anchor(event, start_of_day(day, record.where), day, event.index, notes=notes)


def _received(record: Record, rule: Rule) -> Anchor | None:
    return _of(record.received)


def _fast_track(record: Record, rule: Rule) -> Anchor | None:
    return _of(record.fast)


def _complete_information(record: Record, rule: Rule) -> Anchor | None:
    received = record.received
    if received is None:
        return None
    complete = received if received.complete else record.first("info_complete")
    if complete is None:
        return None
    request = record.fast if "fast" in (rule.values_of("track") or ()) else None
    if request is None or request is received or request.at <= complete.at:
        return _of(complete)
    return _of(request)  # upgraded: the later of the two


def _urgent_and_incomplete(record: Record, rule: Rule) -> Anchor | None:
    received = record.received
    return _of(record.fast) if received is not None and not received.complete else None


def _reviewer_received(record: Record, rule: Rule) -> Anchor | None:
    return _of(record.first("reviewer_received"))


def _reviewer_assigned(record: Record, rule: Rule) -> Anchor | None:
    return _of(record.first("reviewer_assigned"))


def _plan_appeal_filed(record: Record, rule: Rule) -> Anchor | None:
    filed, received = record.first("appealed"), record.received
    if filed is None or received is None:
        return None
    return Anchor(filed, filed.at, filed.day, max(filed.index, received.index))


def _preliminary_completed(record: Record, rule: Rule) -> Anchor | None:
    return _of(record.last("preliminary_completed"))


def incomplete_request(record: Record) -> Event | None:
    """The first preliminary review that found the external request incomplete."""
    reviews = record.filed.get("preliminary_completed", ())
    return next((review for review in reviews if review.outcome == "incomplete"), None)


def _told_incomplete(record: Record, rule: Rule) -> Anchor | None:
    incomplete = incomplete_request(record)
    return _of(record.first("eligibility", incomplete.index)) if incomplete else None


def _oral_decision(record: Record, rule: Rule) -> Anchor | None:
    return _of(record.oral)


def _expedite_refused(record: Record, rule: Rule) -> Anchor | None:
    return _of(record.last("expedite_refused"))


def _extended(record: Record, rule: Rule) -> Anchor | None:
    return _of(record.extension)


def _extended_time(record: Record, rule: Rule) -> Anchor | None:
    event = record.extension
    if event is None or record.extension_due is None:
        return None
    return _until(event, *record.extension_due, record=record, since=event.index)


def _until(
    event: Event, due: datetime, by_day: bool, *, record: Record, since: int
) -> Anchor | None:
    day = local_day(due, record.where)
    return Anchor(event, due, day, since, begins=event.at, by_day=by_day)


def _time_ran_out(record: Record, rule: Rule) -> Anchor | None:
    if record.ran_out is None:
        return None
    candidate, event = record.ran_out
    return _until(event, candidate.due, True, record=record, since=event.index)


def _payment_denied(record: Record, rule: Rule) -> Anchor | None:
    decided, received = record.first("decided"), record.received
    if decided is None or received is None or decided.outcome not in ("denied", "partial"):
        return None
    return Anchor(decided, decided.at, decided.day, max(decided.index, received.index))


def reversal(record: Record) -> Event | None:
    """The reversal that is to be carried out: the last of the plan's own (Medicaid and Medicare
    appeals) and the ordered ones."""
    found = list(record.filed.get("effectuation_ordered", ()))
    decided = record.first("decided")
    if (
        decided is not None
        and record.received is not None
        and record.subject.kind == "appeal"
        and record.contract.line != "marketplace"
        and decided.outcome in ("overturned", "partial")
    ):
        found.append(decided)
    return max(found, key=lambda event: event.index, default=None)


def _reversal(record: Record, rule: Rule) -> Anchor | None:
    event = reversal(record)
    if event is None or event.type != "decided" or record.received is None:
        return _of(event)
    return Anchor(event, event.at, event.day, max(event.index, record.received.index))


def _reversed_time(record: Record, rule: Rule) -> Anchor | None:
    anchor, due = _reversal(record, rule), record.federal_due()
    if anchor is None or due is None:
        return None
    return _until(anchor.event, *due, record=record, since=anchor.since)


def _affirmed(record: Record) -> tuple[Event, int, datetime, bool] | None:
    """The event that affirms (a decision, or the time running out), the index since when it does,
    and the federal due with its kind."""
    due = record.federal_due()
    if due is None or record.received is None:
        return None
    decided = record.first("decided")
    found = [decided] if decided and decided.outcome in ("upheld", "partial") else []
    expired = (event for event in record.filed.get("expired", ()) if event.at > due[0])
    found += [event for event in (next(expired, None),) if event]
    if not found:
        return None
    since = max(min(event.index for event in found), record.received.index)
    return found[0], since, *due


def _affirmed_time(record: Record, rule: Rule) -> Anchor | None:
    affirmed = _affirmed(record)
    if affirmed is None:
        return None
    event, since, due, by_day = affirmed
    return _until(event, due, by_day, record=record, since=since)


def _affirmation(record: Record, rule: Rule) -> Anchor | None:
    affirmed = _affirmed(record)
    if affirmed is None:
        return None
    event, since, due, _ = affirmed
    at = min(event.at, due) if event.type == "decided" else due
    return Anchor(event, at, local_day(at, record.where), since, begins=event.at)


def _notice_date(record: Record, rule: Rule) -> Anchor | None:
    notice = record.notice()
    if notice is None or notice.printed is None:
        return None
    return _on(notice, notice.printed, record)


def _notice_receipt(record: Record, rule: Rule) -> Anchor | None:
    proof, notice = record.proof(), record.notice()
    if proof is not None:
        return _on(proof, proof.day, record)
    if notice is None or notice.printed is None:
        return None
    presumed = record.contract.policies.presumed_receipt_days
    return _on(notice, plus_days(notice.printed, presumed), record, Note("presumed", presumed))


def _notice_receipt_by_law(record: Record, rule: Rule) -> Anchor | None:
    proof, notice = record.proof(), record.notice()
    if notice is None or notice.printed is None:
        return _on(proof, proof.day, record) if proof else None
    days = rule.presumed_days or 0
    presumed = plus_days(notice.printed, days)
    if proof is not None and proof.day > presumed:
        return _on(proof, proof.day, record)
    return _on(notice, presumed, record, Note("presumed", days))


def _reduction_sent(record: Record, rule: Rule) -> Anchor | None:
    return _of(record.last("reduction"))


def _adverse_sent(record: Record, rule: Rule) -> Anchor | None:
    return _of(record.last("adverse"))


def _incident(record: Record, rule: Rule) -> Anchor | None:
    return _of(record.first("incident"))


def _dismissal_date(record: Record, rule: Rule) -> Anchor | None:
    dismissal = record.last("dismissal")
    if dismissal is None or dismissal.printed is None:
        return None
    return _on(dismissal, dismissal.printed, record)


ANCHORS: dict[str, Callable[[Record, Rule], Anchor | None]] = {
    "received": _received,
    "fast_track": _fast_track,
    "complete_information": _complete_information,
    "urgent_and_incomplete": _urgent_and_incomplete,
    "reviewer_received": _reviewer_received,
    "reviewer_assigned": _reviewer_assigned,
    "plan_appeal_filed": _plan_appeal_filed,
    "preliminary_completed": _preliminary_completed,
    "told_incomplete": _told_incomplete,
    "oral_decision": _oral_decision,
    "expedite_refused": _expedite_refused,
    "extended": _extended,
    "extended_time": _extended_time,
    "time_ran_out": _time_ran_out,
    "payment_denied": _payment_denied,
    "reversal": _reversal,
    "reversed_time": _reversed_time,
    "affirmed_time": _affirmed_time,
    "affirmation": _affirmation,
    "notice_date": _notice_date,
    "notice_receipt": _notice_receipt,
    "notice_receipt_by_law": _notice_receipt_by_law,
    "reduction_sent": _reduction_sent,
    "adverse_sent": _adverse_sent,
    "incident": _incident,
    "dismissal_date": _dismissal_date,
}
