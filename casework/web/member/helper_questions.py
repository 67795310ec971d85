"""The questions by which a member names somebody to help: who, what for, how long; one a page.

Together they hold what the form must say (42 CFR 405.910(c)); the form itself is `letters`'.
"""

from typing import Any, Final

from flask_babel import gettext, lazy_gettext

from casework import addresses
from casework.carriers.mail import ADDRESS
from casework.carriers.texts import number_of
from casework.records import appointments
from casework.web import edge, moments
from casework.web.member import sight
from casework.web.member.doors import Situation
from casework.web.member.question import NO, YES, Option, Question, always

ALL: Final = appointments.ALL
ACT, LOOK = "act", "look"
RELATIONS: Final[dict[str, Any]] = {
    "spouse": lazy_gettext("My husband or wife"),
    "child": lazy_gettext("My son or daughter"),
    "parent": lazy_gettext("My mother or father"),
    "family": lazy_gettext("Somebody else in my family"),
    "friend": lazy_gettext("A friend"),
    "lawyer": lazy_gettext("A lawyer or an advocate"),
    "doctor": lazy_gettext("My doctor or nurse"),
    "other": lazy_gettext("Somebody else"),
}
# The kinds of case that begin a series.
STARTS: Final = frozenset({"prior_auth", "grievance"})
MONTHS: Final[dict[str, Any]] = {
    "12": lazy_gettext("One year"),
    "6": lazy_gettext("6 months"),
    "3": lazy_gettext("3 months"),
}


def _two_names(typed: str) -> Any:
    return "" if len(typed.split()) > 1 else gettext("Write the first and the last name.")


def _address(typed: str) -> Any:
    if not addresses.fault(typed.splitlines()):
        return ""
    return gettext(
        "Type the street with its number. On the last line type the city, the state and the ZIP"
        " code, like Columbus, OH 43085."
    )


def _phone(typed: str) -> Any:
    return (
        ""
        if number_of(typed)
        else gettext("Type a phone number with ten digits, like 614-555-0100.")
    )


def _email(typed: str) -> Any:
    return (
        ""
        if ADDRESS.fullmatch(typed)
        else gettext("Type an e-mail address, like name@example.org.")
    )


def _cases(situation: Situation) -> tuple[Option, ...]:
    """Everything, or one of the own cases with what follows from it: its appeals belong to it."""
    one = tuple(
        (case.ref, sight.name_of(case.title).words, case.ref)
        for case in situation.cases
        if case.member_id == situation.member_id and case.kind in STARTS
    )
    every = (ALL, lazy_gettext("All my care with this plan"), "")
    return (every, *one)


def _ends(_situation: Situation) -> tuple[Option, ...]:
    today = edge.cx().now.date()
    return tuple(
        (
            months,
            words,
            gettext("It ends on %(day)s.", day=moments.day(appointments.ends_on(today, months))),
        )
        for months, words in MONTHS.items()
    )


NAME: Final = Question(
    "name",
    "line",
    lazy_gettext("Name"),
    always(lazy_gettext("Who helps you?")),
    hints=always((lazy_gettext("Write the first and the last name."),)),
    required=True,
    longest=120,
    missing=lazy_gettext("Write the name."),
    wrong=_two_names,
)
RELATION: Final = Question(
    "relation",
    "choice",
    lazy_gettext("Who this is"),
    always(lazy_gettext("Who is this person to you?")),
    options=always(tuple((name, words, "") for name, words in RELATIONS.items())),
    required=True,
)
WHERE: Final = Question(
    "address",
    "long",
    lazy_gettext("Address"),
    always(lazy_gettext("What is the address of this person?")),
    hints=always(
        (lazy_gettext("First the street. On the last line the city, the state and the ZIP code."),)
    ),
    required=True,
    longest=300,
    missing=lazy_gettext("Write the address."),
    wrong=_address,
)
PHONE: Final = Question(
    "phone",
    "line",
    lazy_gettext("Phone"),
    always(lazy_gettext("What is the phone number of this person?")),
    hints=always((lazy_gettext("Ten digits, like 614-555-0100."),)),
    required=True,
    longest=20,
    missing=lazy_gettext("Type a phone number with ten digits, like 614-555-0100."),
    wrong=_phone,
)
EMAIL: Final = Question(
    "email",
    "line",
    lazy_gettext("E-mail address"),
    always(lazy_gettext("What is the e-mail address of this person?")),
    hints=always(
        (
            lazy_gettext(
                "We send a link there. This person can then sign online and see your case."
            ),
            lazy_gettext("You can leave this empty. Then you print the form and mail it."),
        )
    ),
    longest=120,
    wrong=_email,
)
COVERS: Final = Question(
    "covers",
    "choice",
    lazy_gettext("What it is about"),
    always(lazy_gettext("What should this person help you with?")),
    options=_cases,
    required=True,
)
DOES: Final = Question(
    "does",
    "choice",
    lazy_gettext("What this person may do"),
    always(lazy_gettext("May this person act for you?")),
    options=always(
        (
            (
                ACT,
                lazy_gettext("Yes, act for me"),
                lazy_gettext("Send papers, ask us to look again, make a complaint."),
            ),
            (LOOK, lazy_gettext("No, only read"), lazy_gettext("Read the letters and requests.")),
        )
    ),
    required=True,
)
PRIVATE: Final = Question(
    "private",
    "choice",
    lazy_gettext("Private care"),
    always(lazy_gettext("May this person see care that is kept private?")),
    hints=always((lazy_gettext("Some care is kept private by law, or since you asked us to."),)),
    options=always(
        (
            (NO, lazy_gettext("No"), lazy_gettext("This person sees all but that.")),
            (YES, lazy_gettext("Yes, that too"), ""),
        )
    ),
    required=True,
)
LETTERS: Final = Question(
    "letters",
    "choice",
    lazy_gettext("Letters"),
    always(lazy_gettext("Should this person get a copy of your letters by mail?")),
    options=always(((YES, lazy_gettext("Yes"), ""), (NO, lazy_gettext("No"), ""))),
    required=True,
)
UNTIL: Final = Question(
    "until",
    "choice",
    lazy_gettext("How long"),
    always(lazy_gettext("How long should it count?")),
    hints=always((lazy_gettext("You can end it on any day."),)),
    options=_ends,
    required=True,
)

OF_HELPER: Final = (
    *(NAME, RELATION, WHERE, PHONE, EMAIL),
    *(COVERS, DOES, PRIVATE, LETTERS, UNTIL),
)
