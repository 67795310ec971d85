"""The plan's own appeal of a determination, and the provider's payment dispute.

It knows no roles and no clock rules. Independence stands on every edge that decides.
"""

from statemachines.edges import BEFORE, Edge, Table
from statemachines.guards_appeal import (
    AGAINST_THE_MEMBER,
    REVIEWER,
    REVIEWER_TO_BE,
    a_changed_subject_waits,
    all_is_carried_out,
    another_step_is_open,
    it_is_proven,
    more_is_to_be_carried_out,
    no_other_step_is_open,
    the_continuation_window_runs,
    the_member_asked_to_continue,
    the_new_evidence_is_named,
    the_plan_forwards,
    the_service_was_authorized,
)
from statemachines.guards_deciding import (
    a_person_acts,
    a_person_answers_for_it,
    the_decider_signs,
)
from statemachines.guards_filing import (
    a_reason_is_given,
    consent_is_in_order,
    consent_is_missing,
    good_cause_is_stated,
    it_came_late,
    it_disputes_no_decision,
    lateness_is_settled,
    missing_consent_was_pursued,
    the_appeal_is_dismissible,
    the_consent_fits,
    the_dismissal_may_be_vacated,
    the_dispute_is_named,
    the_receipt_is_known,
)
from statemachines.guards_timing import the_deadline_was_missed
from statemachines.joining import MERGED, appeal_or_dispute, as_request, joining, parties
from statemachines.recurring import correction, fast_track, more_time, overdue, waiting, withdrawal

STATES = (
    ("received", "newly received"),
    ("awaiting_consent", "waiting for consent"),
    ("in_review", "in review"),
    ("pended", "waiting for information"),
    ("upheld", "upheld"),
    ("overturned", "overturned"),
    ("partially_overturned", "overturned in part"),
    ("effectuated", "carried out"),
    ("forwarded", "sent to the independent review entity"),
    ("withdrawn", "withdrawn"),
    ("dismissed", "dismissed"),
    ("converted", "continued as another kind of case"),
    MERGED,
)
OPEN = ("received", "awaiting_consent", "in_review", "pended")
DECIDED = ("upheld", "overturned", "partially_overturned", "effectuated", "forwarded")
TO_CARRY_OUT = ("overturned", "partially_overturned", "forwarded")

FILING = (
    Edge(
        "receive",
        (BEFORE,),
        dest="received",
        event="received",
        label="Receive",
        guards=(the_receipt_is_known, the_dispute_is_named),
    ),
    Edge(
        "require_consent",
        ("received",),
        dest="awaiting_consent",
        event="consent_required",
        label="Ask for consent",
        guards=(consent_is_missing,),
    ),
    Edge(
        "record_consent",
        ("awaiting_consent",),
        dest="received",
        event="consent_recorded",
        label="Record the consent",
        guards=(the_consent_fits,),
    ),
    # A dismissal for want of consent that was vacated leads into the review, where it may come.
    Edge(
        "record_consent",
        ("in_review", "pended"),
        dest=None,
        event="consent_recorded",
        label="Record the consent",
        guards=(consent_is_missing, the_consent_fits),
    ),
    Edge(
        "accept_late",
        ("received",),
        dest=None,
        event="late_filing_accepted",
        label="Accept the late filing",
        guards=(it_came_late, good_cause_is_stated),
    ),
    Edge(
        "refuse_late",
        ("received",),
        dest="dismissed",
        event="late_filing_refused",
        label="Refuse the late filing",
        guards=(a_person_acts, it_came_late, a_reason_is_given),
        adverse=True,
    ),
    Edge(
        "assign_reviewer",
        ("received",),
        dest="in_review",
        event="reviewer_assigned",
        label="Assign a reviewer",
        guards=(consent_is_in_order, lateness_is_settled, *REVIEWER_TO_BE),
    ),
    Edge(
        "assign_reviewer",
        ("in_review", "pended"),
        dest=None,
        event="reviewer_assigned",
        label="Assign a reviewer",
        guards=REVIEWER_TO_BE,
    ),
)

REVIEW = (
    *waiting(("in_review",), back="in_review"),
    *fast_track(OPEN),
    more_time(OPEN),
    Edge(
        "share_new_evidence",
        ("in_review", "pended"),
        dest=None,
        event="new_evidence_shared",
        label="Send the new evidence",
        guards=(the_new_evidence_is_named,),
    ),
    Edge(
        "continue_benefits",
        OPEN,
        dest=None,
        event="benefits_continued",
        label="Continue the benefits",
        guards=(
            the_service_was_authorized,
            the_continuation_window_runs,
            the_member_asked_to_continue,
        ),
    ),
    *parties(OPEN),
    Edge(
        "change_subject",
        OPEN,
        dest=None,
        event="subject_changed",
        label="Change what is appealed",
        guards=(a_person_answers_for_it, the_dispute_is_named, a_reason_is_given),
    ),
    Edge(
        "acknowledge_subject",
        ("in_review", "pended"),
        dest=None,
        event="subject_acknowledged",
        label="Acknowledge the changed subject",
        guards=(the_decider_signs, a_changed_subject_waits),
    ),
)

DECISIONS = (
    Edge(
        "uphold",
        ("in_review",),
        dest="upheld",
        event="upheld",
        label="Uphold the denial",
        guards=AGAINST_THE_MEMBER,
        adverse=True,
    ),
    Edge(
        "overturn",
        ("in_review",),
        dest="overturned",
        event="overturned",
        label="Overturn the denial",
        guards=REVIEWER,
    ),
    Edge(
        "overturn_in_part",
        ("in_review",),
        dest="partially_overturned",
        event="partially_overturned",
        label="Overturn in part",
        guards=AGAINST_THE_MEMBER,
        adverse=True,
    ),
)

AFTERWARDS = (
    Edge(
        "effectuate",
        TO_CARRY_OUT,
        dest=None,
        event="partly_effectuated",
        label="Carry out the reversal",
        guards=(it_is_proven, more_is_to_be_carried_out),
    ),
    Edge(
        "effectuate",
        TO_CARRY_OUT,
        dest=None,
        event="effectuated",
        label="Carry out the reversal",
        guards=(it_is_proven, all_is_carried_out, another_step_is_open),
    ),
    Edge(
        "effectuate",
        TO_CARRY_OUT,
        dest="effectuated",
        event="effectuated",
        label="Carry out the reversal",
        guards=(it_is_proven, all_is_carried_out, no_other_step_is_open),
    ),
    Edge(
        "forward",
        ("upheld", "partially_overturned"),
        dest="forwarded",
        event="forwarded",
        label="Forward to the independent review entity",
        guards=(the_plan_forwards,),
    ),
    Edge(
        "forward",
        OPEN,
        dest="forwarded",
        event="forwarded",
        label="Forward to the independent review entity",
        guards=(the_plan_forwards, the_deadline_was_missed),
    ),
)

ENDS = (
    withdrawal(OPEN),
    Edge(
        "dismiss",
        ("received", "awaiting_consent"),
        dest="dismissed",
        event="dismissed",
        label="Dismiss",
        guards=(a_person_acts, the_appeal_is_dismissible, missing_consent_was_pursued),
        adverse=True,
    ),
    Edge(
        "vacate_dismissal",
        ("dismissed",),
        dest="in_review",
        event="dismissal_vacated",
        label="Vacate the dismissal",
        guards=(a_person_answers_for_it, the_dismissal_may_be_vacated, good_cause_is_stated),
    ),
    Edge(
        "convert",
        OPEN,
        dest="converted",
        event="converted",
        label="Continue as a grievance",
        guards=(a_person_acts, it_disputes_no_decision, a_reason_is_given),
        adverse=True,
    ),
    *appeal_or_dispute(OPEN),
    as_request(OPEN, adverse=True),
    *joining(OPEN),
    overdue(
        (*OPEN, *DECIDED),
        cite="42 CFR 438.408(c)(3), (f)(1)(i); 42 CFR 422.590(d), (g); 45 CFR 147.136(b)(3)(ii)(F)",
    ),
    correction(tuple(name for name, _ in STATES)),
)

TABLE = Table(
    kind="appeal",
    noun="appeal",
    states=STATES,
    open=OPEN,
    decided=DECIDED,
    edges=(*FILING, *REVIEW, *DECISIONS, *AFTERWARDS, *ENDS),
)
