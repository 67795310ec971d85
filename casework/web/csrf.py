"""Forms of our own pages only: a signed token in each form, checked on every change.

A signed-in person's token is bound to his session, a stranger's to a cookie that only our host can
set; nothing is stored for a stranger who merely looks at the sign-in page. It knows no form.
"""

import hashlib
import hmac
import secrets
from typing import Final

from flask import Flask, g, request, session
from markupsafe import Markup
from werkzeug.wrappers import Response

from casework.errors import NotAllowed, WrongMedia
from casework.web import access, edge

FIELD: Final = "csrf_token"
HEADER: Final = "X-CSRF-Token"
_KEY: Final = "form_key"
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
_REFUSED: Final = (
    "This form was open for too long, or came from another page."
    " Go back, reload the page and send it again."
)


def install(app: Flask) -> None:
    """Offer `csrf_field()` and `csrf_token()` to templates, and set the stranger's cookie."""
    app.jinja_env.globals.update(csrf_field=field, csrf_token=token)

    @app.after_request
    def remember(response: Response) -> Response:
        fresh = g.get("fresh_form_cookie")
        if fresh:
            response.set_cookie(
                _cookie_name(),
                fresh,
                httponly=True,
                secure=edge.settings().production,
                samesite="Lax",
            )
        return response


def token() -> str:
    """A token for a form of the page that is being made; another one each time."""
    nonce = secrets.token_urlsafe(9)
    return f"{nonce}.{_signature(_keys()[0], nonce, _seed(make=True))}"


def field() -> Markup:
    """The hidden field that every form with method POST carries."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token())


def bind() -> None:
    """Bind the forms of the session that begins now to it, and to nothing older."""
    session[_KEY] = secrets.token_urlsafe(18)


def check() -> None:
    """Before each change: refuse what no form of ours sent.

    Raises WrongMedia for a body that no form can have, NotAllowed for a foreign page or token.
    """
    if request.method in SAFE or request.url_rule is None or access.is_other_door(request.path):
        return
    if request.content_length and request.mimetype not in _FORMS:
        raise WrongMedia("Send this page's own form: no other content type is taken here.")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise NotAllowed(_REFUSED, source="csrf")
    origin = request.headers.get("Origin", "null")
    if origin not in {"null", request.host_url.rstrip("/")} and not _same_host(origin):
        raise NotAllowed(_REFUSED, source="csrf")
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not _fits(given):
        raise NotAllowed(_REFUSED, source="csrf")


def _same_host(origin: str) -> bool:
    """Behind a proxy that ends TLS the scheme differs, the host must not."""
    return origin.partition("://")[2] == request.host


def _fits(given: str) -> bool:
    nonce, _, signature = given.partition(".")
    seed = _seed(make=False)
    if not seed or not signature:
        return False
    return any(
        hmac.compare_digest(signature.encode(), _signature(key, nonce, seed).encode())
        for key in _keys()
    )


def _seed(*, make: bool) -> str:
    """What the token is bound to; empty when there is nothing yet and none is to be made."""
    bound = session.get(_KEY)
    if bound:
        return f"session:{bound}"
    known = request.cookies.get(_cookie_name(), "") or g.get("fresh_form_cookie", "")
    if len(known) < 32 and make:
        known = g.fresh_form_cookie = secrets.token_urlsafe(32)
    return f"cookie:{known}" if len(known) >= 32 else ""


def _keys() -> list[bytes]:
    settings = edge.settings()
    return [settings.keys["session"], *(old.encode() for old in settings.old_session_keys)]


def _signature(key: bytes, nonce: str, seed: str) -> str:
    return hmac.new(key, f"csrf:{nonce}:{seed}".encode(), hashlib.sha256).hexdigest()


def _cookie_name() -> str:
    return "__Host-casework-form" if edge.settings().production else "casework-form"
