"""Missing information on a Marketplace claim: the time stands still, as the contract reads it."""

from typing import Any

import pytest

from tests.sla import cases as sc
from tests.sla.cases import event, extended, received

GO = received("2026-06-01T10:00")


def missing(at: str, **fields: Any) -> sc.Event:
    fields = {"time_given_days": 45} | fields
    return extended(15, at, by="plan", ground="missing_information", **fields)


def answered(at: str) -> sc.Event:
    return event("info_received", at)


@pytest.mark.parametrize(
    ("tolling", "history", "expected"),
    [
        # received 1 June, 15 days: 16 June; letter on 5 June
        ("literal", [answered("2026-06-15T10:00")], "2026-07-11"),
        ("conservative", [answered("2026-06-15T10:00")], "2026-06-30"),
        # answered at once: never before the due without extension, and literally 15 days more
        ("literal", [answered("2026-06-05T15:00")], "2026-07-01"),
        ("conservative", [answered("2026-06-01T15:00")], "2026-06-16"),
        ("literal", [answered("2026-06-01T15:00")], "2026-07-01"),
        # not answered: presumed received on 10 June, 45 days: 25 July
        ("literal", [], "2026-08-20"),
        ("conservative", [], "2026-08-09"),
        # proven received on 20 June: 4 August
        ("conservative", [event("notice_received", "2026-06-20", of="extension")], "2026-08-19"),
        # proven earlier than presumed
        ("conservative", [event("notice_received", "2026-06-06", of="extension")], "2026-08-05"),
        # proven on the day of sending
        ("conservative", [event("notice_received", "2026-06-05", of="extension")], "2026-08-04"),
        # a proof from before the letter is none
        ("conservative", [event("notice_received", "2026-06-04", of="extension")], "2026-08-09"),
        # an answer after the time given comes too late to end it
        ("conservative", [answered("2026-07-26T10:00")], "2026-08-09"),
        ("conservative", [answered("2026-07-25T10:00")], "2026-08-09"),
        # the first answer counts, and so does the first proof
        ("conservative", [answered("2026-06-20T10:00"), answered("2026-06-10T10:00")],
         "2026-07-05"),
        ("conservative", [event("notice_received", "2026-06-20", of="extension"),
         event("notice_received", "2026-06-06", of="extension")], "2026-08-19"),
        # a proof of another letter is none
        ("conservative", [event("notice_received", "2026-06-20")], "2026-08-09"),
    ],
)  # fmt: skip
def test_missing_information_stops_a_marketplace_claim(
    tolling: str, history: list[sc.Event], expected: str
) -> None:
    answer = sc.solved(
        "marketplace",
        GO,
        missing("2026-06-05T09:00", notice_sent_at="2026-06-05T09:00"),
        *history,
        policies={"tolling": tolling},
    )
    assert sc.due(answer) == f"{expected}T23:59:59"
    assert sc.refused(answer) == []


def test_tolling_counts_from_the_letter_and_without_one_from_the_decision() -> None:
    for fields, expected in (({}, "2026-07-09"), ({"notice_sent_at": "2026-06-07T23:30"}, "07-07")):
        answer = sc.solved(
            "marketplace",
            GO,
            missing("2026-06-05T09:00", **fields),
            answered("2026-06-13T10:00"),
            policies={"tolling": "literal"},
        )
        assert expected in (sc.due(answer) or "")


def test_an_answer_listed_before_the_extension_ends_nothing() -> None:
    answer = sc.solved("marketplace", GO, answered("2026-06-10T10:00"), missing("2026-06-05T09:00"))
    assert sc.due(answer) == "2026-08-09T23:59:59"


def test_44_days_to_answer_are_too_few() -> None:
    answer = sc.solved("marketplace", GO, missing("2026-06-05T09:00", time_given_days=44))
    assert sc.refused(answer) == [1]


def test_the_published_figure_is_tolled_with_the_law() -> None:
    answer = sc.solved(
        "marketplace",
        GO,
        missing("2026-06-05T09:00"),
        answered("2026-06-20T10:00"),
        layers=("owner", "federal"),
    )
    assert set(sc.dues(answer).values()) == {"2026-07-05T23:59"}


def test_a_payment_claim_is_tolled_too() -> None:
    answer = sc.solved(
        "marketplace",
        GO,
        missing("2026-06-05T09:00"),
        answered("2026-06-20T10:00"),
        timing="post_service",
        policies={"tolling": "literal"},
    )
    assert sc.due(answer) == "2026-07-31T23:59:59"  # 1 July + 15 + 15 days


def test_elsewhere_a_request_for_information_stops_nothing() -> None:
    ask = event("info_requested", "2026-06-02T09:00", time_given_hours=1000)
    for line in ("medicaid", "medicare", "marketplace"):
        assert sc.due(sc.solved(line, GO, ask)) == sc.due(sc.solved(line, GO))


def test_a_state_clock_that_does_not_follow_is_not_tolled() -> None:
    answer = sc.solved(
        "marketplace",
        GO,
        missing("2026-06-05T09:00"),
        answered("2026-06-20T10:00"),
        layers=("federal", "state:oh"),
    )
    assert sc.dues(answer) == {
        "OH-QHP-PA-STD": "2026-06-11T23:59",
        "QHP-PA-STD": "2026-07-05T23:59",
    }
