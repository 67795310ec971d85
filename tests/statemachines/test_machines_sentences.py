"""How a refusal reads, and which of several is shown."""

import pytest

from statemachines import engine
from statemachines.engine import allowed, refusals
from statemachines.facts import Facts
from tests.statemachines.stepping import choice_of, facts_of, refusal

READS = """
    prior_auth denied request_information
        This request is already denied;
        “Ask for information” is possible only while it is in nurse review or with a physician.
    prior_auth in_review reopen
        This request is in nurse review;
        “Reopen” is possible only while it is denied or approved in part.
    appeal withdrawn continue_benefits
        This appeal is already withdrawn;
        “Continue the benefits” is possible only while it is open.
    grievance pended receive
        This grievance is waiting for information;
        “Receive” is possible only at the start.
    grievance withdrawn deadline_missed
        This grievance is already withdrawn;
        “Record the missed deadline” is possible only while it is open or resolved.
    external_review new perfect
        This external review is not received yet;
        “Record what completes it” is possible only while it is incomplete.
"""
LINES = [line.strip() for line in READS.strip().splitlines()]


@pytest.mark.parametrize(
    ("step", "now", "when"), list(zip(LINES[::3], LINES[1::3], LINES[2::3], strict=True))
)
def test_a_refusal_by_state_reads_as_a_nurse_would_say_it(step, now, when):
    person = Facts(actor_id="nurse-adeyemi", actor_is_system=False)
    by_guard, by_state = refusals(*step.split(), person)
    assert by_guard is None
    assert str(by_state) == f"{now} {when}"


def test_all_steps_are_listed_in_table_order_each_open_or_with_its_reason():
    for kind in engine.KINDS:
        for state in engine.states(kind):
            choices = allowed(kind, state, Facts())
            assert [each.trigger for each in choices] == list(engine.triggers(kind))
            assert all(str(each.refusal) for each in choices if each.refusal)


def test_the_guard_on_the_actor_speaks_before_the_state():
    facts = facts_of("prior_auth", "deny", licence_type="RN")
    by_guard, by_state = refusals("prior_auth", "received", "deny", facts)
    assert (by_guard.why, by_state.why) == ("guard", "state")
    assert choice_of("prior_auth", "received", "deny", facts).refusal.why == "guard"


def test_a_guard_on_the_case_is_silent_where_the_state_does_not_fit():
    facts = Facts(line="marketplace", actor_id="nurse-adeyemi", actor_is_system=False)
    by_guard, by_state = refusals("appeal", "withdrawn", "extend", facts)
    assert by_guard is None
    assert by_state.why == "state"
    by_guard, by_state = refusals("appeal", "in_review", "extend", facts)
    assert by_guard.guard == "the_rule_allows_more_time"
    assert by_state is None


def test_what_the_form_must_answer_greys_no_button_but_is_enforced():
    physician = facts_of("prior_auth", "deny", lines=(), expertise_domains=())
    button = choice_of("prior_auth", "in_physician_review", "deny", physician)
    assert button.refusal is None
    assert [ask.guard for ask in button.asks] == [
        "expertise_is_attested",
        "every_line_is_denied",
        "every_refusal_says_why",
    ]
    refused = refusal("prior_auth", "in_physician_review", "deny", physician)
    assert refused.guard == "expertise_is_attested"
