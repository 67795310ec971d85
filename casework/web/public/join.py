"""The pages behind the links in our e-mails: make the account, choose a password, say yes or no.

Looking at a page uses nothing up: mail programs open links by themselves. A link is used up by the
form, which asks for the birth date, so that who got the e-mail by mistake gets no further.
"""

from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from casework.context import SYSTEM
from casework.errors import Invalid, NotFound
from casework.queries import passkeys as kept_passkeys
from casework.services import joining, passwords
from casework.services.joining import Opened
from casework.web import accounts as door
from casework.web import arrival, edge, words
from casework.web.access import PUBLIC, entry
from casework.web.public import register
from casework.web.public.blueprint import public

_JOIN, _PASSWORD, _AGREE = {"join", "form"}, {"have", "password"}, {"agree"}
PASSKEY = "passkey"


@public.get("/member/join")
@entry(PUBLIC)
def join() -> Any:
    """Make the account: birth date once more, and a password or a passkey."""
    return _show(_JOIN)


@public.post("/member/join")
@entry(PUBLIC)
def make_account() -> Any:
    """Make it, and sign in."""
    return _take(_JOIN, _join)


@public.get("/member/new-password")
@entry(PUBLIC)
def new_password() -> Any:
    """Choose a new password."""
    return _show(_PASSWORD)


@public.post("/member/new-password")
@entry(PUBLIC)
def set_new_password() -> Any:
    """Keep it, and sign in."""
    return _take(_PASSWORD, _new_password)


@public.get("/member/agree")
@entry(PUBLIC)
def agree() -> Any:
    """May your husband or wife see your records?"""
    return _show(_AGREE)


@public.post("/member/agree")
@entry(PUBLIC)
def answer_spouse() -> Any:
    """Yes, with the birth date; or no."""
    if request.form.get("answer") != "no":
        return _take(_AGREE, _agree)
    try:
        joining.decline(cx(), key())
    except NotFound:
        return gone()
    return render_template("public/agreed.html", agreed=False)


def _show(kinds: set[str]) -> Any:
    found = opened(kinds)
    return _page(found) if found is not None else gone()


def _take(kinds: set[str], act: Any) -> Any:
    """The birth date first, then what the link is for."""
    found = opened(kinds)
    if found is None:
        return gone()
    _, born = register.read_birth_date()
    if born is None:
        return _page(found, errors={"born": register.wrong_day()}), 422
    try:
        if not joining.prove(cx(), key(), born=born):
            wrong = gettext("This is not the birth date that we have. Try again.")
            return _page(found, errors={"born": str(wrong)}), 422
        return act(found, born)
    except NotFound:
        return gone()


def _join(found: Opened, born: date) -> Any:
    by_passkey = request.form.get("way") == PASSKEY
    typed = None if by_passkey else request.form.get("password", "")
    errors = {} if typed is None else _faults(typed, found)
    if errors:
        return _page(found, errors=errors), 422
    try:
        number = joining.join(cx(), key(), born=born, password=typed)
    except Invalid as refused:
        return _refused(found, refused)
    return arrive(number, url_for("passkeys.new") if by_passkey else "")


def _new_password(found: Opened, born: date) -> Any:
    typed = request.form.get("password", "")
    errors = _faults(typed, found)
    if errors:
        return _page(found, errors=errors), 422
    try:
        number = joining.choose_password(cx(), key(), born=born, password=typed)
    except Invalid as refused:
        return _refused(found, refused)
    with edge.database().reading(cx()) as session:
        has_passkeys = kept_passkeys.any_of(session, number)
    return arrive(number, url_for("passkeys.own", after="reset") if has_passkeys else "")


def _agree(_found: Opened, born: date) -> Any:
    joining.agree(cx(), key(), born=born)
    return render_template("public/agreed.html", agreed=True)


def arrive(number: int, onward: str) -> Response:
    """Straight in, or to the second factor where the account has one: a mailbox is no second."""
    user = door.find_by_id(number)
    if user is None or not door.may_sign_in(user):
        return redirect(url_for("front.sign_in_page"))
    if user.tf_primary_method:
        return redirect(url_for("front.sign_in_page", said="password"))
    return arrival.arrive(user, onward, via="link")


def _refused(found: Opened, refused: Invalid) -> Any:
    if "password" in refused.fields:
        easy = words.password_fault("easy", shortest=8, longest=passwords.LONGEST)
        return _page(found, errors={"password": easy}), 422
    return gone(taken=True)


def _faults(typed: str, found: Opened) -> dict[str, str]:
    fault = passwords.fault(typed, kind="member", personal=[found.email.partition("@")[0]])
    if fault is None:
        return {}
    shortest = passwords.shortest("member")
    return {"password": words.password_fault(fault, shortest=shortest, longest=passwords.LONGEST)}


def opened(kinds: set[str]) -> Opened | None:
    """What the link of this request is for, if it is good and of one of these kinds."""
    with edge.database().reading(cx()) as session:
        found = joining.opened(session, key())
    return found if found is not None and found.mail in kinds else None


def _page(found: Opened, *, errors: dict[str, str] | None = None) -> str:
    return render_template(
        "public/agree.html" if found.mail in _AGREE else "public/join.html",
        found=found,
        key=key(),
        errors=errors or {},
        typed={part: request.form.get(f"born-{part}", "")[:4] for part in register.PARTS},
        of_password=found.mail in _PASSWORD,
        of_form=found.mail == "form",
        shortest=passwords.shortest("member"),
    )


def gone(*, taken: bool = False) -> Any:
    """A link that is not good: used, old, or no link of ours; the same for all."""
    page = render_template("public/link_gone.html", taken=taken)
    return page if request.method == "GET" else (page, 410)


def key() -> str:
    """The secret of the link of this request."""
    return request.values.get("key", "")[:100]


def cx() -> Any:
    """The link is the proof: what it opens is done by the house itself, at the wall clock."""
    return edge.wall_cx(SYSTEM)
