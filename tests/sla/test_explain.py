"""What a clock says of itself: start, rule, authority, arithmetic, losers, satisfaction, miss."""

from typing import Any

import pytest

from sla.explain import explain
from sla.rules import load
from sla.values import Answer
from tests.sla import cases as sc

GO = sc.received("2026-06-01T10:00")


def told(answer: Answer, name: str = "decision") -> str:
    return "\n".join(line.text for line in explain(sc.clock(answer, name), answer))


def test_an_explanation_names_start_rule_version_layer_tag_zone_and_sum() -> None:
    answer = sc.solved("medicaid", GO, layers=("owner", "federal", "state:oh"))
    text = told(answer)
    assert "Decide and tell: by Mon 8 June 2026, 11:59:59 pm EDT (America/New_York)." in text
    assert "It starts with request received: Mon 1 June 2026, 10:00 am EDT." in text
    assert "Rule MCD-PA-STD, version 2, layer federal: 7 calendar days." in text
    assert "Checked Sat 21 November 2026 [S]" in text
    assert "in force from Thu 1 January 2026, by the start of the rating period" in text
    assert "Calendar days of America/New_York" in text
    assert "Mon 1 June 2026 + 7 calendar days = Mon 8 June 2026, 11:59:59 pm EDT." in text
    assert "OH-MCD-PA-STD, layer state:oh, 10 calendar days: Thu 11 June 2026" in text
    assert "OWN-PA-STD, layer owner, 14 calendar days: Mon 15 June 2026" in text
    assert text.count("later, so it does not bind") == 2
    assert "satisfied by the letter with the decision leaving" in text
    assert "If it is missed: The law treats it as a denial" in text
    citations = {line.citation for line in explain(sc.clock(answer), answer)}
    assert {"42 CFR 438.210(d)(1)", "OAC 5160-26-03.1", "42 CFR 438.404(c)(5)"} <= citations
    assert "counting rule C2, C4" in citations


def test_extension_and_tolling_are_told_with_who_why_and_both_dates() -> None:
    missing = sc.extended(
        15,
        "2026-06-05T09:00",
        by="plan",
        ground="missing_information",
        time_given_days=45,
        notice_sent_at="2026-06-05T10:30",
    )
    answered = sc.event("info_received", "2026-06-20T10:00")
    text = told(sc.solved("marketplace", GO, missing, answered))
    assert "Extended by 15 days on Fri 5 June 2026, 9:00 am EDT by the plan" in text
    assert "letter sent Fri 5 June 2026, 10:30 am EDT" in text
    assert "stood still for 15 days, from Fri 5 June 2026 to Sat 20 June 2026" in text
    assert "the answer came" in text
    assert "conservative tolling): due Sun 5 July 2026, 11:59:59 pm EDT" in text
    assert "the time given ended" in told(sc.solved("marketplace", GO, missing))
    literal = sc.solved("marketplace", GO, missing, answered, policies={"tolling": "literal"})
    assert "literal tolling): due Thu 16 July 2026" in told(literal)


def test_an_urgent_request_for_information_is_told_with_its_new_time() -> None:
    answer = sc.solved(
        "marketplace",
        sc.received("2026-06-01T10:00", complete=False),
        sc.event("info_requested", "2026-06-01T14:00", time_given_hours=48),
        priority="expedited",
    )
    text = told(answer)
    assert "Information was asked for on Mon 1 June 2026, 2:00 pm EDT" in text
    assert "on Wed 3 June 2026, 2:00 pm EDT the time given ended" in text
    assert sc.clock(answer).limit == "48 hours from the answer or the end of the time given"


@pytest.mark.parametrize(
    ("line", "events", "name", "more", "expected"),
    [
        ("medicare", [sc.notice("adverse", "2026-02-02T12:00")], "filing_window", {},
         "counts as received 5 days after its date"),
        ("marketplace", [sc.event("notice_received", "2026-03-05")], "filing_window",
         {"kind": "appeal"}, "by law it moves to the next day that is no Saturday"),
        ("marketplace", [sc.event("notice_received", "2026-03-03")], "filing_acceptance",
         {"kind": "appeal"}, "still taken until the next day that is no weekend"),
        ("medicaid", [sc.reduction("2026-06-01T12:00", "2026-06-20")], "continuation_window", {},
         "20 June 2026 is later and counts: Sat 20 June 2026, 11:59:59 pm EDT."),
        ("medicaid", [sc.reduction("2026-06-01T12:00", "2026-06-05")], "earliest_action", {},
         "too early"),
        ("medicaid", [GO], "acknowledgement", {"kind": "appeal"}, "the contract's policy"),
        ("medicaid", [GO, sc.event("expired", "2026-06-09T00:00")], "decision", {},
         "It was missed. The law treats it as a denial"),
        ("medicaid", [GO, sc.event("expired", "2026-06-09T00:00")], "decision", {},
         "The time ran out."),
        ("medicaid", [GO, sc.notice("adverse", "2026-06-09T00:00")], "decision", {},
         "Satisfied too late: letter sent (adverse)"),
        ("medicaid", [GO, sc.notice("adverse", "2026-06-05T00:00")], "decision", {},
         "Satisfied in time"),
        ("medicaid", [GO, sc.event("withdrawn", "2026-06-05T00:00")], "decision", {}, "closed"),
        ("marketplace", [GO], "decision", {"layers": ("state:in",),
         "policies": {"state_holidays": ["2026-06-02"]}}, "1 further day off of the State"),
        ("medicaid", [sc.event("appealed", "2026-03-02T10:00"),
         sc.notice("adverse", "2026-05-11T12:00"), GO], "decision", {"kind": "external_review"},
         "Mon 2 March 2026 + 90 calendar days + 21 days = Sun 21 June 2026"),
    ],
)  # fmt: skip
def test_each_turn_of_the_arithmetic_is_told(
    line: str, events: list[sc.Event], name: str, more: dict[str, Any], expected: str
) -> None:
    assert expected in told(sc.solved(line, *events, **more), name)


def test_a_tie_and_a_shorter_window_are_told() -> None:
    tie = sc.solved("medicaid", GO, kind="appeal", layers=("owner", "federal"))
    assert "the same; on a tie the law is named first" in told(tie)
    window = sc.solved("medicare", sc.notice("adverse", "2026-02-02T12:00"),
                       layers=("owner", "federal"))  # fmt: skip
    assert "earlier; the longer window binds" in told(window, "filing_window")


def test_every_shipped_rule_can_be_explained() -> None:
    for rule in load().versions:
        assert rule.limit_text(rule.amount or 1)
