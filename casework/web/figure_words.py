"""The public figures in words: what each is called, of what it is a share, how time is said.

Used by the page for everybody and by the staff's; it counts nothing.
"""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext, lazy_gettext

from casework.records import year_figures
from casework.records.year_figures import Share, Took

FIGURES: Final[Mapping[str, Any]] = {
    "standard_approved": lazy_gettext("Standard requests that we approved"),
    "standard_denied": lazy_gettext("Standard requests that we denied"),
    "after_appeal": lazy_gettext("Standard requests that we approved after an appeal"),
    "extended_approved": lazy_gettext("Requests for which we took more time and then approved"),
    "expedited_approved": lazy_gettext("Fast requests that we approved"),
    "expedited_denied": lazy_gettext("Fast requests that we denied"),
    "standard_time": lazy_gettext("Time from a standard request to our decision"),
    "expedited_time": lazy_gettext("Time from a fast request to our decision"),
}
_WHOLES: Final[Mapping[str, Any]] = {
    "standard": lazy_gettext("standard requests that we decided"),
    "expedited": lazy_gettext("fast requests that we decided"),
    "appeals": lazy_gettext("decided appeals of standard requests that we had denied"),
    "all": lazy_gettext("requests that we decided"),
    "extended": lazy_gettext("requests for which we took more time"),
}
PARTIAL: Final[Mapping[str, Any]] = {
    "approved": lazy_gettext("A request that we approved in part counts as approved."),
    "denied": lazy_gettext("A request that we approved in part counts as denied."),
    "own": lazy_gettext("A request that we approved in part counts as neither."),
}
LEVELS: Final[Mapping[str, Any]] = {
    "contract": lazy_gettext("Medicare Advantage contract"),
    "plan": lazy_gettext("Medicaid plan"),
    "issuer": lazy_gettext("Marketplace issuer"),
}


def share_of(one: Share) -> str:
    """What a percentage is a share of, in words."""
    of = one.of_whole
    if of.what == "appeal":
        return str(_WHOLES["appeals"])
    if of.extended:
        return str(_WHOLES["extended"])
    return str(_WHOLES[of.priority or "all"])


def per_cent(one: Share) -> str:
    """The percentage to one place; "not applicable" where there is nothing to be a share of."""
    if one.value is None:
        return str(gettext("not applicable"))
    return f"{one.value:.1f} %"


def whole_of(one: Took) -> str:
    """Over which requests a time was measured."""
    return str(_WHOLES["standard" if one.number == 8 else "expedited"])


def duration(hours: float | None, *, in_hours: bool = False) -> str:
    """A time as people say it: hours below a day (or where hours are asked for), else days."""
    if hours is None:
        return str(gettext("not applicable"))
    if in_hours or hours < 24:
        return str(gettext("%(number)s hours", number=f"{hours:.1f}"))
    return str(gettext("%(number)s days", number=f"{hours / 24:.1f}"))


def rows(figures: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The figures as rows of a file: number, name, value, unit, part, whole, of what."""
    found: list[tuple[Any, ...]] = []
    for one in year_figures.shares(figures):
        value = "" if one.value is None else f"{one.value:.4f}"
        said = str(FIGURES[one.key])
        found.append((one.number, one.key, said, value, "percent", one.part, one.whole))
    for time in year_figures.times(figures):
        for name, hours in (("mean", time.mean), ("median", time.median)):
            value = "" if hours is None else f"{hours:.2f}"
            said = f"{FIGURES[time.key]}, {name}"
            found.append((time.number, f"{time.key}_{name}", said, value, "hours", "", time.whole))
    return found


HEADS: Final = ("figure", "name", "words", "value", "unit", "part", "of")
