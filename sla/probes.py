"""Short made-up histories of cases, each with the clocks that it is about: by them two readings of
one contract are held against each other. They know no rule, only the vocabulary of the clocks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import product

from sla.calendars import wall_to_utc, zone
from sla.events import ABOUT, ORDERING_BODIES
from sla.reading import read_subject
from sla.values import Contract, Subject

Events = list[dict[str, object]]
Course = tuple[Events, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Probe:
    """One history: its subject in words and as a value, its events as plain data, the clocks that
    it is about. `lapses`: the time to decide runs out in it."""

    words: str
    subject: Subject
    events: Events
    clocks: tuple[str, ...]
    lapses: bool = False


_SERVICES = {
    "medicaid": ("medical", "outpatient_drug"),
    "medicare": ("medical", "part_b_drug"),
    "marketplace": ("medical",),
}
_DAYS_OF_A_WEEK = 7
_MORNING = time(9, 0)
_LONG_AFTER = timedelta(days=400)  # later than any time to decide, extended or not
_COURSE_ENDS = timedelta(days=40)
# On what ground the plan may extend where the law lets it, by line and kind, and by how many days.
_EXTENSIONS = {
    ("medicaid", "prior_auth"): ("need_information", 14),
    ("medicaid", "appeal"): ("need_information", 14),
    ("medicaid", "grievance"): ("need_information", 14),
    ("medicare", "prior_auth"): ("noncontract_evidence", 14),
    ("medicare", "appeal"): ("noncontract_evidence", 14),
    ("medicare", "grievance"): ("need_information", 14),
    ("marketplace", "prior_auth"): ("beyond_control", 15),
}


def probes(contract: Contract, start: date) -> Iterator[Probe]:
    """Every probe of the contract's line, begun at 9:00 on each day of the week from `start`."""
    where = zone(contract.time_zone)
    ends = wall_to_utc(start, _MORNING, where) + _COURSE_ENDS
    subjects = [
        (words, read_subject(given, contract)) for words, given in _subjects(contract.line, ends)
    ]
    for offset in range(_DAYS_OF_A_WEEK):
        at = wall_to_utc(start + timedelta(days=offset), _MORNING, where)
        for words, subject in subjects:
            for events, clocks in _courses(contract.line, subject, at):
                yield Probe(words, subject, events, clocks)
            if subject.kind in ("prior_auth", "appeal"):
                lapse: dict[str, object] = {"type": "expired", "at": at + _LONG_AFTER}
                owed = ("denial_notice", "forward_to_ire")
                yield Probe(words, subject, [_received(at), lapse], owed, lapses=True)


def _subjects(line: str, course_ends: datetime) -> Iterator[tuple[str, dict[str, object]]]:
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
            if line == "marketplace" and kind == "prior_auth" and priority == "expedited":
                given |= {"timing": "concurrent", "course_ends_at": course_ends}
                yield f"{words}, to go on with a course", given
    for about, priority in product(ABOUT, ("standard", "expedited")):
        words = f"{priority} about {about.replace('_', ' ')}"
        yield words, {"kind": "grievance", "about": about, "priority": priority}


def _received(at: datetime) -> dict[str, object]:
    return {"type": "received", "at": at}


def _courses(line: str, subject: Subject, at: datetime) -> Iterator[Course]:
    """The histories of one subject that began at this instant."""
    received = _received(at)
    letter: dict[str, object] = {"type": "notice_sent", "at": at + timedelta(hours=2)}
    adverse = letter | {"kind": "adverse"}
    yield from _extended(line, subject.kind, at)
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


def _extended(line: str, kind: str, at: datetime) -> Iterator[Course]:
    """The plan takes more time, on the ground that the law names for it."""
    if (line, kind) not in _EXTENSIONS:
        return
    ground, days = _EXTENSIONS[line, kind]
    extended: dict[str, object] = {"type": "extended", "at": at + timedelta(hours=1)}
    extended |= {"days": days, "requested_by": "plan", "ground": ground}
    yield [_received(at), extended], ("decision", "extension_notice")


def _reviews(
    received: dict[str, object], letter: dict[str, object], at: datetime
) -> Iterator[Course]:
    checked: dict[str, object] = {"type": "preliminary_completed", "outcome": "incomplete"}
    assigned: dict[str, object] = {"type": "reviewer_assigned", "at": at}
    told = letter | {"kind": "eligibility"}
    yield (
        [received, assigned, checked | {"at": at}, told],
        ("file_to_reviewer", "eligibility_notice", "perfect_request"),
    )


def _decided(at: datetime, outcome: str, *, oral: bool) -> dict[str, object]:
    return {"type": "decided", "at": at + timedelta(hours=1), "outcome": outcome, "oral": oral}
