"""How clocks stand: met, missed, closed; what the law makes of a missed decision; ties and layers;
the steps after a decision."""

from typing import Any

import pytest

from tests.sla import cases as sc
from tests.sla.cases import asked, decided, event, extended, notice, received

GO = received("2026-06-01T10:00")
APPEAL: dict[str, Any] = {"kind": "appeal"}
REVIEW: dict[str, Any] = {"kind": "external_review"}
EXP: dict[str, Any] = {"priority": "expedited"}
LAPSED = event("expired", "2026-06-09T08:00")


@pytest.mark.parametrize(
    ("at", "expected"), [("2026-06-08T23:59:59", "met"), ("2026-06-09T00:00:00", "missed")]
)
def test_on_time_means_at_or_before_the_due(at: str, expected: str) -> None:
    assert sc.state(sc.solved("medicaid", GO, notice("favorable", at))) == expected


@pytest.mark.parametrize("kind", ["favorable", "adverse", "resolution"])
def test_a_decision_is_satisfied_by_its_letter(kind: str) -> None:
    assert sc.state(sc.solved("medicare", GO, notice(kind, "2026-06-02T10:00"))) == "met"


@pytest.mark.parametrize("kind", ["extension", "downgrade", "acknowledgement", "eligibility"])
def test_other_letters_satisfy_no_decision(kind: str) -> None:
    assert sc.state(sc.solved("medicare", GO, notice(kind, "2026-06-02T10:00"))) == "open"


def test_deciding_alone_satisfies_nothing() -> None:
    assert sc.state(sc.solved("medicare", GO, decided("approved", "2026-06-02T10:00"))) == "open"


def test_the_first_letter_counts() -> None:
    answer = sc.solved(
        "medicaid",
        GO,
        notice("adverse", "2026-06-10T10:00"),
        notice("favorable", "2026-06-02T10:00"),
    )
    assert sc.state(answer) == "missed"
    assert sc.clock(answer).satisfied_by == 1


def test_an_accepted_expiry_makes_a_decision_missed_whatever_follows() -> None:
    answer = sc.solved("medicaid", GO, LAPSED, notice("favorable", "2026-06-09T10:00"))
    assert sc.state(answer) == "missed"
    closed = sc.solved("medicaid", GO, LAPSED, event("withdrawn", "2026-06-10T10:00"))
    assert sc.state(closed) == "missed"
    assert sc.clock(closed).consequence == "deemed_denial"


@pytest.mark.parametrize(
    ("line", "more", "expected"),
    [
        ("medicaid", {}, "deemed_denial"),
        ("medicaid", APPEAL, "deemed_exhaustion"),
        ("medicare", {}, "deemed_denial"),
        ("medicare", {"timing": "post_service"}, "deemed_denial"),
        ("medicare", APPEAL, "deemed_affirmation"),
        ("marketplace", {}, "deemed_exhaustion"),
        ("marketplace", APPEAL, "deemed_exhaustion"),
        ("medicaid", {"kind": "grievance"}, None),
        ("medicare", {"kind": "grievance"}, None),
        ("medicare", {"layers": sc.OWNER}, None),
        ("marketplace", {"layers": ("state:ky",)}, "deemed_approval"),
        ("marketplace", {"layers": ("state:oh",)}, None),
    ],
)
def test_the_law_of_the_line_says_what_a_missed_decision_is(
    line: str, more: dict[str, Any], expected: str | None
) -> None:
    answer = sc.solved(line, GO, event("expired", "2026-12-31T10:00"), **more)
    assert sc.clock(answer).consequence == expected
    assert sc.refused(answer) == []


def test_the_earliest_passed_candidate_with_a_consequence_gives_it() -> None:
    layers = ("owner", "federal", "state:in")
    # Indiana's 48 business hours: 3 June 10:00; federal 7 days: 8 June
    answer = sc.solved("medicaid", GO, event("expired", "2026-06-09T08:00"), layers=layers)
    assert sc.clock(answer).consequence == "deemed_approval"
    assert sc.due(answer, "denial_notice") is None
    # the old federal time of 14 days is not over, the published one has no consequence
    answer = sc.solved(
        "medicaid",
        GO,
        event("expired", "2026-06-16T08:00"),
        layers=("owner", "federal"),
        rating="2025-07-01",
    )
    assert sc.clock(answer).consequence == "deemed_denial"


def test_a_published_figure_that_ran_out_alone_has_no_consequence() -> None:
    answer = sc.solved(
        "medicare",
        GO,
        extended(14, "2026-06-02T10:00", notice_sent_at="2026-06-02T10:00"),
        event("expired", "2026-06-30T10:00"),
        layers=("owner", "federal"),
    )
    assert sc.winner(answer) == "federal/MA-OD-STD-PA"
    late = sc.solved(
        "marketplace",
        received("2026-06-01T10:00", complete=False),
        event("info_requested", "2026-06-01T14:00", time_given_hours=90),
        event("expired", "2026-06-05T10:00"),
        layers=("owner", "federal"),
        **EXP,
    )
    assert sc.refused(late) == []
    assert sc.state(late) == "missed"
    assert sc.clock(late).consequence is None


def test_the_earlier_of_letter_and_expiry_says_what_had_passed() -> None:
    history = [GO, event("expired", "2026-06-12T10:00"), notice("adverse", "2026-06-10T10:00")]
    answer = sc.solved("medicaid", *history, layers=("owner", "federal", "state:oh"))
    assert sc.clock(answer).consequence == "deemed_denial"
    assert sc.due(answer, "denial_notice") == "2026-06-08T23:59:59"


def test_a_denial_notice_is_owed_on_the_day_of_the_candidate_that_made_the_denial() -> None:
    answer = sc.solved(
        "medicaid",
        GO,
        event("expired", "2026-06-03T11:00"),
        layers=("federal", "state:oh"),
        **EXP,
    )
    assert sc.due(answer, "denial_notice") == "2026-06-03T23:59:59"
    sent = notice("adverse", "2026-06-03T23:00")
    answer = sc.solved(
        "medicaid",
        GO,
        event("expired", "2026-06-03T11:00"),
        sent,
        layers=("federal", "state:oh"),
        **EXP,
    )
    assert sc.state(answer, "denial_notice") == "met"


# ── Closed ──────────────────────────────────────────────────────────────────────────────────────


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


def test_a_denial_notice_is_a_day_clock_that_starts_with_the_expiry() -> None:
    lapsed = sc.solved("medicaid", GO, LAPSED)
    assert sc.clock(lapsed, "denial_notice").by_day
    assert sc.clock(lapsed, "denial_notice").anchor_event == 1


URGENT = [
    received("2026-06-01T10:00", complete=False),
    event("info_requested", "2026-06-01T14:00", time_given_hours=90),
]  # published: 4 June 10:00; federal: 1 June 14:00 + 90 h + 48 h = 7 June 08:00


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([event("expired", "2026-06-07T08:01")], "deemed_exhaustion"),
        ([notice("favorable", "2026-06-07T08:00:00")], None),
        ([notice("favorable", "2026-06-07T08:00:01")], "deemed_exhaustion"),
        ([event("expired", "2026-06-05T10:00"), notice("adverse", "2026-06-08T10:00")], None),
        ([event("expired", "2026-06-09T10:00"), notice("adverse", "2026-06-05T10:00")], None),
    ],
)
def test_a_consequence_needs_its_own_time_to_have_passed(
    history: list[sc.Event], expected: str | None
) -> None:
    answer = sc.solved("marketplace", *URGENT, *history, layers=("owner", "federal"), **EXP)
    assert sc.winner(answer) == "owner/OWN-PA-EXP"
    assert sc.state(answer) == "missed"
    assert sc.clock(answer).consequence == expected


def test_a_denial_notice_starts_with_the_first_sign_that_the_time_ran_out() -> None:
    answer = sc.solved("medicaid", GO, LAPSED, notice("adverse", "2026-06-10T10:00"))
    assert sc.clock(answer, "denial_notice").anchor_event == 1
    assert sc.state(answer, "denial_notice") == "missed"


def test_the_authority_of_a_consequence_is_its_own_citation_else_the_rules() -> None:
    lapsed = event("expired", "2026-07-02T10:00")
    federal = sc.clock(sc.solved("medicaid", GO, lapsed))
    assert federal.consequence_citation == "42 CFR 438.404(c)(5)"
    ohio = sc.clock(sc.solved("medicaid", GO, lapsed, layers=("state:oh",)))
    assert ohio.consequence_citation == "OAC 5160-26-03.1"
