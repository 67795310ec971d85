"""Care that was cut and goes on while an appeal is open: unasked where the law says so, and until
when. It judges by what is written, and writes nothing."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import aliased

from casework import bridge
from casework.context import Context
from casework.models import Appeal, Authorization, Case, CaseEvent
from sla.calendars import local_day, zone
from statemachines import engine

CUTS: Final = ("authorization_reduced", "authorization_terminated")
# Where coverage of an approved course goes on until the appeal is decided without anybody's asking,
# and no rule lets the plan take its cost back: 42 CFR 438.420(d) is Medicaid's alone.
UNASKED: Final = frozenset({"marketplace"})
LAW: Final = "45 CFR 147.136(b)(3)(iii); 29 CFR 2560.503-1(f)(2)(ii)"
RESTS_ON: Final[Mapping[str, str]] = {"rests_on": LAW}


def by_law(cx: Context, request: Any, *, line: str, came_at: datetime) -> bool:
    """Whether the care that this request cut goes on during an appeal that came at `came_at`, asked
    or not: an ongoing course may not be cut before there was a chance of review, so the appeal must
    have come before the cut took effect (45 CFR 147.136(b)(3)(iii); 29 CFR 2560.503-1(f)(2)(ii)).
    Later there is no course any more that could go on; the member can still ask."""
    if line not in UNASKED:
        return False
    day = local_day(came_at, zone(bridge.zone_of(cx, request)))
    return any(day < effective for effective in _effective_days(cx, request.id))


def _effective_days(cx: Context, request_id: int) -> list[date]:
    told = cx.db.execute(
        select(CaseEvent.facts).where(CaseEvent.case_id == request_id, CaseEvent.event.in_(CUTS))
    ).scalars()
    return [date.fromisoformat(json.loads(facts)["effective_date"]) for facts in told]


def goes_on() -> ColumnElement[bool]:
    """A condition on Authorization: an appeal under which its care goes on is still open."""
    appeal = aliased(Case)
    return exists(
        select(appeal.id)
        .join(Appeal, Appeal.case_id == appeal.id)
        .where(
            Appeal.about_case_id == Authorization.case_id,
            appeal.benefits_continued,
            appeal.state.in_(engine.open_states("appeal")),
        )
    )


def appeal_that_keeps(series: Iterable[Any]) -> str:
    """The number of the open appeal among the cases of this series under which the care goes on, or
    empty."""
    waiting = engine.open_states("appeal")
    return next(
        (
            str(each.ref)
            for each in series
            if each.kind == "appeal" and each.benefits_continued and each.state in waiting
        ),
        "",
    )
