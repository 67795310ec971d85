"""Handing out many cases: the rule, the plan, each row judged again, undone within its time."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from casework import work_round
from casework.errors import Invalid, NotAllowed, NotFound, StateRefused
from casework.models import Absence, Assignment, Case, User, UserContract
from casework.queries import batches, load
from casework.queries import handing_out as questions
from casework.queries.fair_shares import Hand, Piece, against, share
from casework.queries.handing_out import Source
from casework.services import desk, review
from casework.services import handing_out as commands
from casework.services.handing_out import UNDO_FOR, carry_out, plan_batch, undo
from casework.services.intake import submit_prior_auth
from casework.services.pulling import Refusal, refuse_work
from tests.builders import MONDAY, a_submission, a_town
from tests.services.rows import change

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def town(database, settings):
    return a_town(database, settings)


@pytest.fixture(autouse=True)
def _clean(settings):
    yield
    change(
        settings,
        update(Case).values(open=False),
        update(Absence).values(ended_at=MONDAY),
        update(User).values(active=True),
    )


def some(town, count: int, contract: str = "OH-MCD") -> list[str]:
    sent = [a_submission(town, contract, received_at=MONDAY - n * DAY) for n in range(count)]
    return [submit_prior_auth(town.cx("Maple"), each).ref for each in sent]


def planned(town, source: Source, who: str = "supervisor", now=MONDAY) -> int:
    with town.database.reading(town.cx(who, now)) as cx:
        proposals = questions.plan(cx, source)
    return plan_batch(town.cx(who, now), proposals, source.asked())


def shown(town, number: int):
    with town.database.reading(town.cx("supervisor")) as cx:
        return batches.batch(cx, number)


def holders(town, refs: list[str]) -> list[int | None]:
    with town.database.reading(town.cx("system")) as cx:
        found = dict(
            cx.db.execute(select(Case.ref, Case.assignee_id).where(Case.ref.in_(refs))).all()
        )
    return [found[ref] for ref in refs]


# ── The rule ────────────────────────────────────────────────────────────────────────────────────


def hand(number: int, **changes) -> Hand:
    plain = {
        "id": number, "name": f"Nurse {number}", "roles": frozenset({"nurse"}),
        "contracts": frozenset({1}), "sees_restricted": False, "licences": frozenset({"RN"}),
        "specialties": frozenset(), "load": 0,
    }  # fmt: skip
    return Hand(**plain | changes)


def piece(number: int = 1, **changes) -> Piece:
    plain = {
        "case_id": number, "role": "nurse", "contract_id": 1, "restricted": False,
        "specialty": "", "due_at": MONDAY + 5 * DAY, "weight": 1,
    }  # fmt: skip
    return Piece(**plain | changes)


@pytest.mark.parametrize(
    ("of_case", "of_person", "why"),
    [
        ({"role": "physician"}, {}, "another role"),
        ({"contract_id": 2}, {}, "another plan"),
        ({}, {"licences": frozenset({"MD"})}, "no licence in force"),
        ({"restricted": True}, {}, "may not see restricted cases"),
        ({"from_id": 7}, {}, "has it now"),
        ({}, {"away": True}, "away"),
        ({}, {"leaves_on": (MONDAY + 5 * DAY).date()}, "away before it is due"),
        ({"due_at": None}, {"leaves_on": date(2027, 4, 1)}, "away before it is due"),
        ({}, {"leaves_on": (MONDAY + 6 * DAY).date()}, ""),
        ({"restricted": True}, {"sees_restricted": True}, ""),
        ({"role": "intake"}, {"roles": frozenset({"intake"}), "licences": frozenset()}, ""),
    ],
)  # fmt: skip
def test_what_keeps_a_case_from_a_person(of_case, of_person, why) -> None:
    one, other = piece(**of_case), hand(7, **of_person)
    assert against(one, other) == why
    [shared] = share([one], [other])
    assert (shared.to_id is None) == bool(why)
    if why and not why.startswith("another"):
        assert why in shared.why


def test_who_refused_it_is_not_given_it_again() -> None:
    [shared] = share([piece(3)], [hand(1), hand(2, load=9)], {(3, 1)})
    assert shared.to_id == 2


def test_the_specialty_that_fits_outweighs_three_points_of_load_and_no_more() -> None:
    fits = {"roles": frozenset({"physician"}), "licences": frozenset({"MD"})}
    one = piece(role="physician", specialty="Psychiatry")
    plain = hand(1, **fits)
    for ahead, expected in ((2, 2), (4, 1)):
        expert = hand(2, **fits, specialties=frozenset({"Psychiatry"}), load=ahead)
        assert share([one], [plain, expert])[0].to_id == expected


@given(st.lists(st.integers(1, 5), min_size=1, max_size=40), st.integers(1, 6))
def test_no_load_is_further_above_another_than_the_heaviest_case(weights, people) -> None:
    pieces = [piece(n, weight=weight) for n, weight in enumerate(weights)]
    hands = [hand(n) for n in range(people)]
    shares = share(pieces, hands)
    loads = dict.fromkeys(range(people), 0)
    for each, of_it in zip(shares, pieces, strict=True):
        loads[each.to_id] += of_it.weight
    assert max(loads.values()) - min(loads.values()) <= max(weights)


# ── Plan, carry out, undo ───────────────────────────────────────────────────────────────────────


def test_a_plan_changes_nothing_and_carried_out_it_is_shared_evenly(town) -> None:
    refs = some(town, 4)
    number = planned(town, Source(queue="review"))
    plan = shown(town, number)
    assert (plan.state, plan.counts, holders(town, refs)) == ("planned", {"": 4}, [None] * 4)
    assert dict(plan.to) == {"Nora Nurse": 2, "Nils Nurse": 2}
    assert all("least load" in row.why for row in plan.rows)
    assert carry_out(town.cx("supervisor"), number) == "done"
    assert sorted(holders(town, refs)) == sorted([town.users["nurse"], town.users["nurse2"]] * 2)
    with town.database.reading(town.cx("supervisor")) as cx:
        piles = {each.name: each.pile for each in load.of_people(cx)}
        [queue] = [q for q in load.of_queues(cx, load.of_people(cx)) if q.code == "review"] or [
            None
        ]
    assert piles["Nora Nurse"].open == piles["Nils Nurse"].open == 2
    assert queue is None or queue.pile.open == 0
    with pytest.raises(StateRefused, match="already"):
        carry_out(town.cx("supervisor"), number)


def test_only_a_supervisor_hands_out_and_only_his_own_plan(town) -> None:
    some(town, 1)
    for who in ("nurse", "ag_specialist", "compliance"):
        with pytest.raises(NotAllowed):
            plan_batch(town.cx(who), [], {})
    with pytest.raises(Invalid, match="nothing to hand out"):
        plan_batch(town.cx("supervisor"), [], {})
    number = planned(town, Source(queue="review"))
    with pytest.raises(NotFound):
        carry_out(_other(town), number)


def _other(town):
    who = replace(town.principal("supervisor"), id=town.users["nurse"])
    return replace(town.cx("supervisor"), principal=who)


def test_each_row_that_moved_on_is_refused_alone(town, settings) -> None:
    taken, gone, plain, restricted = some(town, 4)
    number = planned(town, Source(queue="review"))
    desk.take_work(town.cx("nurse"), taken, None)
    change(settings, update(Case).where(Case.ref == restricted).values(restricted=True))
    change(settings, update(Case).where(Case.ref == gone).values(open=False))
    assert carry_out(town.cx("supervisor"), number) == "done"
    with town.database.reading(town.cx("compliance")) as cx:
        rows = {row.ref: (row.result, row.said) for row in batches.batch(cx, number).rows}
    assert rows[plain][0] == "done"
    assert rows[taken] == ("refused", "It moved on after the plan was made.")
    assert rows[gone] == ("refused", "It is closed.")
    # What became restricted is beyond the reach of this supervisor, row and all.
    assert rows[restricted][0] == ""
    assert holders(town, [taken, plain])[0] == town.users["nurse"]


def test_undo_gives_back_what_did_not_move_on(town) -> None:
    first, second, third = some(town, 3)
    desk.take_work(town.cx("nurse"), third, None)
    number = planned(town, Source(cases=tuple((r, v) for r, v in versions(town).items())))
    carry_out(town.cx("supervisor"), number)
    after = holders(town, [first, second, third])
    assert after[2] != town.users["nurse"]
    someone = "nurse" if after[0] == town.users["nurse"] else "nurse2"
    review.start_review(town.cx(someone), first, None)
    with pytest.raises(StateRefused, match="10 minutes"):
        undo(town.cx("supervisor", MONDAY + UNDO_FOR + MINUTE), number)
    assert undo(town.cx("supervisor", MONDAY + UNDO_FOR), number) == "undone"
    rows = {row.ref: (row.result, row.said) for row in shown(town, number).rows}
    assert rows[first] == ("kept", "It moved on since it was handed out.")
    assert rows[second][0] == rows[third][0] == "undone"
    assert holders(town, [first, second, third]) == [after[0], None, town.users["nurse"]]
    with pytest.raises(StateRefused, match="nothing to undo"):
        undo(town.cx("supervisor"), number)


def versions(town) -> dict[str, int]:
    with town.database.reading(town.cx("system")) as cx:
        return dict(cx.db.execute(select(Case.ref, Case.version).where(Case.open)).all())


def test_to_one_person_by_name_with_what_speaks_against_it(town, settings) -> None:
    [ref] = some(town, 1, "OH-MA")
    nurse = town.users["nurse"]
    number = planned(town, Source(cases=((ref, 1),), to=town.users["physician"]))
    [row] = shown(town, number).rows
    assert (row.to, row.why) == ("Pia Physician, MD", "Chosen by name; mind: another role")
    gone = UserContract.contract_id == town.contracts["OH-MA"][0]
    change(settings, UserContract.__table__.delete().where(UserContract.user_id == nurse, gone))
    number = planned(town, Source(cases=((ref, 1),), to=nurse))
    [row] = shown(town, number).rows
    assert (row.result, row.said) == ("refused", "Nora Nurse: another plan.")
    change(
        settings,
        insert(UserContract).values(user_id=nurse, contract_id=town.contracts["OH-MA"][0]),
    )


def test_who_is_away_or_refused_gets_nothing_by_the_rule(town, settings) -> None:
    refs = some(town, 2)
    refuse_work(town.cx("nurse"), refs[0], None, Refusal(reason="conflict"))
    away = insert(Absence).values(
        user_id=town.users["nurse2"],
        starts_on=MONDAY.date(),
        ends_on=MONDAY.date() + 2 * DAY,
        recorded_at=MONDAY,
        recorded_by="Adam Admin",
    )
    change(settings, away)
    rows = {row.ref: row for row in shown(town, planned(town, Source(queue="review"))).rows}
    assert rows[refs[1]].to == "Nora Nurse"
    assert rows[refs[0]].result == "refused"
    assert "1 refused it" in rows[refs[0]].said
    assert "1 away" in rows[refs[0]].said


def test_the_work_of_one_person_is_shared_among_the_others(town) -> None:
    refs = some(town, 3)
    for ref in refs:
        desk.take_work(town.cx("nurse"), ref, None)
    number = planned(town, Source(person=town.users["nurse"]))
    carry_out(town.cx("supervisor"), number)
    assert holders(town, refs) == [town.users["nurse2"]] * 3
    with town.database.reading(town.cx("system")) as cx:
        rows = cx.db.execute(
            select(Assignment.user_id, Assignment.until_at)
            .join(Case, Case.id == Assignment.case_id)
            .where(Case.ref == refs[0])
            .order_by(Assignment.id)
        ).all()
    assert [(user, until is None) for user, until in rows] == [
        (town.users["nurse"], False), (town.users["nurse2"], True),
    ]  # fmt: skip


# ── Much of it, by the worker ───────────────────────────────────────────────────────────────────


def test_what_is_much_is_done_by_the_worker_slice_by_slice_and_survives_a_death(
    town, monkeypatch
) -> None:
    monkeypatch.setattr(commands, "AT_ONCE", 3)
    monkeypatch.setattr(commands, "SLICE", 2)
    monkeypatch.setattr(type(town.database), "case_now", lambda _self: MONDAY)
    refs = some(town, 5)
    number = planned(town, Source(queue="review"))
    assert carry_out(town.cx("supervisor"), number) == "waiting"
    assert holders(town, refs) == [None] * 5
    honest, died = commands.batch_rows.write, []

    def dies_once(cx, results):
        honest(cx, results)
        if not died:
            died.append(True)
            raise KeyboardInterrupt  # nothing of the slice is committed

    monkeypatch.setattr(commands.batch_rows, "write", dies_once)
    with pytest.raises(KeyboardInterrupt):
        work_round.hand_out_slice(town.database)
    assert holders(town, refs) == [None] * 5
    rounds = 0
    while work_round.hand_out_slice(town.database):
        rounds += 1
    assert rounds == 4  # 2 + 2 + 1, and one that finds nothing left
    assert shown(town, number).counts == {"done": 5}
    with town.database.reading(town.cx("system")) as cx:
        kept = cx.db.execute(
            select(Assignment.case_id)
            .join(Case, Case.id == Assignment.case_id)
            .where(Case.ref.in_(refs))
        ).all()
    assert len(kept) == 5  # each once
    assert undo(town.cx("supervisor"), number) == "undoing"
    while work_round.hand_out_slice(town.database):
        pass
    assert holders(town, refs) == [None] * 5


def test_a_row_that_breaks_is_given_up_alone(town, monkeypatch) -> None:
    monkeypatch.setattr(commands, "AT_ONCE", 1)
    refs = some(town, 3)
    number = planned(town, Source(queue="review"))
    carry_out(town.cx("supervisor"), number)
    honest = commands.handing.move

    def breaks(cx, moves):
        if any(each.case.ref == refs[1] for each in moves):
            raise ZeroDivisionError
        return honest(cx, moves)

    monkeypatch.setattr(commands.handing, "move", breaks)
    for _ in range(20):
        if not work_round.hand_out_slice(town.database):
            break
    rows = {row.ref: (row.result, row.said) for row in shown(town, number).rows}
    assert rows[refs[1]] == ("refused", "It could not be handed out (ZeroDivisionError).")
    assert rows[refs[0]][0] == rows[refs[2]][0] == "done"
