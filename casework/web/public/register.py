"""Asking for an account, or for a new password: two short pages that answer everybody alike.

What is typed is checked for its shape alone. Whether it fits is found out later and told by e-mail,
so text, status and time of the answer are the same whoever is a member here.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from casework.records.ways_in import Typed, normal_number
from casework.services import asking_in
from casework.services.new_account import EMAIL
from casework.services.sign_in import TooManyTries
from casework.web import edge, language, metrics
from casework.web.access import PUBLIC, entry
from casework.web.public.blueprint import public

_ZIP: Final = re.compile(r"\d{5}(-?\d{4})?", re.ASCII)
_NUMBER: Final = re.compile(r"([A-Z0-9][ .-]?){6,20}", re.ASCII)
PARTS: Final = ("year", "month", "day")
LONG: Final = 3600


@dataclass
class Card:
    """What somebody typed from the card, and what must be corrected before anything else."""

    number: str = ""
    zip_code: str = ""
    email: str = ""
    parts: dict[str, str] = field(default_factory=dict)
    born: date | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def typed(self) -> Typed:
        """The same for the request."""
        return Typed(
            number=normal_number(self.number),
            born=self.born.isoformat() if self.born else "",
            zip_code=self.zip_code[:5],
            email=self.email.strip().lower(),
        )


@public.get("/member/register")
@entry(PUBLIC)
def register() -> str:
    """The four things that we need."""
    return _register_page(Card())


@public.post("/member/register")
@entry(PUBLIC)
def ask_for_account() -> Any:
    """Take the request; the same answer for everybody."""
    card = read_card(with_email=True)
    if card.errors:
        return _register_page(card), 422
    try:
        asking_in.register(edge.wall_cx(), card.typed, whence=whence())
    except TooManyTries as refused:
        return locked(_register_page(card, alert=wait_in_words(refused)), refused)
    return redirect(url_for("public.asked"), 303)


@public.get("/member/register/sent")
@entry(PUBLIC)
def asked() -> str:
    """The answer to everybody: if it fits, an e-mail is under way."""
    return render_template("public/asked.html", of_password=False)


@public.get("/member/forgot")
@entry(PUBLIC)
def forgot() -> str:
    """Which e-mail address?"""
    return render_template("public/forgot.html", email="", errors={}, alert_words="")


@public.post("/member/forgot")
@entry(PUBLIC)
def ask_for_password() -> Any:
    """Take the request; the same answer for everybody."""
    email = edge.form("email", limit=120)
    errors = {} if EMAIL.fullmatch(email) else {"email": _wrong_email()}
    if errors:
        page = render_template("public/forgot.html", email=email, errors=errors, alert_words="")
        return page, 422
    try:
        asking_in.new_password(edge.wall_cx(), email=email, whence=whence())
    except TooManyTries as refused:
        said = wait_in_words(refused)
        page = render_template("public/forgot.html", email=email, errors={}, alert_words=said)
        return locked(page, refused)
    return redirect(url_for("public.asked_for_password"), 303)


@public.get("/member/forgot/sent")
@entry(PUBLIC)
def asked_for_password() -> str:
    """The answer to everybody: if this address has an account, an e-mail is under way."""
    return render_template("public/asked.html", of_password=True)


def read_card(*, with_email: bool) -> Card:
    """The form with the card's number, the birth date and the ZIP, each checked for its shape."""
    card = Card(
        number=edge.form("number", limit=30).upper(),
        zip_code=edge.form("zip", limit=10),
        email=edge.form("email", limit=120) if with_email else "",
    )
    if not _NUMBER.fullmatch(card.number):
        card.errors["number"] = str(gettext("Write the number as it stands on the card."))
    card.parts, card.born = read_birth_date()
    if card.born is None:
        card.errors["born"] = wrong_day()
    if not _ZIP.fullmatch(card.zip_code):
        card.errors["zip"] = str(gettext("Write the five digits of the ZIP code."))
    if with_email and not EMAIL.fullmatch(card.email):
        card.errors["email"] = _wrong_email()
    return card


def read_birth_date() -> tuple[dict[str, str], date | None]:
    """What was typed as the birth date, and the date, if it is one."""
    parts = {part: edge.form(f"born-{part}", limit=4) for part in PARTS}
    try:
        return parts, date(*(int(parts[part]) for part in PARTS))
    except ValueError:
        return parts, None


def whence() -> asking_in.From:
    """Where this request comes from. The address of the house is the one that was asked for, which
    is among the trusted hosts; in production the configured one is used instead."""
    return asking_in.From(
        address=request.remote_addr or "",
        language=language.current(),
        base=request.host_url.rstrip("/")[:200],
    )


def wait_in_words(refused: TooManyTries) -> str:
    """How long to wait, the same for a known and an unknown number."""
    if refused.retry_after > LONG:
        said = gettext(
            "There were too many tries today. Try again tomorrow, or call the number on your"
            " member card (TTY 711). We help you at once."
        )
    else:
        said = gettext(
            "There were too many tries. Wait 15 minutes, then try again. Or call the number on your"
            " member card (TTY 711). We help you at once."
        )
    return str(said)


def locked(page: str, refused: TooManyTries) -> Response:
    """The page with the lock on it."""
    metrics.SIGN_INS.labels("throttled").inc()
    answer = make_response(page, refused.status)
    answer.headers["Retry-After"] = str(refused.retry_after)
    return answer


def _register_page(card: Card, *, alert: str = "") -> str:
    return render_template(
        "public/register.html", typed=card, errors=card.errors, alert_words=alert
    )


def _wrong_email() -> str:
    return str(gettext("Write an e-mail address such as name@example.org."))


def wrong_day() -> str:
    """What to write instead of what is no day."""
    return str(gettext("Write the day in numbers, such as 3 14 2027."))
