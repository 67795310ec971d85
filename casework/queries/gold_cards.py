"""Gold cards to read: those that stand, those whose record fell, offices that might get one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from casework.context import Context
from casework.errors import NotFound
from casework.models import GoldCard, Organization
from casework.records import gold_cards
from casework.records.gold_cards import Record

MOST_CARDS: Final = 200


@dataclass(frozen=True, slots=True)
class Card:
    """A card with its office and its record: as granted, and as it is now."""

    row: Any
    office: str
    granted_on: Record
    now: Record | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An office and a policy with the record of the last months."""

    office: str
    record: Record


@dataclass(frozen=True, slots=True)
class Overview:
    """All of it: cards that stand (those in doubt first), cards that ended, offices that reach the
    bar and hold none, and the other records."""

    standing: tuple[Card, ...]
    ended: tuple[Card, ...]
    proposed: tuple[Candidate, ...]
    others: tuple[Candidate, ...]


def overview(cx: Context) -> Overview:
    """Everything about gold cards, measured as of today. As the system: records are of the whole
    house."""
    today = cx.now.date()
    records = gold_cards.measured(cx, until=today)
    cards = list(
        cx.db.execute(
            select(GoldCard).order_by(GoldCard.granted_at.desc(), GoldCard.id).limit(MOST_CARDS)
        ).scalars()
    )
    offices = _names(
        cx, {each.organization_id for each in records} | {c.organization_id for c in cards}
    )
    by_key = {(each.organization_id, each.policy): each for each in records}
    shown = [_card(card, offices, by_key) for card in cards]
    holds = {(c.organization_id, c.policy) for c in cards if _stands(c, today)}
    rest = [
        Candidate(offices[each.organization_id], each)
        for key, each in by_key.items()
        if key not in holds
    ]
    rest.sort(key=lambda one: (-(one.record.rate or 0), -one.record.decided, one.office))
    standing = [each for each in shown if _stands(each.row, today)]
    return Overview(
        standing=tuple(sorted(standing, key=lambda each: each.row.doubted_at is None)),
        ended=tuple(each for each in shown if not _stands(each.row, today)),
        proposed=tuple(each for each in rest if each.record.reaches),
        others=tuple(each for each in rest if not each.record.reaches),
    )


def of_office(cx: Context, organization_id: int) -> tuple[tuple[Record, Any], ...]:
    """The records of one office, each with its card that stands (None: none). As the system."""
    today = cx.now.date()
    records = gold_cards.measured(cx, until=today, organizations=(organization_id,))
    cards = {
        card.policy: card
        for card in cx.db.execute(
            select(GoldCard)
            .where(GoldCard.organization_id == organization_id)
            .order_by(GoldCard.id)
        ).scalars()
        if _stands(card, today)
    }
    return tuple((each, cards.get(each.policy)) for each in records)


def office(cx: Context, organization_id: int) -> str:
    """The name of an office. Raises NotFound."""
    found = _names(cx, {organization_id})
    if organization_id not in found:
        raise NotFound("There is no such office.")
    return found[organization_id]


def _names(cx: Context, ids: Iterable[int]) -> dict[int, str]:
    rows = cx.db.execute(
        select(Organization.id, Organization.name).where(Organization.id.in_(list(ids)))
    )
    return {row.id: row.name for row in rows}


def _stands(card: Any, today: date) -> bool:
    return card.ends_on is None or bool(card.ends_on >= today)


def _card(card: Any, offices: dict[int, str], by_key: dict[tuple[int, str], Record]) -> Card:
    return Card(
        row=card,
        office=offices.get(card.organization_id, ""),
        granted_on=Record(**card.record),
        now=by_key.get((card.organization_id, card.policy)),
    )
