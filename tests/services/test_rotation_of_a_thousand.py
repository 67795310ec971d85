"""A thousand turns with conflicts: exactly even, no organization skipped without its reason.

Even means: between two turns of one organization every other one had a turn, or was passed over at
the second with a recorded reason; so the turns of any two differ by at most one, and by one more
for each such reason. A passed-over organization keeps its place: the first case that it may take is
its own.
"""

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from random import Random
from threading import Barrier

import pytest
from sqlalchemy import create_engine, delete, select, update

from casework.db import command
from casework.models import Case, Member, ReviewOrganization, ReviewRotation, ReviewTurn
from casework.queries import review_turns
from casework.records import rotation, series
from casework.services import external_file, external_reviews
from casework.services.operations import move_time
from tests.builders import MONDAY
from tests.services import stages
from tests.services.house import a_house

QHP, PANEL = "OH-QHP", "marketplace/OH"
KINDS = ("organization", "reviewer", "facility", "drug_maker", "financial")
THOUSAND = 1000
WITHOUT = THOUSAND if os.environ.get("CHAOS") == "year" else 200
BY_COMMAND = THOUSAND if os.environ.get("CHAOS") == "year" else 40


@pytest.fixture(scope="module")
def house(database, settings):
    made = a_house(database, settings)
    owner = create_engine(settings.database_owner_url)
    with owner.begin() as connection:
        made.iros["Elm Review"] = connection.execute(
            ReviewOrganization.__table__.insert()
            .values(name="Elm Review", body="iro", state=None, exchange="hand", address=[],
                    phone="", accredited=True, conflicts=[])
            .returning(ReviewOrganization.id)
        ).scalar_one()  # fmt: skip
    owner.dispose()
    move_time(database.context(), MONDAY)
    made.upheld[QHP] = stages.decided(made, QHP, "uphold")
    return made


@pytest.fixture
def fresh(house):
    """No turn was taken yet."""
    owner = create_engine(house.town.database.settings.database_owner_url)
    with owner.begin() as connection:
        connection.execute(delete(ReviewTurn))
        connection.execute(delete(ReviewRotation))
        connection.execute(
            update(ReviewOrganization).values(last_assigned_at=None, conflicts=[], accredited=True)
        )
    owner.dispose()


def eligible(house) -> str:
    """A request that was found eligible."""
    ag = house.cx("ag_specialist")
    ref: str = stages.a_review(house, QHP, house.upheld[QHP])
    external_reviews.start_preliminary_review(ag, ref, None)
    external_reviews.find_eligible(ag, ref, None)
    return ref


@command
def take(cx, ref: str, dice: Random, times: int, tied: float) -> list[set[int]]:
    """Take so many turns; before each, dice say who is tied to this case. Who was, each time."""
    kin = series.family(cx, ref, kind="external_review")
    number = select(Member.number).where(Member.id == kin.case.member_id)
    member = cx.db.execute(number).scalar_one()
    ids = sorted(cx.db.execute(select(ReviewOrganization.id)).scalars())
    told = []
    for _ in range(times):
        some = {each for each in ids if dice.random() < tied}
        some = set() if len(some) == len(ids) else some
        tie = {"kind": dice.choice(KINDS), "with": member, "says": "Said by the organization."}
        for names, ties in ((some, [tie]), (set(ids) - some, [])):
            cx.db.execute(
                update(ReviewOrganization)
                .where(ReviewOrganization.id.in_(names))
                .values(conflicts=ties)
                .execution_options(synchronize_session=False)
            )
        rotation.take_turn(cx, kin, rotation.turn(cx, kin), had=None, why="")
        told.append(some)
    return told


def turned(house) -> list[ReviewTurn]:
    """Every turn, oldest first."""
    with house.town.database.reading(house.cx("system")) as cx:
        return list(cx.db.execute(select(ReviewTurn).order_by(ReviewTurn.id)).scalars())


def figures(house) -> dict[int, ReviewRotation]:
    """How each organization of the panel stands."""
    with house.town.database.reading(house.cx("system")) as cx:
        return {r.organization_id: r for r in cx.db.execute(select(ReviewRotation)).scalars()}


def is_even(house) -> tuple[str, ...]:
    """What the page would say of it."""
    with house.town.database.reading(house.cx("system")) as cx:
        [panel] = review_turns.panels(cx, on=MONDAY.date())
        return panel.uneven


def test_without_conflicts_all_have_the_same(house, fresh) -> None:
    take(house.cx("system"), eligible(house), Random(1), WITHOUT, 0.0)
    had: Counter[int] = Counter()
    for turn in turned(house):
        had[turn.organization_id] += 1
        counts = [had[each] for each in house.iros.values()]
        assert max(counts) - min(counts) <= 1
        assert turn.passed == []
    assert set(had.values()) == {WITHOUT // 5}
    assert is_even(house) == ()


def test_a_thousand_with_conflicts_are_exactly_even_and_each_skip_has_its_reason(
    house, fresh
) -> None:
    ids = sorted(house.iros.values())
    told = []
    ref, dice = eligible(house), Random(7)
    for _ in range(10):
        told += take(house.cx("system"), ref, dice, THOUSAND // 10, 0.2)
    turns = turned(house)
    assert len(turns) == len(told) == THOUSAND
    waits = list(ids)  # a model of its own: who waits longest stands first
    passes: Counter[tuple[int, int]] = Counter()
    had: Counter[int] = Counter()
    for turn, tied in zip(turns, told, strict=True):
        expected = next(each for each in waits if each not in tied)
        assert turn.organization_id == expected
        ahead = waits[: waits.index(expected)]
        assert [each["id"] for each in turn.passed] == ahead
        assert all(each["ground"] in KINDS and "Said by" in each["says"] for each in turn.passed)
        waits.remove(expected)
        waits.append(expected)
        had[expected] += 1
        passes.update((expected, each) for each in ahead)
        for one in ids:
            for other in ids:
                assert had[one] - had[other] <= 1 + passes[one, other]
    skipped = sum(len(turn.passed) for turn in turns)
    assert skipped > 100, "the dice made conflicts"
    assert max(had.values()) - min(had.values()) <= THOUSAND // 100, "and hardly less even"
    rows = figures(house)
    assert {each: rows[each].turns for each in ids} == dict(had)
    assert sum(row.passes for row in rows.values()) == skipped
    assert is_even(house) == ()


def test_the_check_sees_a_turn_that_was_given_out_of_order(house, fresh) -> None:
    take(house.cx("system"), eligible(house), Random(1), 12, 0.0)
    owner = create_engine(house.town.database.settings.database_owner_url)
    with owner.begin() as connection:
        last = turned(house)[-1]
        other = turned(house)[-2].organization_id
        one = update(ReviewTurn).where(ReviewTurn.id == last.id)
        connection.execute(one.values(organization_id=other))
    owner.dispose()
    take(house.cx("system"), eligible(house), Random(1), 5, 0.0)
    assert is_even(house) != ()


def test_two_at_the_same_moment_never_get_the_same_turn(house, fresh) -> None:
    refs = [eligible(house) for _ in range(10)]
    together = Barrier(2)

    def give(mine: list[str]) -> None:
        for ref in mine:
            together.wait(timeout=30)
            external_file.assign_iro(house.cx("ag_specialist"), ref, None, external_file.Giving())

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(give, (refs[:5], refs[5:])))
    had = Counter(turn.organization_id for turn in turned(house))
    assert set(had.values()) == {2}
    order = [turn.organization_id for turn in turned(house)]
    assert order[:5] == order[5:]


def test_who_dies_in_the_middle_of_a_turn_took_none(house, fresh) -> None:
    ref = eligible(house)

    @command
    def dies(cx) -> None:
        kin = series.family(cx, ref, kind="external_review")
        rotation.take_turn(cx, kin, rotation.turn(cx, kin), had=None, why="")
        raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            dies(house.cx("system"))
    assert turned(house) == []
    external_file.assign_iro(house.cx("ag_specialist"), ref, None, external_file.Giving())
    [turn] = turned(house)
    assert turn.organization_id == min(house.iros.values())


def test_by_command_what_is_given_back_goes_on_in_turn_and_the_count_says_so(house, fresh) -> None:
    ref = eligible(house)
    ag = house.cx("ag_specialist")
    whys = ("declined", "terminated", "conflict", "accreditation", "late")
    external_file.assign_iro(ag, ref, None, external_file.Giving())
    for number in range(BY_COMMAND - 1):
        given = external_file.Giving(why=whys[number % len(whys)])
        now = house.cx("ag_specialist", MONDAY + timedelta(minutes=number))
        external_file.assign_iro(now, ref, None, given)
    turns = turned(house)
    assert len(turns) == BY_COMMAND
    assert all(one.organization_id != two.organization_id for one, two in pairwise(turns))
    assert [turn.ended_why for turn in turns[:3]] == ["declined", "terminated", "conflict"]
    assert turns[-1].ended_at is None
    rows = figures(house).values()
    assert sum(row.given_back for row in rows) == BY_COMMAND - 1
    assert {row.turns for row in rows} == {BY_COMMAND // 5}
    assert is_even(house) == ()
    with house.town.database.reading(house.cx("system")) as cx:
        case = cx.db.execute(select(Case.id).where(Case.ref == ref)).scalar_one()
        assert len(review_turns.of_case(cx, case)) == BY_COMMAND
