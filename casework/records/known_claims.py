"""Claims as somebody may look at them, within reach. Read only: one import writes them."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import or_, select

from casework.context import Context
from casework.models import Authorization, Case, ClaimReference, Organization

MOST: Final = 50


@dataclass(frozen=True)
class Claim:
    """One claim, read only. Money is in whole cents."""

    id: int
    number: str
    contract_id: int
    member_id: int
    member_number: str
    organization_id: int
    office: str
    in_network: bool
    service_on: date
    received_on: date
    codes: tuple[str, ...]
    billed_cents: int
    paid_cents: int
    status: str
    denial_code: str
    denial_words: str
    adjudicated_on: date | None
    authorization: str


def claims(cx: Context, *conditions: Any, limit: int = MOST) -> tuple[Claim, ...]:
    """The claims within reach that meet these conditions, the last told first."""
    rows = cx.db.execute(
        select(ClaimReference, Organization.name, Organization.in_network)
        .join(Organization, Organization.id == ClaimReference.organization_id)
        .where(*conditions)
        .order_by(ClaimReference.id.desc())
        .limit(limit)
    )
    return tuple(_claim(row.ClaimReference, row.name, row.in_network) for row in rows)


def claim_numbered(cx: Context, number: str) -> Claim | None:
    """The claim with this number within reach, or None: not there and not yours look the same."""
    wanted = number.strip().upper()
    return next(iter(claims(cx, ClaimReference.number == wanted, limit=1)), None)


def request_of(cx: Context, claim: Claim) -> str:
    """The number of the request that this claim names, by its own number or its authorization's;
    empty for none within reach."""
    if not claim.authorization:
        return ""
    found = cx.db.execute(
        select(Case.ref)
        .outerjoin(Authorization, Authorization.case_id == Case.id)
        .where(
            or_(Case.ref == claim.authorization, Authorization.number == claim.authorization),
            Case.kind == "prior_auth",
            Case.member_id == claim.member_id,
        )
        .limit(1)
    ).scalar()
    return str(found or "")


def _claim(row: Any, office: str, in_network: bool) -> Claim:
    own = {"office", "in_network", "codes"}
    plain = {name: getattr(row, name) for name in Claim.__dataclass_fields__ if name not in own}
    return Claim(**plain, office=office, in_network=in_network, codes=tuple(row.codes))
