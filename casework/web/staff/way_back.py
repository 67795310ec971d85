"""The way back from a case to the list that led to it: the address of one of our lists, which goes
along while one stays with the case. It knows no list from the inside.
"""

from dataclasses import dataclass
from typing import Any, Final

from flask import current_app, has_request_context, request
from werkzeug.exceptions import HTTPException

from casework.web.staff.blueprint import staff

BACK: Final = "back"
MOST: Final = 400
# The lists behind a figure, and how each is called on the page of a case.
LISTS: Final = {
    "staff.year_count_cases": "The cases behind this number",
    "staff.figures_cases": "The cases behind this number",
    "staff.overturned_cases": "The cases behind this number",
    "staff.forecast_cases": "The cases of this forecast",
}


@dataclass(frozen=True)
class Way:
    """Where the way back leads, and its words."""

    address: str
    words: str


def way_back() -> Way | None:
    """The list that the address of this page names; None where it names none of ours."""
    said = request.args.get(BACK, "")
    if not said.startswith("/staff/") or len(said) > MOST or not said.isprintable():
        return None
    try:
        endpoint, _values = current_app.url_map.bind("").match(said.partition("?")[0], method="GET")
    except HTTPException:
        return None
    words = LISTS.get(str(endpoint))
    return Way(said, words) if words else None


@staff.app_context_processor
def _for_templates() -> dict[str, Any]:
    return {"this_list": _this_list, "way_back": way_back}


@staff.url_defaults
def _stay_on_the_way(_endpoint: str, values: dict[str, Any]) -> None:
    """Whatever else of the same case is opened from here knows the way back too."""
    if "ref" not in values or BACK in values or not has_request_context():
        return
    here = (request.view_args or {}).get("ref")
    if here is not None and values["ref"] == here and BACK in request.args and way_back():
        values[BACK] = request.args[BACK]


def _this_list() -> dict[str, str]:
    """What the link to a case carries so that it leads back to this page."""
    return {BACK: request.full_path.removesuffix("?")}
