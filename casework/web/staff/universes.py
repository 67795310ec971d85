"""Audit universes on screen: a table for a Medicare contract and a period, checked row by row, and
the file whose bytes are the same each time. Who reads it is written down.
"""

import csv
import hashlib
import io
from collections import Counter
from datetime import date, timedelta
from typing import Final

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import observations
from casework.errors import Problem
from casework.queries import universe_columns, universes
from casework.queries.universe_columns import COLUMNS, TITLES, Wrong
from casework.queries.universes import Fact, Period
from casework.web import edge
from casework.web.access import entry
from casework.web.staff.blueprint import staff
from sla.calendars import local_day, zone

ZONE: Final = "America/New_York"
READERS: Final = frozenset({"compliance"})
MOST_SHOWN: Final = 50
A_QUARTER: Final = timedelta(days=91)


@staff.get("/universes")
@entry(*READERS)
def universes_page() -> Response:
    """What is in the table, what is wrong with its rows, and the file."""
    with edge.reading() as cx:
        contracts = universes.contracts(cx)
        asked, faults = _asked(contracts)
        facts: tuple[Fact, ...] = ()
        if contracts and request.args.get("contract"):
            try:
                facts = universes.facts(cx, asked)
            except Problem as problem:
                faults.append(" ".join((problem.sentence, *problem.fields.values())))
    wrong = universe_columns.faults(asked.table, facts)
    shown = wrong[:MOST_SHOWN]
    _seen(asked, facts)
    page = render_template(
        "staff/universes.html",
        asked=asked,
        started=bool(request.args.get("contract")),
        contracts=contracts,
        tables=TITLES,
        columns=COLUMNS[asked.table],
        cases=len(facts),
        wrong=shown,
        wrongs=len(wrong),
        by_column=_by_column(wrong),
        whole_rows=len({fact.ref for fact in facts} - {each.ref for each in wrong}),
        sha256=hashlib.sha256(_bytes(asked.table, facts)).hexdigest() if facts else "",
        not_made=universe_columns.NOT_MADE,
        faults=faults,
        most=MOST_SHOWN,
    )
    return make_response(page, 422 if faults else 200)


@staff.get("/universes.csv")
@entry(*READERS)
def universe_file() -> Response:
    """The table as a file: equal bytes for an equal period and equal cases."""
    with edge.reading() as cx:
        contracts = universes.contracts(cx)
        asked, _ = _asked(contracts)
        facts = universes.facts(cx, asked) if contracts else ()
    if not contracts:
        return make_response(redirect(url_for("staff.universes_page")))
    _seen(asked, facts)
    answer = make_response(_bytes(asked.table, facts))
    name = f"{asked.table}-{asked.contract}-{asked.since}-{asked.until}.csv"
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _bytes(table: str, facts: tuple[Fact, ...]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(universe_columns.heads(table))
    # What a spreadsheet would take for a formula is kept text.
    writer.writerows(
        [f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell for cell in row]
        for row in universe_columns.rows(table, facts)
    )
    return out.getvalue().encode()


def _by_column(wrong: list[Wrong]) -> list[tuple[str, str, str, int]]:
    """How often each fault is there: column, what is wrong, the fix, how many rows."""
    counted = Counter((each.column, each.says, each.fix) for each in wrong)
    return [(*key, count) for key, count in sorted(counted.items())]


def _seen(asked: Period, facts: tuple[Fact, ...]) -> None:
    """Everybody in it was looked at."""
    members = sorted({fact.member_id for fact in facts})
    if members:
        observations.looks(edge.cx(), members, what=f"universe:{asked.table}")


def _asked(contracts: tuple[tuple[str, str], ...]) -> tuple[Period, list[str]]:
    """What the address asks for; the last quarter where it asks nothing."""
    today = local_day(edge.cx().now, zone(ZONE))
    faults: list[str] = []
    until = _day("until", today, faults)
    since = _day("since", until - A_QUARTER, faults)
    table = request.args.get("table", "od")
    first = contracts[0][0] if contracts else ""
    return (
        Period(
            table=table if table in TITLES else "od",
            contract=request.args.get("contract", first)[:40],
            since=since,
            until=until,
        ),
        faults,
    )


def _day(name: str, otherwise: date, faults: list[str]) -> date:
    typed = request.args.get(name, "").strip()
    if not typed:
        return otherwise
    try:
        day = date.fromisoformat(typed[:10])
    except ValueError:
        faults.append(f"“{typed[:20]}” is no day: write it as 2027-03-01.")
        return otherwise
    return day if 2000 <= day.year < 2200 else otherwise
