"""Prior authorization: from receipt to approval, partial approval or denial, line by line.

It knows no roles and no clock rules; the letters that an event calls for are listed elsewhere.
"""

from statemachines.edges import BEFORE, Edge, Table
from statemachines.guards_appeal import it_is_proven
from statemachines.guards_deciding import CLINICAL_DENIAL, a_person_acts, a_person_answers_for_it
from statemachines.guards_filing import (
    a_reason_is_given,
    the_contract_allows_vacating,
    the_receipt_is_known,
    the_request_has_its_least,
    the_request_is_dismissible,
)
from statemachines.guards_review import (
    APPROVAL,
    a_reversal_stands,
    a_rule_stands_behind_it,
    a_slot_is_named,
    a_talk_was_offered,
    an_authorization_stands,
    attempts_are_logged,
    every_approved_line_is_complete,
    every_line_is_approved,
    every_line_is_denied,
    every_refusal_says_why,
    no_appeal_is_open,
    no_talk_holds_the_denial,
    the_advance_notice_is_kept,
    the_change_is_possible,
    the_ground_is_administrative,
    the_lines_differ,
    the_referral_is_ready,
    the_reopening_has_its_ground,
    the_reopening_window_runs,
    the_talk_is_logged,
)
from statemachines.guards_timing import (
    an_urgent_ask_gives_two_days,
    missing_information_gives_45_days,
    the_ask_is_complete,
    the_law_approved_it,
)
from statemachines.recurring import correction, fast_track, more_time, overdue, waiting, withdrawal

STATES = (
    ("received", "newly received"),
    ("in_review", "in nurse review"),
    ("pended", "waiting for information"),
    ("in_physician_review", "with a physician"),
    ("approved", "approved"),
    ("partially_approved", "approved in part"),
    ("denied", "denied"),
    ("withdrawn", "withdrawn"),
    ("dismissed", "dismissed"),
)
OPEN = ("received", "in_review", "pended", "in_physician_review")
DECIDED = ("approved", "partially_approved", "denied")
AUTHORIZED = ("approved", "partially_approved")
NOT_ALL_APPROVED = ("denied", "partially_approved")
TALKS = ("in_physician_review", *NOT_ALL_APPROVED)

REVIEW = (
    Edge(
        "receive",
        (BEFORE,),
        dest="received",
        event="received",
        label="Receive",
        guards=(the_receipt_is_known, the_request_has_its_least),
    ),
    Edge(
        "auto_approve",
        ("received",),
        dest="approved",
        event="approved",
        label="Approve by rule",
        guards=(a_rule_stands_behind_it, every_line_is_approved, every_approved_line_is_complete),
    ),
    Edge(
        "start_review",
        ("received",),
        dest="in_review",
        event="review_started",
        label="Start the review",
    ),
    *waiting(
        ("in_review", "in_physician_review"),
        back="in_review",
        asks=(the_ask_is_complete, an_urgent_ask_gives_two_days),
    ),
    Edge(
        "refer_to_physician",
        ("in_review",),
        dest="in_physician_review",
        event="referred_to_physician",
        label="Refer to a physician",
        guards=(the_referral_is_ready,),
    ),
    Edge(
        "return_to_nurse",
        ("in_physician_review",),
        dest="in_review",
        event="returned_to_nurse",
        label="Return to the nurse",
        guards=(a_reason_is_given,),
    ),
    Edge(
        "offer_peer_to_peer",
        TALKS,
        dest=None,
        event="peer_to_peer_offered",
        label="Offer a peer-to-peer talk",
        guards=(a_slot_is_named,),
    ),
    Edge(
        "hold_peer_to_peer",
        TALKS,
        dest=None,
        event="peer_to_peer_held",
        label="Record the peer-to-peer talk",
        guards=(a_talk_was_offered, the_talk_is_logged),
    ),
    Edge(
        "close_peer_to_peer",
        TALKS,
        dest=None,
        event="peer_to_peer_closed",
        label="Close without a peer-to-peer talk",
        guards=(a_talk_was_offered, attempts_are_logged, the_talk_is_logged),
    ),
)

DETERMINATIONS = (
    Edge(
        "approve",
        ("in_review", "in_physician_review"),
        dest="approved",
        event="approved",
        label="Approve",
        guards=APPROVAL,
    ),
    Edge(
        "approve_in_part",
        ("in_physician_review",),
        dest="partially_approved",
        event="partially_approved",
        label="Approve in part",
        guards=(
            *CLINICAL_DENIAL,
            no_talk_holds_the_denial,
            the_lines_differ,
            every_approved_line_is_complete,
            every_refusal_says_why,
        ),
        adverse=True,
    ),
    Edge(
        "deny",
        ("in_physician_review",),
        dest="denied",
        event="denied",
        label="Deny",
        guards=(
            *CLINICAL_DENIAL,
            no_talk_holds_the_denial,
            every_line_is_denied,
            every_refusal_says_why,
        ),
        adverse=True,
    ),
    Edge(
        "deny_administratively",
        ("in_review",),
        dest="denied",
        event="denied",
        label="Deny on an administrative ground",
        guards=(
            a_person_acts,
            the_ground_is_administrative,
            every_line_is_denied,
            every_refusal_says_why,
        ),
        adverse=True,
    ),
    Edge(
        "confirm_deemed_approval",
        OPEN,
        dest="approved",
        event="deemed_approved",
        label="Confirm the approval by law",
        guards=(
            a_person_answers_for_it,
            the_law_approved_it,
            every_line_is_approved,
            every_approved_line_is_complete,
        ),
    ),
)

PACE_AND_ENDS = (
    *fast_track(OPEN),
    more_time(OPEN, missing_information_gives_45_days),
    withdrawal(OPEN),
    Edge(
        "dismiss",
        ("received", "in_review"),
        dest="dismissed",
        event="dismissed",
        label="Dismiss",
        guards=(a_person_acts, the_request_is_dismissible),
        adverse=True,
    ),
    Edge(
        "vacate_dismissal",
        ("dismissed",),
        dest="in_review",
        event="dismissal_vacated",
        label="Vacate the dismissal",
        guards=(a_person_answers_for_it, the_contract_allows_vacating, a_reason_is_given),
    ),
    Edge(
        "reopen",
        NOT_ALL_APPROVED,
        dest="in_physician_review",
        event="reopened",
        label="Reopen",
        guards=(
            a_person_answers_for_it,
            no_appeal_is_open,
            the_reopening_window_runs,
            the_reopening_has_its_ground,
        ),
    ),
    overdue(
        (*OPEN, *DECIDED),
        cite="42 CFR 438.404(c)(5); 42 CFR 422.568(f), 422.572(f); 45 CFR 147.136(b)(3)(ii)(F)",
    ),
    correction(tuple(name for name, _ in STATES)),
)

AUTHORIZATION = (
    Edge(
        "change_authorization",
        AUTHORIZED,
        dest=None,
        event="authorization_change_requested",
        label="Change the authorization",
        guards=(an_authorization_stands, the_change_is_possible),
    ),
    Edge(
        "reduce",
        AUTHORIZED,
        dest=None,
        event="authorization_reduced",
        label="Reduce the authorization",
        guards=(
            *CLINICAL_DENIAL,
            an_authorization_stands,
            the_advance_notice_is_kept,
            a_reason_is_given,
        ),
        adverse=True,
    ),
    Edge(
        "terminate",
        AUTHORIZED,
        dest=None,
        event="authorization_terminated",
        label="End the authorization",
        guards=(
            *CLINICAL_DENIAL,
            an_authorization_stands,
            the_advance_notice_is_kept,
            a_reason_is_given,
        ),
        adverse=True,
    ),
    Edge(
        "carry_out_reversal",
        NOT_ALL_APPROVED,
        dest=None,
        event="reversal_carried_out",
        label="Authorize after a reversal",
        guards=(a_reversal_stands, it_is_proven),
    ),
)

TABLE = Table(
    kind="prior_auth",
    noun="request",
    states=STATES,
    open=OPEN,
    decided=DECIDED,
    edges=(*REVIEW, *DETERMINATIONS, *PACE_AND_ENDS, *AUTHORIZATION),
)
