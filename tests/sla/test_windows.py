"""Members' windows: from which letter or proof they count, how they roll, what keeps benefits."""

from typing import Any

import pytest

from tests.sla import cases as sc
from tests.sla.cases import event, notice, received, reduction


def proof(day: str, **fields: Any) -> sc.Event:
    return event("notice_received", day, **fields)


@pytest.mark.parametrize(
    ("says", "history", "expected"),
    [
        # Medicare: 60 days after receipt, which is the later of 5 days and proof
        ("no proof: 65 days", [notice("adverse", "2026-02-02T12:00")], "2026-04-08"),
        ("proof on day 3: still presumed", [notice("adverse", "2026-02-02T12:00"),
         proof("2026-02-05")], "2026-04-08"),
        ("proof on day 20", [notice("adverse", "2026-02-02T12:00"), proof("2026-02-22")],
         "2026-04-23"),
        ("the printed date counts", [notice("adverse", "2026-02-03T12:00", date="2026-02-02")],
         "2026-04-08"),
        ("proof alone", [proof("2026-02-07")], "2026-04-08"),
        ("proof listed before the letter", [proof("2026-02-22"),
         notice("adverse", "2026-02-02T12:00")], "2026-04-08"),
        ("proof dated before sending", [notice("adverse", "2026-02-22T12:00", date="2026-02-02"),
         proof("2026-02-21")], "2026-04-08"),
        ("proof on the day of sending", [notice("adverse", "2026-02-22T12:00", date="2026-02-02"),
         proof("2026-02-22")], "2026-04-23"),
        ("the last letter counts", [notice("adverse", "2026-02-02T12:00"),
         notice("adverse", "2026-03-02T12:00")], "2026-05-06"),
        ("the last proof counts", [notice("adverse", "2026-02-02T12:00"), proof("2026-02-25"),
         proof("2026-02-22")], "2026-04-23"),
        ("a proof that is none does not replace one", [notice("adverse", "2026-02-02T12:00"),
         proof("2026-02-22"), proof("2026-02-01")], "2026-04-23"),
        ("a proof of the extension letter is none", [notice("adverse", "2026-02-02T12:00"),
         proof("2026-02-22", of="extension")], "2026-04-08"),
        ("an instant counts by its local day", [notice("adverse", "2026-02-02T12:00"),
         proof("2026-02-22T23:30-05:00")], "2026-04-23"),
        ("dated 31 December 2024, proven in 2025: 60 days from the date",
         [notice("adverse", "2024-12-31T12:00"), proof("2025-01-20")], "2025-03-01"),
        ("dated 1 January 2025: 65 days", [notice("adverse", "2025-01-01T12:00")], "2025-03-07"),
    ],
)  # fmt: skip
def test_a_medicare_window_counts_from_receipt(
    says: str, history: list[sc.Event], expected: str
) -> None:
    answer = sc.solved("medicare", *history)
    assert sc.due(answer, "filing_window") == f"{expected}T23:59:59", says


@pytest.mark.parametrize(
    ("history", "policies", "expected"),
    [
        ([notice("adverse", "2026-06-01T12:00")], {}, "2026-12-03"),
        ([notice("adverse", "2026-06-01T12:00")], {"presumed_receipt_days": 0}, "2026-11-28"),
        ([notice("adverse", "2026-06-01T12:00"), proof("2026-06-02")], {}, "2026-11-29"),
        ([notice("reduction", "2026-06-01T12:00", effective_date="2026-07-01")], {}, "2026-12-03"),
    ],
)
def test_a_marketplace_window_counts_from_proof_else_from_the_presumed_day(
    history: list[sc.Event], policies: dict[str, Any], expected: str
) -> None:
    answer = sc.solved("marketplace", *history, policies=policies)
    assert sc.due(answer, "filing_window") == f"{expected}T23:59:59"


def test_georgia_medicaid_counts_from_receipt_and_the_later_window_binds() -> None:
    answer = sc.solved(
        "medicaid", notice("adverse", "2026-06-01T12:00"), layers=("federal", "state:ga")
    )
    assert sc.winner(answer, "filing_window") == "state:ga/GA-MCD-FILE"
    quick = [notice("adverse", "2026-06-01T12:00"), proof("2026-06-01")]
    answer = sc.solved("medicaid", *quick, layers=("federal", "state:ga"))
    assert sc.winner(answer, "filing_window") == "federal/MCD-FILE-APP"  # a tie


def test_ohio_gives_a_fair_hearing_no_more_than_the_state_policy_unless_it_is_longer() -> None:
    history = [notice("adverse", "2026-06-01T12:00")]
    layers = ("federal", "state:oh")
    answer = sc.solved("medicaid", *history, kind="appeal", layers=layers)
    assert sc.winner(answer, "filing_window") == "federal/MCD-FILE-SFH"
    policies = {"sfh_window_days": 90}
    answer = sc.solved("medicaid", *history, kind="appeal", layers=layers, policies=policies)
    assert sc.winner(answer, "filing_window") == "state:oh/OH-MCD-FILE-SFH"
    assert [c.rule for c in sc.clock(answer, "filing_window").candidates] == [
        "OH-MCD-FILE-SFH",
        "MCD-FILE-SFH",
    ]


@pytest.mark.parametrize(
    ("received_on", "by_law", "accepted"),
    [
        ("2026-03-04", "2026-07-06", "2026-07-06"),  # 4 July: a Saturday and a holiday
        ("2026-03-03", "2026-07-03", "2026-07-06"),  # 3 July: only observed
        ("2026-08-25", "2026-12-28", "2026-12-28"),  # 25 December is a Friday: over the weekend
        ("2026-07-26", "2026-11-27", "2026-11-27"),  # Thanksgiving, then the Friday after it
        ("2021-08-31", "2021-12-31", "2022-01-03"),  # 31 December: observed for a Saturday
        ("2027-02-19", "2027-06-21", "2027-06-21"),  # Juneteenth on a Saturday
        ("2027-02-18", "2027-06-18", "2027-06-21"),  # and the Friday before it
        ("2022-02-19", "2022-06-20", "2022-06-21"),  # 19 June is a Sunday; Monday is observed
    ],
)
def test_the_four_months_roll_by_law_and_the_acceptance_by_policy(
    received_on: str, by_law: str, accepted: str
) -> None:
    answer = sc.solved("marketplace", proof(received_on), kind="appeal")
    assert sc.due(answer, "filing_window") == f"{by_law}T23:59:59"
    assert sc.due(answer, "filing_acceptance") == f"{accepted}T23:59:59"


def test_under_a_state_process_the_floor_does_not_roll_but_the_acceptance_does() -> None:
    answer = sc.solved(
        "marketplace",
        proof("2026-03-04"),
        kind="appeal",
        policies={"external_process": "state"},
    )
    assert sc.winner(answer, "filing_window") == "federal/QHP-EXT-FLOOR"
    assert sc.due(answer, "filing_window") == "2026-07-04T23:59:59"
    assert sc.due(answer, "filing_acceptance") == "2026-07-06T23:59:59"
    assert sc.winner(answer, "filing_acceptance") == "federal/QHP-EXT-FLOOR"


def test_without_the_policy_nothing_is_accepted_after_the_window() -> None:
    answer = sc.solved(
        "medicaid", notice("adverse", "2026-06-01T12:00"), policies={"member_rollover": False}
    )
    assert sc.due(answer, "filing_acceptance") is None


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-10-31", "2027-03-01"),
        ("2026-10-29", "2027-03-01"),
        ("2026-10-28", "2027-03-01"),  # 28 February 2027 is a Sunday
        ("2027-10-29", "2028-02-29"),
        ("2027-10-30", "2028-03-01"),
        ("2026-05-31", "2026-10-01"),
        ("2026-08-31", "2026-12-31"),
        ("2026-09-01", "2027-01-04"),  # New Year's Day is a Friday
    ],
)
def test_a_month_without_that_day_ends_on_the_first_of_the_next(day: str, expected: str) -> None:
    answer = sc.solved("marketplace", proof(day), kind="external_review")
    assert sc.due(answer, "filing_window") == f"{expected}T23:59:59"


def test_a_reduction_counts_from_the_day_of_sending_and_its_window_from_the_print() -> None:
    answer = sc.solved("medicaid", reduction("2026-06-03T23:30", "2026-06-13", date="2026-06-01"))
    assert sc.due(answer, "earliest_action") == "2026-06-13T00:00:00"
    assert sc.state(answer, "earliest_action") == "met"
    assert sc.due(answer, "continuation_window") == "2026-06-13T23:59:59"
    assert sc.due(answer, "filing_window") == "2026-07-31T23:59:59"


def test_the_last_reduction_counts() -> None:
    answer = sc.solved(
        "medicaid",
        reduction("2026-06-01T12:00", "2026-06-05"),
        reduction("2026-06-08T12:00", "2026-06-18"),
    )
    assert sc.due(answer, "earliest_action") == "2026-06-18T00:00:00"
    assert sc.state(answer, "earliest_action") == "met"


def test_the_later_continuation_window_binds() -> None:
    answer = sc.solved(
        "medicaid",
        notice("adverse", "2026-06-20T12:00"),
        reduction("2026-06-01T12:00", "2026-06-12"),
        kind="appeal",
        benefits_continued=True,
    )
    assert sc.winner(answer, "continuation_window") == "federal/MCD-CONT-SFH"
    assert sc.due(answer, "continuation_window") == "2026-06-30T23:59:59"


@pytest.mark.parametrize(
    ("kind", "filed", "line"),
    [
        ("prior_auth", event("appealed", "2026-06-10T10:00"), "medicaid"),
        ("appeal", event("appealed", "2026-06-10T10:00"), "marketplace"),
        ("external_review", received("2026-06-10T10:00"), "marketplace"),
    ],
)
def test_a_window_is_met_by_the_step_it_is_about(kind: str, filed: sc.Event, line: str) -> None:
    history = [notice("adverse", "2026-06-01T12:00")]
    assert sc.state(sc.solved(line, *history, kind=kind), "filing_window") == "open"
    assert sc.state(sc.solved(line, *history, filed, kind=kind), "filing_window") == "met"


def test_a_grievance_window_is_met_by_its_receipt_and_counts_from_the_first_incident() -> None:
    answer = sc.solved(
        "medicare",
        event("incident", "2026-04-01T23:30"),
        event("incident", "2026-05-01"),
        received("2026-06-02T10:00"),
        kind="grievance",
    )
    assert sc.due(answer, "filing_window") == "2026-05-31T23:59:59"
    assert sc.state(answer, "filing_window") == "missed"
    assert sc.state(answer, "filing_acceptance") == "missed"  # 31 May rolls to 1 June


def test_fair_hearing_days_are_not_counted_before_or_without_a_resolution() -> None:
    filed = event("appealed", "2026-03-02T10:00")
    asked_for = received("2026-05-11T10:00")
    for extra, expected in (
        ([], "2026-05-31"),
        ([notice("adverse", "2026-03-30T12:00")], "2026-07-12"),
        ([notice("adverse", "2026-05-20T12:00")], "2026-05-31"),
        ([notice("adverse", "2026-03-30T12:00", date="2026-04-01")], "2026-07-10"),
    ):
        answer = sc.solved("medicaid", filed, *extra, asked_for, kind="external_review")
        assert sc.due(answer) == f"{expected}T23:59:59"
        assert sc.clock(answer).owner == "reviewer"


def test_of_a_denial_and_a_reduction_the_last_listed_counts() -> None:
    denial = notice("adverse", "2026-06-01T12:00")
    reduced = reduction("2026-06-10T12:00", "2026-07-01")
    answer = sc.solved("medicaid", denial, reduced)
    assert sc.due(answer, "filing_window") == "2026-08-09T23:59:59"
    answer = sc.solved("medicaid", reduced, denial)
    assert sc.due(answer, "filing_window") == "2026-07-31T23:59:59"
    assert sc.due(answer, "earliest_action") == "2026-06-20T00:00:00"
