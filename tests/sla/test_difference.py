"""Two readings of one history: what moved is told, nothing moves by itself, readings exchanged
mirror each other; the tallies add up however they are put down and taken up."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla import tally
from sla.clocks import compute
from sla.difference import Moved, difference, mirror
from sla.events import LAYERS, LINES
from sla.probes import Probe, probes
from sla.reading import BadCase, read_contract, read_subject
from sla.reading_events import read_events
from sla.supposing import (
    POLICIES,
    Change,
    Reading,
    change_between,
    change_words,
    policy_text,
    read_change,
    read_policy,
)
from sla.values import Answer, Contract
from tests.sla import cases as sc

MORNING = "2026-06-01T10:00"
OHIO = read_contract(
    {
        "id": "OH",
        "line": "medicaid",
        "state": "OH",
        "time_zone": "America/New_York",
        "layers": ["owner"],
        "rating_period_start": "2026-01-01",
    }
)
WORDS = ("+federal", "+state:oh", "-owner", "tolling=literal", "presumed_receipt_days=7")


def solve(contract: Contract, probe: Probe) -> Answer:
    events = read_events(probe.events, contract, probe.subject)
    return compute(contract, probe.subject, events)


def contracts() -> st.SearchStrategy[Contract]:
    """A contract of any line with some layers and policies."""
    return st.builds(
        lambda line, layers, tolling, rollover, days: read_contract(
            {
                "line": line,
                "state": "OH",
                "time_zone": "America/Chicago",
                "layers": sorted(layers),
                "rating_period_start": "2026-01-01",
                "policies": {
                    "tolling": tolling,
                    "member_rollover": rollover,
                    "presumed_receipt_days": days,
                },
            }
        ),
        st.sampled_from(LINES),
        st.sets(st.sampled_from(LAYERS), min_size=1),
        st.sampled_from(("literal", "conservative")),
        st.booleans(),
        st.integers(0, 10),
    )


@settings(max_examples=25, deadline=None)
@given(contracts(), st.data())
def test_the_same_reading_moves_nothing_and_exchanged_readings_mirror(
    contract: Contract, data: st.DataObject
) -> None:
    layers = data.draw(st.sets(st.sampled_from(LAYERS), min_size=1))
    change = Change(
        adopt=frozenset(layers - set(contract.layers)),
        drop=frozenset(set(contract.layers) - layers),
    )
    other = change.on(contract)
    assert set(other.layers) == layers
    on = data.draw(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
    for probe in list(probes(contract, on))[::17]:
        one, two = solve(contract, probe), solve(other, probe)
        assert difference(one, one) == ()
        there, back = difference(one, two), difference(two, one)
        assert {m.clock: m.mirrored() for m in there} == {m.clock: m for m in back}
        assert {m.clock: mirror(m.direction) for m in there} == {m.clock: m.direction for m in back}
        told = {m.clock for m in there}
        for name in {c.name for c in (*one.clocks, *two.clocks)} - told:
            mine, theirs = one.clock(name), two.clock(name)
            assert mine is not None
            assert theirs is not None
            assert (mine.due_utc, mine.state, mine.rule) == (
                theirs.due_utc,
                theirs.state,
                theirs.rule,
            )


def moved_by(*words: str, events=None, kind: str = "prior_auth", **subject) -> dict[str, Moved]:
    """What a change of the Ohio contract moves on one case, by clock."""
    case = sc.case("medicaid", *(events or [sc.received(MORNING)]), kind=kind, **subject)
    read = read_subject(case["subject"], OHIO)
    after = read_change(words).on(OHIO)
    answers = [
        compute(each, read, read_events(case["events"], each, read)) for each in (OHIO, after)
    ]
    return {each.clock: each for each in difference(*answers)}


def test_federal_law_moves_the_plans_14_days_to_7_and_tells_both_rules() -> None:
    moved = moved_by("+federal")["decision"]
    assert moved.direction == "earlier"
    assert moved.by == timedelta(days=-7)
    assert (moved.before.rule, moved.after.rule) == (
        "owner/OWN-PA-STD (medicaid) v1",
        "federal/MCD-PA-STD v2",
    )


def test_a_clock_of_the_second_reading_alone_is_gained_and_of_the_first_alone_lost() -> None:
    refused = [sc.received(MORNING), sc.event("expedite_refused", "2026-06-02T11:00")]
    gained = moved_by("+federal", events=refused, priority="expedited")
    assert gained["downgrade_notice"].direction == "gained"
    assert moved_by("+state:ga", "-owner")["decision"].direction == "lost"


def test_another_consequence_to_the_same_due_is_told() -> None:
    late = [sc.received(MORNING), sc.event("expired", "2026-09-01T08:00")]
    moved = moved_by("+state:oh", kind="appeal", events=late, priority="expedited")
    assert moved["decision"].direction == "same_due"
    assert (moved["decision"].before.consequence, moved["decision"].after.consequence) == (
        "",
        "deemed_exhaustion",
    )


def test_what_is_in_time_by_one_reading_and_late_by_the_other_is_overdue_at_once() -> None:
    moved = moved_by("+federal")["decision"]
    between, after = moved.after.due + timedelta(hours=1), moved.before.due + timedelta(hours=1)
    assert moved.overdue_at_once(between)
    assert not moved.overdue_at_once(moved.after.due)
    assert not moved.overdue_at_once(after), "late by both is no news"
    assert not moved.mirrored().overdue_at_once(between)


@pytest.mark.parametrize("words", [(), *((each,) for each in WORDS if each != "-owner"), WORDS])
def test_the_words_of_a_change_read_back_to_the_same_change(words: tuple[str, ...]) -> None:
    change = read_change(words)
    assert read_change(change_words(change)) == change
    assert change_between(OHIO, change.on(OHIO)) == change
    assert bool(change) == bool(words)


@pytest.mark.parametrize("name", POLICIES)
def test_every_policy_prints_as_it_is_typed(name: str) -> None:
    value = getattr(OHIO.policies, name)
    assert read_policy(name, policy_text(value)) == value
    assert read_policy("state_holidays", "2026-11-27|2026-12-24") == read_policy(
        "state_holidays", "2026-12-24\n2026-11-27"
    )


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("+state:tx", "no layer"),
        ("owner", "is no change"),
        ("-", "no layer"),
        ("speed=3", "no policy"),
        ("tolling=", "nothing typed"),
        ("tolling=fast", "literal, conservative"),
        ("sfh_window_days=300", "90 to 120"),
        ("immediately_hours=-1", "whole number"),
        ("immediately_hours=99999999999999", "too much"),
        ("state_holidays=tomorrow", "2026-01-31"),
        ("rating_period_start=soon", "2026-01-31"),
    ],
)
def test_a_word_that_is_none_is_refused_with_a_sentence(word: str, says: str) -> None:
    with pytest.raises(BadCase, match=says):
        read_change([word])


def test_a_contract_keeps_one_layer_at_least() -> None:
    with pytest.raises(BadCase, match="no layer left"):
        Reading(change=read_change(["-owner"])).contract_for(OHIO)
    with pytest.raises(BadCase, match="at once"):
        read_change(["+federal", "-federal"])


@pytest.mark.parametrize(
    ("hours", "name"),
    [
        (-400, "earlier_week"),
        (-168, "earlier_days"),
        (-72, "earlier_day"),
        (-24, "earlier_hours"),
        (-0.5, "earlier_hours"),
        (0, "same_due"),
        (1, "later_hours"),
        (25, "later_day"),
        (100, "later_days"),
        (169, "later_week"),
    ],
)
def test_a_shift_belongs_to_one_bar(hours: float, name: str) -> None:
    assert tally.shift_of(timedelta(hours=hours)) == name
    assert name in tally.SHIFTS


def test_a_tally_put_down_after_every_case_comes_to_the_same() -> None:
    after = read_change(["+federal", "+state:oh"]).on(OHIO)
    now = OHIO_NOW
    for add in (_add_moves, _add_history):
        whole, parts = tally.Tally(most=7), tally.Tally(most=7)
        for number, probe in enumerate(probes(OHIO, now.date() - timedelta(days=9))):
            add(whole, number, (solve(OHIO, probe), solve(after, probe)), probe, now)
            parts = tally.taken_up(parts.as_dict(), 7)
            add(parts, number, (solve(OHIO, probe), solve(after, probe)), probe, now)
        mine, theirs = whole.as_dict(), parts.as_dict()
        assert mine["figures"] == theirs["figures"]
        assert mine["cells"] == theirs["cells"]
        assert mine["found"] == theirs["found"]
        assert len(mine["found"]) == 7
        assert mine["found"][0]["urgent"]


OHIO_NOW = sc.clock(sc.solved("medicaid", sc.received("2026-06-05T10:00"))).due_utc


def _add_moves(into, number, answers, probe, now) -> None:
    tally.add_moves(into, number, probe.subject.kind, difference(*answers), now=now)


def _add_history(into, number, answers, probe, now) -> None:
    tally.add_history(into, number, probe.subject.kind, "2026-06", answers, now=now)


def test_history_counts_the_plans_duties_and_the_members_used_rights() -> None:
    decided = [sc.received(MORNING), sc.notice("favorable", "2026-06-11T09:00")]
    case = sc.case("medicaid", *decided)
    read = read_subject(case["subject"], OHIO)
    answers = tuple(
        compute(each, read, read_events(case["events"], each, read))
        for each in (OHIO, read_change(["+federal"]).on(OHIO))
    )
    into = tally.Tally()
    tally.add_history(into, 1, "prior_auth", "2026-06", answers, now=OHIO_NOW)
    counts = into.cells["2026-06|prior_auth|decision|plan"]
    assert (counts["met_before"], counts["missed_after"], counts["newly_missed"]) == (1, 1, 1)
    assert counts["margin_before"] == pytest.approx(4 * 24 + 15, abs=0.01)
    assert counts["margin_after"] == pytest.approx(-(2 * 24 + 9), abs=0.01)
    assert counts["other_consequence"] == 1, "decided too late is a denial by law"
    notice = into.cells["2026-06|prior_auth|denial_notice|plan"]
    assert notice["newly_missed"] == 1, "the notice of that denial was owed too"
    assert into.figures["newly_missed"] == 2
    assert into.figures["touched"] == 1
