"""Look-ups that touch no case: is a member covered on a day, is prior authorization required.

A look at a member's coverage is written down before it is answered; when that fails, nothing is
told.
"""

from typing import Any, Final

from casework import observations, policy
from casework.api import edge
from casework.api.access import Entry, entry, require_right
from casework.api.blueprint import ApiBlueprint
from casework.context import Context
from casework.queries import eligibility, pa_list
from casework.queries.eligibility import FLAGS, Coverage
from casework.queries.pa_list import PaAnswer
from casework.schemas.lookups import (
    EligibilityIn,
    EligibilityOut,
    PaRequiredIn,
    PaRequiredOut,
    PaRequirementsIn,
    PaRequirementsOut,
)

blueprint = ApiBlueprint(
    "lookups", __name__, description="Questions before a request: eligibility and the PA list."
)

OFFICES: Final = frozenset({"provider", "provider_admin"})
MAY_SEE_COVERAGE: Final = Entry(scope="eligibility:read", roles=policy.STAFF | OFFICES)


@blueprint.route("/eligibility")
@blueprint.arguments(EligibilityIn, location="query")
@blueprint.response(200, EligibilityOut)
@entry(scope=MAY_SEE_COVERAGE.scope, roles=MAY_SEE_COVERAGE.roles)
def get_eligibility(asked: dict[str, Any]) -> dict[str, Any]:
    """Is this member covered on this day?

    Asked by the exact member number and for one day of service, up to 24 months back. The answer
    has the contract, the dates and advice, and no more. Every look is written down.
    """
    found = _coverage(asked["member_id"], on=asked["date_of_service"])
    return {
        **vars(found),
        "flags": [{"code": flag, "says": FLAGS[flag]} for flag in found.flags],
    }


@blueprint.route("/pa-required")
@blueprint.arguments(PaRequiredIn, location="query")
@blueprint.response(200, PaRequiredOut)
@entry(scope="pa-list:read", roles=policy.ROLES)
def get_pa_required(asked: dict[str, Any]) -> dict[str, Any]:
    """Is prior authorization required for one code?

    Asked of the contract's own list for a day of service. A code that is not on the list is
    `indeterminate`, never `no-auth`. The answer is dated and can be kept as proof.
    """
    with edge.reading() as cx:
        contract = pa_list.contract_by_code(cx, asked["contract"])
        (answer,) = pa_list.is_required(cx, contract, [asked["code"]], on=asked["date"])
    return {**_told(answer), "contract": contract}


@blueprint.route("/pa-required", methods=["POST"])
@blueprint.arguments(PaRequirementsIn)
@blueprint.response(200, PaRequirementsOut)
@entry(scope="pa-list:read", roles=policy.ROLES)
def post_pa_required(asked: dict[str, Any]) -> dict[str, Any]:
    """Is prior authorization required for these codes?

    With `memberId` the member's contract on that day is looked up (scope eligibility:read, and the
    look is written down), and a code that is already authorized for this member by a case of yours
    is `satisfied`. It stores nothing and needs no Idempotency-Key.
    """
    on, wanted = asked["date"], [line["code"] for line in asked["lines"]]
    found = None
    if asked["member_id"]:
        require_right(MAY_SEE_COVERAGE)
        found = _coverage(asked["member_id"], on=on)
    with edge.reading() as cx:
        contract = _contract(cx, asked["contract"], found)
        if contract is None:
            return {"contract": None, "lines": [_not_covered(code, asked=asked) for code in wanted]}
        answers = pa_list.is_required(cx, contract, wanted, on=on)
        has: dict[str, str] = {}
        if found is not None and found.member_id is not None:
            has = pa_list.standing_authorizations(cx, found.member_id, wanted, on=on)
    covered = found is None or found.contract == contract
    return {
        "contract": contract,
        "lines": [
            _told(answer, authorization=has.get(answer.code, ""), covered=covered)
            for answer in answers
        ],
    }


def _coverage(number: str, *, on: Any) -> Coverage:
    with edge.reading() as cx:
        found = eligibility.coverage_on(cx, number, on=on)
    observations.look(edge.cx(), member_id=found.member_id, what="eligibility")
    return found


def _contract(cx: Context, code: str, found: Coverage | None) -> pa_list.ContractSummary | None:
    if code:
        return pa_list.contract_by_code(cx, code)
    return found.contract if found else None


def _told(answer: PaAnswer, *, authorization: str = "", covered: bool = True) -> dict[str, Any]:
    """One answer with what follows from it. Whoever needs no request needs no papers."""
    needed = "satisfied" if authorization and answer.needed == "auth-needed" else answer.needed
    reason = answer.reason
    if needed == "satisfied":
        reason = f"{authorization} already authorizes {answer.code} for this member on this day."
    return {
        **vars(answer),
        "needed": needed,
        "reason": reason,
        "covered": "indeterminate" if covered else "not-covered",
        "authorization": authorization if needed == "satisfied" else "",
        "doc_needed": ["clinical"] if needed == "auth-needed" else [],
        "info_needed": ["detail-code"] if needed == "indeterminate" else [],
    }


def _not_covered(code: str, *, asked: dict[str, Any]) -> dict[str, Any]:
    """Without coverage there is no list to ask; the line says so and asserts nothing."""
    return {
        "code": code,
        "covered": "not-covered",
        "needed": "indeterminate",
        "doc_needed": [],
        "info_needed": [],
        "reason": "No coverage was found for this member number on this day: compare the number"
        " with the card, or name the contract.",
        "date_of_service": asked["date"],
        "answered_on": edge.cx().now.date(),
        "holds_until": None,
    }
