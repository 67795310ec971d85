"""Whose turn it is: independent review organizations in strict rotation, nobody chooses.

45 CFR 147.136(c)(2)(vii)-(viii), (d)(2)(iii): at least three that are accredited, in turn, none
with a material conflict. The rows are locked, so that two reviews never get the same turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import select, update

from casework import bridge
from casework.context import Context
from casework.errors import StateRefused
from casework.models import CaseParty, Member, Organization, PriorAuth, ReviewOrganization
from casework.records.series import Family
from sla.calendars import local_day, zone

_NEVER: Final = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Turn:
    """The organization whose turn it is, and how many take turns."""

    id: int
    name: str
    panel: int


def turn(cx: Context, kin: Family, *, but: int | None = None) -> Turn:
    """The organization that is next and has no conflict with this case; `but` is passed over.

    Raises StateRefused when none is left.
    """
    panel = _panel(cx, kin)
    involved = _involved(cx, kin)
    fit = [each for each in panel if each.id != but and not _conflict(each, involved)]
    if not fit:
        raise StateRefused(
            "No independent review organization is free of a conflict here: ask compliance.",
            source="rotation",
        )
    first = min(fit, key=lambda each: (each.last_assigned_at or _NEVER, each.id))
    return Turn(first.id, first.name, len(panel))


def named(cx: Context, kin: Family, name: str) -> Turn:
    """The organization that the State's own process named. Raises StateRefused."""
    panel = _panel(cx, kin)
    found = next((each for each in panel if each.name.casefold() == name.strip().casefold()), None)
    if found is None:
        raise StateRefused("There is no such review organization on file.", source="rotation")
    return Turn(found.id, found.name, len(panel))


def free_of_conflict(cx: Context, kin: Family, organization_id: int) -> bool:
    """Whether this organization has no material tie to plan, member, provider or facility."""
    row = cx.db.execute(
        select(ReviewOrganization.conflicts).where(ReviewOrganization.id == organization_id)
    ).one()
    return not _conflict(row, _involved(cx, kin))


def take_turn(cx: Context, organization_id: int) -> None:
    """Note that this organization has had its turn."""
    cx.db.execute(
        update(ReviewOrganization)
        .where(ReviewOrganization.id == organization_id)
        .values(last_assigned_at=cx.now)
        .execution_options(synchronize_session=False)
    )


def _panel(cx: Context, kin: Family) -> Sequence[Any]:
    """The accredited organizations of this State today, locked in the order of their ids."""
    contract = bridge.contract_of(cx, kin.case.contract_version_id)
    on = local_day(cx.now, zone(contract.time_zone))
    return cx.db.execute(
        select(
            ReviewOrganization.id,
            ReviewOrganization.name,
            ReviewOrganization.conflicts,
            ReviewOrganization.last_assigned_at,
        )
        .where(
            ReviewOrganization.body == "iro",
            ReviewOrganization.accredited,
            (ReviewOrganization.state.is_(None)) | (ReviewOrganization.state == contract.state),
            (ReviewOrganization.effective_from.is_(None))
            | (ReviewOrganization.effective_from <= on),
            (ReviewOrganization.effective_to.is_(None)) | (ReviewOrganization.effective_to >= on),
        )
        .order_by(ReviewOrganization.id)
        .with_for_update()
    ).all()


def _conflict(organization: Any, involved: frozenset[str]) -> bool:
    return any(str(each).strip().casefold() in involved for each in organization.conflicts)


def _involved(cx: Context, kin: Family) -> frozenset[str]:
    """Names and numbers of everybody whom a conflict could be with: plan, member, providers."""
    plan = bridge.version_of(cx, kin.case.contract_version_id).plan
    found: set[str] = {str(plan.get("name", ""))}
    member = cx.db.execute(
        select(Member.number, Member.given_name, Member.family_name).where(
            Member.id == kin.case.member_id
        )
    ).one()
    found |= {member.number, f"{member.given_name} {member.family_name}"}
    cases = [each.id for each in (kin.case, kin.about, kin.request) if each is not None]
    offices = cx.db.execute(
        select(Organization.name, Organization.npi, Organization.tax_id)
        .join(CaseParty, CaseParty.organization_id == Organization.id)
        .where(CaseParty.case_id.in_(cases))
    )
    for row in offices:
        found |= {row.name, row.npi, row.tax_id}
    if kin.request is not None:
        found |= _of_request(cx, kin.request.id)
    return frozenset(each.strip().casefold() for each in found if each.strip())


def _of_request(cx: Context, case_id: int) -> set[str]:
    row = cx.db.execute(
        select(PriorAuth.requester, PriorAuth.servicing, PriorAuth.facility).where(
            PriorAuth.case_id == case_id
        )
    ).one_or_none()
    people = (row.requester, row.servicing, row.facility) if row else ()
    return {str(who.get(name, "")) for who in people for name in ("name", "npi", "tax_id")}
