"""What the address of the work list asks for: tab, filters, place; read strictly, written again.

An address can be bookmarked and shared, so it holds codes only, never a name or a member's number.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from flask import url_for

from casework.queries.due import GROUP_WORDS
from casework.queries.worklist import Place
from casework.queries.worklist_counts import Choice, Counts
from casework.queries.worklist_values import COUNT_LIMIT
from casework.queries.worklist_wanted import Wanted
from casework.web.staff import words

TABS: Final = {
    "mine": "Mine",
    "returned": "Returned",
    "unassigned": "Unassigned",
    "papers": "New papers",
    "hold": "On hold",
    "waiting": "Waiting for others",
    "all": "All open",
    "done": "Done",
}
DUES: Final = ("overdue", "today", "soon", "later")
URGENCIES: Final = {"expedited": "Fast track", "standard": "Standard"}
WHO: Final = {"nobody": "Nobody", "team": "My team"}
# The filters as they stand on the page; the later ones wait behind "More filters".
FIRST: Final = {"kind": "Type", "urgency": "Urgency", "queue": "Queue", "due": "Due"}
MORE: Final = {
    "who": "Assigned to",
    "line": "Line",
    "region": "State",
    "contract": "Plan",
    "specialty": "Specialty",
}
NAMES: Final = (*FIRST, *MORE)
# Filters that say nothing on a tab: nobody has what is unassigned, and what is done is not due.
_MEANINGLESS: Final = {"unassigned": ("who",), "done": ("due",)}
# A State as a filter shows it: those where the demonstration's plans are.
_STATES: Final = {"OH": "Ohio", "IN": "Indiana", "KY": "Kentucky", "WV": "West Virginia"}
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ,&()/'-]{0,79}")
_WHO: Final = re.compile(r"nobody|team|u[1-9]\d{0,11}")
# Where a page of the list ended: the due of its last row (or none), and the number of its row.
_PLACE: Final = re.compile(r"(none|2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?)~(\d{1,15})")


@dataclass(frozen=True)
class Asked:
    """One view of the work list. Empty means any."""

    tab: str = "mine"
    kind: str = ""
    urgency: str = ""
    queue: str = ""
    due: str = ""
    who: str = ""
    line: str = ""
    region: str = ""
    contract: str = ""
    specialty: str = ""
    after: Place | None = None
    before: Place | None = None

    @property
    def chosen(self) -> dict[str, str]:
        """The tab and the filters that are set, as an address and a saved view hold them."""
        return {name: value for name in ("tab", *NAMES) if (value := getattr(self, name))}

    @property
    def narrowed(self) -> bool:
        """True when a filter is set."""
        return any(getattr(self, name) for name in NAMES)

    def wanted(self, **changes: Any) -> Wanted:
        """The same for the query, with these filters in place of its own."""
        chosen: dict[str, Any] = replace(self, **changes).chosen
        return Wanted(**chosen)

    def address(self, *, after: str = "", before: str = "", **changes: Any) -> str:
        """The address of this view with these filters in place of its own, from its first page."""
        chosen: dict[str, Any] = replace(self, **changes).chosen
        return url_for("staff.home", **chosen, cursor=after or None, before=before or None)

    @property
    def more(self) -> int:
        """How many of the filters that wait behind one word are set."""
        return sum(bool(getattr(self, name)) for name in MORE)

    @property
    def plain(self) -> str:
        """The address of this tab without any filter."""
        return url_for("staff.home", tab=self.tab)


@dataclass(frozen=True)
class Filter:
    """One filter as a field of the form: its name, its words, and pairs of value and words."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    more: bool = False


def read(args: Mapping[str, str], *, tab: str) -> Asked:
    """The view that these arguments ask for; what is not known counts as not said."""

    def known(name: str, values: Iterable[str]) -> str:
        given = args.get(name, "")
        return given if given in values else ""

    def fits(name: str, pattern: re.Pattern[str]) -> str:
        given = args.get(name, "")
        return given if pattern.fullmatch(given) else ""

    return Asked(
        tab=known("tab", TABS) or tab,
        kind=known("kind", words.KINDS),
        urgency=known("urgency", URGENCIES),
        due=known("due", DUES),
        line=known("line", words.LINES),
        queue=fits("queue", _PLAIN)[:30],
        who=fits("who", _WHO),
        region=fits("region", _PLAIN)[:2],
        contract=fits("contract", _PLAIN)[:40],
        specialty=fits("specialty", _PLAIN),
        after=_place(args.get("cursor", "")),
        before=_place(args.get("before", "")),
    )


def filters(view: Asked, counts: Counts) -> tuple[Filter, ...]:
    """The filters of this view, each choice with its count; a choice without a case is left out,
    unless it is set."""
    return tuple(
        Filter(name, label, tuple(_options(view, name, counts)), more=name in MORE)
        for name, label in {**FIRST, **MORE}.items()
        if name not in _MEANINGLESS.get(view.tab, ())
    )


def _options(view: Asked, name: str, counts: Counts) -> Iterable[tuple[str, str]]:
    chosen = getattr(view, name)
    told = counts.filters[name]
    for each in told:
        if each.count or each.value == chosen:
            yield each.value, f"{_words(name, each)} ({shown(each.count)})"
    if chosen and chosen not in {each.value for each in told}:
        yield chosen, f"{_words(name, Choice(chosen, '', 0))} (0)"


def _words(name: str, choice: Choice) -> str:
    known: dict[str, Mapping[str, str]] = {
        "kind": words.KINDS,
        "urgency": URGENCIES,
        "due": GROUP_WORDS,
        "line": words.LINES,
        "region": _STATES,
        "who": WHO,
        "queue": {} if choice.label else words.QUEUES,
    }
    return choice.label or known.get(name, {}).get(choice.value, choice.value)


def shown(count: int) -> str:
    """A count in words: exact, or "1,000+"."""
    return f"{COUNT_LIMIT:,}+" if count >= COUNT_LIMIT else f"{count:,}"


def cursor(place: Place | None) -> str:
    """The place in the list as an address carries it; empty for none."""
    if place is None:
        return ""
    due_at, case_id = place
    when = due_at.astimezone(UTC).replace(tzinfo=None).isoformat() if due_at else "none"
    return f"{when}~{case_id}"


def _place(text: str) -> Place | None:
    """A place that was cut or altered begins the list anew: nobody typed it."""
    found = _PLACE.fullmatch(text)
    if found is None:
        return None
    when, case_id = found.groups()
    try:
        due_at = None if when == "none" else datetime.fromisoformat(when).replace(tzinfo=UTC)
    except ValueError:
        return None
    return due_at, int(case_id)
