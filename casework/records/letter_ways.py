"""The ways in which a letter leaves: which channel counts, which only points, which is unusable.

The member's standing needs decide, where the law leaves it to the member; where it wants paper,
paper goes as well, and the page says why. Nothing is sent here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from casework import addresses
from casework.bridge.letter_recipients import substitute_of
from casework.carriers.texts import number_of
from casework.context import Context
from casework.models import CaseParty, Member, Organization, Representative

# Printed by the vendor; the formats beside paper are further copies with an instruction.
FORMATS: Final = ("braille", "audio", "data_cd")
PRINTED: Final = frozenset({"print", *FORMATS})
POINTERS: Final = frozenset({"email", "text"})
OFFICES: Final = frozenset({"provider", "primary_care"})
# Notices that the law wants mailed, whatever the member prefers.
PAPER_LAW: Final = {
    ("medicaid", "adverse"): "42 CFR 438.404(c)",
    ("medicaid", "reduction"): "42 CFR 438.404(c)(1), 431.211",
}
CAME_BACK: Final = "Mail to this address came back: ask for a better one."
UNUSABLE: Final = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way out. `counts`: its leaving is the notice in the law's sense; `fault`: why it cannot
    be used, so that no copy goes this way."""

    channel: str
    counts: bool = False
    format: str = ""
    fault: str = ""

    @property
    def state(self) -> str:
        """How its delivery begins."""
        return UNUSABLE if self.fault else "intent"


def ways_of(
    cx: Context, letter: Any, *, line: str, lines: Sequence[str], large: bool = False
) -> tuple[Way, ...]:
    """How this letter leaves: on this line of business, with these address lines printed on it, in
    large print or not."""
    if letter.recipient in OFFICES:
        return _to_office(cx, letter)
    if letter.recipient == "body":
        return (Way(channel="print", counts=True, format="standard"),)
    member = cx.db.execute(select(Member).where(Member.id == letter.member_id)).scalar_one()
    fault = addresses.fault(lines) or _came_back(cx, member, letter)
    if letter.recipient != "member":
        return (Way(channel="print", counts=True, format="standard", fault=fault),)
    return _to_member(letter, member, line=line, fault=fault, large=large)


def addresses_of(member: Any) -> dict[str, str]:
    """Where a message that points to the portal may go, by channel: under confidential
    communication only what the member named as safe; a text only to whoever agreed."""
    if member.died_on is not None:
        return {}
    safe = member.confidential_since is not None
    email = member.safe_contact.get("email", "") if safe else member.email
    phone = member.safe_contact.get("phone", "") if safe else member.phone
    found = {"email": email, "text": phone if member.texts_ok and number_of(phone) else ""}
    return {channel: address for channel, address in found.items() if address}


def pointer_of(member: Any) -> str:
    """The channel of the messages that point this member to the portal; empty where none can, or
    the member prefers mail."""
    wished = str(member.contact_preference)
    return wished if wished in addresses_of(member) else ""


def pointers_of(cx: Context, member_id: int) -> tuple[str, ...]:
    """Every channel by which this member can be pointed to the portal, whatever is preferred: for
    when mail did not arrive."""
    member = cx.db.execute(select(Member).where(Member.id == member_id)).scalar_one()
    return tuple(addresses_of(member))


def paper_law(line: str, notice_kind: str) -> str:
    """The citation by which this notice must be mailed on paper; empty where none does."""
    return PAPER_LAW.get((line, notice_kind), "")


def _to_member(letter: Any, member: Any, *, line: str, fault: str, large: bool) -> tuple[Way, ...]:
    channel = pointer_of(member)
    other = member.letter_format if member.letter_format in FORMATS else ""
    found = []
    paper = not channel or bool(paper_law(line, letter.notice_kind))
    if paper:
        size = "large_print" if large else "standard"
        found.append(Way(channel="print", counts=True, format=size, fault=fault))
    found.append(Way(channel="portal", counts=not paper))
    if channel:
        found.append(Way(channel=channel))
    if other:
        found.append(Way(channel=other, format=other, fault=fault))
    return tuple(found)


def _to_office(cx: Context, letter: Any) -> tuple[Way, ...]:
    """In the portal of the office, with an e-mail that points there, or a fax if it wants one. A
    primary-care office is no party of the case, and so does not see it in the portal: by mail."""
    if letter.recipient != "provider":
        return (Way(channel="print", counts=True, format="standard"),)
    wants_fax = fax_of(office_of(cx, letter.case_id))
    return (Way(channel="portal", counts=True), Way(channel="fax" if wants_fax else "email"))


def fax_of(office: Any) -> str:
    """The fax number of an office that wants its letters by fax; empty where it does not."""
    return number_of(office.fax) if office is not None and office.letters_by == "fax" else ""


def office_of(cx: Context, case_id: int) -> Any:
    """The office that the provider's letters of this case go to: who filed before who asked."""
    return cx.db.execute(
        select(
            Organization.id,
            Organization.name,
            Organization.email,
            Organization.fax,
            Organization.letters_by,
        )
        .join(CaseParty, CaseParty.organization_id == Organization.id)
        .where(CaseParty.case_id == case_id, CaseParty.role.in_(("requesting", "filing")))
        .order_by(CaseParty.role, Organization.id)
        .limit(1)
    ).one_or_none()


def _came_back(cx: Context, member: Any, letter: Any) -> str:
    """Whether mail to where this copy would go has come back: it says nothing of a safe address,
    nor of a representative's own."""
    if member.address_bad_since is None or member.confidential_since is not None:
        return ""
    if letter.recipient == "member" and substitute_of(cx, letter.case_id) is not None:
        return ""
    if letter.recipient == "representative":
        own = select(Representative.address).where(Representative.member_id == member.id)
        if any(cx.db.execute(own).scalars()):
            return ""
    return CAME_BACK
