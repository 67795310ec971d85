"""Claims beside what they have to do with: of an office, of a case, and what disputes them."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from casework.bridge import office_matters
from casework.context import Context
from casework.models import Appeal, Authorization, Case, ClaimReference
from casework.records.known_claims import Claim, claim_numbered, claims, request_of

__all__ = [
    "Claim",
    "beside",
    "claim_by_id",
    "claim_numbered",
    "disputes_of",
    "own_claims",
    "request_of",
]


def claim_by_id(cx: Context, number: int) -> Claim | None:
    """The claim of this row within reach, or None."""
    return next(iter(claims(cx, ClaimReference.id == number, limit=1)), None)


def own_claims(cx: Context, *, limit: int = 50) -> tuple[Claim, ...]:
    """The claims within reach, the last told first."""
    return claims(cx, limit=limit)


def beside(cx: Context, case: Any, *, given: Sequence[str] | None = None) -> tuple[Claim, ...]:
    """The claims that belong beside this case: the one that it disputes; of a request those that
    name it or one of its authorizations (`given`, where they are at hand)."""
    if case.kind == "appeal":
        named = cx.db.execute(select(Appeal.claim).where(Appeal.case_id == case.id)).scalar()
        return _of_member(cx, case, ClaimReference.number == named) if named else ()
    if case.kind != "prior_auth":
        return ()
    if given is None:
        numbers = select(Authorization.number).where(Authorization.case_id == case.id)
        given = list(cx.db.execute(numbers).scalars())
    return _of_member(cx, case, ClaimReference.authorization.in_([case.ref, *given]))


def _of_member(cx: Context, case: Any, condition: Any) -> tuple[Claim, ...]:
    same = ClaimReference.member_id == case.member_id
    return claims(cx, condition, same, ClaimReference.contract_id == case.contract_id)


def disputes_of(cx: Context, of: Iterable[Claim]) -> dict[str, tuple[str, str]]:
    """The newest dispute of each of these claims within reach, by claim number: its number and
    state."""
    named = [claim.number for claim in of]
    if not named:
        return {}
    rows = cx.db.execute(
        select(Appeal.claim, Case.ref, Case.state)
        .join(Case, Case.id == Appeal.case_id)
        .where(Appeal.claim.in_(named), Case.about == office_matters.DISPUTE)
        .order_by(Case.id)
    )
    return {row.claim: (row.ref, row.state) for row in rows}
