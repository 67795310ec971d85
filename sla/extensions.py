"""Extensions of a decision clock and the tolling of a Marketplace claim: who may extend what, which
candidates move, and to when. It judges each candidate by itself."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sla import calendars
from sla.record import Record, Running
from sla.terms import ExtensionTerms
from sla.values import Event, Extended, Paused

_MISSING = "missing_information"


def movers(record: Record, event: Event) -> tuple[list[Running], str]:
    """The federal candidates that the extension moves; when there is none, the sentence that says
    why. Sources: rules of section 1.8 in the rule files, per rule."""
    federal = [each for each in record.running.values() if each.terms.layer == "federal"]
    if not federal:
        return [], "no adopted federal rule runs that could be extended."
    moving: list[Running] = []
    reason = ""
    for running in federal:
        refusal = _refusal(record, running, event)
        if refusal is None:
            moving.append(running)
        else:
            reason = reason or refusal
    return moving, reason


def extend(record: Record, event: Event) -> None:
    """Moves what the accepted extension moves: the federal candidates, and those that follow them
    if it is in time for them too."""
    moving, _ = movers(record, event)
    earliest = min(moving, key=lambda running: running.due)
    record.extension = event
    record.extension_due = (earliest.due, earliest.base.by_day)
    for running in moving:
        total = record.totals.setdefault(running.terms.id, [0, 0])
        total[0] += event.days or 0
        total[1] += 1
    moving += [
        each
        for each in record.running.values()
        if each.terms.follows and in_time(record, each, event)
    ]
    for running in moving:
        _move(record, running, event)


def in_time(record: Record, running: Running, event: Event) -> bool:
    """Whether the decision to extend, and its letter where that must come first, are not later
    than the candidate's due."""
    letter = event.notice_sent_at if record.sheet.letter_first else None
    return event.at <= running.due and (letter is None or letter <= running.due)


def _refusal(record: Record, running: Running, event: Event) -> str | None:
    rule, terms = running.terms, running.terms.extension
    if terms is None:
        return f"{rule.id} allows no extension."
    if not _allowed(terms, event):
        return (
            f"{rule.id} allows no extension by the {event.requested_by} on the ground "
            f"{event.ground}."
        )
    if event.ground == _MISSING and (event.time_given_days or 0) < (
        terms.least_time_given_days or 0
    ):
        return f"at least {terms.least_time_given_days} days must be given to answer."
    days = event.days or 0
    total, count = record.totals.get(rule.id, (0, 0))
    if days < 1:
        return "an extension has at least 1 day."
    if total + days > terms.days or (terms.once and count):
        return f"{rule.id} allows {terms.days} days in all{', once' if terms.once else ''}."
    if not in_time(record, running, event):
        return f"it came, or its letter left, after {rule.id} had run out."
    return None


def _allowed(terms: ExtensionTerms, event: Event) -> bool:
    if event.requested_by == "plan":
        return event.ground in terms.plan_grounds
    return event.ground == "requested" and event.requested_by in terms.asked_by


def _move(record: Record, running: Running, event: Event) -> None:
    before = running.due
    days = event.days or 0
    after = _later(running, before, days, record.where)
    running.extensions.append(
        Extended(
            event=event.index,
            at=event.at,
            days=days,
            requested_by=event.requested_by or "",
            ground=event.ground or "",
            letter_at=event.notice_sent_at,
            due_before=before,
            due_after=after,
        )
    )
    running.due = after
    if event.ground == _MISSING:
        toll(record, running, event)


def _later(running: Running, due: datetime, days: int, where: ZoneInfo) -> datetime:
    """So many days more: of a day clock the end of the later day (C2), of an hour clock the same
    wall time (C8)."""
    if running.base.by_day:
        return calendars.end_of_day(
            calendars.plus_days(calendars.local_day(due, where), days), where
        )
    return calendars.plus_days_same_wall(due, days, where)


def retoll(record: Record) -> None:
    """Reckons again, after an answer or a proof of receipt, what a tolled claim waits for."""
    event = record.extension
    if event is None or event.ground != _MISSING:
        return
    for running in record.running.values():
        if running.extensions and running.extensions[-1].event == event.index:
            toll(record, running, event)


def toll(record: Record, running: Running, event: Event) -> None:
    """The due of a claim tolled for missing information, by the contract's reading: `literal` adds
    the tolled days to the extended due; `conservative` counts the extension days from the end of
    tolling, never before the due without extension (29 CFR 2560.503-1(f)(4))."""
    starts, ends, answered = _tolled(record, event)
    before = running.extensions[-1].due_before
    where = record.where
    days = event.days or 0
    if record.contract.policies.tolling == "literal":
        tolled = max(0, (ends - starts).days)
        due = _later(running, before, days + tolled, where)
    else:
        due = max(before, calendars.end_of_day(calendars.plus_days(ends, days), where))
    running.due = due
    running.pauses = [
        Paused(
            _MISSING,
            event.index,
            calendars.start_of_day(starts, where),
            calendars.start_of_day(ends, where),
            answered,
        )
    ]


def _tolled(record: Record, event: Event) -> tuple[date, date, bool]:
    """First and last local day of tolling, and whether an answer ended it."""
    sent = _sent(record, event)
    proofs = record.filed.get("extension_received", ())
    proof = next((p for p in proofs if p.index > event.index and p.day >= sent), None)
    presumed = calendars.plus_days(sent, record.contract.policies.presumed_receipt_days)
    ends = calendars.plus_days(proof.day if proof else presumed, event.time_given_days or 0)
    answer = record.first("info_received", event.index)
    if answer is not None and answer.day <= ends:
        return sent, answer.day, True
    return sent, ends, False


def _sent(record: Record, event: Event) -> date:
    at: datetime | None = event.notice_sent_at
    return event.day if at is None else calendars.local_day(at, record.where)
