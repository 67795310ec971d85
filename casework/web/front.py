"""The front door: the sign-in page, signing in and out, the language, and staying signed in.

It asks for the e-mail address and the password together, and says the same whoever is not known.
"""

import hashlib
from typing import Any, Final

from flask import (
    Blueprint,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext
from flask_security import logout_user
from werkzeug.wrappers import Response

from casework import observations
from casework.context import ANONYMOUS, Principal
from casework.models import User
from casework.queries.accounts import DEMO_DOMAIN
from casework.services import accounts, sign_in
from casework.web import accounts as door
from casework.web import arrival, demo, edge, kept, language, metrics, redirects
from casework.web.access import PUBLIC, SIGNED_IN, entry

front = Blueprint("front", __name__)
LONGEST_EMAIL: Final = 120
LONGEST_PASSWORD: Final = 256


@front.get("/")
@entry(PUBLIC)
def sign_in_page() -> Any:
    """The sign-in page; somebody who is signed in goes on to his own first page."""
    who = edge.principal()
    if who.kind == "user":
        return redirect(redirects.local(request.args.get("next", "")) or redirects.home_of(who))
    return _page()


@front.post("/")
@entry(PUBLIC)
def sign_in_with_password() -> Any:
    """Look at e-mail address and password; on to the second factor or the person's first page."""
    email = edge.form("email", limit=LONGEST_EMAIL)
    typed = request.form.get("password", "")
    empty = _empty_fields(email, typed)
    if empty:
        return _page(email=email, errors=empty), 422
    try:
        attempt = sign_in.take(
            edge.wall_cx(ANONYMOUS), account=email, address=request.remote_addr or ""
        )
    except sign_in.TooManyTries as refused:
        return _throttled(email, refused)
    user = door.find(email) if len(typed) <= LONGEST_PASSWORD else None
    if not door.password_fits(user, typed) or user is None or not door.may_sign_in(user):
        return _refused(email, user)
    sign_in.forgive(edge.wall_cx(ANONYMOUS), attempt)
    return arrival.after_password(user, redirects.local(request.form.get("next", "")))


@front.post("/demo-sign-in")
@entry(PUBLIC)
def sign_in_to_demo() -> Any:
    """Sign in as a person of the demo town; there is no such page anywhere else."""
    if not edge.settings().demo:
        abort(404)
    number = request.form.get("person", "")
    user = door.find_by_id(int(number)) if number.isdecimal() and len(number) < 16 else None
    if user is None or not user.email.endswith(DEMO_DOMAIN) or not door.may_sign_in(user):
        abort(404)
    return arrival.arrive(user, redirects.local(request.form.get("next", "")), via="demo")


@front.post("/sign-out")
@entry(PUBLIC)
def sign_out() -> Response:
    """End this session: its row goes, its cookie finds nothing any more."""
    who = edge.principal()
    if who.kind == "user":
        observations.note(edge.wall_cx(), "signed_out")
        logout_user()
    answer = redirect(url_for("front.sign_in_page", said="signed-out"))
    language.forget(answer)
    session.clear()
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@front.post("/language")
@entry(PUBLIC)
def choose_language() -> Response:
    """Remember the language in this browser and, for somebody signed in, with the account."""
    chosen = request.form.get("language", "")
    if chosen not in language.LANGUAGES:
        abort(400)
    if edge.principal().kind == "user":
        accounts.prefer_language(edge.wall_cx(), language=chosen)
    back = redirects.local(request.form.get("back", ""))
    answer = redirect(back or url_for("front.sign_in_page"))
    language.remember(answer, chosen)
    session.pop(language.FROM_RECORD, None)
    return answer


@front.post("/stay")
@entry(SIGNED_IN)
def stay() -> Response:
    """The person is still there: the answer to the warning before the session ends."""
    session.modified = True
    return make_response("", 204)


@front.post("/keep-and-leave")
@entry(SIGNED_IN)
def keep_and_leave() -> Response:
    """The sign-in ends while somebody was writing: keep what was typed for who signs in again."""
    there = kept.keep()
    sealed = kept.carried()
    observations.note(edge.wall_cx(), "signed_out")
    logout_user()
    session.clear()
    if sealed:
        session[kept.SLOT] = sealed
    said = "kept" if there else "timed-out"
    return redirect(url_for("front.sign_in_page", said=said, next=there or None))


def _page(*, email: str = "", errors: dict[str, str] | None = None, alert: str = "") -> str:
    wanted = request.values.get("next", "")
    return render_template(
        "sign_in.html",
        email=email,
        errors=errors or {},
        alert_words=alert,
        said=request.args.get("said", ""),
        next_path=redirects.local(wanted),
        groups=demo.groups(),
    )


def _empty_fields(email: str, typed: str) -> dict[str, str]:
    empty = {}
    if not email:
        empty["email"] = gettext("Write your e-mail address.")
    if not typed:
        empty["password"] = gettext("Write your password.")
    return empty


def _refused(email: str, user: User | None) -> Any:
    """The same words, status and writing for a wrong password and for nobody's address."""
    metrics.SIGN_INS.labels("refused").inc()
    about = ANONYMOUS if user is None else Principal(kind="user", id=user.id, name=user.name)
    hint = hashlib.sha256(email.lower().encode()).hexdigest()[:12]
    observations.note(edge.wall_cx(), "sign_in_failed", what=f"account:{hint}", about=about)
    wrong = gettext("The e-mail address or the password is wrong. Try again.")
    return _page(email=email, alert=wrong), 422


def _throttled(email: str, refused: sign_in.TooManyTries) -> Response:
    metrics.SIGN_INS.labels("throttled").inc()
    sentence = gettext("There were too many tries. Please wait 15 minutes, then try again.")
    answer = make_response(_page(email=email, alert=sentence), refused.status)
    answer.headers["Retry-After"] = str(refused.retry_after)
    return answer
