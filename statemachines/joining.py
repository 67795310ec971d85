"""Edges that join, part or rename cases, and put another in a party's place.

Each function takes the open states of the machine that uses it and knows none of them. No edge here
moves a receipt or decides anything.
"""

from statemachines.edges import Edge
from statemachines.guards import Guard
from statemachines.guards_deciding import a_person_acts, a_person_answers_for_it
from statemachines.guards_filing import (
    a_reason_is_given,
    it_disputes_a_decision,
    the_new_party_is_named,
    the_request_has_its_least,
)
from statemachines.guards_joining import (
    an_office_filed_it,
    it_is_a_members_appeal,
    it_is_a_providers_dispute,
    neither_is_decided,
    no_level_lies_between,
    nothing_was_decided_on_it,
    the_claim_is_named,
    the_member_lets_the_office_appeal,
    the_new_party_may_go_on,
    the_two_are_one,
    what_is_parted_is_named,
)

States = tuple[str, ...]
MERGED = ("merged", "joined with an earlier case")


def joining(open_states: States) -> tuple[Edge, ...]:
    """Two cases that are one, and one case that is two."""
    return (
        Edge(
            "merge",
            open_states,
            dest="merged",
            event="merged",
            label="Join with another case",
            guards=(
                a_person_answers_for_it,
                the_two_are_one,
                neither_is_decided,
                no_level_lies_between,
                a_reason_is_given,
            ),
        ),
        Edge(
            "split",
            open_states,
            dest=None,
            event="split_off",
            label="Part it into two cases",
            guards=(a_person_answers_for_it, what_is_parted_is_named, a_reason_is_given),
        ),
    )


def as_request(open_states: States, *, adverse: bool) -> Edge:
    """What asks for care that nobody decided on yet is a request for care."""
    person: Guard = a_person_acts if adverse else a_person_answers_for_it
    return Edge(
        "take_as_request",
        open_states,
        dest="converted",
        event="converted",
        label="Continue as a request for care",
        guards=(person, the_request_has_its_least, nothing_was_decided_on_it, a_reason_is_given),
        adverse=adverse,
    )


def appeal_or_dispute(open_states: States) -> tuple[Edge, ...]:
    """A member's appeal that is a provider's own dispute, and the other way round."""
    return (
        Edge(
            "take_as_dispute",
            open_states,
            dest="converted",
            event="converted",
            label="Continue as the provider's dispute",
            guards=(
                a_person_acts,
                it_is_a_members_appeal,
                an_office_filed_it,
                the_claim_is_named,
                a_reason_is_given,
            ),
            adverse=True,
        ),
        Edge(
            "take_as_appeal",
            open_states,
            dest="converted",
            event="converted",
            label="Continue as the member's appeal",
            guards=(
                a_person_answers_for_it,
                it_is_a_providers_dispute,
                it_disputes_a_decision,
                the_member_lets_the_office_appeal,
                a_reason_is_given,
            ),
        ),
    )


def parties(open_states: States) -> tuple[Edge, ...]:
    """Another in a party's place, as after the death of the member; and a party more."""
    return (
        Edge(
            "substitute_party",
            open_states,
            dest=None,
            event="party_substituted",
            label="Substitute the party",
            guards=(a_person_answers_for_it, the_new_party_is_named, the_new_party_may_go_on),
        ),
        Edge(
            "add_party",
            open_states,
            dest=None,
            event="party_added",
            label="Add a party",
            guards=(a_person_answers_for_it, the_new_party_is_named),
        ),
    )
