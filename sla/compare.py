"""Where a contract runs looser than the shipped law: its adopted layers against federal law and the
layer of its State, probed case by case. It knows no database and no current date."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from sla.clocks import compute
from sla.events import CLOCKS, LAYERS
from sla.probes import Probe, probes
from sla.reading_events import read_events
from sla.rules import RuleBook, load
from sla.values import Answer, Clock, Contract


@dataclass(frozen=True, slots=True)
class Looser:
    """One place where the contract gives the plan more time, or the member less, than the law, or
    where it makes less of a missed decision. `kind`: of case; `what`: the duty or right and the
    cases; `ours`, `law`: the limits in words (`no clock` where the contract has none)."""

    kind: str
    line: str
    what: str
    ours: str
    law: str
    ours_rule: str
    law_rule: str
    citation: str


_FEDERAL = "federal"
_NO_CLOCK = "no clock"
_KIND_WORDS = {
    "prior_auth": "prior authorization",
    "appeal": "appeal",
    "grievance": "grievance",
    "external_review": "external review",
}
_FOLLOWS = {
    "": "nothing follows",
    "deemed_denial": "counts as a denial",
    "deemed_exhaustion": "opens the next level at once",
    "deemed_affirmation": "counts as upheld",
    "deemed_approval": "counts as approved",
}


def looser(
    contract: Contract,
    *,
    on: date | None = None,
    book: RuleBook | None = None,
    by_law: frozenset[str] = frozenset(),
) -> tuple[Looser, ...]:
    """Every clock on which the adopted layers bind the plan later, or close a member's window
    earlier, than federal law and the shipped layer of the contract's State, and every missed
    decision of which they make less, for cases that start in the week from `on` (default: the
    latest day on which a rule was checked). `by_law`: kinds of case that the house computes with
    the federal layer whatever the contract adopts."""
    book = book or load()
    day = on or max(rule.checked for rule in book.versions)
    if contract.line == "medicaid" and contract.rating_period_start is None:
        contract = replace(contract, rating_period_start=date(day.year, 1, 1))
    law = replace(contract, layers=law_layers(contract))
    beside = replace(contract, layers=tuple(sorted({*contract.layers, _FEDERAL})))
    found: dict[tuple[str, ...], tuple[Looser, list[str]]] = {}
    tried = list(probes(contract, day))
    for probe in tried:
        events = read_events(probe.events, contract, probe.subject)
        bound = beside if probe.subject.kind in by_law else contract
        ours = compute(bound, probe.subject, events, book=book)
        theirs = compute(law, probe.subject, events, book=book)
        for one in _compared(contract, probe, ours, theirs):
            cases = found.setdefault(_alike(one), (one, []))[1]
            if probe.words not in cases:
                cases.append(probe.words)
    return tuple(_named(one, cases, tried) for one, cases in found.values())


def law_layers(contract: Contract) -> tuple[str, ...]:
    """The layers of the law that binds this contract: federal, and its State's where we ship it."""
    state = f"state:{(contract.state or '').lower()}"
    return (_FEDERAL, state) if state in LAYERS else (_FEDERAL,)


def _alike(one: Looser) -> tuple[str, ...]:
    """What makes one place of two: the two rules, or one text on what follows from lateness."""
    if one.ours in _FOLLOWS.values():
        return one.kind, one.what, one.ours, one.law, one.citation
    return one.kind, one.what, one.ours_rule, one.law_rule, one.ours, one.law


def _named(one: Looser, cases: list[str], tried: list[Probe]) -> Looser:
    every = {probe.words for probe in tried if probe.subject.kind == one.kind}
    return one if set(cases) == every else replace(one, what=f"{one.what}: {'; '.join(cases)}")


def _compared(contract: Contract, probe: Probe, ours: Answer, law: Answer) -> Iterator[Looser]:
    for theirs in law.clocks:
        if theirs.owner == "reviewer" or theirs.name not in probe.clocks:
            continue
        mine = ours.clock(theirs.name)
        if _told_elsewhere(mine, theirs, ours):
            continue
        if mine is None or _is_looser(mine, theirs):
            yield Looser(
                kind=probe.subject.kind,
                line=contract.line,
                what=f"{CLOCKS[theirs.name].words}, {_KIND_WORDS[probe.subject.kind]}",
                ours=mine.limit if mine else _NO_CLOCK,
                law=theirs.limit,
                ours_rule=mine.rule if mine else "",
                law_rule=theirs.rule,
                citation=theirs.citation,
            )
    if probe.lapses:
        yield from _made_of_a_lapse(contract, probe, ours, law)


def _told_elsewhere(mine: Clock | None, law: Clock, ours: Answer) -> bool:
    """Where the plan cannot take more time it owes no letter about it; where the very same rule
    counts from another clock, that clock was told."""
    if mine is None:
        return law.name == "extension_notice" and bool(ours.refused)
    return (mine.layer, mine.rule) == (law.layer, law.rule)


def _made_of_a_lapse(
    contract: Contract, probe: Probe, ours: Answer, law: Answer
) -> Iterator[Looser]:
    """What the law makes of a decision that did not come, where the contract makes another thing
    of it. A decision without any clock was told already."""
    mine, theirs = ours.clock("decision"), law.clock("decision")
    if mine is None or theirs is None or theirs.consequence is None:
        return
    if mine.consequence != theirs.consequence:
        yield Looser(
            kind=probe.subject.kind,
            line=contract.line,
            what=f"A decision that is too late, {_KIND_WORDS[probe.subject.kind]}",
            ours=_FOLLOWS[mine.consequence or ""],
            law=_FOLLOWS[theirs.consequence],
            ours_rule=_source_of(mine) if mine.consequence else "",
            law_rule=_source_of(theirs),
            citation=theirs.consequence_citation or theirs.citation,
        )


def _source_of(missed: Clock) -> str:
    """The rule whose consequence the missed decision has."""
    having = (each for each in missed.candidates if each.terms.consequence == missed.consequence)
    return min(having, key=lambda each: (each.due, each.terms.rank)).rule


def _is_looser(mine: Clock, law: Clock) -> bool:
    if law.owner == "member" or law.name == "earliest_action":
        return mine.due_utc < law.due_utc
    return mine.due_utc > law.due_utc
