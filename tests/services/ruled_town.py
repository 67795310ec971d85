"""A planted town at one hour, its cases read as they are stamped and as the law would have them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from casework.context import SYSTEM, Context, Principal
from casework.db import Database
from casework.models import Contract, User
from casework.records import histories, readings
from casework.services import studies
from sla.tally import Tally

AS_OF = datetime(2027, 3, 3, 15, 0, tzinfo=UTC)
CASES = 160
LAW = ("+federal", "+state:oh")
AFTER = ",".join(("stamped", *LAW))


def as_of(town: Database, who: Principal = SYSTEM) -> Context:
    """The context of somebody at the hour of the town."""
    return Context(now=AS_OF, principal=who, database=town)


def person(town: Database, role: str, **more: Any) -> Principal:
    """Somebody of the demo town with this role."""
    with town.reading(as_of(town)) as cx:
        user = next(
            u for u in cx.db.execute(select(User)).scalars() if role in {r.name for r in u.roles}
        )
        ids = tuple(cx.db.execute(select(Contract.id)).scalars())
        plain = Principal(
            kind="user", id=user.id, name=user.name, roles=frozenset({role}), ids=ids,
            reach="contracts",
        )  # fmt: skip
    return replace(plain, **more)


def compared(cx: Context, kind: str, after: str = AFTER, **more: Any) -> histories.Comparison:
    before = readings.read(cx, readings.STAMPED)
    return histories.comparison(cx, kind, before, readings.read(cx, after), **more)


def counted(town: Database, kind: str, *, after: str = AFTER, **more: Any) -> Tally:
    """The tally of all cases in one go."""
    with town.reading(as_of(town)) as cx:
        tally = Tally(most=studies.MOST_FOUND)
        asked = compared(cx, kind, after, **more)
        assert sum(histories.tallied(cx, asked, tally, size=7)) == tally.figures.get("cases", 0)
        return tally
