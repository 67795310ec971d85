"""What will be late: certain cases, shared piles, absence, work that waits for somebody else."""

import pytest

from casework.staffing.office import FIXED, Effort
from casework.staffing.outlook import Person, Task, likely_late, runs_for

TODAY = ((0.0, 8.0),)
TWO_DAYS = ((0.0, 8.0), (24.0, 32.0))


def a_task(number: int, due: float, hours: float = 1, owner: int = 0, ready: float = 0) -> Task:
    return Task(number, due, ready, owner, "nurse", Effort(hours, shape=FIXED))


def late(tasks, people, runs: int = 5) -> dict[int, float]:
    return likely_late(tasks, people, runs=runs, seed="x")


def test_what_can_be_done_in_time_is_not_late_and_what_cannot_is() -> None:
    found = late([a_task(n, due=3) for n in range(1, 6)], [Person(1, ("nurse",), TODAY)])
    assert sorted(found.values()) == [0, 0, 0, 1, 1]


def test_a_second_person_takes_the_rest() -> None:
    tasks = [a_task(n, due=3) for n in range(1, 6)]
    found = late(tasks, [Person(1, ("nurse",), TODAY), Person(2, ("nurse",), TODAY)])
    assert sum(found.values()) == 0


def test_what_lies_with_somebody_who_is_away_is_late() -> None:
    tasks = [a_task(1, due=5, owner=7), a_task(2, due=5)]
    found = late(tasks, [Person(7, ("nurse",), ()), Person(8, ("nurse",), TODAY)])
    assert found == {1: 1, 2: 0}


def test_what_lies_with_somebody_who_left_lies_in_the_pool() -> None:
    assert late([a_task(1, due=5, owner=99)], [Person(8, ("nurse",), TODAY)]) == {1: 0}


def test_work_goes_on_the_next_day() -> None:
    tasks = [a_task(1, due=27, hours=10), a_task(2, due=25.5, hours=10, owner=2)]
    people = [Person(1, ("nurse",), TWO_DAYS), Person(2, (), TWO_DAYS)]
    assert late(tasks, people) == {1: 0, 2: 1}


def test_what_waits_for_an_answer_is_worked_on_when_it_may_come() -> None:
    tasks = [a_task(1, due=6, ready=4), a_task(2, due=4.5, ready=4)]
    people = [Person(1, ("nurse",), TODAY), Person(2, ("nurse",), TODAY)]
    assert late(tasks, people) == {1: 0, 2: 1}


def test_what_is_late_already_takes_its_time_of_the_people() -> None:
    tasks = [a_task(1, due=-5, hours=3), a_task(2, due=2)]
    assert late(tasks, [Person(1, ("nurse",), TODAY)]) == {1: 1, 2: 1}


def test_nobody_takes_what_is_not_in_his_pool() -> None:
    assert late([a_task(1, due=5)], [Person(1, ("physician",), TODAY)]) == {1: 1}


def test_chance_makes_shares_and_the_seed_repeats_them() -> None:
    tasks = [Task(n, 2.0, 0, 0, "nurse", Effort(1, 1)) for n in range(1, 4)]
    people = [Person(1, ("nurse",), TODAY)]
    one = likely_late(tasks, people, runs=200, seed="a")
    assert one == likely_late(tasks, people, runs=200, seed="a")
    assert 0 < one[2] < one[3] < 1


@pytest.mark.parametrize(("tasks", "runs"), [(0, 200), (1000, 200), (4000, 100), (10**6, 20)])
def test_many_cases_are_played_through_less_often(tasks, runs) -> None:
    assert runs_for(tasks) == runs
