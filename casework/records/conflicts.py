"""Whether a review organization is tied to somebody in a case, and how: five kinds of ties.

45 CFR 147.136(c)(2)(ix), (d)(2)(iii): no material professional, familial or financial conflict with
the plan, the member, the provider, the facility, or who makes the drug or device at issue.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from casework import bridge
from casework.context import Context
from casework.models import (
    CaseParty,
    Determination,
    Member,
    Organization,
    PriorAuth,
    RequestLine,
)
from casework.records.series import Family

# What a tie is about, in words; `said` in a log as "Tied to …".
KINDS: Final[Mapping[str, str]] = {
    "organization": "a practice or the plan in this case",
    "reviewer": "a person who decided or treats in this case",
    "facility": "the facility of this case",
    "drug_maker": "the maker of the drug or device at issue",
    "financial": "money between it and a party of this case",
}


@dataclass(frozen=True, slots=True)
class Tie:
    """One tie of an organization: its kind, to whom (a name or a number), and what is known."""

    kind: str
    to: str
    says: str = ""
    by: str = ""
    since: str = ""
    ended: str = ""


def ties_told(stored: Sequence[Any]) -> tuple[Tie, ...]:
    """The ties as they are stored, ended ones too: plain names are of the kind `organization`."""
    found = []
    for each in stored:
        if isinstance(each, Mapping):
            said = {name: str(each.get(name, "")) for name in ("says", "by", "since", "ended")}
            kind = str(each.get("kind", "organization"))
            found.append(Tie(kind, str(each.get("with", "")), **said))
        else:
            found.append(Tie("organization", str(each)))
    return tuple(found)


def ties(stored: Sequence[Any]) -> tuple[Tie, ...]:
    """The ties that pass an organization over today."""
    return tuple(tie for tie in ties_told(stored) if tie.to.strip() and not tie.ended)


def hit(stored: Sequence[Any], involved: frozenset[str]) -> Tie | None:
    """The first tie to somebody who is involved, or None."""
    return next((tie for tie in ties(stored) if tie.to.strip().casefold() in involved), None)


def involved(cx: Context, kin: Family) -> frozenset[str]:
    """Names and numbers, case folded, of everybody a conflict could be with: plan, member, offices,
    requester, servicing provider, facility, who decided, and what is at issue."""
    plan = bridge.version_of(cx, kin.case.contract_version_id).plan
    found: set[str] = {str(plan.get("name", ""))}
    member = cx.db.execute(
        select(Member.number, Member.given_name, Member.family_name).where(
            Member.id == kin.case.member_id
        )
    ).one()
    found |= {member.number, f"{member.given_name} {member.family_name}"}
    cases = [each.id for each in (kin.case, kin.about, kin.request) if each is not None]
    found |= _offices(cx, cases) | _deciders(cx, cases)
    if kin.request is not None:
        found |= _of_request(cx, kin.request.id)
    return frozenset(each.strip().casefold() for each in found if each.strip())


def _offices(cx: Context, cases: list[int]) -> set[str]:
    rows = cx.db.execute(
        select(Organization.name, Organization.npi, Organization.tax_id)
        .join(CaseParty, CaseParty.organization_id == Organization.id)
        .where(CaseParty.case_id.in_(cases))
    )
    return {name for row in rows for name in (row.name, row.npi, row.tax_id)}


def _deciders(cx: Context, cases: list[int]) -> set[str]:
    rows = cx.db.execute(
        select(Determination.decided_by_name).where(Determination.case_id.in_(cases))
    ).scalars()
    return {str(name) for name in rows if name}


def _of_request(cx: Context, case_id: int) -> set[str]:
    row = cx.db.execute(
        select(PriorAuth.requester, PriorAuth.servicing, PriorAuth.facility).where(
            PriorAuth.case_id == case_id
        )
    ).one_or_none()
    people = (row.requester, row.servicing, row.facility) if row else ()
    found = {str(who.get(name, "")) for who in people if who for name in ("name", "npi", "tax_id")}
    lines = cx.db.execute(
        select(RequestLine.code, RequestLine.label).where(RequestLine.case_id == case_id)
    )
    return found | {str(value) for line in lines for value in line if value}
