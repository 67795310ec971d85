"""The second factor: a code of an authenticator app, or one of ten recovery codes.

Whoever comes here has shown his password or is signed in. Wrong codes are throttled like wrong
passwords, a code is good once, and a recovery code is good once.
"""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from casework import observations
from casework.context import ANONYMOUS
from casework.errors import NotAllowed
from casework.models import User
from casework.services import sign_in
from casework.web import accounts, arrival, authenticator, edge, metrics
from casework.web.access import PUBLIC, SIGNED_IN, entry

second_factor = Blueprint("second_factor", __name__, url_prefix="/second-factor")


@second_factor.get("")
@entry(PUBLIC)
def ask() -> Any:
    """Ask for the code of the authenticator."""
    if _whose() is None:
        return _start_again()
    return _question()


@second_factor.post("")
@entry(PUBLIC)
def check() -> Any:
    """Sign in with a code of the authenticator or a recovery code."""
    user = _whose()
    waiting = arrival.awaited()
    if user is None or waiting is None or not user.tf_totp_secret:
        return _start_again()
    typed = edge.form("code", limit=40)
    try:
        attempt = _take(user)
    except sign_in.TooManyTries as refused:
        return _throttled(refused)
    via = factor_of(user, typed)
    if via is None:
        metrics.SIGN_INS.labels("code_refused").inc()
        observations.note(edge.wall_cx(edge.principal_of(user)), "second_factor_failed")
        return _question(error=gettext("This code is wrong, or was used before. Try the next one."))
    sign_in.forgive(edge.wall_cx(ANONYMOUS), attempt)
    return arrival.arrive(user, waiting["next"], via=via)


@second_factor.get("/set-up")
@entry(PUBLIC)
def set_up() -> Any:
    """Show the key for the authenticator app."""
    user, waiting = _whose(), arrival.awaited()
    if user is None or waiting is None or "secret" not in waiting:
        return _start_again()
    return _key_page(user, waiting["secret"])


@second_factor.post("/set-up")
@entry(PUBLIC)
def confirm() -> Any:
    """Keep the authenticator once it showed a right code, and show the recovery codes once."""
    user, waiting = _whose(), arrival.awaited()
    if user is None or waiting is None or "secret" not in waiting:
        return _start_again()
    try:
        attempt = _take(user)
    except sign_in.TooManyTries as refused:
        return _throttled(refused)
    if not authenticator.code_fits(user, waiting["secret"], edge.form("code", limit=40)):
        wrong = gettext("This code is wrong. Check the time of your phone and try the next one.")
        return _key_page(user, waiting["secret"], error=wrong), 422
    sign_in.forgive(edge.wall_cx(ANONYMOUS), attempt)
    codes = authenticator.keep(user, waiting["secret"])
    who = edge.principal_of(user)
    observations.note(edge.wall_cx(who), "second_factor_set_up")
    session.pop(arrival.AWAITING)
    if edge.user() is None:
        arrival.arrive(user, "", via="authenticator")
    return render_template("recovery_codes.html", codes=codes, onward=waiting["next"])


@second_factor.post("/begin")
@entry(SIGNED_IN)
def begin() -> Response:
    """Start setting up an authenticator for the account that is signed in."""
    user = edge.user()
    assert user is not None
    if user.tf_primary_method:
        raise NotAllowed("Your account has an authenticator. An administrator can reset it.")
    arrival.wait_for(user, url_for("account.show"))
    return redirect(url_for("second_factor.set_up"))


@second_factor.post("/recovery-codes")
@entry(SIGNED_IN)
def new_recovery_codes() -> Any:
    """Ten new recovery codes; the old ones are void."""
    user = edge.user()
    assert user is not None
    if not user.tf_primary_method:
        raise NotAllowed("Set up an authenticator first.")
    observations.note(edge.wall_cx(), "recovery_codes_made")
    codes = authenticator.new_recovery_codes(user)
    return render_template("recovery_codes.html", codes=codes, onward=url_for("account.show"))


def _whose() -> User | None:
    """The account whose second factor is awaited, while it may sign in."""
    waiting = arrival.awaited()
    user = accounts.find_by_session_name(waiting["user"]) if waiting else None
    signed_in = edge.user()
    if user is None or not accounts.may_sign_in(user):
        return None
    return user if signed_in is None or signed_in.id == user.id else None


def _start_again() -> Response:
    session.pop(arrival.AWAITING, None)
    return redirect(url_for("front.sign_in_page", said="start-again"))


def _take(user: User) -> sign_in.Attempt:
    return sign_in.take(
        edge.wall_cx(ANONYMOUS),
        account=str(user.id),
        address=request.remote_addr or "",
        factor="code",
    )


def factor_of(user: User, typed: str) -> str | None:
    """Which factor this code proves, or None; a recovery code is used up."""
    if authenticator.code_fits(user, str(user.tf_totp_secret), typed):
        return "authenticator"
    if authenticator.use_recovery_code(user, typed):
        observations.note(edge.wall_cx(edge.principal_of(user)), "recovery_code_used")
        return "recovery_code"
    return None


def _question(*, error: str = "") -> Any:
    page = render_template("second_factor.html", errors={"code": error} if error else {})
    return make_response(page, 422 if error else 200)


def _key_page(user: User, secret: str, *, error: str = "") -> str:
    return render_template(
        "second_factor_set_up.html",
        key=authenticator.setup_values(user, secret),
        errors={"code": error} if error else {},
    )


def _throttled(refused: sign_in.TooManyTries) -> Response:
    metrics.SIGN_INS.labels("throttled").inc()
    sentence = gettext("There were too many tries. Please wait 15 minutes, then try again.")
    answer = make_response(
        render_template("second_factor.html", errors={}, alert_words=sentence), refused.status
    )
    answer.headers["Retry-After"] = str(refused.retry_after)
    return answer
