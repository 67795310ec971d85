"""The track of the quality of care: who was asked, what the peer review found, what follows.

Its rows stand behind a wall of their own (staff who may see restricted cases). Nothing of them is
put into an event, a letter or a case file.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import insert, select, update

from casework import codes, seal
from casework.context import Context
from casework.errors import Invalid, NotAllowed
from casework.ledger.change import Head
from casework.ledger.entries import case_key
from casework.metadata import table_of
from casework.models import QualityReview

# How grave what happened is: the scale of the peer review, 0 (as it should be) to 4.
LEVELS: Final = {
    0: "No concern: the care met the standard",
    1: "Minor: could have been better, no harm possible",
    2: "Moderate: could have harmed",
    3: "Serious: harmed for a time",
    4: "Severe: lasting harm or death",
}
OUTCOMES: Final = {
    "no_action": "Nothing follows",
    "letter_to_provider": "A letter to the provider",
    "watch": "Watch for a pattern",
    "improvement_plan": "A plan of improvement with the provider",
    "committee": "To the peer review committee",
}
# So many words in a row, the same in a letter and in the peer review, are no chance.
_SAME_WORDS: Final = 7
_FEWEST: Final = 4


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What the peer review found."""

    finding: str
    level: int | None
    outcome: str
    provider_npi: str
    provider_name: str


def refer(cx: Context, case: Head, clinician_id: int, question: str) -> None:
    """Write that this clinician is asked, and what. One referral is open at a time: a new one
    takes the place of the one that nobody answered. Whoever refers need not be on the track
    himself: he writes the row and cannot read it.
    """
    key = case_key(cx.database.settings, case)
    sealed = seal.seal_text(key, question, place(case.id, "question"))
    _insert(cx, case, clinician_id, question_ct=sealed)


def answer(cx: Context, case: Head, found: Finding) -> None:
    """Write the peer review into the newest referral, or as one that nobody asked for.

    Raises NotAllowed for who is not on the track, Invalid with the fields that cannot stand.
    """
    _require(cx, found)
    key = case_key(cx.database.settings, case)
    values = {
        "finding_ct": seal.seal_text(key, found.finding, place(case.id, "finding")),
        "level": found.level,
        "outcome": found.outcome,
        "provider_npi": found.provider_npi,
        "provider_name": found.provider_name[:120],
        "found_at": cx.now,
        "found_by": cx.principal.name[:120],
    }
    newest = cx.db.execute(
        select(QualityReview.id)
        .where(QualityReview.case_id == case.id, QualityReview.found_at.is_(None))
        .order_by(QualityReview.id.desc())
        .limit(1)
    ).scalar()
    if newest is None:
        _insert(cx, case, cx.principal.id, **values)
        return
    cx.db.execute(
        update(QualityReview)
        .where(QualityReview.id == newest)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _require(cx: Context, found: Finding) -> None:
    if not cx.principal.restricted:
        raise NotAllowed(
            "Only a clinician who may see restricted cases records a peer review.",
            source="grievance-clinical",
        )
    faults = {}
    if found.level is not None and found.level not in LEVELS:
        faults["level"] = "Enter a number from 0 to 4."
    wrong = codes.npi_problem(found.provider_npi) if found.provider_npi else None
    if wrong:
        faults["provider_npi"] = wrong
    if faults:
        raise Invalid("The peer review cannot be recorded so.", fields=faults)


def require_own_words(cx: Context, case: Head, said: Mapping[str, str]) -> None:
    """Raises Invalid, naming the fields, where a text for the letter holds words of the peer
    review. Whoever may not read the review cannot have copied it, and is not told of it."""
    key = case_key(cx.database.settings, case)
    sealed: list[Any] = list(
        cx.db.execute(
            select(QualityReview.finding_ct).where(QualityReview.case_id == case.id)
        ).scalars()
    )
    findings = [seal.unseal_text(key, each, place(case.id, "finding")) for each in sealed]
    faults = {
        name: "Say it in other words: these stand in the peer review."
        for name, text in said.items()
        if any(_shared(finding, text) for finding in findings)
    }
    if faults:
        raise Invalid(
            "The peer review is privileged and is in no letter: say what was found in words of"
            " your own.",
            fields=faults,
        )


def place(case_id: int, what: str) -> str:
    """What the sealed words of a review are bound to."""
    return f"quality-{what}:{case_id}"


def _insert(cx: Context, case: Head, clinician_id: int, **values: Any) -> None:
    """Without asking for the row back: the wall would not give it to whoever refers."""
    row: dict[str, Any] = {
        "question_ct": b"",
        "finding_ct": b"",
        "level": None,
        "outcome": "",
        "provider_npi": "",
        "provider_name": "",
        "found_at": None,
        "found_by": "",
    }
    row |= {
        "case_id": case.id,
        "clinician_id": clinician_id,
        "referred_at": cx.now,
        "referred_by": cx.principal.name[:120],
    }
    cx.db.execute(insert(table_of(QualityReview)).values(**(row | values)).inline())


def _shared(one: str, other: str) -> bool:
    """Whether both texts hold the same run of words; a short text counts when all of it is
    there."""
    known = _words(one)
    size = min(_SAME_WORDS, len(known))
    there = f" {' '.join(_words(other))} "
    runs = (" ".join(known[start : start + size]) for start in range(len(known) - size + 1))
    return size >= _FEWEST and any(f" {run} " in there for run in runs)


def _words(said: str) -> list[str]:
    return re.findall(r"\w+", said.casefold())
