"""Keeping a case from those who may not see restricted ones, from within the step that does it:
on which grounds, since when, by whom.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select, text, update

from casework.context import Context
from casework.ledger.change import Head
from casework.models import Member, Restriction


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a case is restricted, in words, with the law behind it where there is one."""

    words: str
    law: str = ""


# What a person may set; the law is named where one asks for more care than for any other record.
GROUNDS: Final[Mapping[str, Ground]] = {
    "behavioral_health": Ground("behavioral health", "psychotherapy notes: 45 CFR 164.508(a)(2)"),
    "substance_use": Ground("substance use treatment", "42 CFR Part 2"),
    "well_known": Ground("a well-known person"),
    "employee": Ground("somebody of the plan, or of their family"),
    "other": Ground("another ground, named in the story"),
}
# What a step or the member's record sets by itself.
MEMBER: Final = "member"
BY_STEP: Final[Mapping[str, Ground]] = {
    "quality_of_care": Ground("a review of the quality of care"),
    "joined_with_restricted": Ground("it was joined with a restricted case"),
    MEMBER: Ground("the member's record: every case is restricted from its receipt"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One ground that stands on a case: its code, since when and by whom, where that is written."""

    code: str
    ground: Ground
    set_at: datetime | None = None
    set_by: str = ""


def restrict(cx: Context, case: Head, *, ground: str) -> None:
    """Write why this case is restricted from now on; the event itself sets the mark.

    Whoever refers a case may lose sight of it by that very step. Until this transaction commits he
    still writes on it: the binding is raised for this transaction alone and ends with it.
    """
    seeing_restricted(cx)
    cx.db.execute(
        insert(Restriction).values(
            case_id=case.id, ground=ground, set_at=cx.now, set_by=cx.principal.name[:120]
        )
    )


def lift(cx: Context, case: Head, *, ground: str) -> None:
    """End this ground on the case, for good; that of the member's record for this case alone."""
    by = cx.principal.name[:120]
    if ground == MEMBER:
        ended = {"lifted_at": cx.now, "lifted_by": by}
        row = {"case_id": case.id, "ground": MEMBER, "set_at": case.received_at, "set_by": ""}
        cx.db.execute(insert(Restriction).values(**row, **ended))
        return
    cx.db.execute(
        update(Restriction)
        .where(
            Restriction.case_id == case.id,
            Restriction.ground == ground,
            Restriction.lifted_at.is_(None),
        )
        .values(lifted_at=cx.now, lifted_by=by)
        .execution_options(synchronize_session=False)
    )


def standing(cx: Context, case: Any) -> tuple[Standing, ...]:
    """The grounds on which this case is restricted now, that of the member's record first. A
    restricted case of which nobody wrote a ground has that one."""
    if not case.restricted:
        return ()
    rows = cx.db.execute(
        select(Restriction.ground, Restriction.set_at, Restriction.set_by, Restriction.lifted_at)
        .where(Restriction.case_id == case.id)
        .order_by(Restriction.id)
    ).all()
    known = {**GROUNDS, **BY_STEP}
    found = [
        Standing(row.ground, known.get(row.ground, Ground(row.ground)), row.set_at, row.set_by)
        for row in rows
        if row.lifted_at is None
    ]
    marked = cx.db.execute(select(Member.restricted).where(Member.id == case.member_id)).scalar()
    lifted = any(row.ground == MEMBER for row in rows)
    if not found or (marked and not lifted):
        found.insert(0, Standing(MEMBER, BY_STEP[MEMBER]))
    return tuple(found)


def seeing_restricted(cx: Context) -> Context:
    """The same context for somebody who sees restricted cases until this transaction ends."""
    cx.db.execute(_SEE_TO_THE_END)
    raised = replace(cx.principal, restricted=True)
    cx.db.info["principal"] = raised
    return cx.but(principal=raised)


_SEE_TO_THE_END = text("select set_config('app.restricted', 'yes', true)")
