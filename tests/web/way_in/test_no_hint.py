"""Show 4: registration says nobody who is a member (text, status, time), and it locks out."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import sqrt
from statistics import median
from typing import Any

import pytest
import time_machine
from sqlalchemy import delete, select

from casework.models import SecurityEvent, SignInAttempt
from casework.records import ways_in
from tests.web.way_in.conftest import PASSWORD, WaysIn, typed

TRIES = 500
# Two samples of one distribution differ by more than this many standard errors of the rank sum in
# one run of ten thousand; a lookup or a hash for one of the two would show at once.
NOISE = 4.0
START = datetime(2026, 5, 4, 15, 0, tzinfo=UTC)
NONCES = re.compile(r'value="[^"]{20,}"')


def rank_difference(one: list[float], other: list[float]) -> float:
    """By how many standard errors the ranks of the two samples differ (Mann and Whitney)."""
    merged = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    ranks = sum(place for place, (_, which) in enumerate(merged, 1) if which == 0)
    n, m = len(one), len(other)
    expected, spread = n * (n + m + 1) / 2, sqrt(n * m * (n + m + 1) / 12)
    return abs(ranks - expected) / spread


@pytest.fixture
def asking(ways: WaysIn) -> Callable[[dict[str, str], int], tuple[Any, float]]:
    """Ask from the form of one page: the answer, and the computing time of this thread with what it
    waited for the database, in seconds."""
    pages = ways.browser()
    token = pages.get("/member/register").form("/member/register")

    def ask(said: dict[str, str], place: int) -> tuple[Any, float]:
        where = {"REMOTE_ADDR": f"198.51.{place // 250}.{place % 250}"}
        began = time.perf_counter()
        answer = pages.client.post(
            "/member/register", data={**token, **said}, environ_overrides=where
        )
        return answer, time.perf_counter() - began

    return ask


def test_known_and_unknown_look_alike_in_five_hundred_tries_each(
    ways: WaysIn, asking: Callable[[dict[str, str], int], tuple[Any, float]]
) -> None:
    """Each try from another place, so that no lock hides a difference; in turns, so that a busy
    machine slows both."""
    known = [ways.member("Known") for _ in range(TRIES // ways_in.PER_NUMBER.most)]
    taken: dict[str, list[float]] = {"known": [], "unknown": []}
    seen = set()
    for turn in range(TRIES):
        if turn % 250 == 0:  # the brake on all tries together would end it
            with ways.owner() as connection:
                connection.execute(
                    delete(SignInAttempt).where(SignInAttempt.kind == ways_in.IN_ALL.kind)
                )
        member = known[turn % len(known)]
        cases = {
            "known": typed(member, f"a{turn}@people.example", zip="43999"),
            "unknown": typed(member, f"b{turn}@people.example", number=f"7{member['number'][1:]}"),
        }
        order = sorted(cases, reverse=bool(turn % 2))
        for kind in order:
            answer, seconds = asking(cases[kind], turn % TRIES)
            taken[kind].append(seconds)
            seen.add((answer.status_code, answer.headers["Location"], answer.text))
    assert len(seen) == 1
    known_time, unknown_time = (median(taken[kind]) for kind in ("known", "unknown"))
    apart = rank_difference(taken["known"], taken["unknown"])
    assert apart < NOISE, (apart, known_time, unknown_time)
    bound = max(0.001, 0.1 * unknown_time)  # on a busy machine everything takes longer
    assert abs(known_time - unknown_time) < bound, (known_time, unknown_time)
    assert ways.post.taken == []


def test_a_difference_of_time_would_be_found() -> None:
    quick = [0.010 + (n % 50) * 0.0001 for n in range(TRIES)]
    assert rank_difference(quick, list(quick)) < NOISE
    assert rank_difference(quick, [each + 0.001 for each in quick]) > NOISE


def test_every_number_locks_alike_whether_it_is_known_right_or_wrong(ways: WaysIn) -> None:
    member, registered = ways.member("Locked"), ways.member("Has")
    ways.account(registered, "has-lock@people.example")
    with ways.owner() as connection:
        connection.execute(delete(SignInAttempt))
    tried = {
        "right": typed(member, "right@people.example"),
        "wrong ZIP": typed(ways.member("Other"), "wrong@people.example", zip="43999"),
        "unknown": typed(member, "unknown@people.example", number="79999999999"),
        "has an account": typed(registered, "again@people.example"),
    }
    answers = set()
    with time_machine.travel(START, tick=False) as clock:
        for place, said in enumerate(tried.values()):
            where = {"environ_overrides": {"REMOTE_ADDR": f"203.0.113.{place}"}}
            pages = ways.browser()
            pages.get("/member/register")
            for _ in range(ways_in.PER_NUMBER.most):
                pages.post("/member/register", said, status=303, **where)
            page = pages.post("/member/register", said, status=429, **where)
            assert "Wait 15 minutes, then try again." in page.text
            assert "call the number on your member card (TTY 711)" in page.text
            text = page.text
            for value in said.values():
                text = text.replace(f'value="{value}"', "")
            answers.add((NONCES.sub("", text), pages.response.headers["Retry-After"]))
        assert len(answers) == 1
        clock.move_to(START + timedelta(minutes=15, seconds=1))
        pages.post("/member/register", tried["has an account"], status=303)


def test_a_number_is_tried_fifteen_times_a_day_at_most(ways: WaysIn) -> None:
    said = typed(ways.member("Slow"), "slow@people.example", zip="43999")
    with time_machine.travel(START, tick=False) as clock:
        pages = ways.browser()
        pages.get("/member/register")
        for turn in range(ways_in.PER_NUMBER_A_DAY.most):
            clock.move_to(START + timedelta(minutes=16 * turn))
            pages.post("/member/register", said, status=303)
        clock.move_to(START + timedelta(hours=8))
        page = pages.post("/member/register", said, status=429)
        assert "Try again tomorrow" in page.text
        clock.move_to(START + timedelta(hours=25))
        pages.post("/member/register", said, status=303)


def test_one_place_that_tries_many_numbers_waits(ways: WaysIn) -> None:
    pages = ways.browser()
    pages.get("/member/register")
    for turn in range(ways_in.PER_ADDRESS.most):
        said = typed(ways.member(f"Row{turn}"), "row@people.example")
        pages.post("/member/register", said, status=303)
    pages.post("/member/register", typed(ways.member("Last"), "row@people.example"), status=429)


def test_staff_see_and_lift_a_lock_for_a_caller(ways: WaysIn) -> None:
    member = ways.member("Caller")
    pages = ways.browser()
    pages.get("/member/register")
    wrong = typed(member, "caller@people.example", zip="43999")
    for _ in range(ways_in.PER_NUMBER.most):
        pages.post("/member/register", wrong, status=303)
    pages.post("/member/register", wrong, status=429)
    desk = ways.browser()
    desk.sign_in(ways.cast.email("admin"), PASSWORD)
    desk.get("/staff/sign-in-help")
    page = desk.post("/staff/sign-in-help", {"said": member["number"]}, status=200)
    assert "wrong or many tries to make an account with this number" in page.text
    assert "Caller" not in page.text, "an administrator sees no member"
    page = desk.post("/staff/sign-in-help/lift", status=200)
    assert "The locks are lifted." in page.text
    pages.post("/member/register", typed(member, "caller@people.example"), status=303)
    with ways.database.engine.connect() as connection:
        said = connection.execute(
            select(SecurityEvent.what).where(SecurityEvent.event == "locks_lifted")
        ).scalars()
        assert list(said) == ["locks:1"]


@pytest.mark.parametrize("name", ["nurse", "compliance", "office", "member"])
def test_nobody_else_lifts_locks(ways: WaysIn, name: str) -> None:
    pages = ways.browser()
    pages.sign_in(ways.cast.email(name), PASSWORD)
    pages.get("/staff/sign-in-help", status=403)


def test_the_log_and_the_history_carry_nothing_that_was_typed(
    ways: WaysIn, capfd: pytest.CaptureFixture[str]
) -> None:
    member = ways.member("Quiet")
    ways.account(member, "quiet-zyx@people.example")
    logged = "".join(capfd.readouterr())
    with ways.database.engine.connect() as connection:
        written = " ".join(connection.scalars(select(SecurityEvent.what)))
        keys = " ".join(connection.scalars(select(SignInAttempt.key)))
    for told in (logged, written, keys):
        for secret in (member["number"], "quiet-zyx", "43085", "key="):
            assert secret not in told
