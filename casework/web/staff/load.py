"""The load: who has how much and how near, what nobody works, what stands still; from here it is
handed out. It shows what `queries.load` and `queries.surfaced` answer."""

from typing import Final

from flask import current_app, render_template, url_for

from casework.queries import batches, load, surfaced
from casework.queries.due import time_left
from casework.queries.fair_shares import RULE
from casework.records.whereabouts import whereabouts
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import batch_words, words
from casework.web.staff.blueprint import staff

LEADS: Final = ("supervisor",)
# Whoever has none of these stands on the page only with work of his own.
_WORKERS: Final = frozenset({"nurse", "physician", "ag_specialist", "ag_clinician"})


@staff.get("/load")
@entry(*LEADS)
def load_page() -> str:
    """Load per person and per queue, with what needs a hand now."""
    with edge.reading() as cx:
        away = whereabouts(cx)
        people = load.of_people(cx, away)
        queues = load.of_queues(cx, people)
        passed = surfaced.passed_over(cx)
        still = surfaced.still(cx, away)
        recent = batches.of_late(cx)
    names = {each.code: each.name for each in queues}
    return render_template(
        "staff/load.html",
        people=[each for each in people if each.pile.open or set(each.roles) & _WORKERS],
        queues=[each for each in queues if each.pile.open or each.roles],
        most=max((each.pile.weight for each in people), default=0) or 1,
        passed=passed,
        still=still,
        recent=[
            (each, batch_words.title(each, names), batch_words.outcome(each)) for each in recent
        ],
        now=cx.now,
        zone=load.DESK_ZONE,
        time_left_of=time_left,
        counted=_counted,
        words=words,
        rule=RULE,
        forecast=_forecast(),
    )


def _counted(count: int) -> str:
    return f"{load.MOST:,}+" if count >= load.MOST else f"{count:,}"


def _forecast() -> str:
    """Where the forecast of breaches stands; empty where there is none."""
    known = "staff.forecast" in current_app.view_functions
    return url_for("staff.forecast") if known else ""
