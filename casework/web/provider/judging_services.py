"""The services that were typed, judged: codes, days, units, modifiers, diagnoses.

Shapes only; whether a code is billable or on the plan's list is asked later.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from flask_babel import gettext
from marshmallow import ValidationError

from casework import codes
from casework.schemas.fields import Units
from casework.submission import DiagnosisAsSent, LineAsSent
from casework.web.provider import words
from casework.web.provider.typed import Typed, TypedLine

Errors = dict[str, str]

_YEARS: Final = range(1900, 2200)
_MODIFIER: Final = re.compile(r"[0-9A-Z]{2}", re.ASCII)
_UNITS: Final = Units()


def day_of(text: str) -> date | None:
    """A date as browsers send it (2027-03-01) or as people write it (3/1/2027); else None."""
    for pattern in ("%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y"):
        try:
            found = datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007 - a date
        except ValueError:
            continue
        return found if found.year in _YEARS else None
    return None


def first_day(typed: Typed) -> date | None:
    """The first day of service that was typed."""
    return min((day for line in typed.lines if (day := day_of(line.first))), default=None)


def diagnoses_of(typed: Typed, errors: Errors) -> tuple[DiagnosisAsSent, ...]:
    """The diagnoses in their order, the first as the principal one; faults go into `errors`."""
    found: list[DiagnosisAsSent] = []
    for place, code in enumerate(typed.diagnoses, start=1):
        if not code:
            continue
        if not (code.isascii() and codes.is_diagnosis_shape(code)):
            errors[f"diagnosis-{place}"] = gettext(
                "This is no ICD-10-CM code: a letter, a digit and more, such as M54.50."
            )
        elif any(codes.dotted(code) == other.code for other in found):
            errors[f"diagnosis-{place}"] = gettext("This code stands here twice: take one out.")
        kind = "secondary" if found else "principal"
        found.append(DiagnosisAsSent(number=len(found) + 1, code=codes.dotted(code), kind=kind))
    return tuple(found)


def lines_of(typed: Typed, errors: Errors) -> tuple[LineAsSent, ...]:
    """The services that are not empty, numbered from 1; faults go into `errors` by field."""
    if not typed.asked:
        errors["line-1-code"] = gettext("Write the code of at least one service.")
    return tuple(
        _line(number, place, line, typed, errors)
        for number, (place, line) in enumerate(typed.asked, start=1)
    )


def _line(number: int, place: int, line: TypedLine, typed: Typed, errors: Errors) -> LineAsSent:
    code = line.code.upper()
    system: Any = codes.system_of(code)
    at = f"line-{place}-"
    if not code or not code.isascii() or system in {"unknown", "service_type"}:
        errors[at + "code"] = gettext(
            "Write a procedure code of five characters, such as 97110 or E0601."
        )
    first, last = _days(line, at, errors)
    if line.unit and line.unit not in dict(words.UNITS):
        errors[at + "unit"] = gettext("Choose what is counted.")
    if len(line.label) > 200:
        errors[at + "label"] = gettext("Use at most %(count)s characters.", count=200)
    return LineAsSent(
        number=number,
        code=code,
        system=system,
        modifiers=_modifiers(line, at, errors),
        units=_units(line, at, errors),
        unit=line.unit if line.units else "",
        from_date=first,
        to_date=last or first,
        place=typed.place,
        label=line.label,
    )


def _days(line: TypedLine, at: str, errors: Errors) -> tuple[date | None, date | None]:
    first, last = day_of(line.first), day_of(line.last)
    for name, text, found in (("first", line.first, first), ("last", line.last, last)):
        if text and found is None:
            errors[at + name] = gettext("Write the date as month/day/year: 3/14/2026.")
    if last and not line.first:
        errors[at + "first"] = gettext("Write the first day as well as the last.")
    if first and last and last < first:
        errors[at + "last"] = gettext("The last day is before the first.")
    return first, last


def _units(line: TypedLine, at: str, errors: Errors) -> Decimal | None:
    if not line.units:
        return None
    try:
        found: Decimal | None = _UNITS.deserialize(line.units)
    except ValidationError:
        errors[at + "units"] = gettext(
            "Write how many as a number above zero, such as 12 or 1.5; at most 999,999."
        )
        return None
    return found


def _modifiers(line: TypedLine, at: str, errors: Errors) -> tuple[str, ...]:
    found = tuple(part for part in re.split(r"[\s,]+", line.modifiers.upper()) if part)
    if len(found) > 4 or not all(_MODIFIER.fullmatch(part) for part in found):
        errors[at + "modifiers"] = gettext(
            "A modifier has two characters, such as RT or 59; write at most four."
        )
    return found
