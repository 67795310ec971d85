"""Requests: who may deny, what an approval needs, what is no denial."""

from dataclasses import replace

import pytest

from statemachines import engine
from statemachines.engine import fire
from statemachines.facts import Facts
from tests.statemachines.stepping import choice_of, facts_of, refusal
from tests.statemachines.worked_facts import APPROVED, DENIED, LESS


def test_a_nurse_cannot_deny_for_medical_necessity():
    nurse = facts_of("prior_auth", "deny", licence_type="RN")
    refused = refusal("prior_auth", "in_physician_review", "deny", nurse)
    assert refused.sentence.startswith("Only a licensed clinician may deny for medical necessity")
    assert refused.cite == "42 CFR 438.210(b)(3)"


def test_the_nurse_sees_why_deny_is_grey_in_every_state():
    nurse = facts_of("prior_auth", "deny", licence_type="RN")
    for state in engine.states("prior_auth"):
        grey = choice_of("prior_auth", state, "deny", nurse).refusal
        assert grey.guard == "a_licensed_clinician_denies"


def test_the_citation_is_that_of_the_line_of_business():
    for line, cite in [
        ("medicaid", "42 CFR 438.210(b)(3)"),
        ("medicare", "42 CFR 422.566(d)"),
        ("marketplace", "State law and the contract, as KRS 304.17A-607(1)(b)"),
    ]:
        nurse = facts_of("prior_auth", "deny", licence_type="RN", line=line)
        assert refusal("prior_auth", "in_physician_review", "deny", nurse).cite == cite


def test_a_line_without_such_a_law_shows_no_foreign_citation():
    medicaid = facts_of("external_review", "find_eligible", filed_late=True, line="medicaid")
    assert refusal("external_review", "in_preliminary_review", "find_eligible", medicaid).cite == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"licence_active": False}, "not active"),
        ({"licence_unrestricted": False}, "not unrestricted"),
        ({"licence_reaches_state": False}, "not held in the State"),
        ({"licence_type": "RN"}, "licensed clinician"),
        ({"licence_type": "", "accepted_licences": ("",)}, "licensed clinician"),
        ({"expertise_domains": ()}, "expertise in medical services"),
        ({"requester_ids": ("dr-ito", "dr-okafor")}, "asked for the service"),
        ({"actor_id": "dr-other"}, "signs the decision in person"),
        ({"actor_is_system": True}, "Only a named person"),
        ({"actor_id": "", "decider_id": ""}, "Only a named person"),
        ({"peer_to_peer_holds": True}, "offered talk"),
    ],
)
def test_only_a_current_expert_uninvolved_clinician_denies_or_approves_less(changes, words):
    for trigger in ("deny", "approve_in_part"):
        facts = facts_of("prior_auth", trigger, **changes)
        refused = refusal("prior_auth", "in_physician_review", trigger, facts)
        assert words in refused.sentence


def test_an_approval_needs_no_licence():
    plain = Facts(actor_id="nurse-adeyemi", actor_is_system=False, lines=(APPROVED,))
    assert fire("prior_auth", "in_review", "approve", plain).event == "approved"


def test_a_machine_may_say_yes_by_a_named_rule_and_only_so():
    yes = Facts(approval_rule="imaging-1 v3", lines=(APPROVED,))
    assert fire("prior_auth", "received", "auto_approve", yes).dest == "approved"
    assert fire("prior_auth", "in_review", "approve", yes).dest == "approved"
    unnamed = replace(yes, approval_rule="")
    assert "names the rule" in str(refusal("prior_auth", "received", "auto_approve", unnamed))
    assert "named rule" in str(refusal("prior_auth", "in_review", "approve", unnamed))


def test_a_machine_cannot_approve_less_than_asked():
    less = Facts(approval_rule="imaging-1 v3", lines=(APPROVED, LESS))
    assert "less than asked" in str(refusal("prior_auth", "received", "auto_approve", less))


def test_an_approval_names_what_each_line_lacks():
    bare = APPROVED._replace(number=4, units=None, place="", ends=None)
    facts = facts_of("prior_auth", "approve", lines=(APPROVED, bare))
    assert str(refusal("prior_auth", "in_review", "approve", facts)) == (
        "Line 4 lacks a window with first and last day, units, a place of service."
    )


def test_a_window_that_ends_before_it_starts_is_none():
    turned = APPROVED._replace(starts=APPROVED.ends, ends=APPROVED.starts)
    facts = facts_of("prior_auth", "approve", lines=(turned,))
    assert "a window" in str(refusal("prior_auth", "in_review", "approve", facts))


@pytest.mark.parametrize(
    ("lines", "fits"),
    [
        ((APPROVED,), "approve"),
        ((APPROVED, APPROVED._replace(number=2)), "approve"),
        ((APPROVED, DENIED), "approve_in_part"),
        ((LESS,), "approve_in_part"),
        ((LESS, APPROVED), "approve_in_part"),
        ((DENIED, DENIED._replace(number=4)), "deny"),
    ],
)
def test_the_result_of_a_case_derives_from_its_lines(lines, fits):
    for trigger in ("approve", "approve_in_part", "deny"):
        facts = facts_of("prior_auth", trigger, lines=lines)
        if trigger == fits:
            assert fire("prior_auth", "in_physician_review", trigger, facts)
        else:
            assert refusal("prior_auth", "in_physician_review", trigger, facts).why == "guard"


@pytest.mark.parametrize("trigger", ["approve", "approve_in_part", "deny", "deny_administratively"])
def test_a_case_without_lines_is_not_decided(trigger):
    state = "in_review" if trigger == "deny_administratively" else "in_physician_review"
    facts = facts_of("prior_auth", trigger, lines=())
    assert refusal("prior_auth", state, trigger, facts).why == "guard"


def test_a_denial_says_for_each_line_why_and_by_which_criterion():
    facts = facts_of("prior_auth", "deny", lines=(DENIED._replace(reason="", criterion=""),))
    refused = refusal("prior_auth", "in_physician_review", "deny", facts)
    assert str(refused) == (
        "Line 3 lacks a specific reason, the criterion or provision it rests on."
    )
    assert refused.cite == "42 CFR 438.404(b)(2)"


@pytest.mark.parametrize("ground", ["not_eligible_on_date", "benefit_exhausted", "not_covered"])
def test_a_nurse_may_deny_on_a_listed_administrative_ground(ground):
    facts = facts_of("prior_auth", "deny_administratively", administrative_ground=ground)
    nurse = replace(facts, decider_id="", licence_type="", actor_id="nurse-adeyemi")
    assert fire("prior_auth", "in_review", "deny_administratively", nurse).event == "denied"


@pytest.mark.parametrize("ground", ["", "not_necessary", "experimental", "pa_not_required"])
def test_a_clinical_ground_is_never_administrative(ground):
    facts = facts_of("prior_auth", "deny_administratively", administrative_ground=ground)
    refused = refusal("prior_auth", "in_review", "deny_administratively", facts)
    assert refused.guard == "the_ground_is_administrative"


def test_a_deemed_approval_is_the_laws_and_needs_its_consequence():
    facts = facts_of("prior_auth", "confirm_deemed_approval")
    for state in engine.open_states("prior_auth"):
        fired = fire("prior_auth", state, "confirm_deemed_approval", facts)
        assert (fired.dest, fired.event) == ("approved", "deemed_approved")
    for consequence in ("", "deemed_denial", "deemed_exhaustion"):
        denied = replace(facts, deemed=consequence)
        assert refusal("prior_auth", "pended", "confirm_deemed_approval", denied)


@pytest.mark.parametrize(
    ("changes", "guard"),
    [
        ({"appeal_open": True}, "no_appeal_is_open"),
        ({"appeal_open": None}, "no_appeal_is_open"),
        ({"reopen_window_open": False}, "the_reopening_window_runs"),
        ({"reopen_ground": "new_evidence"}, "the_reopening_has_its_ground"),
    ],
)
def test_a_denial_is_reopened_only_in_time_for_cause_and_beside_no_appeal(changes, guard):
    facts = facts_of("prior_auth", "reopen", **changes)
    assert refusal("prior_auth", "denied", "reopen", facts).guard == guard


def test_an_authorization_is_changed_only_where_it_was_given():
    facts = facts_of("prior_auth", "change_authorization")
    assert refusal("prior_auth", "denied", "change_authorization", facts).why == "state"
    touching_denied = replace(facts, change_on_approved=False)
    refused = refusal("prior_auth", "partially_approved", "change_authorization", touching_denied)
    assert "denied needs a new request" in str(refused)


@pytest.mark.parametrize("trigger", ["reduce", "terminate"])
def test_an_authorization_is_not_cut_before_the_advance_notice(trigger):
    facts = facts_of("prior_auth", trigger, advance_notice_kept=False)
    refused = refusal("prior_auth", "approved", trigger, facts)
    assert refused.cite == "42 CFR 438.404(c)(1); 431.211, 431.213, 431.214"


@pytest.mark.parametrize("ground", ["duplicate", "pa_not_required", "not_our_member"])
def test_a_dismissal_shows_what_it_rests_on(ground):
    bare = Facts(actor_id="clerk-1", actor_is_system=False, dismissal_ground=ground)
    assert refusal("prior_auth", "received", "dismiss", bare).guard == "the_request_is_dismissible"
    proof = {"duplicate_of": "PA-2026-000123-7"} if ground == "duplicate" else {"evidence": "log"}
    assert fire("prior_auth", "received", "dismiss", replace(bare, **proof)).dest == "dismissed"
