"""What each step asks of its form, as data: what it leaves out and fixes, how it is introduced.

A step that is not here asks its whole form.
"""

from typing import Final

from casework.web.staff import grievance_steps, joining_steps, letter_steps, readers, work_steps
from casework.web.staff.step_asked import Step

_OF_GRIEVANCES: Final = (
    "words.findings",
    "words.findings_es",
    "words.remedy",
    "words.remedy_es",
    "words.next_step",
)
_APPROVED_LINE: Final = (
    "lines.code",
    "lines.units",
    "lines.starts_on",
    "lines.ends_on",
    "lines.servicing_name",
    "lines.servicing_npi",
    "lines.place",
)
_DENIED_LINE: Final = (
    "lines.reason_code",
    "lines.reason",
    "lines.criterion",
    "lines.reason_es",
    "lines.criterion_es",
)
# The same in Spanish, beside what the letter says in somebody's words.
SPANISH_DOUBLES: Final = frozenset(
    {
        "lines.reason_es",
        "lines.criterion_es",
        "reason_es",
        "criterion_es",
        "remaining_es",
        "next_step_es",
        "findings_es",
        "corrective_action_es",
        "words.provision_es",
        "words.standard_es",
        "words.rationale_es",
        "words.considered_es",
        "words.findings_es",
        "words.remedy_es",
        "words.perfect.what_es",
        "words.perfect.why_es",
    }
)

_CONSIDERED: Final = ("words.considered", "words.considered_es")

_COMPLETE: Final = (
    ("lines.code", "Fill in the code."),
    ("lines.units", "Fill in how many units are approved."),
    ("lines.starts_on", "Fill in the first day."),
    ("lines.ends_on", "Fill in the last day."),
    ("lines.place", "Fill in the place of service."),
)
_ATTEST: Final = ("attested", "Tick it: only a clinician with expertise in the service denies.")
_GROUND: Final = ("ground", "Choose the administrative ground.")


STEPS: Final = {
    ("prior_auth", "start_review"): Step(
        lead="You have the case from now on. The clock runs since its receipt.",
    ),
    ("prior_auth", "approve"): Step(
        lead="Every line is approved as asked and gets an authorization. Less than asked is a"
        " partial approval, which a physician makes.",
        left_out=("words", "ground", "attested", *_DENIED_LINE),
        result="approved",
        must=_COMPLETE,
    ),
    ("prior_auth", "confirm_deemed_approval"): Step(
        lead="State law approved it when the time ran out: it is recorded as the law's decision.",
        left_out=("words", "ground", "attested", *_DENIED_LINE),
        result="approved",
        must=_COMPLETE,
    ),
    ("prior_auth", "deny"): Step(
        lead="Every line is denied for medical necessity. You sign it with your licence; the"
        " member gets the notice of action with all rights.",
        left_out=("ground", "words.reason", *_CONSIDERED, *_OF_GRIEVANCES, *_APPROVED_LINE),
        result="denied",
        clinical=True,
        must=(_ATTEST,),
    ),
    ("prior_auth", "approve_in_part"): Step(
        lead="Decide each line. Fewer units or a shorter window than asked is an approval for less:"
        " it needs a reason and a criterion as a denial does.",
        left_out=("ground", "words.reason", *_CONSIDERED, *_OF_GRIEVANCES),
        clinical=True,
        must=(_ATTEST,),
    ),
    ("prior_auth", "deny_administratively"): Step(
        lead="For a listed ground that is no clinical question. It is an adverse determination all"
        " the same: the member gets the notice of action with all rights.",
        left_out=(
            "attested",
            "words.reason",
            *_CONSIDERED,
            "words.rationale",
            *_OF_GRIEVANCES,
            *_APPROVED_LINE,
        ),
        result="denied",
        must=(_GROUND,),
    ),
    ("appeal", "uphold"): Step(
        lead="The denial stays as it was, with the next right of the member.",
        left_out=("lines", "words.perfect", "words.nothing_would_help", *_OF_GRIEVANCES),
        clinical=True,
        labels=(("words.rationale", "Discussion of the decision"),),
    ),
    ("appeal", "overturn"): Step(
        lead="Everything that was denied is given. It must then be carried out.",
        left_out=("lines", "words.perfect", "words.nothing_would_help", *_OF_GRIEVANCES),
        labels=(("words.rationale", "Discussion of the decision"),),
    ),
    ("appeal", "overturn_in_part"): Step(
        lead="Decide each disputed line. What stays denied keeps its old reason where you leave the"
        " reason empty.",
        left_out=("words.perfect", "words.nothing_would_help", *_OF_GRIEVANCES),
        clinical=True,
        labels=(("words.rationale", "Discussion of the decision"),),
    ),
    ("external_review", "uphold"): Step(left_out=("lines",)),
    ("external_review", "overturn"): Step(left_out=("lines",)),
    ("external_review", "record_dismissal"): Step(left_out=("lines",)),
    ("", "request_information"): Step(
        lead="The letter asks for exactly these things. Whether the clock waits is its rule's"
        " business, not yours: look at the clocks afterwards.",
        button="Ask for it",
    ),
    ("", "refer_to_physician"): Step(
        lead="The physician sees your summary first. The case leaves your list.",
        button="Refer to a physician",
    ),
    ("", "extend"): Step(
        lead="The letter names the new date, the reason and the right to complain.",
    ),
    ("", "refuse_expedite"): Step(
        lead="The standard time holds from the original receipt. The letter says so, and how to"
        " complain.",
        left_out=("criterion",),
    ),
    ("", "grant_expedite"): Step(
        lead="The clock of the fast track runs from the ask, never longer than the old one.",
        hints=(("reason", ""),),
    ),
    ("", "request_expedite"): Step(
        lead="Somebody asks for it: it is granted or refused in the next step, with its own clock.",
    ),
    ("", "receive_information"): Step(
        lead="The case comes back to whoever asked, marked with its new papers.",
        button="Record the answer",
    ),
    ("", "resume"): Step(lead="The work goes on without the answer. The letter stays as it was."),
    ("", "withdraw"): Step(
        lead="It ends here, with no decision. Only whoever filed it can take it back.",
    ),
    ("", "dismiss"): Step(
        lead="It ends without a decision on the merits, on a listed ground. The letter says why and"
        " what can be done instead.",
    ),
    ("", "correct_receipt"): Step(
        lead="Every clock is reckoned anew from the corrected receipt. Both instants stay in the"
        " history, with the proof.",
    ),
    ("", "effectuate"): Step(
        lead="An authorization is issued, for the days of the decision unless you enter others; for"
        " money, enter the number of the payment instruction.",
    ),
    ("prior_auth", "carry_out_reversal"): Step(
        lead="An authorization is issued as the reversal orders, for the days that were asked for"
        " unless you enter others.",
    ),
    ("prior_auth", "reopen"): Step(
        lead="It is decided again, on a clock of its own. The old decision stays in the history.",
    ),
    ("prior_auth", "reduce"): Step(
        lead="The member gets advance notice and may appeal with the care going on.",
        left_out=("words.reason", *_CONSIDERED, *_OF_GRIEVANCES),
        must=(("remaining", "Say what is still approved: a reduction leaves something."), _ATTEST),
    ),
    ("prior_auth", "terminate"): Step(
        lead="The member gets advance notice and may appeal with the care going on.",
        left_out=(
            "remaining",
            "remaining_es",
            "words.reason",
            *_CONSIDERED,
            *_OF_GRIEVANCES,
        ),
        must=(_ATTEST,),
    ),
    ("appeal", "assign_reviewer"): Step(
        lead="Somebody who took no part in the first decision and reports to nobody who did; for"
        " medical necessity a clinician with expertise.",
    ),
    ("appeal", "accept_late"): Step(
        lead="Good cause lets a late appeal in. The clock of the decision runs from the receipt.",
    ),
    ("grievance", "resolve"): Step(
        lead="The letter answers each point of the complaint in these words.",
    ),
    ("grievance", "convert"): Step(
        lead="It disputes a decision: it goes on as an appeal, from the day on which it came.",
    ),
    ("appeal", "convert"): Step(
        lead="It disputes no decision: it goes on as a grievance, from the day on which it came.",
    ),
    ("external_review", "send_file"): Step(
        lead="The file goes to the reviewing body: enter how it was sent and the proof of it.",
    ),
    ("prior_auth", "offer_peer_to_peer"): Step(
        lead="Up to three times, typed in the plan's own time. The office chooses one of them."
        " No clock waits for the talk; a denial waits until the last time has passed, where the"
        " contract says so.",
        hints=(("zone", "The office reads the times in it; else in the plan's own"),),
    ),
    ("", "plan_next_review"): Step(
        lead="For care that is underway: the day becomes a task of who has the case.",
        button="Plan the next review",
    ),
    ("", "refer_to_care"): Step(
        lead="Stays inside the plan. Handing it over becomes a task of two days.",
        button="Refer the member",
    ),
    ("", "log_talk_try"): Step(
        lead="Only logged tries let the offer be closed without a talk.", button="Log the try"
    ),
    ("", "note"): Step(lead="Only the staff reads it.", button="Keep the note"),
    ("", "add_document"): Step(button="Add the papers"),
    ("", "log_contact"): Step(
        lead="Every contact gets its number, with date and time.", button="Log the contact"
    ),
    ("", "answer_message"): Step(
        lead="This leaves the plan: whom you choose reads it on the page of the case. For"
        " colleagues write a note.",
        must=(("to", readers.CHOOSE),),
        labels=(("to", "Who reads it"),),
        button="Send it",
    ),
    ("", "assign"): Step(button="Assign"),
    ("", "take_work"): Step(lead="The case is yours from now on.", button="Take the case"),
    ("", "acknowledge_escalation"): Step(
        lead="Nobody else is called because of it. It stops no clock: what is owed stays owed.",
        button="I have it",
    ),
    ("", "escalate"): Step(
        lead="Your lead is told now, and the clock gets its ESC- number.", button="Escalate"
    ),
    ("", "settle_obligation"): Step(button="Record that it was done"),
    ("", "oral_notice"): Step(
        lead="On the fast track of Medicare and Marketplace it counts as the notice; the letter"
        " is owed all the same.",
        button="Record the oral notice",
    ),
    **grievance_steps.STEPS,
    **joining_steps.STEPS,
    **letter_steps.STEPS,
    **work_steps.STEPS,
}

# What can be noted on a case, in words, in the order of the page.
NOTES: Final = {
    "note": "Add a note",
    "add_document": "Add papers",
    "log_contact": "Log a contact",
    "answer_message": "Write to the member or the office",
    "oral_notice": "Told by telephone",
    "take_work": "Take the case",
    **work_steps.NOTES,
    "assign": "Assign",
    "plan_next_review": "Plan the next review",
    "refer_to_care": "Refer to care management",
    "escalate": "Escalate now",
    "acknowledge_escalation": "I have it",
    "settle_obligation": "Record that it was done",
    "observe_receipt": "Proof that a notice was received",
    "info_complete": "All information is there",
    "reviewer_received": "The body has the request",
    "prove_packet": "Proof that what was sent arrived",
    **grievance_steps.NOTES,
    **letter_steps.NOTES,
}


def step_of(kind: str, trigger: str) -> Step:
    """How this step is asked on this kind of case."""
    return STEPS.get((kind, trigger)) or STEPS.get(("", trigger)) or Step()
