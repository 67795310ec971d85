"""The measured record of an office as the office itself reads it: its own alone, with the bar, the
cards that it held or holds, and the requests that were counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select

from casework.context import SYSTEM, Context
from casework.errors import NotFound
from casework.models import GoldCard, MedicalPolicy, Organization
from casework.records import gold_cards
from casework.records.gold_cards import BAR, Record

MOST_CASES: Final = 100
MOST_CARDS: Final = 50


@dataclass(frozen=True, slots=True)
class OwnCard:
    """A gold card of the office: since when and until when (None: no end is set); `standing`:
    requests are approved by it today."""

    starts_on: date
    ends_on: date | None
    standing: bool
    ended_why: str


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """One office and policy (`title`: of the medical policy, where one has this code): the figures
    between two days, and its cards, the newest first."""

    organization_id: int
    office: str
    title: str
    record: Record
    cards: tuple[OwnCard, ...]

    @property
    def card(self) -> OwnCard | None:
        """The card that stands or is to begin."""
        return next((each for each in self.cards if not each.ended_why), None)

    @property
    def since(self) -> date:
        """The first day of what is counted."""
        return date.fromisoformat(self.record.since)

    @property
    def until(self) -> date:
        """The last day of it."""
        return date.fromisoformat(self.record.until)

    @property
    def lacks_requests(self) -> int:
        """How many more requests people must decide before it can be measured."""
        return max(0, BAR.least - self.record.decided)


def own(cx: Context) -> tuple[OwnRecord, ...]:
    """Every policy of the acting office's organizations with a decision or a card, by name.

    Figures are counted as the plan counts them, over all that the office asked for.
    """
    ids = _own_ids(cx)
    if not ids:
        return ()
    today = cx.now.date()
    names = dict(
        cx.db.execute(
            select(Organization.id, Organization.name).where(Organization.id.in_(ids))
        ).all()
    )
    with cx.database.reading(cx.but(principal=SYSTEM, session=None)) as house:
        records = gold_cards.measured(house, until=today, organizations=ids)
        cards = _cards(house, ids, today)
    by_key = {(each.organization_id, each.policy): each for each in records}
    titles = _titles(cx, {policy for _, policy in {*by_key, *cards}})
    found = [
        OwnRecord(
            organization_id=key[0],
            office=names.get(key[0], ""),
            title=titles.get(key[1], ""),
            record=by_key.get(key) or _empty(key, today),
            cards=held,
        )
        for key in {*by_key, *cards}
        for held in (cards.get(key, ()),)
    ]
    return tuple(sorted(found, key=lambda one: (one.office, one.record.policy)))


def counted(cx: Context, organization_id: int, policy: str) -> tuple[OwnRecord, tuple[Any, ...]]:
    """One of these records and the requests behind it, the newest first, at most MOST_CASES.
    Raises NotFound for what is not of the acting office."""
    wanted = (organization_id, policy)
    found = next((r for r in own(cx) if (r.organization_id, r.record.policy) == wanted), None)
    if found is None:
        raise NotFound("Your office has no such record.")
    rows = gold_cards.cases_behind(
        cx, organization_id, policy, until=cx.now.date(), most=MOST_CASES
    )
    return found, rows


def _titles(cx: Context, codes: set[str]) -> dict[str, str]:
    rows = cx.db.execute(
        select(MedicalPolicy.code, MedicalPolicy.title)
        .where(MedicalPolicy.code.in_(codes))
        .order_by(MedicalPolicy.version)
    )
    return {row.code: row.title for row in rows}


def _own_ids(cx: Context) -> Sequence[int]:
    return cx.principal.ids if cx.principal.reach == "organizations" else ()


def _empty(key: tuple[int, str], today: date) -> Record:
    since = today - timedelta(days=round(BAR.months * 30.44))
    return Record(key[0], key[1], 0, 0, 0, since.isoformat(), today.isoformat())


def _cards(
    house: Context, ids: Sequence[int], today: date
) -> dict[tuple[int, str], tuple[OwnCard, ...]]:
    rows = house.db.execute(
        select(GoldCard)
        .where(GoldCard.organization_id.in_(ids))
        .order_by(GoldCard.id.desc())
        .limit(MOST_CARDS)
    ).scalars()
    found: dict[tuple[int, str], tuple[OwnCard, ...]] = {}
    for row in rows:
        standing = row.starts_on <= today and (row.ends_on is None or row.ends_on >= today)
        card = OwnCard(row.starts_on, row.ends_on, standing, row.ended_why)
        key = (row.organization_id, row.policy)
        found[key] = (*found.get(key, ()), card)
    return found
