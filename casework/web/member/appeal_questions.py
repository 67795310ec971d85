"""The questions of an appeal, and of asking for a review outside: what a frightened person can say.

Nothing that is left empty keeps a filing out; what the plan must know is asked with two buttons.
"""

from typing import Any, Final

from flask_babel import gettext, lazy_gettext

from casework.records import keeping
from casework.web.member import sight
from casework.web.member.doors import APPEAL, OUTSIDE, Situation
from casework.web.member.question import NO, YES, Question, always

ME, HELPER, DOCTOR = "me", "helper", "doctor"
ATTACHED, LATER = "attached", "later"


def _usual_time(situation: Situation) -> Any:
    if situation.door == OUTSIDE:
        return lazy_gettext("The reviewers take their usual time.")
    return lazy_gettext("We answer in the usual time. You will see the date when you send this.")


def _fast(situation: Situation) -> Any:
    if situation.door == OUTSIDE:
        return lazy_gettext("The reviewers then answer much sooner, if they agree.")
    return lazy_gettext(
        "We then answer within 72 hours. It helps if your doctor says so too."
        " If we think that you can wait, we tell you and use the usual time."
    )


def _last_day(situation: Situation) -> str:
    remedy = situation.remedy
    if remedy is None or remedy.last_day is None:
        return ""
    return sight.day_of(remedy.last_day, remedy.zone)


def _cut(situation: Situation) -> str:
    remedy = situation.remedy
    if remedy is None or remedy.keep_until is None:
        return str(gettext("You had this care, and we cut it."))
    day = sight.day_of(remedy.keep_until, remedy.zone)
    said = gettext("You had this care, and we cut it. You must ask by %(day)s.", day=day)
    return str(said)


WHY: Final = Question(
    "why",
    "long",
    lazy_gettext("Why"),
    always(lazy_gettext("Why do you think that we should say yes?")),
    hints=always((lazy_gettext("Use your own words. You can leave this empty and go on."),)),
    examples=always(
        (
            lazy_gettext("how you are now, and what got worse"),
            lazy_gettext("what you tried before, and why it did not help"),
            lazy_gettext("what your doctor says about it"),
        )
    ),
)
DANGER: Final = Question(
    "danger",
    "choice",
    lazy_gettext("Can you wait?"),
    always(lazy_gettext("Could waiting hurt you?")),
    hints=always(
        (
            lazy_gettext(
                "This means: your life, your health, or how well you can move, see, hear or think"
                " could get much worse while you wait."
            ),
            lazy_gettext("If you are in danger right now, call 911."),
        )
    ),
    options=lambda s: (
        (NO, lazy_gettext("No, I can wait"), _usual_time(s)),
        (
            YES,
            lazy_gettext("Yes, I need a fast answer"),
            _fast(s),
        ),
    ),
    asked=lambda s: s.remedy is not None and s.remedy.timing != "post_service",
    required=True,
)
HARM: Final = Question(
    "harm",
    "long",
    lazy_gettext("What could happen"),
    always(lazy_gettext("What could happen if you wait?")),
    hints=always(
        (lazy_gettext("One or two sentences are enough. You can leave this empty and go on."),)
    ),
    asked=lambda s: DANGER.asked(s) and s.answers.get("danger") == YES,
)
WHO: Final = Question(
    "who",
    "choice",
    lazy_gettext("Who asks"),
    always(lazy_gettext("Who is asking?")),
    options=always(
        (
            (ME, lazy_gettext("I am, for myself"), ""),
            (
                HELPER,
                lazy_gettext("I am, and somebody helps me"),
                lazy_gettext("Family, a friend, a lawyer. You can send their signed form later."),
            ),
            (
                DOCTOR,
                lazy_gettext("I am, and my doctor helps me"),
                lazy_gettext("We may then talk with your doctor about this appeal."),
            ),
        )
    ),
    asked=lambda s: s.own,
    required=True,
)
HELPER_NAME: Final = Question(
    "helper",
    "line",
    lazy_gettext("Who helps"),
    lambda s: (
        lazy_gettext("What is your doctor's name?")
        if s.answers.get("who") == DOCTOR
        else lazy_gettext("What is the name of the person who helps you?")
    ),
    hints=always(
        (
            lazy_gettext("You send this now, in your own name. No time is lost."),
            lazy_gettext(
                "If this person is to decide for you, we need a form that you both sign."
                " Call us and we send it."
            ),
        )
    ),
    asked=lambda s: s.own and s.answers.get("who") in {HELPER, DOCTOR},
    required=True,
    longest=120,
    missing=lazy_gettext("Write the name."),
)
SIGNED: Final = Question(
    "form",
    "choice",
    lazy_gettext("Signed form"),
    always(lazy_gettext("Do you have the form that lets you speak for this person?")),
    hints=always((lazy_gettext("Both of you must have signed it. We have none from you yet."),)),
    options=always(
        (
            (ATTACHED, lazy_gettext("Yes, I will add it here"), ""),
            (
                LATER,
                lazy_gettext("Not yet"),
                lazy_gettext("Send this now all the same. We will ask you for the form."),
            ),
        )
    ),
    asked=lambda s: not s.own and s.remedy is not None and not s.remedy.form_on_file,
    required=True,
)
LATE: Final = Question(
    "late",
    "long",
    lazy_gettext("Why it is late"),
    always(lazy_gettext("Why could you not ask sooner?")),
    hints=lambda s: (
        gettext("The last day to ask was %(day)s.", day=_last_day(s)),
        lazy_gettext("You can still ask. We take it if there was a good reason."),
    ),
    examples=always(
        (
            lazy_gettext("I was sick or in the hospital"),
            lazy_gettext("somebody close to me died or was very sick"),
            lazy_gettext("the letter came late, or I could not read it"),
        )
    ),
    asked=lambda s: s.remedy is not None and s.remedy.late,
)
KEEP: Final = Question(
    "keep",
    "choice",
    lazy_gettext("Keep the care"),
    always(lazy_gettext("Do you want to keep this care while we look again?")),
    hints=lambda s: (
        _cut(s),
        lazy_gettext("If we still say no in the end, we will not ask you to pay it back.")
        if s.remedy is not None and s.remedy.line in keeping.UNASKED
        else lazy_gettext("If we still say no in the end, you may have to pay for it."),
    ),
    options=always(
        (
            (YES, lazy_gettext("Yes, keep it going"), ""),
            (NO, lazy_gettext("No"), ""),
        )
    ),
    asked=lambda s: (
        s.remedy is not None and s.remedy.keep_open and not s.remedy.unasked and s.door == APPEAL
    ),
    required=True,
)
PAPERS: Final = Question(
    "papers",
    "papers",
    lazy_gettext("Papers"),
    always(lazy_gettext("Do you have papers that can help?")),
    hints=always((lazy_gettext("You do not need any. A photo from your phone is fine."),)),
)

OF_APPEAL: Final = (WHY, DANGER, HARM, WHO, HELPER_NAME, SIGNED, LATE, KEEP, PAPERS)
OF_REVIEW: Final = (WHY, DANGER, HARM, LATE, PAPERS)
