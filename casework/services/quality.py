"""The quality sample of finished work: drawn by chance from a stored seed, capped for each reviewer
in a month, looked at by somebody who did not decide it. It changes no case.

The draw sorts the month's decisions by a hash of the seed and takes the first of each reviewer, so
whoever has the seed can draw again and finds the same.
"""

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import and_, cast, func, insert, select, update
from sqlalchemy.dialects.postgresql import TEXT

from casework import observations, policy, seal
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotAllowed, NotFound, StateRefused
from casework.models import Case, CaseEvent, QualitySample, SampledCase
from casework.records.forms import asks
from casework.records.house_measures import ZONE

DECISIONS: Final = (
    *("approved", "partially_approved", "denied", "upheld"),
    *("overturned", "partially_overturned", "resolved"),
)
MOST_EACH: Final = 20
Answer = Literal["yes", "no", "none"]


@dataclass(frozen=True, kw_only=True)
class Draw:
    """Of which month (any day of it), and how many of each reviewer at most in that month; `seed`
    empty: a new one is drawn."""

    month: date
    most_each: int
    seed: str = ""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What was found; `none` where the question does not apply."""

    right_decision: Answer = field(metadata=asks("Was the decision right?"))
    right_reason: Answer = field(metadata=asks("Was the reason right?"))
    letter_right: Answer = field(metadata=asks("Was the letter right?"))
    on_time: Answer = field(metadata=asks("Was it on time?"))
    note: str = field(default="", metadata=asks("What the reviewer should know", long=True))


@command
def draw_sample(cx: Context, form: Draw) -> int:
    """The id of a new sample. Decisions that were drawn before, and the drawer's own, stay out.

    Raises NotAllowed; Invalid for a month to come, a cap out of range, or nothing left to draw.
    """
    policy.require(cx.principal, "", "draw_sample")
    start, end = _bounds(form.month)
    if start > cx.now:
        raise Invalid("That month is still to come.", fields={"month": "Choose an earlier month."})
    if not 1 <= form.most_each <= MOST_EACH:
        raise Invalid(
            "That is no cap.", fields={"most_each": f"Give a whole number from 1 to {MOST_EACH}."}
        )
    # Two draws at once would both have room for the same reviewer.
    cx.db.execute(select(func.pg_advisory_xact_lock(func.hashtext("quality sample"))))
    seed = form.seed[:40] or secrets.token_hex(8)
    rows = cx.db.execute(_drawn(cx, form, seed, (start, end))).all()
    if not rows:
        raise Invalid(
            "Nothing is left to draw of that month.",
            fields={"month": "Choose another month, or more of each reviewer."},
        )
    sample = QualitySample(
        month=start.astimezone(ZoneInfo(ZONE)).date(),
        seed=seed,
        most_each=form.most_each,
        finished=rows[0].finished,
        drawn=len(rows),
        drawn_at=cx.now,
        drawn_by_id=cx.principal.id or None,
        drawn_by=cx.principal.name[:120],
    )
    cx.db.add(sample)
    cx.db.flush()
    cx.db.execute(
        insert(SampledCase),
        [
            {
                "sample_id": sample.id,
                "case_id": row.case_id,
                "event_seq": row.seq,
                "month": sample.month,
                "outcome": row.event,
                "decided_at": row.occurred_at,
                "decided_by_id": row.actor_id,
                "decided_by": row.actor_name[:120],
            }
            for row in rows
        ],
    )
    observations.append(cx, "quality_sampled", what=f"sample:{sample.id}")
    return sample.id


@command
def record_finding(cx: Context, sampled_id: int, form: Finding) -> None:
    """What somebody found who looked at a drawn decision. It is said once.

    Raises NotAllowed (also for who made the decision), NotFound, StateRefused, Invalid.
    """
    policy.require(cx.principal, "", "review_sample")
    row = cx.db.execute(
        select(SampledCase).where(SampledCase.id == sampled_id).with_for_update()
    ).scalar()
    if row is None:
        raise NotFound("There is no such decision in a sample.")
    if row.decided_by_id == cx.principal.id:
        raise NotAllowed("Whoever decided does not judge that decision.", source="quality-sample")
    if row.looked_at is not None:
        raise StateRefused(f"{row.looked_by} has looked at this decision already.")
    wrong = "no" in (form.right_decision, form.right_reason, form.letter_right, form.on_time)
    if wrong and not form.note.strip():
        raise Invalid(
            "Say what was wrong.", fields={"note": "Say what was wrong, so that it can be learned."}
        )
    case = cx.db.execute(select(Case.id, Case.key_sealed).where(Case.id == row.case_id)).one()
    wrapping = seal.wrapping_key(cx.database.settings.keys["documents"])
    key = seal.unwrap(wrapping, case.key_sealed, f"case:{case.id}")
    cx.db.execute(
        update(SampledCase)
        .where(SampledCase.id == row.id)
        .values(
            right_decision=form.right_decision,
            right_reason=form.right_reason,
            letter_right=form.letter_right,
            on_time=form.on_time,
            note_ct=seal.seal_text(key, form.note.strip(), f"sampled:{row.id}"),
            looked_at=cx.now,
            looked_by_id=cx.principal.id or None,
            looked_by=cx.principal.name[:120],
        )
    )
    observations.append(cx, "quality_found", what=f"sampled:{row.id}")


def _drawn(cx: Context, form: Draw, seed: str, bounds: tuple[datetime, datetime]) -> Any:
    """The first of each reviewer by the hash of the seed, as far as the cap has room."""
    ticket = func.md5(
        func.concat(seed, ":", cast(CaseEvent.case_id, TEXT), ":", cast(CaseEvent.seq, TEXT))
    )
    known = (
        select(SampledCase.id)
        .where(SampledCase.case_id == CaseEvent.case_id, SampledCase.event_seq == CaseEvent.seq)
        .exists()
    )
    mixed = (
        select(
            CaseEvent.case_id,
            CaseEvent.seq,
            CaseEvent.event,
            CaseEvent.occurred_at,
            CaseEvent.actor_id,
            CaseEvent.actor_name,
            func.row_number()
            .over(partition_by=CaseEvent.actor_id, order_by=(ticket, CaseEvent.case_id))
            .label("place"),
            func.count().over().label("finished"),
        )
        .where(
            CaseEvent.event.in_(DECISIONS),
            CaseEvent.occurred_at >= bounds[0],
            CaseEvent.occurred_at < bounds[1],
            CaseEvent.actor_kind == "user",
            CaseEvent.actor_id != cx.principal.id,
            ~known,
        )
        .subquery("mixed")
    )
    taken = (
        select(SampledCase.decided_by_id, func.count().label("taken"))
        .where(SampledCase.month == bounds[0].astimezone(ZoneInfo(ZONE)).date())
        .group_by(SampledCase.decided_by_id)
        .subquery("taken")
    )
    return (
        select(mixed)
        .outerjoin(taken, and_(taken.c.decided_by_id == mixed.c.actor_id))
        .where(mixed.c.place <= form.most_each - func.coalesce(taken.c.taken, 0))
        .order_by(mixed.c.actor_id, mixed.c.place)
    )


def _bounds(month: date) -> tuple[datetime, datetime]:
    """The first instant of the month and of the next, Eastern Time."""
    zone = ZoneInfo(ZONE)
    first = month.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return datetime.combine(first, time(), zone), datetime.combine(following, time(), zone)
