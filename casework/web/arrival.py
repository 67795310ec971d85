"""Arriving: what happens between a right password and the person's first page.

`after_password` sends on to the second factor where one is due; `arrive` signs in, under a new
session, and leaves the entry in the history first, so that no sign-in goes unwritten.
"""

from datetime import timedelta
from typing import Any, Final

from flask import g, redirect, session, url_for
from flask_security import login_user
from werkzeug.wrappers import Response

from casework import now, observations
from casework.context import Principal
from casework.models import User
from casework.queries.accounts import own_language
from casework.services import welcome
from casework.web import accounts, authenticator, csrf, edge, kept, language, metrics, redirects

AWAITING: Final = "awaiting"
PATIENCE: Final = timedelta(minutes=10)


def after_password(user: User, next_path: str) -> Response:
    """On to the second factor, to setting one up, or straight in."""
    accounts.commit()
    if not accounts.needs_second_factor(edge.settings(), user):
        return arrive(user, next_path, via="password")
    wait_for(user, next_path)
    if user.tf_primary_method:
        return redirect(url_for("second_factor.ask"))
    return redirect(url_for("second_factor.set_up"))


def wait_for(user: User, next_path: str) -> None:
    """Remember in the session whose second factor is awaited, and a fresh secret to set one up."""
    waiting: dict[str, Any] = {
        "user": user.fs_uniquifier,
        "next": next_path,
        "until": (now.wall() + PATIENCE).timestamp(),
    }
    if not user.tf_primary_method:
        waiting["secret"] = authenticator.new_secret()
    session[AWAITING] = waiting


def awaited() -> dict[str, Any] | None:
    """What `wait_for` remembered, while it is not too old."""
    waiting: dict[str, Any] | None = session.get(AWAITING)
    if waiting is None or waiting["until"] < now.wall().timestamp():
        return None
    return waiting


def arrive(user: User, next_path: str, *, via: str) -> Response:
    """Sign this person in and send him to the page that he wanted, or to his first one."""
    who = edge.principal_of(user)
    observations.note(edge.wall_cx(who), "signed_in", what=f"via:{via}")
    chosen = language.was_chosen()
    typed = kept.carried()
    session.clear()
    login_user(user, remember=False, authn_via=[via])
    csrf.bind()
    kept.carry(typed, owner=user.id)
    g.principal = who
    metrics.SIGN_INS.labels("signed_in").inc()
    answer = redirect(next_path or _first(user, who))
    preferred = user.preferences.get("language")
    known = "" if preferred or chosen else _of_the_member(who)
    if preferred in language.LANGUAGES or known in language.LANGUAGES:
        language.remember(answer, preferred or known)
        session[language.FROM_RECORD] = bool(known)
    return answer


def _first(user: User, who: Principal) -> str:
    """The page on which the day begins; for a new member the questions that are asked once."""
    is_due = user.preferences.get(welcome.PREFERENCE) == welcome.DUE and "member" in who.roles
    return url_for("member.welcome_tell") if is_due else redirects.home_of(who)


def _of_the_member(who: Principal) -> str:
    """The language that the plan knows this member to speak, until he chooses one here."""
    if "member" not in who.roles:
        return ""
    with edge.database().reading(edge.wall_cx(who)) as cx:
        said = own_language(cx)
    return "" if said == "en" else said  # English is also what a record says when nobody asked
