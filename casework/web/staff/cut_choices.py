"""What the form of a reduction offers on one case: the grounds that its line of business knows, and
the first day on which each lets it take effect."""

from typing import Final

from casework.context import Context
from casework.queries.case_file import CaseFile
from casework.records import cuts
from casework.web import moments
from casework.web.staff import words
from casework.web.staff.form_plan import Options
from sla.calendars import local_day, zone

STEPS: Final = frozenset({"reduce", "terminate"})


def options(file: CaseFile) -> dict[str, Options]:
    """The grounds of this line, each with its days; what exempts a cut from the notice."""
    known = cuts.AHEAD.get(file.line, cuts.AHEAD["medicare"])
    return {
        "ground": tuple((code, _said(code, ahead.days)) for code, ahead in known.items()),
        "exempt_why": (("", "It is not exempt"), *cuts.EXEMPTIONS.items()),
    }


def left_out(file: CaseFile) -> frozenset[str]:
    """Nobody is asked for a ground where the line of business knows one alone."""
    return frozenset() if len(options(file)["ground"]) > 1 else frozenset({"ground", "exempt_why"})


def hints(cx: Context, file: CaseFile) -> dict[str, str]:
    """Not before which day, on the ordinary ground, and what says so."""
    today = local_day(cx.now, zone(file.zone))
    ahead = cuts.AHEAD.get(file.line, cuts.AHEAD["medicare"])["ordinary"]
    first = cuts.earliest(file.line, "ordinary", today=today)
    if first is None:
        return {}
    return {
        "effective_on": f"Not before {moments.day(first)}, where the notice leaves today:"
        f" {ahead.days} days ({ahead.rests_on})"
    }


def _said(code: str, days: int) -> str:
    told = words.value(code).partition(":")[0]
    return f"{told}: {days} days\u2019 notice" if days else told
