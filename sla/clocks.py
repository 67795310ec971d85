"""The clocks of a case: `compute` turns contract, subject and events into an answer. Pure: the
answer depends on its arguments and the rule book only."""

from collections.abc import Sequence
from itertools import pairwise

from sla import standing
from sla.calendars import end_of_day, local_day, roll_by_policy
from sla.events import CLOCKS, LATEST_WINS, SERVICE_OF_LINE, owner_of
from sla.reckoning import candidates, decision_candidates
from sla.record import Record
from sla.rules import RuleBook, Sheet, load, select
from sla.values import Answer, Candidate, Clock, Contract, Event, Note, RefusedEvent, Subject
from sla.walk import walk


def compute(
    contract: Contract,
    subject: Subject,
    events: Sequence[Event | RefusedEvent],
    *,
    book: RuleBook | None = None,
) -> Answer:
    """All clocks of a case, by the rules of `book` (default: the published ones), and the events
    without effect. Events apply in the order given; their indexes must ascend (ValueError). Dues
    are exact UTC instants that print in the contract's zone."""
    for one, following in pairwise(events):
        if one.index >= following.index:
            raise ValueError(f"event {following.index}: indexes must ascend; number the events.")
    record = walk(contract, subject, events, sheet_for(contract, subject, book=book))
    clocks: list[Clock] = []
    for name in record.sheet.by_clock:  # in the order of CLOCKS: later ones look at earlier ones
        clock = _decision(record) if name == "decision" else _other(record, name)
        if clock is not None:
            clocks.append(clock)
            if name == "filing_window":
                record.window_due = clock.due_utc
                clocks.extend(_acceptance(record, clock))
    return Answer(contract, subject, tuple(events), tuple(clocks), tuple(record.refused))


def sheet_for(contract: Contract, subject: Subject, *, book: RuleBook | None = None) -> Sheet:
    """The rules that a contract and a subject may be measured by (cached)."""
    values = (
        subject.kind,
        subject.timing,
        subject.service if SERVICE_OF_LINE.get(subject.service) == contract.line else "medical",
        subject.priority,
        subject.about,
        "yes" if subject.pa_required else "no",
        "yes" if subject.benefits_continued else "no",
        contract.policies.external_process,
    )
    return select(book or load(), (contract.layers, contract.line, values))


def _decision(record: Record) -> Clock | None:
    record.decision = decision_candidates(record)
    if not record.decision:
        return None
    clock = _clock(record, "decision", record.decision)
    if clock.state != "missed":
        return clock
    met_by = standing.satisfied(record, "decision")
    lapsed = standing.consequence(record, record.decision, met_by)
    if lapsed is None:
        return clock
    seen = [event for event in (record.expired, record.satisfied) if event is not None]
    if lapsed.terms.consequence == "deemed_denial":
        record.ran_out = (lapsed, min(seen, key=lambda event: event.index))
    return Clock(
        name=clock.name,
        owner=clock.owner,
        time_zone=clock.time_zone,
        candidates=clock.candidates,
        state=clock.state,
        satisfied_at=clock.satisfied_at,
        satisfied_by=clock.satisfied_by,
        consequence=lapsed.terms.consequence,
        consequence_citation=lapsed.terms.consequence_citation or lapsed.terms.citation,
    )


def _other(record: Record, name: str) -> Clock | None:
    found = candidates(record, name)
    return _clock(record, name, found) if found else None


def _clock(record: Record, name: str, found: tuple[Candidate, ...]) -> Clock:
    """One clock from its candidates, which come by rank: on a tie the first stays first."""
    owner = owner_of(name, record.subject.kind)
    met_by = standing.satisfied(record, name)
    if len(found) > 1:
        if record.closings and owner != "member":
            found = standing.until_closed(record, found, met_by)
        latest = owner == "member" or name in LATEST_WINS
        found = tuple(sorted(found, key=lambda candidate: candidate.due, reverse=latest))
    state = standing.state_of(record, name, owner, found[0], met_by)
    if state == "closed":
        met_by = None  # what came later satisfied nothing
    return Clock(
        name=name,
        owner=owner,
        time_zone=record.contract.time_zone,
        candidates=found,
        state=state,
        satisfied_at=met_by[0] if met_by else None,
        satisfied_by=met_by[1] if met_by else None,
    )


def _acceptance(record: Record, window: Clock) -> list[Clock]:
    if not record.contract.policies.member_rollover:
        return []
    rolled = tuple(_rolled(record, candidate) for candidate in window.candidates)
    met_by = standing.satisfied(record, "filing_acceptance")
    return [
        Clock(
            name="filing_acceptance",
            owner=CLOCKS["filing_acceptance"].owner,
            time_zone=window.time_zone,
            candidates=rolled,
            state=standing.state_of(record, "filing_acceptance", "member", rolled[0], met_by),
            satisfied_at=window.satisfied_at,
            satisfied_by=window.satisfied_by,
        )
    ]


def _rolled(record: Record, candidate: Candidate) -> Candidate:
    printed = local_day(candidate.due, record.where)
    day = roll_by_policy(printed)
    if day == printed:
        return candidate
    return Candidate(
        terms=candidate.terms,
        amount=candidate.amount,
        due=end_of_day(day, record.where),
        base_due=candidate.base_due,
        plain_due=candidate.plain_due,
        anchor=candidate.anchor,
        anchor_event=candidate.anchor_event,
        counted_from=candidate.counted_from,
        since=candidate.since,
        by_day=candidate.by_day,
        notes=(*candidate.notes, Note("rolled_by_policy", printed)),
    )
