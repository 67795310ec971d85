"""The closed vocabulary of the clocks: event types with their fields, outcomes by kind of case,
and clock names with owner, words for people and what satisfies each. Tables only; no arithmetic."""

from dataclasses import dataclass

LINES = ("medicaid", "medicare", "marketplace")
LAYERS = ("owner", "federal", "state:ga", "state:in", "state:ky", "state:oh")
KINDS = ("prior_auth", "appeal", "grievance", "external_review")
PRIORITIES = ("standard", "expedited")
TIMINGS = ("pre_service", "concurrent", "post_service")
SERVICES = ("medical", "outpatient_drug", "part_b_drug")
ABOUT = ("extension", "refused_expedite", "access", "billing", "other")

# A service that matters on one line only is an ordinary one elsewhere.
SERVICE_OF_LINE = {"outpatient_drug": "medicaid", "part_b_drug": "medicare"}

OUTCOMES: dict[str, frozenset[str]] = {
    "prior_auth": frozenset({"approved", "partial", "denied"}),
    "appeal": frozenset({"upheld", "partial", "overturned"}),
    "external_review": frozenset({"upheld", "partial", "overturned"}),
    "grievance": frozenset({"resolved"}),
}

# Whose request to expedite the plan must follow: 42 CFR 438.210(d)(2), 438.410(a); 422.570(c),
# 422.584(c)(2)(ii); 45 CFR 147.136(b)(3)(ii)(B).
MUST_FOLLOW: dict[str, frozenset[str]] = {
    "medicaid": frozenset({"provider", "physician"}),
    "marketplace": frozenset({"provider", "physician"}),
    "medicare": frozenset({"physician"}),
}

# Whose reversal binds the plan, by line.
ORDERING_BODIES: dict[str, frozenset[str]] = {
    "medicaid": frozenset({"fair_hearing"}),
    "medicare": frozenset({"ire", "alj"}),
    "marketplace": frozenset({"iro"}),
}

# Where a decision told orally is the notice on the fast track (grievances: on every line).
ORAL_COUNTS_ON_FAST_TRACK = frozenset({"medicare", "marketplace"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an event. `holds`: word, outcome, flag, whole, day, instant or text.
    `only`: the field belongs to the event just where another field has that value."""

    name: str
    holds: str
    words: tuple[str, ...] = ()
    required: bool = False
    default: str | bool | None = None
    only: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class EventType:
    """One type of event: its words for people and its fields beside `type` and `at`.
    `plain_date`: `at` may be a date without a time."""

    name: str
    words: str
    fields: tuple[Field, ...] = ()
    plain_date: bool = False


_ASKERS = ("member", "provider", "physician")
_PLAN_GROUNDS = ("need_information", "noncontract_evidence", "extraordinary", "beyond_control")
_GROUNDS = ("requested", *_PLAN_GROUNDS, "missing_information")
_DECISIONS = ("favorable", "adverse", "resolution", "reduction")
_OTHER_LETTERS = ("extension", "downgrade", "acknowledgement", "dismissal", "eligibility")
_NOTICES = (*_DECISIONS, *_OTHER_LETTERS)
_REDUCTION = ("kind", "reduction")

EVENTS: dict[str, EventType] = {
    event.name: event
    for event in (
        EventType(
            "received",
            "request received",
            (
                Field("by", "word", _ASKERS, default="member"),
                Field("complete", "flag", default=True),
            ),
        ),
        EventType("incident", "what the grievance is about happened", plain_date=True),
        EventType(
            "info_requested",
            "missing information asked for",
            (Field("what", "text"), Field("time_given_hours", "whole")),
        ),
        EventType("info_received", "answer with information received"),
        EventType("info_complete", "all necessary information is there"),
        EventType(
            "expedite_requested",
            "asked to expedite",
            (Field("by", "word", _ASKERS, required=True),),
        ),
        EventType("expedite_granted", "request to expedite granted"),
        EventType("expedite_refused", "request to expedite refused"),
        EventType(
            "extended",
            "time extended",
            (
                Field("days", "whole", required=True),
                Field("requested_by", "word", ("member", "provider", "plan"), required=True),
                Field("ground", "word", _GROUNDS, required=True),
                Field("notice_sent_at", "instant"),
                Field(
                    "time_given_days",
                    "whole",
                    required=True,
                    only=("ground", "missing_information"),
                ),
            ),
        ),
        EventType(
            "decided",
            "decision made",
            (Field("outcome", "outcome", required=True), Field("oral", "flag", default=False)),
        ),
        EventType(
            "notice_sent",
            "letter sent",
            (
                Field("kind", "word", _NOTICES, required=True),
                Field("date", "day"),
                Field("effective_date", "day", required=True, only=_REDUCTION),
                Field(
                    "ground",
                    "word",
                    ("ordinary", "fraud", "exempt"),
                    default="ordinary",
                    only=_REDUCTION,
                ),
            ),
        ),
        EventType(
            "notice_received",
            "letter received by the member",
            (Field("of", "word", ("adverse", "extension"), default="adverse"),),
            plain_date=True,
        ),
        EventType("appealed", "appeal filed"),
        EventType(
            "continuation_requested",
            "asked to keep benefits going",
            (Field("by", "word", ("member", "provider"), required=True),),
        ),
        EventType(
            "preliminary_completed",
            "preliminary review completed",
            (Field("outcome", "word", ("eligible", "ineligible", "incomplete"), required=True),),
        ),
        EventType("reviewer_assigned", "review organization assigned"),
        EventType("file_sent", "documents sent to the review organization"),
        EventType("reviewer_received", "request received by the reviewing body"),
        EventType("forwarded", "case file forwarded to the IRE"),
        EventType(
            "effectuation_ordered",
            "reversal received by the plan",
            (Field("by", "word", ("fair_hearing", "ire", "alj", "iro"), required=True),),
        ),
        EventType("effectuated", "authorized, provided or paid"),
        EventType("expired", "the time ran out and nothing had been decided"),
        EventType("withdrawn", "withdrawn by the member"),
    )
}


@dataclass(frozen=True, slots=True)
class ClockName:
    """One clock: whose duty or right (`plan` or `member`; on an external review the `decision` and
    its letter are the `reviewer`'s), its words, and what satisfies it."""

    name: str
    owner: str
    words: str
    satisfied_by: str


_TOLD = (
    "the letter with the decision leaving; by telephone where that counts (grievances, and the "
    "fast track of Medicare and Marketplace)"
)
_LETTER = "the letter about the {} leaving"
_DONE = "the service being authorized, provided or paid"
_ELIGIBILITY = "the eligibility notice leaving after the last preliminary review"
_FILED = "the appeal being filed; for a grievance or external review, its receipt"

# In the order in which they are worked out: the windows before what depends on them.
CLOCKS: dict[str, ClockName] = {
    row[0]: ClockName(*row)
    for row in (
        ("decision", "plan", "Decide and tell", _TOLD),
        (
            "written_notice",
            "plan",
            "Confirm in writing",
            "the letter after the decision that was told orally",
        ),
        ("denial_notice", "plan", "Send the denial notice", "the denial notice leaving"),
        ("acknowledgement", "plan", "Acknowledge receipt", "the acknowledgement letter leaving"),
        ("extension_notice", "plan", "Send the extension letter", _LETTER.format("last extension")),
        (
            "downgrade_notice",
            "plan",
            "Send the letter about not expediting",
            _LETTER.format("refusal to expedite"),
        ),
        ("information_request", "plan", "Say what is missing", "the first request for information"),
        ("forward_to_ire", "plan", "Forward to the IRE", "the case file going to the IRE"),
        ("effectuation", "plan", "Carry out the reversal", _DONE),
        ("provision", "plan", "Provide the service", _DONE),
        ("earliest_action", "plan", "Act on the reduction", "an effective date not before it"),
        ("preliminary_review", "plan", "Complete the preliminary review", "the end of that review"),
        ("eligibility_notice", "plan", "Tell the result of the preliminary review", _ELIGIBILITY),
        ("file_to_reviewer", "plan", "Send the documents to the IRO", "the documents leaving"),
        ("filing_window", "member", "Time to file", _FILED),
        ("filing_acceptance", "member", "Filing still accepted", _FILED),
        (
            "continuation_window",
            "member",
            "Time to ask to keep benefits going",
            "the member asking",
        ),
        ("perfect_request", "member", "Time to complete the request", "the missing part arriving"),
    )
}

REVIEWER_CLOCKS = frozenset({"decision", "written_notice"})  # on an external review
LATEST_WINS = frozenset({"earliest_action"})  # beside all clocks of the member

CONSEQUENCES: dict[str, str] = {
    "deemed_denial": (
        "The law treats it as a denial: the member may appeal. It is never a reviewer's decision."
    ),
    "deemed_exhaustion": (
        "The member is deemed to have exhausted the plan's process and may go to the next level "
        "at once. It is not an approval."
    ),
    "deemed_affirmation": (
        "The law treats it as an affirmation: the plan must forward the case to the IRE."
    ),
    "deemed_approval": "The law treats the request as approved.",
}


def owner_of(clock: str, kind: str) -> str:
    """Whose clock it is on this kind of case: `plan`, `reviewer` or `member`."""
    if kind == "external_review" and clock in REVIEWER_CLOCKS:
        return "reviewer"
    return CLOCKS[clock].owner
