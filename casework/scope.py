"""The first wall: what a principal's reach means as SQL on every table that holds people's data.

Row-level security in the database is the second wall and says the same. `criteria` is handed to
`casework.db`, whose read filter adds it to every ORM select; it filters and never writes.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import false, or_, select
from sqlalchemy.orm import with_loader_criteria

from casework.context import Principal, Reach
from casework.metadata import Base, table_of
from casework.models import Case, CaseParty, CoverageSpan, FilingDraft, Member, Representative


def criteria(principal: Principal) -> Mapping[str, Any]:
    """For each table, the loader option that keeps an ORM select inside the principal's reach."""
    return _criteria(principal.reach, principal.ids, principal.restricted)


def seen_cases(reach: Reach, ids: tuple[int, ...], restricted: bool) -> Any:
    """The condition on `cases` for this reach."""
    if reach == "contracts":
        inside = Case.contract_id.in_(ids)
        return inside if restricted else inside & Case.restricted.is_(False)
    if reach == "members":
        return Case.member_id.in_(ids)
    if reach == "organizations":
        return Case.id.in_(
            select(CaseParty.case_id).where(CaseParty.organization_id.in_(ids)).scalar_subquery()
        )
    return false()


@lru_cache(maxsize=512)
def _criteria(reach: Reach, ids: tuple[int, ...], restricted: bool) -> Mapping[str, Any]:
    cases = seen_cases(reach, ids, restricted)
    inside = select(Case.id).where(cases).scalar_subquery()
    members = Member.id.in_(_seen_members(reach, ids, cases))
    spoken_for = Representative.member_id.in_(_seen_members(reach, ids, cases))
    allowed: dict[type[Base], Any] = {
        Case: cases,
        Member: members,
        CoverageSpan: _seen_spans(reach, ids),
        Representative: spoken_for,
        FilingDraft: _seen_drafts(reach, ids),
    }
    for mapper in Base.registry.mappers:
        table = table_of(mapper.class_)
        if table.info.get("scope") != "case_child" or mapper.class_ is CaseParty:
            continue
        column = mapper.class_.case_id
        within = column.in_(inside)
        if table.info.get("nullable_case") and reach == "contracts":
            within = or_(column.is_(None), within)
        allowed[mapper.class_] = within
    return {
        table_of(model).name: with_loader_criteria(model, condition, include_aliases=True)
        for model, condition in allowed.items()
    }


def _seen_members(reach: Reach, ids: tuple[int, ...], cases: Any) -> Any:
    of_cases = select(Case.member_id).where(cases)
    if reach == "contracts":
        covered = select(CoverageSpan.member_id).where(CoverageSpan.contract_id.in_(ids))
        return of_cases.union(covered).scalar_subquery()
    if reach == "members":
        return select(Member.id).where(Member.id.in_(ids)).scalar_subquery()
    return of_cases.scalar_subquery()


def _seen_spans(reach: Reach, ids: tuple[int, ...]) -> Any:
    if reach == "contracts":
        return CoverageSpan.contract_id.in_(ids)
    if reach == "members":
        return CoverageSpan.member_id.in_(ids)
    return false()


def _seen_drafts(reach: Reach, ids: tuple[int, ...]) -> Any:
    """What a member has not sent is nobody's business at the plan."""
    return FilingDraft.member_id.in_(ids) if reach == "members" else false()
