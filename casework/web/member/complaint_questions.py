"""The questions of a complaint: what happened, when, what it is about, whether it is urgent.

A complaint about care that was refused is shown the better door, and may stay a complaint.
"""

from typing import Final

from flask_babel import lazy_gettext

from casework.queries.member_home import OwnCase
from casework.web.member import sight
from casework.web.member.appeal_questions import PAPERS
from casework.web.member.complaint_words import CATEGORIES, branches, leaves
from casework.web.member.doors import Situation
from casework.web.member.question import NO, NONE, YES, Question, always

DENIAL: Final = "denial"


def _own(situation: Situation) -> tuple[OwnCase, ...]:
    """The cases of the member whom it is about."""
    return tuple(case for case in situation.cases if case.member_id == situation.member_id)


PERSON: Final = Question(
    "person",
    "choice",
    lazy_gettext("Who it is about"),
    always(lazy_gettext("Who is this about?")),
    options=lambda s: tuple((str(each.id), each.name, "") for each in s.members),
    asked=lambda s: len(s.members) > 1,
    required=True,
)
TOLD: Final = Question(
    "told",
    "long",
    lazy_gettext("What happened"),
    always(lazy_gettext("What happened?")),
    hints=always(
        (lazy_gettext("Use your own words. Say what went wrong and what you want us to do."),)
    ),
    required=True,
    missing=lazy_gettext("Write what happened. One sentence is enough."),
)
WHEN: Final = Question(
    "when",
    "date",
    lazy_gettext("When it happened"),
    always(lazy_gettext("When did it happen?")),
    hints=always((lazy_gettext("If you do not know the day, leave this empty and go on."),)),
)
ABOUT: Final = Question(
    "about",
    "choice",
    lazy_gettext("What it is about"),
    always(lazy_gettext("What is it about?")),
    options=always(
        (
            (DENIAL, lazy_gettext("The plan said no to care, or cut it"), ""),
            *((code, CATEGORIES[code], "") for code in branches()),
        )
    ),
    required=True,
)
FITS: Final = Question(
    "fits",
    "choice",
    lazy_gettext("What fits best"),
    always(lazy_gettext("Which of these fits best?")),
    options=lambda s: (
        *((code, CATEGORIES[code], "") for code in leaves(s.answers.get("about", ""))),
        (NONE, lazy_gettext("None of these"), ""),
    ),
    asked=lambda s: bool(leaves(s.answers.get("about", ""))),
    required=True,
)
MATTER: Final = Question(
    "case",
    "choice",
    lazy_gettext("Request or appeal"),
    always(lazy_gettext("Does it have to do with one of these?")),
    options=lambda s: (
        *((case.ref, sight.name_of(case.title).words, case.ref) for case in _own(s)),
        (NONE, lazy_gettext("None of these"), ""),
    ),
    asked=lambda s: bool(_own(s)),
    required=True,
)
URGENT: Final = Question(
    "urgent",
    "choice",
    lazy_gettext("Is it urgent?"),
    always(lazy_gettext("Is somebody's health in danger because of this?")),
    hints=always((lazy_gettext("If it is an emergency, call 911 first."),)),
    options=always(
        (
            (NO, lazy_gettext("No"), ""),
            (YES, lazy_gettext("Yes"), lazy_gettext("We then look at it first.")),
        )
    ),
    required=True,
)

OF_COMPLAINT: Final = (PERSON, TOLD, WHEN, ABOUT, FITS, MATTER, URGENT, PAPERS)
