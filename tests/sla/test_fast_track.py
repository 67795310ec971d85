"""On to the fast track and off it: whom the plan must follow, what waits, from which instant."""

import pytest

from tests.sla import cases as sc
from tests.sla.cases import asked, decided, event, extended, notice, received

GO = received("2026-06-01T10:00")
EXP = {"priority": "expedited"}


def granted(at: str) -> sc.Event:
    return event("expedite_granted", at)


def denied_fast(at: str) -> sc.Event:
    return event("expedite_refused", at)


@pytest.mark.parametrize(
    ("line", "by", "moves"),
    [
        ("medicaid", "member", False),
        ("medicaid", "provider", True),
        ("medicaid", "physician", True),
        ("marketplace", "member", False),
        ("marketplace", "provider", True),
        ("marketplace", "physician", True),
        ("medicare", "member", False),
        ("medicare", "provider", False),
        ("medicare", "physician", True),
    ],
)
def test_only_those_whom_the_plan_must_follow_move_a_case_by_asking(
    line: str, by: str, moves: bool
) -> None:
    answer = sc.solved(line, GO, asked(by, "2026-06-02T11:30"))
    assert (sc.due(answer) == "2026-06-05T11:30:00") is moves


def test_an_upgrade_counts_from_the_request_and_not_from_the_grant() -> None:
    answer = sc.solved(
        "medicaid", GO, asked("member", "2026-06-02T09:00"), granted("2026-06-03T15:00")
    )
    assert sc.due(answer) == "2026-06-05T09:00:00"


def test_an_upgrade_keeps_the_standard_candidate_beside_the_fast_one() -> None:
    answer = sc.solved("medicaid", GO, asked("provider", "2026-06-02T09:00"))
    rules = [candidate.rule for candidate in sc.clock(answer).candidates]
    assert rules == ["MCD-PA-EXP", "MCD-PA-STD"]


def test_a_request_in_the_last_days_never_makes_the_due_later() -> None:
    answer = sc.solved("medicaid", GO, asked("provider", "2026-06-08T09:00"))
    assert sc.winner(answer) == "federal/MCD-PA-STD"
    assert sc.due(answer) == "2026-06-08T23:59:59"


def test_of_several_waiting_requests_the_first_counts_and_one_grant_answers_all() -> None:
    answer = sc.solved(
        "medicare",
        GO,
        asked("member", "2026-06-02T09:00"),
        asked("provider", "2026-06-03T09:00"),
        granted("2026-06-03T12:00"),
        granted("2026-06-03T13:00"),
    )
    assert sc.due(answer) == "2026-06-05T09:00:00"
    assert sc.refused(answer) == [4]


def test_a_must_follow_request_answers_what_waited_and_counts_from_itself() -> None:
    answer = sc.solved(
        "medicare",
        GO,
        asked("member", "2026-06-02T09:00"),
        asked("physician", "2026-06-03T09:00"),
        granted("2026-06-03T12:00"),
    )
    assert sc.due(answer) == "2026-06-06T09:00:00"
    assert sc.refused(answer) == [3]


def test_a_request_on_the_fast_track_neither_moves_nor_waits() -> None:
    answer = sc.solved(
        "medicare",
        received("2026-06-01T10:00", by="physician"),
        asked("member", "2026-06-02T09:00"),
        granted("2026-06-02T10:00"),
        denied_fast("2026-06-02T11:00"),
        **EXP,
    )
    assert sc.due(answer) == "2026-06-04T10:00:00"
    assert sc.refused(answer) == [2, 3]


def test_a_later_support_by_a_physician_makes_a_refusal_impossible() -> None:
    answer = sc.solved(
        "medicare",
        GO,
        asked("physician", "2026-06-01T12:00"),
        denied_fast("2026-06-02T11:00"),
        **EXP,
    )
    assert sc.refused(answer) == [2]
    assert "must expedite" in answer.refused[0].reason
    assert sc.due(answer) == "2026-06-04T10:00:00"


def test_refused_a_filing_runs_on_the_standard_clock_from_receipt() -> None:
    answer = sc.solved("medicare", GO, denied_fast("2026-06-03T11:00"), kind="appeal", **EXP)
    assert [c.rule for c in sc.clock(answer).candidates] == ["MA-RECON-STD"]
    assert sc.due(answer) == "2026-07-01T23:59:59"
    assert sc.due(answer, "downgrade_notice") == "2026-06-06T23:59:59"


def test_refused_a_waiting_request_leaves_the_standard_clock_with_its_extension() -> None:
    answer = sc.solved(
        "medicaid",
        GO,
        extended(7, "2026-06-02T09:00"),
        asked("member", "2026-06-02T10:00"),
        denied_fast("2026-06-02T11:00"),
    )
    assert sc.due(answer) == "2026-06-15T23:59:59"
    assert sc.due(answer, "downgrade_notice") == "2026-06-04T23:59:59"


def test_after_a_refusal_a_later_request_can_still_upgrade() -> None:
    answer = sc.solved(
        "medicaid",
        GO,
        denied_fast("2026-06-02T11:00"),
        asked("provider", "2026-06-03T08:00"),
        **EXP,
    )
    assert sc.due(answer) == "2026-06-06T08:00:00"
    assert sc.due(answer, "downgrade_notice") == "2026-06-04T23:59:59"


def test_the_letter_is_owed_for_the_last_refusal() -> None:
    answer = sc.solved(
        "medicaid",
        GO,
        denied_fast("2026-06-01T11:00"),
        notice("downgrade", "2026-06-01T12:00"),
        asked("member", "2026-06-02T10:00"),
        denied_fast("2026-06-03T11:00"),
        **EXP,
    )
    assert sc.due(answer, "downgrade_notice") == "2026-06-05T23:59:59"
    assert sc.state(answer, "downgrade_notice") == "open"


def test_a_medicaid_drug_has_one_clock_from_receipt_on_both_tracks() -> None:
    answer = sc.solved(
        "medicaid",
        GO,
        denied_fast("2026-06-01T11:00"),
        asked("provider", "2026-06-01T12:00"),
        service="outpatient_drug",
        layers=("owner", "federal"),
        **EXP,
    )
    assert [c.rule for c in sc.clock(answer).candidates] == ["MCD-RX", "OWN-PA-EXP", "OWN-PA-STD"]
    assert sc.due(answer) == "2026-06-02T10:00:00"


def test_state_clocks_of_an_upgraded_case_count_from_the_later_of_request_and_information() -> None:
    history = [
        received("2026-06-01T10:00", complete=False),
        asked("provider", "2026-06-02T09:00"),
        event("info_complete", "2026-06-03T08:00"),
    ]
    answer = sc.solved("marketplace", *history, layers=("state:ky",))
    assert sc.due(answer) == "2026-06-04T08:00:00"
    early = [history[0], event("info_complete", "2026-06-01T12:00"), history[1]]
    answer = sc.solved("marketplace", *early, layers=("state:ky",))
    assert sc.due(answer) == "2026-06-03T09:00:00"


def test_a_state_clock_from_complete_information_starts_with_it_and_not_before() -> None:
    waiting = sc.solved(
        "marketplace", received("2026-06-01T10:00", complete=False), layers=("state:ga",)
    )
    assert waiting.clocks == ()
    complete = sc.solved("marketplace", GO, layers=("state:ga",))
    assert sc.due(complete) == "2026-06-08T23:59:59"


def test_information_on_a_case_received_complete_moves_nothing() -> None:
    answer = sc.solved(
        "marketplace", GO, event("info_complete", "2026-06-05T10:00"), layers=("state:ky",)
    )
    assert sc.due(answer) == "2026-06-06T23:59:59"


@pytest.mark.parametrize(
    ("line", "expected"), [("medicaid", "open"), ("medicare", "met"), ("marketplace", "met")]
)
def test_a_telephone_call_counts_on_the_fast_track_of_medicare_and_marketplace(
    line: str, expected: str
) -> None:
    answer = sc.solved(line, GO, decided("approved", "2026-06-02T10:00", oral=True), **EXP)
    assert sc.state(answer) == expected
    assert (sc.due(answer, "written_notice") is not None) is (expected == "met")


@pytest.mark.parametrize("line", ["medicaid", "medicare", "marketplace"])
def test_a_telephone_call_never_counts_on_the_standard_track(line: str) -> None:
    answer = sc.solved(line, GO, decided("approved", "2026-06-02T10:00", oral=True))
    assert sc.state(answer) == "open"


@pytest.mark.parametrize("line", ["medicaid", "medicare"])
def test_a_telephone_call_counts_for_grievances_without_a_letter_after_it(line: str) -> None:
    answer = sc.solved(
        line, GO, decided("resolved", "2026-06-02T10:00", oral=True), kind="grievance"
    )
    assert sc.state(answer) == "met"
    assert sc.due(answer, "written_notice") is None


def test_a_call_after_the_letter_asks_for_no_second_letter() -> None:
    answer = sc.solved(
        "medicare",
        GO,
        notice("favorable", "2026-06-02T09:00"),
        decided("approved", "2026-06-02T10:00", oral=True),
        **EXP,
    )
    assert sc.due(answer, "written_notice") is None


@pytest.mark.parametrize("more", [EXP, {"kind": "grievance"}])
def test_only_what_was_said_counts_as_told(more: dict[str, str]) -> None:
    outcome = "resolved" if "kind" in more else "approved"
    silent = decided(outcome, "2026-06-02T10:00")
    assert sc.state(sc.solved("medicare", GO, silent, **more)) == "open"
    early = decided(outcome, "2026-05-30T10:00", oral=True)
    answer = sc.solved("medicare", early, GO, **more)
    assert sc.state(answer) == "open"
    assert sc.due(answer, "written_notice") is None


def test_the_first_letter_after_the_call_confirms_it() -> None:
    history = [
        GO,
        decided("denied", "2026-06-02T10:00", oral=True),
        notice("adverse", "2026-06-04T10:00"),
        notice("favorable", "2026-06-09T10:00"),
    ]
    answer = sc.solved("medicare", *history, **EXP)
    assert sc.clock(answer, "written_notice").satisfied_by == 2
    assert sc.state(answer, "written_notice") == "met"
