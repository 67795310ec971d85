"""Who is at the screen, asked once more: a sign-in of a moment ago counts, else password and second
factor, or a passkey, are shown on the page that asks. It knows no page of its own.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from flask import request, session
from flask_babel import gettext

from casework import now, observations
from casework.context import ANONYMOUS
from casework.models import User
from casework.queries.emergency_access import SHOWN_AT
from casework.services import sign_in
from casework.web import accounts, edge, passkey_proof, passkeys, second_factor

LONGEST: Final = 256


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page asks so that somebody shows who he is: a code too where the account has an
    authenticator, and a passkey where the browser may have one."""

    code: bool
    question: str


def shown_at() -> datetime | None:
    """When the person of this session last showed who he is, by the wall clock; None for never."""
    seconds = session.get(SHOWN_AT, 0)
    return datetime.fromtimestamp(float(seconds), tz=UTC) if seconds else None


def asked() -> Asked:
    """What to ask this person for. A question for a passkey is good once."""
    user = edge.user()
    possible = passkey_proof.possible()
    question = passkey_proof.question_for_sign_in() if possible else ""
    return Asked(code=bool(user and user.tf_primary_method), question=question)


def shown() -> dict[str, str]:
    """Look at the password and the code, or the passkey, that came with this request; from then on
    the session is certain of its person. Returns what is wrong, by field; nothing when it was
    right. Wrong ones are counted like wrong sign-ins: raises TooManyTries."""
    user = edge.user()
    assert user is not None
    if request.form.get("answer", ""):
        if (found := passkeys.shown()) is None or found.id != user.id:
            return {"password": gettext("This passkey is not yours. Use your password.")}
        return _certain("passkey")
    typed = request.form.get("password", "")
    if not typed:
        return {"password": gettext("Write your password.")}
    return _by_password(user, typed)


def _by_password(user: User, typed: str) -> dict[str, str]:
    attempt = sign_in.take(
        edge.wall_cx(ANONYMOUS), account=user.email, address=request.remote_addr or ""
    )
    if len(typed) > LONGEST or not accounts.password_fits(user, typed):
        observations.note(edge.wall_cx(), "sign_in_failed", what="again")
        return {"password": gettext("This is not your password.")}
    if user.tf_primary_method and not second_factor.factor_of(user, edge.form("code", limit=40)):
        observations.note(edge.wall_cx(), "second_factor_failed")
        return {"code": gettext("This code is wrong, or was used before. Try the next one.")}
    sign_in.forgive(edge.wall_cx(ANONYMOUS), attempt)
    return _certain("password")


def _certain(via: str) -> dict[str, str]:
    session[SHOWN_AT] = now.wall().timestamp()
    observations.note(edge.wall_cx(), "signed_in", what=f"again:{via}")
    return {}
