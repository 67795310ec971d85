"""Who files, for whom, when and through which channel: the same questions for all filed cases.

A member, a representative and a provider's office file for themselves and now; a clerk enters what
came by mail, fax or phone, with the instant at which it came.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import select, text

from casework.context import Context
from casework.errors import Invalid
from casework.models import Member
from casework.policy import MEMBERS, OFFICE
from casework.submission import PaperAsSent

Filer = Literal["member", "representative", "provider", "physician"]
Channel = Literal["portal", "api", "fax", "phone", "mail"]
OFFICES: Final = ("provider", "physician")


@dataclass(frozen=True, kw_only=True)
class Filing:
    """Who files and how it came. `office_id` is the organization that files, where one does."""

    filed_by: str
    name: str
    received_at: datetime
    channel: str
    office_id: int | None

    @property
    def said_by(self) -> str:
        """The filer as the clock engine names it."""
        return "member" if self.filed_by == "representative" else self.filed_by


def filing_of(cx: Context, form: Any) -> Filing:
    """Read `filed_by`, `filer_name`, `received_at` and `channel` of a filing form.

    Raises Invalid where they do not fit who is signed in, or the receipt lies in the future.
    """
    received_at = form.received_at or cx.now
    own = _own(cx)
    if own and form.received_at is not None:
        raise Invalid(
            "What you file yourself is received now.",
            fields={"received_at": "Leave it out: the receipt is the moment you send it."},
        )
    if received_at > cx.now:
        raise Invalid(
            "The receipt lies in the future.",
            fields={"received_at": "Enter the first moment at which it reached us."},
        )
    return Filing(
        filed_by=_filed_by(form.filed_by, own),
        name=(form.filer_name or (cx.principal.name if own else ""))[:120],
        received_at=received_at,
        channel=form.channel or cx.channel or "portal",
        office_id=cx.principal.organization_id,
    )


def require_consent_paper(form: Any, papers: tuple[PaperAsSent, ...]) -> None:
    """Raises Invalid when a form says that the consent is there and attaches nothing."""
    if form.consent and not papers:
        raise Invalid(
            "The signed consent is not attached.",
            fields={"papers": "Attach the signed consent or the representative's form."},
        )


def member_of(cx: Context, number: str) -> Any:
    """The member (id, restricted) whom a filing without a case is about.

    A member speaks for himself; others say the exact number. Raises Invalid.
    """
    principal = cx.principal
    if principal.roles & MEMBERS and len(principal.ids) == 1 and not number:
        own = select(Member.id, Member.restricted).where(Member.id == principal.ids[0])
        return cx.db.execute(own).one()
    found = cx.db.execute(
        text("select id, restricted from directory_member(:numbers)"), {"numbers": [number.strip()]}
    ).one_or_none()
    unknown = found is None or (principal.roles & MEMBERS and found.id not in principal.ids)
    if unknown:
        raise Invalid(
            "We know no member with this number here.",
            fields={"member_number": "Compare it with the member's card."},
        )
    return found


def _own(cx: Context) -> tuple[str, ...]:
    """What this principal can file as, for himself; empty for staff, who enter for others."""
    roles = cx.principal.roles
    if roles & OFFICE:
        return OFFICES
    return tuple(role for role in ("member", "representative") if role in roles & MEMBERS)


def _filed_by(said: str | None, own: tuple[str, ...]) -> str:
    if not own and not said:
        raise Invalid("Say who files.", fields={"filed_by": "Choose who files it."})
    if own and said and said not in own:
        who = " or ".join(own)
        raise Invalid(
            f"You file this as {who}.", fields={"filed_by": f"Choose {who}, or leave it out."}
        )
    return said or own[0]
