"""The office itself, for whoever manages it: its people, and tokens for its programs.

A token is shown once, on the page that made it, and stored nowhere. New people are added by the
plan.
"""

from datetime import timedelta
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from casework import now
from casework.errors import Invalid
from casework.queries import office_people
from casework.services import tokens
from casework.web import edge
from casework.web.access import entry
from casework.web.provider import words
from casework.web.provider.blueprint import MANAGERS, provider
from casework.web.provider.judging_services import Errors
from casework.web.provider.saying import clean

# A scope for a door that does not stand yet is offered to nobody.
_TO_COME: Final = frozenset({"edi:278"})
LIVES: Final = {"30": timedelta(days=30), "90": timedelta(days=90), "365": timedelta(days=365)}


@provider.get("/office")
@entry(*MANAGERS)
def office() -> str:
    """Who signs in for the office, and which tokens there are."""
    return _page({"life": "90"}, {})


@provider.post("/office/tokens")
@entry(*MANAGERS)
def make_token() -> Any:
    """A new token of the person who is signed in; this answer is the only one that shows it."""
    scopes = tuple(request.form.getlist("scopes"))
    typed: dict[str, Any] = {
        "name": clean(request.form.get("name", ""), most=tokens.MAX_NAME),
        "life": request.form.get("life", ""),
        "scopes": scopes,
    }
    errors: Errors = {}
    if not typed["name"]:
        errors["name"] = gettext("Give the token a name, such as the program that will use it.")
    if not scopes or set(scopes) - tokens.SCOPES.keys():
        errors["scopes"] = gettext("Tick at least one thing that the token may do.")
    if typed["life"] not in LIVES:
        errors["life"] = gettext("Choose how long it lives.")
    if errors:
        return _page(typed, errors), 422
    wall = now.wall()
    try:
        made = tokens.create_token(
            edge.wall_cx(),
            typed["name"],
            wall=wall,
            user_id=edge.principal().id,
            scopes=scopes,
            expires_at=wall + LIVES[typed["life"]],
        )
    except Invalid as refused:
        return _page(typed, dict(refused.fields)), refused.status
    return _page({"life": "90"}, {}, made=made)


@provider.post("/office/tokens/<int:number>/revoke")
@entry(*MANAGERS)
def end_token(number: int) -> Any:
    """End a token of one's own now. Raises NotFound, NotAllowed."""
    ended = tokens.revoke_token(edge.wall_cx(), number, wall=now.wall())
    flash(gettext("The token %(name)s opens nothing any more.", name=ended.name), "success")
    return redirect(url_for("provider.office"), 303)


def _page(typed: dict[str, Any], errors: Errors, *, made: tokens.NewToken | None = None) -> str:
    wall = now.wall()
    with edge.reading() as cx:
        practice = office_people.office_of(cx)
        people = office_people.colleagues(cx)
        known = office_people.tokens_of(cx)
    return render_template(
        "provider/office.html",
        office=practice,
        people=people,
        tokens=known,
        me=edge.principal().id,
        wall=wall,
        typed=typed,
        errors=errors,
        made=made,
        words=words,
        scopes=tuple(
            (code, words.SCOPES.get(code, code)) for code in tokens.SCOPES if code not in _TO_COME
        ),
        lives=tuple((days, gettext("%(count)s days", count=days)) for days in LIVES),
    )
