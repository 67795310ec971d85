"""Cases worked out by hand for single sentences of the clock schema (README, sections 3 to 7) that
the examples do not touch: each names its paragraph. Where the sentence leaves two readings, the one
that never makes the plan late and never costs the member a day."""

from typing import Any

import pytest

from tests.sla import cases as sc
from tests.sla.cases import asked, decided, event, extended, notice, received, reduction

GO = received("2026-06-01T10:00")
APPEAL: dict[str, Any] = {"kind": "appeal"}
REVIEW: dict[str, Any] = {"kind": "external_review"}
EXP: dict[str, Any] = {"priority": "expedited"}
OHIO = ("federal", "state:oh")


def asks_papers(at: str, days: int = 15, **more: Any) -> sc.Event:
    """An extension of a claim because information is missing."""
    return extended(
        days, at, by="plan", ground="missing_information", **{"time_given_days": 45} | more
    )


def found(outcome: str, at: str) -> sc.Event:
    return event("preliminary_completed", at, outcome=outcome)


# (paragraph, line, events, subject and contract, clock, due, state)
CASES: list[tuple[str, str, list[Any], dict[str, Any], str, str | None, str | None]] = [
    (
        "section 4, closed: an IRO assigned after the dismissal changes nothing",
        "marketplace",
        [
            GO,
            notice("dismissal", "2026-06-03T10:00"),
            event("reviewer_assigned", "2026-05-20T09:00"),
        ],
        REVIEW | {"layers": OHIO},
        "file_to_reviewer",
        "2026-06-06T23:59:59",
        "closed",
    ),
    (
        "section 4, closed: a clock whose anchor comes after the dismissal runs as usual",
        "marketplace",
        [notice("dismissal", "2026-06-03T10:00"), event("reviewer_assigned", "2026-06-04T09:00")],
        REVIEW | {"layers": OHIO},
        "file_to_reviewer",
        "2026-06-11T23:59:59",
        "open",
    ),
    (
        "section 4, missed: expired once, the clock stays missed when the case is dismissed",
        "medicare",
        [GO, event("expired", "2026-06-09T00:00"), notice("dismissal", "2026-06-10T10:00")],
        {},
        "decision",
        "2026-06-08T23:59:59",
        "missed",
    ),
    (
        "section 4, missed: expired after 72 hours, then on the standard track again: still missed",
        "medicare",
        [GO, event("expired", "2026-06-04T10:01"), event("expedite_refused", "2026-06-04T11:00")],
        EXP | APPEAL,
        "decision",
        "2026-07-01T23:59:59",
        "missed",
    ),
    (
        "section 4, forward_to_ire: `expired` was not after the federal due that stands now",
        "medicare",
        [GO, event("expired", "2026-06-04T10:01"), event("expedite_refused", "2026-06-04T11:00")],
        EXP | APPEAL,
        "forward_to_ire",
        None,
        None,
    ),
    (
        "section 4: a clock appears with its anchor, so the letter is owed without a receipt",
        "marketplace",
        [found("eligible", "2026-06-05T10:00")],
        REVIEW,
        "eligibility_notice",
        "2026-06-08T23:59:59",
        "open",
    ),
    (
        "section 3, the first counts: perfect what was first found incomplete",
        "marketplace",
        [
            GO,
            found("incomplete", "2026-06-02T10:00"),
            notice("eligibility", "2026-06-02T12:00"),
            event("info_received", "2026-06-03T10:00"),
            found("incomplete", "2026-06-05T10:00"),
            notice("eligibility", "2026-06-05T12:00"),
        ],
        REVIEW,
        "perfect_request",
        "2026-06-04T12:00:00",
        "met",
    ),
    (
        "section 4: each preliminary review has its own letter, the last is the one that is owed",
        "marketplace",
        [
            GO,
            found("incomplete", "2026-06-02T10:00"),
            notice("eligibility", "2026-06-02T12:00"),
            found("eligible", "2026-06-05T10:00"),
        ],
        REVIEW,
        "eligibility_notice",
        "2026-06-08T23:59:59",
        "open",
    ),
    (
        "section 4: an own reversal needs its receipt; the order that came before it stands",
        "medicaid",
        [
            event("effectuation_ordered", "2026-06-01T10:00", by="fair_hearing"),
            decided("overturned", "2026-06-02T10:00"),
        ],
        APPEAL,
        "effectuation",
        "2026-06-04T10:00:00",
        "open",
    ),
    (
        "section 4, provision: the other choice after the IRE's reversal goes with the last order",
        "medicare",
        [
            GO,
            event("effectuation_ordered", "2026-06-02T10:00", by="ire"),
            event("effectuation_ordered", "2026-06-03T10:00", by="alj"),
        ],
        APPEAL,
        "provision",
        None,
        None,
    ),
    (
        "section 4, denial_notice: a letter from before the claim is none about its denial",
        "medicaid",
        [
            notice("adverse", "2026-05-20T10:00"),
            GO,
            decided("denied", "2026-06-20T10:00"),
        ],
        {"timing": "post_service"},
        "denial_notice",
        "2026-06-20T23:59:59",
        "open",
    ),
    (
        "section 4, information_request: asked while standard, said what is missing",
        "marketplace",
        [
            received("2026-06-01T10:00", complete=False),
            event("info_requested", "2026-06-01T12:00", time_given_hours=48),
            asked("provider", "2026-06-02T09:00"),
        ],
        {},
        "information_request",
        "2026-06-03T09:00:00",
        "met",
    ),
    (
        "section 6, urgent information: what was asked while standard replaces no 72 hours",
        "marketplace",
        [
            received("2026-06-01T10:00", complete=False),
            event("info_requested", "2026-06-01T12:00", time_given_hours=48),
            asked("provider", "2026-06-02T09:00"),
        ],
        {},
        "decision",
        "2026-06-05T09:00:00",
        "open",
    ),
    (
        "section 6, tolling: answered before the letter left, it ends with the answer",
        "marketplace",
        [
            GO,
            asks_papers("2026-06-08T10:00", notice_sent_at="2026-06-12T10:00"),
            event("info_received", "2026-06-10T10:00"),
        ],
        {},
        "decision",
        "2026-06-25T23:59:59",
        "open",
    ),
    (
        "section 6, tolling, literal: no day is tolled when the answer was there before the letter",
        "marketplace",
        [
            GO,
            asks_papers("2026-06-08T10:00", notice_sent_at="2026-06-12T10:00"),
            event("info_received", "2026-06-10T10:00"),
        ],
        {"policies": {"tolling": "literal"}},
        "decision",
        "2026-07-01T23:59:59",
        "open",
    ),
    (
        "C2 without a 23:59:59 (Greenland, 28 March 2026): the last second of the day",
        "medicare",
        [received("2026-03-14T10:00")],
        {"pa_required": False, "zone": "America/Nuuk"},
        "decision",
        "2026-03-28T22:59:59",
        "open",
    ),
    (
        "C2, C8: days added to such a due end with a whole day again",
        "medicare",
        [received("2026-03-14T10:00"), extended(14, "2026-03-20T10:00")],
        {"pa_required": False, "zone": "America/Nuuk"},
        "decision",
        "2026-04-11T23:59:59",
        "open",
    ),
    (
        "C2, windows: the printed day is the day that was counted, also without a 23:59:59",
        "medicaid",
        [reduction("2026-01-27T10:00", "2026-03-01")],
        {"zone": "America/Nuuk"},
        "filing_acceptance",
        "2026-03-30T23:59:59",
        "open",
    ),
]


@pytest.mark.parametrize(
    ("line", "events", "more", "name", "due", "state"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_a_sentence_of_the_schema_holds(
    line: str,
    events: list[Any],
    more: dict[str, Any],
    name: str,
    due: str | None,
    state: str | None,
) -> None:
    answer = sc.solved(line, *events, **more)
    assert sc.refused(answer) == []
    assert (sc.due(answer, name), sc.state(answer, name)) == (due, state)


def test_a_closed_clock_lists_no_candidate_that_joined_after_it_was_closed() -> None:
    assigned = event("reviewer_assigned", "2026-06-04T09:00")
    history = [GO, notice("dismissal", "2026-06-03T10:00"), assigned]
    closed = sc.solved("marketplace", *history, layers=OHIO, **REVIEW)
    assert set(sc.dues(closed, "file_to_reviewer")) == {"OH-QHP-EXT-DOC"}
    running = sc.solved("marketplace", GO, assigned, layers=OHIO, **REVIEW)
    assert set(sc.dues(running, "file_to_reviewer")) == {"OH-QHP-EXT-DOC", "QHP-EXT-DOC"}
