"""How a grievance is answered: findings of its issues, quality of care, the resolution.

Source of the law: section 2.1 of the clock rules, decision 20 of the design.
"""

from statemachines.facts import Facts
from statemachines.grounds import GRIEVANCE_OUTCOMES
from statemachines.guards import Law, guard


@guard("Name the clinician who is to look at the quality of care.", about="form")
def a_clinician_is_named(f: Facts) -> bool:
    """With a restricted view: others see that it was referred, not what is said."""
    return bool(f.referred_clinician)


@guard("Only a clinician with a current licence records a clinical finding.", about="actor")
def a_clinician_finds(f: Facts) -> bool:
    """Whoever signs the finding holds the licence."""
    own = bool(f.decider_id) and f.decider_id == f.actor_id
    return own and bool(f.licence_type) and f.licence_active and f.licence_unrestricted


@guard("Write the clinical finding.", about="form")
def the_finding_is_written(f: Facts) -> bool:
    """Whether care met the standard, and what shows it."""
    return bool(f.clinical_finding.strip())


@guard("A complaint about the quality of care needs a clinician's finding first.")
def quality_of_care_was_looked_at(f: Facts) -> bool:
    """After `refer_quality_of_care` and `record_clinical_finding`."""
    return f.quality_of_care is False or bool(f.clinical_finding.strip())


@guard(
    "A resolution states what was found, the outcome (substantiated, partly, not) and, unless not "
    "substantiated, the corrective action or why there is none.",
    about="form",
)
def the_resolution_is_complete(f: Facts) -> bool:
    """The letter tells the result; the corrective action is what the plan learns."""
    if not f.findings.strip() or f.grievance_outcome not in GRIEVANCE_OUTCOMES:
        return False
    return f.grievance_outcome == "not_substantiated" or bool(f.corrective_action.strip())


@guard("Each issue of the complaint needs its own finding first.")
def each_issue_has_its_finding(f: Facts) -> bool:
    """A complaint of several things is not answered by answering one of them."""
    return f.issues_without_finding == 0


@guard(
    "It also disputes a decision: open the appeal first, or go on with the whole as an appeal.",
    medicaid=Law("42 CFR 438.400(b)", "S"),
    medicare=Law("42 CFR 422.564(b)", "S"),
)
def no_dispute_is_left_unfiled(f: Facts) -> bool:
    """A dispute of a decision is an appeal, also where it stands inside a complaint."""
    return f.dispute_unfiled is False


@guard(
    "The outcome follows from the findings of the issues: all alike say so, anything else is "
    "partly substantiated.",
    about="form",
)
def the_outcome_follows_its_issues(f: Facts) -> bool:
    """With one issue alone the resolution is its finding."""
    return f.outcome_of_issues in ("", f.grievance_outcome)


@guard(
    "A grievance about a clinical matter or a refused fast track is decided by a clinician with "
    "expertise in the kind of service at issue.",
    about="actor",
    medicaid=Law("42 CFR 438.406(b)(2)(ii)", "S"),
)
def the_resolver_is_clinically_expert(f: Facts) -> bool:
    """Medicaid law; elsewhere quality of care still needs its clinical finding."""
    if f.is_clinical is False or f.line in ("medicare", "marketplace"):
        return True
    licensed = bool(f.licence_type) and f.licence_active and f.licence_unrestricted
    return licensed and bool(f.service_domain) and f.service_domain in f.expertise_domains
