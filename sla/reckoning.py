"""From a rule and its anchor to a candidate: the limit added, rolled, compared with what the rule
names. It knows neither extensions nor which candidate wins."""

from datetime import date, datetime

from sla import calendars
from sla.anchors import ANCHORS, Anchor, reversal
from sla.record import Record
from sla.terms import HOURLY, Family, Rule
from sla.values import Candidate, Note


def candidates(record: Record, clock: str) -> tuple[Candidate, ...]:
    """What each adopted rule says of one clock now, by rank; empty when its anchor is not there."""
    families = record.sheet.by_clock.get(clock, ())
    return tuple(c for family in families if (c := candidate(record, family)) is not None)


def decision_candidates(record: Record) -> tuple[Candidate, ...]:
    """The candidates of the decision clock now, by rank. What a dismissal closed stays so."""
    if record.frozen is not None:
        return record.frozen
    if record.subject.kind == "external_review":
        return candidates(record, "decision")
    running = sorted(record.running.values(), key=lambda each: each.terms.rank)
    return tuple(each.candidate() for each in running)


def candidate(record: Record, family: Family) -> Candidate | None:
    """What one family says now: the version in force, counted from its anchor. None without an
    anchor, outside its dates, or where a selector does not suit."""
    if not all(_now(record, name) in values for name, values in family.dynamic):
        return None
    if family.keyed_by == "notice_date":
        day = _notice_day(record)
        rule = family.on(day) if day else None
        anchor = ANCHORS[rule.anchor](record, rule) if rule else None
    else:
        rule = family.versions[0]
        anchor = ANCHORS[rule.anchor](record, rule)
        if anchor is not None:
            rule = family.on(_key_day(record, family, anchor))
    if rule is None or anchor is None:
        return None
    return reckon(record, rule, anchor)


def reckon(record: Record, rule: Rule, anchor: Anchor) -> Candidate:
    """The candidate of one rule version: its limit added to its anchor (README of the clocks,
    C2-C7, C12), with what the rule adds, rolls or compares."""
    policies = record.contract.policies
    amount = rule.amount if rule.policy is None else int(getattr(policies, rule.policy))
    assert amount is not None
    notes = list(anchor.notes)
    hourly = rule.unit in HOURLY
    if hourly:
        due = plain = _plus_hours(record, rule, anchor.at, amount)
    else:
        falls = calendars.end_of_day if rule.falls == "end of day" else calendars.start_of_day
        day = _plus_days(record, rule, anchor.day, amount, notes)
        due = plain = falls(day, record.where)
        if rule.rolls or rule.later_of is not None:
            due = falls(_compared(record, rule, day, notes), record.where)
    window = record.window_due
    if rule.later_of == "filing_window" and window is not None and window > due:
        due = window
        notes.append(Note("filing_window", window))
    return Candidate(
        terms=rule,
        amount=amount,
        due=due,
        base_due=due,
        plain_due=plain,
        anchor=anchor.at if anchor.begins is None else anchor.begins,
        anchor_event=anchor.event.index,
        counted_from=anchor.at if hourly else anchor.day,
        since=anchor.since,
        by_day=not hourly if anchor.by_day is None else anchor.by_day,
        notes=tuple(notes),
    )


def _now(record: Record, selector: str) -> str | None:
    if selector == "track":
        return record.track()
    if selector == "course_left":
        return record.course_left()
    if selector == "ordered_by":
        event = reversal(record)
        if event is None:
            return None
        return "plan" if event.type == "decided" else event.by
    if selector == "ground":
        reduction = record.last("reduction")
        return reduction.ground if reduction else None
    extension = record.extension
    return extension.requested_by if extension else None


def _notice_day(record: Record) -> date | None:
    notice, proof = record.notice(), record.proof()
    if notice is not None:
        return notice.printed
    return proof.day if proof else None


def _key_day(record: Record, family: Family, anchor: Anchor) -> date:
    start = record.contract.rating_period_start
    if family.keyed_by == "rating_period" and start is not None:
        return calendars.latest_anniversary(start, anchor.day)
    return anchor.event.day if anchor.begins is not None else anchor.day


def _plus_hours(record: Record, rule: Rule, at: datetime, hours: int) -> datetime:
    if rule.unit == "hours":
        return calendars.plus_hours(at, hours)
    return calendars.plus_business_hours(at, hours, record.where, record.closed_days(rule))


def _plus_days(record: Record, rule: Rule, day: date, amount: int, notes: list[Note]) -> date:
    if rule.plus == "days_to_request":
        extra = _days_to_request(record)
        if extra:
            notes.append(Note("days_to_request", extra))
        amount += extra
    if rule.unit == "calendar days":
        return calendars.plus_days(day, amount)
    if rule.unit == "months":
        return calendars.plus_months(day, amount)
    return calendars.plus_business_days(day, amount, record.closed_days(rule))


def _compared(record: Record, rule: Rule, due: date, notes: list[Note]) -> date:
    reduction = record.last("reduction")
    effective = reduction.effective_date if reduction else None
    if rule.later_of == "effective_date" and effective is not None and effective > due:
        notes.append(Note("effective_date", effective))
        due = effective
    if rule.rolls:
        rolled = calendars.roll_by_law(due)
        if rolled != due:
            notes.append(Note("rolled", due))
        due = rolled
    return due


def _days_to_request(record: Record) -> int:
    """Days from the date of the resolution notice to the request for a hearing (431.244(f)(1));
    none without a notice, or when the request came before it."""
    notice, received = record.last("adverse"), record.received
    if notice is None or notice.printed is None or received is None:
        return 0
    return max(0, (received.day - notice.printed).days)
