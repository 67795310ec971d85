"""The escalation ladder of a clock, and what one sweep does with its marks."""

from datetime import datetime, timedelta

import pytest

from sla.plan import STEPS, LadderError, Mark, checked, ladder
from sla.sweep import due_marks
from sla.values import Clock
from tests.sla import cases as sc


def marks(clock: Clock) -> dict[str, str]:
    local = clock.due.tzinfo
    return {m.step: m.fire_at.astimezone(local).isoformat()[:19] for m in ladder(clock, STEPS)}


def standard() -> Clock:
    return sc.clock(sc.solved("medicaid", sc.received("2026-06-01T12:00")))


def test_a_day_clock_has_all_five_steps() -> None:
    # from 1 June 12:00 to 8 June 23:59:59: 647,999 seconds
    assert marks(standard()) == {
        "50": "2026-06-05T05:59:59",
        "75": "2026-06-07T02:59:59",
        "t24": "2026-06-07T23:59:59",
        "90": "2026-06-08T05:59:59",
        "100": "2026-06-09T00:00:00",
    }


def test_an_hour_clock_has_no_step_at_24_hours() -> None:
    fast = sc.solved("medicaid", sc.received("2026-06-01T12:00"), priority="expedited")
    assert marks(sc.clock(fast)) == {
        "50": "2026-06-03T00:00:00",
        "75": "2026-06-03T18:00:00",
        "90": "2026-06-04T04:48:00",
        "100": "2026-06-04T12:00:01",
    }


def test_business_hours_are_an_hour_clock() -> None:
    indiana = sc.solved("medicaid", sc.received("2026-06-01T12:00"), layers=("state:in",))
    assert "t24" not in marks(sc.clock(indiana))


def test_a_step_before_the_start_is_left_out() -> None:
    late = sc.received("2026-06-01T23:00")
    answer = sc.solved("medicaid", late, kind="grievance", layers=("state:oh",), about="access")
    assert list(marks(sc.clock(answer))) == ["50", "t24", "75", "90", "100"]
    letter = sc.event("preliminary_completed", "2026-06-01T10:00", outcome="eligible")
    answer = sc.solved("marketplace", letter, kind="external_review")
    assert list(marks(sc.clock(answer, "eligibility_notice"))) == ["t24", "50", "75", "90", "100"]


def test_of_a_duty_that_is_due_at_once_the_highest_part_and_the_end_are_left() -> None:
    order = sc.event("effectuation_ordered", "2026-06-01T10:00", by="iro")
    answer = sc.solved("marketplace", order, policies={"immediately_hours": 0})
    assert marks(sc.clock(answer, "effectuation")) == {
        "90": "2026-06-01T10:00:00",
        "100": "2026-06-01T10:00:01",
    }


def test_a_denial_notice_that_was_due_before_it_started_has_only_the_last_step() -> None:
    late = sc.event("expired", "2026-06-20T08:00")
    answer = sc.solved("medicaid", sc.received("2026-06-01T12:00"), late)
    assert list(marks(sc.clock(answer, "denial_notice"))) == ["100"]


def test_of_two_steps_on_one_instant_the_higher_stays() -> None:
    # from 1 June 23:59:59 to 3 June 23:59:59: 24 hours before the due is half of the time
    refused = [
        sc.received("2026-06-01T10:00"),
        sc.event("expedite_refused", "2026-06-01T23:59:59"),
    ]
    answer = sc.solved("medicaid", *refused, priority="expedited")
    assert list(marks(sc.clock(answer, "downgrade_notice"))) == ["t24", "75", "90", "100"]


def test_members_reviewers_and_the_earliest_day_have_no_ladder() -> None:
    letter = sc.solved("medicaid", sc.reduction("2026-06-01T10:00", "2026-06-20"))
    for name in ("earliest_action", "filing_window", "filing_acceptance", "continuation_window"):
        assert ladder(sc.clock(letter, name), STEPS) == ()
    review = sc.event("reviewer_received", "2026-06-01T10:00")
    answer = sc.solved("medicare", review, kind="external_review")
    assert ladder(sc.clock(answer), STEPS) == ()


def test_an_extension_stretches_the_ladder() -> None:
    longer = sc.solved(
        "medicaid", sc.received("2026-06-01T12:00"), sc.extended(14, "2026-06-02T12:00")
    )
    assert marks(sc.clock(longer))["t24"] == "2026-06-21T23:59:59"


def test_an_unknown_step_is_refused() -> None:
    with pytest.raises(LadderError, match="'60'"):
        checked(["50", "60"])
    assert checked(["100", "50"]) == ("50", "100")


def at(mark: Mark, seconds: int = 0) -> datetime:
    return mark.fire_at + timedelta(seconds=seconds)


def test_a_sweep_fires_a_step_when_its_time_has_come_and_not_before() -> None:
    pending = ladder(standard(), STEPS)
    assert due_marks(pending, at(pending[0], -1)) == ((), ())
    assert due_marks(pending, at(pending[0])) == ((pending[0],), ())
    assert due_marks(pending[1:], at(pending[0])) == ((), ())


def test_a_receipt_entered_late_fires_only_the_highest_step_that_has_passed() -> None:
    pending = ladder(standard(), STEPS)
    fire, skip = due_marks(reversed(pending), at(pending[3], 5))
    assert [mark.step for mark in fire] == ["90"]
    assert [mark.step for mark in skip] == ["50", "75", "t24"]
    fire, skip = due_marks(pending, at(pending[4], 99999))
    assert [mark.step for mark in fire] == ["100"]
    assert len(skip) == 4


def test_each_step_is_fired_or_skipped_once_over_any_sweeps() -> None:
    pending = list(ladder(standard(), STEPS))
    fired, skipped = [], []
    now = pending[0].fire_at
    while pending:
        due = due_marks(pending, now)
        fired += due.fire
        skipped += due.skip
        pending = [mark for mark in pending if mark not in (*due.fire, *due.skip)]
        now += timedelta(hours=30)
    assert sorted(m.step for m in (*fired, *skipped)) == sorted(STEPS)
    assert len({*fired, *skipped}) == 5


def test_nothing_pending_is_nothing_to_do() -> None:
    assert due_marks([], standard().due_utc) == ((), ())
