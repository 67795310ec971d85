"""The steps after a decision: forwarding, carrying out, external review; which layer is named."""

from typing import Any

import pytest

from tests.sla import cases as sc
from tests.sla.cases import asked, decided, event, extended, notice, received

GO = received("2026-06-01T10:00")
APPEAL: dict[str, Any] = {"kind": "appeal"}
REVIEW: dict[str, Any] = {"kind": "external_review"}
EXP: dict[str, Any] = {"priority": "expedited"}


@pytest.mark.parametrize(
    ("history", "more", "expected"),
    [
        # standard: with the time to decide, however early it was affirmed
        ([decided("upheld", "2026-06-05T10:00")], {}, "2026-07-01T23:59:59"),
        ([decided("partial", "2026-06-05T10:00")], {"timing": "post_service"},
         "2026-07-31T23:59:59"),
        ([extended(14, "2026-06-05T10:00"), decided("upheld", "2026-06-06T10:00")], {},
         "2026-07-15T23:59:59"),
        ([event("expired", "2026-07-02T00:00")], {}, "2026-07-01T23:59:59"),
        # fast: 24 hours after the affirmation, at most 24 hours after the time ran out
        ([decided("upheld", "2026-06-02T09:00")], EXP, "2026-06-03T09:00:00"),
        ([decided("upheld", "2026-06-04T20:00")], EXP, "2026-06-05T10:00:00"),
        ([event("expired", "2026-06-04T12:00")], EXP, "2026-06-05T10:00:00"),
        ([event("expired", "2026-06-04T12:00"), decided("upheld", "2026-06-04T13:00")], EXP,
         "2026-06-05T10:00:00"),
        # the law affirmed; a late reversal does not take it back
        ([event("expired", "2026-06-04T12:00"), decided("overturned", "2026-06-04T13:00")], EXP,
         "2026-06-05T10:00:00"),
        # upgraded: the earlier federal due
        ([asked("physician", "2026-06-10T10:00"), decided("upheld", "2026-06-11T10:00")], {},
         "2026-06-12T10:00:00"),
    ],
)  # fmt: skip
def test_an_affirmed_medicare_appeal_is_forwarded_in_time(
    history: list[sc.Event], more: dict[str, Any], expected: str
) -> None:
    answer = sc.solved("medicare", GO, *history, **APPEAL | more)
    assert sc.due(answer, "forward_to_ire") == expected
    forwarded = event("forwarded", "2026-06-02T12:00")
    answer = sc.solved("medicare", GO, *history, forwarded, **APPEAL | more)
    assert sc.state(answer, "forward_to_ire") == "met"


def test_an_own_reversal_needs_a_receipt_and_an_order_needs_none() -> None:
    own = sc.solved("medicaid", decided("overturned", "2026-06-05T10:00"), **APPEAL)
    assert sc.due(own, "effectuation") is None
    both = sc.solved("medicaid", GO, decided("overturned", "2026-06-05T10:00"), **APPEAL)
    assert sc.due(both, "effectuation") == "2026-06-08T10:00:00"


@pytest.mark.parametrize("outcome", ["upheld", "overturned", "partial"])
def test_the_outcome_of_a_review_orders_nothing_by_itself(outcome: str) -> None:
    answer = sc.solved("medicare", GO, decided(outcome, "2026-06-05T10:00"), **REVIEW)
    assert sc.due(answer, "effectuation") is None


def test_the_last_order_alone_counts_and_what_was_done_before_it_does_not() -> None:
    answer = sc.solved(
        "medicare",
        event("effectuation_ordered", "2026-06-01T10:00", by="ire"),
        event("effectuated", "2026-06-02T10:00"),
        event("effectuation_ordered", "2026-06-10T10:00", by="alj"),
        **REVIEW,
    )
    assert sc.winner(answer, "effectuation") == "federal/MA-EFF-ALJ"
    assert sc.due(answer, "effectuation") == "2026-08-09T23:59:59"
    assert sc.due(answer, "provision") is None
    assert sc.state(answer, "effectuation") == "open"


def test_the_track_of_the_case_decides_and_without_receipt_its_priority() -> None:
    order = event("effectuation_ordered", "2026-07-10T10:00", by="ire")
    drug = {"service": "part_b_drug"} | APPEAL
    for history, more, expected in (
        ([order], EXP, "2026-07-11T10:00:00"),
        ([order], {}, "2026-07-13T10:00:00"),
        ([GO, event("expedite_refused", "2026-06-01T12:00"), order], EXP, "2026-07-13T10:00:00"),
        ([GO, asked("physician", "2026-06-01T12:00"), order], {}, "2026-07-11T10:00:00"),
    ):
        answer = sc.solved("medicare", *history, **drug | more)
        assert sc.due(answer, "effectuation") == expected


# ── External review on the Marketplace ──────────────────────────────────────────────────────────


def preliminary(outcome: str, at: str) -> sc.Event:
    return event("preliminary_completed", at, outcome=outcome)


def test_the_first_preliminary_review_satisfies_and_the_last_asks_for_its_letter() -> None:
    answer = sc.solved(
        "marketplace",
        GO,
        preliminary("incomplete", "2026-06-03T10:00"),
        notice("eligibility", "2026-06-03T12:00"),
        event("info_received", "2026-06-04T10:00"),
        preliminary("eligible", "2026-06-09T10:00"),
        **REVIEW,
    )
    assert sc.state(answer, "preliminary_review") == "met"
    assert sc.due(answer, "eligibility_notice") == "2026-06-10T23:59:59"
    assert sc.state(answer, "eligibility_notice") == "open"
    assert sc.due(answer, "perfect_request") == "2026-06-05T12:00:00"
    assert sc.state(answer, "perfect_request") == "met"


def test_an_incomplete_request_is_perfected_only_once_the_member_was_told() -> None:
    answer = sc.solved("marketplace", GO, preliminary("incomplete", "2026-06-03T10:00"), **REVIEW)
    assert sc.due(answer, "perfect_request") is None
    assert sc.due(answer, "eligibility_notice") == "2026-06-04T23:59:59"


def test_ohio_documents_count_from_the_complete_request_and_the_earlier_binds() -> None:
    history = [
        received("2026-06-01T10:00", complete=False),
        event("reviewer_assigned", "2026-06-02T10:00"),
        event("info_complete", "2026-06-03T10:00"),
    ]
    answer = sc.solved("marketplace", *history, layers=("federal", "state:oh"), **REVIEW)
    assert sc.dues(answer, "file_to_reviewer") == {
        "OH-QHP-EXT-DOC": "2026-06-08T23:59",
        "QHP-EXT-DOC": "2026-06-09T23:59",
    }


def test_an_oral_standard_review_owes_no_quick_letter() -> None:
    oral = decided("upheld", "2026-06-03T10:00", oral=True)
    assert sc.due(sc.solved("marketplace", oral, **REVIEW), "written_notice") is None
    fast = sc.solved("marketplace", oral, **REVIEW | EXP)
    assert sc.clock(fast, "written_notice").owner == "reviewer"
    medicare = sc.solved("medicare", oral, **REVIEW | EXP)
    assert sc.due(medicare, "written_notice") is None


# ── Layers ──────────────────────────────────────────────────────────────────────────────────────


def test_on_a_tie_federal_is_named_then_the_states_then_the_plan() -> None:
    answer = sc.solved(
        "medicaid",
        GO,
        kind="appeal",
        layers=("state:oh", "owner", "federal"),
        **EXP,
    )
    named = [f"{c.layer}/{c.rule}" for c in sc.clock(answer).candidates]
    assert named == ["federal/MCD-APP-EXP", "state:oh/OH-MCD-APP-EXP", "owner/OWN-APP-EXP"]
    states = sc.solved("marketplace", GO, layers=("state:in", "state:ga", "state:ky"), **EXP)
    assert [c.layer for c in sc.clock(states).candidates] == ["state:in", "state:ky", "state:ga"]


def test_the_order_of_adoption_and_repeats_do_not_matter() -> None:
    one = sc.solved("medicaid", GO, layers=("owner", "federal", "state:oh"))
    other = sc.solved("medicaid", GO, layers=("state:oh", "federal", "owner", "federal"))
    assert one.clocks == other.clocks


def test_the_rating_period_is_the_one_in_force_on_the_local_day_of_receipt() -> None:
    for rating, at, days in (
        ("2026-07-01", "2026-06-30T23:59:59", 14),
        ("2026-07-01", "2026-07-01T00:00:00", 7),
        ("2031-07-01", "2026-06-30T12:00", 14),
        ("2031-07-01", "2026-07-01T12:00", 7),
        ("1999-10-01", "2026-09-30T12:00", 14),
        ("1999-10-01", "2026-10-01T12:00", 7),
        ("2024-02-29", "2026-02-28T12:00", 14),
        ("2024-02-29", "2026-03-01T12:00", 7),
        ("2024-02-29", "2028-02-28T12:00", 7),
    ):
        answer = sc.solved("medicaid", received(at), rating=rating)
        assert sc.clock(answer).limit == f"{days} calendar days", (rating, at)


def test_a_service_that_the_line_does_not_know_is_an_ordinary_one() -> None:
    for line, service in (("medicaid", "part_b_drug"), ("medicare", "outpatient_drug")):
        assert sc.winner(sc.solved(line, GO, service=service)) == sc.winner(sc.solved(line, GO))


def test_after_the_service_nothing_is_expedited() -> None:
    answer = sc.solved("medicare", GO, kind="appeal", timing="post_service", **EXP)
    assert sc.winner(answer) == "federal/MA-RECON-PAY"


def test_a_reversal_is_carried_out_by_the_earlier_federal_due_of_an_upgraded_appeal() -> None:
    answer = sc.solved(
        "medicare",
        GO,
        asked("physician", "2026-06-10T10:00"),
        decided("overturned", "2026-06-11T10:00"),
        **APPEAL,
    )
    assert sc.due(answer, "effectuation") == "2026-06-13T10:00:00"
