"""The blueprint of the members' pages, and what every one of them shows: the plan's nurse line."""

import re
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, g, request
from markupsafe import Markup

from casework.errors import NotFound
from casework.queries import member_home
from casework.web import edge, errors
from casework.web.member import sight

member = Blueprint("member", __name__, url_prefix="/member")
_NUMBER: Final = re.compile(r"\d{1,15}", re.ASCII)


@member.context_processor
def around() -> dict[str, Any]:
    """What the banner and the contacts of a page need, and the words for names and days."""
    shown = plan()
    return {
        "plan": shown,
        "nurse_line": _callable(shown.get("nurse_line", "")),
        "name_of": sight.name_of,
        "day_of": sight.day_of,
        "date_of": sight.date_of,
        "when_of": sight.when_of,
    }


@member.errorhandler(NotFound)
def not_here(_problem: NotFound) -> Response:
    """The page that says so in the member's language, the same for absent and another's."""
    return errors.page(404)


def _callable(number: str) -> Markup | str:
    """A telephone number that a phone can call, and that no line breaks."""
    link = Markup('<a class="nowrap" href="tel:{0}">{0}</a>')
    return link.format(number) if number else ""


def plan() -> Mapping[str, Any]:
    """The plan that this account's member has: names and telephone numbers; empty for none."""
    if edge.bare() or edge.principal().reach != "members":
        return {}
    if "member_plan" not in g:
        with edge.reading() as cx:
            g.member_plan = member_home.plan_of(cx, on=cx.now.date())
    found: Mapping[str, Any] = g.member_plan
    return found


def place(name: str = "before") -> int | None:
    """Where a list goes on, from the address; what is no number begins it anew."""
    given = request.args.get(name, "")
    return int(given) if _NUMBER.fullmatch(given) else None
