"""What the address of the work list asks for: tab, filters, place; read strictly, written again.

An address can be bookmarked and shared, so it holds codes only, never a name or a member's number.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from flask import url_for

from casework.context import Context
from casework.queries import pa_list
from casework.queries.due import GROUP_WORDS
from casework.queries.worklist import Wanted
from casework.web.staff import words

TABS: Final = {
    "mine": "Mine",
    "unassigned": "Unassigned",
    "papers": "New papers",
    "waiting": "Waiting for others",
    "all": "All open",
}
DUES: Final = ("overdue", "today", "soon", "later")
URGENCIES: Final = {"expedited": "Fast track", "standard": "Standard"}
# Where a page of the list ended: the due of its last row (or none), and the number of its row.
_PLACE: Final = re.compile(r"(none|2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?)~(\d{1,15})")


@dataclass(frozen=True)
class Asked:
    """One view of the work list. Empty means any."""

    tab: str = "mine"
    kind: str = ""
    contract: str = ""
    urgency: str = ""
    queue: str = ""
    due: str = ""
    after: tuple[datetime | None, int] | None = None

    @property
    def narrowed(self) -> bool:
        """True when a filter is set."""
        return bool(self.kind or self.contract or self.urgency or self.queue or self.due)

    def wanted(self, **changes: Any) -> Wanted:
        """The same for the query, with these filters in place of its own."""
        view = replace(self, **changes)
        return Wanted(
            tab=view.tab,
            kind=view.kind,
            contract=view.contract,
            urgency=view.urgency,
            queue=view.queue,
            due=view.due,
        )

    def address(self, *, cursor: str = "", **changes: Any) -> str:
        """The address of this view with these filters in place of its own, from its first page."""
        view = replace(self, **changes)
        filled = {
            name: getattr(view, name)
            for name in ("tab", "kind", "contract", "urgency", "queue", "due")
            if getattr(view, name)
        }
        return url_for("staff.home", **filled, cursor=cursor or None)


@dataclass(frozen=True)
class Filter:
    """One filter as a field of the form: its name, its words, and pairs of value and words."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]


def read(args: Mapping[str, str], *, tab: str) -> Asked:
    """The view that these arguments ask for; what is not known counts as not said."""

    def known(name: str, values: Mapping[str, Any] | tuple[str, ...]) -> str:
        given = args.get(name, "")
        return given if given in values else ""

    return Asked(
        tab=known("tab", TABS) or tab,
        kind=known("kind", words.KINDS),
        contract=_code(args.get("contract", "")),
        urgency=known("urgency", URGENCIES),
        queue=known("queue", words.QUEUES),
        due=known("due", DUES),
        after=_place(args.get("cursor", "")),
    )


def filters(cx: Context) -> tuple[Filter, ...]:
    """The filters of this person's list; the contracts are those of his reach."""
    seen = cx.principal
    contracts = tuple(
        (each.code, each.name)
        for each in pa_list.contracts(cx)
        if seen.reach == "all" or each.id in seen.ids
    )
    return (
        Filter("kind", "Type", tuple(words.KINDS.items())),
        Filter("contract", "Plan", contracts),
        Filter("urgency", "Urgency", tuple(URGENCIES.items())),
        Filter("queue", "Queue", tuple(words.QUEUES.items())),
        Filter("due", "Due", tuple((due, GROUP_WORDS[due]) for due in DUES)),
    )


def cursor(after: tuple[datetime | None, int] | None) -> str:
    """The place in the list as an address carries it; empty for none."""
    if after is None:
        return ""
    due_at, case_id = after
    when = due_at.astimezone(UTC).replace(tzinfo=None).isoformat() if due_at else "none"
    return f"{when}~{case_id}"


def _place(text: str) -> tuple[datetime | None, int] | None:
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


def _code(text: str) -> str:
    return text if text.replace("-", "").isalnum() and text.isascii() and len(text) <= 40 else ""
