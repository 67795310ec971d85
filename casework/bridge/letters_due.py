"""Which letters an event calls for, and who gets a copy: asked of the catalogue, told in rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select

from casework.context import Context
from casework.models import CaseParty, Representative
from letters import catalogue
from letters.entries import DueLetter, LetterFacts


@dataclass(frozen=True, slots=True)
class Occasion:
    """One event that may call for letters; `notice` overrides nothing and comes from the clock."""

    case_id: int
    member_id: int
    seq: int
    kind: str
    event: str
    line: str
    consequence: str
    on: date


def due(cx: Context, occasions: Iterable[Occasion]) -> list[tuple[Occasion, DueLetter]]:
    """Every letter that these events call for, one per recipient who exists on that case."""
    wanted = [(occasion, _possible(occasion)) for occasion in occasions]
    wanted = [(occasion, letters) for occasion, letters in wanted if letters]
    if not wanted:
        return []
    cases = [occasion.case_id for occasion, _ in wanted]
    offices = _with_an_office(cx, cases)
    spoken_for = _with_a_representative(cx, {o.member_id: o.on for o, _ in wanted})
    found = []
    for occasion, letters in wanted:
        there = {
            "member": True,
            "provider": occasion.case_id in offices,
            "representative": occasion.member_id in spoken_for,
        }
        found += [(occasion, letter) for letter in letters if there[letter.recipient]]
    return found


def _possible(occasion: Occasion) -> tuple[DueLetter, ...]:
    return _due_for(occasion.kind, occasion.event, occasion.line, occasion.consequence, occasion.on)


@lru_cache(maxsize=4096)
def _due_for(kind: str, event: str, line: str, consequence: str, on: date) -> tuple[DueLetter, ...]:
    facts = LetterFacts(
        line=line, has_representative=True, has_provider=True, consequence=consequence, on=on
    )
    return catalogue.due_for(kind, event, facts)


_OFFICES = select(CaseParty.case_id).where(
    CaseParty.case_id.in_(bindparam("cases", expanding=True)),
    CaseParty.role.in_(("requesting", "filing")),
)
_SPOKEN_FOR = select(
    Representative.member_id, Representative.starts_on, Representative.ends_on
).where(Representative.member_id.in_(bindparam("members", expanding=True)))


def _with_an_office(cx: Context, cases: list[int]) -> set[int]:
    rows = cx.db.execute(_OFFICES, {"cases": cases})
    return {row.case_id for row in rows}


def _with_a_representative(cx: Context, members: Mapping[int, date]) -> set[int]:
    rows: Any = cx.db.execute(_SPOKEN_FOR, {"members": list(members)})
    return {
        row.member_id
        for row in rows
        if row.starts_on <= members[row.member_id]
        and (row.ends_on is None or row.ends_on >= members[row.member_id])
    }
