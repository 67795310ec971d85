"""Letters as they stand: of a case, of a member, and the exact bytes that were sent."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from casework.context import Context
from casework.errors import NotFound
from casework.models import Case, Delivery, Letter
from casework.queries.case_file import case_by_ref

READABLE = ("deposited", "sent")


def letters_of(cx: Context, ref: str) -> tuple[Any, ...]:
    """All letters of a case, in the order in which they were owed. Raises NotFound."""
    case = case_by_ref(cx, ref)
    return tuple(
        cx.db.execute(select(Letter).where(Letter.case_id == case.id).order_by(Letter.id)).scalars()
    )


def letter_by_id(cx: Context, letter_id: int, *, recipients: tuple[str, ...] = ()) -> Any:
    """One letter within reach (addressed to one of `recipients`, if named). Raises NotFound."""
    statement = select(Letter, Case.ref).join(Case, Case.id == Letter.case_id)
    if recipients:
        statement = statement.where(Letter.recipient.in_(recipients))
    found = cx.db.execute(statement.where(Letter.id == letter_id)).one_or_none()
    if found is None:
        raise NotFound("There is no such letter here.")
    return found


def inbox(
    cx: Context, *, recipients: tuple[str, ...], before: int | None = None, limit: int = 50
) -> tuple[Any, ...]:
    """Letters that these recipients can read, newest first, below the id `before`."""
    statement = (
        select(Letter, Case.ref, Case.kind, Case.title)
        .join(Case, Case.id == Letter.case_id)
        .where(Letter.recipient.in_(recipients), Letter.state.in_(READABLE))
    )
    if before is not None:
        statement = statement.where(Letter.id < before)
    return tuple(cx.db.execute(statement.order_by(Letter.id.desc()).limit(limit)))


def with_deliveries(cx: Context, rows: Sequence[Any]) -> list[Any]:
    """The same letters, each with its `deliveries`."""
    ways = deliveries_of(cx, [row.id for row in rows])
    for row in rows:
        row.deliveries = ways.get(row.id, [])
    return list(rows)


def is_unproved(way: Any) -> bool:
    """Whether this copy is at the print vendor and no proof of mailing came yet."""
    return way.batch_id is not None and way.mailed_at is None and way.state == "confirmed"


def deliveries_of(cx: Context, letter_ids: list[int]) -> dict[int, list[Any]]:
    """How each of these letters left, by letter."""
    found: dict[int, list[Any]] = {}
    if letter_ids:
        rows = cx.db.execute(
            select(Delivery).where(Delivery.letter_id.in_(letter_ids)).order_by(Delivery.id)
        ).scalars()
        for row in rows:
            found.setdefault(row.letter_id, []).append(row)
    return found
