"""Histories made up at random: walks through the real machines, written by the real ledger.

A walk takes any edge that is open to it (its facts are those that open the edge's guards) or writes
down any observation; the clock is asked first where it may refuse. Many cases share a command.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from casework import bridge, ledger, policy
from casework.context import SYSTEM, Context, Principal
from casework.db import command
from casework.ledger import Change, Head, NewCase, Recorded, Said
from casework.ledger.entries import canonical_json
from sla.events import MUST_FOLLOW, ORDERING_BODIES
from statemachines import engine
from statemachines.facts import Facts
from statemachines.grounds import BODIES
from tests.statemachines.worked_facts import opened

# What ends a walk too soon is rare, what leads deep into a machine is not.
_RARE: Final = (
    "withdraw dismiss convert refuse_late terminate_by_reversal merge take_as_dispute"
    " take_as_appeal take_as_request"
)
_DEEP: Final = (
    "start_review refer_to_physician approve_in_part assign_reviewer overturn_in_part extend"
    " request_expedite request_information receive_information find_incomplete perfect"
)
_WEIGHTS: Final = dict.fromkeys(_RARE.split(), 0.15) | dict.fromkeys(_DEEP.split(), 3.0)
MUST_STAND: Final = frozenset({"extend", "grant_expedite", "refuse_expedite"})
_SETS: Final[dict[str, dict[str, Any]]] = {
    "continue_benefits": {"benefits_continued": True},
    "grant_expedite": {"fast_track": True},
    "refuse_expedite": {"fast_track": False},
}
HOUR: Final = timedelta(hours=1)
CARRIED: Final = frozenset({"letter_mailed", "letter_not_mailed"})


@dataclass
class Walk:
    """One case while it is walked: its contract, and the rows that its clocks are computed from."""

    contract: str
    line: str
    head: Head
    at: datetime
    rows: list[bridge.Row] = field(default_factory=list)


def a_new_case(
    dice: random.Random, *, ids: tuple[int, int], member_id: int, line: str, now: datetime
) -> Change:
    """A case of any kind that came in during the last three days."""
    kind = dice.choice(engine.KINDS)
    priority = dice.choice(("standard", "standard", "expedited"))
    timing = "pre_service"
    if line == "marketplace" or dice.random() < 0.1:
        timing = dice.choice(("pre_service", "concurrent", "post_service"))
    ends = timing == "concurrent" and priority == "expedited"
    received = now - dice.random() * 72 * HOUR
    case = NewCase(
        kind=kind,
        contract_id=ids[0],
        contract_version_id=ids[1],
        member_id=member_id,
        received_at=received,
        channel="phone",
        filed_by=dice.choice(("member", "provider")),
        priority=priority,
        timing=timing,
        service=dice.choice(("medical", "medical", "outpatient_drug", "part_b_drug")),
        about=dice.choice(("other", "access", "billing", "extension", "refused_expedite")),
        course_ends_at=received + dice.choice((20, 80)) * HOUR if ends else None,
        benefits_continued=dice.random() < 0.1,
    )
    trigger = "request" if kind == "external_review" else "receive"
    [facts] = [f for each, f in steps(kind, engine.BEFORE, line, timing) if each == trigger][:1]
    by = dice.choice(("member", "provider", "physician"))
    said = Said(by=by, more={"complete": dice.random() < 0.7})
    return Change(
        case=case,
        trigger=trigger,
        facts=facts,
        said=said,
        occurred_at=received,
        actor=actor_for(kind, trigger),
    )


@command
def open_cases(cx: Context, changes: Sequence[Change]) -> list[Recorded]:
    """Open these cases in one transaction."""
    return ledger.record(cx, changes)


@command
def walk_on(cx: Context, walks: Sequence[Walk], dice: random.Random) -> int:
    """One thing more happens on each of these cases; returns how many events were written."""
    heads = ledger.take_all(cx, [walk.head.id for walk in walks])
    planned: list[tuple[Walk, Change]] = []
    for walk in walks:
        walk.head = heads[walk.head.id]
        planned += [(walk, change) for change in _next(cx, walk, dice)]
    recorded = ledger.record(cx, [change for _, change in planned])
    for (walk, change), each in zip(planned, recorded, strict=True):
        remember(walk, change, each)
    return len(recorded)


def remember(walk: Walk, change: Change, recorded: Recorded) -> None:
    """Keep what was recorded for the next look of the clock."""
    walk.head = recorded.case
    walk.at = change.occurred_at or walk.at
    if recorded.event in bridge.CLOCK_EVENTS:
        walk.rows.append(_row(change, recorded.event, recorded.seq))


def _next(cx: Context, walk: Walk, dice: random.Random) -> list[Change]:
    """What happens now on this case: an edge that is open to it and stands, or an observation."""
    at = walk.at + dice.random() * (cx.now - walk.at)
    head = walk.head
    possible = steps(head.kind, head.state, walk.line, head.timing)
    for _ in range(3):
        if not possible or dice.random() < 0.4:
            break
        weights = [_WEIGHTS.get(trigger, 1.0) for trigger, _ in possible]
        [(trigger, facts)] = dice.choices(possible, weights)
        changes = _step(walk, trigger, facts, at=at, dice=dice)
        if changes and _stands(cx, walk, changes[-1]):
            return changes
    return [_observed(walk, at=at, now=cx.now, dice=dice)]


def _step(
    walk: Walk, trigger: str, facts: Facts, *, at: datetime, dice: random.Random
) -> list[Change]:
    """The changes of this step, with what its form says to the clocks and what it sets."""
    head = walk.head
    if trigger == "request_expedite":
        return _asked_to_expedite(walk, facts, at=at, dice=dice)
    said, sets = Said(), {}
    if trigger == "extend":
        said = _extension(dice)
    elif trigger == "request_information":
        said = Said(more={"time_given_hours": dice.choice((24, 48, 72, 240))})
    elif trigger == "correct_receipt":
        true = head.received_at + dice.choice((-30, -3, 1, 5)) * HOUR
        said, sets = Said(more={"received_at": true.isoformat()}), {"received_at": true}
    elif trigger == "recategorize":
        sets = {"about": dice.choice(("other", "access", "billing"))}
        said = Said(more={"category": sets["about"]})
    else:
        sets = _SETS.get(trigger, {})
    return [_change(head, trigger, facts, at=at, said=said, sets=sets)]


def _asked_to_expedite(
    walk: Walk, facts: Facts, *, at: datetime, dice: random.Random
) -> list[Change]:
    """Asked for; where the plan must follow the one who asks, the system grants it at once and says
    so (services/pace.py)."""
    head = walk.head
    by = dice.choice(("member", "provider", "physician"))
    asked = _change(head, "request_expedite", facts, at=at, said=Said(by=by))
    granting = dict(steps(head.kind, head.state, walk.line, head.timing)).get("grant_expedite")
    if by not in MUST_FOLLOW[walk.line] or granting is None:
        return [asked]
    said, sets = Said(more={"must_follow": True}), _SETS["grant_expedite"]
    return [asked, _change(head, "grant_expedite", granting, at=at, said=said, sets=sets)]


def _extension(dice: random.Random) -> Said:
    asker, ground = dice.choice(
        (
            ("member", "requested"),
            ("provider", "requested"),
            ("plan", "need_information"),
            ("plan", "beyond_control"),
            ("plan", "missing_information"),
        )
    )
    more: dict[str, Any] = {"requested_by": asker}
    if ground == "missing_information":
        more["time_given_days"] = dice.choice((45, 60))
    return Said(days=dice.randint(1, 15), ground=ground, more=more)


def _stands(cx: Context, walk: Walk, change: Change) -> bool:
    """Whether the clock takes it: a step that its rule refuses is not even recorded."""
    if change.trigger not in MUST_STAND or "must_follow" in change.said.more:
        return True
    event = {"extend": "extended", "grant_expedite": "expedite_granted"}.get(
        change.trigger, "expedite_refused"
    )
    seq = walk.head.event_seq + 1
    found = bridge.answer(cx, walk.head, [*walk.rows, _row(change, event, seq)])
    return all(refusal.index != seq for refusal in found.refused)


def _observed(walk: Walk, *, at: datetime, now: datetime, dice: random.Random) -> Change:
    """Something that somebody writes down, sometimes of a day that is long past."""
    name, said = dice.choice(_OBSERVED[walk.head.kind])
    if name == "notice_received" and dice.random() < 0.3:
        at = walk.at - 24 * HOUR
    if name in CARRIED:
        return _of_the_carrier(walk, name, at=at, now=now, dice=dice)
    if name == "effectuation_ordered":
        said = Said(by=dice.choice(sorted(ORDERING_BODIES[walk.line])))
    if name == "notice_sent":
        printed = (at - dice.choice((0, 0, 24)) * HOUR).date()
        said = Said(notice_kind=said.notice_kind, printed_on=printed, more=said.more)
        if said.notice_kind == "reduction":
            until = (now + timedelta(days=dice.randint(2, 20))).date()
            ground = dice.choice(("ordinary", "fraud", "exempt"))
            more = {"effective_date": until.isoformat()}
            said = Said(notice_kind="reduction", printed_on=printed, ground=ground, more=more)
    return Change(case=walk.head, observation=name, occurred_at=at, said=said, actor=SYSTEM)


def _of_the_carrier(
    walk: Walk, name: str, *, at: datetime, now: datetime, dice: random.Random
) -> Change:
    """The print vendor's word on a notice that was handed over: mailed, the same day or later, or
    never. A note where none was handed over yet."""
    notices = [row for row in walk.rows if row.event == "notice_sent"]
    if not notices:
        return Change(case=walk.head, observation="note_added", occurred_at=at, actor=SYSTEM)
    notice = dice.choice(notices)
    if name == "letter_mailed":
        at = min(notice.occurred_at + dice.choice((0, 2, 30, 80)) * HOUR, now)
    said = Said(more={"notice": notice.seq})
    return Change(case=walk.head, observation=name, occurred_at=at, said=said, actor=SYSTEM)


def _sent(*kinds: str) -> list[tuple[str, Said]]:
    return [("notice_sent", Said(notice_kind=kind)) for kind in kinds]


_PROOFS: Final = [("notice_received", Said(more={"of": of})) for of in ("adverse", "extension")]
_ANY: Final = [("oral_notice_given", Said()), ("info_complete", Said()), ("note_added", Said())]
_CARRIER: Final = [("letter_mailed", Said()), ("letter_not_mailed", Said())]
_OBSERVED: Final[dict[str, list[tuple[str, Said]]]] = {
    "prior_auth": [
        *_sent("favorable", "adverse", "adverse", "reduction", "extension", "downgrade"),
        *_sent("dismissal"),
        *_PROOFS,
        *_ANY,
        *_CARRIER,
        ("appealed", Said()),
        ("continuation_requested", Said(by="member")),
    ],
    "appeal": [
        *_sent("resolution", "adverse", "favorable", "acknowledgement", "extension", "downgrade"),
        *_sent("dismissal"),
        *_PROOFS,
        *_ANY,
        *_CARRIER,
        ("appealed", Said()),
        ("continuation_requested", Said(by="member")),
        ("effectuation_ordered", Said()),
    ],
    "grievance": [
        *_sent("resolution", "acknowledgement", "extension", "dismissal"),
        *_ANY,
        *_CARRIER,
        ("incident", Said()),
    ],
    "external_review": [
        *_sent("eligibility", "adverse"),
        *_PROOFS,
        *_ANY,
        *_CARRIER,
        ("reviewer_received", Said()),
        ("effectuation_ordered", Said()),
        ("appealed", Said()),
    ],
}


def _change(
    head: Head,
    trigger: str,
    facts: Facts,
    *,
    at: datetime,
    said: Said,
    sets: dict[str, Any] | None = None,
) -> Change:
    must = "must_follow" in said.more
    return Change(
        case=head,
        trigger=trigger,
        facts=facts,
        occurred_at=at,
        said=said,
        sets=sets or {},
        text={"reason": "A reason in plain words", "wanted": ["a report"]},
        actor=SYSTEM if must else actor_for(head.kind, trigger),
    )


@cache
def steps(kind: str, state: str, line: str, timing: str) -> tuple[tuple[str, Facts], ...]:
    """The steps that are open in this state, each with facts that open it."""
    found = []
    for edge in engine.edges(kind):
        if state in edge.sources:
            facts = opened(edge, line=line, timing=timing, body=BODIES[line])
            try:
                engine.fire(kind, state, edge.trigger, facts)
            except engine.Refused:
                continue
            found.append((edge.trigger, facts))
    return tuple(found)


@cache
def actor_for(kind: str, trigger: str) -> Principal:
    """Somebody whose role may take this step."""
    row = policy.row_for(kind, trigger)
    assert row is not None, trigger
    people = sorted(row.roles - {"system"})
    if not people:
        return SYSTEM
    roles = frozenset(people[:1])
    return Principal(kind="user", id=1, name="Somebody", roles=roles, reach="all")


def _row(change: Change, event: str, seq: int) -> bridge.Row:
    said = change.said
    return bridge.Row(
        {
            "seq": seq,
            "event": event,
            "occurred_at": change.occurred_at,
            "said_by": said.by,
            "outcome": said.outcome,
            "notice_kind": said.notice_kind,
            "days": said.days,
            "ground": said.ground,
            "printed_on": said.printed_on,
            "facts": canonical_json(said.more),
        }
    )
