"""The rotation of review organizations: who is next, the log of turns, how even it is, the ties.

Nobody chooses here. A tie passes an organization over with its reason; a supervisor writes it down.
"""

import csv
import io
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from casework import policy
from casework.context import SYSTEM
from casework.errors import Invalid, NotFound, Problem
from casework.queries import review_turns
from casework.queries.review_turns import Turned
from casework.queries.worklist import DESK_ZONE
from casework.records import conflicts
from casework.services import review_ties
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import outside_words
from casework.web.staff.blueprint import staff
from sla.calendars import local_day, zone

ROLES = ("ag_specialist", "compliance", "supervisor")
_MOST = 5000


@staff.get("/review-turns")
@entry(*ROLES)
def review_turns_page() -> Any:
    """The order, the log and the figures; with `csv` the log as a table."""
    if request.args.get("csv"):
        return _table()
    return _page()


@staff.post("/review-turns")
@entry(*ROLES)
def change_ties() -> Any:
    """Write down or end a tie of an organization."""
    given, place = edge.form("organization", limit=9), edge.form("place", limit=4)
    if not given.isdecimal():
        raise NotFound("There is no such review organization.")
    try:
        if edge.form("does", limit=5) == "end" and place.isdecimal():
            review_ties.end_tie(edge.cx(), int(given), int(place))
            said = "The tie ended: it passes nobody over any more."
        else:
            kind = edge.form("kind", limit=15)
            form = review_ties.NewTie(
                kind=kind,  # type: ignore[arg-type]  # the command refuses any other
                to=edge.form("to", limit=120),
                says=edge.form("says", limit=200),
            )
            review_ties.declare_tie(edge.cx(), int(given), form)
            said = "Written down. Where it is met, the organization is passed over."
    except NotFound:
        raise
    except Problem as problem:
        return make_response(_page(problem), problem.status)
    flash(said, "success")
    return redirect(url_for("staff.review_turns_page"))


def _page(problem: Problem | None = None) -> str:
    with edge.reading() as cx:
        turns = review_turns.log(cx, key=request.args.get("panel", "")[:20])
        may = policy.refusal(cx.principal, "external_review", "declare_tie") is None
    # The figures count every turn, and name nobody.
    with edge.database().reading(edge.cx().but(principal=SYSTEM)) as cx:
        panels = review_turns.panels(cx, on=local_day(cx.now, zone(DESK_ZONE)))
        now = cx.now
    return render_template(
        "staff/review_turns.html",
        panels=panels,
        turns=turns,
        now=now,
        zone=DESK_ZONE,
        told=outside_words,
        ties=conflicts.ties_told,
        kinds=[(code, outside_words.KINDS[code]) for code in conflicts.KINDS],
        may_tie=may,
        problem=problem,
        errors=problem.fields if isinstance(problem, Invalid) else {},
        entered=request.form if problem else {},
    )


def _table() -> Response:
    with edge.reading() as cx:
        turns = review_turns.log(cx, limit=_MOST)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(
        ("turn", "at", "case", "panel", "organizations", "given_to", "by", "named_by_state",
         "passed_over", "ended", "ended_why")
    )  # fmt: skip
    writer.writerows(_row(each) for each in reversed(turns))
    answer = make_response(out.getvalue())
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="review-turns.csv"'
    return answer


def _row(each: Turned) -> tuple[Any, ...]:
    passed = "; ".join(f"{one['name']}: {one['says']}" for one in each.passed)
    cells = (
        each.number,
        each.at.isoformat(),
        each.ref,
        each.panel,
        each.size,
        each.name,
        each.by,
        "yes" if each.by_state else "no",
        passed,
        each.ended_at.isoformat() if each.ended_at else "",
        outside_words.ended(each.ended_why) if each.ended_why else "",
    )
    return tuple(_safe(cell) for cell in cells)


def _safe(cell: Any) -> Any:
    """No cell begins as a formula for who opens the table."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t" else cell
