"""Laws that hold for every history, on histories that hypothesis makes up."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sla.explain import explain
from sla.plan import STEPS, ladder
from sla.values import Answer, Clock
from sla.wire import answer, solve
from tests.sla import cases as sc

START = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)
# `make chaos` looks at many histories, others each time; a failure prints how to see it again.
MANY = os.environ.get("CHAOS") == "year"
FAST = settings(
    max_examples=1_500 if MANY else 120,
    deadline=None,
    derandomize=not MANY,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
HOURS = st.integers(-24, 24 * 90)
WHO = st.sampled_from(["member", "provider", "physician", "plan"])
GROUNDS = st.sampled_from(
    ["requested", "need_information", "extraordinary", "beyond_control", "missing_information"]
)
NAMES = st.sampled_from(
    [
        "received",
        "incident",
        "info_requested",
        "info_received",
        "info_complete",
        "expedite_requested",
        "expedite_granted",
        "expedite_refused",
        "extended",
        "decided",
        "notice_sent",
        "notice_received",
        "appealed",
        "continuation_requested",
        "preliminary_completed",
        "reviewer_assigned",
        "file_sent",
        "reviewer_received",
        "forwarded",
        "effectuation_ordered",
        "effectuated",
        "expired",
        "withdrawn",
    ]
)
KINDS = {
    "prior_auth": ["approved", "partial", "denied"],
    "appeal": ["upheld", "partial", "overturned"],
    "external_review": ["upheld", "partial", "overturned"],
    "grievance": ["resolved"],
}
LETTERS = [
    "favorable",
    "adverse",
    "resolution",
    "reduction",
    "extension",
    "downgrade",
    "acknowledgement",
    "dismissal",
    "eligibility",
]
BODIES = ["fair_hearing", "ire", "alj", "iro"]


@st.composite
def events(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    name = draw(NAMES)
    made: dict[str, Any] = {
        "type": name,
        "at": (START + timedelta(hours=draw(HOURS))).isoformat(),
        "by": draw(st.sampled_from(BODIES) if name == "effectuation_ordered" else WHO),
        "complete": draw(st.booleans()),
        "oral": draw(st.booleans()),
        "time_given_hours": draw(st.integers(24, 96)),
        "days": draw(st.integers(0, 16)),
        "requested_by": draw(WHO),
        "ground": draw(GROUNDS),
        "time_given_days": draw(st.integers(44, 60)),
        "of": draw(st.sampled_from(["adverse", "extension"])),
    }
    if name == "decided":
        made["outcome"] = draw(st.sampled_from(KINDS[kind]))
    if name == "preliminary_completed":
        made["outcome"] = draw(st.sampled_from(["eligible", "ineligible", "incomplete"]))
    if name == "notice_sent":
        made["kind"] = draw(st.sampled_from(LETTERS))
        made["effective_date"] = "2026-06-20"
        del made["ground"]
    return made


@st.composite
def histories(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(sorted(KINDS)))
    line = draw(st.sampled_from(["medicaid", "medicare", "marketplace"]))
    layers = draw(
        st.lists(
            st.sampled_from(["owner", "federal", "state:oh", "state:in", "state:ky", "state:ga"]),
            max_size=4,
        )
    )
    history = draw(st.lists(events(kind), max_size=12))
    if draw(st.booleans()):
        history.insert(0, {"type": "received", "at": START.isoformat()})
    return sc.case(
        line,
        *history,
        layers=("federal", *layers) if draw(st.booleans()) else tuple(layers),
        kind=kind,
        priority=draw(st.sampled_from(["standard", "expedited"])),
        timing=draw(st.sampled_from(["pre_service", "concurrent", "post_service"])),
        service=draw(st.sampled_from(["medical", "outpatient_drug", "part_b_drug"])),
        about=draw(st.sampled_from(["other", "access", "extension"])),
        benefits_continued=draw(st.booleans()),
        course_ends_at=draw(st.sampled_from([None, "2026-06-04T10:00"])),
        policies={
            "tolling": draw(st.sampled_from(["literal", "conservative"])),
            "external_process": draw(st.sampled_from(["federal", "state"])),
        },
    )


def names(result: Answer) -> set[str]:
    return {clock.name for clock in result.clocks}


@given(histories())
@FAST
def test_every_history_is_answered_twice_alike_with_each_clock_once(case: dict[str, Any]) -> None:
    line = json.dumps(case)
    got = answer(line)
    assert "error" not in got
    assert got == answer(line)
    found = [clock["name"] for clock in got["clocks"]]
    assert len(found) == len(set(found))
    refused = [each["event"] for each in got["refused"]]
    assert refused == sorted(set(refused))
    assert set(refused) <= set(range(len(case["events"])))


@given(histories())
@FAST
def test_the_winner_is_the_tightest_duty_and_the_longest_right(case: dict[str, Any]) -> None:
    for clock in solve(case).clocks:
        dues = [candidate.due for candidate in clock.candidates]
        longest = clock.owner == "member" or clock.name == "earliest_action"
        assert clock.due_utc == (max(dues) if longest else min(dues))
        assert dues == sorted(dues, reverse=longest)


@given(histories())
@FAST
def test_adopting_one_more_layer_never_loosens(case: dict[str, Any]) -> None:
    without = [layer for layer in case["contract"]["layers"] if layer != "owner"]
    less = solve({**case, "contract": {**case["contract"], "layers": without}})
    more = solve({**case, "contract": {**case["contract"], "layers": [*without, "owner"]}})
    for clock in less.clocks:
        both = more.clock(clock.name)
        assert both is not None
        if clock.name in ("decision", "extension_notice", "forward_to_ire", "effectuation"):
            # accepting an expiry or not may differ; the due itself never becomes later
            assert both.due_utc <= clock.due_utc or clock.name != "decision"
        elif clock.owner == "member":
            assert both.due_utc >= clock.due_utc


@given(histories(), st.data())
@FAST
def test_a_withdrawal_never_opens_a_clock_and_ends_what_ran(
    case: dict[str, Any], data: st.DataObject
) -> None:
    before = solve(case)
    gone = {"type": "withdrawn", "at": (START + timedelta(days=200)).isoformat()}
    after = solve({**case, "events": [*case["events"], gone]})
    assert names(after) == names(before)
    for clock in after.clocks:
        was = before.clock(clock.name)
        assert was is not None
        assert clock.due == was.due
        closes = clock.owner != "member" and was.state == "open"
        assert clock.state == ("closed" if closes else was.state)
    cut = data.draw(st.integers(0, len(case["events"])))
    early = solve({**case, "events": [*case["events"][:cut], gone, *case["events"][cut:]]})
    assert names(early) <= names(solve({**case, "events": case["events"][:cut]}))


@given(histories())
@FAST
def test_a_refused_event_can_be_left_out(case: dict[str, Any]) -> None:
    full = solve(case)
    out = {each.index for each in full.refused}
    kept = [
        each
        for index, each in enumerate(case["events"])
        # a refused request for information still says what is missing
        if index not in out or each["type"] == "info_requested"
    ]
    again = solve({**case, "events": kept})
    assert [(c.name, c.due, c.state) for c in again.clocks] == [
        (c.name, c.due, c.state) for c in full.clocks
    ]


@given(st.integers(1, 16), st.integers(0, 80), st.sampled_from(["literal", "conservative"]))
@FAST
def test_tolling_never_shortens(days: int, answered_after: int, tolling: str) -> None:
    history = [
        sc.received("2026-06-01T10:00"),
        sc.extended(
            min(days, 15),
            "2026-06-05T10:00",
            by="plan",
            ground="missing_information",
            time_given_days=45,
        ),
        {
            "type": "info_received",
            "at": (START + timedelta(days=answered_after)).isoformat(),
        },
    ]
    plain = sc.solved("marketplace", history[0])
    tolled = sc.solved("marketplace", *history, policies={"tolling": tolling})
    literal = sc.solved("marketplace", *history, policies={"tolling": "literal"})
    assert sc.clock(tolled).due_utc >= sc.clock(plain).due_utc
    assert sc.clock(tolled).due_utc <= sc.clock(literal).due_utc


@given(st.integers(1, 14), st.integers(1, 14))
@FAST
def test_a_longer_extension_is_never_due_earlier(one: int, other: int) -> None:
    def due(days: int) -> datetime:
        history = [sc.received("2026-02-25T02:30"), sc.extended(days, "2026-02-25T10:00")]
        return sc.clock(sc.solved("medicaid", *history, priority="expedited")).due_utc

    assert (due(one) <= due(other)) is (one <= other)


@given(st.sampled_from(["standard", "expedited"]), st.integers(0, 400), st.integers(0, 400))
@FAST
def test_a_later_receipt_is_never_due_earlier(priority: str, one: int, other: int) -> None:
    layers = ("owner", "federal", "state:in", "state:oh")

    def due(hours: int) -> datetime:
        at = (datetime(2026, 2, 25, tzinfo=UTC) + timedelta(hours=hours)).isoformat()
        return sc.clock(
            sc.solved("medicaid", sc.received(at), layers=layers, priority=priority)
        ).due_utc

    assert (due(min(one, other))) <= due(max(one, other))


@given(st.integers(0, 60), st.integers(0, 60))
@FAST
def test_the_due_is_monotone_in_the_limit(one: int, other: int) -> None:
    def due(days: int) -> datetime:
        policies = {"acknowledgement_business_days": days}
        history = sc.received("2026-06-01T10:00")
        answered = sc.solved("medicaid", history, kind="appeal", policies=policies)
        return sc.clock(answered, "acknowledgement").due_utc

    assert (due(one) <= due(other)) is (one <= other)


@given(histories())
@FAST
def test_every_clock_explains_itself_and_has_an_orderly_ladder(case: dict[str, Any]) -> None:
    result = solve(case)
    for clock in result.clocks:
        lines = explain(clock, result)
        assert len(lines) >= 7
        assert all(line.text.strip() and "None" not in line.text for line in lines)
        check_ladder(clock)


def check_ladder(clock: Clock) -> None:
    marks = ladder(clock, STEPS)
    if clock.owner != "plan" or clock.name == "earliest_action":
        assert marks == ()
        return
    assert [mark.fire_at for mark in marks] == sorted({mark.fire_at for mark in marks})
    assert marks[-1].step == "100"
    assert marks[-1].fire_at == clock.due_utc + timedelta(seconds=1)
    assert all(clock.anchor <= mark.fire_at <= clock.due_utc for mark in marks[:-1])
    assert "t24" not in [mark.step for mark in marks] or clock.by_day
    assert ladder(replace(clock, state="missed"), STEPS) == marks
