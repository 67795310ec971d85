"""What an office can do on a case, in its own words: each step with the fields that it is asked.

Which command a step runs and what kind each field is come from the actions and their forms; here
are only the words. Tables and values; no rule.
"""

from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _


@dataclass(frozen=True)
class Shown:
    """One field of a form: its label, its hint, and for a choice value, words and hint of each."""

    name: str
    label: Any
    hint: Any = ""
    options: tuple[tuple[str, Any, Any], ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Step:
    """One thing to do: button, heading, what it means, what is asked, what is said afterwards.

    `some`: at least one of these fields must say something, else the last of them is told so.
    `when`: a field, its value, and the field that must then be filled in.
    """

    button: Any
    title: Any
    lead: Any
    fields: tuple[Shown, ...]
    done: Any
    icon: str
    grave: bool = False
    some: tuple[str, ...] = ()
    when: tuple[tuple[str, str, str], ...] = ()


_SOME: Final = ("papers", "note")
_PAPERS: Final = Shown("papers", _("Papers"), _("PDF, PNG, JPEG, TIFF or DOCX, 25 MB each."))
_SPEED: Final = (
    ("standard", _("Standard"), ""),
    (
        "expedited",
        _("Fast track"),
        _("Waiting could seriously harm the member's life, health or ability to function."),
    ),
)
_ASKER: Final = (
    ("provider", _("Our office"), ""),
    (
        "physician",
        _("The treating physician, or with the physician's support"),
        _("A physician's word that waiting could do harm is followed at once."),
    ),
)

# Answers to what the plan asked: shown where it asked, and nowhere else.
ANSWERS: Final = ("receive_information", "record_consent", "perfect")

STEPS: Final[dict[str, Step]] = {
    "receive_information": Step(
        button=_("Answer the question"),
        title=_("Answer the question"),
        lead=_("What you send goes to whoever reviews the case, at once."),
        fields=(
            _PAPERS,
            Shown("note", _("Your answer in words"), _("Not needed when the papers say it all.")),
        ),
        done=_("Your answer was sent. The review goes on."),
        icon="upload_file",
        some=_SOME,
    ),
    "message": Step(
        button=_("Write to the plan"),
        title=_("Write to the plan"),
        lead=_(
            "Whoever works on the case reads it here. It answers no question of ours and stops"
            " no time limit."
        ),
        fields=(Shown("text", _("Message"), required=True),),
        done=_("Your message was sent."),
        icon="chat",
    ),
    "choose_talk": Step(
        button=_("Choose a time"),
        title=_("Choose a time for the talk"),
        lead=_(
            "A physician of ours calls at this time. Our decision waits for it; the legal time"
            " to decide does not."
        ),
        fields=(
            Shown("slot", _("Time of the talk"), required=True),
            Shown(
                "physician",
                _("Who will talk"),
                _("The treating physician, or who speaks for the physician."),
                required=True,
            ),
            Shown("phone", _("Number to call"), required=True),
        ),
        done=_("The time was chosen. The reviewing physician was told."),
        icon="phone",
    ),
    "record_consent": Step(
        button=_("Send the member's consent"),
        title=_("Send the member's consent"),
        lead=_("The member signs that your office may appeal this decision."),
        fields=(
            Shown("signed_on", _("Signed on"), required=True),
            Shown("fits", _("The paper names this service and this appeal"), required=True),
            Shown(
                "papers",
                _("The signed paper"),
                _("PDF, PNG, JPEG, TIFF or DOCX, 25 MB each."),
                required=True,
            ),
        ),
        done=_("The consent was sent."),
        icon="upload_file",
    ),
    "perfect": Step(
        button=_("Send what is missing"),
        title=_("Send what is missing"),
        lead=_("The letter says what is missing in the request for an outside review."),
        fields=(_PAPERS, Shown("note", _("Your answer in words"))),
        done=_("What you sent is here."),
        icon="upload_file",
        some=_SOME,
    ),
    "add_document": Step(
        button=_("Add papers"),
        title=_("Add papers"),
        lead=_("Whoever works on the case sees at once that something new came."),
        fields=(
            Shown(
                "papers",
                _("Papers"),
                _("PDF, PNG, JPEG, TIFF or DOCX, 25 MB each."),
                required=True,
            ),
            Shown("note", _("What they show")),
        ),
        done=_("The papers were added."),
        icon="attach_file",
    ),
    "add_information": Step(
        button=_("Send information to the reviewers"),
        title=_("Send information to the reviewers"),
        lead=_("It goes to the reviewers outside the plan."),
        fields=(_PAPERS, Shown("note", _("What you want them to know"))),
        done=_("The information was sent."),
        icon="upload_file",
        some=_SOME,
    ),
    "request_expedite": Step(
        button=_("Ask us to decide faster"),
        title=_("Ask us to decide faster"),
        lead=_("On the fast track we decide within hours, not days."),
        fields=(
            Shown("asked_by", _("Who says that it is urgent"), options=_ASKER, required=True),
            Shown(
                "reason",
                _("What would waiting do to the member's life, health or function?"),
                _("In the physician's own words, where there are any."),
                required=True,
            ),
        ),
        done=_("You asked for the fast track."),
        icon="timer",
    ),
    "change_authorization": Step(
        button=_("Change the authorization"),
        title=_("Change the authorization"),
        lead=_("We look at the change as a new request; what is authorized now stays."),
        fields=(
            Shown(
                "change",
                _("What shall change"),
                options=(
                    ("extend_dates", _("It shall last longer"), ""),
                    ("add_line", _("A service shall be added"), ""),
                    ("cancel", _("It is not needed any more"), ""),
                ),
                required=True,
            ),
            Shown("ends_on", _("New last day"), _("When it shall last longer.")),
            Shown("add_code", _("Code to add"), _("When a service shall be added.")),
            Shown("reason", _("Why"), required=True),
        ),
        done=_("The change is a new request now."),
        icon="edit",
        when=(("change", "extend_dates", "ends_on"), ("change", "add_line", "add_code")),
    ),
    "escalate": Step(
        button=_("Tell a supervisor"),
        title=_("Tell a supervisor"),
        lead=_("The case gets a number of its own for this, and somebody who answers for it."),
        fields=(Shown("reason", _("What is wrong"), required=True),),
        done=_("A supervisor was told."),
        icon="priority_high",
    ),
    "withdraw": Step(
        button=_("Withdraw"),
        title=_("Withdraw"),
        lead=_("The case ends without a decision, and nothing is authorized by it."),
        fields=(Shown("reason", _("Why")),),
        done=_("It was withdrawn."),
        icon="undo",
        grave=True,
    ),
}

# Opening a case about another one: by the kind of case that is opened.
FILINGS: Final[dict[str, Step]] = {
    "appeal": Step(
        button=_("Appeal for the member"),
        title=_("Appeal this decision"),
        lead=_("Somebody who had no part in the decision looks at it again."),
        fields=(
            Shown("reason", _("Why the decision is wrong"), required=True),
            Shown("priority", _("How fast it is needed"), options=_SPEED, required=True),
            Shown(
                "filed_by",
                _("Who files it"),
                options=(
                    ("provider", _("Our office, for the member"), ""),
                    ("physician", _("The treating physician, for the member"), ""),
                ),
                required=True,
            ),
            Shown(
                "consent",
                _("The member's signed consent is among the papers"),
                _("Without it we ask the member first, unless the law lets you go on alone."),
            ),
            _PAPERS,
        ),
        done=_("Your appeal is here."),
        icon="forum",
    ),
    "external_review": Step(
        button=_("Ask for an outside review"),
        title=_("Ask for an outside review"),
        lead=_("Reviewers outside the plan look at the decision. What they decide binds us."),
        fields=(
            Shown("reason", _("Why the decision is wrong"), required=True),
            Shown(
                "urgent",
                _("Waiting could do harm"),
                _("The treating physician says that waiting could seriously harm the member."),
            ),
            _PAPERS,
        ),
        done=_("Your request for an outside review is here."),
        icon="public",
    ),
}
