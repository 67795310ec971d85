"""Planted faults: a table that contradicts itself does not load; nothing slips past a machine."""

from dataclasses import replace
from pathlib import Path

import pytest

from statemachines import chart, engine, prior_auth
from statemachines.edges import Edge, Table, UnsoundTable, check
from statemachines.engine import Refused
from statemachines.facts import Facts
from statemachines.guards import Guard, guard
from statemachines.guards_deciding import a_person_acts
from tests.statemachines.worked_facts import opened

START = Edge("receive", ("new",), dest="received", event="received", label="Receive")
CLOSE = Edge("close", ("received",), dest="closed", event="closed", label="Close")


@guard("Only on odd days.", against="it_is_even")
def it_is_odd(f: Facts) -> bool:
    return f.line_count % 2 == 1


@guard("Only on even days.")
def it_is_even(f: Facts) -> bool:
    return f.line_count % 2 == 0


def table_with(*edges, **changes):
    """A small sound table, with edges added and fields changed."""
    small = Table(
        kind="parcel",
        noun="parcel",
        states=(("received", "newly received"), ("closed", "closed")),
        open=("received",),
        decided=("closed",),
        edges=(START, CLOSE, *edges),
    )
    return replace(small, **changes)


def test_the_small_table_is_sound():
    check(table_with())


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (table_with(replace(CLOSE, sources=("lost",))), "comes from an unknown state 'lost'"),
        (table_with(replace(CLOSE, trigger="lose", dest="lost")), "leads to an unknown state"),
        (table_with(replace(CLOSE, trigger="rest", dest="new")), "leads to an unknown state 'new'"),
        (table_with(replace(START, trigger="stay", dest=None)), "which is never stored"),
        (table_with(CLOSE), "two edges leave 'received'"),
        (
            table_with(edges=(START, replace(CLOSE, guards=(it_is_odd,)), CLOSE)),
            "two edges leave 'received'",
        ),
        (
            table_with(
                edges=(
                    START,
                    replace(CLOSE, guards=(it_is_odd,)),
                    replace(CLOSE, guards=(a_person_acts,)),
                )
            ),
            "two edges leave 'received'",
        ),
        (table_with(replace(CLOSE, sources=("closed",), label="Shut")), "has two labels"),
        (table_with(replace(CLOSE, trigger="to_closed")), "is no name for a trigger"),
        (table_with(replace(CLOSE, trigger="trigger")), "is no name for a trigger"),
        (table_with(replace(CLOSE, trigger="__init__")), "is no name for a trigger"),
        (table_with(replace(CLOSE, trigger="Close it")), "is no name for a trigger"),
        (table_with(replace(CLOSE, trigger="shut", event="")), "needs an event"),
        (table_with(replace(CLOSE, trigger="shut", label="")), "needs an event, a label"),
        (table_with(replace(CLOSE, trigger="shut", sources=())), "needs an event, a label"),
        (table_with(edges=(START, replace(CLOSE, adverse=True))), "lacks the guard a_person_acts"),
        (table_with(edges=(START,), decided=()), "'closed' cannot be reached"),
        (table_with(open=("received", "closed"), decided=()), "'closed' is open and has no way"),
        (table_with(open=("received", "closed")), "'closed' is open and decided"),
        (table_with(open=("received", "lost")), "'lost' is not in its states"),
        (table_with(states=(("received", "r"), ("received", "r"))), "states must be distinct"),
        (table_with(states=(("new", "n"), ("received", "r"))), "'new' is none of them"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused_with_its_fault(table, sentence):
    with pytest.raises(UnsoundTable, match="parcel: ") as refused:
        check(table)
    assert sentence in str(refused.value)


def test_edges_that_name_opposed_guards_may_leave_the_same_state():
    parted = (replace(CLOSE, guards=(it_is_odd,)), replace(CLOSE, guards=(it_is_even,)))
    check(table_with(edges=(START, *parted)))


def test_an_unsound_table_cannot_be_compiled():
    with pytest.raises(UnsoundTable):
        engine._Compiled(table_with(CLOSE))


@pytest.mark.parametrize("kind", engine.KINDS)
@pytest.mark.parametrize(
    "name",
    ["to_approved", "to_denied", "__init__", "trigger", "may_deny", "is_denied", "set_state",
     "state", "machine", "Deny", "deny ", "", "drop table", "overturn\n", "🙂"],
)  # fmt: skip
def test_a_name_that_is_no_step_is_unknown_in_every_state(kind, name):
    for state in engine.states(kind):
        with pytest.raises(Refused) as refused:
            engine.fire(kind, state, name, Facts())
        assert refused.value.why == "unknown"
        assert "correct_receipt" in str(refused.value)
        with pytest.raises(Refused):
            engine.refusals(kind, state, name, Facts())


def test_a_kind_or_a_state_that_does_not_exist_is_an_error_of_the_program():
    with pytest.raises(ValueError, match="'parcel' is no kind of case"):
        engine.fire("parcel", "received", "receive", Facts())
    with pytest.raises(ValueError, match="'lost' is no state of appeal"):
        engine.fire("appeal", "lost", "withdraw", Facts())
    with pytest.raises(ValueError, match="no state"):
        engine.allowed("appeal", "lost", Facts())


def test_the_machines_have_no_automatic_triggers_no_models_and_no_callbacks():
    for kind in engine.KINDS:
        machine = engine._COMPILED[kind].machine
        assert set(machine.events) == set(engine.triggers(kind))
        assert machine.models == []
        assert machine.auto_transitions is False
        assert machine.has_queue is False
        for event in machine.events.values():
            for arrow in (each for row in event.transitions.values() for each in row):
                assert arrow.before == arrow.after == arrow.prepare == []


def test_the_machine_itself_judges_the_guards_once_more():
    subject = engine._Subject("in_physician_review")
    machine = engine._COMPILED["prior_auth"].machine
    assert machine.events["deny"].trigger(subject, facts=Facts()) is False
    assert subject.state == "in_physician_review"


def test_a_machine_that_differs_from_its_table_is_never_believed():
    compiled = engine._Compiled(table_with())
    with pytest.raises(RuntimeError, match=r"parcel\.close"):
        engine._driven(compiled, "received", edge=replace(CLOSE, dest="received"), facts=Facts())


def _explodes(_facts: Facts) -> bool:
    raise ZeroDivisionError


def test_a_guard_that_breaks_changes_nothing(monkeypatch):
    broken = Guard(name="it_breaks", sentence="It breaks.", cite="", holds=_explodes)
    compiled = engine._Compiled(table_with(edges=(START, replace(CLOSE, guards=(broken,)))))
    monkeypatch.setattr(engine, "_COMPILED", {"parcel": compiled})
    monkeypatch.setattr(engine, "table_of", lambda kind: compiled.table)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            engine.fire("parcel", "received", "close", Facts())
    assert engine.fire("parcel", "new", "receive", Facts()).dest == "received"


def test_a_broken_guard_inside_the_machine_leaves_the_subject_where_it_was():
    broken = Guard(name="it_breaks", sentence="It breaks.", cite="", holds=_explodes)
    machine = engine._machine(table_with(edges=(START, replace(CLOSE, guards=(broken,)))))
    subject = engine._Subject("received")
    with pytest.raises(ZeroDivisionError):
        machine.events["close"].trigger(subject, facts=Facts())
    assert subject.state == "received"


def test_facts_are_frozen_and_hold_only_plain_values():
    with pytest.raises(AttributeError):
        Facts().line = "medicaid"
    for name in Facts.__slots__:
        assert isinstance(getattr(Facts(), name), str | bool | int | tuple | None), name


def test_firing_leaves_the_facts_and_the_tables_as_they_were():
    (deny,) = [edge for edge in prior_auth.TABLE.edges if edge.trigger == "deny"]
    facts, rows = opened(deny), engine.table()
    engine.fire("prior_auth", "in_physician_review", "deny", facts)
    assert facts == opened(deny)
    assert engine.table() == rows


# ── The page of the folder ──────────────────────────────────────────────────────────────────────


def test_the_readme_is_fresh():
    page = Path(chart.__file__).with_name("README.md").read_text(encoding="utf-8")
    assert page == chart.readme(), "run `make docs`"


def test_the_readme_shows_every_step_with_its_sentences_and_its_law():
    page = chart.readme()
    assert "<lambda>" not in page
    assert "<function" not in page
    for kind in engine.KINDS:
        chapter = page.split(f"`{kind}`\n")[1].split("\n## ")[0]
        for edge in engine.edges(kind):
            (row, *_) = [
                line
                for line in chapter.splitlines()
                if line.startswith(f"| `{edge.trigger}`") and f"| `{edge.event}` |" in line
            ]
            assert row.count("|") == 5
        for edge in engine.edges(kind):
            for each in edge.guards:
                assert each.sentence in chapter
                assert each.cite in chapter


@pytest.mark.parametrize("kind", engine.KINDS)
def test_the_diagram_draws_every_edge_that_moves_the_state(kind):
    lines = [line.strip() for line in chart.mermaid(kind).splitlines()]
    assert lines[0] == "stateDiagram-v2"
    arrows = {
        (start, dest): steps.split(", ")
        for line in lines
        if " --> " in line
        for start, rest in [line.split(" --> ")]
        for dest, steps in [rest.split(" : ")]
    }
    expected = {
        ("[*]" if source == "new" else source, edge.dest, edge.trigger)
        for edge in engine.edges(kind)
        if edge.dest
        for source in edge.sources
        if source != edge.dest
    }
    drawn = {
        (name, dest, step)
        for (start, dest), steps in arrows.items()
        for step in steps
        for name in (engine.open_states(kind) if start == "open" else (start,))
    }
    assert drawn == expected
