"""Putting an announcement away: one button, for everybody who signs in."""

from typing import Any

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from casework.services import announcements as commands
from casework.web import edge, redirects
from casework.web.access import SIGNED_IN, entry

announcements = Blueprint("announcements", __name__)


@announcements.post("/announcements/<int:number>/seen")
@entry(SIGNED_IN)
def seen(number: int) -> Response | Any:
    """It was seen, or read; back to the first page."""
    commands.put_away(edge.cx(), number)
    return redirect(redirects.home_of(edge.principal()), 303)
