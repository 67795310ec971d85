"""Grievances: what they are not, who resolves them, what a resolution says."""

from dataclasses import replace

import pytest

from statemachines.engine import fire
from tests.statemachines.stepping import facts_of, refusal


def test_a_complaint_that_disputes_a_decision_becomes_an_appeal_and_no_other_does():
    dispute = facts_of("grievance", "convert")
    assert fire("grievance", "pended", "convert", dispute).dest == "converted"
    assert refusal("grievance", "pended", "convert", replace(dispute, disputes_decision=False))
    assert refusal("grievance", "pended", "convert", replace(dispute, disputes_decision=None))
    assert refusal("appeal", "received", "convert", dispute).guard == "it_disputes_no_decision"
    assert fire("appeal", "received", "convert", facts_of("appeal", "convert")).dest == "converted"


def test_quality_of_care_waits_for_a_clinicians_finding():
    facts = facts_of("grievance", "resolve", clinical_finding="")
    refused = refusal("grievance", "in_investigation", "resolve", facts)
    assert refused.guard == "quality_of_care_was_looked_at"
    office = facts_of("grievance", "record_clinical_finding", licence_type="")
    refused = refusal("grievance", "in_investigation", "record_clinical_finding", office)
    assert refused.guard == "a_clinician_finds"


def test_whoever_is_complained_about_does_not_resolve_the_grievance():
    facts = facts_of("grievance", "resolve", earlier_deciders=("dr-okafor",))
    refused = refusal("grievance", "in_investigation", "resolve", facts)
    assert refused.guard == "the_decider_took_no_part"


@pytest.mark.parametrize("outcome", ["substantiated", "partly_substantiated"])
def test_what_is_substantiated_says_what_is_done_about_it(outcome):
    facts = facts_of("grievance", "resolve", grievance_outcome=outcome, corrective_action="")
    assert refusal("grievance", "in_investigation", "resolve", facts).why == "guard"
    nothing = replace(facts, grievance_outcome="not_substantiated")
    assert fire("grievance", "in_investigation", "resolve", nothing).dest == "resolved"


def test_a_medicaid_grievance_is_never_too_late():
    late = facts_of("grievance", "dismiss", dismissal_ground="filed_late", filed_late=True)
    assert refusal("grievance", "received", "dismiss", replace(late, line="medicaid"))
    assert fire("grievance", "received", "dismiss", replace(late, line="medicare"))
    timely = replace(late, line="medicare", filed_late=False)
    assert refusal("grievance", "received", "dismiss", timely)
