"""Of a request in an office's form: why it is unlike others, judged field by field.

What the plan must look up (the mother's number) is for `findings` to say.
"""

from datetime import date
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from casework.records import occasions
from casework.submission import Occasion
from casework.web import moments
from casework.web.provider.judging_services import Errors, day_of
from casework.web.provider.typed import Typed

AFTER: Final = "after_the_fact"
KINDS: Final[tuple[tuple[str, Any], ...]] = (
    (AFTER, _("The service was already given")),
    ("continuity", _("Treatment underway goes on (continuity of care)")),
    ("newborn", _("A newborn, or intensive care after birth")),
)
# Why, by the kind that it belongs to.
WHYS: Final[tuple[tuple[str, Any], ...]] = (
    ("covered_later", _("Already given: the coverage was made retroactive")),
    ("emergency", _("Already given: it was an emergency")),
    ("could_not_know", _("Already given: we could not know of the coverage")),
    ("changed_during", _("Already given: it changed while it was done")),
    ("new_member", _("Treatment underway: the member is new with the plan")),
    ("provider_left", _("Treatment underway: the provider left the network")),
)
DAYS: Final = ("occasion_began", "occasion_changed", "occasion_ends", "occasion_born")
# The fields of the request, by those of the form.
NAMES: Final = {
    "occasion/why": "occasion_why",
    "occasion/began_on": "occasion_began",
    "occasion/changed_on": "occasion_changed",
    "occasion/ends_on": "occasion_ends",
    "occasion/previous": "occasion_previous",
    "occasion/birth_date": "occasion_born",
    "occasion/mother_number": "occasion_mother",
}


def occasion_of(typed: Typed, errors: Errors) -> Occasion | None:
    """What was typed of it; None for a request like others. A day that is none gets its sentence,
    and so does what was filled in without a kind."""
    days: dict[str, date | None] = {}
    for name in DAYS:
        given = getattr(typed, name)
        days[name] = day_of(given) if given else None
        if given and days[name] is None:
            errors[name] = gettext("Write the date as month/day/year: 3/14/2026.")
    if not typed.occasion:
        if typed.occasion_said:
            errors["occasion"] = gettext("Choose what kind of request it is, or empty the rest.")
        return None
    if typed.occasion not in dict(KINDS):
        errors["occasion"] = gettext("Choose what kind of request it is, or empty the rest.")
        return None
    if typed.occasion == AFTER and typed.priority == "expedited":
        errors["priority"] = gettext(
            "A service that was already given cannot be on the fast track: choose standard."
        )
    kind: Any = typed.occasion
    return Occasion(
        kind=kind,
        why=typed.occasion_why,
        began_on=days["occasion_began"],
        changed_on=days["occasion_changed"],
        ends_on=days["occasion_ends"],
        previous=typed.occasion_previous,
        birth_date=days["occasion_born"],
        mother_number=typed.occasion_mother,
        intensive=typed.occasion_intensive == "yes",
    )


def kept(detail: Any) -> list[tuple[Any, str]]:
    """The same of a request that was sent."""
    return said(occasions.of(detail))


def said(occasion: Occasion | None) -> list[tuple[Any, str]]:
    """What was said of it, as lines of a summary; nothing for a request like others."""
    if occasion is None:
        return []
    found = (
        (_("What kind of request"), str(dict(KINDS)[occasion.kind])),
        (_("Why"), str(dict(WHYS).get(occasion.why, ""))),
        (_("Began on"), _day(occasion.began_on)),
        (_("Changed on"), _day(occasion.changed_on)),
        (_("Before that"), occasion.previous),
        (_("Asked for until"), _day(occasion.ends_on)),
        (_("Born on"), _day(occasion.birth_date)),
        (_("The mother's member number"), occasion.mother_number),
        (_("Intensive care"), str(_("yes")) if occasion.intensive else ""),
    )
    return [(name, value) for name, value in found if value]


def _day(on: date | None) -> str:
    return moments.day(on) if on else ""
