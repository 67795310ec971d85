"""Changing how the plan writes to a member: language and print, the address, a safe address.

What is typed is judged by the command; the pages only say it again in the member's language.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from babel import Locale
from flask import flash, redirect, render_template, url_for
from flask_babel import get_locale, gettext, lazy_gettext

from casework import observations
from casework.errors import Invalid
from casework.queries import standing_needs as needs
from casework.queries.standing_needs import Needs
from casework.records.needs import LANGUAGES
from casework.services import standing_needs
from casework.web import edge
from casework.web.access import MEMBERS, entry
from casework.web.member.blueprint import member

MEMBER: Final = "member"
FORMATS: Final[dict[str, Any]] = {
    "standard": lazy_gettext("Usual print"),
    "large_print": lazy_gettext("Large print"),
    "braille": lazy_gettext("Braille"),
    "audio": lazy_gettext("Read aloud"),
    "data_cd": lazy_gettext("On a disc"),
}
WAYS: Final[dict[str, Any]] = {
    "mail": lazy_gettext("By mail"),
    "email": lazy_gettext("By e-mail that points here"),
    "text": lazy_gettext("By text message that points here"),
    "portal": lazy_gettext("Here, on these pages"),
}
# What the command says of a field, by field: the page says it in the member's language.
FIXES: Final[dict[str, Any]] = {
    "email": lazy_gettext("Type an e-mail address, like name@example.org."),
    "phone": lazy_gettext("Type a phone number with ten digits, like 614-555-0100."),
    "texts_ok": lazy_gettext("Tick the box: we text only people who say yes."),
    "lines": lazy_gettext(
        "Type the street with its number. On the last line type the city, the state and the ZIP"
        " code, like Columbus, OH 43085."
    ),
    "language": lazy_gettext("Choose one of the languages."),
}


@dataclass(frozen=True)
class Page:
    """One of the pages: its template, what it shows at first, what it does with what was typed."""

    template: str
    shown: Callable[[Needs], dict[str, str]]
    carry_out: Callable[[int, Mapping[str, str]], Any]
    names: tuple[str, ...]
    action: str


def language_name(code: str) -> str:
    """The name of a language, in the language of the page."""
    locale = get_locale() or Locale("en")
    name = locale.languages.get(code, code)
    return str(name[:1].upper() + name[1:])


@member.get("/profile/<int:number>/reading")
@entry(*MEMBERS)
def reading(number: int) -> Any:
    """Language, print, and how we say that there is news."""
    return _page("reading", number)


@member.post("/profile/<int:number>/reading")
@entry(*MEMBERS)
def change_reading(number: int) -> Any:
    """Keep it, from the next letter on."""
    return _change("reading", number)


@member.get("/profile/<int:number>/address")
@entry(MEMBER)
def address(number: int) -> Any:
    """Where mail goes."""
    return _page("address", number)


@member.post("/profile/<int:number>/address")
@entry(MEMBER)
def change_address(number: int) -> Any:
    """Keep it, from the next letter on."""
    return _change("address", number)


@member.get("/profile/<int:number>/safe")
@entry(MEMBER)
def safe(number: int) -> Any:
    """A safe address, and nobody else told."""
    return _page("safe", number)


@member.post("/profile/<int:number>/safe")
@entry(MEMBER)
def change_safe(number: int) -> Any:
    """Keep it, from the next letter on."""
    return _change("safe", number)


def _page(
    what: str,
    number: int,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, Any] | None = None,
) -> Any:
    with edge.reading() as cx:
        found = needs.needs_of(cx, number)
    observations.look(edge.cx(), member_id=found.id, what="profile")
    page, who = PAGES[what], edge.principal()
    standing_needs.require(who, found, page.action)
    told = render_template(
        page.template,
        needs=found,
        own=standing_needs.may(who, found, "change_address"),
        at=url_for(f"member.{what}", number=number),
        typed=typed if typed is not None else page.shown(found),
        errors=errors or {},
        tongues=sorted(((c, language_name(c)) for c in LANGUAGES), key=lambda each: each[1]),
        formats=tuple(FORMATS.items()),
        ways=tuple(WAYS.items()),
    )
    return (told, 422) if errors else told


def _change(what: str, number: int) -> Any:
    page = PAGES[what]
    typed = {name: edge.form(name, limit=400) for name in page.names}
    try:
        changed = page.carry_out(number, typed)
    except Invalid as refused:
        errors = {name: FIXES.get(name, refused.sentence) for name in refused.fields}
        return _page(what, number, typed, errors)
    said = gettext("Saved. It holds from the next letter on.")
    flash(said if changed else gettext("Nothing was changed."), "success" if changed else "info")
    return redirect(url_for("member.profile"))


def _carry_reading(number: int, typed: Mapping[str, str]) -> Any:
    form = standing_needs.Reading(
        language=typed["language"],
        letter_format=_one_of(typed["letter_format"], FORMATS, "letter_format"),
        contact_preference=_one_of(typed["contact_preference"], WAYS, "contact_preference"),
        texts_ok=typed["texts_ok"] == "yes",
        email=typed["email"],
        phone=typed["phone"],
    )
    return standing_needs.change_reading(edge.cx(), number, form)


def _carry_address(number: int, typed: Mapping[str, str]) -> Any:
    form = standing_needs.NewAddress(lines=_lines(typed["lines"]), reason="")
    return standing_needs.change_address(edge.cx(), number, form)


def _carry_safe(number: int, typed: Mapping[str, str]) -> Any:
    form = standing_needs.Confidential(
        on=typed["on"] == "yes",
        lines=_lines(typed["lines"]),
        email=typed["email"],
        phone=typed["phone"],
        representatives=typed["representatives"] == "yes",
    )
    return standing_needs.change_confidential(edge.cx(), number, form)


def _one_of(value: str, known: Mapping[str, Any], name: str) -> Any:
    if value not in known:
        raise Invalid("Choose one.", fields={name: "Choose one."})
    return value


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.splitlines())


def _yes(flag: bool) -> str:
    return "yes" if flag else ""


PAGES: Final = {
    "reading": Page(
        template="member/needs_reading.html",
        shown=lambda n: {
            "language": n.language,
            "letter_format": n.letter_format,
            "contact_preference": n.contact_preference,
            "texts_ok": _yes(n.texts_ok),
            "email": n.email,
            "phone": n.phone,
        },
        carry_out=_carry_reading,
        names=("language", "letter_format", "contact_preference", "texts_ok", "email", "phone"),
        action="change_needs",
    ),
    "address": Page(
        template="member/needs_address.html",
        shown=lambda n: {"lines": "\n".join(n.address)},
        carry_out=_carry_address,
        names=("lines",),
        action="change_address",
    ),
    "safe": Page(
        template="member/needs_safe.html",
        shown=lambda n: {
            "on": _yes(n.confidential_since is not None),
            "lines": "\n".join(n.safe_address),
            "email": n.safe_email,
            "phone": n.safe_phone,
            "representatives": _yes(n.representatives),
        },
        carry_out=_carry_safe,
        names=("on", "lines", "email", "phone", "representatives"),
        action="change_confidential",
    ),
}
