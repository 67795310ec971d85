"""The same seed and instant give the same town, to the last readable byte."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from casework import chain
from casework.errors import Invalid
from casework.ledger.histories import import_histories
from casework.models import (
    Case,
    CaseEvent,
    Clock,
    CoverageSpan,
    Determination,
    Licence,
    Member,
    Organization,
    RequestLine,
)
from casework.seed import planting
from tests.seed.conftest import AS_OF

CASES = 150
# What differs between two houses: keys, and what is sealed or linked with them.
SECRET = {"key_sealed", "head_hash", "head_mac", "body_ct", "prev_hash", "hash", "mac", "words_ct"}


def readable(base):
    """Everything that can be read of the towns' main tables, in order."""
    found = {}
    with base.database.reading(base.database.context()) as cx:
        for model in (
            Member,
            Organization,
            CoverageSpan,
            Licence,
            Case,
            CaseEvent,
            Clock,
            RequestLine,
            Determination,
        ):
            table = model.__table__
            shown = [c for c in table.columns if c.name not in SECRET and c.name != "id"]
            statement = select(*shown).order_by(*table.primary_key.columns)
            found[table.name] = [tuple(row) for row in cx.db.execute(statement)]
    return found


@pytest.fixture(scope="module")
def twins(empty):
    first, second = empty(), empty()
    return first, first.plant(CASES, seed=7), second, second.plant(CASES, seed=7)


def test_two_towns_of_one_seed_have_one_checksum(twins) -> None:
    _first, one, _second, other = twins
    assert one.checksum == other.checksum
    assert one.cases == other.cases == CASES


def test_two_towns_of_one_seed_read_the_same(twins) -> None:
    first, _one, second, _other = twins
    assert readable(first) == readable(second)


def test_their_chains_differ_because_their_keys_do(twins) -> None:
    first, _one, second, _other = twins
    heads = []
    for base in (first, second):
        with base.database.reading(base.database.context()) as cx:
            heads.append({bytes(m) for m in cx.db.execute(select(Case.head_mac)).scalars()})
    assert heads[0] & heads[1] == set()
    assert len(chain.CASE_COLUMNS) > 20


def test_another_seed_gives_another_town(empty, twins) -> None:
    assert empty().plant(CASES, seed=8).checksum != twins[1].checksum


def test_another_instant_gives_another_town(empty, twins) -> None:
    later = AS_OF + timedelta(hours=1)
    assert empty().plant(CASES, seed=7, as_of=later).checksum != twins[1].checksum


def test_a_town_is_planted_once(twins) -> None:
    first, one, *_ = twins
    again = first.plant(CASES, seed=7)
    assert again.again
    assert again.checksum == one.checksum
    with pytest.raises(Invalid, match="seed 7 stands here"):
        first.plant(CASES, seed=9)


def test_a_base_with_contracts_of_its_own_is_not_planted(empty) -> None:
    base = empty()
    assert not planting.is_half(base.database)
    base.plant(0)
    assert not planting.is_half(base.database)
    with base.database.engine.connect() as connection:
        connection.exec_driver_sql("delete from seed_fact")
        connection.commit()
    assert planting.is_half(base.database), "it never came to its end"
    with pytest.raises(Invalid, match="contracts of its own"):
        base.plant(10)


def test_a_town_before_there_were_contracts_is_refused(empty) -> None:
    with pytest.raises(Invalid) as refused:
        empty().plant(10, as_of=datetime(2025, 3, 1, tzinfo=UTC))
    assert "as_of" in refused.value.fields


@pytest.mark.parametrize("cases", [1, 60])
def test_a_town_has_exactly_as_many_cases_as_asked_for(empty, cases) -> None:
    base = empty()
    assert base.plant(cases).cases == cases
    with base.database.reading(base.database.context()) as cx:
        assert len(cx.db.execute(select(Case.id)).all()) == cases


@pytest.mark.parametrize(
    "as_of",
    [
        datetime(2026, 11, 1, 5, 30, tzinfo=UTC),  # in the hour that comes twice
        datetime(2027, 3, 14, 7, 0, tzinfo=UTC),  # the hour that is left out
        datetime(2026, 12, 1, 4, 59, tzinfo=UTC),  # the last minute of a local day
        datetime(2026, 7, 1, 4, 0, tzinfo=UTC),  # the first minute of a local day
    ],
)
def test_histories_can_end_at_any_hour(people, as_of) -> None:
    base, town = people
    told = planting.authors(town, seed=3, cases=300)
    assert import_histories(base.database, told, as_of=as_of).cases == 300
