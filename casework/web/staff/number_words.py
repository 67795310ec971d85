"""The numbers behind the public figures in words for the staff: titles, choices, rows of cases."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from casework.queries.public_figures import CaseCounted
from casework.records import year_figures
from casework.web import figure_words

LEFT_OUT: Final[Mapping[str, str]] = {
    "drug": "Drugs: the rule leaves them out",
    "afterwards": "Asked for after the service: no prior authorization",
    "not_required": "No authorization was required",
    "withdrawn": "Withdrawn before a decision",
    "dismissed": "Dismissed: a duplicate, not needed, not valid",
}
OUTCOMES: Final[Mapping[str, str]] = {
    "approved": "approved",
    "partial": "in part",
    "denied": "denied",
    "overturned": "overturned",
    "upheld": "upheld",
    **{name: said.partition(":")[0].lower() for name, said in LEFT_OUT.items()},
}
WHAT: Final[Mapping[str, str]] = {
    "request": "request",
    "appeal": "appeal",
    "left_out": "left out",
}
# The choices that the rule leaves open: their question, and each answer in words.
CHOICES: Final = (
    (
        "partial",
        "A request approved in part counts as",
        (
            ("approved", "approved (our reading; printed beside it)"),
            ("denied", "denied"),
            ("own", "neither: a class of its own"),
        ),
    ),
    (
        "appeals",
        "“Approved after appeal” is a share of",
        (
            ("decided", "decided appeals of standard denials"),
            ("requests", "all standard requests decided"),
        ),
    ),
    (
        "extended",
        "“Extended and then approved” is a share of",
        (("all", "all requests decided"), ("extended", "requests that were extended")),
    ),
)


def title(figures: Mapping[str, Any], which: str) -> str:
    """What a number counts, as a heading."""
    for one in year_figures.shares(figures):
        if which == one.key:
            return str(figure_words.FIGURES[one.key])
        if which == f"{one.key}_of":
            said = figure_words.share_of(one)
            return said[:1].upper() + said[1:]
    if which.startswith("left_out_"):
        return LEFT_OUT.get(which.removeprefix("left_out_"), "Left out")
    head, _, rest = which.partition("_")
    kind = {"standard": "Standard requests", "expedited": "Expedited requests"}.get(
        head, {"appeals": "Appeals of standard denials"}.get(head, "Requests with extended time")
    )
    outcome = rest.removesuffix("_alone")
    return kind if outcome in ("all",) else f"{kind} {OUTCOMES.get(outcome, outcome)}"


def value_of(figures: Mapping[str, Any], which: str) -> int:
    """The number itself, as the figures say it."""
    for one in year_figures.shares(figures):
        if which in (one.key, f"{one.key}_of"):
            return one.part if which == one.key else one.whole
    if which.startswith("left_out_"):
        return int(figures["left_out"][which.removeprefix("left_out_")])
    head, _, rest = which.partition("_")
    return int(figures[head][rest.removesuffix("_alone")])


def hours(row: CaseCounted) -> float:
    """How long it took, from receipt to decision."""
    return (row.decided_at - row.received_at).total_seconds() / 3600


def case_row(row: CaseCounted) -> tuple[Any, ...]:
    """One row of the file of cases."""
    return (
        row.ref,
        row.what,
        row.priority,
        row.outcome,
        "yes" if row.extended else "no",
        _stamp(row.received_at),
        _stamp(row.decided_at),
        f"{hours(row):.2f}",
    )


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
