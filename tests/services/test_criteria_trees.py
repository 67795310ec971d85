"""A tree of criteria says what marks make of it, and more that is met never makes it less met."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from casework.errors import Invalid
from casework.records.criteria_outline import ids_of, outline, tree_of
from casework.records.criteria_tree import (
    ORDER,
    Criterion,
    Group,
    from_json,
    judged,
    leaves,
    to_json,
    unmet,
)
from casework.seed import policies

THREE = tuple(Criterion(name, f"Words of {name}", f"Palabras de {name}") for name in "abc")
M, N, U, BLANK = "met", "not_met", "unclear", ""


@pytest.mark.parametrize(
    ("least", "marks", "state", "words"),
    [
        (3, (M, M, M), "met", "3 of 3 of G are met"),
        (3, (M, M, N), "not_met", "2 of 3 of G are met"),
        (3, (M, M, U), "open", "2 of 3 of G are met"),
        (3, (M, M, BLANK), "open", "2 of 3 of G are met"),
        (3, (N, U, BLANK), "not_met", "0 of 3 of G are met"),
        (1, (N, N, M), "met", "1 of 3 of G is met"),
        (1, (N, N, N), "not_met", "0 of 3 of G are met"),
        (1, (N, N, U), "open", "0 of 3 of G are met"),
        (2, (M, M, N), "met", "2 of 3 of G are met"),
        (2, (M, N, N), "not_met", "1 of 3 of G is met"),
        (2, (M, N, U), "open", "1 of 3 of G is met"),
        (2, (BLANK, BLANK, BLANK), "open", "0 of 3 of G are met"),
    ],
)
def test_a_group_asks_for_so_many_of_what_is_below(least, marks, state, words) -> None:
    group = Group("G", "All of it", least, THREE)
    found = judged(group, {c.id: m for c, m in zip(THREE, marks, strict=True) if m})
    assert (found.state, found.words) == (state, words)


def test_only_what_keeps_the_tree_from_being_met_is_told_as_the_reason() -> None:
    tree = tree_of(
        "R all of: Root\n  A any of: One\n    A1: a | a\n    A2: b | b\n  B1: c | c\n  B2: d | d"
    )
    marks = {"A1": N, "A2": M, "B1": N, "B2": U}
    assert [each.id for each in unmet(judged(tree, marks), marks)] == ["B1"]
    still_open = {"A1": N, "B1": M, "B2": M}
    assert [*unmet(judged(tree, still_open), still_open)] == []
    both = {"A1": N, "A2": N, "B1": M, "B2": M}
    assert [each.id for each in unmet(judged(tree, both), both)] == ["A1", "A2"]


# ── Properties ──────────────────────────────────────────────────────────────────────────────────


@some.composite
def trees(draw, deep: int = 3):
    numbers = iter(range(1000))

    def node(left: int):
        name = f"n{next(numbers)}"
        if left == 0 or draw(some.booleans()):
            return Criterion(name, "words", "palabras")
        below = tuple(node(left - 1) for _ in range(draw(some.integers(1, 4))))
        return Group(name, "words", draw(some.integers(1, len(below))), below)

    return Group("root", "words", 1, (node(deep),))


@settings(max_examples=150, deadline=None)
@given(tree=trees(), data=some.data())
def test_more_that_is_met_never_makes_it_less_met(tree, data) -> None:
    some_marks = some.sampled_from(["met", "not_met", "unclear", ""])
    names = [each.id for each in leaves(tree)]
    before = {name: data.draw(some_marks) for name in names}
    raised = data.draw(some.sampled_from(names))
    better = {"not_met": ["unclear", "", "met"], "unclear": ["met"], "": ["met"], "met": ["met"]}
    after = before | {raised: data.draw(some.sampled_from(better[before[raised]]))}
    states = [ORDER[judged(tree, marks).state] for marks in (before, after)]
    assert states[1] >= states[0]


@settings(max_examples=150, deadline=None)
@given(tree=trees(), data=some.data())
def test_a_refused_tree_always_names_a_reason_and_a_met_one_never(tree, data) -> None:
    marks = {
        each.id: data.draw(some.sampled_from(["met", "not_met", "unclear"]))
        for each in leaves(tree)
    }
    found = judged(tree, marks)
    told = [each.id for each in unmet(found, marks)]
    assert bool(told) == (found.state == "not_met")
    assert all(marks[name] == "not_met" for name in told)
    # And it is a reason: with all of these met, and nothing worse, the tree is refused no more.
    better = judged(tree, marks | dict.fromkeys(told, "met"))
    assert ORDER[better.state] > ORDER["not_met"] or not told


@settings(max_examples=100, deadline=None)
@given(tree=trees())
def test_what_is_stored_and_what_is_written_read_back_the_same(tree) -> None:
    assert from_json(to_json(tree)) == tree
    assert to_json(tree_of(outline(tree))) == to_json(tree)


# ── The outline ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Line 1: Write at least one group"),
        ("A all of: Words", "Line 1: Write what belongs to it below"),
        ("A all of: Words\n   A1: x | y", "Line 2: Begin it with two blanks"),
        ("A all of: Words\n  A1: x", "Line 2: Add the words in Spanish"),
        ("A all of: Words\n  A1: x | y\n  a1: z | z", "Line 3: a1 stands in line 2 already"),
        ("A 3 of: Words\n  A1: x | y", "Line 1: Only 1 stand below it"),
        ("A all of: Words\n    A1: x | y", "Line 2: It stands deeper"),
        ("A all of: Words\n  A1: x | y\nB: x | y", "Line 3: Only the first line"),
        ("A1: x | y\n  A2: x | y", "Line 1: Say “all of”"),
        ("just words", "Line 1: Write a number, a colon"),
        (f"A all of: Words\n  A1: {'x' * 201} | y", "Line 2: Use at most 200"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(text, said) -> None:
    with pytest.raises(Invalid) as refused:
        tree_of(text)
    assert refused.value.fields["criteria"].startswith(said)


def test_the_policies_of_the_demo_read_back_as_they_are_written() -> None:
    told = policies.told()
    assert 6 <= len(told) <= 8
    for policy in told:
        for version in policy["versions"]:
            tree = tree_of(version["criteria"])
            assert outline(tree) == version["criteria"].strip()
            assert all(each.says_es for each in leaves(tree))
            assert len(ids_of(tree)) == version["criteria"].strip().count("\n") + 1
