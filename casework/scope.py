"""The first wall: what a principal's reach means as SQL on every table that holds people's data.

Row-level security in the database is the second wall and says the same. `criteria` is handed to
`casework.db`, whose read filter adds it to every ORM select; it filters and never writes.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, any_, cast, false, func, or_, select
from sqlalchemy.orm import with_loader_criteria

from casework.context import Narrowed, Principal, Reach
from casework.metadata import Base, table_of
from casework.models import (
    Appointment,
    Case,
    CaseParty,
    ClaimReference,
    Consent,
    CoverageSpan,
    FilingDraft,
    FormSignature,
    Member,
    OfficeDraft,
    Representative,
    StandingNeed,
)

WHOLE: Final = Narrowed()


def criteria(principal: Principal) -> Mapping[str, Any]:
    """For each table, the loader option that keeps an ORM select inside the principal's reach."""
    return _criteria(principal.reach, principal.ids, principal.restricted, principal.narrowed)


def seen_cases(
    reach: Reach, ids: tuple[int, ...], restricted: bool, narrowed: Narrowed = WHOLE
) -> Any:
    """The condition on `cases` for this reach."""
    if reach == "contracts":
        inside = Case.contract_id.in_(ids)
        return inside if restricted else inside & (Case.restricted.is_(False) | _in_emergency())
    if reach == "members":
        return _of_members(ids, narrowed)
    if reach == "organizations":
        return Case.id.in_(
            select(CaseParty.case_id).where(CaseParty.organization_id.in_(ids)).scalar_subquery()
        )
    return false()


def _in_emergency() -> Any:
    """A restricted case that this person opened with a reason and that is still open to him."""
    opened = select(func.app_emergencies()).scalar_subquery()
    return Case.id == any_(cast(opened, ARRAY(BigInteger)))


def _of_members(ids: tuple[int, ...], narrowed: Narrowed) -> Any:
    """The cases of these members, less what is confidential or outside of a form."""
    inside: Any = Case.member_id.in_(ids) & ~_of_an_office()
    if narrowed.hushed:
        inside &= Case.restricted.is_(False) | Case.member_id.not_in(narrowed.hushed)
    if narrowed.limited:
        covered = Case.series_id.in_(narrowed.series)
        inside &= Case.member_id.not_in(narrowed.limited) | covered
    return inside


def _of_an_office() -> Any:
    """What an office has with the plan in its own right: its disputes, its complaints."""
    complaint = (Case.kind == "grievance") & Case.filed_by.in_(("provider", "physician"))
    return (Case.about == "dispute") | complaint


@lru_cache(maxsize=512)
def _criteria(
    reach: Reach, ids: tuple[int, ...], restricted: bool, narrowed: Narrowed
) -> Mapping[str, Any]:
    cases = seen_cases(reach, ids, restricted, narrowed)
    inside = select(Case.id).where(cases).scalar_subquery()
    members = _seen_member(Member.id, Member, reach, ids, cases)
    spoken_for = _seen_member(Representative.member_id, Representative, reach, ids, cases)
    changed: Any = false()
    if reach != "organizations":
        changed = _seen_member(StandingNeed.member_id, StandingNeed, reach, ids, cases)
    allowed: dict[type[Base], Any] = {
        Case: cases,
        Member: members,
        CoverageSpan: _seen_spans(reach, ids),
        Representative: spoken_for,
        StandingNeed: changed,
        FilingDraft: _seen_drafts(reach, ids),
        Appointment: _seen_forms(Appointment.member_id, Appointment, reach, ids),
        FormSignature: _seen_forms(FormSignature.member_id, FormSignature, reach, ids),
        ClaimReference: _seen_of_offices(ClaimReference, reach, ids),
        Consent: _seen_of_offices(Consent, reach, ids, members=True),
        OfficeDraft: OfficeDraft.organization_id.in_(ids) if reach == "organizations" else false(),
    }
    for mapper in Base.registry.mappers:
        table = table_of(mapper.class_)
        if table.info.get("scope") != "case_child" or mapper.class_ is CaseParty:
            continue
        column = mapper.class_.case_id
        within = column.in_(inside)
        if table.info.get("privileged") and not (reach == "contracts" and restricted):
            within = false()
        if table.info.get("nullable_case") and reach == "contracts":
            within = or_(column.is_(None), within)
        allowed[mapper.class_] = within
    return {
        table_of(model).name: with_loader_criteria(model, condition, include_aliases=True)
        for model, condition in allowed.items()
    }


def _seen_member(column: Any, of: Any, reach: Reach, ids: tuple[int, ...], cases: Any) -> Any:
    """Whether this column names a member within reach: asked row by row by index, so that a list
    of fifty cases asks fifty times and never reads all members of a contract."""
    if reach == "members":
        return column.in_(ids)
    by_case = select(Case.id).where(Case.member_id == column, cases).correlate(of).exists()
    if reach != "contracts":
        return by_case
    spans = select(CoverageSpan.member_id).where(
        CoverageSpan.member_id == column, CoverageSpan.contract_id.in_(ids)
    )
    return or_(spans.correlate(of).exists(), by_case)


def _seen_spans(reach: Reach, ids: tuple[int, ...]) -> Any:
    if reach == "contracts":
        return CoverageSpan.contract_id.in_(ids)
    if reach == "members":
        return CoverageSpan.member_id.in_(ids)
    return false()


def _seen_drafts(reach: Reach, ids: tuple[int, ...]) -> Any:
    """What a member has not sent is nobody's business at the plan."""
    return FilingDraft.member_id.in_(ids) if reach == "members" else false()


def _seen_of_offices(
    table: Any, reach: Reach, ids: tuple[int, ...], *, members: bool = False
) -> Any:
    """Claims and consents: of the own office, or of the contracts of staff; with `members` the own
    ones of a member as well."""
    if reach == "organizations":
        return table.organization_id.in_(ids)
    if reach == "contracts":
        return table.contract_id.in_(ids)
    return table.member_id.in_(ids) if members and reach == "members" else false()


def _seen_forms(column: Any, of: Any, reach: Reach, ids: tuple[int, ...]) -> Any:
    """The forms that the member made, for the member's own people and for who works for the plan;
    no office sees one."""
    return false() if reach == "organizations" else _seen_member(column, of, reach, ids, false())
