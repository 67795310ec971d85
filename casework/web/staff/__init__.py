"""The pages of the staff: desk, cases, queues, supervision, administration."""

from flask import Blueprint, render_template

from casework.queries import accounts
from casework.web import edge
from casework.web.access import STAFF, entry

staff = Blueprint("staff", __name__, url_prefix="/staff")


@staff.get("/")
@entry(*STAFF)
def home() -> str:
    """Where the day of the staff begins."""
    with edge.reading() as cx:
        reach = accounts.reach_in_names(cx)
    return render_template("staff/home.html", reach=reach)
