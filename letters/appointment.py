"""The form by which a member names somebody to act for him, in words of the law's that people know.

What is signed is one text: the same on the page, in print, and under the hash. It holds what an
appointment must hold (42 CFR 422.561 with 405.910(c); 438.402(c)(1)(ii); 29 CFR 2560.503-1(b)(4))
and what a permission to share health facts must (45 CFR 164.508(c)).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from markupsafe import Markup

from letters import calendar_words
from letters.compose import environment
from letters.context import LANGUAGES, LINES, Deadline, Office
from letters.coversheet import code, in_groups, typed
from letters.refusals import ContextRefused
from letters.wording import wording

# Whose signatures a form needs before somebody speaks for the member. Medicare wants both (42 CFR
# 405.910(c)(1)); elsewhere the member's own written consent is enough.
MEMBER: Final = "member"
HELPER: Final = "helper"
SIGNERS: Final = {
    "medicare": (MEMBER, HELPER),
    "medicaid": (MEMBER,),
    "marketplace": (MEMBER,),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """What the form says. `about` is the number of the one case that it is about; empty:
    everything."""

    number: str
    line: str
    language: str
    plan_name: str
    office: Office
    phone: str
    tty: str
    member_name: str
    member_id: str
    member_lines: tuple[str, ...]
    member_phone: str
    name: str
    relation: str
    lines: tuple[str, ...]
    helper_phone: str
    email: str
    about: str
    looks_only: bool
    gets_letters: bool
    sees_private: bool
    ends_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """A signature that was made online: whose, under which name, when."""

    party: str
    name: str
    at: datetime
    zone: str


def words(form: Form) -> str:
    """The text that is signed, as HTML without a heading of the first rank. It names no day of
    signing: each signature has its own."""
    if form.line not in LINES or form.language not in LANGUAGES:
        raise ContextRefused("form", f"{form.line!r}, {form.language!r}: there is no such form.")
    said = wording(form.language)
    return (
        environment()
        .get_template("parts/appointment_words.html.j2")
        .render(f=form, t=said.text, day=lambda on: calendar_words.time_tag(on, said))
        .strip()
    )


def hash_of(text: str) -> str:
    """The hash of a text to be signed, as it stands beside each signature."""
    return hashlib.sha256(text.encode()).hexdigest()


def title(form: Form) -> str:
    """The title of the form."""
    return str(wording(form.language).text("appointment.title"))


def html(form: Form, text: str, signatures: Sequence[Signed], *, cover: bool) -> str:
    """The form as one HTML document: this text, who signed it online, lines for the pen where
    nobody has; with `cover` a first page that can be scanned and names nobody.

    Raises ContextRefused for what is no number.
    """
    if typed(form.number) != form.number:
        raise ContextRefused("number", "is no number of a form.")
    said = wording(form.language)
    by_party = {each.party: each for each in signatures}
    number = in_groups(form.number)
    return (
        environment()
        .get_template("appointment.html.j2")
        .render(
            f=form,
            t=said.text,
            text=Markup(text),  # noqa: S704 - ours, made by `words` with everything escaped
            sha256=hash_of(text),
            number=number,
            cover=cover,
            wanted=(MEMBER, HELPER),
            signed=by_party,
            moment=lambda each: calendar_words.time_tag(Deadline.moment(each.at, each.zone), said),
            code=lambda spoken: code(number, said=str(spoken)),
        )
    )
