"""What could be handed out, to whom, and why: the plan of a batch, worked out and not yet kept.

The rule itself is `fair_shares`; this module reads what it needs: cases, people, licences, loads.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, or_, select, tuple_

from casework.context import Context
from casework.models import (
    Case,
    Contract,
    Licence,
    User,
    UserContract,
    WorkRefusal,
)
from casework.queries import load
from casework.queries.due import time_left, windows
from casework.queries.fair_shares import Hand, Piece, Share, against, share
from casework.queries.next_step import next_step, pairs_for
from casework.records import holding, refusing
from casework.records.batch_rows import Proposal
from casework.records.whereabouts import Whereabouts, whereabouts

MOST: Final = 500
ROLES: Final = ("nurse", "physician", "ag_specialist", "ag_clinician")
# Cases that are ticked, and cases that a person has, are taken as they are, on hold or not.
PICKED: Final = ("cases", "person")


@dataclass(frozen=True, kw_only=True)
class Source:
    """Which cases: those that nobody has (of a queue, a plan, a group of dues), all of a person,
    those that `still` stand with people who are gone or away, those `passed` over, or these
    `cases` (number and the version that was seen). `to`: one person for all, else by the rule."""

    queue: str = ""
    contract: str = ""
    due: str = ""
    person: int = 0
    still: bool = False
    passed: bool = False
    cases: tuple[tuple[str, int], ...] = ()
    to: int = 0

    def asked(self) -> dict[str, Any]:
        """The same as the batch keeps it: codes and numbers."""
        kept: dict[str, Any] = {
            name: getattr(self, name)
            for name in ("queue", "contract", "due", "person", "still", "passed", "to")
            if getattr(self, name)
        }
        return kept | ({"cases": len(self.cases)} if self.cases else {})


def plan(cx: Context, source: Source) -> list[Proposal]:
    """Who would get which of these cases, what is due first first; at most MOST of them."""
    away = whereabouts(cx)
    rows = cx.db.execute(_wanted(cx, source, away)).all()
    seen = dict(source.cases)
    if not rows:
        return []
    pieces = [_piece(cx, row) for row in rows]
    hands = hands_of(cx, away)
    shares = _shares(cx, source, pieces, hands)
    return [
        Proposal(
            case_id=row.id,
            seen=seen.get(row.ref, row.version),
            from_id=row.assignee_id,
            to_id=each.to_id,
            why=each.why,
        )
        for row, each in zip(rows, shares, strict=True)
    ]


def hands_of(cx: Context, away: Whereabouts) -> list[Hand]:
    """Everybody who may be given work on a contract within reach, with licences and load."""
    people = [each for each in load.of_people(cx, away) if each.here]
    ids = [each.id for each in people]
    contracts = _by_person(cx, ids)
    licences = _licences(cx, ids)
    restricted = set(
        cx.db.execute(select(User.id).where(User.id.in_(ids), User.sees_restricted)).scalars()
    )
    return [
        Hand(
            id=each.id,
            name=each.name,
            roles=frozenset(each.roles),
            contracts=frozenset(contracts.get(each.id, ())),
            sees_restricted=each.id in restricted,
            licences=frozenset(kind for kind, _ in licences.get(each.id, ())),
            specialties=frozenset(field for _, field in licences.get(each.id, ()) if field),
            load=each.pile.weight,
            away=each.away_until is not None,
            leaves_on=each.leaves_on,
        )
        for each in people
    ]


def choices(cx: Context) -> tuple[tuple[int, str], ...]:
    """Id and words of everybody to whom cases can be given by name, by name."""
    people = load.of_people(cx)
    return tuple(
        (each.id, f"{each.name}, {each.title}" if each.title else each.name)
        for each in sorted(people, key=lambda each: each.name)
        if each.here and set(each.roles) & {*ROLES, "supervisor"}
    )


def _shares(
    cx: Context, source: Source, pieces: Sequence[Piece], hands: Sequence[Hand]
) -> list[Share]:
    refused = refusing.kept_away(cx, [piece.case_id for piece in pieces])
    if not source.to:
        return share(pieces, hands, refused)
    chosen = next((hand for hand in hands if hand.id == source.to), None)
    return [_to_one(piece, chosen, refused) for piece in pieces]


def _to_one(piece: Piece, hand: Hand | None, refused: Collection[tuple[int, int]]) -> Share:
    """A person who was named gets it unless plan or walls forbid; what else speaks against it is
    said, and the supervisor decides."""
    if hand is None:
        return Share(piece.case_id, None, "Nobody of ours has this number.")
    why = against(piece, hand, refused)
    if why in {"another plan", "may not see restricted cases", "has it now"}:
        return Share(piece.case_id, None, f"{hand.name}: {why}.")
    return Share(
        piece.case_id, hand.id, f"Chosen by name; mind: {why}" if why else "Chosen by name"
    )


def _wanted(cx: Context, source: Source, away: Whereabouts) -> Select[Any]:
    statement: Any = (
        select(
            Case.id,
            Case.ref,
            Case.kind,
            Case.state,
            Case.version,
            Case.contract_id,
            Case.restricted,
            Case.fast_track,
            Case.next_due_at,
            Case.assignee_id,
            Case.specialty,
        )
        .where(Case.open, *_which(source, away))
        .order_by(Case.next_due_at.asc().nulls_last(), Case.id)
        .limit(MOST)
    )
    if not source.cases and not source.person:
        statement = statement.where(
            ~holding.on_hold(cx.now), tuple_(Case.kind, Case.state).in_(pairs_for(ROLES))
        )
    if source.contract:
        inside = select(Contract.id).where(Contract.code == source.contract)
        statement = statement.where(Case.contract_id.in_(inside))
    if source.due:
        statement = statement.where(*_due(cx, source.due))
    return statement  # type: ignore[no-any-return]  # a select that was narrowed


def _which(source: Source, away: Whereabouts) -> list[Any]:
    if source.cases:
        return [Case.ref.in_([ref for ref, _seen in source.cases])]
    if source.person:
        return [Case.assignee_id == source.person]
    if source.still:
        return [away.stands_still()]
    if source.passed:
        told = select(WorkRefusal.case_id).where(
            WorkRefusal.answered_at.is_(None), WorkRefusal.surfaced_at.is_not(None)
        )
        return [Case.assignee_id.is_(None), Case.id.in_(told)]
    nobody: list[Any] = [or_(Case.assignee_id.is_(None), away.stands_still())]
    return [*nobody, Case.queue == source.queue] if source.queue else nobody


def _due(cx: Context, due: str) -> list[Any]:
    start, end = windows(cx.now, load.DESK_ZONE)[due]
    inside = [Case.next_due_at >= start] if start is not None else []
    return [*inside, Case.next_due_at < end] if end is not None else inside


def _piece(cx: Context, row: Any) -> Piece:
    group = time_left(row.next_due_at, cx.now, load.DESK_ZONE).group
    return Piece(
        case_id=row.id,
        role=next_step(row.kind, row.state).who,
        contract_id=row.contract_id,
        restricted=row.restricted,
        specialty=row.specialty or "",
        due_at=row.next_due_at,
        weight=load.weight_of(group, fast=row.fast_track),
        from_id=row.assignee_id,
    )


def _by_person(cx: Context, ids: Collection[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for row in cx.db.execute(
        select(UserContract.user_id, UserContract.contract_id).where(UserContract.user_id.in_(ids))
    ):
        found.setdefault(row.user_id, set()).add(row.contract_id)
    return found


def _licences(cx: Context, ids: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    today = cx.now.date()
    rows = cx.db.execute(
        select(Licence.user_id, Licence.kind, Licence.specialty).where(
            Licence.user_id.in_(ids),
            Licence.starts_on <= today,
            or_(Licence.ends_on.is_(None), Licence.ends_on >= today),
        )
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for row in rows:
        found.setdefault(int(row.user_id or 0), []).append((row.kind, row.specialty))
    return found
