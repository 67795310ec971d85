"""The closed words that rule files may use beside those of events, and what each means to people.
Tables only."""

# Anchor -> what starts the count, as a person says it.
ANCHOR_WORDS: dict[str, str] = {
    "received": "receipt",
    "fast_track": "receipt, or the request to expedite that was followed",
    "complete_information": "complete information (for an upgrade: or the request, if later)",
    "urgent_and_incomplete": "start of the urgent clock of an incomplete claim",
    "reviewer_received": "the reviewing body has the request",
    "reviewer_assigned": "assignment of the review organization",
    "plan_appeal_filed": "filing of the plan appeal",
    "preliminary_completed": "end of the preliminary review",
    "told_incomplete": "the eligibility notice that follows an incomplete request",
    "oral_decision": "the decision told orally",
    "expedite_refused": "the refusal to expedite, told orally",
    "extended": "the decision to extend",
    "extended_time": "the end of the time that is being extended",
    "time_ran_out": "the day on which the time to decide ran out",
    "payment_denied": "the decision to deny payment, in whole or in part",
    "reversal": "the reversal: the plan's own, or its receipt",
    "reversed_time": "the end of the time to decide, once the plan reversed itself",
    "affirmed_time": "the end of the time to decide, once affirmed by decision or by law",
    "affirmation": "the affirmation, by decision or by law",
    "notice_date": "the date printed on the notice",
    "notice_receipt": "receipt of the notice: proven, else presumed by the contract's policy",
    "notice_receipt_by_law": "receipt of the notice: proven, or presumed by law if later",
    "reduction_sent": "the day on which the notice of reduction was sent",
    "adverse_sent": "the day on which the adverse notice was sent",
    "incident": "the event that the grievance is about",
    "dismissal_date": "the date printed on the dismissal",
}

# By which date a version is chosen.
KEYS: dict[str, str] = {
    "anchor": "the local date of the anchor",
    "notice_date": "the date of the notice, without one that of its receipt",
    "rating_period": "the start of the rating period in force on the day of receipt",
}

LATER_OF: dict[str, str] = {
    "effective_date": "the effective date of the reduction",
    "filing_window": "the end of the filing window",
}

PLUS: dict[str, str] = {
    "days_to_request": "the days from the resolution notice to the request",
}

INTEGER_POLICIES = (
    "acknowledgement_business_days",
    "sfh_window_days",
    "presumed_receipt_days",
    "immediately_hours",
)
