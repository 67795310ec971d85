"""What a change of rules would move and what it would have meant: as a naive recompute of every
case says; and which open cases a rule binds now."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from casework import bridge
from casework.config import Settings
from casework.context import Context
from casework.db import Database
from casework.models import Case, Clock, Contract
from casework.queries import rule_cases
from casework.queries import studies as told
from casework.records import histories
from casework.seed import planting
from sla.calendars import zone
from sla.supposing import read_change
from tests.services.ruled_town import AS_OF, CASES, LAW, as_of, counted, person


@pytest.fixture(scope="module")
def town(database: Database, settings: Settings) -> Database:
    """A planted town."""
    planting.plant(settings, cases=CASES, seed=3, as_of=AS_OF, post_room=None)
    return database


def naive(cx: Context, *, only_open: bool) -> Iterator[tuple[Any, list[Any]]]:
    """Each case with what both readings say of it, one case at a time."""
    change = read_change(LAW)
    wanted = select(Case).order_by(Case.id)
    for case in cx.db.execute(wanted.where(Case.open) if only_open else wanted).scalars():
        stamped = bridge.contract_of(cx, case.contract_version_id)
        rows = bridge.history(cx, case.id)
        subject = bridge.subject_of(case)
        yield case, [bridge.answer_for(c, subject, rows) for c in (stamped, change.on(stamped))]


def test_a_diff_says_what_a_naive_recompute_of_every_open_case_says(town: Database) -> None:
    tally = counted(town, histories.DIFF)
    moved: Counter[str] = Counter()
    cells: Counter[tuple[str, str, str]] = Counter()
    with town.reading(as_of(town)) as cx:
        for case, (before, after) in naive(cx, only_open=True):
            names = {c.name for c in (*before.clocks, *after.clocks)}
            differ = 0
            for name in names:
                one, other = before.clock(name), after.clock(name)
                same = one and other and (one.due_utc, one.rule, one.rule_version) == (
                    other.due_utc, other.rule, other.rule_version,
                )  # fmt: skip
                if same and one.consequence == other.consequence and one.state == other.state:
                    continue
                differ += 1
                if one is None or other is None:
                    direction = "lost" if other is None else "gained"
                elif one.due_utc == other.due_utc:
                    direction = "same_due"
                else:
                    direction = "earlier" if other.due_utc < one.due_utc else "later"
                cells[case.kind, name, direction] += 1
                moved[direction] += 1
            moved["cases"] += 1
            moved["moved"] += bool(differ)
    assert moved["earlier"] > 10
    assert moved["gained"] > 10
    figures = {name: int(tally.figures.get(name, 0)) for name in moved}
    assert figures == dict(moved)
    for row in told.moves_by_clock(tally.as_dict()):
        for name in ("earlier", "later", "gained", "lost", "same_due"):
            assert row.counts.get(name, 0) == cells[row.kind, row.clock, name]


def test_a_diff_names_first_what_would_be_overdue_at_once(town: Database) -> None:
    tally = counted(town, histories.DIFF)
    late = set()
    with town.reading(as_of(town)) as cx:
        for case, (before, after) in naive(cx, only_open=True):
            for clock in after.clocks:
                old = before.clock(clock.name)
                owed = clock.satisfied_at is None and clock.state in ("open", "missed")
                was_late = old and old.satisfied_at is None and old.due_utc < AS_OF
                if clock.owner != "member" and owed and clock.due_utc < AS_OF and not was_late:
                    late.add((case.id, clock.name))
    assert late
    found = tally.as_dict()["found"]
    assert {(row["case"], row["clock"]) for row in found if row["urgent"]} == late
    assert [row["urgent"] for row in found[: len(late)]] == [True] * len(late)
    assert tally.figures["clocks_overdue"] == len(late)
    assert tally.figures["overdue"] == len({case for case, _ in late})


def stood_at(clock: Any) -> str:
    """How a clock stood at the hour of the town."""
    return "missed" if clock.state == "open" and clock.due_utc < AS_OF else str(clock.state)


def naive_history(cx: Context) -> tuple[Counter[tuple[str, ...]], Counter[tuple[str, str]]]:
    """How many duties stood how, by month, kind, clock and reading; and those newly missed."""
    stood: Counter[tuple[str, ...]] = Counter()
    newly: Counter[tuple[str, str]] = Counter()
    for case, (before, after) in naive(cx, only_open=False):
        where = zone(bridge.zone_of(cx, case))
        month = f"{case.received_at.astimezone(where):%Y-%m}"
        for side, answer in (("before", before), ("after", after)):
            for clock in answer.clocks:
                if clock.owner != "member":
                    stood[month, case.kind, clock.name, f"{stood_at(clock)}_{side}"] += 1
        for clock in after.clocks:
            old = before.clock(clock.name)
            if clock.owner != "member" and stood_at(clock) == "missed":
                newly[case.kind, clock.name] += old is None or stood_at(old) != "missed"
    return stood, newly


def test_a_replay_says_what_a_naive_recompute_of_every_case_says(town: Database) -> None:
    tally = counted(town, histories.REPLAY)
    with town.reading(as_of(town)) as cx:
        stood, newly = naive_history(cx)
    assert sum(newly.values()) > 10
    duties = {key: counts for key, counts in tally.cells.items() if not key.endswith("|member")}
    names = [f"{n}_{s}" for n in ("met", "missed", "open", "closed") for s in ("before", "after")]
    for key, counts in duties.items():
        month, kind, clock, _owner = key.split("|")
        for name in names:
            assert counts.get(name, 0) == stood.pop((month, kind, clock, name), 0), (key, name)
    assert not +stood, "nothing that happened is left out"
    for row in told.history_by_clock(tally.as_dict()):
        if row.owner != "member":
            assert row.count("newly_missed") == newly[row.kind, row.clock]


def test_the_stamped_rules_move_nothing(town: Database) -> None:
    tally = counted(town, histories.DIFF, after="stamped")
    assert tally.figures["cases"] > 10
    assert "clocks" not in tally.figures
    history = counted(town, histories.REPLAY, after="stamped")
    assert history.figures["touched"] == 0
    assert "newly_missed" not in history.figures


def test_the_stamped_reading_is_what_the_stored_clocks_say(town: Database) -> None:
    """`before` of every moved clock is its stored row."""
    found = counted(town, histories.DIFF).as_dict()["found"]
    with town.reading(as_of(town)) as cx:
        stored = {
            (row.case_id, row.name): row.due_at
            for row in cx.db.execute(select(Clock.case_id, Clock.name, Clock.due_at))
        }
    for row in found:
        due = datetime.fromisoformat(row["due_before"]) if row["due_before"] else None
        assert stored.get((row["case"], row["clock"])) == due


def test_days_of_receipt_are_those_of_the_contracts_zone(town: Database) -> None:
    since, until = date(2027, 2, 1), date(2027, 2, 14)
    tally = counted(town, histories.REPLAY, contract="OH-MCD", since=since, until=until)
    with town.reading(as_of(town)) as cx:
        received = cx.db.execute(
            select(Case.received_at)
            .join(Contract, Contract.id == Case.contract_id)
            .where(Contract.code == "OH-MCD")
        ).scalars()
        days = [at.astimezone(zone("America/New_York")).date() for at in received]
    assert tally.figures["cases"] == sum(since <= day <= until for day in days) > 0


def test_cases_are_named_within_reach_only(town: Database) -> None:
    rows = counted(town, histories.DIFF).as_dict()["found"]
    with town.reading(as_of(town)) as cx:
        everywhere = told.named(cx, rows, most=None)
        mcd = cx.db.execute(select(Contract.id).where(Contract.code == "OH-MCD")).scalar_one()
        ours = set(cx.db.execute(select(Case.ref).where(Case.contract_id == mcd)).scalars())
    assert len(everywhere) == len(rows)
    one = person(town, "supervisor", ids=(mcd,))
    with town.reading(as_of(town, one)) as cx:
        mine = {row["ref"] for row in told.named(cx, rows, most=None)}
    assert mine
    assert mine < {row["ref"] for row in everywhere}
    assert mine <= ours
    with town.reading(as_of(town, person(town, "admin", reach="none", ids=()))) as cx:
        assert told.named(cx, rows) == ()


def test_open_cases_are_counted_by_the_rule_that_binds_them(town: Database) -> None:
    with town.reading(as_of(town)) as cx:
        counts = rule_cases.open_counts(cx)
        every = {}
        for clock, is_open in cx.db.execute(
            select(Clock, Case.open).join(Case, Case.id == Clock.case_id)
        ):
            owed = clock.state in ("open", "missed") and clock.satisfied_at is None
            if is_open and owed and clock.name != "earliest_action":
                key = (clock.layer, clock.rule, clock.rule_version)
                every.setdefault(key, set()).add(clock.case_id)
        assert counts == {key: len(cases) for key, cases in every.items()}
        listed = rule_cases.cases_under(cx, "owner", "OWN-PA-STD", limit=1000)
        dues = [row.due_at for row in listed]
        assert dues == sorted(dues)
        assert len(listed) == sum(
            n for (layer, rule, _), n in counts.items() if (layer, rule) == ("owner", "OWN-PA-STD")
        )
    nobody = person(town, "supervisor", ids=())
    with town.reading(as_of(town, nobody)) as cx:
        assert rule_cases.open_counts(cx) == {}
        assert rule_cases.cases_under(cx, "owner", "OWN-PA-STD") == ()
