"""One matter across its cases: the request, the appeals, the reviews outside, and the grievances
about any of them; how each stands, all their clocks, and one history.

A fixed number of questions, however many cases and however long. Restricted cases stay hidden from
whoever may not see them, as everywhere.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, or_, select, tuple_

from casework.context import Context
from casework.models import (
    Authorization,
    Case,
    CaseEvent,
    Clock,
    Determination,
    Grievance,
    Letter,
    Obligation,
)
from casework.queries.case_file import key_of
from casework.queries.timeline import INTERNAL, Entry, entry_of
from casework.records.obligations import CARRY_OUT
from statemachines import engine

PAGE: Final = 60
DONE, OWED, LATE, NOTHING = "done", "owed", "late", "nothing"
TELLING: Final = frozenset(
    {
        "written_notice", "denial_notice", "acknowledgement", "extension_notice",
        "downgrade_notice", "eligibility_notice", "information_request",
    }
)  # fmt: skip
CARRYING_OUT: Final = frozenset({"effectuation", "provision", "forward_to_ire", "file_to_reviewer"})
_GIVEN: Final = frozenset({"approved", "partial", "overturned"})

Place = tuple[datetime, int, int]


@dataclass(frozen=True)
class Part:
    """One of the three things that make a case done: how it stands, since or until when."""

    stands: str
    at: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """A case of the matter: decided, told, carried out; done only when all three are."""

    case: Any
    decided: Part
    told: Part
    carried_out: Part

    @property
    def done(self) -> bool:
        """Nothing more is owed on it."""
        parts = (self.decided, self.told, self.carried_out)
        return not any(part.stands in (OWED, LATE) for part in parts)


@dataclass(frozen=True)
class Happened:
    """One entry of the history, with the case on which it stands."""

    ref: str
    kind: str
    entry: Entry
    place: Place


def cases_of(cx: Context, case: Any) -> tuple[Any, ...]:
    """Every case of the matter of this one, the oldest first: its series, and what was complained
    of about it. A grievance about a case belongs to that case's matter."""
    series = {case.series_id}
    if case.kind == "grievance":
        about = (
            select(Case.series_id)
            .join(Grievance, Grievance.about_case_id == Case.id)
            .where(Grievance.case_id == case.id)
        )
        series |= set(cx.db.execute(about).scalars())
    inside = select(Case.id).where(Case.series_id.in_(series))
    complained = select(Grievance.case_id).where(
        Grievance.about_case_id.in_(inside.scalar_subquery())
    )
    rows = cx.db.execute(
        select(Case)
        .where(or_(Case.series_id.in_(series), Case.id.in_(complained.scalar_subquery())))
        .order_by(Case.received_at, Case.id)
    ).scalars()
    return tuple(rows)


def clocks_of(cx: Context, cases: Sequence[Any]) -> Mapping[int, tuple[Any, ...]]:
    """The clocks of these cases, by case, as they began."""
    found: dict[int, list[Any]] = {}
    for row in cx.db.execute(
        select(Clock)
        .where(Clock.case_id.in_([each.id for each in cases]))
        .order_by(Clock.anchor_at, Clock.due_at, Clock.id)
    ).scalars():
        found.setdefault(row.case_id, []).append(row)
    return {case_id: tuple(rows) for case_id, rows in found.items()}


def standings(
    cx: Context, cases: Sequence[Any], clocks: Mapping[int, Sequence[Any]]
) -> tuple[Standing, ...]:
    """How each of these cases stands: decided, told, carried out."""
    ids = [each.id for each in cases]
    decided = _newest_decisions(cx, ids)
    letters = _letters(cx, ids)
    owed = _owed(cx, ids)
    authorized = _authorized(cx, ids)
    return tuple(
        Standing(
            case=case,
            decided=_decided(cx.now, case, decided.get(case.id), clocks.get(case.id, ())),
            told=_told(cx.now, case, letters.get(case.id, {}), clocks.get(case.id, ())),
            carried_out=_carried_out(
                cx.now,
                clocks.get(case.id, ()),
                owed=owed.get(case.id),
                given=_gave(case, decided.get(case.id)),
                authorized=authorized.get(case.id),
            ),
        )
        for case in cases
    )


def happened(
    cx: Context,
    cases: Sequence[Any],
    *,
    events: Collection[str] = (),
    before: Place | None = None,
    outside: bool = False,
) -> tuple[Happened, ...]:
    """What happened on these cases, the newest first, below `before`; of these `events` only, where
    any are named. Outsiders read no internal note and no sealed word."""
    known = {each.id: each for each in cases}
    wanted = select(CaseEvent).where(CaseEvent.case_id.in_(known))
    if events:
        wanted = wanted.where(CaseEvent.event.in_(events))
    if outside:
        wanted = wanted.where(CaseEvent.event.not_in(INTERNAL))
    order = (CaseEvent.occurred_at, CaseEvent.case_id, CaseEvent.seq)
    if before is not None:
        wanted = wanted.where(tuple_(*order) < tuple_(*before))
    rows = cx.db.execute(
        wanted.order_by(*(column.desc() for column in order)).limit(PAGE)
    ).scalars()
    keys = {case_id: b"" if outside else key_of(cx, case) for case_id, case in known.items()}
    return tuple(
        Happened(
            known[row.case_id].ref,
            known[row.case_id].kind,
            entry_of(row.case_id, row, keys[row.case_id]),
            (row.occurred_at, row.case_id, row.seq),
        )
        for row in rows
    )


def _newest_decisions(cx: Context, ids: Collection[int]) -> dict[int, Any]:
    rows = cx.db.execute(
        select(
            Determination.case_id,
            Determination.outcome,
            Determination.decided_at,
            Determination.decided_by_name,
        )
        .where(Determination.case_id.in_(ids))
        .order_by(Determination.case_id, Determination.version)
    )
    return {row.case_id: row for row in rows}


def _letters(cx: Context, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """When the last letter of each state was owed or sent, by case."""
    rows = cx.db.execute(
        select(
            Letter.case_id,
            Letter.state,
            func.max(func.coalesce(Letter.sent_at, Letter.owed_at)).label("at"),
        )
        .where(Letter.case_id.in_(ids))
        .group_by(Letter.case_id, Letter.state)
    )
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        found.setdefault(row.case_id, {})[row.state] = row.at
    return found


def _owed(cx: Context, ids: Collection[int]) -> dict[int, datetime]:
    rows = cx.db.execute(
        select(Obligation.case_id, func.min(Obligation.due_at).label("due_at"))
        .where(
            Obligation.case_id.in_(ids),
            Obligation.kind == CARRY_OUT,
            Obligation.done_at.is_(None),
        )
        .group_by(Obligation.case_id)
    )
    return {row.case_id: row.due_at for row in rows}


def _authorized(cx: Context, ids: Collection[int]) -> dict[int, datetime]:
    """When what a case gave was last set up: on the case itself, or on the request for it."""
    rows = cx.db.execute(
        select(Authorization.case_id, Authorization.effectuates_case_id, Authorization.issued_at)
        .where(
            or_(Authorization.case_id.in_(ids), Authorization.effectuates_case_id.in_(ids)),
            Authorization.ended_on.is_(None),
        )
        .order_by(Authorization.issued_at)
    )
    found: dict[int, datetime] = {}
    for case_id, for_case, at in rows:
        found |= {case_id: at} | ({for_case: at} if for_case is not None else {})
    return found


def _decided(now: datetime, case: Any, decision: Any, clocks: Sequence[Any]) -> Part:
    if case.state in engine.decided_states(case.kind):
        return Part(DONE, decision.decided_at if decision is not None else None)
    if case.state not in engine.open_states(case.kind):
        return Part(NOTHING)
    due = next((clock.due_at for clock in clocks if clock.name == "decision"), None)
    return Part(LATE if due is not None and due < now else OWED, due)


def _told(now: datetime, case: Any, letters: Mapping[str, datetime], clocks: Sequence[Any]) -> Part:
    if letters.keys() & {"refused", "parked"}:
        return Part(LATE)
    runs = [clock for clock in clocks if clock.name in TELLING and _runs(clock)]
    decision = [clock for clock in clocks if clock.name == "decision" and _runs(clock)]
    if case.state in engine.decided_states(case.kind):
        runs += decision
    if runs:
        due = min(clock.due_at for clock in runs)
        return Part(LATE if due < now else OWED, due)
    if letters.keys() & {"due", "deposited", "held"}:
        return Part(OWED)
    sent = letters.get("sent")
    # A decision's clock is met by its notice (decision 1 of the design).
    tells = TELLING | ({"decision"} if case.state in engine.decided_states(case.kind) else set())
    met = [c.satisfied_at for c in clocks if c.name in tells and c.satisfied_at is not None]
    if sent is None and not met:
        return Part(NOTHING)
    return Part(DONE, max((each for each in (sent, *met) if each is not None), default=None))


def _carried_out(
    now: datetime,
    clocks: Sequence[Any],
    *,
    owed: datetime | None,
    given: bool,
    authorized: datetime | None,
) -> Part:
    runs = [clock.due_at for clock in clocks if clock.name in CARRYING_OUT and _runs(clock)]
    due = min((*runs, *((owed,) if owed is not None else ())), default=None)
    if due is not None:
        return Part(LATE if due < now else OWED, due)
    met = [c.satisfied_at for c in clocks if c.name in CARRYING_OUT and c.satisfied_at is not None]
    if met or (given and authorized is not None):
        return Part(DONE, max((*met, *((authorized,) if authorized is not None else ()))))
    return Part(NOTHING)


def _gave(case: Any, decision: Any) -> bool:
    return decision is not None and decision.outcome in _GIVEN


def _runs(clock: Any) -> bool:
    """Whether the plan still owes what this clock times."""
    if clock.owner == "member" or clock.ended:
        return False
    return clock.state == "open" or (clock.state == "missed" and clock.satisfied_at is None)
