"""Every term of every compound guard, by hand: what opens it, and each term that shuts it."""

import pytest

from statemachines import engine
from statemachines.facts import Facts
from tests.statemachines.worked_facts import APPROVED, DENIED, LESS
from tests.statemachines.worked_guards import APART, CLINICAL, LICENCE, PERSON

GUARDS = {
    guard.name: guard
    for kind in engine.KINDS
    for edge in engine.edges(kind)
    for guard in edge.guards
}
FINDS = {**PERSON, **LICENCE}
ASK = {"information_wanted": ("report",), "information_from": "Dr Ito", "information_hours": 24}
LEAST = {"member_identified": True, "requester_identified": True, "line_count": 1}
OUT = {"ineligibility_ground": "filed_late", "evidence": "post stamp", "filed_late": True}
FOUND = {"findings": "Busy line", "grievance_outcome": "not_substantiated"}
SHOWN = {"new_party": "Estate of Rosa Vance", "evidence": "letters of administration"}
PURSUED = {"dismissal_ground": "consent_missing", "consent_time_passed": True}
URGENT = {"line": "marketplace", "priority": "expedited", "timing": "pre_service"}
TREATS = {"filer": "physician", "about": "service", "filer_is_treating": True}

# (guard, facts that open it, changes each of which shuts it)
TERMS = [
    ("a_person_acts", PERSON, [{"actor_id": ""}, {"actor_is_system": True}]),
    ("a_person_answers_for_it", PERSON, [{"actor_id": ""}, {"actor_is_system": True}]),
    ("a_person_or_a_rule_approves", PERSON, [{"actor_id": ""}, {"actor_is_system": True}]),
    (
        "a_clinician_finds",
        FINDS,
        [
            {"decider_id": "dr-other"},
            {"decider_id": "", "actor_id": ""},
            {"licence_type": ""},
            {"licence_active": False},
            {"licence_unrestricted": False},
        ],
    ),
    (
        "the_reviewer_is_clinically_expert",
        {**CLINICAL, "line": "medicaid"},
        [
            {"licence_type": "RN"},
            {"licence_active": False},
            {"licence_unrestricted": False},
            {"service_domain": "dental"},
            {"service_domain": "", "expertise_domains": ("",)},
        ],
    ),
    (
        "the_resolver_is_clinically_expert",
        {**CLINICAL, "line": "medicaid"},
        [
            {"licence_type": ""},
            {"licence_active": False},
            {"licence_unrestricted": False},
            {"service_domain": "dental"},
            {"service_domain": "", "expertise_domains": ("",)},
        ],
    ),
    (
        "a_licensed_clinician_upholds",
        CLINICAL,
        [{"licence_type": "RN"}, {"licence_active": False}, {"licence_unrestricted": False}],
    ),
    (
        "an_independent_expert_advised",
        {**CLINICAL, "line": "marketplace"},
        [{"licence_type": "RN"}, {"expertise_domains": ("dental",)}, {"licence_active": False}],
    ),
    (
        "the_request_has_its_least",
        LEAST,
        [{"member_identified": False}, {"requester_identified": False}, {"line_count": 0}],
    ),
    (
        "the_complaint_is_stated",
        {"complaint_stated": True, "category": "access"},
        [{"complaint_stated": False}, {"category": ""}],
    ),
    (
        "the_new_category_is_stated",
        {"category": "access", "reason": "It is about a bill"},
        [{"category": ""}, {"reason": ""}],
    ),
    (
        "consent_is_in_order",
        {**URGENT, **TREATS},
        [
            {"line": ""},
            {"filer": "", "about": "payment"},
            {"about": ""},
            {"filer_is_treating": None},
            {"line": "", "consent_on_file": True},
        ],
    ),
    (
        "consent_is_missing",
        {**URGENT, **TREATS, "priority": "standard", "consent_on_file": False},
        [{"priority": ""}, {"line": "medicare", "timing": ""}, {"consent_on_file": None}],
    ),
    (
        "lateness_is_settled",
        {"filed_late": True, "good_cause_accepted": True},
        [{"filed_late": None}, {"good_cause_accepted": False}],
    ),
    (
        "reason_and_evidence_are_given",
        {"reason": "Fax header", "evidence": "log 4"},
        [{"reason": " "}, {"evidence": " "}],
    ),
    (
        "the_request_is_dismissible",
        {"dismissal_ground": "invalid_filer", "evidence": "log 4"},
        [{"dismissal_ground": "not_covered"}, {"evidence": ""}],
    ),
    (
        "the_appeal_is_dismissible",
        {"dismissal_ground": "nothing_to_appeal", "evidence": "log 4"},
        [{"dismissal_ground": "filed_late"}, {"evidence": ""}],
    ),
    (
        "the_grievance_is_dismissible",
        {"line": "medicare", "filed_late": True, "dismissal_ground": "filed_late", "evidence": "x"},
        [{"line": "medicaid"}, {"line": ""}, {"filed_late": False}, {"evidence": ""}],
    ),
    (
        "missing_consent_was_pursued",
        {**PURSUED, "contact_attempts": 3},
        [{"dismissal_ground": ""}, {"consent_time_passed": False}, {"contact_attempts": 2}],
    ),
    (
        "it_disputes_a_decision",
        {"disputes_decision": True, "dispute_named": True},
        [{"disputes_decision": False}, {"dispute_named": False}],
    ),
    (
        "the_two_are_one",
        {"same_member": True, "same_kind": True, "same_matter": True},
        [{"same_member": False}, {"same_kind": False}, {"same_matter": None}],
    ),
    (
        "what_is_parted_is_named",
        {"split_into": "grievance", "complaint_stated": True, "category": "access"},
        [{"complaint_stated": False}, {"category": ""}, {"split_into": "appeal"}],
    ),
    (
        "the_new_party_may_go_on",
        {"line": "medicare", "new_party_capacity": "assignee"},
        [{"line": "medicaid"}, {"line": ""}, {"new_party_capacity": ""}],
    ),
    ("the_new_party_is_named", SHOWN, [{"new_party": " "}, {"evidence": " "}]),
    (
        "the_ask_is_complete",
        ASK,
        [{"information_wanted": ()}, {"information_from": ""}, {"information_hours": 0}],
    ),
    (
        "missing_information_gives_45_days",
        {"extension_ground": "missing_information", "extension_answer_days": 45},
        [{"extension_ground": ""}, {"extension_answer_days": 44}],
    ),
    (
        "the_law_approved_it",
        {"decision_missed": True, "deemed": "deemed_approval"},
        [{"decision_missed": False}, {"deemed": "deemed_denial"}],
    ),
    (
        "the_days_fit",
        {"extension_days_left": 14, "extension_days": 1},
        [{"extension_days": 0}, {"extension_days": 15}, {"extension_days_left": 0}],
    ),
    (
        "the_resolution_is_complete",
        FOUND,
        [{"findings": " "}, {"grievance_outcome": "regretted", "corrective_action": "none"}],
    ),
    (
        "the_plan_appeal_is_exhausted",
        {"line": "marketplace", "urgent_with_appeal": True},
        [{"urgent_with_appeal": False}, {"line": "medicaid"}, {"line": ""}],
    ),
    (
        "the_ineligibility_is_proven",
        OUT,
        [{"filed_late": False}, {"filed_late": None}, {"evidence": " "}],
    ),
    (
        "the_referral_is_ready",
        {"summary_written": True, "criteria_recorded": True},
        [{"summary_written": False}, {"criteria_recorded": False}],
    ),
    (
        "the_reopening_has_its_ground",
        {"reopen_ground": "peer_to_peer", "reason": "New images"},
        [{"reopen_ground": "appeal"}, {"reason": " "}],
    ),
    (
        "the_change_is_possible",
        {"change_kind": "cancel", "change_on_approved": True},
        [{"change_kind": "double"}, {"change_on_approved": False}],
    ),
    (
        "the_lines_differ",
        {"lines": (APPROVED, DENIED)},
        [{"lines": (APPROVED,)}, {"lines": (DENIED,)}, {"lines": ()}],
    ),
]


@pytest.mark.parametrize(("name", "facts", "changes"), TERMS, ids=[name for name, *_ in TERMS])
def test_each_term_of_a_guard_counts(name, facts, changes):
    assert GUARDS[name].holds(Facts(**facts))
    for change in changes:
        assert not GUARDS[name].holds(Facts(**(facts | change))), change


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("new_evidence_was_shared", {"line": "medicare", "new_evidence_used": True}),
        ("new_evidence_was_shared", {"line": "medicaid", "new_evidence_used": False}),
        ("quality_of_care_was_looked_at", {"quality_of_care": False}),
        ("the_resolver_is_clinically_expert", {"line": "medicaid", "is_clinical": False}),
        ("the_resolver_is_clinically_expert", {"line": "medicare", "is_clinical": True}),
        ("the_reviewer_is_clinically_expert", {"line": "marketplace", "is_clinical": True}),
        ("lateness_is_settled", {"filed_late": False}),
        ("an_urgent_ask_gives_two_days", {"line": "medicaid", "priority": "expedited"}),
        ("an_urgent_ask_gives_two_days", {"line": "marketplace", "priority": "standard"}),
        ("an_independent_expert_advised", {**APART, "expert_id": "x", "expert_superiors": ()}),
        ("an_independent_expert_advised", {"line": "medicaid", "is_clinical": True}),
        ("an_independent_expert_advised", {"line": "marketplace", "is_clinical": False}),
        ("consent_is_in_order", {"line": "medicaid", "filer": "member"}),
        ("the_lines_differ", {"lines": (LESS,)}),
    ],
)
def test_a_guard_does_not_ask_for_more_than_its_law(name, facts):
    assert GUARDS[name].holds(Facts(**facts))


def test_a_window_of_one_day_is_a_window():
    one_day = APPROVED._replace(ends=APPROVED.starts)
    assert GUARDS["every_approved_line_is_complete"].holds(Facts(lines=(one_day,)))


def test_only_the_lines_that_lack_something_are_named():
    bare = APPROVED._replace(number=2, place="")
    said = GUARDS["every_approved_line_is_complete"].says(Facts(lines=(APPROVED, bare, DENIED)))
    assert said == "Line 2 lacks a place of service."


def test_a_request_that_is_too_bare_names_what_it_lacks():
    said = GUARDS["the_request_has_its_least"].says(Facts(member_identified=True))
    assert said == (
        "The request lacks who asks for it, at least one service line. All else may follow."
    )


def test_where_no_day_is_left_no_range_of_days_is_promised():
    said = GUARDS["the_days_fit"].says(Facts(extension_days=3))
    assert "Between" not in said
    assert said == GUARDS["the_days_fit"].sentence
