"""Which events of a case its file tells: in full, by name alone, or on purpose not at all."""

from typing import Final

# Work among the people of the house, and the marks of the file itself: no part of any decision.
LEFT_OUT: Final = frozenset(
    {
        "assigned",
        "corrective_action_done",
        "corrective_action_moved",
        "corrective_action_opened",
        "severity_rated",
        "case_file_cleared",
        "case_file_failed",
        "case_file_made",
        "case_restricted",
        "restriction_lifted",
        "emergency_access_opened",
        "emergency_access_ended",
        "emergency_access_reviewed",
        "doubt_answered",
        "escalation_acknowledged",
        "escalation_came_back",
        "escalation_handed_on",
        "criteria_marked",
        "form_ending",
        "held",
        "hold_ended",
        "ladder_mended",
        "letter_released",
        "letter_reworded",
        "letter_sent_back",
        "letter_tried_again",
        "mark_reached",
        "obligation_settled",
        "packet_refused",
        "part_shown",
        "part_withheld",
        "passed_over",
        "queue_changed",
        "reviewer_doubted",
        "work_refused",
    }
)
# Written in making the decision: these are told in full. A peer review of the quality of care is
# privileged: that it was made is told, never what it says.
ON_THE_MERITS: Final = frozenset(
    {
        "information_added",
        "information_requested",
        "issue_found",
        "note_added",
        "peer_to_peer_closed",
        "peer_to_peer_held",
        "perfected",
        "referred_to_physician",
        "returned_to_nurse",
    }
)
