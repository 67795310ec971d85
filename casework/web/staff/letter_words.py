"""The catalogue of letters in words of the trade: what calls for a letter, what its leaving
answers, when an element is required.

Whatever the catalogue names has words here (tested); it reads no case.
"""

from typing import Final

from casework.web.staff import words
from letters.entries import Call, Letter

KINDS: Final = {
    "prior_auth": "Requests for care",
    "appeal": "Appeals",
    "grievance": "Grievances",
    "external_review": "External reviews",
    "any": "Any case",
}
_A: Final = {
    "prior_auth": "a request",
    "appeal": "an appeal",
    "grievance": "a grievance",
    "external_review": "an external review",
}
# What happens to the case, after "when a request ...".
EVENTS: Final = {
    "received": "is received",
    "information_requested": "lacks information and we ask for it",
    "extended": "gets more time",
    "expedite_refused": "is refused the fast track",
    "approved": "is approved",
    "deemed_approved": "is approved by law, because the time ran out",
    "partially_approved": "is approved in part",
    "denied": "is denied",
    "authorization_reduced": "was approved and is now reduced",
    "authorization_terminated": "was approved and is now ended",
    "deadline_missed": "is not decided in time",
    "withdrawn": "is withdrawn",
    "dismissed": "is dismissed",
    "dismissal_vacated": "was dismissed and is opened again",
    "overturned": "is decided and the decision below is overturned",
    "partially_overturned": "is decided and the decision below is overturned in part",
    "upheld": "is decided and the decision below is upheld",
    "late_filing_accepted": "came late and is accepted",
    "late_filing_refused": "came late and is not accepted",
    "consent_required": "was filed without the signed form",
    "new_evidence_shared": "gets new evidence that must be shared",
    "forwarded": "is passed on to the independent review entity",
    "benefits_continued": "keeps the care going meanwhile",
    "continuation_refused": "cannot keep the care going meanwhile",
    "effectuated": "is carried out",
    "partly_effectuated": "is carried out in part",
    "resolved": "is resolved",
    "found_eligible": "is found eligible",
    "found_ineligible": "is found not eligible",
    "found_incomplete": "is found incomplete",
    "iro_assigned": "is assigned to a review organization",
    "file_sent": "has its file sent to the reviewing body",
    "terminated_by_reversal": "ends because we changed our own decision",
    "letter_reissued": "has a letter sent again by a person",
    "merged": "is joined with an earlier one",
    "split_off": "is parted into two",
    "converted": "goes on as another kind of case",
    "case_file_sent": "has its file asked for and sent",
    "case_file_refused": "has its file asked for, and it cannot be given",
    "case_file_extended": "has its file asked for, and it takes longer",
}
CONSEQUENCES: Final = {
    "deemed_denial": "and the law takes that as a denial",
    "deemed_exhaustion": "and the law opens the next step outside",
}
# What the leaving of the member's copy answers, by kind of notice.
NOTICES: Final = {
    "favorable": "the decision, whose notice it is",
    "adverse": "the decision, whose notice it is; it opens the time for the next step",
    "reduction": "the advance notice of the cut; it opens the time to appeal",
    "resolution": "the decision, whose notice it is",
    "extension": "the notice of the extension",
    "downgrade": "the notice of the refused fast track",
    "acknowledgement": "the acknowledgement",
    "dismissal": "the notice of the dismissal",
    "eligibility": "the notice of the preliminary review",
    "": "no clock",
}
RECIPIENTS: Final = {
    "member": "member",
    "representative": "representative",
    "provider": "provider",
    "primary_care": "primary-care provider",
    "body": "reviewing body",
}
# When an element is required, after "if".
CONDITIONS: Final = {
    "always": "",
    "words_in_english": "some words in it stand in English",
    "still_some": "some of the care stays approved",
    "copy": "it is a copy for somebody else than the member",
    "to_provider": "it goes to a provider",
    "clinical": "the ground is clinical",
    "care_was_authorized": "care that was authorized is cut",
    "care_went_on": "the care went on meanwhile",
    "decided_late": "it was decided after its day",
    "given_in_part": "a part of what was asked is given",
    "details_known": "the dates and the provider are known",
    "expedited": "the case is on the fast track",
    "fast_external": "a fast external review is open",
    "information_would_help": "more information would help",
    "missing_information": "information is missing",
    "payment_caveat": "the contract asks for it",
    "plan_extends": "the plan takes the time",
    "sent_again": "it is sent again",
    "quality_of_care": "it is about quality of care",
    "reviewer_decided": "a body outside decided",
    "reviewer_known": "the reviewer is known",
    "something_approved": "something is approved",
    "something_denied": "something is denied",
    "something_withheld": "a part of the file is withheld",
    "state_remedies": "State law gives remedies",
    "window_open": "the window is still open",
}


def recipients(names: tuple[str, ...]) -> str:
    """Who gets it, in words."""
    return ", ".join(RECIPIENTS.get(name) or words.plain(name).lower() for name in names)


def called(entry: Letter, call: Call) -> str:
    """What calls for the letter: "when a request is denied (Medicare only)"."""
    said = f"when {_A[call.kind]} {EVENTS.get(call.event) or words.plain(call.event).lower()}"
    if call.consequence:
        said += f", {CONSEQUENCES.get(call.consequence) or words.plain(call.consequence).lower()}"
    if call.after:
        said += ", while it is undecided"
    narrowed = [words.LINES[line] for line in call.lines] if call.lines != entry.lines else []
    if call.to != entry.recipients and call.to:
        narrowed.append(f"to {recipients(call.to)}")
    return said + (f" ({', '.join(narrowed)} only)" if narrowed else "")


def answers(entry: Letter) -> tuple[str, ...]:
    """What the leaving of the member's copy answers, each once."""
    kinds = dict.fromkeys(call.notice_kind for call in entry.calls)
    return tuple(NOTICES.get(kind) or words.plain(kind) for kind in kinds)


def kind_of(entry: Letter) -> str:
    """Under which heading the letter stands: the kind of case that calls for it, or any."""
    kinds = {call.kind for call in entry.calls}
    return "any" if len(kinds) == len(_A) else entry.calls[0].kind
