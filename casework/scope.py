"""The first wall: what a principal's reach means as SQL on every table that holds people's data.

Row-level security in the database is the second wall and says the same. `criteria` is handed to
`casework.db`, whose read filter adds it to every ORM select; it filters and never writes.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import false, or_, select
from sqlalchemy.orm import with_loader_criteria

from casework.context import Principal, Reach
from casework.metadata import Base, table_of
from casework.models import Case, CaseParty, CoverageSpan, FilingDraft, Member, Representative


def criteria(principal: Principal) -> tuple[Any, ...]:
    """Loader options that keep an ORM select inside the principal's reach."""
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
def _criteria(reach: Reach, ids: tuple[int, ...], restricted: bool) -> tuple[Any, ...]:
    cases = seen_cases(reach, ids, restricted)
    inside = select(Case.id).where(cases).scalar_subquery()
    options = [with_loader_criteria(Case, cases, include_aliases=True)]
    for mapper in Base.registry.mappers:
        table = table_of(mapper.class_)
        if table.info.get("scope") != "case_child" or mapper.class_ is CaseParty:
            continue
        column = mapper.class_.case_id
        allowed = column.in_(inside)
        if table.info.get("nullable_case") and reach == "contracts":
            allowed = or_(column.is_(None), allowed)
        options.append(with_loader_criteria(mapper.class_, allowed, include_aliases=True))
    members = _seen_members(reach, ids, cases)
    options.append(with_loader_criteria(Member, Member.id.in_(members), include_aliases=True))
    options.append(
        with_loader_criteria(CoverageSpan, _seen_spans(reach, ids), include_aliases=True)
    )
    options.append(
        with_loader_criteria(
            Representative, Representative.member_id.in_(members), include_aliases=True
        )
    )
    options.append(
        with_loader_criteria(FilingDraft, _seen_drafts(reach, ids), include_aliases=True)
    )
    return tuple(options)


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
