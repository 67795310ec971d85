"""Beside a case: the claims that it names, what disputes them, and consents with what they lack.

To read only. What was filed for the member and what an office disputes show each other here.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from casework import bridge
from casework.context import Context
from casework.models import Contact
from casework.queries import claims, consents
from casework.queries.case_file import CaseFile
from casework.records import consents as kept
from statemachines import guards_filing

STATUS: Final = {
    "pending": ("Not decided yet", "info"),
    "paid": ("Paid", "good"),
    "partly_paid": ("Paid in part", "soon"),
    "denied": ("Not paid", "late"),
}
VERDICT: Final = {
    kept.COVERED: "counts for this claim",
    kept.NOT_VALID: "does not count: something is missing",
    kept.OTHER_CLAIM: "names another claim",
    kept.OTHER_SERVICE: "is for another service",
    kept.CAME_BEFORE: "does not count: it names no claim, and this claim came before it",
}


def beside(cx: Context, file: CaseFile) -> Mapping[str, Any]:
    """What the page of this case shows of claims and consents."""
    given = [row.number for row in file.authorizations]
    found = claims.beside(cx, file.case, given=given)
    return {
        "claims_here": found,
        "claim_disputes": claims.disputes_of(cx, found),
        "claim_status": STATUS,
        "consents_here": consents.beside(cx, file.case, found, given=given),
        "consent_verdicts": [
            (claim, [(row, VERDICT[word]) for row, word in _verdicts(cx, file, claim)])
            for claim in found
        ],
        "dispute": bridge.is_dispute(file.case),
        "member_cases": [
            row for row in file.series if row.ref != file.case.ref and row.kind == "appeal"
        ],
        "attempts": _attempts(cx, file.case),
        "attempts_wanted": guards_filing.ATTEMPTS,
        "dollars": dollars,
    }


def dollars(cents: int) -> str:
    """Money as people read it: $1,250.00."""
    return f"${cents // 100:,}.{cents % 100:02d}"


def _verdicts(cx: Context, file: CaseFile, claim: claims.Claim) -> list[tuple[Any, str]]:
    return list(consents.for_claim(cx, claim, zone=file.zone))


def _attempts(cx: Context, case: Any) -> tuple[Any, ...]:
    """The tries to get a consent that is missing: calls and letters that went out, oldest first."""
    if case.state != "awaiting_consent":
        return ()
    return tuple(
        cx.db.execute(
            select(Contact.ref, Contact.at, Contact.channel, Contact.with_whom)
            .where(Contact.case_id == case.id, Contact.direction == "out")
            .order_by(Contact.at)
        )
    )
