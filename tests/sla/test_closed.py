"""Withdrawn and dismissed: which clocks that closes, which start afterwards, what still moves."""

from typing import Any

import pytest

from tests.sla import cases as sc
from tests.sla.cases import asked, decided, event, extended, notice, received

GO = received("2026-06-01T10:00")
APPEAL: dict[str, Any] = {"kind": "appeal"}
REVIEW: dict[str, Any] = {"kind": "external_review"}
EXP: dict[str, Any] = {"priority": "expedited"}


def test_withdrawing_closes_what_runs_and_leaves_what_was_satisfied() -> None:
    answer = sc.solved(
        "medicaid",
        GO,
        notice("acknowledgement", "2026-06-02T10:00"),
        event("withdrawn", "2026-06-03T10:00"),
        **APPEAL,
    )
    assert sc.state(answer) == "closed"
    assert sc.state(answer, "acknowledgement") == "met"


def test_a_members_window_is_never_closed() -> None:
    answer = sc.solved(
        "medicaid",
        GO,
        notice("adverse", "2026-06-03T10:00"),
        event("withdrawn", "2026-06-04T10:00"),
    )
    assert sc.state(answer, "filing_window") == "open"


def test_a_reviewers_clock_is_closed_too() -> None:
    answer = sc.solved(
        "medicare",
        event("reviewer_received", "2026-06-01T10:00"),
        event("withdrawn", "2026-06-03T10:00"),
        **REVIEW,
    )
    assert sc.clock(answer).owner == "reviewer"
    assert sc.state(answer) == "closed"


def test_a_clock_that_starts_after_a_dismissal_runs_as_usual_until_the_next_end() -> None:
    history = [
        GO,
        notice("dismissal", "2026-06-03T10:00"),
        event("effectuation_ordered", "2026-07-01T10:00", by="ire"),
    ]
    answer = sc.solved("medicare", *history, **APPEAL)
    assert sc.state(answer) == "closed"
    assert sc.state(answer, "effectuation") == "open"
    done = event("effectuated", "2026-07-02T10:00")
    assert sc.state(sc.solved("medicare", *history, done, **APPEAL), "effectuation") == "met"
    over = event("withdrawn", "2026-07-02T10:00")
    assert sc.state(sc.solved("medicare", *history, over, **APPEAL), "effectuation") == "closed"
    again = notice("dismissal", "2026-07-02T10:00")
    answer = sc.solved("medicare", *history, again, **APPEAL)
    assert sc.state(answer, "effectuation") == "closed"


def test_what_a_dismissal_closed_does_not_move_any_more() -> None:
    history = [
        GO,
        extended(
            15, "2026-06-02T10:00", by="plan", ground="missing_information", time_given_days=45
        ),
        notice("dismissal", "2026-06-10T10:00"),
    ]
    before = sc.solved("marketplace", *history)
    after = sc.solved(
        "marketplace",
        *history,
        event("info_received", "2026-06-11T10:00"),
        notice("adverse", "2026-06-12T10:00"),
    )
    assert sc.clock(after).satisfied_by is None
    assert sc.due(after) == sc.due(before)
    assert sc.state(after) == "closed"


def test_a_dismissal_before_receipt_closes_nothing_but_bars_the_fast_track() -> None:
    answer = sc.solved(
        "medicare",
        notice("dismissal", "2026-05-20T10:00"),
        GO,
        asked("physician", "2026-06-02T10:00"),
        **APPEAL,
    )
    assert sc.state(answer) == "open"
    assert sc.refused(answer) == [2]


@pytest.mark.parametrize(
    ("line", "early", "name", "more"),
    [
        ("medicaid", decided("overturned", "2026-05-30T10:00"), "effectuation", APPEAL),
        ("medicare", decided("overturned", "2026-05-30T10:00"), "effectuation", APPEAL),
        ("medicare", decided("upheld", "2026-05-30T10:00"), "forward_to_ire", APPEAL),
        ("medicare", decided("upheld", "2026-05-30T10:00"), "forward_to_ire", APPEAL | EXP),
        ("medicaid", event("appealed", "2026-05-01T10:00"), "decision", REVIEW),
        (
            "medicaid",
            decided("denied", "2026-05-30T10:00"),
            "denial_notice",
            {"timing": "post_service"},
        ),
    ],
)
def test_a_clock_that_needs_two_events_starts_with_the_second(
    line: str, early: sc.Event, name: str, more: dict[str, Any]
) -> None:
    dismissal = notice("dismissal", "2026-05-31T10:00")
    between = sc.solved(line, early, dismissal, GO, **more)
    assert sc.state(between, name) == "open"
    after = sc.solved(line, early, GO, dismissal, **more)
    assert sc.state(after, name) == "closed"
    assert sc.due(sc.solved(line, early, **more), name) is None


def test_an_order_starts_with_itself_whenever_the_case_was_received() -> None:
    order = event("effectuation_ordered", "2026-05-30T10:00", by="fair_hearing")
    dismissal = notice("dismissal", "2026-05-31T10:00")
    answer = sc.solved("medicaid", order, dismissal, GO, **APPEAL)
    assert sc.state(answer, "effectuation") == "closed"


def test_an_affirmation_by_law_starts_with_the_first_of_expiry_and_decision() -> None:
    lapsed = event("expired", "2026-07-02T10:00")
    late = decided("upheld", "2026-07-04T10:00")
    gone = notice("dismissal", "2026-07-03T10:00")
    answer = sc.solved("medicare", GO, lapsed, gone, late, **APPEAL)
    assert sc.state(answer, "forward_to_ire") == "closed"
