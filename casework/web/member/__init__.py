"""The pages of members and of those who speak for them, in English and Spanish."""

from flask import Blueprint, render_template

from casework.queries import accounts
from casework.web import edge
from casework.web.access import MEMBERS, entry

member = Blueprint("member", __name__, url_prefix="/member")


@member.get("/")
@entry(*MEMBERS)
def home() -> str:
    """A member's first page."""
    with edge.reading() as cx:
        reach = accounts.reach_in_names(cx)
    return render_template("member/home.html", reach=reach)
