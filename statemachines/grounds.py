"""The closed lists that guards accept: grounds, outcomes, bodies. Forms offer exactly these.

A ground that is not listed cannot be used; a new one is added here with its source.
"""

# Denials that no clinician needs to make. Still an adverse determination with its full notice.
ADMINISTRATIVE_GROUNDS = ("not_eligible_on_date", "benefit_exhausted", "not_covered")

REQUEST_DISMISSALS = ("duplicate", "pa_not_required", "not_our_member", "invalid_filer")
APPEAL_DISMISSALS = ("consent_missing", "invalid_filer", "nothing_to_appeal", "duplicate")
GRIEVANCE_DISMISSALS = (
    "duplicate",
    "not_our_member",
    "invalid_filer",
    "consent_missing",
    "not_about_the_plan",
    "filed_late",
)
INELIGIBILITY_GROUNDS = (
    "not_covered_at_the_time",
    "not_reviewable",
    "plan_appeal_not_exhausted",
    "filed_late",
    "not_completed_in_time",
)

REOPEN_GROUNDS = ("peer_to_peer", "obvious_error")
CHANGES = ("extend_dates", "add_line", "cancel")

# The standard time could seriously jeopardize life, health, or the ability to attain, maintain or
# regain maximum function: 42 CFR 438.210(d)(2).
EXPEDITE_CRITERIA = ("life", "health", "function")
EXPEDITE_ASKERS = ("member", "representative", "provider", "physician")

# Whose word the plan must follow when they ask for the fast track.
MUST_FOLLOW = {
    "medicaid": ("provider", "physician"),
    "medicare": ("physician",),
    "marketplace": ("provider", "physician"),
}

GRIEVANCE_OUTCOMES = ("substantiated", "partly_substantiated", "not_substantiated")

PHYSICIAN_LICENCES = ("MD", "DO")

# The step after the plan's appeal, by line of business.
BODIES = {"marketplace": "iro", "medicare": "ire", "medicaid": "state_fair_hearing"}

# In which capacity somebody goes on in the place of a member who died: 42 CFR 438.406(b)(6);
# 422.574 (the estate, an assignee who waives payment by the enrollee, whoever else has an interest
# to appeal for); the State's law of estates.
CONTINUERS = {
    "medicaid": ("estate", "survivor", "heir"),
    "medicare": ("estate", "survivor", "heir", "assignee"),
    "marketplace": ("estate", "survivor", "heir"),
}
CAPACITIES = tuple(dict.fromkeys(each for named in CONTINUERS.values() for each in named))
