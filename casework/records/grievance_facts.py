"""How a grievance stands, as facts for its guards: category, who took part, clinical finding."""

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import select

from casework.bridge import facts as known
from casework.context import Context
from casework.models import Case, CaseEvent, Determination, Grievance
from casework.records import windows
from casework.records.appeal_facts import DOMAIN
from casework.records.categories import category
from casework.records.issues import standing
from statemachines.facts import Facts

# The steps that such a grievance complains of: whoever took them took part (438.406(b)(2)(i)).
_COMPLAINED_OF: Final = {
    "refused_expedite": ("expedite_refused",),
    "extension": ("extended",),
}


def of_grievance(cx: Context, case: Any, facts: Facts) -> Facts:
    """The facts of this grievance as it stands, added to those of any case."""
    detail = cx.db.execute(select(Grievance).where(Grievance.case_id == case.id)).scalar_one()
    kind = category(detail.category)
    issues = standing(cx, case.id)
    return replace(
        facts,
        category=detail.category,
        quality_of_care=detail.quality_of_care,
        is_clinical=kind.clinical or any(category(code).clinical for code in issues.categories),
        dispute_unfiled=detail.disputes == "yes",
        issues_without_finding=len(issues.open),
        outcome_of_issues=issues.outcome,
        service_domain=DOMAIN,
        clinical_finding="on file" if _found(cx, case.id) else "",
        filed_late=windows.came_late(cx, case),
        earlier_deciders=took_part(cx, detail, kind.about),
    )


def took_part(cx: Context, detail: Any, about: str) -> tuple[str, ...]:
    """Who decided, or took the step complained of, on the case that the grievance is about."""
    if detail.about_case_id is None:
        return ()
    series_id = select(Case.series_id).where(Case.id == detail.about_case_id).scalar_subquery()
    deciders = cx.db.execute(
        select(Determination.decided_by_id)
        .join(Case, Case.id == Determination.case_id)
        .where(Case.series_id == series_id, Determination.decided_by_id.is_not(None))
    ).scalars()
    actors = cx.db.execute(
        select(CaseEvent.actor_id).where(
            CaseEvent.case_id == detail.about_case_id,
            CaseEvent.event.in_(_COMPLAINED_OF.get(about, ())),
            CaseEvent.actor_kind == "user",
        )
    ).scalars()
    people = {each for each in (*deciders, *actors) if each is not None}
    return tuple(known.person(user_id) for user_id in sorted(people))


def _found(cx: Context, case_id: int) -> bool:
    found = cx.db.execute(
        select(CaseEvent.seq)
        .where(CaseEvent.case_id == case_id, CaseEvent.event == "clinical_finding_recorded")
        .limit(1)
    ).scalar()
    return found is not None
