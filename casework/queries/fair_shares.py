"""Sharing work out: who gets which case, by skill, load and absence, and why. Pure.

The published rule: what is due first is given first; to whoever may have it (role, contract,
licence, restricted cases, here until it is due, did not refuse it) and has the least load, where a
specialty that fits counts as PREFERRED points less. Equal loads go by name.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

RULE: Final = (
    "What is due first is given first, to whoever works in that role for its plan, has a licence"
    " in force, may see it, is here until it is due, did not refuse it, and has the least load."
    " An overdue case weighs 4, due today 3, within two days 2, later 1; the fast track one more."
    " Where the specialty fits that of who asked for the service, three points less are counted."
)
PREFERRED: Final = 3
LICENSED: Final[Mapping[str, frozenset[str]]] = {
    "nurse": frozenset({"RN", "LPN", "APRN", "NP"}),
    "physician": frozenset({"MD", "DO"}),
    "ag_clinician": frozenset({"MD", "DO"}),
}


@dataclass(frozen=True)
class Hand:
    """Somebody who could be given work. `licences` are those in force; `away` is set for who is
    away today; `leaves_on` the first day of the next absence."""

    id: int
    name: str
    roles: frozenset[str]
    contracts: frozenset[int]
    sees_restricted: bool
    licences: frozenset[str]
    specialties: frozenset[str]
    load: int
    away: bool = False
    leaves_on: date | None = None


@dataclass(frozen=True)
class Piece:
    """A case to be given: whose next step it is, and what it asks of whoever gets it."""

    case_id: int
    role: str
    contract_id: int
    restricted: bool
    specialty: str
    due_at: datetime | None
    weight: int
    from_id: int | None = None


@dataclass(frozen=True)
class Share:
    """Who gets a case (None: nobody may), and why, in a sentence."""

    case_id: int
    to_id: int | None
    why: str


def share(
    pieces: Sequence[Piece], hands: Sequence[Hand], refused: Collection[tuple[int, int]] = ()
) -> list[Share]:
    """Give these pieces, in their order, to these hands; `refused` are (case, person)."""
    loads = {hand.id: hand.load for hand in hands}
    found = []
    for piece in pieces:
        faults = {hand.id: against(piece, hand, refused) for hand in hands}
        fit = [hand for hand in hands if not faults[hand.id]]
        if not fit:
            found.append(Share(piece.case_id, None, _nobody(piece, faults.values())))
            continue
        best = min(fit, key=lambda hand: (_counts(piece, hand, loads), hand.name, hand.id))
        found.append(Share(piece.case_id, best.id, _why(piece, best, loads[best.id], len(fit))))
        loads[best.id] += piece.weight
    return found


def against(piece: Piece, hand: Hand, refused: Collection[tuple[int, int]] = ()) -> str:
    """Why this person is not given this case, as a few words; empty where nothing speaks against
    it."""
    needed = LICENSED.get(piece.role)
    if piece.role not in hand.roles:
        return "another role"
    if piece.contract_id not in hand.contracts:
        return "another plan"
    if needed and not needed & hand.licences:
        return "no licence in force"
    if piece.restricted and not hand.sees_restricted:
        return "may not see restricted cases"
    if hand.id == piece.from_id:
        return "has it now"
    if hand.away:
        return "away"
    if hand.leaves_on and (piece.due_at is None or piece.due_at.date() >= hand.leaves_on):
        return "away before it is due"
    return "refused it" if (piece.case_id, hand.id) in refused else ""


def _counts(piece: Piece, hand: Hand, loads: Mapping[int, int]) -> int:
    return loads[hand.id] - (PREFERRED if _fits(piece, hand) else 0)


def _fits(piece: Piece, hand: Hand) -> bool:
    return bool(piece.specialty) and piece.specialty in hand.specialties


def _why(piece: Piece, hand: Hand, load: int, of: int) -> str:
    points = f"{load} point" + ("" if load == 1 else "s")
    least = f"the least load of the {of} who may ({points})" if of > 1 else "the only one who may"
    return f"{piece.specialty} fits; {least}" if _fits(piece, hand) else least.capitalize()


def _nobody(piece: Piece, faults: Collection[str]) -> str:
    """What keeps the people of its role and plan from it."""
    told = Counter(each for each in faults if each not in {"another role", "another plan"})
    if not told:
        return f"Nobody works as {piece.role.replace('_', ' ')} for its plan."
    why = ", ".join(f"{count} {words}" for words, count in told.most_common())
    return f"Nobody may have it: {why}."
