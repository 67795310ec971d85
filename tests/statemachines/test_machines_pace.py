"""Fast track, waiting and extension, as each line of business has them."""

from dataclasses import replace

import pytest

from statemachines import engine
from statemachines.engine import fire
from statemachines.facts import Facts
from tests.statemachines.stepping import facts_of, refusal


@pytest.mark.parametrize("kind", ["prior_auth", "appeal"])
@pytest.mark.parametrize(
    ("line", "supporters", "refusable"),
    [
        ("medicaid", ("member",), True),
        ("medicaid", ("member", "provider"), False),
        ("medicaid", ("physician",), False),
        ("medicare", ("member", "provider"), True),
        ("medicare", ("member", "physician"), False),
        ("marketplace", ("representative",), True),
        ("marketplace", ("provider",), False),
        ("", ("member",), False),
        ("medicaid", (), False),
        ("medicaid", None, False),
    ],
)
def test_the_fast_track_is_refused_only_where_nobody_must_be_followed(
    kind, line, supporters, refusable
):
    facts = facts_of(kind, "refuse_expedite", line=line, expedite_supporters=supporters)
    if refusable:
        assert fire(kind, "received", "refuse_expedite", facts).event == "expedite_refused"
    else:
        assert (
            refusal(kind, "received", "refuse_expedite", facts).guard == "nobody_must_be_followed"
        )


def test_a_word_that_must_be_followed_grants_the_fast_track_without_a_person():
    word = Facts(
        line="medicare",
        timing="pre_service",
        expedite_unanswered=True,
        expedite_supporters=("physician",),
    )
    assert fire("prior_auth", "pended", "grant_expedite", word).event == "expedite_granted"
    member = replace(word, expedite_supporters=("member",))
    assert refusal("prior_auth", "pended", "grant_expedite", member).why == "guard"
    for criterion in ("life", "health", "function"):
        assert fire(
            "prior_auth", "pended", "grant_expedite", replace(member, expedite_criterion=criterion)
        )


@pytest.mark.parametrize("trigger", ["request_expedite", "grant_expedite"])
def test_services_already_given_have_no_fast_track(trigger):
    facts = facts_of("prior_auth", trigger, timing="post_service")
    assert refusal("prior_auth", "in_review", trigger, facts).guard == "a_fast_track_exists"


@pytest.mark.parametrize("kind", ["grievance", "external_review"])
def test_grievances_and_external_reviews_have_no_fast_track(kind):
    assert not {"request_expedite", "grant_expedite", "refuse_expedite"} & set(
        engine.triggers(kind)
    )


def test_an_external_review_has_no_extension():
    assert "extend" not in engine.triggers("external_review")


@pytest.mark.parametrize(
    ("changes", "guard"),
    [
        ({"extension_days_left": 0}, "the_rule_allows_more_time"),
        ({"decision_due_passed": True}, "the_time_still_runs"),
        ({"decision_due_passed": None}, "the_time_still_runs"),
        ({"extension_ground": ""}, "the_ground_is_accepted"),
        ({"extension_days": 0}, "the_days_fit"),
        ({"extension_days": 15}, "the_days_fit"),
        ({"extension_notice_in_time": False}, "the_letter_leaves_in_time"),
    ],
)
@pytest.mark.parametrize("kind", ["prior_auth", "appeal", "grievance"])
def test_an_extension_keeps_to_its_rule(kind, changes, guard):
    facts = facts_of(kind, "extend", **changes)
    assert refusal(kind, "received", "extend", facts).guard == guard


def test_a_refused_extension_names_the_grounds_and_days_that_are_left():
    facts = facts_of("prior_auth", "extend", extension_ground="busy")
    assert "need_information" in str(refusal("prior_auth", "received", "extend", facts))
    facts = facts_of("prior_auth", "extend", extension_days=20)
    assert "Between 1 and 14" in str(refusal("prior_auth", "received", "extend", facts))


def test_missing_information_gives_a_marketplace_claimant_45_days():
    facts = facts_of(
        "prior_auth",
        "extend",
        line="marketplace",
        extension_ground="missing_information",
        extension_grounds=("missing_information",),
    )
    refused = refusal("prior_auth", "in_review", "extend", replace(facts, extension_answer_days=44))
    assert refused.cite == "29 CFR 2560.503-1(f)(4)"
    assert fire("prior_auth", "in_review", "extend", replace(facts, extension_answer_days=45))


def test_a_request_for_information_names_what_it_lacks():
    facts = facts_of("prior_auth", "request_information", information_from="", information_hours=0)
    refused = refusal("prior_auth", "in_review", "request_information", facts)
    assert str(refused) == "Say who is to send it, by when."


def test_waiting_ends_before_its_time_only_by_a_person_with_a_reason():
    facts = facts_of("prior_auth", "resume")
    assert fire("prior_auth", "pended", "resume", facts).dest == "in_review"
    assert refusal("prior_auth", "pended", "resume", replace(facts, actor_is_system=True))
    assert refusal("prior_auth", "pended", "resume", replace(facts, reason=""))
