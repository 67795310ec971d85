"""Passkeys: sign in with one, and add, name and remove one's own.

A passkey shows the device and its owner (finger, face or code) at once, so it stands for password
and second factor together. Without a script there are no passkeys; the password stays.
"""

from typing import Any, Final

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext
from werkzeug.wrappers import Response

from casework import now, observations
from casework.context import ANONYMOUS, SYSTEM
from casework.errors import Problem
from casework.models import User
from casework.queries import passkeys as kept_passkeys
from casework.services import passkeys as rows
from casework.services import sign_in
from casework.web import accounts, arrival, edge, metrics, passkey_proof, redirects
from casework.web.access import PUBLIC, SIGNED_IN, entry

passkeys = Blueprint("passkeys", __name__)
ZONE: Final = "America/New_York"
# Whoever adds a passkey signed in a short while ago: an open screen is no proof.
FRESH: Final = 15 * 60


@passkeys.get("/passkey")
@entry(PUBLIC)
def ask() -> Any:
    """Sign in with a passkey: what the browser is asked."""
    who = edge.principal()
    if who.kind == "user":
        return redirect(redirects.local(request.args.get("next", "")) or redirects.home_of(who))
    try:
        sign_in.look(edge.wall_cx(ANONYMOUS), address=request.remote_addr or "")
    except sign_in.TooManyTries as refused:
        return _throttled(refused, asked=False)
    return _ask_page()


@passkeys.post("/passkey")
@entry(PUBLIC)
def check() -> Any:
    """Sign in, or say the same whatever did not fit."""
    try:
        attempt = sign_in.take(
            edge.wall_cx(ANONYMOUS), account=_named_by(), address=request.remote_addr or ""
        )
    except sign_in.TooManyTries as refused:
        return _throttled(refused)
    user = shown()
    if user is None:
        metrics.SIGN_INS.labels("refused").inc()
        observations.note(edge.wall_cx(ANONYMOUS), "passkey_refused")
        wrong = gettext("This passkey does not open an account here. Try your password.")
        return _ask_page(alert=wrong), 422
    sign_in.forgive(edge.wall_cx(ANONYMOUS), attempt)
    return arrival.arrive(user, redirects.local(request.form.get("next", "")), via="passkey")


@passkeys.get("/account/passkeys")
@entry(SIGNED_IN)
def own() -> str:
    """My passkeys."""
    with edge.reading() as cx:
        kept = kept_passkeys.own(cx)
    return render_template(
        "passkeys.html",
        kept=kept,
        zone=ZONE,
        possible=passkey_proof.possible(),
        after_reset=request.args.get("after", "") == "reset",
    )


@passkeys.get("/account/passkeys/new")
@entry(SIGNED_IN)
def new() -> Any:
    """Make one more."""
    return _new_page()


@passkeys.post("/account/passkeys/new")
@entry(SIGNED_IN)
def add() -> Any:
    """Keep the one that the browser made."""
    if not _is_fresh():
        return _new_page()
    try:
        made = passkey_proof.made(request.form.get("answer", ""))
        rows.add(
            edge.wall_cx(),
            credential_id=made.credential_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            transports=made.transports,
            name=edge.form("name", limit=rows.LONGEST_NAME),
        )
    except passkey_proof.NotProved:
        wrong = gettext("That did not work. Try once more, or use your password.")
        return _new_page(alert=wrong), 422
    except Problem as refused:
        return _new_page(alert=gettext(refused.sentence)), refused.status
    flash(gettext("Your passkey is kept. Next time you can sign in with it."), "success")
    return redirect(_onward())


@passkeys.post("/account/passkeys/<int:number>/name")
@entry(SIGNED_IN)
def rename(number: int) -> Response:
    """Give it another name."""
    rows.rename(edge.wall_cx(), number, name=edge.form("name", limit=rows.LONGEST_NAME))
    return redirect(url_for("passkeys.own"))


@passkeys.post("/account/passkeys/<int:number>/remove")
@entry(SIGNED_IN)
def remove(number: int) -> Response:
    """Forget it."""
    try:
        rows.remove(edge.wall_cx(), number)
        flash(gettext("The passkey is removed. Delete it from your phone too."), "success")
    except Problem as refused:
        flash(gettext(refused.sentence), "warning")
    return redirect(url_for("passkeys.own"))


@passkeys.post("/account/passkeys/remove-all")
@entry(SIGNED_IN)
def remove_all() -> Response:
    """Forget them all."""
    try:
        rows.remove_all(edge.wall_cx())
        flash(gettext("All passkeys are removed. Delete them from your phone too."), "success")
    except Problem as refused:
        flash(gettext(refused.sentence), "warning")
    return redirect(url_for("passkeys.own"))


def _onward() -> str:
    """A member who has just made the account goes on to the first page."""
    user = edge.user()
    first = user is not None and not user.password and user.kind == "member"
    return redirects.home_of(edge.principal()) if first else url_for("passkeys.own")


def shown() -> User | None:
    """The account whose passkey the browser showed rightly, if it may sign in."""
    answer = request.form.get("answer", "")
    try:
        with edge.database().reading(edge.wall_cx(SYSTEM)) as cx:
            kept = kept_passkeys.by_credential(cx, passkey_proof.credential_of(answer))
        if kept is None:
            return None
        counter = passkey_proof.shown(answer, kept)
    except passkey_proof.NotProved:
        return None
    user = accounts.find_by_id(kept.user_id)
    if user is None or not accounts.may_sign_in(user):
        return None
    return user if rows.used(edge.wall_cx(SYSTEM), kept.id, sign_count=counter) else None


def _named_by() -> str:
    """What tries are counted under: the passkey that the answer names."""
    try:
        return f"passkey:{passkey_proof.credential_of(request.form.get('answer', '')).hex()[:64]}"
    except passkey_proof.NotProved:
        return "passkey:none"


def _is_fresh() -> bool:
    """Whether this person signed in within the last quarter of an hour."""
    return bool(session.get("fs_paa", 0) > now.wall().timestamp() - FRESH)


def _ask_page(*, alert: str = "", asked: bool = True) -> str:
    possible = passkey_proof.possible() and asked
    return render_template(
        "passkey.html",
        question=passkey_proof.question_for_sign_in() if possible else "",
        next_path=redirects.local(request.values.get("next", "")),
        alert_words=alert,
    )


def _new_page(*, alert: str = "") -> str:
    user = edge.user()
    assert user is not None
    with edge.reading() as cx:
        kept = kept_passkeys.own(cx)
    ready = passkey_proof.possible() and _is_fresh()
    return render_template(
        "passkey_new.html",
        question=passkey_proof.question_for_new(user, kept) if ready else "",
        possible=passkey_proof.possible(),
        onward=_onward(),
        alert_words=alert,
    )


def _throttled(refused: sign_in.TooManyTries, *, asked: bool = True) -> Response:
    metrics.SIGN_INS.labels("throttled").inc()
    sentence = gettext("There were too many tries. Please wait 15 minutes, then try again.")
    answer = make_response(_ask_page(alert=sentence, asked=asked), refused.status)
    answer.headers["Retry-After"] = str(refused.retry_after)
    return answer
