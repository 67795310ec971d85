"""How clocks stand: met, missed, closed; what the law makes of a missed decision; ties and layers;
the steps after a decision."""

from typing import Any

import pytest

from tests.sla import cases as sc
from tests.sla.cases import decided, event, extended, notice, received

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
