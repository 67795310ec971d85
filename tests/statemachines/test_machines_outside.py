"""External reviews: the right body, nobody chooses, and the plan only records."""

from dataclasses import replace

import pytest

from statemachines import engine
from statemachines.engine import fire
from statemachines.facts import Facts
from tests.statemachines.stepping import facts_of, refusal


@pytest.mark.parametrize(
    ("line", "body"),
    [("marketplace", "iro"), ("medicare", "ire"), ("medicaid", "state_fair_hearing")],
)
def test_each_line_has_its_own_body(line, body):
    for other in ("iro", "ire", "state_fair_hearing", ""):
        facts = facts_of("external_review", "request", line=line, body=other)
        if other == body:
            assert fire("external_review", "new", "request", facts).dest == "requested"
        else:
            refused = refusal("external_review", "new", "request", facts)
            assert refused.guard == "the_body_fits_the_line"


def test_an_external_review_follows_the_plan_appeal_or_its_missed_clock():
    bare = facts_of("external_review", "request", final_adverse_appeal=False)
    refused = refusal("external_review", "new", "request", bare)
    assert refused.guard == "the_plan_appeal_is_exhausted"
    assert fire("external_review", "new", "request", replace(bare, deemed_exhausted=True))
    urgent = replace(bare, urgent_with_appeal=True, line="marketplace", body="iro")
    assert fire("external_review", "new", "request", urgent)
    medicare = replace(urgent, line="medicare", body="ire")
    assert refusal("external_review", "new", "request", medicare)


def test_only_the_marketplace_review_has_a_preliminary_review():
    for body in ("ire", "state_fair_hearing"):
        refused = refusal(
            "external_review", "requested", "start_preliminary_review", Facts(body=body)
        )
        assert refused.guard == "an_iro_reviews"
        sent = Facts(body=body, packet_lacks=(), proof_of_sending="receipt 88")
        assert fire("external_review", "requested", "send_file", sent).dest == "file_sent"
    iro = Facts(body="iro", packet_lacks=(), proof_of_sending="receipt 88")
    assert refusal("external_review", "requested", "send_file", iro).why == "guard"


@pytest.mark.parametrize(
    ("changes", "possible"),
    [
        ({}, True),
        ({"iro_id": "iro-1"}, False),
        ({"iro_panel": 2}, False),
        ({"iro_id": "", "iro_next": ""}, False),
        ({"iro_id": "iro-1", "state_assigns": True}, True),
        ({"iro_conflict_free": False}, False),
    ],
)
def test_nobody_chooses_the_reviewer(changes, possible):
    facts = facts_of("external_review", "assign_iro", **changes)
    if possible:
        assert fire("external_review", "in_preliminary_review", "assign_iro", facts)
    else:
        assert refusal("external_review", "in_preliminary_review", "assign_iro", facts)


def test_eligibility_is_found_once_and_before_an_iro_is_assigned():
    found = {"found_eligible": True, "filed_late": False, "missing_items": ("form",)}
    for trigger in ("find_eligible", "find_incomplete", "find_ineligible"):
        facts = facts_of("external_review", trigger, **found)
        refused = refusal("external_review", "in_preliminary_review", trigger, facts)
        assert refused.guard == "eligibility_is_undecided"
    early = facts_of("external_review", "assign_iro", found_eligible=False)
    refused = refusal("external_review", "in_preliminary_review", "assign_iro", early)
    assert refused.guard == "it_was_found_eligible"


def test_an_incomplete_request_is_completed_in_time_or_found_ineligible_after_it():
    proven = {
        "ineligibility_ground": "not_completed_in_time",
        "evidence": "no answer",
        "information_came": True,
        "actor_id": "ana",
        "actor_is_system": False,
    }
    running, over = Facts(perfecting_open=True, **proven), Facts(perfecting_open=False, **proven)
    assert fire("external_review", "incomplete", "perfect", running).dest == "in_preliminary_review"
    assert refusal("external_review", "incomplete", "perfect", over)
    assert refusal("external_review", "incomplete", "find_ineligible", running)
    assert fire("external_review", "incomplete", "find_ineligible", over).dest == "ineligible"


def test_the_packet_names_what_it_lacks():
    facts = Facts(packet_lacks=("the index", "letter of 4 May"), proof_of_sending="receipt 88")
    refused = refusal("external_review", "assigned", "send_file", facts)
    assert str(refused) == "The packet lacks the index, letter of 4 May."
    unknown = replace(facts, packet_lacks=None)
    assert "every document once" in str(
        refusal("external_review", "assigned", "send_file", unknown)
    )


@pytest.mark.parametrize("trigger", ["uphold", "overturn", "overturn_in_part"])
def test_the_plan_only_records_what_the_body_decided(trigger):
    facts = facts_of("external_review", trigger, body_decision="")
    refused = refusal("external_review", "file_sent", trigger, facts)
    assert refused.guard == "the_body_decided"
    early = facts_of("external_review", trigger, body="iro")
    assert refusal("external_review", "requested", trigger, early).guard == (
        "the_body_takes_it_directly"
    )
    assert fire("external_review", "requested", trigger, replace(early, body="ire"))


def test_a_reversal_by_the_plan_ends_the_review_and_is_still_carried_out():
    facts = facts_of("external_review", "terminate_by_reversal")
    for state in engine.open_states("external_review"):
        assert fire("external_review", state, "terminate_by_reversal", facts).dest == "terminated"
    rest = Facts(carried_out_proof="AUTH-1", still_to_carry_out=1)
    assert fire("external_review", "terminated", "effectuate", rest).dest == "terminated"
    done = replace(rest, still_to_carry_out=0)
    assert fire("external_review", "terminated", "effectuate", done).dest == "effectuated"
