"""The simulator agrees with the closed form of M/M/c, keeps its promises about days and absence,
and answers how many people are enough."""

from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.staffing import answer, queueing
from casework.staffing.office import EXPONENTIAL, FIXED, Effort, Hours, Kind, Office
from casework.staffing.simulator import run

ALWAYS = Hours(frozenset(range(7)), 0, 24)
CASES_OF_A_RUN = 100_000
REPEATS = 4


def an_open_queue(arrivals: float, services: float) -> Office:
    """Open day and night, first come first served, exponential on both sides: M/M/c."""
    kind = Kind("any", (arrivals * 24,) * 7, Effort(1 / services, shape=EXPONENTIAL), limit=1e6)
    return Office((kind,), ALWAYS, by_due=False)


def an_office(per_day: float = 40, minutes: float = 45, limit: float = 72, **hours) -> Office:
    """Cases on weekdays, worked on from 8 to 16."""
    kind = Kind("any", (per_day,) * 5 + (0, 0), Effort(minutes / 60, 0.5), limit=limit)
    return Office((kind,), Hours(start=8, end=16, **hours))


# λ and μ per hour, people
@pytest.mark.parametrize(
    ("arrivals", "services", "people"),
    [(0.5, 1, 1), (0.7, 1, 1), (1.5, 1, 2), (3, 1, 4), (8, 1, 10)],
)
def test_it_agrees_with_erlang_within_five_per_cent(arrivals, services, people) -> None:
    exact = queueing.steady(arrivals, services, people)
    weeks = int(CASES_OF_A_RUN / arrivals / 168)
    office = an_open_queue(arrivals, services)
    runs = [run(office, people, weeks=weeks, warm_up=4, seed=f"erlang {n}") for n in range(REPEATS)]
    assert mean(r.utilisation for r in runs) == pytest.approx(exact.utilisation, rel=0.05)
    assert mean(r.queue for r in runs) == pytest.approx(exact.queue, rel=0.05)
    assert mean(r.wait for r in runs) == pytest.approx(exact.wait, rel=0.05)


@pytest.mark.parametrize(
    ("arrivals", "services", "people", "must_wait", "wait"),
    [
        (0.5, 1, 1, 0.5, 1.0),  # M/M/1: ρ and ρ/(μ - λ)
        (1.5, 1, 2, 9 / 14, 9 / 7),  # Erlang C for 1.5 of 2
        (2, 1, 3, 4 / 9, 4 / 9),  # Erlang C for 2 of 3
    ],
)
def test_the_closed_form_itself_is_that_of_the_books(
    arrivals, services, people, must_wait, wait
) -> None:
    found = queueing.steady(arrivals, services, people)
    assert found.must_wait == pytest.approx(must_wait)
    assert found.wait == pytest.approx(wait)
    assert found.queue == pytest.approx(wait * arrivals)


def test_a_queue_that_grows_without_end_has_no_steady_state() -> None:
    with pytest.raises(ValueError, match="no steady state"):
        queueing.steady(2, 1, 2)


def test_the_same_seed_gives_the_same_run_and_another_seed_another() -> None:
    office = an_office()
    one = run(office, 5, weeks=4, warm_up=1, seed="a")
    assert one == run(office, 5, weeks=4, warm_up=1, seed="a")
    assert one != run(office, 5, weeks=4, warm_up=1, seed="b")


@settings(max_examples=25, deadline=None)
@given(people=st.integers(1, 12), per_day=st.floats(1, 40), away=st.floats(0, 0.5))
def test_no_case_is_lost_or_late_twice_and_nobody_works_more_than_he_is_there(
    people, per_day, away
) -> None:
    seen = run(an_office(per_day, away=away), people, weeks=3, warm_up=0, seed="law")
    assert 0 <= seen.late <= seen.came
    assert 0 <= seen.utilisation <= 1 + 1e-9
    assert seen.left <= seen.came


def test_work_is_put_down_in_the_evening_and_taken_up_in_the_morning() -> None:
    # Twelve hours of work that come on Monday at midnight: done on Tuesday at noon.
    monday = Kind("one", (50, 0, 0, 0, 0, 0, 0), Effort(12, shape=FIXED), 1000, 0, 0.001)
    office = Office((monday,), Hours(start=8, end=16))
    seen = run(office, 100, weeks=1, warm_up=0, seed="evening").kinds[0]
    assert seen.came > 0
    assert seen.wait == pytest.approx(8, abs=0.01)
    assert seen.turnaround == pytest.approx(36, abs=0.01)


def test_what_comes_on_saturday_waits_for_monday() -> None:
    weekend = Kind("one", (0, 0, 0, 0, 0, 20, 0), Effort(0.01, shape=FIXED), 24)
    seen = run(Office((weekend,), Hours()), 5, weeks=8, warm_up=0, seed="weekend")
    assert seen.late == seen.came > 0


def test_what_is_due_first_is_done_first() -> None:
    slow = Kind("slow", (60,) * 5 + (0, 0), Effort(0.5, shape=FIXED), 240, 8, 16)
    fast = Kind("fast", (3,) * 5 + (0, 0), Effort(0.5, shape=FIXED), 24, 8, 16)
    seen = run(Office((slow, fast), Hours(start=8, end=16)), 4, weeks=8, warm_up=1, seed="due")
    assert seen.kinds[1].wait < seen.kinds[0].wait / 2


def test_absence_costs_time() -> None:
    all_there = run(an_office(), 5, weeks=8, warm_up=1, seed="away")
    some_away = run(an_office(away=0.15), 5, weeks=8, warm_up=1, seed="away")
    assert some_away.wait > all_there.wait
    assert some_away.utilisation > all_there.utilisation


def test_how_many_are_enough_for_a_clock() -> None:
    office = an_office(limit=68)
    rows = _answered(office, people=3)
    found = answer.enough(rows, 0.01)
    assert found is not None
    by_people = {row.people: row for row in rows}
    assert found.late <= 0.01
    assert by_people[found.people - 1].late > 0.01
    # No number below what comes in can keep up.
    assert found.people >= office.least_people


def test_where_no_number_is_enough_it_says_so() -> None:
    # Due within 10 hours, and nobody works at night: more people do not help.
    assert answer.enough(_answered(an_office(limit=10), people=5), 0.01) is None


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Effort(0),
        lambda: Effort(1, -1),
        lambda: Effort(1, shape="round"),
        lambda: Kind("x", (1, 1), Effort(1), 24),
        lambda: Kind("x", (-1,) * 7, Effort(1), 24),
        lambda: Kind("x", (1,) * 7, Effort(1), 0),
        lambda: Hours(frozenset()),
        lambda: Hours(start=16, end=8),
        lambda: Hours(away=1),
        lambda: run(an_office(), 0, weeks=1, warm_up=0, seed=""),
    ],
)
def test_what_makes_no_office_is_refused(wrong) -> None:
    with pytest.raises(ValueError, match=r"\."):
        wrong()


def _answered(office: Office, people: int) -> tuple[answer.Tried, ...]:
    runs: dict[str, list] = {}
    for number, repeat in answer.plan(office, people):
        seen = run(office, number, weeks=6, warm_up=1, seed=f"staffing {repeat}")
        runs.setdefault(str(number), []).append(answer.told(seen))
    return answer.tried(runs)
