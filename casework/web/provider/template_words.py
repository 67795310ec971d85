"""What the templates of an office may call: sentences from below, sizes, numbers, zones, names."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext, ngettext

from casework.queries.eligibility import FLAGS
from casework.web import moments
from casework.web.provider import judging_occasion, papers, questions, saying, words
from casework.web.provider.blueprint import provider

_MIB: Final = 1024 * 1024
# Names of codes, by what they are codes of.
NAMES: Final[dict[str, dict[str, Any]]] = {
    "timing": {code: told for code, told, _hint in words.TIMINGS},
    "service": dict(words.SERVICES),
    "place": dict(words.PLACES),
    "channel": {
        "portal": lazy_gettext("this portal"),
        "api": "API",
        "fhir": "FHIR",
        "x12": "X12 278",
        "fax": lazy_gettext("fax"),
        "phone": lazy_gettext("telephone"),
        "mail": lazy_gettext("mail"),
    },
}


@provider.record_once
def _teach(state: Any) -> None:
    """Give the templates what macros need, which see no context of their own."""
    state.app.jinja_env.globals.update(
        occasion_words=judging_occasion,
        question_words=questions,
        said_below=saying.said,
        state_of=saying.state_of,
        event_in_words=saying.event_in_words,
        zone_in_words=moments.zone_in_words,
        zone_differs=zone_differs,
        size_in_words=size_in_words,
        megabytes_at_once=papers.MOST_BYTES // _MIB,
        units_in_words=units_in_words,
        office_names=NAMES,
        coverage_flags=FLAGS,
    )


def zone_differs(instant: datetime, zone: str, other: str) -> bool:
    """True when clocks of the two zones show different times at this instant."""
    return instant.astimezone(ZoneInfo(zone)).utcoffset() != (
        instant.astimezone(ZoneInfo(other)).utcoffset()
    )


def size_in_words(size: int) -> str:
    """The size of a file: "240 kB", "3.1 MB"."""
    if size >= _MIB:
        return f"{size / _MIB:.1f} MB"
    return str(gettext("%(count)s kB", count=max(1, round(size / 1024))))


def units_in_words(units: Decimal, unit: str = "") -> str:
    """A quantity with what is counted: "12 visits", "1.5 hours", "1"."""
    number = format(Decimal(units).normalize(), "f")
    unit = words.UNIT_CODES.get(unit, unit)
    if unit not in dict(words.UNITS):
        return f"{number} {unit}".strip()
    counted = {
        "visits": ngettext("%(number)s visit", "%(number)s visits", units, number=number),
        "days": ngettext("%(number)s day", "%(number)s days", units, number=number),
        "hours": ngettext("%(number)s hour", "%(number)s hours", units, number=number),
        "items": ngettext("%(number)s item", "%(number)s items", units, number=number),
        "months": ngettext("%(number)s month", "%(number)s months", units, number=number),
        "doses": ngettext("%(number)s dose", "%(number)s doses", units, number=number),
        "units": ngettext("%(number)s unit", "%(number)s units", units, number=number),
    }
    return str(counted[unit])
