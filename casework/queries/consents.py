"""Consents as they are looked at: of an office, beside a case, and what each counts for."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from casework.context import Context
from casework.models import Authorization, Consent
from casework.queries import claims as claim_queries
from casework.records import consent_forms
from casework.records.consents import COVERED, Kept, covered, kept, verdict
from casework.records.known_claims import Claim

__all__ = ["COVERED", "Kept", "beside", "consent_by_id", "for_claim", "own_consents"]


def own_consents(cx: Context, *, zone: str) -> tuple[tuple[Kept, tuple[Claim, ...]], ...]:
    """The consents within reach, newest first, each with the claims that it counts for."""
    known = claim_queries.own_claims(cx, limit=500)
    rows = kept(cx, Consent.kind != consent_forms.APPEAL)
    return tuple((row, covered(row, known, zone=zone)) for row in rows)


def consent_by_id(cx: Context, number: int) -> Kept | None:
    """One of them, or None."""
    return next(iter(kept(cx, Consent.id == number, limit=1)), None)


def for_claim(cx: Context, claim: Claim, *, zone: str) -> tuple[tuple[Kept, str], ...]:
    """The consents of this member from this office, each with whether it counts for the claim."""
    rows = kept(
        cx,
        Consent.member_id == claim.member_id,
        Consent.organization_id == claim.organization_id,
        Consent.kind != consent_forms.APPEAL,
    )
    return tuple((row, verdict(row, claim, zone=zone)) for row in rows)


def beside(
    cx: Context, case: Any, claims: Sequence[Claim], *, given: Sequence[str] | None = None
) -> tuple[Kept, ...]:
    """The consents that belong beside this case and the `claims` beside it: the one for this
    appeal; of a request those that name it or one of its authorizations (`given`, where they are at
    hand); of a dispute those that name its claim."""
    same = Consent.member_id == case.member_id
    if case.kind == "prior_auth":
        if given is None:
            found = select(Authorization.number).where(Authorization.case_id == case.id)
            given = list(cx.db.execute(found).scalars())
        return kept(cx, Consent.authorization.in_([case.ref, *given]), same)
    if case.kind != "appeal":
        return ()
    named = Consent.claim.in_([claim.number for claim in claims]) & same
    return kept(
        cx, or_(Consent.case_id == case.id, named) if claims else Consent.case_id == case.id
    )
