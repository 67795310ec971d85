"""Words for what the layers below name by code: roles, and what is wrong with a password.

Sentences that services and queries say in English, and that pages repeat, are listed here too, so
that the catalogues hold them.
"""

from collections.abc import Iterable
from typing import Any, Final

from flask_babel import gettext, lazy_gettext

ROLES: Final[dict[str, Any]] = {
    "intake": lazy_gettext("intake clerk"),
    "nurse": lazy_gettext("nurse"),
    "physician": lazy_gettext("physician reviewer"),
    "ag_specialist": lazy_gettext("appeals and grievances specialist"),
    "ag_clinician": lazy_gettext("appeals clinician"),
    "supervisor": lazy_gettext("supervisor"),
    "compliance": lazy_gettext("compliance"),
    "admin": lazy_gettext("administrator"),
    "provider": lazy_gettext("provider's office"),
    "provider_admin": lazy_gettext("manager of a provider's office"),
    "member": lazy_gettext("member"),
    "representative": lazy_gettext("representative of a member"),
}

# What `gettext(problem.sentence)` may look up.
SAID_BELOW: Final = (
    lazy_gettext("Your sign-in has ended. Sign in again, then send the form once more."),
    lazy_gettext("There were too many tries. Please wait 15 minutes, then try again."),
    lazy_gettext("Your account may not open this page."),
    lazy_gettext("This sign-in has ended already."),
    lazy_gettext("Your account has an authenticator. An administrator can reset it."),
    lazy_gettext("Set up an authenticator first."),
    lazy_gettext("You have ten passkeys. Remove one first."),
    lazy_gettext("This passkey is kept already."),
    lazy_gettext("This is your only way to sign in. Choose a password first."),
    lazy_gettext("This has ended already."),
    lazy_gettext(
        "This form was open for too long, or came from another page."
        " Go back, reload the page and send it again."
    ),
    lazy_gettext("Send this page's own form: no other content type is taken here."),
    lazy_gettext("Somebody else is changing this right now. Please try again in a moment."),
)


def roles(names: Iterable[str]) -> str:
    """Roles as a list in words: "nurse, supervisor"."""
    return ", ".join(str(ROLES.get(name, name.replace("_", " "))) for name in sorted(names))


def password_fault(fault: str, *, shortest: int, longest: int) -> str:
    """What is wrong with a new password, in the language of the page."""
    if fault == "short":
        return str(
            gettext(
                "Use at least %(count)s characters: a few words that only you would join.",
                count=shortest,
            )
        )
    if fault == "long":
        return str(gettext("Use at most %(count)s characters.", count=longest))
    return str(
        gettext("This password is easy to guess: use a few words that do not belong together.")
    )
