"""Time that was given is never taken back, on histories that hypothesis makes up: extensions and
tolling never shorten, one more layer never loosens, what comes later leaves what was before."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sla.events import LAYERS
from sla.values import Answer
from sla.wire import solve
from tests.sla.test_properties import FAST, histories

Case = dict[str, Any]
# Extensions, misses and requests for information count by the rules of some layer alone.
BY_LAYER = {"extended", "expired", "info_requested"}


def without(case: Case, *types: str) -> Case:
    return {**case, "events": [each for each in case["events"] if each["type"] not in types]}


def adopting(case: Case, layers: list[str]) -> Answer:
    return solve({**case, "contract": {**case["contract"], "layers": layers}})


@given(histories())
@FAST
def test_an_extension_never_shortens_whatever_happens_beside_it(case: Case) -> None:
    """Tolled or not: with its extensions a decision is due no earlier than without them."""
    extended = solve(case).clock("decision")
    plain = solve(without(case, "extended")).clock("decision")
    assert (extended is None) == (plain is None)
    if extended is not None and plain is not None:
        assert extended.due_utc >= plain.due_utc


@given(histories())
@FAST
def test_the_literal_reading_of_tolling_gives_no_less_time_than_the_conservative(
    case: Case,
) -> None:
    dues = []
    for tolling in ("conservative", "literal"):
        policies = {**case["contract"]["policies"], "tolling": tolling}
        answer = solve({**case, "contract": {**case["contract"], "policies": policies}})
        clock = answer.clock("decision")
        dues.append(clock.due_utc if clock else None)
    one, other = dues
    assert one is other is None or (one is not None and other is not None and one <= other)


@given(histories(), st.sampled_from(LAYERS))
@FAST
def test_one_more_layer_of_any_kind_never_loosens(case: Case, layer: str) -> None:
    plain = without(case, *BY_LAYER)
    layers = [each for each in plain["contract"]["layers"] if each != layer]
    less, more = adopting(plain, layers), adopting(plain, [*layers, layer])
    if [e.index for e in less.refused] != [e.index for e in more.refused]:
        return  # the layer lets something happen that the others do not know
    for clock in less.clocks:
        both = more.clock(clock.name)
        if both is None:  # the earlier of two laws says what a missed decision comes to
            assert clock.name == "denial_notice"
        elif clock.owner == "member" or clock.name == "earliest_action":
            assert both.due_utc >= clock.due_utc
        else:
            assert both.due_utc <= clock.due_utc


@given(histories(), st.data())
@FAST
def test_stopping_early_is_computing_the_prefix(case: Case, data: st.DataObject) -> None:
    """What was refused before an event, and what was decided, is the same with and without it."""
    cut = data.draw(st.integers(0, len(case["events"])))
    prefix = {**case, "events": case["events"][:cut]}
    alone, whole = solve(prefix), solve(case)
    assert solve(prefix) == alone
    assert [e for e in whole.refused if e.index < cut] == list(alone.refused)
    for clock in alone.clocks:
        later = whole.clock(clock.name)
        if later is not None and clock.satisfied_at is not None and clock.name == "decision":
            assert later.satisfied_by == clock.satisfied_by
