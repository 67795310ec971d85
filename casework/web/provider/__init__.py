"""The pages of a provider's office: look-up, requests, status."""

from flask import Blueprint, render_template

from casework.queries import accounts
from casework.web import edge
from casework.web.access import OFFICES, entry

provider = Blueprint("provider", __name__, url_prefix="/provider")


@provider.get("/")
@entry(*OFFICES)
def home() -> str:
    """Where the day of an office begins."""
    with edge.reading() as cx:
        reach = accounts.reach_in_names(cx)
    return render_template("provider/home.html", reach=reach)
