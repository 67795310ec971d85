"""What members read for what the layers below name by code: kinds, states, letters, the story.

Short words, grade 6 or below, in both languages; every code that can reach a member has its words.
"""

from typing import Any, Final

from flask_babel import gettext, lazy_gettext

from casework.queries.next_step import next_step

KINDS: Final[dict[str, Any]] = {
    "prior_auth": lazy_gettext("Request for care"),
    "appeal": lazy_gettext("Appeal"),
    "grievance": lazy_gettext("Complaint"),
    "external_review": lazy_gettext("Outside review"),
}
_HAVE_IT: Final = (lazy_gettext("We have it"), "info")
_MORE: Final = (lazy_gettext("We asked for more facts"), "soon")
_BACK: Final = (lazy_gettext("Taken back"), "neutral")
_CLOSED: Final = (lazy_gettext("Closed"), "neutral")
_DONE: Final = (lazy_gettext("It is done"), "good")
_OUTSIDE: Final = (lazy_gettext("Outside reviewers have it"), "info")
# How a case stands, and the sign beside it.
STATES: Final[dict[tuple[str, str], tuple[Any, str]]] = {
    ("prior_auth", "received"): _HAVE_IT,
    ("prior_auth", "in_review"): (lazy_gettext("A nurse is reading it"), "info"),
    ("prior_auth", "pended"): _MORE,
    ("prior_auth", "in_physician_review"): (lazy_gettext("A doctor is reading it"), "info"),
    ("prior_auth", "approved"): (lazy_gettext("We said yes"), "good"),
    ("prior_auth", "partially_approved"): (lazy_gettext("We said yes to a part"), "soon"),
    ("prior_auth", "denied"): (lazy_gettext("We said no"), "neutral"),
    ("prior_auth", "withdrawn"): _BACK,
    ("prior_auth", "dismissed"): _CLOSED,
    ("appeal", "received"): _HAVE_IT,
    ("appeal", "awaiting_consent"): (lazy_gettext("We need a signed form"), "soon"),
    ("appeal", "in_review"): (lazy_gettext("Somebody new is reading it"), "info"),
    ("appeal", "pended"): _MORE,
    ("appeal", "upheld"): (lazy_gettext("We still say no"), "neutral"),
    ("appeal", "overturned"): (lazy_gettext("We changed it to yes"), "good"),
    ("appeal", "partially_overturned"): (lazy_gettext("We changed a part to yes"), "good"),
    ("appeal", "effectuated"): _DONE,
    ("appeal", "forwarded"): _OUTSIDE,
    ("appeal", "withdrawn"): _BACK,
    ("appeal", "dismissed"): _CLOSED,
    ("appeal", "converted"): (lazy_gettext("It goes on under another number"), "info"),
    ("appeal", "merged"): (lazy_gettext("It goes on in your first case"), "info"),
    ("grievance", "received"): _HAVE_IT,
    ("grievance", "in_investigation"): (lazy_gettext("We are looking into it"), "info"),
    ("grievance", "pended"): _MORE,
    ("grievance", "resolved"): (lazy_gettext("We answered"), "good"),
    ("grievance", "withdrawn"): _BACK,
    ("grievance", "dismissed"): _CLOSED,
    ("grievance", "converted"): (lazy_gettext("It goes on under another number"), "info"),
    ("grievance", "merged"): (lazy_gettext("It goes on in your first case"), "info"),
    ("external_review", "requested"): _HAVE_IT,
    ("external_review", "in_preliminary_review"): (lazy_gettext("We are checking it"), "info"),
    ("external_review", "incomplete"): (lazy_gettext("Something is missing"), "soon"),
    ("external_review", "ineligible"): (lazy_gettext("It cannot go outside"), "neutral"),
    ("external_review", "assigned"): _OUTSIDE,
    ("external_review", "file_sent"): _OUTSIDE,
    ("external_review", "hearing_scheduled"): (lazy_gettext("A hearing is set"), "info"),
    ("external_review", "upheld"): (lazy_gettext("The reviewers said no"), "neutral"),
    ("external_review", "overturned"): (lazy_gettext("The reviewers said yes"), "good"),
    ("external_review", "partially_overturned"): (
        lazy_gettext("The reviewers said yes to a part"),
        "good",
    ),
    ("external_review", "effectuated"): _DONE,
    ("external_review", "withdrawn"): _BACK,
    ("external_review", "terminated"): (lazy_gettext("We changed it to yes"), "good"),
}

# What `next_step` says to members, listed so that the catalogues hold it.
NEXT: Final = (
    lazy_gettext("We have the request. A nurse will read it. You do not have to do anything now."),
    lazy_gettext("A nurse is reading the request. You do not have to do anything now."),
    lazy_gettext(
        "We asked your doctor for more facts. You can help by asking your doctor to answer."
    ),
    lazy_gettext("A doctor of ours is reading the request. You do not have to do anything now."),
    lazy_gettext("We said yes. You can plan the care."),
    lazy_gettext("We said yes to a part. You can ask us to look again at the rest."),
    lazy_gettext("We said no. You can ask us to look again. This is called an appeal."),
    lazy_gettext(
        "We have your appeal. Somebody new will look at it. You do not have to do anything now."
    ),
    lazy_gettext("We need your signed form first. Please send it."),
    lazy_gettext(
        "Somebody who had no part in the first answer is looking at it."
        " You do not have to do anything now."
    ),
    lazy_gettext("We asked for more facts. You do not have to do anything now."),
    lazy_gettext("We still say no. Your letter says what you can do next."),
    lazy_gettext("We changed our answer to yes. We will now arrange it."),
    lazy_gettext("We changed a part of our answer to yes. We will now arrange it."),
    lazy_gettext("It is done. You can plan the care."),
    lazy_gettext(
        "We sent your case to reviewers outside our plan. You do not have to do anything now."
    ),
    lazy_gettext(
        "We have your complaint. We will look into it. You do not have to do anything now."
    ),
    lazy_gettext("We are looking into your complaint. You do not have to do anything now."),
    lazy_gettext("We looked into it. Your letter says what we found."),
    lazy_gettext("We have your request for an outside review. You do not have to do anything now."),
    lazy_gettext("We are checking your request. You do not have to do anything now."),
    lazy_gettext("Something is missing. Your letter says what to send."),
    lazy_gettext(
        "Outside reviewers have your case. We send them the file."
        " You do not have to do anything now."
    ),
    lazy_gettext("Outside reviewers are looking at your case. You do not have to do anything now."),
    lazy_gettext("A hearing is set. Your letter says when and where."),
    lazy_gettext("The outside reviewers said yes. We will now arrange it."),
    lazy_gettext("The outside reviewers said yes to a part. We will now arrange it."),
)
# What is said of an end that has no next step.
_TAKEN_BACK: Final = lazy_gettext("This was taken back. We do not work on it any more.")
_CLOSED_WORDS: Final = lazy_gettext("We closed this. Your letter says why and what you can do.")
_ELSEWHERE: Final = lazy_gettext(
    "We go on with it under another number. Your letter says which. You lose no time."
)
_IN_THE_FIRST: Final = lazy_gettext(
    "You told us about this before. We go on with it in your first case. You lose nothing."
)
ENDS: Final[dict[tuple[str, str], Any]] = {
    ("prior_auth", "withdrawn"): _TAKEN_BACK,
    ("prior_auth", "dismissed"): _CLOSED_WORDS,
    ("appeal", "withdrawn"): _TAKEN_BACK,
    ("appeal", "dismissed"): _CLOSED_WORDS,
    ("appeal", "converted"): _ELSEWHERE,
    ("appeal", "merged"): _IN_THE_FIRST,
    ("grievance", "withdrawn"): _TAKEN_BACK,
    ("grievance", "dismissed"): _CLOSED_WORDS,
    ("grievance", "converted"): _ELSEWHERE,
    ("grievance", "merged"): _IN_THE_FIRST,
    ("external_review", "ineligible"): lazy_gettext(
        "Reviewers outside cannot take this case. Your letter says why and what you can do."
    ),
    ("external_review", "upheld"): lazy_gettext(
        "The outside reviewers also said no. Your letter says why and what you can do."
    ),
    ("external_review", "effectuated"): lazy_gettext("It is done. You can plan the care."),
    ("external_review", "withdrawn"): _TAKEN_BACK,
    ("external_review", "terminated"): lazy_gettext(
        "We changed our answer to yes, so nobody outside has to look at it."
    ),
}

LETTERS: Final[dict[str, Any]] = {
    "case_file_sent": lazy_gettext("Your case file"),
    "case_file_refused": lazy_gettext("We do not send the case file"),
    "case_file_extended": lazy_gettext("Your case file takes longer"),
    "request_received": lazy_gettext("We have your request"),
    "information_request": lazy_gettext("We need more facts"),
    "extension": lazy_gettext("We need more time"),
    "expedite_refused": lazy_gettext("Why we will not decide faster"),
    "approval": lazy_gettext("We said yes"),
    "partial_approval": lazy_gettext("We said yes to a part"),
    "denial": lazy_gettext("We said no, and why"),
    "deemed_denial": lazy_gettext("We did not decide in time"),
    "deemed_exhaustion": lazy_gettext("Time ran out: you can ask for help outside"),
    "request_withdrawn": lazy_gettext("The request was taken back"),
    "request_dismissed": lazy_gettext("We closed the request"),
    "appeal_received": lazy_gettext("We have your appeal"),
    "appeal_overturned": lazy_gettext("We changed our answer to yes"),
    "appeal_partly_overturned": lazy_gettext("We changed a part of our answer"),
    "appeal_upheld": lazy_gettext("We still say no, and why"),
    "appeal_dismissed": lazy_gettext("We closed the appeal"),
    "appeal_withdrawn": lazy_gettext("The appeal was taken back"),
    "effectuated": lazy_gettext("Your care is set up"),
    "grievance_received": lazy_gettext("We have your complaint"),
    "grievance_resolved": lazy_gettext("Our answer to your complaint"),
    "external_review_started": lazy_gettext("The outside review has begun"),
    "external_review_decided": lazy_gettext("What the outside reviewers decided"),
    "deemed_approval": lazy_gettext("The law says yes"),
    "reduction": lazy_gettext("We cut care that we had approved"),
    "consent_missing": lazy_gettext("We need a signed form"),
    "late_filing_accepted": lazy_gettext("We take your late appeal"),
    "new_evidence_shared": lazy_gettext("New papers that we want to use"),
    "appeal_forwarded": lazy_gettext("An outside reviewer decides now"),
    "continuation_granted": lazy_gettext("The care goes on while we look"),
    "continuation_refused": lazy_gettext("The care cannot go on while we look"),
    "dismissal_vacated": lazy_gettext("We opened it again"),
    "grievance_withdrawn": lazy_gettext("The complaint was taken back"),
    "case_joined": lazy_gettext("Two cases are now one"),
    "case_parted": lazy_gettext("One case is now two"),
    "case_renamed": lazy_gettext("It goes on under another number"),
    "grievance_dismissed": lazy_gettext("We closed the complaint"),
    "external_review_incomplete": lazy_gettext("Something is missing for the outside review"),
    "external_review_ineligible": lazy_gettext("The outside review cannot start"),
    "external_review_withdrawn": lazy_gettext("The outside review was taken back"),
    "external_review_ended": lazy_gettext("We changed our answer to yes"),
    "reissue_cover": lazy_gettext("A copy of our letter"),
}
LANGUAGES: Final[dict[str, Any]] = {
    "en": lazy_gettext("English"),
    "es": lazy_gettext("Spanish"),
}


def state(kind: str, name: str) -> tuple[str, str]:
    """How a case stands in words, and the sign beside it."""
    said, sign = STATES.get((kind, name), (name.replace("_", " "), "neutral"))
    return str(said), sign


def standing(kind: str, name: str, *, reversed_: bool, in_part: bool = False) -> tuple[str, str]:
    """The same; a no that somebody changed to a yes is told as the yes that it is now, whole or
    in part."""
    if reversed_ and (kind, name) == ("prior_auth", "denied"):
        return state("appeal", "partially_overturned" if in_part else "overturned")
    return state(kind, name)


def in_part() -> str:
    """What a member is told after a part was given."""
    return str(gettext("A part of the care is set up. To the rest we still say no."))


def what_next(kind: str, name: str) -> str:
    """What happens next, for the member, in the language of the page."""
    end = ENDS.get((kind, name))
    return str(end) if end is not None else str(gettext(next_step(kind, name).member))


def letter(code: str, title: str) -> str:
    """The name of a letter: ours, else the title that stands on it."""
    return str(LETTERS.get(code) or title or code.replace("_", " "))


def language(code: str) -> str:
    """The name of a language, in the language of the page."""
    return str(LANGUAGES.get(code, code))
