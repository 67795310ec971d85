"""A notice that came back and is sent again: the window counts from the new day, never an earlier
one; whether the plan told in time is judged by the first."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sla import cases as sc
from tests.sla.cases import event, notice, received

FIRST = notice("adverse", "2026-02-04T12:00")
AGAIN = notice("adverse", "2026-03-04T12:00")


@pytest.mark.parametrize(
    ("line", "layers", "once", "again", "rule"),
    [
        # 60 days from the date on the notice: 438.402(c)(2)(ii)
        ("medicaid", ("federal",), "2026-04-05", "2026-05-03", "federal/MCD-FILE-APP"),
        # 60 days after receipt, presumed five days after the date: 422.582(b)
        ("medicare", ("federal",), "2026-04-10", "2026-05-08", "federal/MA-FILE-RECON"),
        # 180 days from receipt: 2560.503-1(h)(3)(i)
        ("marketplace", ("federal",), "2026-08-08", "2026-09-05", "federal/QHP-FILE-APP"),
        # the plan's published figures count from the notice date on every line
        ("medicaid", ("owner",), "2026-04-05", "2026-05-03", "owner/OWN-FILE"),
    ],
)
def test_the_window_counts_from_the_notice_that_was_sent_again(
    line: str, layers: tuple[str, ...], once: str, again: str, rule: str
) -> None:
    before = [received("2026-02-01T09:00"), FIRST]
    first = sc.solved(line, *before, layers=layers)
    second = sc.solved(line, *before, AGAIN, layers=layers)
    assert sc.due(first, "filing_window") == f"{once}T23:59:59"
    assert sc.due(second, "filing_window") == f"{again}T23:59:59"
    assert sc.winner(second, "filing_window") == rule


@pytest.mark.parametrize("line", ["medicaid", "medicare", "marketplace"])
def test_told_in_time_stays_told_in_time_and_late_stays_late(line: str) -> None:
    for first, state in ((FIRST, "met"), (notice("adverse", "2026-02-25T12:00"), "missed")):
        once = sc.solved(line, received("2026-02-01T09:00"), first)
        again = sc.solved(line, received("2026-02-01T09:00"), first, AGAIN)
        assert sc.clock(once, "decision").state == state
        assert sc.clock(again, "decision").state == state
        assert sc.clock(again, "decision").satisfied_at == sc.clock(once, "decision").satisfied_at


def test_proof_that_the_first_was_received_does_not_shorten_the_second_window() -> None:
    proof = event("notice_received", "2026-02-06")
    answer = sc.solved("marketplace", received("2026-02-01T09:00"), FIRST, proof, AGAIN)
    assert sc.due(answer, "filing_window") == "2026-09-05T23:59:59"


@given(
    line=st.sampled_from(["medicaid", "medicare", "marketplace"]),
    days=st.integers(min_value=0, max_value=27),
    more=st.integers(min_value=0, max_value=120),
)
def test_a_second_notice_never_shortens_the_time_of_the_member(
    line: str, days: int, more: int
) -> None:
    def sent(on: date) -> sc.Event:
        return notice("adverse", f"{on}T12:00")

    start = date(2026, 2, 1) + timedelta(days=days)
    once = sc.solved(line, received("2026-02-01T09:00"), sent(start))
    again = sc.solved(
        line, received("2026-02-01T09:00"), sent(start), sent(start + timedelta(days=more))
    )
    assert sc.due(again, "filing_window") >= sc.due(once, "filing_window")
