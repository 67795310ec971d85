"""Corrective actions of all complaints: what is open, what is overdue, what was done; and a file.

Filters live in the address. It decides nothing.
"""

from datetime import datetime
from typing import Any, Final

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from casework.context import Context
from casework.queries import corrections
from casework.queries.corrections import COUNT_LIMIT, ActionShown, Cursor, Wanted
from casework.queries.worklist import DESK_ZONE
from casework.web import edge
from casework.web.access import entry
from casework.web.staff.blueprint import CASEWORKERS, staff
from casework.web.staff.csv_file import csv_file
from casework.web.staff.grievance_choices import category_options

PAGE: Final = 50
READERS: Final = CASEWORKERS - {"intake"}
VIEWS: Final = {"open": "Open", "overdue": "Overdue", "done": "Done"}
MINE: Final = "me"
HEADS: Final = (
    "case",
    "category",
    "contract",
    "what",
    "owner",
    "due_on",
    "opened_on",
    "opened_by",
    "moved",
    "done_on",
    "done_by",
    "proof",
)


@staff.get("/corrective-actions")
@entry(*READERS)
def corrective_actions() -> str:
    """One page of them, the nearest due first."""
    with edge.reading() as cx:
        wanted = _wanted(cx)
        found = corrections.listed(cx, wanted, after=_place(), limit=PAGE)
        counts = corrections.counts(cx, wanted)
        owners = corrections.owners(cx)
        sold = corrections.contracts(cx)
        now = cx.now
    following = found.next_after
    return render_template(
        "staff/corrective_actions.html",
        wanted=wanted,
        tabs=[(name, label, _shown(counts[name])) for name, label in VIEWS.items()],
        rows=found.rows,
        owners=owners,
        contracts=sold,
        categories=category_options(),
        named=dict(category_options()),
        me=edge.principal().id,
        mine=MINE,
        address=_address,
        first=_address() if _place() else "",
        after=_address(cursor=f"{following[0].isoformat()}_{following[1]}") if following else "",
        now=now,
        zone=DESK_ZONE,
    )


@staff.get("/corrective-actions.csv")
@entry(*READERS)
def corrective_actions_file() -> Response:
    """All that the list holds under these filters, as a file."""
    with edge.reading() as cx:
        wanted = _wanted(cx)
        rows = [row_of(each) for each in corrections.every(cx, wanted)]
    return csv_file(f"corrective-actions-{wanted.view}.csv", HEADS, rows)


def row_of(one: ActionShown) -> tuple[Any, ...]:
    """One row of the file, in the order of HEADS."""
    return (
        one.ref,
        dict(category_options()).get(one.category, one.category),
        one.contract,
        one.what,
        one.owner,
        one.due_on.isoformat(),
        one.opened_on.isoformat(),
        one.opened_by,
        one.moves,
        one.done_on.isoformat() if one.done_on else "",
        one.done_by,
        one.proof,
    )


def _wanted(cx: Context) -> Wanted:
    """What the address asks for; what it does not know is left out."""
    said = request.args
    view, owner, category = said.get("view", ""), said.get("owner", ""), said.get("category", "")
    owner_id = cx.principal.id if owner == MINE else None
    if owner.isdecimal() and len(owner) < 16:
        owner_id = int(owner)
    return Wanted(
        view=view if view in VIEWS else "open",
        owner_id=owner_id,
        contract=said.get("contract", "")[:20],
        category=category if category in dict(category_options()) else "",
    )


def _address(**more: Any) -> str:
    kept = {
        name: request.args.get(name) or None for name in ("view", "owner", "contract", "category")
    }
    endpoint = more.pop("endpoint", "staff.corrective_actions")
    return url_for(endpoint, **(kept | more))


def _place() -> Cursor | None:
    """The cursor of the address; None where it is missing or no cursor of ours."""
    at, _, number = request.args.get("cursor", "")[:60].replace(" ", "+").rpartition("_")
    try:
        instant = datetime.fromisoformat(at)
    except ValueError:
        return None
    right = instant.tzinfo is not None and number.isdecimal() and len(number) < 16
    return (instant, int(number)) if right else None


def _shown(count: int) -> str:
    return f"{COUNT_LIMIT:,}+" if count >= COUNT_LIMIT else f"{count:,}"
