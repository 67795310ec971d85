"""My account: who I am here, whose records I may open, my password, my sign-ins."""

from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from casework import now
from casework.queries import accounts as account_queries
from casework.services import accounts, new_account, passwords, sign_in
from casework.web import accounts as door
from casework.web import arrival, edge, words
from casework.web.access import SIGNED_IN, entry

account = Blueprint("account", __name__, url_prefix="/account")
ZONE: Final = "America/New_York"


@account.get("/")
@entry(SIGNED_IN)
def show() -> str:
    """The account of whoever is signed in."""
    with edge.reading() as cx:
        reach = account_queries.reach_in_names(cx)
        opened = account_queries.open_sessions(cx, wall=now.wall())
    user = edge.user()
    assert user is not None
    return render_template(
        "account.html",
        user=user,
        reach=reach,
        opened=opened,
        this_session=edge.session_row_id(),
        zone=ZONE,
        factor=bool(user.tf_primary_method),
        factor_offered=not edge.settings().demo,
        said=request.args.get("said", ""),
    )


@account.get("/password")
@entry(SIGNED_IN)
def password() -> str:
    """The form for a new password."""
    return _password_page({})


@account.post("/password")
@entry(SIGNED_IN)
def change_password() -> Any:
    """Change the password after the old one was shown; every other session ends."""
    user = edge.user()
    assert user is not None
    new, again = request.form.get("password", ""), request.form.get("again", "")
    attempt = sign_in.take(edge.wall_cx(), account=user.email, address=request.remote_addr or "")
    if not door.password_fits(user, request.form.get("old", "")):
        return _password_page({"old": gettext("This is not your password.")}), 422
    sign_in.forgive(edge.wall_cx(), attempt)
    if new != again:
        return _password_page({"again": gettext("Write the new password twice.")}), 422
    fault = passwords.fault(
        new, kind=user.kind, personal=new_account.personal(user.name, user.email)
    )
    if fault:
        return _password_page({"password": _fault_in_words(fault, user.kind)}), 422
    accounts.set_password(edge.wall_cx(), user.id, password=new)
    fresh = door.find_by_id(user.id)
    assert fresh is not None
    return arrival.arrive(fresh, url_for("account.show", said="password"), via="password")


@account.post("/sessions/<int:number>/end")
@entry(SIGNED_IN)
def end_session(number: int) -> Response:
    """Sign out another browser of mine."""
    accounts.end_session(edge.wall_cx(), number)
    return redirect(url_for("account.show", said="ended"))


def _password_page(errors: dict[str, str]) -> str:
    user = edge.user()
    assert user is not None
    shortest = passwords.shortest(user.kind)
    return render_template("change_password.html", errors=errors, shortest=shortest)


def _fault_in_words(fault: str, kind: str) -> str:
    return words.password_fault(fault, shortest=passwords.shortest(kind), longest=passwords.LONGEST)
