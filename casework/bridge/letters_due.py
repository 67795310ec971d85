"""Which letters an event calls for, and who gets a copy: asked of the catalogue, told in rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, exists, select

from casework.bridge.clocks import version_of
from casework.bridge.letter_plan import plan_now
from casework.bridge.office_matters import OFFICES
from casework.bridge.speakers import gets_letters
from casework.context import Context
from casework.models import (
    Case,
    CaseParty,
    ExternalReview,
    Member,
    Practitioner,
    Representative,
)
from letters import catalogue
from letters.entries import DueLetter, LetterFacts

# Of a contract's workflow: whether the primary-care provider gets a copy of what is decided.
PCP_COPIES = "pcp_copies"


# `whose` of what a provider has with the plan in its own right: the member gets no such letter.
OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Occasion:
    """One event that may call for letters, and the state in which it found the case. `whose`:
    OFFICE, or empty for the member's."""

    case_id: int
    member_id: int
    seq: int
    kind: str
    event: str
    line: str
    consequence: str
    on: date
    from_state: str = ""
    whose: str = ""


def due(cx: Context, occasions: Iterable[Occasion]) -> list[tuple[Occasion, DueLetter]]:
    """Every letter that these events call for, one per recipient who exists on that case."""
    wanted = [(occasion, _possible(occasion)) for occasion in occasions]
    wanted = [(occasion, letters) for occasion, letters in wanted if letters]
    if not wanted:
        return []
    cases = [occasion.case_id for occasion, _ in wanted]
    offices = _with_an_office(cx, cases)
    filers = _filed_by_an_office(cx, [o.case_id for o, _ in wanted if o.event in _TO_FILER])
    spoken_for = _with_a_representative(cx, {o.case_id: o.on for o, _ in wanted})
    cared_for = _with_primary_care(cx, [o.case_id for o, found in wanted if _is_for_pcp(found)])
    outside = _with_a_body(cx, [o.case_id for o, found in wanted if _is_for_a_body(found)])
    found = []
    for occasion, letters in wanted:
        there = {
            "member": True,
            "provider": occasion.case_id in (filers if occasion.event in _TO_FILER else offices),
            "representative": occasion.case_id in spoken_for,
            "body": occasion.case_id in outside,
            "primary_care": occasion.case_id in cared_for,
        }
        found += [(occasion, letter) for letter in letters if there[letter.recipient]]
    return found


def _possible(occasion: Occasion) -> tuple[DueLetter, ...]:
    facts = LetterFacts(
        line=occasion.line,
        has_representative=True,
        has_provider=True,
        has_body=True,
        has_primary_care=True,
        consequence=occasion.consequence,
        from_state=occasion.from_state,
        on=occasion.on,
        whose=occasion.whose,
    )
    return _due_for(occasion.kind, occasion.event, facts)


@lru_cache(maxsize=4096)
def _due_for(kind: str, event: str, facts: LetterFacts) -> tuple[DueLetter, ...]:
    return catalogue.due_for(kind, event, facts)


def _is_for_a_body(letters: Iterable[DueLetter]) -> bool:
    return any(letter.recipient == "body" for letter in letters)


def _is_for_pcp(letters: Iterable[DueLetter]) -> bool:
    return any(letter.recipient == "primary_care" for letter in letters)


# Where the plan block of a contract names the body, when the directory does not.
_PRINTED_AS = {"state_fair_hearing": "fair_hearing", "ire": "external"}

# That a case goes on as a complaint is no business of an office that did not file it.
_TO_FILER = frozenset({"converted", "split_off"})
_OFFICES = select(CaseParty.case_id).where(
    CaseParty.case_id.in_(bindparam("cases", expanding=True)),
    CaseParty.role.in_(("requesting", "filing")),
)
# Who asked for confidential communication is written to alone, unless he said otherwise (45 CFR
# 164.522(b)).
_SPOKEN_FOR = (
    select(Case.id, Representative.starts_on, Representative.ends_on)
    .join(Representative, Representative.member_id == Case.member_id)
    .join(Member, Member.id == Case.member_id)
    .where(
        Case.id.in_(bindparam("cases", expanding=True)),
        Representative.ended_at.is_(None),
        Member.died_on.is_(None),  # an appointment ends with the life of who made it
        gets_letters(Case.series_id, Case.restricted),
        Member.confidential_since.is_(None)
        | Member.safe_contact["representatives"].as_boolean().is_(True),
    )
)


def _with_a_body(cx: Context, cases: list[int]) -> set[int]:
    """The reviews whose body outside has an address that we know: its own row, or the one that the
    contract prints in its letters."""
    if not cases:
        return set()
    rows = cx.db.execute(
        select(
            ExternalReview.case_id,
            ExternalReview.body,
            ExternalReview.review_organization_id,
            Case.contract_id,
        )
        .join(Case, Case.id == ExternalReview.case_id)
        .where(ExternalReview.case_id.in_(cases))
    )
    return {
        row.case_id
        for row in rows
        if row.review_organization_id
        or plan_now(cx, row.contract_id).get(_PRINTED_AS.get(row.body, ""))
    }


def _with_primary_care(cx: Context, cases: list[int]) -> set[int]:
    """The cases of which the primary-care office gets copies: the contract wants it (`pcp_copies`),
    it has no copy as a party, and neither case nor member is guarded (45 CFR 164.522)."""
    if not cases:
        return set()
    party = exists().where(
        CaseParty.case_id == Case.id,
        CaseParty.organization_id == Practitioner.organization_id,
        CaseParty.role.in_(("requesting", "filing")),
    )
    rows = cx.db.execute(
        select(Case.id, Case.contract_version_id)
        .join(Member, Member.id == Case.member_id)
        .join(Practitioner, Practitioner.id == Member.primary_care_id)
        .where(
            Case.id.in_(cases),
            Member.confidential_since.is_(None),
            ~Member.restricted,
            ~Case.restricted,
            ~party,
        )
    )
    return {
        row.id for row in rows if version_of(cx, row.contract_version_id).workflow.get(PCP_COPIES)
    }


def _with_an_office(cx: Context, cases: list[int]) -> set[int]:
    rows = cx.db.execute(_OFFICES, {"cases": cases})
    return {row.case_id for row in rows}


def _filed_by_an_office(cx: Context, cases: list[int]) -> set[int]:
    if not cases:
        return set()
    filed = select(Case.id).where(Case.id.in_(cases), Case.filed_by.in_(OFFICES))
    return set(cx.db.execute(filed).scalars())


def _with_a_representative(cx: Context, cases: Mapping[int, date]) -> set[int]:
    rows: Any = cx.db.execute(_SPOKEN_FOR, {"cases": list(cases)})
    return {
        row.id
        for row in rows
        if row.starts_on <= cases[row.id] and (row.ends_on is None or row.ends_on >= cases[row.id])
    }
