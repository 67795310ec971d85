"""The public figures of a year: equal to a second computation in plain SQL, opened to exactly their
cases, published once and then only corrected."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import ProgrammingError

from casework import code_tables, year_counter
from casework.config import Settings
from casework.context import SYSTEM, Context
from casework.db import Database
from casework.errors import Invalid, NotAllowed, NotFound, StateRefused
from casework.ledger.histories import import_histories
from casework.models import SecurityEvent
from casework.queries import public_figures as told
from casework.records import year_figures
from casework.records.year_figures import Behind
from casework.seed import directory, planting
from casework.services import public_figures
from casework.services.public_figures import Publication, Wanted
from tests.services import figure_corners, figures_in_sql
from tests.services.figures_in_sql import Second
from tests.services.ruled_town import person

AS_OF = datetime(2027, 1, 20, 15, 0, tzinfo=UTC)
WHOLE = os.environ.get("CHAOS") == "year"
CASES = 10_000 if WHOLE else 360
YEARS = (2026, 2027)
EITHER = ("standard", "expedited")


@pytest.fixture(scope="module")
def town(database: Database, settings: Settings) -> Database:
    """Requests and appeals around a New Year, and the corners that a figure can trip over."""
    code_tables.load(settings)
    made, _ = directory.write(settings, seed=5, as_of=AS_OF, cases=CASES)
    both = (*planting.authors(made, seed=5, cases=CASES), *figure_corners.authors(made))
    import_histories(database, both, as_of=AS_OF)
    return database


def cx(town: Database, who: str = "", **more: Any) -> Context:
    principal = person(town, who, **more) if who else SYSTEM
    return Context(now=AS_OF, principal=principal, database=town)


@pytest.fixture(scope="module")
def counted(town: Database) -> dict[tuple[str, int], int]:
    """The number of the count of each unit and year, done by the worker's own turn."""
    with town.reading(cx(town)) as reading:
        units = [unit.code for unit in told.units(reading)]
    found = {}
    for unit in units:
        for year in YEARS:
            number = public_figures.count_year(
                cx(town, "compliance", reach="all"), Wanted(unit=unit, year=year)
            )
            while public_figures.count_slice(cx(town), page_size=90):
                pass
            found[unit, year] = number
    return found


@pytest.fixture(scope="module")
def plainly(town: Database, settings: Settings, counted: Any) -> dict[tuple[str, int], Second]:
    """The same in plain SQL, as the owner of the tables."""
    owner = create_engine(settings.database_owner_url)
    with owner.connect() as connection:
        connection.execute(text("set timezone to 'UTC'"))
        found = {
            key: figures_in_sql.second(connection, unit=key[0], year=key[1], as_of=AS_OF)
            for key in counted
        }
    owner.dispose()
    return found


def refs_behind(town: Database, number: int, of: Behind) -> set[str]:
    """The cases to which a number opens, page by page."""
    found: set[str] = set()
    after = 0
    with town.reading(cx(town, "compliance", reach="all")) as reading:
        while page := told.cases(reading, number, of, after=after, limit=40):
            found |= {row.ref for row in page}
            after = page[-1].id
    return found


def figures(town: Database, number: int) -> Any:
    with town.reading(cx(town)) as reading:
        return told.count(reading, number).figures


def expected(second: Second) -> Iterator[tuple[str, set[str], set[str]]]:
    """The seven percentages as sets of cases: name, part, whole."""
    yes = ("approved", "partial")
    for priority in EITHER:
        of = second.refs(priority=(priority,))
        yield f"{priority}_approved", second.refs(priority=(priority,), outcome=yes), of
        yield f"{priority}_denied", second.refs(priority=(priority,), outcome=("denied",)), of
    appeals = second.refs(kind="appeal", priority=("standard",))
    won = second.refs(kind="appeal", priority=("standard",), outcome=("overturned", "partial"))
    yield "after_appeal", won, appeals
    yield "extended_approved", second.refs(extended=True, outcome=yes), second.refs()


def test_every_figure_equals_a_second_computation_in_plain_sql(town, counted, plainly) -> None:
    compared = requests = 0
    for key, number in counted.items():
        mine, second = figures(town, number), plainly[key]
        shares = {one.key: one for one in told.shares(mine)}
        for name, part, whole in expected(second):
            share = shares[name]
            assert (share.part, share.whole) == (len(part), len(whole)), (key, name)
            assert share.value == (100 * len(part) / len(whole) if whole else None)
            compared += 1
        for priority in EITHER:
            time = second.times.get(priority)
            said = mine[priority]
            requests += said["decided"]
            if time is None:
                assert (said["decided"], said["mean_hours"], said["median_hours"]) == (
                    0,
                    None,
                    None,
                )
                continue
            assert said["decided"] == time.cases
            assert said["mean_hours"] == pytest.approx(float(time.mean), abs=0.006)
            assert said["median_hours"] == pytest.approx(float(time.median), abs=0.006)
        left_out = {why: len(refs) for why, refs in second.left_out().items()}
        assert mine["left_out"] == left_out, key
    assert compared == len(counted) * 6
    assert requests > CASES / 4  # something was there to be compared


def test_each_number_opens_to_exactly_its_cases(town, counted, plainly) -> None:
    opened = 0
    for key, number in counted.items():
        mine, second = figures(town, number), plainly[key]
        shares = {one.key: one for one in told.shares(mine)}
        for name, part, whole in expected(second):
            assert refs_behind(town, number, shares[name].of_part) == part
            assert refs_behind(town, number, shares[name].of_whole) == whole
            opened += len(part)
        for why, refs in second.left_out().items():
            assert refs_behind(town, number, told.behind(mine, f"left_out_{why}")) == refs
    assert opened > CASES / 8


def test_every_corner_is_among_the_cases(town, counted) -> None:
    """Fast, slow, extended, partial, left out, appealed: nothing is compared with nothing."""
    whole = [figures(town, number) for number in counted.values()]
    for name in ("approved", "partial", "denied"):
        assert sum(each["standard"][name] for each in whole) > 0
    assert sum(each["expedited"]["decided"] for each in whole) > 5
    assert sum(each["appeals"]["decided"] for each in whole) > 2
    reasons = {why for each in whole for why in each["left_out"]}
    assert reasons >= {"drug", "afterwards", "withdrawn", "dismissed"}


def test_the_year_ends_at_midnight_where_the_contract_is(town, counted) -> None:
    """Three corners for each of three contracts stand around midnight in Ohio."""
    for unit in ("oh-mcd-2026", "ma-2026", "oh-issuer"):
        this = refs_behind(town, counted[unit, 2026], Behind())
        following = refs_behind(town, counted[unit, 2027], Behind())
        assert not this & following


def test_every_name_of_a_number_opens_and_another_does_not(town, counted) -> None:
    number = counted["oh-mcd", 2026]
    mine = figures(town, number)
    with town.reading(cx(town, "compliance", reach="all")) as reading:
        for name, of in told.numbers(mine):
            assert told.behind(mine, name) == of
            assert told.how_many(reading, number, of) == len(refs_behind(town, number, of))
        with pytest.raises(NotFound):
            told.behind(mine, "everything")


def test_drugs_and_what_needs_none_are_not_on_the_list(town, counted) -> None:
    services = figures(town, counted["oh-mcd", 2026])["services"]
    assert services
    assert not [one for one in services if one["code"].startswith("J")]
    assert all(one["label"] and "2026-01-01" <= one["from"] <= "2026-12-31" for one in services)


@pytest.mark.parametrize(
    ("choices", "name", "part", "whole"),
    [
        ({"partial": "denied"}, "standard_denied", ("denied", "partial"), "standard"),
        ({"partial": "own"}, "standard_approved", ("approved",), "standard"),
        ({"appeals": "requests"}, "after_appeal", None, "standard"),
    ],
)
def test_what_the_rule_leaves_open_is_a_choice_that_is_kept(
    town, counted, choices, name, part, whole
) -> None:
    mine = dict(figures(town, counted["oh-mcd", 2026]))
    mine["choices"] = {**mine["choices"], **choices}
    share = {one.key: one for one in told.shares(mine)}[name]
    assert share.whole == mine[whole]["decided"]
    if part is not None:
        assert share.part == sum(mine[whole][each] for each in part)


# ── How a count is made, and published ──────────────────────────────────────────────────────────


def test_a_count_that_stops_in_the_middle_goes_on_and_counts_nothing_twice(town, counted) -> None:
    again = public_figures.count_year(cx(town, "supervisor"), Wanted(unit="oh-mcd", year=2026))
    assert public_figures.count_slice(cx(town), seconds=0, page_size=20)
    with town.reading(cx(town)) as reading:
        half = told.count(reading, again)
    assert (half.state, half.seen) == ("running", 20)
    assert half.total > 20
    assert year_counter.count_some(town)
    assert not year_counter.count_some(town)
    with town.reading(cx(town)) as reading:
        done = told.count(reading, again)
    first = figures(town, counted["oh-mcd", 2026])
    assert (done.state, done.seen) == ("done", done.total)
    assert {**done.figures, "as_of": ""} == {**first, "as_of": ""}


def publish(town: Database, number: int, reason: str = "", who: str = "compliance") -> int:
    return public_figures.publish_figures(
        cx(town, who, reach="all"), Publication(count=number, reason=reason)
    )


def test_a_year_is_published_once_and_corrected_with_a_reason(town, counted, settings) -> None:
    number = counted["ma-2026", 2026]
    with pytest.raises(NotAllowed, match="Only compliance may publish figures"):
        publish(town, number, who="supervisor")
    assert publish(town, number) == 1
    with pytest.raises(StateRefused, match="published already"):
        publish(town, number, "Again.")
    again = public_figures.count_year(cx(town, "supervisor"), Wanted(unit="ma-2026", year=2026))
    with pytest.raises(StateRefused, match="done"):
        publish(town, again)
    while public_figures.count_slice(cx(town)):
        pass
    with pytest.raises(Invalid, match="corrects them"):
        publish(town, again)
    assert publish(town, again, "Two requests came in by fax and were entered late.") == 2
    with town.reading(cx(town)) as reading:
        newest, first = told.editions(reading, "ma-2026", 2026)
        [held] = [each for each in told.newest_editions(reading) if each.unit == "ma-2026"]
        what = set(
            reading.db.execute(
                select(SecurityEvent.what).where(SecurityEvent.event == "figures_published")
            ).scalars()
        )
    assert held == newest
    assert (first.edition, newest.edition) == (1, 2)
    assert first.sha256 == year_figures.sha256(first.figures) == year_figures.sha256(
        figures(town, number)
    )  # fmt: skip
    assert newest.reason.startswith("Two requests")
    assert newest.published_by == person(town, "compliance").name
    assert {f"count:{number} edition:1", f"count:{again} edition:2"} <= what


def test_a_year_that_is_not_over_is_not_published(town, counted) -> None:
    with pytest.raises(StateRefused, match="before 2027 was over"):
        publish(town, counted["oh-mcd", 2027])


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (Wanted(unit="oh-mcd", year=2028), "Choose a year from 2025 to 2027"),
        (Wanted(unit="oh-mcd", year=2026, choices={"partial": "maybe"}), "Choose one of"),
    ],
)
def test_what_cannot_be_counted_is_said(town, wanted, says) -> None:
    with pytest.raises(Invalid) as refused:
        public_figures.count_year(cx(town, "compliance", reach="all"), wanted)
    assert says in " ".join(refused.value.fields.values())


def test_what_was_published_and_its_cases_cannot_be_changed(town) -> None:
    for statement in (
        "update published_figures set figures = '{}'",
        "delete from published_figures",
        "update year_case set outcome = 'approved'",
        "delete from year_case",
    ):
        with town.engine.connect() as connection, pytest.raises(ProgrammingError) as refused:
            connection.execute(text(statement))
        assert "permission denied" in str(refused.value)
