"""How the demo's work lies: a case set aside, one that nobody takes, a colleague who is away, and
what the supervisor handed out this morning."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from casework.models import Case
from casework.queries import handing_out as questions
from casework.queries.handing_out import Source
from casework.seed.living import Living
from casework.seed.scene import DAY
from casework.services import handing_out, holds, organization, pulling
from casework.services.organization import NewAbsence

HANDED_OUT = 3
REFUSED_BY = (("nurse_6", "no_skill"), ("nurse_3", "too_much"), ("nurse_7", "too_much"))


def work_is_handed_out(living: Living, now: datetime) -> None:
    """A few hours of work among colleagues; where a small town has no such case, less of it."""
    living.at(now - timedelta(hours=3))
    _somebody_is_away(living, now)
    _a_case_is_set_aside(living, now)
    _nobody_takes_it(living, now)
    living.at(now - timedelta(hours=2))
    _some_are_handed_out(living, now)


def _somebody_is_away(living: Living, now: datetime) -> None:
    organization.note_absence(
        living.of("admin"),
        NewAbsence(
            user_id=living.town.staff["nurse_2"].id,
            starts_on=now.date(),
            ends_on=(now + 4 * DAY).date(),
        ),
    )


def _a_case_is_set_aside(living: Living, now: datetime) -> None:
    nurse = living.town.staff["nurse"]
    for ref in _of_requests(living, "in_review", now, Case.assignee_id == nurse.id)[:1]:
        hold = holds.Hold(until=(now + 2 * DAY).date(), reason="papers")
        holds.put_on_hold(living.of("nurse"), ref, None, hold)


def _nobody_takes_it(living: Living, now: datetime) -> None:
    for ref in _of_requests(living, "received", now, Case.assignee_id.is_(None))[:1]:
        for who, why in REFUSED_BY:
            form = pulling.Refusal(reason=why)  # type: ignore[arg-type]  # of the closed list
            pulling.refuse_work(living.of(who), ref, None, form)


def _some_are_handed_out(living: Living, now: datetime) -> None:
    nobody = Case.assignee_id.is_(None)
    refs = _of(living, "grievance", "received", now, nobody)[:HANDED_OUT]
    if not refs:
        return
    lead = living.of("supervisor")
    with living.database.reading(lead) as cx:
        seen = cx.db.execute(select(Case.ref, Case.version).where(Case.ref.in_(refs))).all()
        source = Source(cases=tuple((row.ref, row.version) for row in seen))
        proposals = questions.plan(cx, source)
    number = handing_out.plan_batch(lead, proposals, source.asked())
    handing_out.carry_out(lead, number)


def _of_requests(living: Living, state: str, now: datetime, whose: Any) -> list[str]:
    return _of(living, "prior_auth", state, now, whose)


def _of(living: Living, kind: str, state: str, now: datetime, whose: Any) -> list[str]:
    """The open cases of this kind in this state that are due last and not soon."""
    with living.database.reading(living.of("supervisor_night")) as cx:
        found = cx.db.execute(
            select(Case.ref)
            .where(
                Case.kind == kind,
                Case.state == state,
                Case.open,
                Case.next_due_at > now + 3 * DAY,
                Case.restricted.is_(False),
                whose,
            )
            .order_by(Case.next_due_at.desc(), Case.id)
            .limit(HANDED_OUT + 1)
        )
        return list(found.scalars())
