"""Where a contract runs looser than the shipped law: its adopted layers against federal law and the
layer of its State, probed case by case. It knows no database and no current date."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import product

from sla.calendars import wall_to_utc, zone
from sla.clocks import compute
from sla.events import ABOUT, CLOCKS, LAYERS, ORDERING_BODIES
from sla.reading import read_subject
from sla.reading_events import read_events
from sla.rules import RuleBook, load
from sla.values import Answer, Clock, Contract, Subject


@dataclass(frozen=True, slots=True)
class Looser:
    """One place where the contract gives the plan more time, or the member less, than the law.
    `kind`: of case; `what`: the duty or right and the cases; `ours`, `law`: the limits in words
    (`no clock` where the contract has none)."""

    kind: str
    line: str
    what: str
    ours: str
    law: str
    ours_rule: str
    law_rule: str
    citation: str


Events = list[dict[str, object]]


@dataclass(frozen=True, slots=True)
class _Probe:
    words: str
    subject: Subject
    events: Events
    clocks: tuple[str, ...]


_KIND_WORDS = {
    "prior_auth": "prior authorization",
    "appeal": "appeal",
    "grievance": "grievance",
    "external_review": "external review",
}
_SERVICES = {
    "medicaid": ("medical", "outpatient_drug"),
    "medicare": ("medical", "part_b_drug"),
    "marketplace": ("medical",),
}
_DAYS_OF_A_WEEK = 7
_MORNING = time(9, 0)


def looser(
    contract: Contract, *, on: date | None = None, book: RuleBook | None = None
) -> tuple[Looser, ...]:
    """Every clock on which the adopted layers bind the plan later, or close a member's window
    earlier, than federal law and the shipped layer of the contract's State, for cases that start in
    the week from `on` (default: the latest day on which a rule was checked)."""
    book = book or load()
    day = on or max(rule.checked for rule in book.versions)
    if contract.line == "medicaid" and contract.rating_period_start is None:
        contract = replace(contract, rating_period_start=date(day.year, 1, 1))
    law = replace(contract, layers=_law_layers(contract))
    found: dict[tuple[str, ...], tuple[Looser, list[str]]] = {}
    probes = list(_probes(contract, day))
    for probe in probes:
        events = read_events(probe.events, contract, probe.subject)
        ours = compute(contract, probe.subject, events, book=book)
        theirs = compute(law, probe.subject, events, book=book)
        for one in _compared(contract, probe, ours, theirs):
            key = (one.kind, one.what, one.ours_rule, one.law_rule, one.ours, one.law)
            cases = found.setdefault(key, (one, []))[1]
            if probe.words not in cases:
                cases.append(probe.words)
    return tuple(_named(one, cases, probes) for one, cases in found.values())


def _named(one: Looser, cases: list[str], probes: list[_Probe]) -> Looser:
    every = {probe.words for probe in probes if probe.subject.kind == one.kind}
    return one if set(cases) == every else replace(one, what=f"{one.what}: {'; '.join(cases)}")


def _law_layers(contract: Contract) -> tuple[str, ...]:
    state = f"state:{(contract.state or '').lower()}"
    return ("federal", state) if state in LAYERS else ("federal",)


def _compared(contract: Contract, probe: _Probe, ours: Answer, law: Answer) -> Iterator[Looser]:
    for theirs in law.clocks:
        if theirs.owner == "reviewer" or theirs.name not in probe.clocks:
            continue
        mine = ours.clock(theirs.name)
        if mine is None or _is_looser(mine, theirs):
            yield Looser(
                kind=probe.subject.kind,
                line=contract.line,
                what=f"{CLOCKS[theirs.name].words}, {_KIND_WORDS[probe.subject.kind]}",
                ours=mine.limit if mine else "no clock",
                law=theirs.limit,
                ours_rule=mine.rule if mine else "",
                law_rule=theirs.rule,
                citation=theirs.citation,
            )


def _is_looser(mine: Clock, law: Clock) -> bool:
    if law.owner == "member" or law.name == "earliest_action":
        return mine.due_utc < law.due_utc
    return mine.due_utc > law.due_utc


def _probes(contract: Contract, start: date) -> Iterator[_Probe]:
    subjects = [(words, read_subject(given, contract)) for words, given in _subjects(contract.line)]
    where = zone(contract.time_zone)
    for offset in range(_DAYS_OF_A_WEEK):
        at = wall_to_utc(start + timedelta(days=offset), _MORNING, where)
        for words, subject in subjects:
            for events, clocks in _courses(contract.line, subject, at):
                yield _Probe(words, subject, events, clocks)


def _subjects(line: str) -> Iterator[tuple[str, dict[str, object]]]:
    for kind in ("prior_auth", "appeal", "external_review"):
        for timing, priority, service in product(
            ("pre_service", "post_service"), ("standard", "expedited"), _SERVICES[line]
        ):
            if timing == "post_service" and (priority != "standard" or service != "medical"):
                continue
            words = "payment" if timing == "post_service" else priority
            words += "" if service == "medical" else f" {service.replace('_', ' ')}"
            given: dict[str, object] = {"kind": kind, "timing": timing, "priority": priority}
            given |= {"service": service, "benefits_continued": True}
            yield words, given
            if line == "medicare" and kind == "prior_auth" and priority == "standard":
                yield f"{words}, not subject to PA", given | {"pa_required": False}
    for about, priority in product(ABOUT, ("standard", "expedited")):
        words = f"{priority} about {about.replace('_', ' ')}"
        yield words, {"kind": "grievance", "about": about, "priority": priority}


def _courses(line: str, subject: Subject, at: datetime) -> Iterator[tuple[Events, tuple[str, ...]]]:
    """Short histories of a case, and the clocks that each is about."""
    received: dict[str, object] = {"type": "received", "at": at}
    letter: dict[str, object] = {"type": "notice_sent", "at": at + timedelta(hours=2)}
    adverse = letter | {"kind": "adverse"}
    if subject.kind == "grievance":
        happened: dict[str, object] = {"type": "incident", "at": at}
        yield [happened, received], ("decision", "acknowledgement", "filing_window")
        return
    yield [received], ("decision", "acknowledgement", "preliminary_review")
    yield [received, adverse], ("filing_window", "continuation_window")
    if subject.kind == "external_review":
        yield from _reviews(received, letter, at)
        return
    yield [received, {"type": "expedite_refused", "at": at}], ("downgrade_notice",)
    incomplete = received | {"complete": False}
    yield [incomplete], ("information_request",)
    oral = _decided(at, "denied" if subject.kind == "prior_auth" else "upheld", oral=True)
    yield [received, oral], ("written_notice", "denial_notice", "forward_to_ire")
    if subject.kind == "prior_auth":
        effective = at.astimezone(UTC).date()
        reduced = letter | {"kind": "reduction", "effective_date": effective}
        yield [reduced], ("earliest_action", "continuation_window")
        return
    yield [received, letter | {"kind": "dismissal"}], ("filing_window",)
    yield [received, _decided(at, "overturned", oral=False)], ("effectuation",)
    for body in sorted(ORDERING_BODIES[line]):
        order: dict[str, object] = {"type": "effectuation_ordered", "at": at, "by": body}
        yield [order], ("effectuation", "provision")


def _reviews(
    received: dict[str, object], letter: dict[str, object], at: datetime
) -> Iterator[tuple[Events, tuple[str, ...]]]:
    checked: dict[str, object] = {"type": "preliminary_completed", "outcome": "incomplete"}
    assigned: dict[str, object] = {"type": "reviewer_assigned", "at": at}
    told = letter | {"kind": "eligibility"}
    yield (
        [received, assigned, checked | {"at": at}, told],
        ("file_to_reviewer", "eligibility_notice", "perfect_request"),
    )


def _decided(at: datetime, outcome: str, *, oral: bool) -> dict[str, object]:
    return {"type": "decided", "at": at + timedelta(hours=1), "outcome": outcome, "oral": oral}
