"""Gold cards: granted and ended by a person, with a reason and the record that was measured.

Every night the record of each card is measured anew; where it falls, ending it is proposed to a
person. No machine takes a card away.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import func, insert, or_, select, update

from casework import observations, policy
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound
from casework.models import GoldCard, Organization
from casework.records import gold_cards

KEEP: Final = "keep_gold_cards"
MOST_OF_A_REASON: Final = 400
A_YEAR: Final = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class Grant:
    """For which office and policy a card begins, and why."""

    organization_id: int
    policy: str
    starts_on: date
    reason: str


@command
def grant(cx: Context, form: Grant) -> int:
    """Grant a card on the record as it is measured today; returns its id.

    Raises NotAllowed, NotFound, Invalid: no reason, a day that is past or far off, a card that is
    there already, a record below the bar.
    """
    policy.require(cx.principal, "", KEEP)
    cx.db.execute(select(func.pg_advisory_xact_lock(func.hashtext("gold cards"))))
    if cx.db.get(Organization, form.organization_id) is None:
        raise NotFound("There is no such office.")
    today = cx.now.date()
    wrong = _reason(form.reason)
    if not today <= form.starts_on <= today + A_YEAR:
        wrong["starts_on"] = "Enter a day from today on, within a year."
    if _standing(cx, form.organization_id, form.policy, today):
        wrong["policy"] = "This office holds a card for this policy already."
    record = _measured(cx, form, today)
    if record is None or not record.reaches:
        wrong["policy"] = _below(record)
    if wrong or record is None:
        raise Invalid("The card was not granted.", fields=wrong)
    card_id: int = cx.db.execute(
        insert(GoldCard)
        .values(
            organization_id=form.organization_id,
            policy=form.policy,
            starts_on=form.starts_on,
            record=record.stored(),
            reason=form.reason.strip(),
            granted_at=cx.now,
            granted_by=cx.principal.name[:120],
        )
        .returning(GoldCard.id)
    ).scalar_one()
    observations.append(cx, "gold_card_granted", what=f"gold-card:{card_id}")
    return card_id


@command
def end(cx: Context, card_id: int, *, reason: str) -> None:
    """End a card: from tomorrow on its requests go to a nurse again. Raises NotAllowed, NotFound,
    Invalid."""
    policy.require(cx.principal, "", KEEP)
    card = _open_card(cx, card_id)
    wrong = _reason(reason)
    if wrong:
        raise Invalid("Say why the card ends.", fields=wrong)
    last = max(cx.now.date(), card.starts_on)
    cx.db.execute(
        update(GoldCard)
        .where(GoldCard.id == card_id)
        .values(
            ends_on=last,
            ended_at=cx.now,
            ended_by=cx.principal.name[:120],
            ended_why=reason.strip(),
        )
        .execution_options(synchronize_session=False)
    )
    observations.append(cx, "gold_card_ended", what=f"gold-card:{card_id}")


@command
def keep(cx: Context, card_id: int, *, reason: str) -> None:
    """Leave a card standing although its record fell; the proposal is put aside until it is
    measured so again on a later day. Raises NotAllowed, NotFound, Invalid."""
    policy.require(cx.principal, "", KEEP)
    card = _open_card(cx, card_id)
    wrong = _reason(reason)
    if wrong or card.doubted_at is None:
        raise Invalid("Say why it stays.", fields=wrong or {"reason": "Nobody doubts it."})
    kept = {"kept_by": cx.principal.name[:120], "kept_why": reason.strip()}
    kept["kept_on"] = cx.now.date().isoformat()
    cx.db.execute(
        update(GoldCard)
        .where(GoldCard.id == card_id)
        .values(doubted_at=None, doubt={**card.doubt, **kept})
        .execution_options(synchronize_session=False)
    )
    observations.append(cx, "gold_card_kept", what=f"gold-card:{card_id}")


@command
def look_at_records(cx: Context) -> int:
    """The nightly check, as the system: measure each standing card and propose to end those whose
    record fell. Returns how many it newly proposes. It ends none."""
    today = cx.now.date()
    cards = cx.db.execute(
        select(GoldCard)
        .where(
            GoldCard.doubted_at.is_(None),
            or_(GoldCard.ends_on.is_(None), GoldCard.ends_on >= today),
        )
        .with_for_update(skip_locked=True)
    ).scalars()
    standing = list(cards)
    offices = {card.organization_id for card in standing}
    if not standing:
        return 0
    records = {
        (each.organization_id, each.policy): each
        for each in gold_cards.measured(cx, until=today, organizations=offices)
    }
    proposed = 0
    for card in standing:
        record = records.get((card.organization_id, card.policy))
        if record is None or not record.falls or _was_kept(card, record):
            continue
        card.doubted_at = cx.now
        card.doubt = record.stored()
        proposed += 1
    cx.db.flush()
    return proposed


def _was_kept(card: GoldCard, record: gold_cards.Record) -> bool:
    """Whether somebody looked at these very figures and left the card standing."""
    same = ("decided", "approved")
    return "kept_on" in card.doubt and all(
        card.doubt.get(name) == getattr(record, name) for name in same
    )


def _standing(cx: Context, organization_id: int, of_policy: str, today: date) -> bool:
    return (
        cx.db.execute(
            select(GoldCard.id).where(
                GoldCard.organization_id == organization_id,
                GoldCard.policy == of_policy,
                or_(GoldCard.ends_on.is_(None), GoldCard.ends_on >= today),
            )
        ).first()
        is not None
    )


def _measured(cx: Context, form: Grant, today: date) -> gold_cards.Record | None:
    found = gold_cards.measured(cx, until=today, organizations=(form.organization_id,))
    return next((each for each in found if each.policy == form.policy), None)


def _below(record: gold_cards.Record | None) -> str:
    bar = gold_cards.BAR
    had = f"{record.approved} of {record.decided}" if record else "none"
    return (
        f"The record is below the bar: {had} approved by people in {bar.months} months; a card"
        f" needs {bar.rate} of 100 and at least {bar.least} requests."
    )


def _open_card(cx: Context, card_id: int) -> Any:
    card = cx.db.execute(select(GoldCard).where(GoldCard.id == card_id).with_for_update()).scalar()
    if card is None:
        raise NotFound("There is no such gold card.")
    if card.ended_at is not None:
        raise Invalid("It has ended already.", fields={"reason": "It has ended already."})
    return card


def _reason(reason: str) -> dict[str, str]:
    if not reason.strip():
        return {"reason": "Say why: an auditor reads it."}
    if len(reason) > MOST_OF_A_REASON:
        return {"reason": f"Say it in {MOST_OF_A_REASON} characters."}
    return {}
