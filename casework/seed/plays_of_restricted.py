"""Restricted cases of the demo: grounds that somebody wrote down, and two that a nurse without the
right opened with a reason; compliance settled one, the other waits.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from casework import now as clock
from casework import observations
from casework.models import Case, EmergencyAccess
from casework.records import emergency
from casework.seed.living import Living
from casework.seed.scene import DAY
from casework.services import emergency_access, restricting
from casework.services.emergency_access import Opening, Review

NURSE = "nurse_7"
GROUNDS = ("behavioral_health", "well_known")
REASONS = (
    "The hospital calls: the member is in the emergency room, and asks what we approved.",
    "The decision is due at five: I must know which physician to look for, and what to tell her.",
)


def somebody_broke_the_glass(living: Living, now: datetime) -> None:
    """Two restricted requests get a ground and are opened; a small town may have fewer."""
    living.at(now - timedelta(hours=30))
    refs = _quiet_ones(living, now)
    for ref, ground in zip(refs, GROUNDS, strict=False):
        form = restricting.Restricting(ground=ground, reason="Named when it came in.")  # type: ignore[arg-type]  # of the closed list
        restricting.restrict_case(living.of("supervisor"), ref, None, form)
    grounds = ("emergency", "deadline")
    for ref, ground, why in zip(refs, grounds, REASONS, strict=False):
        nurse = living.of(NURSE)
        opening = Opening(ground=ground, reason=why)
        emergency_access.open_restricted(nurse, ref, opening, proved_at=clock.wall())
        _looked_at(living, ref)
        if ground == "emergency":
            emergency_access.end_access(nurse, ref)
            living.at(now - timedelta(hours=26))
            _settle(living)
            living.at(now - timedelta(hours=1))


def _looked_at(living: Living, ref: str) -> None:
    nurse = living.of(NURSE)
    with living.database.reading(nurse) as cx:
        case = cx.db.execute(select(Case.id, Case.member_id).where(Case.ref == ref)).one()
    observations.look(nurse, case_id=case.id, member_id=case.member_id, what="case")


def _settle(living: Living) -> None:
    compliance = living.of("compliance")
    with living.database.reading(compliance) as cx:
        number = cx.db.execute(select(EmergencyAccess.id)).scalars().first()
    said = Review(verdict=emergency.CONFIRMED, why="The hospital's call is in the telephone log.")
    if number is not None:
        emergency_access.review_access(compliance, number, said)


def _quiet_ones(living: Living, now: datetime) -> list[str]:
    """Open requests that nobody has, of any contract, due last."""
    with living.database.reading(living.of("supervisor")) as cx:
        found = cx.db.execute(
            select(Case.ref)
            .where(
                Case.kind == "prior_auth",
                Case.state == "received",
                Case.open,
                Case.assignee_id.is_(None),
                Case.about == "other",
                Case.next_due_at > now + DAY,
            )
            .order_by(Case.next_due_at.desc(), Case.id.desc())
            .limit(len(GROUNDS))
        )
        return list(found.scalars())
