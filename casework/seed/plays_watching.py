"""How the demo's supervisor watches the work: a sample of finished work with what was found, a
staffing study, a forecast. The worker answers what was asked."""

from datetime import datetime
from typing import Final

from sqlalchemy import select

from casework.models import SampledCase
from casework.queries import staffing as measures
from casework.seed.living import Living, Play
from casework.seed.scene import DAY
from casework.services import forecasts, quality, staffing
from casework.services.quality import Draw, Finding

_SEED: Final = "lantern"
_LOOKED_AT: Final = 7
_WRONG: Final = 3  # the place of the one with which the second look does not agree


def the_work_is_watched(living: Living, now: datetime) -> None:
    """Two decisions of each reviewer of three weeks ago are drawn; some were looked at."""
    living.at(now)
    lead = living.of("supervisor")
    month = (now - 21 * DAY).date().replace(day=1)
    quality.draw_sample(lead, Draw(month=month, most_each=2, seed=_SEED))
    with living.database.reading(lead) as cx:
        drawn = list(
            cx.db.execute(select(SampledCase.id).order_by(SampledCase.id).limit(_LOOKED_AT))
            .scalars()
            .all()
        )
        found = measures.measured(cx, "prior_auth")
    for place, sampled in enumerate(drawn):
        quality.record_finding(lead, sampled, _finding(place))
    staffing.ask_staffing(lead, _question(found))
    forecasts.ask_forecast(lead)
    living.letters_leave()


def _finding(place: int) -> Finding:
    if place != _WRONG:
        return Finding(right_decision="yes", right_reason="yes", letter_right="yes", on_time="yes")
    return Finding(
        right_decision="yes",
        right_reason="no",
        letter_right="no",
        on_time="yes",
        note="The criterion that is named is of the policy before the last change.",
    )


def _question(found: measures.Measured) -> staffing.Question:
    """Ten times the work of this small town, by its own pace."""
    return staffing.Question(
        work="prior_auth",
        per_day=tuple(round(10 * count, 2) for count in found.per_day),
        urgent=found.urgent,
        effort=30.0,
        effort_spread=20.0,
        standard_limit=7 * 24.0,
        urgent_limit=72.0,
        kept_back=12.0,
        days=(0, 1, 2, 3, 4, 5),
        start=8.0,
        end=16.5,
        away=0.1,
        people=max(1, found.people),
        target=0.01,
    )


PLAYS: Final[tuple[Play, ...]] = (the_work_is_watched,)
