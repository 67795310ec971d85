"""An urgent Marketplace claim that arrives incomplete: what is asked, given and answered."""

from tests.sla import cases as sc
from tests.sla.cases import asked, event, received

EXP = {"priority": "expedited"}


def denied_fast(at: str) -> sc.Event:
    return event("expedite_refused", at)


URGENT = received("2026-06-01T10:00", complete=False, by="provider")


def info(at: str, hours: int) -> sc.Event:
    return event("info_requested", at, time_given_hours=hours)


def test_without_an_answer_the_48_hours_start_when_the_time_given_ends() -> None:
    answer = sc.solved("marketplace", URGENT, info("2026-06-01T14:00", 60), **EXP)
    assert sc.due(answer) == "2026-06-06T02:00:00"  # 14:00 + 60 h = 4 June 02:00, + 48 h


def test_an_answer_after_the_time_given_changes_nothing() -> None:
    answer = sc.solved(
        "marketplace",
        URGENT,
        info("2026-06-01T14:00", 48),
        event("info_received", "2026-06-04T10:00"),
        **EXP,
    )
    assert sc.due(answer) == "2026-06-05T14:00:00"


def test_an_answer_that_is_listed_before_the_request_is_none() -> None:
    answer = sc.solved(
        "marketplace",
        URGENT,
        event("info_received", "2026-06-01T12:00"),
        info("2026-06-01T14:00", 48),
        **EXP,
    )
    assert sc.due(answer) == "2026-06-05T14:00:00"


def test_after_an_upgrade_information_is_asked_for_within_24_hours_of_the_request() -> None:
    incomplete = received("2026-06-01T10:00", complete=False)
    answer = sc.solved(
        "marketplace",
        incomplete,
        asked("provider", "2026-06-03T09:00"),
        info("2026-06-04T09:00", 48),
    )
    assert sc.due(answer, "information_request") == "2026-06-04T09:00:00"
    assert sc.state(answer, "information_request") == "met"
    assert sc.due(answer) == "2026-06-08T09:00:00"


def test_a_request_on_the_standard_track_does_not_count_after_an_upgrade() -> None:
    incomplete = received("2026-06-01T10:00", complete=False)
    answer = sc.solved(
        "marketplace",
        incomplete,
        info("2026-06-02T09:00", 48),
        asked("provider", "2026-06-03T09:00"),
    )
    assert sc.due(answer) == "2026-06-06T09:00:00"
    assert sc.state(answer, "information_request") == "met"  # what is missing was said


def test_a_refusal_takes_the_request_for_information_with_it() -> None:
    history = [
        received("2026-06-01T10:00", complete=False),
        info("2026-06-01T14:00", 48),
        denied_fast("2026-06-01T15:00"),
        asked("provider", "2026-06-02T09:00"),
    ]
    answer = sc.solved("marketplace", *history[:3], **EXP)
    assert sc.due(answer) == "2026-06-16T23:59:59"
    assert sc.due(answer, "information_request") is None
    again = sc.solved("marketplace", *history, **EXP)
    assert sc.due(again) == "2026-06-05T09:00:00"


def test_a_request_moves_only_the_federal_urgent_clock() -> None:
    answer = sc.solved(
        "marketplace",
        URGENT,
        info("2026-06-01T14:00", 72),
        layers=("owner", "federal", "state:oh"),
        **EXP,
    )
    assert sc.dues(answer) == {
        "OH-QHP-PA-EXP": "2026-06-03T10:00",
        "OWN-PA-EXP": "2026-06-04T10:00",
        "QHP-PA-URG": "2026-06-06T14:00",
    }


def test_what_is_missing_is_said_with_the_first_request_that_came_at_its_time() -> None:
    answer = sc.solved(
        "marketplace",
        info("2026-06-01T09:00", 48),  # nothing was received yet
        URGENT,
        info("2026-06-01T14:00", 12),  # too little time, but said
        info("2026-06-03T14:00", 48),
        **EXP,
    )
    assert sc.refused(answer) == [0, 2, 3]
    assert sc.clock(answer, "information_request").satisfied_by == 2
    assert sc.state(answer, "information_request") == "met"


def test_after_the_decision_nothing_is_asked_any_more() -> None:
    told = event("notice_sent", "2026-06-01T13:00", kind="favorable")
    answer = sc.solved("marketplace", URGENT, told, info("2026-06-01T14:00", 48), **EXP)
    assert sc.state(answer, "information_request") == "open"
