"""What is stored is what the events say: histories made up at random by the real machines and
written by the real ledger, recomputed from their events in two ways.

`CHAOS=year` (as `make chaos` sets it) makes 10,000 of them, every run of the suite 1,500; `SEED`
draws others.
"""

import json
import os
import random
import subprocess
from collections import Counter
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bench.ground import more_members
from casework import audit, bridge, clock_proof
from casework.bridge.clocks import POLICY_LAYER
from casework.context import SYSTEM, Context
from casework.models import Case, CaseEvent, Clock
from statemachines import engine
from tests.builders import MONDAY, a_town
from tests.services import plain_cases, random_walks
from tests.services.random_walks import Walk
from tests.services.without_walls import take_the_walls_down
from tests.worker.processes import CONSOLE

COUNT = 10_000 if os.environ.get("CHAOS") == "year" else 1_500
SEED = int(os.environ.get("SEED", "2026"))
BATCH = 500
ROUNDS = 8
LINES = {"OH-MCD": "medicaid", "OH-QHP": "marketplace", "OH-MA": "medicare"}
LINES |= {"OH-MCD-2026": "medicaid", "MA-2026": "medicare"}


@pytest.fixture(scope="module")
def walked(database, settings) -> Counter[str]:
    """The histories, written; how many events there are, and how many cases of each contract."""
    town = a_town(database, settings)
    # These histories are of events and clocks alone: no determination stands behind a no.
    take_the_walls_down(settings)
    members = more_members(settings, town, 200)
    dice = random.Random(SEED)
    print(f"{COUNT:,} histories, seed {SEED}")
    counts: Counter[str] = Counter()

    def context(round_: int) -> Context:
        return Context(now=MONDAY + round_ * ROUND, principal=SYSTEM, database=database)

    for _ in range(COUNT // BATCH):
        walks = _opened(town, members, dice, context(0))
        for round_ in range(1, ROUNDS + 1):
            counts["events"] += random_walks.walk_on(context(round_), walks, dice)
        counts.update(walk.contract for walk in walks)
    return counts


ROUND = timedelta(days=6)


def _opened(town, members, dice: random.Random, cx: Context) -> list[Walk]:
    drawn = [dice.choice(members) for _ in range(BATCH)]
    changes = [
        random_walks.a_new_case(
            dice, ids=town.contracts[code], member_id=member, line=LINES[code], now=cx.now
        )
        for _number, member, code in drawn
    ]
    walks = []
    for (_n, _m, code), change, each in zip(
        drawn, changes, random_walks.open_cases(cx, changes), strict=True
    ):
        walk = Walk(code, LINES[code], each.case, each.case.received_at)
        random_walks.remember(walk, change, each)
        walks.append(walk)
    return walks


def test_the_histories_go_everywhere(walked, database) -> None:
    """Every contract and kind; extensions, fast tracks, pends, corrections, decisions told orally,
    letters sent and received, withdrawals, reopenings, orders of bodies outside."""
    assert walked["events"] >= COUNT * ROUNDS
    assert all(walked[code] > COUNT / 10 for code in LINES)
    with database.reading(database.context(SYSTEM)) as cx:
        events = Counter(cx.db.execute(select(CaseEvent.event)).scalars())
        kinds = Counter(cx.db.execute(select(Case.kind)).scalars())
        states = set(cx.db.execute(select(Case.kind, Case.state)).all())
        clocks = Counter(cx.db.execute(select(Clock.state)).scalars())
    assert kinds.keys() == set(engine.KINDS)
    assert bridge.CLOCK_EVENTS - events.keys() <= {"deadline_missed", "deemed_approved"}
    often = ("extended", "expedite_granted", "expedite_refused", "receipt_corrected", "withdrawn")
    assert min(events[name] for name in often) >= COUNT / 100, events
    assert {"open", "met", "missed", "closed"} <= clocks.keys()
    assert len(states) > 30


def test_stored_clocks_are_what_the_events_say(walked, database) -> None:
    assert walked
    with database.reading(database.context(SYSTEM)) as cx:
        report = clock_proof.verify(cx)
        assert report.differ == ()
        assert report.cases == COUNT
        assert report.clocks > COUNT
        assert audit.verify(cx).faults == ()


def test_no_receipt_is_lost_and_none_moves_but_by_its_correction(walked, database) -> None:
    assert walked
    with database.reading(database.context(SYSTEM)) as cx:
        received = dict(cx.db.execute(select(Case.id, Case.received_at)).all())
        rows = cx.db.execute(
            select(CaseEvent.case_id, CaseEvent.event, CaseEvent.occurred_at, CaseEvent.facts)
            .where(CaseEvent.event.in_(("received", "requested", "receipt_corrected")))
            .order_by(CaseEvent.case_id, CaseEvent.seq)
        ).all()
    said: dict[int, datetime] = {}
    for row in rows:
        corrected = row.event == "receipt_corrected"
        at = json.loads(row.facts)["received_at"] if corrected else ""
        said[row.case_id] = datetime.fromisoformat(at) if at else row.occurred_at
    assert said == received


def test_stored_clocks_are_what_the_command_computes_from_plain_cases(
    walked, database, tmp_path
) -> None:
    assert walked
    lines = tmp_path / "cases.jsonl"
    with database.reading(database.context(SYSTEM)) as cx:
        stored = _stored(cx)
        _write(cx, lines)
    answers = _computed(lines)
    assert answers.keys() == stored.keys()
    assert len(answers) == COUNT
    differ = {key: (stored[key], answers[key]) for key in stored if stored[key] != answers[key]}
    assert not differ, f"{len(differ)} differ, such as {next(iter(differ.items()))}"


def _stored(cx: Context) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {
        case_id: {} for case_id in cx.db.execute(select(Case.id)).scalars()
    }
    for row in cx.db.execute(select(Clock)).scalars():
        # A policy clock after a reopening is the contract's own figure under another name.
        rule = "" if row.layer == POLICY_LAYER else row.rule
        found[row.case_id][row.name] = (row.due_at, row.state, rule, row.consequence)
    return found


def _write(cx: Context, to: Path) -> None:
    cases = {case.id: case for case in cx.db.execute(select(Case)).scalars()}
    events = cx.db.execute(
        select(CaseEvent)
        .where(CaseEvent.event.in_(bridge.CLOCK_EVENTS))
        .order_by(CaseEvent.case_id, CaseEvent.seq)
    ).scalars()
    with to.open("w", encoding="utf-8") as file:
        for case_id, found in groupby(events, key=lambda row: row.case_id):
            rows, case = list(found), cases[case_id]
            for line in plain_cases.lines_of(case, rows, bridge.answer(cx, case, rows)):
                file.write(line + "\n")


def _computed(lines: Path) -> dict[int, dict[str, Any]]:
    with lines.open("rb") as given:
        done = subprocess.run(
            [CONSOLE, "clocks", "compute"], stdin=given, capture_output=True, check=True
        )
    return plain_cases.read(done.stdout.decode())
