"""Restricted cases that were opened with a reason: one's own that is open now, and what compliance
has to look at.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import case as when
from sqlalchemy import func, select

from casework import seal
from casework.context import Context
from casework.models import Case, EmergencyAccess, SecurityEvent, User, WebSession
from casework.queries.case_file import key_of
from casework.records import emergency

MOST: Final = 50
SHOWN_AT: Final = "fs_paa"  # under which a session keeps when password or passkey was shown


@dataclass(frozen=True)
class Opened:
    """One opening: who, as what, which case of which member, when, on which ground and why; how
    often the person looked while it was open; what compliance said."""

    id: int
    user_id: int
    who: str
    title: str
    ref: str
    case_id: int
    member_id: int
    ground: str
    reason: str
    opened_at: datetime
    open_until: datetime | None
    looks: int
    verdict: str
    review: str
    reviewed_by: str
    reviewed_at: datetime | None


def mine(cx: Context, case: Any, *, wall: datetime) -> datetime | None:
    """Until when (wall clock) this case is open to the acting person because of a reason that he
    gave; None for who sees it by right."""
    if not emergency.sees_by_reason(cx.principal, restricted=case.restricted):
        return None
    return cx.db.execute(
        select(func.max(EmergencyAccess.closes_at)).where(
            EmergencyAccess.case_id == case.id,
            EmergencyAccess.user_id == cx.principal.id,
            *emergency.stands(wall),
        )
    ).scalar()


@dataclass(frozen=True)
class Own:
    """One opening as whoever made it sees it; `open_until` by the wall clock, None where it is
    closed."""

    id: int
    ref: str
    ground: str
    opened_at: datetime
    open_until: datetime | None
    verdict: str


def own(cx: Context, *, wall: datetime) -> tuple[Own, ...]:
    """What the acting person opened, the newest first."""
    found = func.own_openings().table_valued(
        *("id", "ref", "ground", "opened_at", "since", "closes_at", "closed_at", "verdict")
    )
    return tuple(
        Own(
            id=row.id,
            ref=row.ref,
            ground=row.ground,
            opened_at=row.opened_at,
            open_until=_until(row, wall),
            verdict=row.verdict,
        )
        for row in cx.db.execute(select(found))
    )


def last_shown(cx: Context) -> datetime | None:
    """When the acting person last showed at a screen of ours who he is, by the wall clock: in one
    of his sessions that live; None where he has none."""
    rows = cx.db.execute(
        select(WebSession.data).where(
            WebSession.user_id == cx.principal.id, WebSession.revoked_at.is_(None)
        )
    ).scalars()
    seconds = [float(json.loads(data).get(SHOWN_AT, 0)) for data in rows]
    last = max(seconds, default=0.0)
    return datetime.fromtimestamp(last, tz=UTC) if last else None


def openings(cx: Context, *, wall: datetime) -> tuple[Opened, ...]:
    """What is to be looked at first, the oldest first; then what is settled, the newest first."""
    unsettled = EmergencyAccess.verdict.in_(emergency.UNSETTLED)
    rows = cx.db.execute(
        select(EmergencyAccess, Case, User.name, User.title)
        .join(Case, Case.id == EmergencyAccess.case_id)
        .join(User, User.id == EmergencyAccess.user_id)
        .order_by(
            unsettled.desc(),
            when((unsettled, EmergencyAccess.id), else_=-EmergencyAccess.id),
        )
        .limit(MOST)
    ).all()
    looks = _looks(cx, [row.EmergencyAccess for row in rows])
    return tuple(_told(cx, row, looks, wall) for row in rows)


def unsettled_count(cx: Context) -> int:
    """How many wait for compliance."""
    found = select(EmergencyAccess.id).where(EmergencyAccess.verdict.in_(emergency.UNSETTLED))
    rows = cx.db.execute(select(func.count()).select_from(found.limit(MOST).subquery()))
    return int(rows.scalar_one())


def _told(cx: Context, row: Any, looks: dict[int, int], wall: datetime) -> Opened:
    one, case = row.EmergencyAccess, row.Case
    key = key_of(cx, case)
    return Opened(
        id=one.id,
        user_id=one.user_id,
        who=row.name,
        title=row.title,
        ref=case.ref,
        case_id=case.id,
        member_id=case.member_id,
        ground=one.ground,
        reason=seal.unseal_text(key, one.reason_ct, emergency.place(case.id, "reason")),
        opened_at=one.opened_at,
        open_until=_until(one, wall),
        looks=looks.get(one.id, 0),
        verdict=one.verdict,
        review=seal.unseal_text(key, one.review_ct, emergency.place(case.id, "review")),
        reviewed_by=one.reviewed_by,
        reviewed_at=one.reviewed_at,
    )


def _until(row: Any, wall: datetime) -> datetime | None:
    until: datetime = min(row.closes_at, row.since + emergency.MOST)
    return until if row.closed_at is None and until > wall else None


def _looks(cx: Context, rows: Sequence[Any]) -> dict[int, int]:
    """How often whoever opened a case looked at it since, by opening."""
    if not rows:
        return {}
    counted = cx.db.execute(
        select(EmergencyAccess.id, func.count(SecurityEvent.seq).label("looks"))
        .join(Case, Case.id == EmergencyAccess.case_id)
        .join(
            SecurityEvent,
            (SecurityEvent.member_id == Case.member_id)
            & (SecurityEvent.case_id == EmergencyAccess.case_id)
            & (SecurityEvent.actor_id == EmergencyAccess.user_id)
            & (SecurityEvent.actor_kind == "user")
            & (SecurityEvent.event == "look")
            & (SecurityEvent.recorded_at >= EmergencyAccess.opened_at),
        )
        .where(EmergencyAccess.id.in_([row.id for row in rows]))
        .group_by(EmergencyAccess.id)
    )
    return {row.id: row.looks for row in counted}
