"""The fast track: which decision rules run from when, who may move a case on to it or off it, and
what an urgent incomplete claim waits for."""

from datetime import datetime

from sla.calendars import plus_hours
from sla.reckoning import candidate
from sla.record import Record, Running
from sla.values import Event, Paused


def receive(record: Record, event: Event) -> None:
    """First receipt: a case filed as expedited runs on the expedited rules from here, and waits for
    an answer unless the plan must follow whoever filed it."""
    record.received = event
    if record.has_tracks() and record.subject.priority == "expedited":
        record.fast = event
        record.must = record.must_follow(event.by)
        record.waiting = None if record.must else event
    else:
        record.standard = True
    join(record)


def complete(record: Record, event: Event) -> None:
    """All necessary information is there: the State clocks that count from it start."""
    join(record)


def join(record: Record) -> None:
    """Adds the decision rules whose track and anchor are there now and which do not run yet."""
    if record.received is None or record.subject.kind == "external_review":
        return
    for family in record.sheet.by_clock.get("decision", ()):
        rule = family.versions[0].id
        joins = family.track is None or (
            record.standard if family.track == "standard" else record.fast is not None
        )
        if not joins or rule in record.running:
            continue
        base = candidate(record, family)
        if base is not None:
            record.running[rule] = Running(base, family.track)


def request(record: Record, event: Event) -> None:
    """Somebody asks to expedite. Whom the plan must follow moves the case at once, from this
    instant, and answers what waited; on the fast track that only makes a refusal impossible."""
    if record.must_follow(event.by):
        record.must = True
        record.waiting = None
        _upgrade(record, event)
    elif record.fast is None and record.waiting is None:
        record.waiting = event


def grant(record: Record, event: Event) -> None:
    """The plan grants the first waiting request: from the instant of that request."""
    asked, record.waiting = record.waiting, None
    if asked is not None:
        _upgrade(record, asked)


def refuse(record: Record, event: Event) -> None:
    """The plan refuses: only the standard rules stay, from the original receipt; an accepted
    request for information goes with the expedited rules."""
    record.waiting = None
    record.fast = None
    record.request = None
    record.standard = True
    record.running = {k: each for k, each in record.running.items() if each.track != "fast"}
    join(record)


def _upgrade(record: Record, asked: Event) -> None:
    if record.fast is None:
        record.fast = asked
        join(record)


def urgent(record: Record) -> Running | None:
    """The running rule of an urgent claim, whose time a request for information replaces."""
    return next((r for r in record.running.values() if r.terms.asking is not None), None)


def ask(record: Record, event: Event) -> None:
    """An accepted request for information; on an urgent claim the first one replaces the limit."""
    if record.request is None and urgent(record) is not None:
        record.request = event
        answer(record)


def answer(record: Record) -> None:
    """The due of an urgent claim that waits for information: so many hours after the earlier of the
    first answer and the end of the time given (29 CFR 2560.503-1(f)(2)(i))."""
    running, asked = urgent(record), record.request
    if running is None or asked is None or running.terms.asking is None:
        return
    ends: datetime = plus_hours(asked.at, asked.time_given_hours or 0)
    answered = record.first("info_received", asked.index)
    early = answered is not None and answered.at < ends
    if answered is not None and early:
        ends = answered.at
    running.pauses = [Paused("information_request", asked.index, asked.at, ends, early)]
    running.due = plus_hours(ends, running.terms.asking.answer_hours)
