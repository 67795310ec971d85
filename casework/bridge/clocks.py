"""Case rows into the values of the clock engine, and its answer back for the case.

Some things are read here and nowhere else: a corrected receipt replaces the instant of the first
`received`; a decision told orally is told when it was told; a notice left when the carrier proves
that it was mailed, and not at all where it never was (C11); a reopened case runs on the contract's
own policy clock from that day; a grant that only follows a request that the plan must follow says
nothing new to the clock (decisions 1, 16 and 19 of the design). A review outside the plan always
runs on the law as well: its steps exist whatever the plan publishes about its own.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import select

from casework.bridge import office_matters
from casework.bridge.vocabulary import MEANING
from casework.context import Context
from casework.models import ContractVersion
from sla import ladders
from sla.calendars import zone
from sla.clocks import compute
from sla.ladders import Ladder
from sla.reading import read_contract
from sla.rules import RuleBook
from sla.values import Answer, Candidate, Clock, Contract, Event, Subject

LAW: Final = "federal"
# Kinds of case that run on the law as well, whatever the contract adopts: see `answer_for`.
BY_LAW: Final = frozenset({"external_review"})
POLICY_LAYER: Final = "policy"
_POLICY_RULE: Final = "POLICY-REOPENED"
_POLICY_CITATION: Final = "Policy of the contract: the standard limit from the day of reopening"
_RESTART: Final = frozenset({"reopened", "dismissal_vacated"})
_DAYS_OF: Final = frozenset({"decision", "denial_notice", "extension_notice", "written_notice"})
_CARRIED: Final = frozenset({"letter_mailed", "letter_not_mailed"})
_WORDS: Final = {"said_by": "by", "outcome": "outcome", "notice_kind": "kind", "ground": "ground"}
_INSTANTS: Final = frozenset({"notice_sent_at"})
_DATES: Final = frozenset({"effective_date"})


class Row:
    """A row that is still a mapping, read by attribute like one from the database."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getattr__(self, name: str) -> Any:
        return self._values[name]


def contract_of(cx: Context, version_id: int) -> Contract:
    """The contract value of a version; a version never changes, so it is read once a process."""
    return version_of(cx, version_id).contract


@dataclass(frozen=True)
class Version:
    """A contract version as the house uses it: the clock engine's contract, what letters print,
    the contract's own workflow policies, and its escalation ladder."""

    contract: Contract
    plan: Mapping[str, Any]
    workflow: Mapping[str, Any]
    ladder: Ladder


def version_of(cx: Context, version_id: int) -> Version:
    """The contract version with this id, read once a process: it never changes."""
    known = cx.database.remembered.get(("contract", version_id))
    if known is None:
        row = cx.db.execute(
            select(ContractVersion.terms, ContractVersion.plan, ContractVersion.workflow).where(
                ContractVersion.id == version_id
            )
        ).one()
        known = Version(
            read_contract(row.terms),
            row.plan,
            row.workflow,
            ladders.read(row.workflow.get("ladder")),
        )
        cx.database.remembered["contract", version_id] = known
    return known


def zone_of(cx: Context, case: Any) -> str:
    """The IANA zone in which this case's days are counted."""
    return contract_of(cx, case.contract_version_id).time_zone


def subject_of(case: Any) -> Subject:
    """The subject of the clock engine from the columns of a case."""
    return Subject(
        kind=case.kind,
        priority="standard" if case.timing == "post_service" else case.priority,
        timing=case.timing,
        service=case.service,
        pa_required=case.pa_required,
        # What a request is about (a newborn, a transition) no clock asks.
        about="other" if case.kind == "prior_auth" else case.about,
        course_ends_at=case.course_ends_at,
        benefits_continued=case.benefits_continued,
    )


def answer(cx: Context, case: Any, rows: Sequence[Any]) -> Answer:
    """What the clock engine says of this case with this history (rows by ascending `seq`)."""
    contract = contract_of(cx, case.contract_version_id)
    return answer_for(contract, subject_of(case), rows)


def with_the_law(contract: Contract) -> Contract:
    """The same contract with the federal layer adopted beside its own."""
    if LAW in contract.layers:
        return contract
    return replace(contract, layers=tuple(sorted((*contract.layers, LAW))))


def answer_for(
    contract: Contract, subject: Subject, rows: Sequence[Any], *, book: RuleBook | None = None
) -> Answer:
    """The same without a database: contract and subject values, the rows, and the rule book
    (default: the published one).

    An external review is computed with the federal layer also where the contract adopts only the
    plan's own: the plan publishes no figure for what a body outside does, and the member's window,
    the plan's duty to send the file and to obey exist all the same (42 CFR 438.408(f), 438.424,
    422.592, 422.618(b); 45 CFR 147.136(c)-(d)).
    """
    if subject.about == office_matters.DISPUTE:
        terms = office_matters.on_its_terms(contract, subject, rows)
        return office_matters.as_policy(answer_for(*terms[:2], rows, book=terms[2]))
    if subject.kind in BY_LAW:
        contract = with_the_law(contract)
    restart = max((i for i, row in enumerate(rows) if row.event in _RESTART), default=None)
    if restart is None:
        return compute(contract, subject, tuple(_events(contract, rows)), book=book)
    before = compute(contract, subject, tuple(_events(contract, rows[:restart])), book=book)
    opened = _as_received(rows[restart])
    again = compute(
        contract,
        replace(subject, priority="standard"),
        tuple(_events(contract, (opened, *rows[restart + 1 :]))),
        book=book,
    )
    return _joined(before, again)


def candidate_facts(candidate: Candidate) -> dict[str, Any]:
    """What is kept of a candidate on the clock row: the winner and those that lost."""
    return {
        "layer": candidate.layer,
        "rule": candidate.rule,
        "due": candidate.due.isoformat(),
        "limit": candidate.limit,
        "citation": candidate.citation,
    }


def _events(contract: Contract, rows: Sequence[Any]) -> Iterator[Event]:
    where = zone(contract.time_zone)
    corrected = _corrected_receipt(rows)
    told = _told_orally(rows)
    carried = _carried(rows)
    first = True
    for row in rows:
        known = MEANING.get(row.event)
        if known is None or '"must_follow":true' in row.facts:
            continue
        kind, fixed = known
        at = carried.get(row.seq, row.occurred_at)
        if at is None:
            continue
        more: dict[str, Any] = _day_of_mailing(row, at, where) if row.seq in carried else {}
        if kind == "received" and first:
            first = False
            at = corrected or at
        if kind == "decided" and row.seq in told:
            at, more = told[row.seq], {"oral": True}
        yield Event(
            index=row.seq,
            type=kind,
            at=at.astimezone(UTC),
            day=at.astimezone(where).date(),
            **_said(row, kind, at.astimezone(where).date()) | fixed | more,
        )


def _said(row: Any, kind: str, day: date) -> dict[str, Any]:
    said = {name: getattr(row, column) for column, name in _WORDS.items() if getattr(row, column)}
    if row.days is not None:
        said["days"] = row.days
    said |= _more(row.facts)
    if kind == "notice_sent":
        said["printed"] = row.printed_on or day
        if said.get("kind") == "reduction":
            said.setdefault("ground", "ordinary")
    if kind == "notice_received":
        said.setdefault("of", "adverse")
    return said


def _more(facts: str) -> dict[str, Any]:
    if facts == "{}":
        return {}
    read = {**dict.fromkeys(_INSTANTS, datetime.fromisoformat), **dict.fromkeys(_DATES, _day)}
    return {
        name: read[name](value) if name in read else value
        for name, value in json.loads(facts).items()
        if name in Event.__dataclass_fields__
    }


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _corrected_receipt(rows: Sequence[Any]) -> datetime | None:
    """The last correction wins; what it corrects stays in the history."""
    for row in reversed(rows):
        if row.event == "receipt_corrected":
            return datetime.fromisoformat(json.loads(row.facts)["received_at"])
    return None


def _told_orally(rows: Sequence[Any]) -> dict[int, datetime]:
    """Which decision (by seq) was told orally, and when the person heard it."""
    told: dict[int, datetime] = {}
    decided = None
    for row in rows:
        meaning = MEANING.get(row.event)
        if meaning and meaning[0] == "decided":
            decided = row.seq
        elif row.event == "oral_notice_given" and decided is not None:
            told.setdefault(decided, row.occurred_at)
    return told


def _carried(rows: Sequence[Any]) -> dict[int, datetime | None]:
    """Which notices (by seq) the carrier spoke of: when each was mailed, or None where it was not.
    Its last word on a notice holds."""
    said: dict[int, datetime | None] = {}
    for row in rows:
        if row.event in _CARRIED:
            mailed = row.event == "letter_mailed"
            said[json.loads(row.facts)["notice"]] = row.occurred_at if mailed else None
    return said


def _day_of_mailing(row: Any, at: datetime, where: Any) -> dict[str, Any]:
    """Mailed on a later day than it bears: the member's windows count from that later day."""
    mailed_on = at.astimezone(where).date()
    return {"printed": max(row.printed_on or mailed_on, mailed_on)}


def _as_received(row: Any) -> Row:
    columns = ("seq", "occurred_at", "notice_kind", "days", "ground", "printed_on", "outcome")
    values = {name: getattr(row, name) for name in columns}
    values |= {"outcome": "", "ground": "", "notice_kind": "", "days": None}
    return Row({**values, "event": "received", "said_by": "provider", "facts": "{}"})


def _joined(before: Answer, again: Answer) -> Answer:
    """The clocks after a restart: decision and its letters by policy, the others by the law."""
    clocks: dict[str, Clock] = {clock.name: clock for clock in before.clocks}
    for clock in again.clocks:
        clocks[clock.name] = _by_policy(clock) if clock.name in _DAYS_OF else clock
    return replace(
        again,
        clocks=tuple(clocks.values()),
        events=(*before.events, *again.events),
        refused=(*before.refused, *again.refused),
    )


def _by_policy(clock: Clock) -> Clock:
    winner = clock.candidates[0]
    terms = replace(
        winner.terms, id=_POLICY_RULE, layer=POLICY_LAYER, citation=_POLICY_CITATION, tag=""
    )
    return replace(clock, candidates=(replace(winner, terms=terms), *clock.candidates[1:]))
