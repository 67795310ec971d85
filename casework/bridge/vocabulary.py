"""The closed list of what can happen on a case, and what each thing means to the clocks.

Edges of the machines and observations; each is mapped to one clock event or listed as neutral. A
test holds this table against the machines, the clock engine and the letters.
"""

from typing import Final

# What people and systems observe, beside the edges of the machines.
OBSERVATIONS: Final = frozenset(
    {
        "held",
        "hold_ended",
        "passed_over",
        "queue_changed",
        "work_refused",
        "address_corrected",
        "appealed",
        "assigned",
        "case_file_asked",
        "case_file_cleared",
        "case_file_extended",
        "case_file_failed",
        "case_file_given",
        "case_file_made",
        "case_file_refused",
        "case_file_sent",
        "care_referred",
        "case_taken_in",
        "case_restricted",
        "restriction_lifted",
        "emergency_access_opened",
        "emergency_access_ended",
        "emergency_access_reviewed",
        "consent_filed",
        "contact_logged",
        "continuation_refused",
        "continuation_requested",
        "corrective_action_done",
        "corrective_action_moved",
        "corrective_action_opened",
        "criteria_marked",
        "dispute_answered",
        "letter_sent",
        "document_added",
        "doubt_answered",
        "effectuation_ordered",
        "escalated",
        "escalation_acknowledged",
        "escalation_came_back",
        "escalation_handed_on",
        "form_ending",
        "incident",
        "info_complete",
        "issue_added",
        "issue_found",
        "ladder_mended",
        "letter_mailed",
        "letter_not_mailed",
        "letter_reissued",
        "letter_released",
        "letter_reworded",
        "letter_sent_back",
        "letter_returned",
        "letter_tried_again",
        "mark_reached",
        "mark_taken_back",
        "note_added",
        "next_review_planned",
        "notice_received",
        "notice_sent",
        "obligation_settled",
        "oral_notice_given",
        "paper_considered",
        "paper_marked",
        "part_shown",
        "part_withheld",
        "packet_proved",
        "packet_refused",
        "request_updated",
        "reviewer_doubted",
        "reviewer_received",
        "severity_rated",
        "talk_chosen",
        "talk_tried",
    }
)

# Events that bring a case back to whoever had it; it counts as returned until somebody goes on.
RETURNS: Final = frozenset(
    {
        "consent_recorded",
        "dismissal_vacated",
        "information_received",
        "perfected",
        "reopened",
        "returned_to_nurse",
    }
)

# Event of a case → (type of clock event, what is fixed about it).
MEANING: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "received": ("received", {}),
    "requested": ("received", {}),
    "incident": ("incident", {}),
    "information_requested": ("info_requested", {}),
    "information_received": ("info_received", {}),
    "perfected": ("info_received", {}),
    "info_complete": ("info_complete", {}),
    "expedite_requested": ("expedite_requested", {}),
    "expedite_granted": ("expedite_granted", {}),
    "expedite_refused": ("expedite_refused", {}),
    "extended": ("extended", {}),
    "approved": ("decided", {"outcome": "approved"}),
    "deemed_approved": ("decided", {"outcome": "approved"}),
    "partially_approved": ("decided", {"outcome": "partial"}),
    "denied": ("decided", {"outcome": "denied"}),
    "upheld": ("decided", {"outcome": "upheld"}),
    "overturned": ("decided", {"outcome": "overturned"}),
    "partially_overturned": ("decided", {"outcome": "partial"}),
    "resolved": ("decided", {"outcome": "resolved"}),
    "notice_sent": ("notice_sent", {}),
    "notice_received": ("notice_received", {}),
    "appealed": ("appealed", {}),
    "continuation_requested": ("continuation_requested", {}),
    "found_incomplete": ("preliminary_completed", {"outcome": "incomplete"}),
    "found_eligible": ("preliminary_completed", {"outcome": "eligible"}),
    "found_ineligible": ("preliminary_completed", {"outcome": "ineligible"}),
    "iro_assigned": ("reviewer_assigned", {}),
    "file_sent": ("file_sent", {}),
    "reviewer_received": ("reviewer_received", {}),
    "forwarded": ("forwarded", {}),
    "effectuation_ordered": ("effectuation_ordered", {}),
    "effectuated": ("effectuated", {}),
    "deadline_missed": ("expired", {}),
    "withdrawn": ("withdrawn", {}),
    # Ended here without a decision of this case: what it still owed goes on elsewhere or is over.
    "converted": ("withdrawn", {}),
    "merged": ("withdrawn", {}),
    "dismissed_by_body": ("withdrawn", {}),
    "terminated_by_reversal": ("withdrawn", {}),
}

# Read by the bridge itself: they change how the others are read.
REREAD: Final = frozenset(
    {
        "receipt_corrected",
        "reopened",
        "dismissal_vacated",
        "oral_notice_given",
        "recategorized",
        # The carrier's word on a notice: its day of mailing, or that it never left.
        "letter_mailed",
        "letter_not_mailed",
    }
)

CLOCK_EVENTS: Final = frozenset(MEANING) | REREAD

# All else that the machines and the desk emit, listed so that a new event forces a thought.
NEUTRAL: Final = frozenset(
    {
        # Set aside, back, given back, brought before a supervisor: the clock of the law runs on.
        "held",
        "hold_ended",
        "passed_over",
        "queue_changed",
        "work_refused",
        "address_corrected",
        "assigned",
        "authorization_change_requested",
        "authorization_reduced",  # its letter is what the clocks read
        "authorization_terminated",
        "benefits_continued",  # beside it stands `continuation_requested` on the denied case
        "case_file_asked",
        "case_file_cleared",
        "case_file_extended",
        "case_file_failed",
        "case_file_given",
        "case_file_made",
        "case_file_refused",
        "case_file_sent",
        "case_taken_in",  # the earlier case goes on by its own receipt
        # Who may see the case: no clock of the member asks.
        "case_restricted",
        "restriction_lifted",
        "emergency_access_opened",
        "emergency_access_ended",
        "emergency_access_reviewed",
        "clinical_finding_recorded",
        "consent_filed",  # the appeal is received and goes on
        "consent_recorded",
        "consent_required",
        "contact_logged",
        "continuation_refused",
        "criteria_marked",  # its decision is what the clocks read
        # What is worked and learned beside a complaint's answer; its clock follows its category.
        "corrective_action_done",
        "corrective_action_moved",
        "corrective_action_opened",
        "dispute_answered",
        "issue_added",
        "issue_found",
        "severity_rated",
        "letter_sent",
        "dismissed",  # its letter is what the clocks read
        "document_added",
        "doubt_answered",
        "escalated",
        "escalation_acknowledged",
        "escalation_came_back",
        "escalation_handed_on",
        "form_ending",  # a task for a person
        "hearing_scheduled",
        "information_added",
        "information_lapsed",
        "investigation_started",
        "ladder_mended",
        "late_filing_accepted",
        "late_filing_refused",
        # A new letter is what the clocks read, once it has left; that one came back moves nothing.
        "letter_reissued",
        "letter_returned",
        # What stands before a letter leaves; its leaving is what the clocks read.
        "letter_released",
        "letter_reworded",
        "letter_sent_back",
        "letter_tried_again",
        "mark_reached",
        # What a reader marks in a paper moves nothing.
        "mark_taken_back",
        "paper_marked",
        "new_evidence_shared",
        "note_added",
        "obligation_settled",
        "paper_considered",  # its decision is what the clocks read
        "part_shown",
        "part_withheld",
        # Of a supplement, or of a packet whose step was taken before: `file_sent` meets the clock.
        "packet_proved",
        "packet_refused",
        "partly_effectuated",
        "party_added",
        "party_substituted",
        "peer_to_peer_closed",
        "peer_to_peer_held",
        "peer_to_peer_offered",
        "preliminary_review_started",
        "quality_of_care_referred",
        "referred_to_physician",
        "request_updated",
        "resumed",
        "returned_to_nurse",
        "reversal_carried_out",
        "review_started",
        "reviewer_doubted",  # a task; the next assignment settles it
        "reviewer_assigned",  # the plan's own reviewer; an IRO is `iro_assigned`
        "talk_chosen",
        "talk_tried",
        # Tasks with a day of their own; no clock of the law.
        "care_referred",
        "next_review_planned",
        "split_off",  # the part has a case of its own, with the same receipt
        "subject_acknowledged",
        "subject_changed",
    }
)
