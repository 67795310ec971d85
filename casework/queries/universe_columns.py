"""The columns of the audit universes, and what is wrong with a row before CMS would say so.

Columns A to E of each table are named as a published copy of the 2022 protocol (CMS-10717) names
them [S]; the others are from knowledge of it [K]: compare them with the protocol that the audit's
engagement letter names before anything is sent.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from casework.queries.universes import Fact
from sla.calendars import zone

SEEN, KNOWN = "S", "K"
NONE: Final = "NA"
_MBI: Final = re.compile(r"[1-9][A-Z][A-Z0-9][0-9][A-Z][A-Z0-9][0-9][A-Z]{2}[0-9]{2}", re.ASCII)
_CONTRACT: Final = re.compile(r"[HRSE][0-9]{4}", re.ASCII)
_MEDICAL: Final = frozenset({"clinical", "not_necessary", "medical_necessity"})
_WHO: Final = {
    "member": "E",
    "representative": "ER",
    "provider": "CP",
    "physician": "CP",
}
_DISPOSITIONS: Final = {
    "approved": "Approved",
    "deemed_approved": "Approved",
    "partially_approved": "Denied in part",
    "denied": "Denied",
    "dismissed": "Dismissed",
    "upheld": "Denied",
    "overturned": "Approved",
    "partially_overturned": "Denied in part",
    "resolved": "Resolved",
}


@dataclass(frozen=True)
class Wrong:
    """One fault of one row: in which column, what is wrong, and what to do."""

    ref: str
    column: str
    value: str
    says: str
    fix: str


@dataclass(frozen=True)
class Column:
    """One column: its letter, its name, whence the name is known (`S` seen, `K` from knowledge),
    the most characters, what it says of a case, and what may be wrong with that."""

    letter: str
    name: str
    tag: str
    most: int
    value: Callable[[Fact], str]
    rule: Callable[[Fact, str], tuple[str, str] | None] = lambda _fact, _value: None


def _day(at: datetime | None, where: str) -> str:
    return f"{at.astimezone(zone(where)):%Y/%m/%d}" if at else NONE


def _hour(at: datetime | None, where: str) -> str:
    return f"{at.astimezone(zone(where)):%H:%M:%S}" if at else NONE


def _yes(said: bool) -> str:
    return "Y" if said else "N"


def _mbi(_fact: Fact, value: str) -> tuple[str, str] | None:
    if _MBI.fullmatch(value):
        return None
    return (
        "This is no Medicare Beneficiary Identifier of 11 characters.",
        "Take the MBI from the enrollment file: the plan’s own member number is not accepted.",
    )


def _cms_contract(_fact: Fact, value: str) -> tuple[str, str] | None:
    if _CONTRACT.fullmatch(value):
        return None
    return (
        "This is no CMS contract number.",
        "Give the contract its CMS number, such as H1234.",
    )


def _not_empty(_fact: Fact, value: str) -> tuple[str, str] | None:
    if value.strip() and value != NONE:
        return None
    return ("It is empty.", "Say in words what was asked for.")


def _after_receipt(fact: Fact, _value: str) -> tuple[str, str] | None:
    if fact.decided_at >= fact.received_at:
        return None
    return ("It is before the receipt.", "Correct the receipt on the case, with its evidence.")


def _was_told(fact: Fact, _value: str) -> tuple[str, str] | None:
    if fact.decided == "dismissed" or fact.written_at or (fact.fast and fact.oral_at):
        return None
    return (
        "No written notice has left.",
        "Look on the case why its letter waits; a row without notice counts as late.",
    )


def _ground_known(fact: Fact, value: str) -> tuple[str, str] | None:
    if value != NONE or fact.decided not in ("denied", "partially_approved"):
        return None
    return ("A denial must say yes or no.", "Record the ground of the decision on the case.")


def _lack(fact: Fact) -> str:
    """Whether it was denied for lack of medical necessity; a ground of ours is clinical or not."""
    if fact.decided not in ("denied", "partially_approved") or not fact.ground:
        return NONE
    return _yes(fact.ground in _MEDICAL)


def _columns(*rest: Column) -> tuple[Column, ...]:
    first = (
        ("Enrollee First Name", SEEN, 50, lambda f: f.given_name, _not_empty),
        ("Enrollee Last Name", SEEN, 50, lambda f: f.family_name, _not_empty),
        ("Enrollee ID", SEEN, 11, lambda f: f.number, _mbi),
        ("Contract ID", SEEN, 5, lambda f: f.contract, _cms_contract),
        ("Plan Benefit Package (PBP)", SEEN, 3, lambda _f: "", _pbp),
        ("First Tier, Downstream, and Related Entity", SEEN, 70, lambda _f: NONE, _fine),
    )
    every = [*(Column("", *each) for each in first), *rest]
    letters = [chr(ord("A") + place) for place in range(len(every))]
    return tuple(
        Column(letter, each.name, each.tag, each.most, each.value, each.rule)
        for letter, each in zip(letters, every, strict=True)
    )


def _pbp(_fact: Fact, value: str) -> tuple[str, str] | None:
    if re.fullmatch(r"[0-9]{3}", value, re.ASCII):
        return None
    return ("The benefit package is not known.", "Take the PBP from the enrollment file.")


def _fine(_fact: Fact, _value: str) -> tuple[str, str] | None:
    return None


def _k(
    name: str,
    most: int,
    value: Callable[[Fact], str],
    rule: Callable[[Fact, str], tuple[str, str] | None] = _fine,
) -> Column:
    return Column("", name, KNOWN, most, value, rule)


_NUMBER: Final = _k("Authorization or Claim Number", 40, lambda f: f.ref)
_RECEIVED: Final = (
    _k("Date the request was received", 10, lambda f: _day(f.received_at, f.zone)),
    _k("Time the request was received", 8, lambda f: _hour(f.received_at, f.zone)),
)
_FORM: Final = _k(
    "AOR/Equivalent notice receipt date",
    10,
    lambda f: _day(f.form_at, f.zone),
)
_PACE: Final = (
    _k("Processed as expedited or standard", 1, lambda f: "E" if f.fast else "S"),
    _k("Was a timeframe extension taken?", 1, lambda f: _yes(f.extended)),
)
_DECISION: Final = (
    _k("Request disposition", 16, lambda f: _DISPOSITIONS[f.decided]),
    _k("Date of the decision", 10, lambda f: _day(f.decided_at, f.zone), _after_receipt),
    _k("Time of the decision", 8, lambda f: _hour(f.decided_at, f.zone)),
)
_NOTICES: Final = (
    _k("Date oral notification provided to enrollee", 10, lambda f: _day(f.oral_at, f.zone)),
    _k("Time oral notification provided to enrollee", 8, lambda f: _hour(f.oral_at, f.zone)),
    _k(
        "Date written notification provided to enrollee",
        10,
        lambda f: _day(f.written_at, f.zone),
        _was_told,
    ),
    _k("Time written notification provided to enrollee", 8, lambda f: _hour(f.written_at, f.zone)),
)
_WHO_ASKED: Final = _k("Who made the request?", 3, lambda f: _WHO.get(f.filed_by, "ER"))
_ISSUE: Final = _k("Issue description and type of service", 2000, lambda f: f.title, _not_empty)
_PART_B: Final = _k("Part B drug request?", 1, lambda f: _yes(f.part_b))

COLUMNS: Final[Mapping[str, tuple[Column, ...]]] = {
    "od": _columns(
        _NUMBER,
        *_RECEIVED,
        _PART_B,
        _FORM,
        *_PACE,
        *_DECISION,
        _k("Denied for lack of medical necessity?", 2, _lack, _ground_known),
        *_NOTICES,
        _WHO_ASKED,
        _ISSUE,
    ),
    "recon": _columns(
        _NUMBER,
        *_RECEIVED,
        _PART_B,
        _FORM,
        *_PACE,
        *_DECISION,
        *_NOTICES,
        _k("Date forwarded to IRE", 10, lambda f: _day(f.forwarded_at, f.zone)),
        _k("Time forwarded to IRE", 8, lambda f: _hour(f.forwarded_at, f.zone)),
        _WHO_ASKED,
        _ISSUE,
    ),
    "grv_c": _columns(
        _k("Grievance number", 40, lambda f: f.ref),
        *_RECEIVED,
        _FORM,
        _k("How was the grievance received?", 7, lambda f: _manner(f.channel)),
        _k("Category of the grievance", 50, lambda f: f.category, _not_empty),
        *_PACE,
        *_DECISION,
        *_NOTICES,
        _WHO_ASKED,
        _k("Grievance description", 2000, lambda f: f.title, _not_empty),
    ),
}
TITLES: Final[Mapping[str, str]] = {
    "od": "OD: standard and expedited pre-service organization determinations",
    "recon": "RECON: standard and expedited pre-service reconsiderations",
    "grv_c": "GRV_C: Part C grievances",
}
# What the protocol has beside these and this house does not make, and why.
NOT_MADE: Final = (
    "PYMT_C (payment requests): claims are paid elsewhere, their system has the universe.",
    "EFF_C (effectuations of what a body outside overturned): not made yet.",
    "AIP (integrated plans): the house has no integrated contract.",
)


def heads(table: str) -> tuple[str, ...]:
    """The heading of the file."""
    return tuple(column.name for column in COLUMNS[table])


def rows(table: str, facts: Iterable[Fact]) -> list[tuple[str, ...]]:
    """The rows of the file: text, cut to what the layout holds."""
    return [
        tuple(" ".join(column.value(fact).split())[: column.most] for column in COLUMNS[table])
        for fact in facts
    ]


def faults(table: str, facts: Iterable[Fact]) -> list[Wrong]:
    """What is wrong, row by row, in the order of the file."""
    found = []
    for fact in facts:
        for column in COLUMNS[table]:
            value = column.value(fact)
            wrong = column.rule(fact, value)
            if wrong is None and len(value) > column.most:
                wrong = (
                    f"It is longer than {column.most} characters.",
                    "The file cuts it: shorten it on the case if the rest matters.",
                )
            if wrong is not None:
                says, fix = wrong
                found.append(Wrong(fact.ref, f"{column.letter} {column.name}", value, says, fix))
    return found


def _manner(channel: str) -> str:
    return "Oral" if channel == "phone" else "Written"
