"""Packets for a body outside as rows: what the body has now, what it still lacks, what comes next.

A review that goes to another organization begins anew: what an earlier one got does not count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from casework.context import Context
from casework.models import ExternalReview, PacketSent, ReviewOrganization, ReviewTurn
from casework.records.packets import Packet

# Left our hands, proven or not.
GONE: Final = ("handed", "in_doubt", "sent")
WAITING: Final = ("ready", "intent", "refused")
EXCHANGES: Final = ("folder", "portal", "hand")
OUTSIDE: Final = ("packet", "supplement")
_NAMES: Final = {
    "iro": "Independent review organization",
    "ire": "Independent review entity",
    "state_fair_hearing": "State fair hearing",
}


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom a packet goes now, since when, and by which way (of EXCHANGES)."""

    organization_id: int | None
    name: str
    exchange: str
    since: datetime | None


def addressee(cx: Context, case_id: int) -> Addressee:
    """The body of this review. One that the directory does not know gets a packet by hand."""
    row = cx.db.execute(
        select(
            ExternalReview.body,
            ExternalReview.review_organization_id,
            ReviewOrganization.name,
            ReviewOrganization.exchange,
        )
        .outerjoin(
            ReviewOrganization, ReviewOrganization.id == ExternalReview.review_organization_id
        )
        .where(ExternalReview.case_id == case_id)
    ).one()
    since = cx.db.execute(
        select(func.max(ReviewTurn.at)).where(ReviewTurn.case_id == case_id)
    ).scalar()
    return Addressee(
        row.review_organization_id, row.name or _NAMES[row.body], row.exchange or "hand", since
    )


def rows_of(cx: Context, case_id: int, to: Addressee | None = None) -> list[Any]:
    """What was bound for the present body, oldest first; stale ones are left out."""
    to = to or addressee(cx, case_id)
    wanted = (
        select(PacketSent)
        .where(
            PacketSent.case_id == case_id,
            PacketSent.organization_id.is_not_distinct_from(to.organization_id),
            PacketSent.state != "stale",
        )
        .order_by(PacketSent.id)
        .execution_options(populate_existing=True)
    )
    if to.since is not None:
        wanted = wanted.where(PacketSent.intended_at >= to.since)
    return list(cx.db.execute(wanted).scalars())


def gone(rows: Sequence[Any]) -> list[Any]:
    """Those that left our hands."""
    return [row for row in rows if row.state in GONE]


def waiting(rows: Sequence[Any]) -> Any:
    """The one that is bound and has not left, or None."""
    found = [row for row in rows if row.state in WAITING]
    return found[-1] if found else None


def held_by_body(rows: Sequence[Any]) -> set[str]:
    """The items that stand in what left our hands."""
    return {item for row in gone(rows) for item in row.items}


def to_forward(packet: Packet, rows: Sequence[Any]) -> list[str]:
    """Items that came after the packet left and that the body does not have: papers, and what was
    said by word of mouth. Empty while no packet left: the packet itself will hold them."""
    if not gone(rows):
        return []
    there = held_by_body(rows)
    came = (each for each in packet.items if each.kind in {"document", "information"})
    return [each.key for each in came if each.key not in there]


def is_current(packet: Packet, row: Any, rows: Sequence[Any]) -> bool:
    """Whether a bound packet that has not left holds everything that belongs into it now."""
    if row.number == 1:
        return {each.key for each in packet.items} == set(row.items)
    return set(to_forward(packet, rows)) == set(row.items)


def next_page(rows: Sequence[Any]) -> int:
    """The number of the first page of what is bound next for this body."""
    return 1 + sum(int(row.pages) for row in gone(rows))
