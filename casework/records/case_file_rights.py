"""Who has a right to a case file: the member, who speaks for the member, an office that filed with
the member's consent, and a body outside."""

from typing import Any

from sqlalchemy import select

from casework.context import Context
from casework.errors import Invalid, NotAllowed
from casework.models import CaseParty
from casework.policy import MEMBERS, OFFICE


def whose(cx: Context, case: Any, *, scope: str, said: str) -> str:
    """For whom the file is made. Raises NotAllowed for an office without a right to it."""
    roles = cx.principal.roles
    if scope == "packet":
        if case.kind != "external_review" or roles & (OFFICE | MEMBERS):
            raise Invalid(
                "A packet is made for an external review, by the plan.",
                fields={"scope": "Ask for the file of the case."},
            )
        return "body"
    if roles & MEMBERS:
        return "member" if "member" in roles else "representative"
    if roles & OFFICE:
        if not _office_acts(cx, case):
            raise NotAllowed(
                "An office may have the file of an appeal that it filed for the member, with the"
                " member's written consent.",
                source="42 CFR 438.402(c)(1)(ii); 45 CFR 164.502(g)",
            )
        return "provider"
    return said or "member"


def _office_acts(cx: Context, case: Any) -> bool:
    """Whether this office filed the appeal for the member: such an appeal waits for the consent."""
    if case.kind != "appeal" or case.state == "awaiting_consent":
        return False
    if case.filed_by not in {"provider", "physician"}:
        return False
    filed = cx.db.execute(
        select(CaseParty.case_id).where(
            CaseParty.case_id == case.id,
            CaseParty.organization_id == cx.principal.organization_id,
            CaseParty.role == "filing",
        )
    ).scalar()
    return filed is not None
