"""Who gets a copy of a letter, and where: member, representative, provider, reviewing body."""

from datetime import date
from typing import Any

from sqlalchemy import select

from casework.bridge import letter_words
from casework.bridge.letter_language import of_copy
from casework.bridge.letter_phrases import other
from casework.bridge.letter_sources import Sources
from casework.bridge.speakers import gets_letters
from casework.context import Context
from casework.models import (
    CaseParty,
    Organization,
    Practitioner,
    Representative,
    Substitute,
)
from letters.context import PlanBlock, Recipient


def recipient_of(
    cx: Context, sources: Sources, plan: PlanBlock, *, kind: str, on: date
) -> Recipient:
    """Name and address of who gets this copy of the letter, on the local day `on`."""
    member = sources.member
    if kind == "body":
        body = letter_words.reviewer_of(cx, sources, plan, "")
        assert body is not None
        return Recipient(kind=kind, name=body.name, lines=body.lines)
    if kind == "primary_care":
        return _primary_care(cx, member)
    if kind == "provider":
        office = cx.db.execute(
            select(Organization.name, Organization.address)
            .join(CaseParty, CaseParty.organization_id == Organization.id)
            .where(
                CaseParty.case_id == sources.case.id, CaseParty.role.in_(("requesting", "filing"))
            )
            .order_by(CaseParty.role, Organization.id)  # who filed before who asked
            .limit(1)
        ).one()
        return Recipient(kind=kind, name=office.name, lines=tuple(office.address))
    if kind == "representative":
        # Owed while the form counted: the last day of the form may pass before it is printed.
        person = cx.db.execute(
            select(Representative)
            .where(
                Representative.member_id == member.id,
                Representative.starts_on <= on,
                Representative.ended_at.is_(None),
                gets_letters(sources.case.series_id, sources.case.restricted),
            )
            .order_by(Representative.ends_on.desc().nulls_first(), Representative.id.desc())
            .limit(1)
        ).scalar_one()
        lines = tuple(person.address) or _mail_of(member)
        return Recipient(kind=kind, name=person.name, lines=lines)
    instead = substitute_of(cx, sources.case.id)
    if instead is not None:
        return Recipient(kind=kind, name=instead.name, lines=tuple(instead.address))
    return Recipient(kind=kind, name=name_of(member), lines=_mail_of(member))


def substitute_of(cx: Context, case_id: int) -> Any:
    """Who stands in the member's place on this case (name, capacity, address); None where nobody
    does."""
    return cx.db.execute(
        select(Substitute)
        .where(Substitute.case_id == case_id, Substitute.ended_at.is_(None))
        .order_by(Substitute.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def _primary_care(cx: Context, member: Any) -> Recipient:
    """The office of the member's primary-care provider, to his attention."""
    row = cx.db.execute(
        select(Practitioner.name, Organization.name.label("office"), Organization.address)
        .join(Organization, Organization.id == Practitioner.organization_id)
        .where(Practitioner.id == member.primary_care_id)
    ).one()
    return Recipient(kind="primary_care", name=row.name, lines=(row.office, *row.address))


def _mail_of(member: Any) -> tuple[str, ...]:
    """Where mail to this member goes: under confidential communication only the safe address (45
    CFR 164.522(b)(1)). Without any, the letter says so: in the portal it can be read all the same.
    """
    safe = member.confidential_since is not None
    lines = tuple(member.safe_address if safe else member.address)
    return lines or (other("no_address", of_copy(member, "member")),)


def name_of(member: Any) -> str:
    """The member's name as letters print it."""
    return f"{member.given_name} {member.family_name}"
