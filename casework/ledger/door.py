"""The one door: every change of a case passes `record`, and nothing else writes its state.

In the caller's transaction it asks law, policy and machine, appends the events to the chain of each
case, recomputes the clocks with their ladders, owes the letters, and rewrites the case. Nothing is
sent here. It takes a sequence, so that a thousand cases cost the same handful of statements.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import func, select

from casework import bridge, policy, refs, seal
from casework.chain import genesis
from casework.context import Context, Principal
from casework.errors import NotAllowed, NotFound, Problem, StateRefused
from casework.ledger import entries, heads, openness, post, projection, tables
from casework.ledger.change import Change, Head, NewCase, Recorded
from casework.ledger.queue_rules import Namer
from casework.models import CASE_SERIAL
from sla.values import Answer
from statemachines import engine
from statemachines.facts import Facts

# Clock events that a person asks for: where the clock's rule refuses them, nothing happens at all.
_MUST_STAND: Final = frozenset({"extended", "expedite_granted", "expedite_refused"})


def refused(
    principal: Principal, kind: str, state: str, trigger: str, facts: Facts
) -> Problem | None:
    """Why this step may not be taken now, in the order law, policy, state (decision 21); or None.

    Raises NotFound for a trigger that does not exist.
    """
    try:
        by_guard, by_state = engine.refusals(kind, state, trigger, facts)
    except engine.Refused as unknown:
        raise NotFound(unknown.sentence) from unknown
    if by_guard is not None:
        return StateRefused(by_guard.sentence, citation=by_guard.cite, source="guard")
    by_policy = policy.refusal(principal, kind, trigger)
    if by_policy is not None:
        return by_policy
    if by_state is not None:
        return StateRefused(by_state.sentence, citation=by_state.cite, source="state")
    return None


def permit(cx: Context, case: Head, trigger: str, facts: Facts, *, seen: int | None = None) -> None:
    """Raises what `refused` says, then Stale when the case is not the one that the caller saw."""
    problem = refused(cx.principal, case.kind, case.state, trigger, facts)
    if problem is not None:
        raise problem
    heads.unchanged(case, seen)


def record(cx: Context, changes: Sequence[Change]) -> list[Recorded]:
    """Write these changes, in order; returns one Recorded for each, with the case as it now stands.

    Raises StateRefused (law, state), NotAllowed (policy, a case that one only reads), NotFound (no
    such trigger).
    """
    _refuse_beyond_the_form(cx.principal, changes)
    for change in changes:
        if isinstance(change.case, Head):
            heads.refuse_who_only_reads(cx, change.case)
    namer = Namer(cx)
    opening = _opening(cx, namer, [c.case for c in changes if isinstance(c.case, NewCase)])
    moved: dict[int, Head] = {}
    rows: list[dict[str, Any]] = []
    recorded: list[Recorded] = []
    versions: set[int] = set()
    for change in changes:
        start = opening[id(change.case)] if isinstance(change.case, NewCase) else change.case
        head = moved.get(start.id, start)
        row, each = _enter(cx, head, namer.settled(head, change))
        rows.append(row)
        recorded.append(each)
        moved[each.case.id] = each.case
        if _moves_version(cx, change):
            versions.add(each.case.id)
    clocked = _clocked(changes, rows)
    answers = projection.answers(
        cx, {case_id: head for case_id, head in moved.items() if case_id in clocked}, rows
    )
    _refuse_what_the_clock_refuses(rows, answers)
    final = {
        case_id: _settled(head, answers.get(case_id), counted=case_id in versions)
        for case_id, head in moved.items()
    }
    fresh = {head.id for head in opening.values()}
    tables.insert_cases(cx, [final[case_id] for case_id in fresh])
    tables.insert_parties(cx, _parties(changes, opening))
    tables.rewrite_cases(cx, [head for head in final.values() if head.id not in fresh])
    tables.insert_events(cx, rows)
    projection.project(cx, final, answers, fresh=fresh)
    openness.weigh(cx, [head.id for head in final.values() if not head.open])
    post.owe_letters(cx, recorded, final, answers)
    return [replace(each, case=final[each.case.id]) for each in recorded]


def _refuse_beyond_the_form(principal: Principal, changes: Sequence[Change]) -> None:
    """Whoever speaks for a member does what the form lets him do (45 CFR 164.502(g); 42 CFR
    438.402(c)(1)(ii), 422.561). What he may see is the rows' own wall."""
    form = principal.narrowed
    if not form.looks_only and not form.limited:
        return
    for case in (change.case for change in changes):
        if case.member_id in form.looks_only:
            raise NotAllowed(
                "Your form lets you read, not act. Ask the member to send it, or to sign a form"
                " that lets you act.",
                source="form",
            )
        if case.member_id in form.limited and case.series_id not in form.series:
            raise NotAllowed(
                "Your form is about one service. Ask the member for a form that covers this too.",
                source="form",
            )


def _opening(cx: Context, namer: Namer, wanted: Sequence[NewCase]) -> dict[int, Head]:
    """A Head with its number and key for each case to be opened, by identity of the NewCase."""
    if not wanted:
        return {}
    serials: Iterable[int] = (0,)  # of a rehearsal, which opens one case at most
    if not cx.rehearsed:
        serials = cx.db.execute(
            select(CASE_SERIAL.next_value()).select_from(func.generate_series(1, len(wanted)))
        ).scalars()
    pairs = zip({id(new): new for new in wanted}.values(), serials, strict=False)
    return {id(new): namer.new(_new_head(cx, new, serial)) for new, serial in pairs}


def _parties(changes: Sequence[Change], opening: Mapping[int, Head]) -> set[tuple[int, int, str]]:
    return {
        (opening[id(change.case)].id, organization, role)
        for change in changes
        if isinstance(change.case, NewCase)
        for organization, role in change.case.parties
    }


def _new_head(cx: Context, new: NewCase, serial: int) -> Head:
    wrapping = seal.wrapping_key(cx.database.settings.keys["documents"])
    _key, sealed = seal.new_key(wrapping, f"case:{serial}")
    shared = {
        name: getattr(new, name) for name in NewCase.__dataclass_fields__ if name != "parties"
    }
    return Head(
        **shared | {"series_id": new.series_id or serial},
        id=serial,
        ref=refs.reference(new.kind, serial, cx.now),
        state=engine.BEFORE,
        version=0,
        event_seq=0,
        link=genesis(f"case:{serial}"),
        key_sealed=sealed,
        fast_track=new.priority == "expedited",
        open=True,
        next_due_at=None,
        next_clock="",
        outcome="",
    )


def _enter(cx: Context, case: Head, change: Change) -> tuple[dict[str, Any], Recorded]:
    """One change on one case: ask, then write its entry; nothing touches the database."""
    actor = change.actor or cx.principal
    if change.trigger:
        problem = refused(actor, case.kind, case.state, change.trigger, change.facts)
        if problem is not None:
            raise problem
        try:
            fired = engine.fire(case.kind, case.state, change.trigger, change.facts)
        except engine.Refused as error:
            raise StateRefused(error.sentence, citation=error.cite, source=error.why) from error
        event, source, dest = fired.event, fired.source, fired.dest
    else:
        if change.observation not in bridge.OBSERVATIONS:
            raise ValueError(f"{change.observation!r} is no observation: add it to the vocabulary.")
        event, source, dest = change.observation, "", ""
    written_source = "" if source == engine.BEFORE else source
    row, after = entries.entry(
        cx, case, change, event=event, from_state=written_source, to_state=dest
    )
    after = replace(after, **change.sets) if change.sets else after
    return row, Recorded(after, row["seq"], event, written_source, dest or case.state)


def _moves_version(cx: Context, change: Change) -> bool:
    """Edges and what people change move the version; a letter that leaves refuses no nurse."""
    if change.moves_version is not None:
        return change.moves_version
    by_system = (change.actor or cx.principal).kind == "system"
    return bool(change.trigger) or (bool(change.sets) and not by_system)


def _refuse_what_the_clock_refuses(
    rows: Sequence[dict[str, Any]], answers: Mapping[int, Answer]
) -> None:
    for row in rows:
        if row["event"] not in _MUST_STAND:
            continue
        if '"must_follow":true' in row["facts"]:
            continue
        for refusal in answers[row["case_id"]].refused:
            if refusal.index == row["seq"]:
                raise StateRefused(refusal.reason, source="clock")


def _clocked(changes: Sequence[Change], rows: Sequence[dict[str, Any]]) -> set[int]:
    """The cases whose clocks can have moved: an edge was taken, or a clock event observed."""
    return {
        row["case_id"]
        for change, row in zip(changes, rows, strict=True)
        if change.trigger or row["event"] in bridge.CLOCK_EVENTS
    }


def _settled(head: Head, answer: Answer | None, *, counted: bool) -> Head:
    """The case with its version, nearest due and openness as the clocks now have them."""
    version = head.version + 1 if counted else head.version
    if answer is None:
        return replace(head, version=version)
    standing = projection.standing_of(answer)
    return replace(
        head,
        version=version,
        open=head.state in engine.open_states(head.kind) or standing.running,
        next_due_at=standing.next_due_at,
        next_clock=standing.next_clock,
    )
