"""The three questions after the first sign-in, one a page; each answer is kept before the next."""

from dataclasses import dataclass
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from casework.carriers.texts import number_of
from casework.errors import Invalid
from casework.queries.standing_needs import Needs, needs_of
from casework.services import standing_needs, welcome
from casework.web import edge
from casework.web.access import entry
from casework.web.member.blueprint import member
from casework.web.member.needs import FORMATS, WAYS, language_name

MEMBER: Final = "member"


@dataclass(frozen=True)
class Asked:
    """One question: the need that it settles, its heading, its hint, and where it leads."""

    need: str
    endpoint: str
    title: Any
    hint: Any
    then: str


TELL: Final = Asked(
    "contact_preference",
    "member.welcome_tell",
    lazy_gettext("How shall we tell you that there is news?"),
    lazy_gettext("The news itself is on these pages, and in our letters. It is safe there."),
    "member.welcome_language",
)
LANGUAGE: Final = Asked(
    "language",
    "member.welcome_language",
    lazy_gettext("In which language shall we write and call?"),
    lazy_gettext("You need another language? Choose English, then call us. We translate for free."),
    "member.welcome_letters",
)
LETTERS: Final = Asked(
    "letter_format",
    "member.welcome_letters",
    lazy_gettext("How shall your letters look?"),
    lazy_gettext("It costs nothing. It holds for all letters from now on."),
    "member.home",
)
QUESTIONS: Final = (TELL, LANGUAGE, LETTERS)


def is_due() -> bool:
    """Whether the person who is signed in has not been asked yet."""
    user = edge.user()
    asked = user is not None and user.preferences.get(welcome.PREFERENCE) == welcome.DUE
    return asked and MEMBER in edge.principal().roles


@member.get("/welcome")
@entry(MEMBER)
def welcome_tell() -> Any:
    """By mail, e-mail or text?"""
    return _show(TELL)


@member.post("/welcome")
@entry(MEMBER)
def keep_tell() -> Any:
    """Keep it."""
    return _take(TELL)


@member.get("/welcome/language")
@entry(MEMBER)
def welcome_language() -> Any:
    """Which language?"""
    return _show(LANGUAGE)


@member.post("/welcome/language")
@entry(MEMBER)
def keep_language() -> Any:
    """Keep it."""
    return _take(LANGUAGE)


@member.get("/welcome/letters")
@entry(MEMBER)
def welcome_letters() -> Any:
    """Which format?"""
    return _show(LETTERS)


@member.post("/welcome/letters")
@entry(MEMBER)
def keep_letters() -> Any:
    """Keep it; that was the last question."""
    return _take(LETTERS)


@member.post("/welcome/later")
@entry(MEMBER)
def skip_welcome() -> Response:
    """Leave everything as it is, and do not ask again."""
    welcome.done(edge.cx())
    return redirect(url_for("member.home"))


def _show(asked: Asked) -> Any:
    if not is_due():
        return redirect(url_for("member.profile"))
    return _page(asked, _own())


def _take(asked: Asked) -> Any:
    if not is_due():
        return redirect(url_for("member.profile"))
    own = _own()
    value = request.form.get(asked.need, "")
    if value not in {option[0] for option in _options(asked, own)}:
        return _page(asked, own, error=str(gettext("Choose one of these."))), 422
    try:
        standing_needs.change_reading(edge.cx(), own.id, _with(own, asked.need, value))
    except Invalid:
        return _page(asked, own, error=str(gettext("Choose one of these."))), 422
    if asked is LETTERS:
        welcome.done(edge.cx())
    return redirect(url_for(asked.then))


def _own() -> Needs:
    """The needs of the member of this account himself."""
    with edge.reading() as cx:
        return needs_of(cx, cx.principal.ids[0])


def _with(own: Needs, need: str, value: str) -> standing_needs.Reading:
    """The needs as they stand, with this answer. To be told by e-mail gives the plan the address of
    the account where it has none; to choose text messages is to agree to them, as the page says."""
    said = {
        "language": own.language,
        "letter_format": own.letter_format,
        "contact_preference": own.contact_preference,
        "texts_ok": own.texts_ok or value == "text",
        "email": own.email or (_email() if value == "email" else ""),
        "phone": own.phone,
    }
    # mypy does not see that the answer is one of the options of the question.
    return standing_needs.Reading(**{**said, need: value})  # type: ignore[arg-type]


def _email() -> str:
    user = edge.user()
    return user.email if user is not None else ""


def _page(asked: Asked, own: Needs, *, error: str = "") -> str:
    return render_template(
        "member/welcome.html",
        asked=asked,
        number=QUESTIONS.index(asked) + 1,
        count=len(QUESTIONS),
        options=_options(asked, own),
        value=getattr(own, asked.need),
        errors={asked.need: error} if error else {},
    )


def _options(asked: Asked, own: Needs) -> tuple[tuple[str, Any, Any], ...]:
    if asked is LETTERS:
        return tuple((code, words, "") for code, words in FORMATS.items())
    if asked is LANGUAGE:
        codes = dict.fromkeys(("en", "es", own.language))
        return tuple((code, language_name(code), "") for code in codes)
    ways: list[tuple[str, Any, Any]] = [("mail", WAYS["mail"], ", ".join(own.address))]
    # Where we write to is not changed from an account whose mailbox we do not know.
    if own.email or own.id not in edge.principal().narrowed.hushed:
        ways.append(("email", WAYS["email"], own.email or _email()))
    if number_of(own.phone):
        hint = gettext(
            "To the phone that ends in %(digits)s. It may cost you what your phone plan says."
            " Answer STOP to end it.",
            digits=own.phone[-4:],
        )
        ways.append(("text", WAYS["text"], hint))
    return tuple(ways)
