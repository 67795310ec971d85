"""What somebody typed when the sign-in ended: kept sealed for half an hour, back in its form after.

Only whoever was signed in gets it back, in the same browser. It knows no form: the fields that
every page is made of ask for what was typed into them. Files are not kept: they lie on the phone.
"""

import base64
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask, flash, g, request, session
from flask_babel import gettext
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from casework import now, seal
from casework.web import edge, redirects, sessions

SLOT: Final = "kept"
MINUTES: Final = 30
MOST: Final = 60_000
MOST_FIELDS: Final = 80
LEAVING: Final = "front.keep_and_leave"
ROOMS: Final = frozenset({"member", "provider", "staff"})
# What a form carries for us, and what is secret: no one's words.
OURS: Final = frozenset(
    {"csrf_token", "version", "once", "form_id", "seen", "seen_seq", "draft", "act", "then", "more"}
    | {"remove", "sure", "earlier", "next", "back", "page"}
)
_SECRET: Final = ("password", "code", "secret", "token")


def install(app: Flask) -> None:
    """Give templates `kept` and `kept_all`, and let go of what was sent after all."""
    app.jinja_env.globals.update(kept=kept, kept_all=kept_all)

    @app.after_request
    def let_go(response: Response) -> Response:
        if request.method == "POST" and response.status_code in {302, 303}:
            there = _there()
            if there and request.path in {there["action"], there["page"]}:
                session.pop(SLOT, None)
        return response


def keep() -> str:
    """Keep what this form held, which came without a sign-in that holds; the address of its page
    for the way back, empty where nothing could be kept."""
    owner = _owner()
    page = _page()
    fields = _typed()
    if not owner or not page or not fields:
        return ""
    body = {
        "owner": owner,
        "page": urlsplit(page).path,
        "action": request.path if request.endpoint != LEAVING else urlsplit(page).path,
        "fields": fields,
        "until": now.wall().timestamp() + MINUTES * 60,
    }
    sealed = seal.seal_json(_key(), body, SLOT)
    if len(sealed) > MOST:
        return ""
    session[SLOT] = base64.b64encode(sealed).decode()
    return page


def carried() -> str:
    """What the session of a stranger holds, to be taken into the session that begins."""
    return str(session.get(SLOT, ""))


def carry(sealed: str, *, owner: int) -> None:
    """Take it over, if it was this person who typed it, and say that it is there."""
    body = _opened(sealed)
    if not body or body["owner"] != owner:
        return
    session[SLOT] = sealed
    flash(gettext("What you typed is here again. Look at it, then send it."), "info")


def kept(name: str, value: Any = "") -> Any:
    """What was typed into this field of this page before the sign-in ended, else `value`."""
    fields = _fields()
    if fields is None:
        return value
    said: list[str] = fields.get(name, [])
    return said[0] if said else value


def kept_all(name: str, values: Any = ()) -> Any:
    """The same for boxes: all that were ticked."""
    fields = _fields()
    return values if fields is None else fields.get(name, [])


def _fields() -> Mapping[str, list[str]] | None:
    """What was typed on the page that is shown; None where nothing is kept for it."""
    if request.method != "GET":
        return None
    there = _there()
    if not there or there["page"] != request.path:
        return None
    found: Mapping[str, list[str]] = there["fields"]
    return found


def _there() -> dict[str, Any]:
    """What this session keeps for the person who is signed in; read once in a request."""
    if "kept" not in g:
        g.kept = {}
        user = edge.user()
        if user is not None and SLOT in session:
            body = _opened(str(session[SLOT]))
            g.kept = body if body.get("owner") == user.id else {}
    found: dict[str, Any] = g.kept
    return found


def _opened(sealed: str) -> dict[str, Any]:
    if not sealed:
        return {}
    try:
        body: dict[str, Any] = seal.unseal_json(_key(), base64.b64decode(sealed), SLOT)
    except (seal.SealBroken, ValueError):
        return {}
    return body if body.get("until", 0) > now.wall().timestamp() else {}


def _owner() -> int:
    """Whose sign-in it was that ended in this browser; 0 for nobody's, or for another site's
    form."""
    if request.blueprint not in ROOMS and request.endpoint != LEAVING:
        return 0
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return 0
    return sessions.owner_of(edge.database(), request)


def _page() -> str:
    """The page on which the form stood: what it says itself, else where the browser came from."""
    said = request.form.get("page", "") if request.endpoint == LEAVING else ""
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc == request.host:
        said = said or f"{came.path}?{came.query}".rstrip("?")
    return redirects.local(said) or redirects.local(request.path)


def _typed() -> dict[str, list[str]]:
    try:
        form = request.form.to_dict(flat=False)
    except HTTPException:  # too large to be read at all
        return {}
    return {
        name: values
        for name, values in list(form.items())[:MOST_FIELDS]
        if name not in OURS and not any(word in name.lower() for word in _SECRET)
    }


def _key() -> bytes:
    return seal.wrapping_key(edge.settings().keys["documents"])
