"""A claim takes as much work as was asked for, whatever plan the database makes of it."""

import pytest
from sqlalchemy import create_engine, delete, insert, select, text

from casework import now, outbox
from casework.models import OutboxItem
from casework.services.operations import move_time
from tests.builders import MONDAY, a_town


@pytest.fixture(scope="module")
def town(database, settings):
    made = a_town(database, settings)
    move_time(database.context(), MONDAY)
    return made


@pytest.fixture
def three(town, settings):
    """Three pieces of work that are ready, the oldest first: their numbers."""
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as owner:
        owner.execute(delete(OutboxItem))
        made = [
            owner.execute(
                insert(OutboxItem)
                .values(
                    topic="form",
                    object_id=number,
                    dedupe_key=f"form:{number}",
                    state="waiting",
                    next_at=MONDAY,
                    created_at=MONDAY,
                )
                .returning(OutboxItem.id)
            ).scalar_one()
            for number in (1, 2, 3)
        ]
    engine.dispose()
    return made


# Each plan that the planner may fall for as the statistics of a small table change.
PLANS = {
    "as it likes": (),
    "nested loops": ("hashjoin", "mergejoin", "hashagg", "sort", "material", "memoize"),
    "merge": ("hashjoin", "nestloop"),
    "no index": ("indexscan", "indexonlyscan", "bitmapscan"),
}


@pytest.mark.parametrize("plan", PLANS)
def test_one_is_one(town, three, plan) -> None:
    asked = town.cx("system")
    with town.database.session(asked) as session:
        cx = asked.on(session)
        for way in PLANS[plan]:
            cx.db.execute(text(f"set local enable_{way} = off"))
        first = outbox.claim(cx, ["form"], wall=now.wall())
        assert [item.id for item in first] == three[:1]
        rest = outbox.claim(cx, ["form"], wall=now.wall(), limit=2)
        assert sorted(item.id for item in rest) == three[1:]
        states = cx.db.execute(select(OutboxItem.attempts)).scalars().all()
        assert states == [1, 1, 1]
