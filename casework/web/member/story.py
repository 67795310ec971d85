"""The history of a case as its member reads it: what happened, when, who did it; no inner notes.

Every event that can reach a member has words, or is left out on purpose; a test holds the lists
against the machines.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext, lazy_gettext

from casework.context import Principal
from casework.policy import MEMBERS, OFFICE
from casework.queries.timeline import Entry

EVENTS: Final[dict[str, Any]] = {
    "received": lazy_gettext("It reached us"),
    "requested": lazy_gettext("It reached us"),
    "request_updated": lazy_gettext("The request was changed"),
    "review_started": lazy_gettext("A nurse began to read it"),
    "information_requested": lazy_gettext("We asked for more facts"),
    "information_received": lazy_gettext("More facts came in"),
    "information_added": lazy_gettext("More facts came in"),
    "perfected": lazy_gettext("What was missing came in"),
    "information_lapsed": lazy_gettext("No answer came in time. We went on."),
    "resumed": lazy_gettext("We went on"),
    "expedite_requested": lazy_gettext("A faster answer was asked for"),
    "expedite_granted": lazy_gettext("We agreed to decide faster"),
    "expedite_refused": lazy_gettext("We did not agree to decide faster"),
    "extended": lazy_gettext("We took more time"),
    "approved": lazy_gettext("We said yes"),
    "deemed_approved": lazy_gettext("It counts as a yes, since we were late"),
    "partially_approved": lazy_gettext("We said yes to a part"),
    "denied": lazy_gettext("We said no"),
    "reopened": lazy_gettext("We began to look at it again"),
    "reversal_carried_out": lazy_gettext("The care was set up after the changed answer"),
    "authorization_change_requested": lazy_gettext("A change of the care was asked for"),
    "authorization_reduced": lazy_gettext("We cut a part of the care"),
    "authorization_terminated": lazy_gettext("We ended the care"),
    "withdrawn": lazy_gettext("It was taken back"),
    "dismissed": lazy_gettext("We closed it"),
    "dismissed_by_body": lazy_gettext("The outside reviewers closed it"),
    "dismissal_vacated": lazy_gettext("We opened it again"),
    "receipt_corrected": lazy_gettext("We set right the day on which it reached us"),
    "appealed": lazy_gettext("You asked for another look"),
    "continuation_requested": lazy_gettext("It was asked that the care goes on"),
    "continuation_refused": lazy_gettext("The care cannot go on while we look"),
    "benefits_continued": lazy_gettext("The care goes on while we look"),
    "consent_required": lazy_gettext("We asked for a signed form"),
    "consent_recorded": lazy_gettext("The signed form is here"),
    "consent_filed": lazy_gettext("The signed form is here"),
    "late_filing_accepted": lazy_gettext("We took it although it came late"),
    "late_filing_refused": lazy_gettext("It came too late"),
    "new_evidence_shared": lazy_gettext("We sent you new papers that we want to use"),
    "reviewer_assigned": lazy_gettext("Somebody new got it, with no part in the first answer"),
    "party_substituted": lazy_gettext("Somebody else took your place in it"),
    "subject_changed": lazy_gettext("What it is about was changed"),
    "upheld": lazy_gettext("The answer is still no"),
    "overturned": lazy_gettext("The answer was changed to yes"),
    "partially_overturned": lazy_gettext("A part of the answer was changed to yes"),
    "partly_effectuated": lazy_gettext("A part of the care was set up"),
    "effectuated": lazy_gettext("The care was set up"),
    "forwarded": lazy_gettext("We sent it to reviewers outside"),
    "converted": lazy_gettext("It goes on under another number"),
    "merged": lazy_gettext("We made one case out of two"),
    "case_taken_in": lazy_gettext("We made one case out of two"),
    "split_off": lazy_gettext("A part of it got a number of its own"),
    "party_added": lazy_gettext("Somebody else takes part in it too"),
    "investigation_started": lazy_gettext("We began to look into it"),
    "recategorized": lazy_gettext("We put it under what fits better"),
    "resolved": lazy_gettext("We answered"),
    "preliminary_review_started": lazy_gettext("We began to check it"),
    "found_eligible": lazy_gettext("It can go to reviewers outside"),
    "found_ineligible": lazy_gettext("It cannot go to reviewers outside"),
    "found_incomplete": lazy_gettext("Something is missing"),
    "iro_assigned": lazy_gettext("Outside reviewers were picked, in turn"),
    "file_sent": lazy_gettext("We sent them the whole file"),
    "reviewer_received": lazy_gettext("The outside reviewers have it"),
    "packet_proved": lazy_gettext("The outside reviewers have what we sent"),
    "hearing_scheduled": lazy_gettext("A hearing was set"),
    "terminated_by_reversal": lazy_gettext("We changed our answer to yes"),
    "document_added": lazy_gettext("Papers were added"),
    "case_file_asked": lazy_gettext("The case file was asked for"),
    "case_file_sent": lazy_gettext("We sent the case file"),
    "case_file_given": lazy_gettext("We gave the case file to your doctor"),
    "case_file_refused": lazy_gettext("We could not send the case file"),
    "case_file_extended": lazy_gettext("The case file takes longer"),
    "contact_logged": lazy_gettext("Somebody talked or wrote about it"),
    "oral_notice_given": lazy_gettext("We gave the answer by phone"),
    "notice_sent": lazy_gettext("We sent the letter"),
    "notice_received": lazy_gettext("The letter was received"),
    "escalated": lazy_gettext("A supervisor was told that it is late"),
    "incident": lazy_gettext("This is the day on which it happened"),
}
# Steps among the people who work on it: they tell a member nothing.
LEFT_OUT: Final = frozenset(
    {
        "packet_refused",
        "effectuation_ordered",
        "info_complete",
        "letter_sent",
        "peer_to_peer_closed",
        "peer_to_peer_held",
        "peer_to_peer_offered",
        "subject_acknowledged",
        "talk_chosen",
    }
)
# Copied from the case below, since a clock counts from it: that case's own story tells it.
COPIED: Final = frozenset({"appealed", "notice_sent"})
# What stands on a day, not at an hour, and was nobody's doing here.
DAYS: Final = frozenset({"incident"})


@dataclass(frozen=True)
class Line:
    """One line of the story. `who` is empty where nobody did it; `day_only`: the hour says
    nothing."""

    at: datetime
    words: str
    who: str
    own: bool
    day_only: bool = False


def story(entries: tuple[Entry, ...], reader: Principal) -> tuple[Line, ...]:
    """The entries that a member is told, in their order."""
    return tuple(
        Line(
            entry.occurred_at,
            _words(entry, own=_own(entry, reader)),
            _who(entry, reader),
            _own(entry, reader),
            day_only=entry.event in DAYS,
        )
        for entry in entries
        if entry.event not in LEFT_OUT and not _copied(entry)
    )


def _copied(entry: Entry) -> bool:
    return entry.event in COPIED and "of_case" in json.loads(entry.facts or "{}")


def _words(entry: Entry, *, own: bool) -> str:
    if entry.event == "contact_logged":
        usual = gettext("You sent us a message") if own else EVENTS[entry.event]
        return _contact(entry.facts) or str(usual)
    return str(EVENTS.get(entry.event, entry.words))


def words_of(event: str, facts: str) -> str:
    """A step that a member took, as it is told to whoever reads it."""
    if event != "contact_logged":
        return str(EVENTS.get(event, event.replace("_", " ")))
    return _contact(facts) or str(gettext("A message to us"))


def _contact(facts: str) -> str:
    """An answer, an interpreter; empty for what is told as a message, a call or a visit."""
    purpose = json.loads(facts or "{}").get("purpose", "")
    if purpose == "answer":
        return str(gettext("We wrote you an answer"))
    if purpose == "interpreter":
        return str(gettext("An interpreter was asked for"))
    return ""


def _own(entry: Entry, reader: Principal) -> bool:
    return entry.actor_role in MEMBERS and entry.actor == reader.name


def _who(entry: Entry, reader: Principal) -> str:
    """Whose doing it was. People of the plan are the plan: their names stand in no story."""
    if entry.event in DAYS:
        return ""
    if _own(entry, reader):
        return str(gettext("you"))
    if entry.actor_role in MEMBERS:
        return entry.actor
    if entry.actor_role in OFFICE:
        return str(gettext("the doctor's office"))
    return str(gettext("the plan"))
