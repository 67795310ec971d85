"""The work list and the load as files to keep: the same rows that the pages show, up to MOST.

A file leaves the house, so it names no member and says nothing of a service: the number of the case
leads back to all of it (45 CFR 164.502(b), the minimum that is needed).
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import request
from werkzeug.wrappers import Response

from casework import observations
from casework.context import Context
from casework.queries import load, worklist
from casework.queries.worklist import Row, Wanted
from casework.records.whereabouts import whereabouts
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import asked, words
from casework.web.staff.blueprint import staff
from casework.web.staff.csv_file import csv_file, csv_stream
from sla.events import CLOCKS
from statemachines import engine

# More is no list that somebody reads: narrow it.
MOST: Final = 2000
CHUNK: Final = 100
LIST_HEADS: Final = (
    *("number", "type", "plan", "stage", "to do", "due", "clock", "urgency", "assigned to"),
    *("new papers", "decided", "outcome"),
)
LOAD_HEADS: Final = (
    *("what", "name", "load", "open", "overdue", "due today", "next 2 days", "first due"),
    *("oldest received", "here today", "away until"),
)


@staff.get("/list.csv")
@entry("supervisor", "compliance")
def worklist_file() -> Response:
    """The view that the address asks for, without its paging; its last line says whether that was
    all."""
    view = asked.read(request.args, tab="all")
    cx = edge.cx()
    observations.note(cx, "worklist_kept", what=f"tab:{view.tab}")
    return csv_stream("work-list.csv", LIST_HEADS, _rows(cx, view.wanted()))


@staff.get("/load.csv")
@entry("supervisor")
def load_file() -> Response:
    """The load of each person and each queue."""
    with edge.reading() as cx:
        away = whereabouts(cx)
        people = load.of_people(cx, away)
        queues = load.of_queues(cx, people)
    rows = [_load_row("queue", each.name, each.pile, each.people, "") for each in queues]
    rows += [
        _load_row("person", each.name, each.pile, "yes" if each.here else "no", each.away_until)
        for each in people
    ]
    return csv_file("load.csv", LOAD_HEADS, rows)


def _rows(cx: Context, wanted: Wanted) -> Iterator[tuple[Any, ...]]:
    """Page after page, each read for itself: no reading stays open while a browser is slow."""
    after, told = None, 0
    while told < MOST:
        with cx.database.reading(cx, fitted=True) as inside:
            found = worklist.listed(inside, wanted, after=after, limit=CHUNK)
        yield from (_row(row) for row in found.rows)
        told += len(found.rows)
        after = found.next_after
        if after is None:
            yield (f"{told} cases: this is the whole list.",)
            return
    yield (f"{told} cases: the list goes on. Narrow it by its filters.",)


def _row(row: Row) -> tuple[Any, ...]:
    clock = CLOCKS.get(row.clock)
    return (
        row.ref,
        words.kind(row.kind),
        row.contract,
        engine.words(row.kind, row.state),
        row.to_do,
        _local(row.due_at, row.zone),
        clock.words if clock else "",
        "fast track" if row.expedited else "standard",
        row.assignee or "nobody",
        "yes" if row.new_papers else "",
        _local(row.done_at, row.zone),
        words.outcome(row.outcome, row.kind)[0] if row.outcome else "",
    )


def _load_row(what: str, name: str, pile: load.Pile, here: Any, away: Any) -> tuple[Any, ...]:
    return (
        what,
        name,
        pile.weight,
        _counted(pile.open),
        *(_counted(each) for each in (pile.overdue, pile.today, pile.soon)),
        _local(pile.next_due_at, load.DESK_ZONE),
        _local(pile.oldest_at, load.DESK_ZONE),
        here,
        away,
    )


def _counted(count: int) -> Any:
    return f"{load.MOST}+" if count >= load.MOST else count


def _local(instant: datetime | None, zone: str) -> str:
    return instant.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes") if instant else ""
