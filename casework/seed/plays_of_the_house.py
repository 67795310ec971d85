"""What the demo's own people do beside their cases: the chart changes, somebody is away, a reviewer
reads what came."""

from datetime import datetime

from sqlalchemy import select

from casework import observations
from casework.context import Principal
from casework.models import Case
from casework.records import considered
from casework.seed.living import Living
from casework.seed.scene import DAY
from casework.services import considering, organization, public_figures
from casework.services.organization import NewAbsence, NewLine
from casework.services.public_figures import Wanted


def the_house_changes(living: Living, now: datetime) -> None:
    """A nurse moved to another team five weeks ago; a physician is away until next week."""
    staff = living.town.staff
    living.at(now - 36 * DAY)
    organization.change_line(
        living.of("admin"),
        NewLine(
            user_id=staff["nurse_7"].id,
            manager_id=staff["supervisor"].id,
            effective_on=(now - 35 * DAY).date(),
            reason="Behavioral health moved to the day team.",
        ),
    )
    living.at(now - 2 * DAY)
    organization.note_absence(
        living.of("admin"),
        NewAbsence(
            user_id=staff["physician_4"].id,
            starts_on=(now - DAY).date(),
            ends_on=(now + 8 * DAY).date(),
        ),
    )


def the_year_is_counted(living: Living, now: datetime) -> None:
    """Compliance looks how the public figures of the running year would stand."""
    living.at(now)
    for unit in ("oh-mcd", "ma-2026", "oh-issuer"):
        public_figures.count_year(living.of("compliance"), Wanted(unit=unit, year=now.year))
    while public_figures.count_slice(living.database.context()):
        pass


def somebody_looks(living: Living, now: datetime) -> None:
    """A nurse opens two records on which she never had a task; a physician opens her own work."""
    living.at(now - 3 * DAY)
    for key, assigned in (("nurse_7", False), ("physician", True)):
        who = living.town.staff[key]
        with living.database.reading(living.of(key)) as cx:
            mine = Case.assignee_id == who.id if assigned else Case.assignee_id.is_(None)
            cases = cx.db.execute(
                select(Case.id, Case.member_id)
                .where(Case.kind == "prior_auth", mine, Case.opened_at < living.database.at)
                .order_by(Case.id)
                .limit(2)
            ).all()
        for case in cases:
            observations.look(
                living.of(key), case_id=case.id, member_id=case.member_id, what="case"
            )
    living.at(now)


def read_what_came(living: Living, ref: str, reviewer: Principal) -> None:
    """The reviewer reads every paper that came since the denial; each has one page."""
    with living.database.reading(living.cx(reviewer)) as cx:
        case = cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()
        papers = considered.papers_of(cx, case, since=considered.denied_at(cx, case))
    for paper in papers:
        if paper.new:
            considering.consider_paper(living.cx(reviewer), ref, paper.id, 1)
