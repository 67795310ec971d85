"""What a complaint can be about, in the words of those who complain: groups, then what fits best.

Codes are those of the category tree; a test holds the two against each other.
"""

from typing import Any, Final

from flask_babel import lazy_gettext

CATEGORIES: Final[dict[str, Any]] = {
    "access": lazy_gettext("Getting care"),
    "access.appointment": lazy_gettext("I could not get a visit in time"),
    "access.network": lazy_gettext("No doctor near me takes the plan"),
    "access.transport": lazy_gettext("My ride was late or did not come"),
    "access.language": lazy_gettext("I got no interpreter, or a letter that I cannot read"),
    "attitude": lazy_gettext("How somebody treated me"),
    "attitude.plan": lazy_gettext("Somebody at the plan"),
    "attitude.provider": lazy_gettext("Somebody at a doctor's office or hospital"),
    "billing": lazy_gettext("A bill or money"),
    "billing.member_billed": lazy_gettext("I got a bill that I should not get"),
    "billing.premium": lazy_gettext("What I pay each month or at a visit"),
    "quality": lazy_gettext("The care itself"),
    "quality.treatment": lazy_gettext("The care was wrong or did not help"),
    "quality.safety": lazy_gettext("I was not safe: a fall, an infection, a wrong drug"),
    "quality.discharge": lazy_gettext("I was sent home or moved too soon"),
    "refused_expedite": lazy_gettext("The plan would not decide faster"),
    "extension": lazy_gettext("The plan took more time to decide"),
    "service": lazy_gettext("The plan's phone, letters or website"),
    "service.phone": lazy_gettext("I waited long, or nobody called back"),
    "service.letter": lazy_gettext("A letter was wrong or hard to read"),
    "service.website": lazy_gettext("The website or the list of doctors"),
    "privacy": lazy_gettext("Somebody saw or shared my private facts"),
    "fraud": lazy_gettext("I think that somebody cheats"),
    "other": lazy_gettext("Something else"),
}


def branches() -> tuple[str, ...]:
    """The codes of the groups, in the order in which they are offered."""
    return tuple(code for code in CATEGORIES if "." not in code)


def leaves(branch: str) -> tuple[str, ...]:
    """The codes under this group; empty where it has none."""
    return tuple(code for code in CATEGORIES if code.startswith(f"{branch}."))
