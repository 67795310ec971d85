"""Words of the trade for what the layers below name by code: on the staff's screens, in English.

A code without words is shown with blanks for its underscores, so that nothing is ever hidden.
"""

from collections.abc import Mapping
from typing import Final

KINDS: Final = {
    "prior_auth": "Request",
    "appeal": "Appeal",
    "grievance": "Grievance",
    "external_review": "External review",
}
QUEUES: Final = {
    "review": "Nurse review",
    "physician": "Physicians",
    "appeals": "Appeals",
    "appeal_review": "Appeal reviewers",
    "disputes": "Payment disputes",
    "grievances": "Grievances",
    "external_review": "External reviews",
}
LINES: Final = {"medicaid": "Medicaid", "marketplace": "Marketplace", "medicare": "Medicare"}
TIMINGS: Final = {
    "pre_service": "before the service",
    "concurrent": "during the service",
    "post_service": "after the service",
}
ROLES: Final = {
    "intake": "intake clerk",
    "ag_specialist": "appeals specialist",
    "ag_clinician": "appeals clinician",
    "provider_admin": "provider",
    "client": "application",
}
BODIES: Final = {
    "iro": "Independent review organization",
    "ire": "Independent review entity",
    "state_fair_hearing": "State fair hearing",
}
CHANNELS: Final = {
    "plan": "the plan",
    "portal": "portal",
    "api": "API",
    "fhir": "FHIR",
    "x12": "X12 278",
    "fax": "fax",
    "phone": "telephone",
    "mail": "mail",
    "print": "by mail",
    "email": "e-mail (points to the portal)",
    "text": "text message (points to the portal)",
    "braille": "in Braille",
    "audio": "as audio",
    "data_cd": "on a disc",
}
# Units as X12 names them (elements 355 and 673), for one and for many.
UNITS: Final = {
    "UN": ("unit", "units"),
    "FL": ("unit", "units"),
    "VS": ("visit", "visits"),
    "DA": ("day", "days"),
    "DY": ("day", "days"),
    "HS": ("hour", "hours"),
    "MN": ("month", "months"),
    "MO": ("month", "months"),
    "WK": ("week", "weeks"),
    "YR": ("year", "years"),
    "MJ": ("minute", "minutes"),
    "ML": ("milliliter", "milliliters"),
    "F2": ("international unit", "international units"),
}
CONTACTS: Final = {
    "mail": "mail",
    "email": "e-mail that points to the portal",
    "text": "text message",
}
# Values of choices, in forms and in the history.
VALUES: Final = {
    "care_management": "Care management",
    "behavioral_health": "Behavioral health care management",
    "maternity": "Maternity care management",
    "transition": "Transition of care after discharge",
    "no_answer": "Nobody answered",
    "voicemail": "A voicemail: a message was left",
    "busy": "The line was busy",
    "office_only": "The office answered, the physician was not there",
    "reached": "The physician was reached",
    "America/New_York": "Eastern",
    "America/Chicago": "Central",
    "America/Denver": "Mountain",
    "America/Phoenix": "Arizona",
    "America/Los_Angeles": "Pacific",
    "America/Anchorage": "Alaska",
    "Pacific/Honolulu": "Hawaii",
    "approved": "Approve as asked",
    "approved_other": "Approve for less than asked",
    "denied": "Deny",
    "not_eligible_on_date": "Not eligible on the date of service",
    "benefit_exhausted": "The benefit is exhausted",
    "not_covered": "Not a covered service",
    "duplicate": "It repeats another case",
    "estate": "The estate, by its legal representative",
    "survivor": "The surviving spouse",
    "heir": "An heir with money at stake",
    "assignee": "A provider with an assignment",
    "pa_not_required": "Prior authorization is not required",
    "not_our_member": "Not our member",
    "invalid_filer": "Filed by somebody who may not",
    "consent_missing": "The consent never came",
    "nothing_to_appeal": "It disputes no decision of ours",
    "not_about_the_plan": "It is not about the plan",
    "filed_late": "Filed too late",
    "peer_to_peer": "A peer-to-peer talk brought something new",
    "obvious_error": "An obvious error",
    "life": "Life",
    "health": "Health",
    "function": "The ability to attain, maintain or regain maximum function",
    "requested": "They ask for it",
    "need_information": "More information is needed, in the member's interest",
    "noncontract_evidence": "Evidence from outside the network may change a denial",
    "extraordinary": "Extraordinary circumstances, in the member's interest",
    "beyond_control": "Matters beyond the plan's control",
    "missing_information": "Information is missing",
    "provider": "The provider",
    "physician": "A physician, or a physician supports it",
    "member": "The member",
    "representative": "The member's representative",
    "plan": "The plan",
    "extend_dates": "Extend the dates",
    "add_line": "Add a service",
    "cancel": "Cancel it",
    "ordinary": "Ordinary: 10 days' notice",
    "fraud": "Probable fraud: 5 days' notice",
    "exempt": "Exempt from advance notice",
    "standard": "Standard",
    "expedited": "Fast track",
    "service": "A service that was denied",
    "payment": "A payment",
    "in": "They contacted us",
    "out": "We contacted them",
    "visit": "In person",
    "adverse": "The denial (notice of action)",
    "extension": "The extension",
    "moved": "Moved, left no address",
    "no_such_number": "No such number or street",
    "not_known": "Not known there",
    "insufficient": "The address lacks something",
    "vacant": "Vacant",
    "refused": "Refused",
    "unclaimed": "Unclaimed",
    "deceased": "Deceased",
    "returned": "It came back",
    "wrong_address": "It went to a wrong address",
    "wrong_format": "It is needed in another form",
    "wrong_content": "It said something wrong, which the case says right now",
    "second_copy": "They ask for a second copy",
    "as_it_stands": "Make it as the case stands now",
    "new_words": "Put its words anew first",
    "left": "It left",
    "mailed": "It was mailed",
    "never_mailed": "It was never mailed",
    "did_not": "It did not leave",
    "normal": "Normal",
    "high": "High",
    "substantiated": "Substantiated",
    "partly_substantiated": "Partly substantiated",
    "not_substantiated": "Not substantiated",
    "medical": "Medical service",
    "outpatient_drug": "Outpatient drug (Medicaid)",
    "part_b_drug": "Part B drug (Medicare)",
    **{name: words.capitalize() for name, words in TIMINGS.items()},
    **{name: words[:1].upper() + words[1:] for name, words in CHANNELS.items()},
}
# How a line, a determination or a case came out.
OUTCOMES: Final = {
    "approved": ("Approved", "good"),
    "approved_other": ("Approved for less", "soon"),
    "partial": ("Approved in part", "soon"),
    "denied": ("Denied", "late"),
    "upheld": ("Upheld", "late"),
    "overturned": ("Overturned", "good"),
    "withdrawn": ("Withdrawn", "neutral"),
    "dismissed": ("Dismissed", "neutral"),
    "resolved": ("Resolved", "good"),
}
LETTER_STATES: Final = {
    "held": ("Waits for release", "soon"),
    "due": ("Waits to be printed", "info"),
    "deposited": ("Printed, not sent yet", "info"),
    "sent": ("Sent", "good"),
    "refused": ("Cannot leave", "late"),
    "parked": ("Printing failed", "late"),
    "void": ("Not needed any more", "neutral"),
}
DELIVERY_STATES: Final = {
    "intent": "not sent yet",
    "sending": "being sent",
    "confirmed": "sent",
    "in_doubt": "in doubt: ask before anybody sends it again",
    "returned": "came back",
    "failed": "did not leave",
    "refused": "cannot go this way",
    "void": "stopped before it left",
}
RECIPIENTS: Final = {
    "member": "Member",
    "provider": "Provider",
    "representative": "Representative",
    "primary_care": "Primary-care provider",
    "body": "Reviewing body",
}
# A line of the inbox: its words and its sign.
NOTICES: Final = {
    "clock_50": ("Half of the time has passed", "info"),
    "clock_75": ("Three quarters of the time have passed", "soon"),
    "clock_90": ("Nine tenths of the time have passed", "soon"),
    "clock_t24": ("24 hours are left", "soon"),
    "clock_100": ("The time ran out", "late"),
    "alarm": ("An alarm stands on the case", "late"),
    "restricted_opened": ("A restricted case was opened with a reason: look at it", "late"),
    "clock_hand": ("Escalated by hand", "soon"),
    "came_back": ("“I have it” was said, and it is not done: it comes back", "late"),
    "handed_on": ("Nobody answered: it goes to you", "late"),
    "hold_ended": ("Back from hold", "info"),
    "talk_chosen": ("The office chose a time for the talk", "soon"),
    "passed_over": ("Nobody took it: hand it out", "soon"),
}
STEPS: Final = {
    "50": "half of the time has passed",
    "75": "three quarters of the time have passed",
    "90": "nine tenths of the time have passed",
    "t24": "24 hours are left",
    "100": "the time ran out",
    "hand": "escalated by hand",
}


def plain(code: str) -> str:
    """A code with blanks for its underscores, beginning with a capital."""
    text = code.replace("_", " ").replace(".", ": ")
    return text[:1].upper() + text[1:]


def value(code: str) -> str:
    """The words for a value of a choice."""
    return VALUES.get(code) or plain(code)


def kind(code: str) -> str:
    """What kind of case it is, in a word."""
    return KINDS.get(code) or plain(code)


def queue(code: str, names: Mapping[str, str] | None = None) -> str:
    """The name of a queue: as the directory of queues calls it, where that is at hand."""
    return (names or {}).get(code) or QUEUES.get(code) or plain(code)


def outcome(code: str, case_kind: str = "prior_auth") -> tuple[str, str]:
    """How it came out, in words, and the sign beside them; a part of an appeal is overturned."""
    if code == "partial" and case_kind != "prior_auth":
        return "Overturned in part", "soon"
    return OUTCOMES.get(code, (plain(code), "neutral"))


def role(code: str) -> str:
    """What somebody with this role is called, in the middle of a sentence."""
    return ROLES.get(code) or code.replace("_", " ")
