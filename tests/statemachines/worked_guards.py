"""For every guard: facts that open it, and one change after which it alone refuses.

Fictional people only.
"""

from typing import Any

PERSON = {"actor_id": "dr-okafor", "actor_is_system": False, "decider_id": "dr-okafor"}
LICENCE = {
    "licence_type": "MD",
    "accepted_licences": ("MD", "DO"),
    "licence_active": True,
    "licence_unrestricted": True,
}
EXPERT = {"service_domain": "medical", "expertise_domains": ("medical", "drug")}
APART = {"earlier_deciders": ("dr-lindqvist",), "decider_superiors": ("dr-mbeki",)}
CLINICAL = {"is_clinical": True, **LICENCE, **EXPERT}
REPRESENTED = {"filer": "representative", "about": "service"}
EXTENSION = {"extension_days_left": 14, "extension_grounds": ("need_information",)}

# guard: (facts that open it, the change that shuts it and, of its edge's guards, no other)
GUARDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    # deciding
    "a_person_acts": (PERSON, {"actor_is_system": True}),
    "a_person_answers_for_it": (PERSON, {"actor_is_system": True}),
    "the_decider_signs": (PERSON, {"actor_id": "dr-other"}),
    "a_licensed_clinician_denies": (LICENCE, {"licence_type": "RN"}),
    "the_licence_is_current": (
        {**LICENCE, "licence_reaches_state": True},
        {"licence_reaches_state": False},
    ),
    "the_decider_did_not_ask": ({**PERSON, "requester_ids": ("dr-ito",)}, {"requester_ids": None}),
    "expertise_is_attested": (EXPERT, {"service_domain": "dental"}),
    "the_decider_took_no_part": ({**PERSON, **APART}, {"earlier_deciders": ("dr-okafor",)}),
    "the_decider_is_no_subordinate": (APART, {"decider_superiors": ("dr-lindqvist",)}),
    "the_reviewer_is_clinically_expert": (CLINICAL, {"expertise_domains": ("dental",)}),
    "a_physician_decides_medicare_necessity": (
        {"line": "medicare", "on_necessity": True, **LICENCE},
        {"licence_type": "DDS", "accepted_licences": ("MD", "DDS")},
    ),
    "an_independent_expert_advised": (
        {"is_clinical": True, "expert_id": "dr-sato", "expert_superiors": ("dr-mbeki",), **APART},
        {"line": "marketplace", "expertise_domains": (), "expert_id": "dr-lindqvist"},
    ),
    "a_licensed_clinician_upholds": (
        CLINICAL,
        {"line": "marketplace", "licence_type": "RN"},
    ),
    # filing
    "the_receipt_is_known": ({"receipt_known": True}, {"receipt_known": False}),
    "the_request_has_its_least": (
        {"member_identified": True, "requester_identified": True, "line_count": 1},
        {"line_count": 0},
    ),
    "the_dispute_is_named": ({"dispute_named": True}, {"dispute_named": False}),
    "the_complaint_is_stated": (
        {"complaint_stated": True, "category": "access"},
        {"complaint_stated": False},
    ),
    "the_new_category_is_stated": (
        {"category": "billing", "reason": "It is about a bill"},
        {"category": ""},
    ),
    "consent_is_missing": ({**REPRESENTED, "consent_on_file": False}, {"consent_on_file": True}),
    "consent_is_in_order": ({**REPRESENTED, "consent_on_file": True}, {"consent_on_file": False}),
    "the_consent_fits": ({"consent_covers_case": True}, {"consent_covers_case": False}),
    "it_came_late": ({"filed_late": True}, {"filed_late": False}),
    "lateness_is_settled": (
        {"filed_late": True, "good_cause_accepted": True},
        {"good_cause_accepted": False},
    ),
    "good_cause_is_stated": ({"good_cause": "In hospital until 3 May"}, {"good_cause": "  "}),
    "the_dismissal_may_be_vacated": ({"vacate_window_open": True}, {"vacate_window_open": False}),
    "the_contract_allows_vacating": ({"vacate_window_open": True}, {"vacate_window_open": False}),
    "a_party_withdraws": ({"withdrawal_by_party": True}, {"withdrawal_by_party": False}),
    "a_reason_is_given": ({"reason": "The records arrived by fax"}, {"reason": " \n"}),
    "reason_and_evidence_are_given": (
        {"reason": "The fax header says so", "evidence": "fax log 4711"},
        {"evidence": ""},
    ),
    "the_request_is_dismissible": (
        {"dismissal_ground": "duplicate", "duplicate_of": "PA-2026-000123-7"},
        {"duplicate_of": ""},
    ),
    "the_appeal_is_dismissible": (
        {"dismissal_ground": "consent_missing", "evidence": "call log 12"},
        {"evidence": ""},
    ),
    "missing_consent_was_pursued": (
        {
            "dismissal_ground": "consent_missing",
            "consent_time_passed": True,
            "contact_attempts": 3,
        },
        {"contact_attempts": 0},
    ),
    "the_grievance_is_dismissible": (
        {"dismissal_ground": "not_our_member", "evidence": "eligibility answer of 4 May"},
        {"dismissal_ground": "too_angry"},
    ),
    "it_disputes_a_decision": (
        {"disputes_decision": True, "dispute_named": True},
        {"disputes_decision": False},
    ),
    "it_disputes_no_decision": ({"disputes_decision": False}, {"disputes_decision": True}),
    "the_new_party_is_named": (
        {"new_party": "Estate of Rosa Vance", "evidence": "letters of administration"},
        {"new_party": ""},
    ),
    # joining, parting, going on as another kind
    "the_two_are_one": (
        {"same_member": True, "same_kind": True, "same_matter": True},
        {"same_matter": False},
    ),
    "neither_is_decided": ({"other_open": True}, {"other_open": False}),
    "no_level_lies_between": ({"review_outside": False}, {"review_outside": True}),
    "what_is_parted_is_named": (
        {"split_into": "grievance", "complaint_stated": True, "category": "access"},
        {"split_into": "request"},
    ),
    "it_is_a_members_appeal": ({"whose_matter": "member"}, {"whose_matter": "office"}),
    "it_is_a_providers_dispute": ({"whose_matter": "office"}, {"whose_matter": "member"}),
    "an_office_filed_it": ({"filer": "provider"}, {"filer": "member"}),
    "the_claim_is_named": ({"claim_named": True}, {"claim_named": False}),
    "the_member_lets_the_office_appeal": (
        {"consent_covers_case": True},
        {"consent_covers_case": False},
    ),
    "nothing_was_decided_on_it": ({"decision_made": False}, {"decision_made": True}),
    "the_new_party_may_go_on": (
        {"new_party_capacity": "estate"},
        {"new_party_capacity": "neighbour"},
    ),
    # timing
    "the_ask_is_complete": (
        {
            "information_wanted": ("MRI report",),
            "information_from": "Dr Ito",
            "information_hours": 72,
        },
        {"information_from": ""},
    ),
    "an_urgent_ask_gives_two_days": (
        {"line": "marketplace", "priority": "expedited", "information_hours": 48},
        {"line": "marketplace", "information_hours": 47},
    ),
    "something_came": ({"information_came": True}, {"information_came": False}),
    "the_time_given_has_passed": (
        {"information_time_passed": True},
        {"information_time_passed": False},
    ),
    "a_fast_track_exists": ({"timing": "pre_service"}, {"timing": "post_service"}),
    "the_asker_is_known": ({"expedite_asked_by": "member"}, {"expedite_asked_by": "neighbour"}),
    "an_ask_waits": ({"expedite_unanswered": True}, {"expedite_unanswered": False}),
    "the_fast_track_is_justified": (
        {"expedite_supporters": ("member",), "expedite_criterion": "function"},
        {"expedite_criterion": "convenience"},
    ),
    "nobody_must_be_followed": (
        {"expedite_supporters": ("member",)},
        {"expedite_supporters": ("member", "physician")},
    ),
    "the_rule_allows_more_time": (EXTENSION, {"extension_days_left": 0, "extension_days": 0}),
    "the_ground_is_accepted": (
        {**EXTENSION, "extension_ground": "need_information"},
        {"extension_ground": "busy"},
    ),
    "the_days_fit": ({**EXTENSION, "extension_days": 14}, {"extension_days": 15}),
    "the_time_still_runs": ({"decision_due_passed": False}, {"decision_due_passed": True}),
    "the_letter_leaves_in_time": (
        {"extension_notice_in_time": True},
        {"extension_notice_in_time": False},
    ),
    "missing_information_gives_45_days": (
        {"extension_ground": "need_information"},
        {
            "extension_ground": "missing_information",
            "extension_grounds": ("missing_information",),
            "extension_answer_days": 44,
        },
    ),
    "the_clock_runs": ({"decision_clock_open": True}, {"decision_clock_open": False}),
    "the_due_has_passed": ({"decision_due_passed": True}, {"decision_due_passed": False}),
    "the_deadline_was_missed": ({"decision_missed": True}, {"decision_missed": False}),
    "the_law_approved_it": (
        {"decision_missed": True, "deemed": "deemed_approval"},
        {"deemed": "deemed_denial"},
    ),
    # review
    "every_approved_line_is_complete": ({}, {}),  # see LINES
    "every_line_is_approved": ({}, {}),
    "the_lines_differ": ({}, {}),
    "every_line_is_denied": ({}, {}),
    "every_refusal_says_why": ({}, {}),
    "a_rule_stands_behind_it": ({"approval_rule": "imaging-1 v3"}, {"approval_rule": ""}),
    "a_person_or_a_rule_approves": (PERSON, {"actor_is_system": True}),
    "the_ground_is_administrative": (
        {"administrative_ground": "benefit_exhausted"},
        {"administrative_ground": "not_necessary"},
    ),
    "the_referral_is_ready": (
        {"summary_written": True, "criteria_recorded": True},
        {"criteria_recorded": False},
    ),
    "a_slot_is_named": ({"peer_to_peer_slot": True}, {"peer_to_peer_slot": False}),
    "a_talk_was_offered": ({"peer_to_peer_offered": True}, {"peer_to_peer_offered": False}),
    "the_talk_is_logged": ({"peer_to_peer_outcome": "No new facts"}, {"peer_to_peer_outcome": ""}),
    "attempts_are_logged": ({"peer_to_peer_attempts": 1}, {"peer_to_peer_attempts": 0}),
    "no_talk_holds_the_denial": ({"peer_to_peer_holds": False}, {"peer_to_peer_holds": True}),
    "the_reopening_has_its_ground": (
        {"reopen_ground": "obvious_error", "reason": "Wrong member's notes"},
        {"reopen_ground": "second_thoughts"},
    ),
    "no_appeal_is_open": ({"appeal_open": False}, {"appeal_open": True}),
    "the_reopening_window_runs": ({"reopen_window_open": True}, {"reopen_window_open": False}),
    "an_authorization_stands": ({"authorization_stands": True}, {"authorization_stands": False}),
    "the_change_is_possible": (
        {"change_kind": "extend_dates", "change_on_approved": True},
        {"change_on_approved": False},
    ),
    "the_advance_notice_is_kept": ({"advance_notice_kept": True}, {"advance_notice_kept": False}),
    "a_reversal_stands": ({"reversal_stands": True}, {"reversal_stands": False}),
    # appeal and grievance
    "every_new_paper_was_read": (
        {"unread_papers": ()},
        {"unread_papers": ("Letter of Dr Ito.pdf",)},
    ),
    "everything_was_considered": (
        {"everything_considered": True},
        {"everything_considered": False},
    ),
    "the_decision_is_discussed": ({"decision_discussed": True}, {"decision_discussed": False}),
    "the_new_evidence_is_named": ({"new_evidence": ("Second MRI read",)}, {"new_evidence": ()}),
    "new_evidence_was_shared": (
        {"new_evidence_used": True, "new_evidence_answerable": True},
        {"line": "medicaid", "new_evidence_answerable": False},
    ),
    "the_reviewer_knows_the_subject": (
        {"subject_change_unread": False},
        {"subject_change_unread": True},
    ),
    "a_changed_subject_waits": ({"subject_change_unread": True}, {"subject_change_unread": False}),
    "the_service_was_authorized": (
        {"service_was_authorized": True},
        {"service_was_authorized": False},
    ),
    "the_continuation_window_runs": (
        {"continuation_window_open": True},
        {"continuation_window_open": False},
    ),
    "the_member_asked_to_continue": (
        {"continuation_asked_by": "member"},
        {"continuation_asked_by": "provider", "care_kept_by_law": False},
    ),
    "it_is_proven": ({"carried_out_proof": "AUTH-2026-000042-1"}, {"carried_out_proof": " "}),
    "more_is_to_be_carried_out": ({"still_to_carry_out": 2}, {"still_to_carry_out": None}),
    "all_is_carried_out": ({"still_to_carry_out": 0}, {"still_to_carry_out": None}),
    "another_step_is_open": ({"other_step_open": True}, {"other_step_open": None}),
    "no_other_step_is_open": ({"other_step_open": False}, {"other_step_open": None}),
    "the_plan_forwards": ({"line": "medicare"}, {"line": "medicaid"}),
    "a_clinician_is_named": ({"referred_clinician": "dr-sato"}, {"referred_clinician": ""}),
    "a_clinician_finds": ({**PERSON, **LICENCE}, {"licence_active": False}),
    "the_finding_is_written": (
        {"clinical_finding": "Care met the standard"},
        {"clinical_finding": ""},
    ),
    "quality_of_care_was_looked_at": (
        {"quality_of_care": True, "clinical_finding": "Care met the standard"},
        {"clinical_finding": ""},
    ),
    "the_resolution_is_complete": (
        {
            "findings": "The line was busy for 40 minutes",
            "grievance_outcome": "substantiated",
            "corrective_action": "Two more people at noon",
        },
        {"corrective_action": ""},
    ),
    "each_issue_has_its_finding": (
        {"issues_without_finding": 0},
        {"issues_without_finding": 2},
    ),
    "no_dispute_is_left_unfiled": ({"dispute_unfiled": False}, {"dispute_unfiled": True}),
    "the_outcome_follows_its_issues": (
        {"outcome_of_issues": ""},
        {"outcome_of_issues": "partly_substantiated"},
    ),
    "the_resolver_is_clinically_expert": (CLINICAL, {"service_domain": "dental"}),
    # external review
    "the_body_fits_the_line": ({"line": "medicare", "body": "ire"}, {"body": "iro"}),
    "the_plan_appeal_is_exhausted": (
        {"final_adverse_appeal": True},
        {"final_adverse_appeal": False},
    ),
    "an_iro_reviews": ({"body": "iro"}, {"body": "ire"}),
    "the_body_takes_it_directly": ({"body": "ire"}, {"body": "iro"}),
    "a_hearing_is_held": ({"body": "state_fair_hearing"}, {"body": "ire"}),
    "the_hearing_is_set": ({"hearing_set": True}, {"hearing_set": False}),
    "eligibility_is_undecided": ({"found_eligible": False}, {"found_eligible": True}),
    "it_was_found_eligible": ({"found_eligible": True}, {"found_eligible": False}),
    "it_was_filed_in_time": ({"filed_late": False}, {"filed_late": True}),
    "what_is_missing_is_listed": ({"missing_items": ("signature",)}, {"missing_items": ()}),
    "the_claimant_may_complete": ({"perfecting_open": True}, {"perfecting_open": False}),
    "the_time_to_complete_has_passed": ({"perfecting_open": False}, {"perfecting_open": True}),
    "the_ineligibility_is_proven": (
        {"ineligibility_ground": "not_covered_at_the_time", "evidence": "coverage span"},
        {"ineligibility_ground": "unsympathetic"},
    ),
    "the_rotation_is_kept": (
        {"iro_id": "iro-3", "iro_next": "iro-3", "iro_panel": 3},
        {"iro_next": "iro-1"},
    ),
    "the_iro_has_no_conflict": ({"iro_conflict_free": True}, {"iro_conflict_free": False}),
    "the_packet_is_complete": ({"packet_lacks": ()}, {"packet_lacks": ("the index",)}),
    "the_sending_is_proven": ({"proof_of_sending": "receipt 88"}, {"proof_of_sending": ""}),
    "the_body_decided": ({"body_decision": "IRE-2026-551 of 4 May"}, {"body_decision": ""}),
    "the_plan_reversed_itself": ({"plan_reversed": True}, {"plan_reversed": False}),
}
