"""Appeals: independence, expertise, consent, lateness, and carrying a reversal out."""

from dataclasses import replace

import pytest

from statemachines import engine
from statemachines.engine import fire
from statemachines.facts import Facts
from tests.statemachines.stepping import choice_of, facts_of, refusal

DECISIONS = ["uphold", "overturn", "overturn_in_part"]


@pytest.mark.parametrize("trigger", DECISIONS)
@pytest.mark.parametrize("line", ["medicaid", "medicare", "marketplace"])
def test_whoever_denied_cannot_decide_the_appeal(trigger, line):
    facts = facts_of("appeal", trigger, line=line, earlier_deciders=("dr-okafor",))
    refused = refusal("appeal", "in_review", trigger, facts)
    assert refused.guard == "the_decider_took_no_part"
    assert (
        refused.cite
        == {
            "medicaid": "42 CFR 438.406(b)(2)(i)",
            "medicare": "42 CFR 422.590(h)(1)",
            "marketplace": "29 CFR 2560.503-1(h)(3)(ii)",
        }[line]
    )


@pytest.mark.parametrize("trigger", DECISIONS)
def test_a_subordinate_of_whoever_denied_cannot_decide_the_appeal(trigger):
    under = {"earlier_deciders": ("dr-mbeki",), "decider_superiors": ("dr-mbeki", "dr-cho")}
    facts = facts_of("appeal", trigger, **under)
    assert refusal("appeal", "in_review", trigger, facts).guard == "the_decider_is_no_subordinate"
    for line in ("medicaid", "marketplace"):
        off = replace(facts, line=line, check_subordinates=False)
        assert refusal("appeal", "in_review", trigger, off).why == "guard"
    assert fire(
        "appeal", "in_review", trigger, replace(facts, line="medicare", check_subordinates=False)
    )


@pytest.mark.parametrize("trigger", DECISIONS)
@pytest.mark.parametrize("unknown", ["earlier_deciders", "decider_superiors"])
def test_independence_that_is_not_known_is_none(trigger, unknown):
    facts = facts_of("appeal", trigger, **{unknown: None})
    assert refusal("appeal", "in_review", trigger, facts).why == "guard"


def test_the_reviewer_to_be_assigned_must_be_independent_too():
    facts = facts_of("appeal", "assign_reviewer", earlier_deciders=("dr-okafor",))
    for state in ("received", "in_review", "pended"):
        refused = refusal("appeal", state, "assign_reviewer", facts)
        assert refused.guard == "the_decider_took_no_part"
        button = choice_of("appeal", state, "assign_reviewer", facts)
        assert button.refusal is None, "the form names the reviewer, so the button is not grey"
        assert [ask.guard for ask in button.asks] == ["the_decider_took_no_part"]


@pytest.mark.parametrize("trigger", DECISIONS)
def test_a_medicare_appeal_about_necessity_is_decided_by_a_physician(trigger):
    dentist = {"licence_type": "DDS", "accepted_licences": ("MD", "DO", "DDS")}
    facts = facts_of("appeal", trigger, line="medicare", on_necessity=True, **dentist)
    refused = refusal("appeal", "in_review", trigger, facts)
    assert refused.cite == "42 CFR 422.590(h)(2)"
    for other in ({"on_necessity": False}, {"line": "medicaid"}, {"licence_type": "DO"}):
        assert fire("appeal", "in_review", trigger, replace(facts, **other))


def test_a_clinical_marketplace_appeal_may_be_overturned_on_advice_but_upheld_by_a_clinician_only():
    layman = {"licence_type": "", "expertise_domains": (), "line": "marketplace"}
    advised = facts_of("appeal", "overturn", **layman)
    assert fire("appeal", "in_review", "overturn", advised).dest == "overturned"
    unadvised = replace(advised, expert_id="")
    refused = refusal("appeal", "in_review", "overturn", unadvised)
    assert refused.cite == "29 CFR 2560.503-1(h)(3)(iii), (v)"
    refused = refusal("appeal", "in_review", "uphold", facts_of("appeal", "uphold", **layman))
    assert refused.guard == "a_licensed_clinician_upholds"


def test_the_expert_consulted_is_independent_as_well():
    base = {"line": "marketplace", "licence_type": "", "earlier_deciders": ("dr-lindqvist",)}
    for changes in (
        {"expert_id": "dr-lindqvist"},
        {"expert_superiors": ("dr-lindqvist",)},
        {"expert_superiors": None},
    ):
        facts = facts_of("appeal", "overturn", **(base | changes))
        refused = refusal("appeal", "in_review", "overturn", facts)
        assert refused.guard == "an_independent_expert_advised"


def test_an_administrative_appeal_needs_no_clinician():
    office = facts_of("appeal", "uphold", is_clinical=False, on_necessity=False, licence_type="")
    for line in ("medicaid", "medicare", "marketplace"):
        assert fire(
            "appeal", "in_review", "uphold", replace(office, line=line, licence_active=False)
        )


@pytest.mark.parametrize("trigger", ["uphold", "overturn_in_part"])
def test_new_evidence_is_shared_before_it_is_used_against_the_member(trigger):
    facts = facts_of("appeal", trigger, new_evidence_answerable=False)
    for line, cite in (
        ("medicaid", "42 CFR 438.406(b)(5)"),
        ("marketplace", "45 CFR 147.136(b)(3)(ii)(C)"),
    ):
        refused = refusal("appeal", "in_review", trigger, replace(facts, line=line))
        assert (refused.guard, refused.cite) == ("new_evidence_was_shared", cite)
    assert fire("appeal", "in_review", trigger, replace(facts, new_evidence_used=False))
    assert fire("appeal", "in_review", "overturn", facts_of("appeal", "overturn"))


def test_a_changed_subject_is_acknowledged_before_it_is_decided():
    facts = facts_of("appeal", "uphold", subject_change_unread=True)
    assert refusal("appeal", "in_review", "uphold", facts).guard == "the_reviewer_knows_the_subject"
    assert fire("appeal", "in_review", "acknowledge_subject", facts).dest == "in_review"


@pytest.mark.parametrize(
    ("facts", "owed"),
    [
        ({"line": "medicaid", "filer": "member"}, False),
        ({"line": "medicaid", "filer": "provider"}, True),
        ({"line": "medicaid", "filer": "physician", "filer_is_treating": True}, True),
        ({"line": "medicaid", "filer": "provider", "about": "payment"}, False),
        ({"line": "medicare", "filer": "representative"}, True),
        ({"line": "medicare", "filer": "physician", "filer_is_treating": True}, False),
        ({"line": "medicare", "filer": "physician", "filer_is_treating": False}, True),
        ({"line": "medicare", "filer": "provider", "filer_is_treating": True}, True),
        (
            {
                "line": "medicare",
                "filer": "physician",
                "filer_is_treating": True,
                "timing": "post_service",
            },
            True,
        ),
        ({"line": "marketplace", "filer": "provider", "filer_is_treating": True}, True),
        (
            {
                "line": "marketplace",
                "filer": "provider",
                "filer_is_treating": True,
                "priority": "expedited",
            },
            False,
        ),
    ],
)
def test_consent_is_owed_as_the_line_of_business_says(facts, owed):
    base = {"about": "service", "priority": "standard", "timing": "pre_service"}
    known = Facts(**(base | {"consent_on_file": False} | facts))
    asked = choice_of("appeal", "received", "require_consent", known)
    assert (asked.refusal is None) == owed
    review = facts_of("appeal", "assign_reviewer", **(base | {"consent_on_file": False} | facts))
    if owed:
        refused = refusal("appeal", "received", "assign_reviewer", review)
        assert refused.guard == "consent_is_in_order"
        assert fire("appeal", "received", "assign_reviewer", replace(review, consent_on_file=True))
    else:
        assert fire("appeal", "received", "assign_reviewer", review)


def test_an_appeal_is_not_dismissed_for_consent_that_nobody_pursued():
    facts = facts_of("appeal", "dismiss", consent_time_passed=False)
    refused = refusal("appeal", "awaiting_consent", "dismiss", facts)
    assert refused.guard == "missing_consent_was_pursued"
    other = replace(facts, dismissal_ground="nothing_to_appeal")
    assert fire("appeal", "received", "dismiss", other).dest == "dismissed"


def test_late_filing_is_taken_at_the_door_and_decided_afterwards():
    late = {"filed_late": True, "good_cause_accepted": False}
    assert fire("appeal", "new", "receive", facts_of("appeal", "receive", **late))
    review = facts_of("appeal", "assign_reviewer", **late)
    assert refusal("appeal", "received", "assign_reviewer", review).guard == "lateness_is_settled"
    assert fire("appeal", "received", "accept_late", facts_of("appeal", "accept_late"))
    assert fire("appeal", "received", "refuse_late", facts_of("appeal", "refuse_late"))
    timely = facts_of("appeal", "refuse_late", filed_late=False)
    assert refusal("appeal", "received", "refuse_late", timely).guard == "it_came_late"


def test_the_provider_cannot_ask_to_continue_benefits():
    for asker in ("provider", "physician", ""):
        facts = facts_of("appeal", "continue_benefits", continuation_asked_by=asker)
        refused = refusal("appeal", "received", "continue_benefits", facts)
        assert refused.guard == "the_member_asked_to_continue"


@pytest.mark.parametrize("state", ["overturned", "partially_overturned", "forwarded"])
@pytest.mark.parametrize(
    ("left", "elsewhere", "dest", "event"),
    [
        (2, False, None, "partly_effectuated"),
        (1, True, None, "partly_effectuated"),
        (0, True, None, "effectuated"),
        (0, False, "effectuated", "effectuated"),
    ],
)
def test_a_reversal_is_done_when_all_is_carried_out_and_nothing_else_is_open(
    state, left, elsewhere, dest, event
):
    facts = Facts(carried_out_proof="AUTH-1", still_to_carry_out=left, other_step_open=elsewhere)
    fired = fire("appeal", state, "effectuate", facts)
    assert (fired.dest, fired.event) == (dest or state, event)


def test_a_reversal_without_its_proof_or_its_rest_is_not_carried_out():
    facts = Facts(carried_out_proof="AUTH-1", still_to_carry_out=0, other_step_open=None)
    assert "review elsewhere" in str(refusal("appeal", "overturned", "effectuate", facts))
    facts = Facts(carried_out_proof="AUTH-1")
    assert "still to be carried out" in str(refusal("appeal", "overturned", "effectuate", facts))
    facts = Facts(still_to_carry_out=0, other_step_open=False)
    assert refusal("appeal", "overturned", "effectuate", facts).guard == "it_is_proven"


def test_medicare_forwards_always_also_when_it_did_not_decide_in_time():
    medicare = Facts(line="medicare")
    for state in ("upheld", "partially_overturned"):
        assert fire("appeal", state, "forward", medicare).dest == "forwarded"
    for state in engine.open_states("appeal"):
        refused = refusal("appeal", state, "forward", medicare)
        assert refused.guard == "the_deadline_was_missed"
        assert fire("appeal", state, "forward", replace(medicare, decision_missed=True))
    for line in ("medicaid", "marketplace", ""):
        other = Facts(line=line, decision_missed=True)
        assert refusal("appeal", "upheld", "forward", other).guard == "the_plan_forwards"
