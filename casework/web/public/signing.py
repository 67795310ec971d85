"""The page behind the link to whom a member names as helper: read the form, sign it, or say no.

The form names the member, so it is shown only to whoever knows the member's birth date; that is
typed once and goes along.
"""

from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup

from casework.errors import Invalid, NotFound, StateRefused
from casework.services import appointing, joining, passwords
from casework.services.joining import Opened
from casework.web import edge, words
from casework.web.access import PUBLIC, entry
from casework.web.public import join, register
from casework.web.public.blueprint import public

_SIGN = {"sign"}


@public.get("/member/sign")
@entry(PUBLIC)
def read_form() -> Any:
    """The question that comes first."""
    found = join.opened(_SIGN)
    return _page(found) if found is not None else join.gone()


@public.post("/member/sign")
@entry(PUBLIC)
def sign_form() -> Any:
    """The form; and once it is signed, in."""
    found = join.opened(_SIGN)
    if found is None:
        return join.gone()
    _, born = register.read_birth_date()
    if born is None:
        return _page(found, errors={"born": register.wrong_day()}), 422
    try:
        if not joining.prove(join.cx(), join.key(), born=born):
            wrong = gettext("This is not the birth date that we have. Try again.")
            return _page(found, errors={"born": str(wrong)}), 422
        return _take(found, born)
    except (NotFound, StateRefused):
        return join.gone()


def _take(found: Opened, born: date) -> Any:
    if request.form.get("answer") == "no":
        appointing.decline(join.cx(), join.key(), born=born)
        return render_template("public/agreed.html", agreed=False)
    offered = _offered(born)
    if "text" not in request.form:
        return _page(found, offered)
    errors, password = _faults(found, offered)
    if errors:
        return _page(found, offered, errors=errors), 422
    try:
        number = appointing.accept(
            join.cx(),
            join.key(),
            born=born,
            name=edge.form("name", limit=120),
            sha256=edge.form("text", limit=64),
            password=password,
        )
    except Invalid as refused:
        said = {name: gettext(sentence) for name, sentence in refused.fields.items()}
        if "password" in said:
            said["password"] = words.password_fault("easy", shortest=8, longest=passwords.LONGEST)
        return _page(found, offered, errors=said or {"name": gettext(refused.sentence)}), 422
    onward = url_for("passkeys.new") if _by_passkey() and not offered.has_account else ""
    return join.arrive(number, onward)


def _offered(born: date) -> appointing.Offered:
    with edge.database().reading(join.cx()) as cx:
        return appointing.offered(cx, join.key(), born=born)


def _faults(found: Opened, offered: appointing.Offered) -> tuple[dict[str, str], str | None]:
    """What must be corrected, and the password that was typed, where one is wanted."""
    errors: dict[str, str] = {}
    if not edge.form("name", limit=120):
        errors["name"] = str(gettext("Type your first and last name."))
    if request.form.get("agree") != "yes":
        errors["agree"] = str(gettext("Tick this to sign."))
    if offered.has_account or _by_passkey():
        return errors, None
    typed = request.form.get("password", "")
    fault = passwords.fault(typed, kind="member", personal=[found.email.partition("@")[0]])
    if fault is not None:
        shortest = passwords.shortest("member")
        errors["password"] = words.password_fault(
            fault, shortest=shortest, longest=passwords.LONGEST
        )
    return errors, typed


def _by_passkey() -> bool:
    return request.form.get("way") == join.PASSKEY


def _page(
    found: Opened,
    offered: appointing.Offered | None = None,
    *,
    errors: dict[str, str] | None = None,
) -> str:
    return render_template(
        "public/sign.html",
        offered=offered,
        text=Markup(offered.text) if offered else "",  # noqa: S704 - made by `letters`
        key=join.key(),
        email=found.email,
        errors=errors or {},
        name=edge.form("name", limit=120),
        typed={part: request.form.get(f"born-{part}", "")[:4] for part in register.PARTS},
        shortest=passwords.shortest("member"),
    )
