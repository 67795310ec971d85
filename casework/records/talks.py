"""Peer-to-peer talks: what is offered in whose time, who tried to reach whom, and whether an offer
still holds a denial."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, insert, select

from casework import bridge
from casework.context import Context
from casework.ledger.change import Head
from casework.models import PeerToPeer, TalkTry
from sla.calendars import zone as zone_of
from statemachines.facts import Facts

# Zones in which treating physicians of our members sit.
ZONES: Final = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
)


def facts_of(cx: Context, case: Head, facts: Facts) -> Facts:
    """The facts with the open offer, which holds a denial where the contract says so."""
    row = open_talk(cx, case.id)
    workflow = bridge.version_of(cx, case.contract_version_id).workflow
    holds = row is not None and row.slot_at > cx.now and workflow.get("peer_to_peer_holds", True)
    return replace(facts, peer_to_peer_offered=row is not None, peer_to_peer_holds=bool(holds))


def open_talk(cx: Context, case_id: int) -> Any:
    """The talk that stands offered on this case, or None: id, slot_at, slots, zone, offered_at,
    chosen_at."""
    return cx.db.execute(
        select(
            PeerToPeer.id,
            PeerToPeer.slot_at,
            PeerToPeer.slots,
            PeerToPeer.zone,
            PeerToPeer.offered_at,
            PeerToPeer.chosen_at,
        )
        .where(
            PeerToPeer.case_id == case_id,
            PeerToPeer.held_at.is_(None),
            PeerToPeer.closed_at.is_(None),
        )
        .order_by(PeerToPeer.id.desc())
        .limit(1)
    ).one_or_none()


def offer(cx: Context, case: Head, *, slots: Sequence[datetime], zone: str) -> None:
    """Write the offer down; `slot_at` is the last of the times, until which a denial may wait."""
    cx.db.execute(
        insert(PeerToPeer).values(
            case_id=case.id,
            slot_at=slots[-1],
            slots=[slot.isoformat() for slot in slots],
            zone=zone,
            offered_at=cx.now,
        )
    )


def told(cx: Context, case: Head, slots: Sequence[datetime], zone: str) -> str:
    """The times as the treating physician reads them, with the name of the zone."""
    name = zone or bridge.contract_of(cx, case.contract_version_id).time_zone
    where = zone_of(name)
    said = [slot.astimezone(where).strftime("%a %b %-d, %-I:%M %p") for slot in slots]
    return f"{' or '.join(said)} ({slots[0].astimezone(where).tzname()})"


def slots_of(row: Any) -> tuple[datetime, ...]:
    """Every time that a talk was offered at, in order."""
    found = tuple(datetime.fromisoformat(each) for each in row.slots)
    return found or (row.slot_at,)


def tries(cx: Context, case_id: int) -> int:
    """How often somebody tried to reach the physician for the talk that stands offered."""
    talk = open_talk(cx, case_id)
    if talk is None:
        return 0
    return int(
        cx.db.execute(select(func.count(TalkTry.id)).where(TalkTry.talk_id == talk.id)).scalar_one()
    )


def tried(cx: Context, talk_id: int) -> tuple[Any, ...]:
    """Every try for this talk, in order: at, number, result, by_name."""
    return tuple(
        cx.db.execute(
            select(TalkTry.at, TalkTry.number, TalkTry.result, TalkTry.by_name)
            .where(TalkTry.talk_id == talk_id)
            .order_by(TalkTry.id)
            .limit(100)
        )
    )
