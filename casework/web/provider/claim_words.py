"""Words for claims and consents: how they stand, and which claims a consent counts for."""

from typing import Any, Final

from flask_babel import lazy_gettext as _

from casework.records import consent_forms, consents

Words = tuple[Any, str]

STATUS: Final[dict[str, Words]] = {
    "pending": (_("Not decided yet"), "info"),
    "paid": (_("Paid"), "good"),
    "partly_paid": (_("Paid in part"), "soon"),
    "denied": (_("Not paid"), "late"),
}
VERDICT: Final[dict[str, Any]] = {
    consents.COVERED: _("It counts for this claim."),
    consents.NOT_VALID: _("It does not count: something is missing."),
    consents.OTHER_CLAIM: _("It names another claim."),
    consents.OTHER_SERVICE: _("It is for another service."),
    consents.CAME_BEFORE: _(
        "It does not count: it names no claim, and this claim came before the consent."
    ),
}
KINDS: Final[dict[str, Any]] = {
    consent_forms.APPEAL: _("The member lets you appeal"),
    consent_forms.STERILIZATION: _("Sterilization"),
    consent_forms.HYSTERECTOMY: _("Hysterectomy"),
    consent_forms.ABORTION: _("Abortion"),
    consent_forms.OTHER: _("Another consent"),
}


def dollars(cents: int) -> str:
    """Money as people read it: $1,250.00."""
    return f"${cents // 100:,}.{cents % 100:02d}"
