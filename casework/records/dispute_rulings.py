"""What a decision makes of a disputed claim, line by line: paid after all, or as it was, and why.

It sets no price: what is paid is the claims system's, on a payment instruction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from casework.context import Context
from casework.errors import Invalid
from casework.models import Appeal, ClaimReference
from casework.records.determinations import LineRuling, Words


def ruled(
    cx: Context, case: Any, trigger: str, given: Sequence[LineRuling], *, words: Words
) -> tuple[LineRuling, ...]:
    """A ruling for each code of the claim. What stays as it was needs its reason: the line's own,
    else that of the whole decision. Raises Invalid."""
    codes = _codes(cx, case)
    said = {ruling.number: ruling for ruling in given}
    unknown = sorted(set(said) - set(codes))
    if unknown:
        raise Invalid(
            "Only the lines of the claim can be decided here.",
            fields={f"lines/{number}": "The claim has no such line." for number in unknown},
        )
    if trigger == "overturn":
        return tuple(_paid(number, code) for number, code in codes.items())
    if trigger == "uphold":
        stays = {n: said.get(n) or LineRuling(number=n, result="denied") for n in codes}
        return _staying(stays, codes, words)
    return _in_part(said, codes, words)


def _in_part(
    said: Mapping[int, LineRuling], codes: Mapping[int, str], words: Words
) -> tuple[LineRuling, ...]:
    paid = [n for n in codes if n in said and said[n].result != "denied"]
    rest = {n: said.get(n) or LineRuling(number=n, result="denied") for n in codes if n not in paid}
    if not paid or not rest:
        raise Invalid(
            "In part means that some lines are paid and some are not.",
            fields={"lines": "Pay some lines and leave the rest; else decide it as a whole."},
        )
    both = (*(_paid(n, codes[n]) for n in paid), *_staying(rest, codes, words))
    return tuple(sorted(both, key=lambda ruling: ruling.number))


def _paid(number: int, code: str) -> LineRuling:
    return LineRuling(number=number, result="approved", code=code)


def _staying(
    stays: Mapping[int, LineRuling], codes: Mapping[int, str], words: Words
) -> tuple[LineRuling, ...]:
    lacks = {
        f"lines/{number}": "Say why its payment stays as it was."
        for number, ruling in stays.items()
        if not (ruling.reason.strip() or words.reason.strip())
    }
    if lacks:
        raise Invalid("What stays as it was needs its reason.", fields=lacks)
    return tuple(
        replace(
            ruling,
            result="denied",
            code=codes[number],
            reason=ruling.reason.strip() or words.reason.strip(),
        )
        for number, ruling in stays.items()
    )


def _codes(cx: Context, case: Any) -> dict[int, str]:
    codes = cx.db.execute(
        select(ClaimReference.codes)
        .join(Appeal, Appeal.claim == ClaimReference.number)
        .where(Appeal.case_id == case.id, ClaimReference.contract_id == case.contract_id)
    ).scalar()
    return dict(enumerate(codes or (), start=1))
