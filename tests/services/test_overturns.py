"""Denials that do not survive: the figures equal a second count over the bare events, one bad
reason among many stands first, and behind each number stand its cases."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from statistics import mean, median

import pytest
from sqlalchemy import event, select, update

from casework.context import SYSTEM
from casework.models import (
    Appeal,
    Case,
    CaseEvent,
    Clock,
    Contract,
    Determination,
    ExternalReview,
    LineDecision,
    RequestLine,
)
from casework.queries import overturns
from casework.queries.overturn_fates import Asked
from casework.queries.overturn_groups import BY_LAW, KEYS
from casework.queries.wilson import share
from casework.records.determinations import LineRuling
from casework.services import determinations
from casework.services.operations import move_time
from casework.worker import Worker
from tests.builders import MONDAY, a_submission
from tests.services import stages, walk_requests, walk_reviews
from tests.services.house import a_house
from tests.services.stages import WORDS

DAY = timedelta(days=1)
STILL_OPEN = ("received", "in_review", "pended", "in_physician_review")
ALL = Asked(since=date(2027, 2, 1), until=date(2027, 4, 30))
BAD, GOOD = "D-10", "D-11"
# (contract, reason code, criterion, service, what became of it, denied after so many days)
PLAYED = (
    *((("OH-MCD", BAD, "MP-999", "97530", "overturn", day)) for day in range(4)),
    ("OH-MCD", GOOD, "MP-021", "70551", "uphold", 0),
    ("OH-MCD", GOOD, "MP-021", "70551", "uphold", 1),
    ("OH-MCD", GOOD, "MP-021", "70551", "overturn", 2),
    ("OH-MCD", GOOD, "MP-021", "70551", "", 2),
    ("OH-MA", GOOD, "NCD 220.6", "78816", "overturn_in_part", 1),
    ("OH-MA", GOOD, "NCD 220.6", "78816", "", 3),
    ("OH-QHP", "D-30", "Plan book 4", "E0601", "open", 1),
    ("OH-QHP", "D-30", "Plan book 4", "J1745", "overturn", 1),
)  # fmt: skip


@pytest.fixture(scope="module")
def house(database, settings):
    """Twelve denials with their fates, one that an outside body overturned, one by the law."""
    made = a_house(database, settings)
    move_time(database.context(), MONDAY)
    medicaid = "OH-MCD-2026"
    made.denials[medicaid] = stages.a_denial(made, medicaid)
    made.upheld[medicaid] = stages.a_reviewed_appeal(made, medicaid, about=made.denials[medicaid])
    stages.decide(made, made.upheld[medicaid], "uphold")
    worker = Worker(database)
    worker.relay()
    walk_reviews.STAGES["overturned"](made)
    for contract, code, criterion, service, fate, day in PLAYED:
        _play(made, contract, code, criterion, service, fate, MONDAY + day * DAY)
    walk_requests.STAGES["in_review"](made)
    # A provider's own dispute about money says nothing of the denial.
    paid = stages.an_appeal(made, "OH-MCD-2026", about=stages.a_denial(made, "OH-MCD-2026"))
    with database.session(database.context(SYSTEM)) as session:
        session.execute(
            update(Appeal)
            .where(Appeal.case_id == int(paid.split("-")[2]))
            .values(dispute_about="payment")
        )
        session.commit()
    move_time(database.context(), MONDAY + 30 * DAY)
    worker.sweep()
    worker.close()
    return made


def _play(house, contract, code, criterion, service, fate, at) -> None:
    """A denial on this ground at this instant, and what becomes of it."""
    line = stages.replace(a_submission(house.town, contract).lines[0], code=service)
    ref = stages.with_physician(house, contract, lines=(line,))
    ruling = determinations.Ruling(
        lines=(
            LineRuling(
                number=1,
                result="denied",
                reason=stages.REASON,
                reason_code=code,
                criterion=f"{criterion}, part 2.",
            ),
        ),
        words=WORDS,
        criterion=criterion,
        attested=True,
    )
    determinations.deny(house.cx("physician", at), ref, None, ruling)
    if not fate:
        return
    appeal = stages.an_appeal(house, contract, about=ref, now=at + DAY)
    if fate == "open":
        return
    stages.give(house, appeal, now=at + DAY)
    more = {"lines": (stages.approved_for_less(),)} if fate == "overturn_in_part" else {}
    stages.decide(house, appeal, fate, now=at + 2 * DAY, **more)
    if fate != "uphold":
        stages.carry_out(house, appeal, now=at + 2 * DAY + timedelta(hours=6))


# ── A second, independent count: plain Python over the rows ─────────────────────────────────────


@dataclass
class Known:
    """One denial as the bare events tell it."""

    ref: str
    keys: dict = field(default_factory=dict)
    appealed: bool = False
    verdict: str = ""
    days: float | None = None


def rows(cx, table):
    return list(cx.db.execute(select(table)).scalars())


def counted_by_hand(database, asked: Asked) -> list[Known]:
    """Every denial of the period with its fate, from the events alone, without a join."""
    start = datetime(asked.since.year, asked.since.month, asked.since.day, 5, tzinfo=UTC)
    end = datetime(asked.until.year, asked.until.month, asked.until.day, 4, tzinfo=UTC) + DAY
    with database.reading(database.context(SYSTEM)) as cx:
        cases = {row.id: row for row in rows(cx, Case)}
        lines = {row.id: row.line for row in rows(cx, Contract)}
        events = defaultdict(list)
        for row in sorted(rows(cx, CaseEvent), key=lambda each: (each.case_id, each.seq)):
            events[row.case_id].append(row)
        by_law = {
            row.case_id
            for row in rows(cx, Clock)
            if (row.name, row.consequence) == ("decision", "deemed_denial")
        }
        appeals, reviews = rows(cx, Appeal), rows(cx, ExternalReview)
        decisions = {(row.case_id, row.event_seq): row for row in rows(cx, Determination)}
        rulings = defaultdict(list)
        for row in rows(cx, LineDecision):
            rulings[row.determination_id].append(row)
        asked_for = defaultdict(list)
        for row in rows(cx, RequestLine):
            asked_for[row.case_id].append(row)
    bare = Bare(events, by_law, appeals, reviews, decisions, rulings, asked_for)
    return [
        known
        for case in cases.values()
        if case.kind == "prior_auth" and asked.line in ("", lines[case.contract_id])
        for known in _of_one(bare, case, lines[case.contract_id], start, end)
    ]


@dataclass
class Bare:
    """The rows, by what they belong to."""

    events: dict
    by_law: set
    appeals: list
    reviews: list
    decisions: dict
    rulings: dict
    asked_for: dict


def _of_one(bare: Bare, case, line: str, start, end) -> list[Known]:
    """The denial of this request in the period, if there is one."""
    adverse = [
        each
        for each in bare.events[case.id]
        if start <= each.occurred_at < end
        and (
            each.event in ("denied", "partially_approved")
            or (each.event, each.from_state in STILL_OPEN, case.id in bare.by_law)
            == ("deadline_missed", True, True)
        )
    ]
    if not adverse:
        return []
    last = adverse[-1]
    own = {
        each.case_id
        for each in bare.appeals
        if each.about_case_id == case.id and each.dispute_about == "service"
    }
    kin = own | {r.case_id for r in bare.reviews if r.about_case_id in own | {case.id}}
    told = Known(case.ref, appealed=bool(kin), verdict=_last_word(bare, kin))
    carried = [
        each.occurred_at
        for one in kin | {case.id}
        for each in bare.events[one]
        if each.event in ("effectuated", "partly_effectuated", "reversal_carried_out")
        and each.occurred_at > last.occurred_at
    ]
    if carried and told.verdict != "upheld":
        told.days = (min(carried) - last.occurred_at).total_seconds() / 86400
    told.keys = _keys(bare, case, line, last)
    return [told]


def _last_word(bare: Bare, kin: set) -> str:
    words = [
        each
        for one in kin
        for each in bare.events[one]
        if each.event in ("upheld", "overturned", "partially_overturned", "terminated_by_reversal")
    ]
    if not words:
        return ""
    return max(words, key=lambda each: (each.occurred_at, each.case_id, each.seq)).event


def _keys(bare: Bare, case, line: str, last) -> dict:
    services = {_service(each.code) for each in bare.asked_for[case.id]}
    if last.event == "deadline_missed":
        law = {BY_LAW}
        return {"line": {line}, "reviewers": law, "reason": law, "criterion": law,
                "service": services}  # fmt: skip
    decision = bare.decisions[case.id, last.seq]
    refused = [each for each in bare.rulings[decision.id] if each.result != "approved"]
    return {
        "line": {line},
        "reviewers": {last.actor_role},
        "reason": {each.reason_code or "not said" for each in refused},
        "criterion": {decision.criterion or each.criterion for each in refused},
        "service": services,
    }


def _service(code: str) -> str:
    known = {
        "97530": "Therapies",
        "70551": "Imaging",
        "78816": "Imaging",
        "E0601": "Equipment and supplies",
        "J1745": "Drugs given by a clinician",
    }
    return known[code]


def figures(known: list[Known]) -> tuple:
    """The same figures as a tally has."""
    count = {
        "overturned": sum(k.verdict in ("overturned", "terminated_by_reversal") for k in known),
        "partly": sum(k.verdict == "partially_overturned" for k in known),
        "upheld": sum(k.verdict == "upheld" for k in known),
    }
    days = [k.days for k in known if k.days is not None and k.verdict not in ("", "upheld")]
    return (
        len(known),
        sum(k.appealed for k in known),
        *count.values(),
        round(mean(days), 4) if days else None,
        round(median(days), 4) if days else None,
    )


def of(tally) -> tuple:
    def rounded(value):
        return None if value is None else round(value, 4)

    return (
        tally.denials,
        tally.appealed,
        tally.overturned,
        tally.partly,
        tally.upheld,
        rounded(tally.days_mean),
        rounded(tally.days_median),
    )


@pytest.mark.parametrize("line", ["", "medicaid", "medicare", "marketplace"])
def test_every_figure_equals_a_second_count_over_the_events(house, line) -> None:
    asked = stages.replace(ALL, line=line)
    database = house.town.database
    known = counted_by_hand(database, asked)
    assert len(known) >= (14 if not line else 2)
    with database.reading(house.cx("compliance")) as cx:
        assert of(overturns.whole(cx, asked)) == figures(known)
        for by in KEYS:
            groups = overturns.grouped(cx, asked, by)
            keys = {key for each in known for key in each.keys[by]}
            assert {group.key for group in groups} == keys, by
            for group in groups:
                mine = [each for each in known if group.key in each.keys[by]]
                assert of(group.tally) == figures(mine), (by, group.key)


def test_the_fates_that_were_played_are_all_there(house) -> None:
    with house.town.database.reading(house.cx("compliance")) as cx:
        whole = overturns.whole(cx, ALL)
        [law] = [g for g in overturns.grouped(cx, ALL, "reviewers") if g.key == BY_LAW]
    assert whole.denials == len(PLAYED) + 2 + law.tally.denials
    assert law.tally.denials >= 1
    assert (whole.partly, whole.open) == (1, 1)
    assert whole.overturned == 4 + 1 + 1 + 1  # of them one by a body outside
    assert whole.upheld == 2


def test_one_bad_reason_among_many_stands_first(house) -> None:
    with house.town.database.reading(house.cx("supervisor")) as cx:
        for by, worst in (
            ("reason", BAD),
            ("criterion", "MP-999"),
            ("service", "Therapies"),
        ):
            groups = overturns.grouped(cx, ALL, by)
            assert groups[0].key == worst
            lows = [g.tally.of_decided.low for g in groups if g.tally.decided]
            assert lows == sorted(lows, reverse=True)
        [bad] = [g for g in overturns.grouped(cx, ALL, "reason") if g.key == BAD]
    assert (bad.tally.denials, bad.tally.appealed, bad.tally.fell) == (4, 4, 4)
    assert bad.tally.days_median == pytest.approx(2.25)


def test_behind_each_number_stand_its_cases_by_cursor(house) -> None:
    with house.town.database.reading(house.cx("compliance")) as cx:
        for group in overturns.grouped(cx, ALL, "reason"):
            for which in overturns.WHICH:
                seen = _listed(cx, "reason", group.key, which)
                assert len(seen) == len(set(seen)) == getattr(group.tally, which), which


def _listed(cx, by: str, key: str, which: str) -> list[str]:
    seen, after = [], None
    while True:
        page = overturns.fates(cx, ALL, by=by, key=key, which=which, after=after, limit=3)
        seen += [row.ref for row in page.rows]
        after = page.next_after
        if after is None:
            return seen


def test_whoever_sees_fewer_cases_counts_fewer(house) -> None:
    principal = stages.replace(house.cx("supervisor").principal, ids=())
    database = house.town.database
    with database.reading(stages.replace(house.cx("supervisor"), principal=principal)) as cx:
        assert overturns.whole(cx, ALL).denials == 0
    with database.reading(house.cx("supervisor")) as cx:
        early = overturns.whole(cx, Asked(since=date(2026, 1, 1), until=date(2026, 12, 31)))
    assert early.denials == 0
    assert early.of_decided.value is None


def test_the_number_of_statements_does_not_grow_with_the_cases(house) -> None:
    seen = []
    database = house.town.database

    def note(_connection, _cursor, statement, *_more) -> None:
        seen.append(statement)

    with database.reading(house.cx("supervisor")) as cx:
        event.listen(database.engine, "before_cursor_execute", note)
        try:
            overturns.whole(cx, ALL)
            overturns.grouped(cx, ALL, "service")
            overturns.fates(cx, ALL, by="service", key="Imaging")
        finally:
            event.remove(database.engine, "before_cursor_execute", note)
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        # Newcombe (1998), table I, method 3: the score interval without continuity correction.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_the_interval_is_the_one_of_the_literature(part, whole, low, high) -> None:
    one = share(part, whole)
    assert (one.low, one.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_two_of_two_do_not_stand_before_forty_of_fifty() -> None:
    assert share(2, 2).low < share(40, 50).low
    assert share(0, 0).value is None
    with pytest.raises(ValueError, match="no share"):
        share(3, 2)
