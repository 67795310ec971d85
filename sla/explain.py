"""Says how a clock came to its due, line by line, in words that a nurse understands, each line with
its authority. It computes no law: it tells what the candidates carry."""

from collections.abc import Iterator
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sla.calendars import zone
from sla.events import CLOCKS, CONSEQUENCES, EVENTS
from sla.terms import Rule
from sla.values import Answer, Candidate, Clock, Event, Extended, Note, Paused
from sla.wording import ANCHOR_WORDS, KEYS
from sla.words import counted, day_text, instant_text, moment_text


class Line(NamedTuple):
    """One line of an explanation and where the law (or the contract) says so; empty where the line
    only tells what happened. `sums`: this line is a step of the arithmetic."""

    text: str
    citation: str
    sums: bool = False


_TAGS = {
    "P": "read in the law itself",
    "S": "from a secondary text that quotes it",
    "O": "from an older official text",
    "K": "from knowledge, to be verified",
}

# Unit -> how it counts, and the counting rules (README) that say so.
_COUNTING = {
    "calendar days": "Calendar days of {zone}: the local date of the start is day 0, and day "
    "{amount} counts to its last second. Weekends and holidays count and do not move the end.",
    "business days": "Business days of {zone}: Monday to Friday without Federal holidays; an "
    "in-lieu day of a holiday counts. The local date of the start is day 0.",
    "hours": "Hours: they run day and night, on weekends and holidays. Where the clocks change, "
    "the local time moves by an hour, the hours do not.",
    "business hours": "Business hours of {zone}: they run from midnight to midnight on Monday to "
    "Friday without Federal holidays, and stand still otherwise.",
    "months": "Months: the same day number so many months later; where there is none, the first "
    "day of the next month.",
}
_COUNTING_RULES = {
    "calendar days": "C2, C4",
    "business days": "C6",
    "hours": "C3",
    "business hours": "C7",
    "months": "C12",
}

_TOLLING = {
    "literal": "The contract adds these days to the extended time (literal tolling)",
    "conservative": (
        "The contract counts the days of the extension from the end of that time, never to before "
        "the due without extension (conservative tolling)"
    ),
}

_GROUNDS = {
    "requested": "they asked for it",
    "need_information": "more information is needed, in the member's interest",
    "noncontract_evidence": "evidence from a provider outside the network may change a denial",
    "extraordinary": "extraordinary circumstances, in the member's interest",
    "beyond_control": "matters beyond the plan's control",
    "missing_information": "information is missing; the time stands still until it arrives",
}


def explain(clock: Clock, answer: Answer) -> tuple[Line, ...]:
    """The lines of one clock of `answer`: when it is due and how it stands, what started it, rule
    with version and check, how it counts, each step to the due, what lost, what satisfies it, and
    what the law makes of it when missed."""
    where = zone(clock.time_zone)
    winner = clock.winner
    return (
        _due(clock, where),
        _state(clock, answer, where),
        _start(winner, answer, where),
        _rule(winner),
        *_version(winner.terms),
        _counting(winner, clock, answer),
        *_steps(winner, answer, where),
        *(_loser(clock, candidate, where) for candidate in clock.candidates[1:]),
        Line(f"It is satisfied by {CLOCKS[clock.name].satisfied_by}.", ""),
        _missed(clock),
    )


def _due(clock: Clock, where: ZoneInfo) -> Line:
    lead = "not before" if clock.name == "earliest_action" else "by"
    due = instant_text(clock.due_utc, where)
    return Line(f"{CLOCKS[clock.name].words}: {lead} {due} ({clock.time_zone}).", clock.citation)


def _state(clock: Clock, answer: Answer, where: ZoneInfo) -> Line:
    at = clock.satisfied_at
    if clock.name == "earliest_action":
        kept = "not before that day" if clock.state == "met" else "before that day: too early"
        return Line(f"The effective date on the letter is {kept}.", "")
    if clock.state == "closed":
        return Line("It was closed when the case was withdrawn or dismissed.", "")
    if at is None or clock.satisfied_by is None:
        expired = " The time ran out." if clock.state == "missed" else ""
        return Line(f"Nothing has satisfied it so far.{expired}", "")
    what = _event_words(answer, clock.satisfied_by)
    verdict = "in time" if clock.state == "met" else "too late"
    return Line(f"Satisfied {verdict}: {what} on {instant_text(at, where)}.", "")


def _event_words(answer: Answer, index: int) -> str:
    for event in answer.events:
        if event.index == index and isinstance(event, Event):
            kind = f" ({event.kind.replace('_', ' ')})" if event.kind else ""
            return f"{EVENTS[event.type].words}{kind}"
    return "what happened"


def _start(candidate: Candidate, answer: Answer, where: ZoneInfo) -> Line:
    what = _event_words(answer, candidate.anchor_event)
    started = instant_text(candidate.anchor, where)
    counted_from = ANCHOR_WORDS[candidate.terms.anchor]
    return Line(f"It starts with {what}: {started}. It counts from {counted_from}.", "")


def _rule(candidate: Candidate) -> Line:
    rule = candidate.terms
    variant = f" ({rule.variant})" if rule.variant else ""
    checks = "; ".join(_TAGS.get(letter, "by contract") for letter in rule.tag.split("/"))
    note = f" {rule.note}" if rule.note else ""
    return Line(
        f"Rule {rule.id}{variant}, version {rule.version}, layer {rule.layer}: {candidate.limit}. "
        f"Checked {day_text(rule.checked)} [{rule.tag}]: {checks}.{note}",
        rule.citation,
    )


def _version(rule: Rule) -> Iterator[Line]:
    bounds = []
    if rule.starts != rule.starts.min:
        bounds.append(f"from {day_text(rule.starts)}")
    if rule.ends != rule.ends.max:
        bounds.append(f"until {day_text(rule.ends)}")
    if bounds:
        yield Line(
            f"Version {rule.version} is in force {' '.join(bounds)}, by {KEYS[rule.keyed_by]}.",
            rule.citation,
        )


def _counting(candidate: Candidate, clock: Clock, answer: Answer) -> Line:
    rule = candidate.terms
    if candidate.amount == 0:
        return Line("No time is added: it is due with that moment or day.", rule.citation)
    text = _COUNTING[rule.unit].format(zone=clock.time_zone, amount=candidate.amount)
    days = answer.contract.policies.state_holidays
    if rule.unit.startswith("business") and rule.layer.startswith("state:") and days:
        text += f" The contract lists {counted(len(days), 'further days')} off of the State."
    if rule.policy is not None:
        text += " The law leaves the figure open; this one is the contract's policy."
    return Line(text, f"counting rule {_COUNTING_RULES[rule.unit]}")


def _steps(candidate: Candidate, answer: Answer, where: ZoneInfo) -> Iterator[Line]:
    before = ("presumed", "days_to_request")
    for note in candidate.notes:
        if note.code in before:
            yield _noted(note, candidate, where)
    yield _sum(candidate, where)
    for note in candidate.notes:
        if note.code not in before:
            yield _noted(note, candidate, where)
    for extension in candidate.extensions:
        yield _extension(extension, candidate, where)
    for pause in candidate.pauses:
        yield _pause(pause, candidate, answer, where)


def _sum(candidate: Candidate, where: ZoneInfo) -> Line:
    start = moment_text(candidate.counted_from, where)
    result = instant_text(candidate.plain_due, where)
    terms = [counted(candidate.amount, candidate.terms.unit)] if candidate.amount else []
    terms += [f"{n.value} days" for n in candidate.notes if n.code == "days_to_request"]
    if not terms:
        return Line(f"Due {result}.", candidate.citation, sums=True)
    return Line(f"{start} + {' + '.join(terms)} = {result}.", candidate.citation, sums=True)


def _noted(note: Note, candidate: Candidate, where: ZoneInfo) -> Line:
    value = note.value
    shown = str(value) if isinstance(value, int) else moment_text(value, where)
    due = instant_text(candidate.due, where)
    texts = {
        "presumed": f"Without later proof the letter counts as received {shown} days after its "
        "date.",
        "days_to_request": f"The member took {shown} days after the resolution notice to ask; they "
        "do not count, so they are added.",
        "effective_date": f"The effective date {shown} is later and counts: {due}.",
        "filing_window": f"The filing window ends later, {shown}, and counts: {due}.",
        "rolled": f"The last day would be {shown}; by law it moves to the next day that is no "
        f"Saturday, Sunday or Federal holiday: {due}.",
        "rolled_by_policy": f"The last day is {shown}; a filing is still taken until the next day "
        f"that is no weekend, holiday or observed holiday: {due}.",
    }
    return Line(texts[note.code], candidate.citation, sums=True)


def _extension(extension: Extended, candidate: Candidate, where: ZoneInfo) -> Line:
    letter = extension.letter_at
    told = f"letter sent {instant_text(letter, where)}" if letter else "letter not sent with it"
    return Line(
        f"Extended by {counted(extension.days, 'days')} on {instant_text(extension.at, where)} by "
        f"the {extension.requested_by} ({_GROUNDS[extension.ground]}; {told}): "
        f"{instant_text(extension.due_before, where)} becomes "
        f"{instant_text(extension.due_after, where)}.",
        candidate.citation,
        sums=True,
    )


def _pause(pause: Paused, candidate: Candidate, answer: Answer, where: ZoneInfo) -> Line:
    ended = "the answer came" if pause.answered else "the time given ended"
    due = instant_text(candidate.due, where)
    if pause.why == "missing_information":
        starts, ends = (m.astimezone(where).date() for m in (pause.starts, pause.ends))
        days = counted(max(0, (ends - starts).days), "days")
        text = f"The time stood still for {days}, from {day_text(starts)} to {day_text(ends)} "
        reading = _TOLLING[answer.contract.policies.tolling]
        return Line(f"{text}({ended}). {reading}: due {due}.", candidate.citation, sums=True)
    return Line(
        f"Information was asked for on {instant_text(pause.starts, where)}; on "
        f"{instant_text(pause.ends, where)} {ended}, and the new time counts from there: due "
        f"{due}.",
        candidate.citation,
        sums=True,
    )


def _loser(clock: Clock, candidate: Candidate, where: ZoneInfo) -> Line:
    if candidate.due == clock.due_utc:
        why = "the same; on a tie the law is named first"
    elif candidate.due > clock.due_utc:
        why = "later, so it does not bind"
    else:
        why = "earlier; the longer window binds"
    due = instant_text(candidate.due, where)
    return Line(
        f"Also looked at: {candidate.rule}, layer {candidate.layer}, {candidate.limit}: {due}, "
        f"{why}.",
        candidate.citation,
    )


def _missed(clock: Clock) -> Line:
    if clock.consequence is not None:
        return Line(
            f"It was missed. {CONSEQUENCES[clock.consequence]}", clock.consequence_citation or ""
        )
    rule = clock.winner.terms
    if clock.name == "decision" and rule.consequence is not None:
        return Line(
            f"If it is missed: {CONSEQUENCES[rule.consequence]}",
            rule.consequence_citation or rule.citation,
        )
    if clock.name == "earliest_action":
        return Line("Where the letter says an earlier day, the action waits until this one.", "")
    if clock.owner == "member":
        return Line("What arrives later is taken and recorded as late; good cause is decided.", "")
    return Line("If it is missed, this rule decides nothing by itself; it is a late duty.", "")
