"""Opening a restricted case with a reason, closing it again, and what compliance says of it.

What does not open, what lies elsewhere and what is not there get one and the same answer.
"""

from typing import Any, Final

from flask import flash, make_response, redirect, render_template, request, url_for

from casework import now as clock
from casework import observations
from casework.errors import Invalid, NotFound, Problem
from casework.queries import emergency_access as questions
from casework.queries.worklist import DESK_ZONE
from casework.records import emergency
from casework.services import emergency_access as commands
from casework.services.emergency_access import Opening, Review
from casework.web import certain, edge
from casework.web.access import entry
from casework.web.staff import case_page
from casework.web.staff.blueprint import CASEWORKERS, staff

OPENERS: Final = CASEWORKERS - {"compliance"}
REVIEWERS: Final = ("compliance",)
MOST: Final = 2000
OWN: Final = 10
VERDICTS: Final = {
    emergency.CONFIRMED: ("It was right", "good"),
    emergency.DOUBTED: ("In doubt: being looked into", "late"),
    emergency.WRONG: ("It was not right", "late"),
    "": ("Nobody has looked at it yet", "soon"),
}


@staff.get("/open-restricted")
@entry(*OPENERS)
def open_restricted_page() -> str:
    """The form: which case, on which ground, and why."""
    return _asked({"case": request.args.get("case", "").strip().upper()[:24]}, None)


@staff.post("/open-restricted")
@entry(*OPENERS)
def open_restricted() -> Any:
    """Open it and go there; or the form again with what does not fit."""
    typed = {
        "case": edge.form("case", limit=24).upper(),
        "ground": edge.form("ground", limit=20),
        "reason": edge.form("reason", limit=MOST),
    }
    try:
        if not _is_certain() and (wrong := certain.shown()):
            raise Invalid("Show once more who you are.", fields=wrong)
        number = case_page.case_number(typed["case"])
        form = Opening(ground=typed["ground"], reason=typed["reason"])
        done = commands.open_restricted(edge.cx(), number, form, proved_at=certain.shown_at())
    except Problem as problem:
        return make_response(_asked(typed, problem), problem.status)
    if done.event:
        flash("Open to you, to be read. Compliance reads your reason.", "success")
    return redirect(url_for("staff.case_page", ref=done.ref))


@staff.post("/cases/<ref>/close-restricted")
@entry(*OPENERS)
def close_restricted(ref: str) -> Any:
    """Close it again, before its time is over."""
    number = case_page.case_number(ref)
    commands.end_access(edge.cx(), number)
    flash(f"{number} is closed to you again.", "success")
    return redirect(url_for("staff.home"))


@staff.get("/looks/openings")
@entry(*REVIEWERS)
def openings_page() -> str:
    """What was opened with a reason: what nobody has settled first."""
    return _openings({}, None)


@staff.post("/looks/openings/<int:number>")
@entry(*REVIEWERS)
def review_opening(number: int) -> Any:
    """Say what compliance thinks of one."""
    typed = {"verdict": edge.form("verdict", limit=12), "why": edge.form("why", limit=MOST)}
    try:
        commands.review_access(edge.cx(), number, Review(**typed))
    except NotFound:
        raise
    except Problem as problem:
        return make_response(_openings(typed | {"id": number}, problem), problem.status)
    flash("Kept: it stands in the history of the case.", "success")
    return redirect(url_for("staff.openings_page"))


def _asked(typed: dict[str, str], problem: Problem | None) -> str:
    wall = clock.wall()
    with edge.reading() as cx:
        mine = questions.own(cx, wall=wall)[:OWN]
    return render_template(
        "staff/open_restricted.html",
        given=typed,
        errors=_faults(problem, "case"),
        grounds=tuple(emergency.GROUNDS.items()),
        fewest=emergency.FEWEST,
        most=emergency.MOST_MINUTES,
        asked=None if _is_certain() else certain.asked(),
        recent=int(emergency.RECENT.total_seconds() // 60),
        demo=edge.settings().demo,
        me=edge.principal().id,
        mine=mine,
        named=emergency.GROUNDS,
        said=VERDICTS,
        ahead=edge.cx().now - wall,
        now=edge.cx().now,
        zone=DESK_ZONE,
    )


def _is_certain() -> bool:
    return emergency.proved(certain.shown_at(), wall=clock.wall())


def _openings(typed: dict[str, Any], problem: Problem | None) -> str:
    wall = clock.wall()
    with edge.reading() as cx:
        rows = questions.openings(cx, wall=wall)
    cx = edge.cx()
    members = sorted({row.member_id for row in rows})
    if members:
        observations.looks(cx, members, what="openings")
    return render_template(
        "staff/openings.html",
        rows=rows,
        waiting=sum(row.verdict in emergency.UNSETTLED for row in rows),
        unsettled=emergency.UNSETTLED,
        most=questions.MOST,
        grounds=emergency.GROUNDS,
        verdicts=emergency.VERDICTS,
        said=VERDICTS,
        typed=typed,
        errors=_faults(problem, "verdict"),
        me=cx.principal.id,
        ahead=cx.now - wall,
        now=cx.now,
        zone=DESK_ZONE,
    )


def _faults(problem: Problem | None, first: str) -> dict[str, str]:
    if problem is None:
        return {}
    found = dict(problem.fields) if isinstance(problem, Invalid) else {}
    return found or {first: problem.sentence}
