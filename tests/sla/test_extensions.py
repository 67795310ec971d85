"""Extensions and tolling: who, on what ground, how long, in time, and what follows."""

from typing import Any

import pytest

from tests.sla import cases as sc
from tests.sla.cases import asked, event, extended, received

GO = received("2026-06-01T10:00")
EXP: dict[str, Any] = {"priority": "expedited"}
APPEAL: dict[str, Any] = {"kind": "appeal"}
GRIEVANCE: dict[str, Any] = {"kind": "grievance"}
WHEN = "2026-06-01T12:00"
PLAN_GROUNDS = (
    "need_information",
    "noncontract_evidence",
    "extraordinary",
    "beyond_control",
    "missing_information",
)

# rules of 1.8: who may ask, the plan's grounds, the most days; None: no extension exists
TERMS: list[tuple[str, str, dict[str, Any], set[str], set[str], int]] = [
    ("MCD-PA-STD", "medicaid", {}, {"member", "provider"}, {"need_information"}, 14),
    ("MCD-PA-EXP", "medicaid", EXP, {"member"}, {"need_information"}, 14),
    ("MCD-APP-STD", "medicaid", APPEAL, {"member"}, {"need_information"}, 14),
    ("MCD-APP-EXP", "medicaid", APPEAL | EXP, {"member"}, {"need_information"}, 14),
    ("MCD-GRV-STD", "medicaid", GRIEVANCE, {"member"}, {"need_information"}, 14),
    ("MCD-RX", "medicaid", {"service": "outpatient_drug"}, set(), set(), 0),
    ("MA-OD-STD-PA", "medicare", {}, {"member"}, {"noncontract_evidence", "extraordinary"}, 14),
    ("MA-OD-STD", "medicare", {"pa_required": False}, {"member"},
     {"noncontract_evidence", "extraordinary"}, 14),
    ("MA-OD-EXP", "medicare", EXP, {"member"}, {"noncontract_evidence", "extraordinary"}, 14),
    ("MA-OD-PB-STD", "medicare", {"service": "part_b_drug"}, set(), set(), 0),
    ("MA-OD-PB-EXP", "medicare", EXP | {"service": "part_b_drug"}, set(), set(), 0),
    ("MA-OD-PAY", "medicare", {"timing": "post_service"}, set(), set(), 0),
    ("MA-RECON-STD", "medicare", APPEAL, {"member"},
     {"noncontract_evidence", "extraordinary"}, 14),
    ("MA-RECON-EXP", "medicare", APPEAL | EXP, {"member"},
     {"noncontract_evidence", "extraordinary"}, 14),
    ("MA-RECON-EXP", "medicare", APPEAL | EXP | {"service": "part_b_drug"}, set(), set(), 0),
    ("MA-RECON-PB", "medicare", APPEAL | {"service": "part_b_drug"}, set(), set(), 0),
    ("MA-RECON-PAY", "medicare", APPEAL | {"timing": "post_service"}, set(), set(), 0),
    ("MA-GRV-STD", "medicare", GRIEVANCE, {"member"}, {"need_information"}, 14),
    ("MA-GRV-EXP", "medicare", GRIEVANCE | {"about": "extension"}, set(), set(), 0),
    ("QHP-PA-STD", "marketplace", {}, set(), {"beyond_control", "missing_information"}, 15),
    ("QHP-POST", "marketplace", {"timing": "post_service"}, set(),
     {"beyond_control", "missing_information"}, 15),
    ("QHP-PA-URG", "marketplace", EXP, set(), set(), 0),
    ("QHP-APP-PRE", "marketplace", APPEAL, set(), set(), 0),
    ("QHP-APP-POST", "marketplace", APPEAL | {"timing": "post_service"}, set(), set(), 0),
    ("QHP-APP-URG", "marketplace", APPEAL | EXP, set(), set(), 0),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "line", "more", "askers", "grounds", "days"), TERMS)
def test_each_rule_is_extended_by_those_and_on_the_grounds_that_the_law_names(
    rule: str, line: str, more: dict[str, Any], askers: set[str], grounds: set[str], days: int
) -> None:
    def moves(**terms: Any) -> bool:
        length = terms.pop("length", max(days, 1))
        history = extended(length, WHEN, time_given_days=45, **terms)
        answer = sc.solved(line, GO, history, **more)
        assert sc.winner(answer) == f"federal/{rule}"
        return sc.refused(answer) == []

    assert {who for who in ("member", "provider", "plan") if moves(by=who)} == askers
    assert {g for g in PLAN_GROUNDS if moves(by="plan", ground=g)} == grounds
    for who in ("member", "provider"):
        assert not any(moves(by=who, ground=ground) for ground in PLAN_GROUNDS)
    longer = [moves(by="member", length=days + 1)] if "member" in askers else []
    longer += [moves(by="plan", ground=g, length=days + 1) for g in grounds]
    assert not any(longer)


def test_shorter_extensions_may_total_the_maximum_and_no_more() -> None:
    parts = [extended(5, WHEN), extended(5, WHEN), extended(5, WHEN), extended(4, WHEN)]
    answer = sc.solved("medicare", GO, *parts)
    assert sc.refused(answer) == [3]
    assert sc.due(answer) == "2026-06-22T23:59:59"


def test_the_marketplace_extends_once_however_short() -> None:
    first = extended(5, WHEN, by="plan", ground="beyond_control")
    answer = sc.solved("marketplace", GO, first, first)
    assert sc.refused(answer) == [2]
    assert sc.due(answer) == "2026-06-21T23:59:59"


@pytest.mark.parametrize(
    ("at", "letter", "accepted"),
    [
        ("2026-06-08T23:59:59", None, True),
        ("2026-06-09T00:00:00", None, False),
        ("2026-06-08T12:00:00", "2026-06-08T23:59:59", True),
        ("2026-06-08T12:00:00", "2026-06-09T00:00:00", False),
    ],
)
def test_decision_and_letter_come_before_the_time_runs_out(
    at: str, letter: str | None, accepted: bool
) -> None:
    answer = sc.solved("medicaid", GO, extended(14, at, notice_sent_at=letter))
    assert (sc.refused(answer) == []) is accepted


@pytest.mark.parametrize(
    ("line", "more", "letter_due"),
    [
        ("medicaid", APPEAL, "2026-06-03T23:59:59"),
        ("medicaid", GRIEVANCE, "2026-06-03T23:59:59"),
        ("medicare", GRIEVANCE, "2026-06-02T12:00:00"),
    ],
)
def test_where_the_letter_may_follow_a_late_one_does_not_undo_the_extension(
    line: str, more: dict[str, Any], letter_due: str
) -> None:
    late = extended(
        14, WHEN, by="plan", ground="need_information", notice_sent_at="2027-01-01T00:00"
    )
    answer = sc.solved(line, GO, late, **more)
    assert sc.refused(answer) == []
    assert sc.due(answer, "extension_notice") == letter_due
    assert sc.state(answer, "extension_notice") == "missed"


def test_medicaid_owes_no_letter_when_the_member_asked_to_extend_an_appeal() -> None:
    answer = sc.solved("medicaid", GO, extended(14, WHEN), **APPEAL)
    assert sc.due(answer, "extension_notice") is None


def test_a_letter_sent_later_satisfies_the_last_extension_only() -> None:
    history = [
        GO,
        extended(3, WHEN, notice_sent_at=WHEN),
        event("notice_sent", "2026-06-02T10:00", kind="extension"),
        extended(3, "2026-06-03T12:00"),
    ]
    answer = sc.solved("medicare", *history)
    assert sc.state(answer, "extension_notice") == "open"
    assert sc.due(answer, "extension_notice") == "2026-06-11T23:59:59"
    history.append(event("notice_sent", "2026-06-11T23:00", kind="extension"))
    assert sc.state(sc.solved("medicare", *history), "extension_notice") == "met"


def test_followers_move_only_when_it_is_in_time_for_them_too() -> None:
    late_for_the_state = extended(14, "2026-06-17T09:00")
    answer = sc.solved(
        "medicaid", GO, late_for_the_state, layers=("owner", "federal", "state:oh"), **APPEAL
    )
    assert sc.dues(answer) == {
        "OH-MCD-APP-STD": "2026-06-16T23:59",
        "MCD-APP-STD": "2026-07-15T23:59",
        "OWN-APP-STD": "2026-07-15T23:59",
    }


def test_state_rules_that_do_not_follow_stay() -> None:
    answer = sc.solved(
        "marketplace",
        GO,
        extended(15, WHEN, by="plan", ground="beyond_control"),
        layers=("federal", "state:oh", "state:in"),
    )
    assert sc.dues(answer) == {
        "IN-PA-STD": "2026-06-03T10:00",
        "OH-QHP-PA-STD": "2026-06-11T23:59",
        "QHP-PA-STD": "2026-07-01T23:59",
    }


def test_an_extension_does_not_carry_over_to_rules_that_join_later() -> None:
    upgraded = sc.solved("medicaid", GO, extended(14, WHEN), asked("provider", "2026-06-10T09:00"))
    assert sc.dues(upgraded) == {
        "MCD-PA-EXP": "2026-06-13T09:00",
        "MCD-PA-STD": "2026-06-22T23:59",
    }


def test_what_an_upgraded_case_extends_is_each_candidate_by_itself() -> None:
    answer = sc.solved(
        "medicaid",
        GO,
        extended(10, WHEN),
        asked("provider", "2026-06-02T09:00"),
        extended(10, "2026-06-02T12:00"),
    )
    # 20 days are over the standard rule's total; the expedited rule takes the ten.
    assert sc.dues(answer) == {
        "MCD-PA-EXP": "2026-06-15T09:00",
        "MCD-PA-STD": "2026-06-18T23:59",
    }
    assert sc.due(answer, "extension_notice") == "2026-06-05T09:00:00"


def test_days_added_to_an_hour_clock_keep_the_wall_time() -> None:
    into_the_gap = received("2026-02-19T02:30")
    answer = sc.solved("medicaid", into_the_gap, extended(14, "2026-02-20T10:00"), **EXP)
    assert sc.clock(answer).due.isoformat() == "2026-03-08T03:30:00-04:00"
    again = sc.solved(
        "medicaid",
        into_the_gap,
        extended(14, "2026-02-20T10:00"),
        **EXP,
    )
    assert again.clocks == answer.clocks


def test_several_extensions_are_added_one_after_the_other_through_the_gap() -> None:
    answer = sc.solved(
        "medicaid",
        received("2026-02-25T02:30"),
        extended(8, "2026-02-26T10:00"),
        extended(6, "2026-02-26T11:00"),
        **EXP,
    )
    # 28 February + 8 = 8 March 02:30, which slides to 03:30; 6 days later it stays 03:30.
    assert sc.clock(answer).due.isoformat() == "2026-03-14T03:30:00-04:00"


def test_days_added_into_the_autumn_overlap_give_the_earlier_instant() -> None:
    answer = sc.solved(
        "medicaid", received("2026-10-15T01:30"), extended(14, "2026-10-16T10:00"), **EXP
    )
    assert sc.clock(answer).due.isoformat() == "2026-11-01T01:30:00-04:00"


def test_one_day_is_an_extension_and_none_is_not() -> None:
    assert sc.due(sc.solved("medicaid", GO, extended(1, WHEN))) == "2026-06-09T23:59:59"
    assert sc.refused(sc.solved("medicaid", GO, extended(0, WHEN))) == [1]


def test_the_letter_is_owed_before_the_earliest_time_that_was_extended() -> None:
    history = [GO, asked("provider", "2026-06-02T09:00"), extended(4, "2026-06-02T12:00")]
    answer = sc.solved("medicaid", *history)
    assert set(sc.dues(answer).values()) == {"2026-06-09T09:00", "2026-06-12T23:59"}
    assert sc.due(answer, "extension_notice") == "2026-06-05T09:00:00"
