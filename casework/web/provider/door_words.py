"""The three doors of an office in words: what each is for, its fields, its time, what it is not.

Tables and values; no rule. Which door is right stands in the services.
"""

from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _

from casework.services import appeals, disputes, grievances
from casework.services.appeals import AppealFiling
from casework.services.disputes import DisputeFiling
from casework.services.grievances import GrievanceFiling
from casework.web.provider.steps import Shown, Step

APPEAL: Final = "appeal"
DISPUTE: Final = "dispute"
COMPLAINT: Final = "complaint"
PATIENT_COMPLAINS: Final = "patient_complaint"

_PAPERS: Final = Shown("papers", _("Papers"), _("PDF, PNG, JPEG, TIFF or DOCX, 25 MB each."))
WANTS_CHANGE: Final = "wants_change"


@dataclass(frozen=True)
class Door:
    """One door. `time` says by when we answer, `never` what it does not do; `fixed` are fields of
    the form that nobody is asked."""

    name: str
    step: Step
    form: type
    command: Any
    time: Any
    never: tuple[Any, ...]
    text: str
    number: str


_SPEED: Final = (
    ("standard", _("Standard"), ""),
    (
        "expedited",
        _("Fast track"),
        _("Waiting could seriously harm the member's life, health or ability to function."),
    ),
)
_ABOUT_WHAT: Final = (
    ("service.phone", _("Waiting on the phone, calls not returned"), ""),
    ("service.website", _("The portal, the website or the directory"), ""),
    ("service.letter", _("A letter that was wrong or not understood"), ""),
    ("attitude.plan", _("How somebody at the plan behaved"), ""),
    ("extension", _("The plan took more time"), ""),
    ("access.network", _("The network of providers"), ""),
    ("privacy", _("Privacy"), ""),
    ("other", _("Something else"), ""),
)

DOORS: Final[dict[str, Door]] = {
    APPEAL: Door(
        name=APPEAL,
        step=Step(
            button=_("Send the appeal"),
            title=_("Appeal for your patient"),
            lead=_("Care that the patient still needs was denied, cut or not decided in time."),
            fields=(
                Shown(
                    "about",
                    _("Number of the denied request"),
                    _("It begins with PA- and stands in our letter."),
                    required=True,
                ),
                Shown("reason", _("Why the decision is wrong"), required=True),
                Shown("priority", _("How fast it is needed"), options=_SPEED, required=True),
                Shown(
                    "filed_by",
                    _("Who files it"),
                    options=(
                        ("provider", _("Our office, for the patient"), ""),
                        ("physician", _("The treating physician, for the patient"), ""),
                    ),
                    required=True,
                ),
                Shown(
                    "consent",
                    _("The patient's signed consent is among the papers"),
                    _(
                        "It counts for this service and this appeal only. Medicaid wants it"
                        " always; Medicare not from the treating physician before the service; the"
                        " Marketplace not when it is urgent."
                    ),
                ),
                _PAPERS,
            ),
            done=_("Your appeal is here."),
            icon="forum",
        ),
        form=AppealFiling,
        command=appeals.file_appeal,
        time=_("We decide within the patient's own time: hours on the fast track, else days."),
        never=(
            _("It is the patient's appeal: the patient gets our letters."),
            _("It does not ask to keep care going meanwhile: only the patient can ask for that."),
        ),
        text="reason",
        number="about",
    ),
    DISPUTE: Door(
        name=DISPUTE,
        step=Step(
            button=_("Send the dispute"),
            title=_("Dispute a payment"),
            lead=_("Care was given, and your office does not agree with what was paid for it."),
            fields=(
                Shown(
                    "claim",
                    _("Claim number"),
                    _("As the remittance has it. It must be a claim of your office."),
                    required=True,
                ),
                Shown("reason", _("Why the payment is wrong"), required=True),
                _PAPERS,
            ),
            done=_("Your dispute is here."),
            icon="assessment",
        ),
        form=DisputeFiling,
        command=disputes.file_dispute,
        time=_("We decide within the days of your contract. The receipt names the day."),
        never=(
            _("It uses up no right of the patient: the patient can still appeal."),
            _("The patient owes nothing more because of it, whatever comes of it."),
            _("It goes to no outside review; your contract says how many levels there are."),
        ),
        text="reason",
        number="claim",
    ),
    COMPLAINT: Door(
        name=COMPLAINT,
        step=Step(
            button=_("Send the complaint"),
            title=_("Complain about the plan"),
            lead=_("Something went wrong in how the plan works with your office."),
            fields=(
                Shown("category", _("What it is about"), options=_ABOUT_WHAT, required=True),
                Shown("told", _("What happened"), required=True),
                Shown("incident_on", _("When it happened")),
                Shown(
                    "about",
                    _("Case that it has to do with"),
                    _("Its number, such as PA-…; or the member number below."),
                ),
                Shown("member_number", _("Member number"), _("Of the patient whom it concerned.")),
                _PAPERS,
            ),
            done=_("Your complaint is here."),
            icon="campaign",
        ),
        form=GrievanceFiling,
        command=grievances.file_grievance,
        time=_("The receipt names the day by which we answer."),
        never=(
            _("It changes no decision and no payment: those have doors of their own."),
            _("The patient gets no letter about it, and keeps every right."),
        ),
        text="told",
        number="about",
    ),
}

# The two questions, and the door that each pair of answers leads to.
WHAT: Final = (
    ("care", _("Care that the patient still needs"), _("It was denied, cut or is overdue.")),
    ("money", _("Money for care that was given"), _("A claim was denied or paid too low.")),
    ("conduct", _("How the plan works with you"), _("Waiting, letters, the portal, a person.")),
)
WHOM: Final = (
    ("patient", _("For the patient"), ""),
    ("office", _("For our office itself"), ""),
)
RIGHT: Final[dict[tuple[str, str], str]] = {
    ("care", "patient"): APPEAL,
    ("care", "office"): APPEAL,
    ("money", "office"): DISPUTE,
    ("money", "patient"): APPEAL,
    ("conduct", "office"): COMPLAINT,
    ("conduct", "patient"): PATIENT_COMPLAINS,
}
WHY: Final[dict[tuple[str, str], Any]] = {
    ("care", "office"): _(
        "Whether a patient gets care is decided for the patient: you appeal for the patient, also"
        " when your office has its own reasons."
    ),
    ("money", "patient"): _(
        "Money that the patient paid or owes is the patient's own appeal. For your own payment"
        " choose: for our office itself."
    ),
    ("conduct", "patient"): _(
        "What happened to the patient is the patient's own complaint. The patient, or whoever"
        " speaks for the patient with a form, can make it online or by phone."
    ),
}
# What the services say when a filing comes through the wrong door.
SAID_BELOW: Final = (
    _(
        "That is the number of a request, no claim: care that is still needed is appealed for the"
        " patient."
    ),
    _("That names a claim and no request: a payment is disputed in your own right."),
    _("This request was approved: there is no denial to appeal. Dispute the payment of its claim."),
    _("A complaint changes no decision: appeal it for the patient, or dispute the payment."),
    _("Enter the number of the claim as the remittance has it."),
    _("We have no claim with this number from your office: compare it with the remittance."),
)
