"""The criteria of a medical policy as a tree, and what marks on its leaves make of it.

Values only. A group asks for so many of what is below it: all, one, or a number. The result of a
tree is never a decision: it says what the records show. More that is met never makes it less met.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Mark = Literal["met", "not_met", "unclear"]
# What is not marked yet is as open as what the records do not tell.
MARKS: Final[tuple[str, ...]] = ("met", "not_met", "unclear")
ORDER: Final = {"not_met": 0, "open": 1, "met": 2}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that the records must show: its number, and its words in both languages. `asked`:
    offices are asked it when they file a request."""

    id: str
    says: str
    says_es: str = ""
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Criteria or groups, of which at least `least` must be met."""

    id: str
    says: str
    least: int
    of: tuple["Criterion | Group", ...]
    says_es: str = ""

    @property
    def rule(self) -> str:
        """What it asks for, in words: "all of", "any of", "2 of"."""
        if self.least == len(self.of):
            return "all of"
        return "any of" if self.least == 1 else f"{self.least} of"


Node = Criterion | Group


@dataclass(frozen=True, slots=True)
class Found:
    """What marks make of one node: met, not_met or open; of a group how many below it are met."""

    node: Node
    state: str
    met: int = 0
    below: tuple["Found", ...] = ()

    @property
    def words(self) -> str:
        """The count of a group: "2 of 3 of B are met"; empty for a criterion."""
        if isinstance(self.node, Criterion):
            return ""
        verb = "is" if self.met == 1 else "are"
        return f"{self.met} of {len(self.below)} of {self.node.id} {verb} met"


def judged(node: Node, marks: Mapping[str, str]) -> Found:
    """What these marks (by criterion) make of this tree."""
    if isinstance(node, Criterion):
        mark = marks.get(node.id, "")
        return Found(node, mark if mark in ("met", "not_met") else "open")
    below = tuple(judged(each, marks) for each in node.of)
    met = sum(each.state == "met" for each in below)
    still = sum(each.state == "open" for each in below)
    state = "met" if met >= node.least else "open" if met + still >= node.least else "not_met"
    return Found(node, state, met, below)


def leaves(node: Node) -> Iterator[Criterion]:
    """Every criterion of the tree, in the order of the page."""
    if isinstance(node, Criterion):
        yield node
        return
    for each in node.of:
        yield from leaves(each)


def groups(node: Node) -> Iterator[Group]:
    """Every group of the tree, the root first."""
    if isinstance(node, Group):
        yield node
        for each in node.of:
            yield from groups(each)


def questions(node: Node) -> tuple[Criterion, ...]:
    """The criteria of the tree that offices are asked, in the order of the page."""
    return tuple(each for each in leaves(node) if each.asked)


def unmet(found: Found, marks: Mapping[str, str]) -> Iterator[Criterion]:
    """The criteria marked "not met" for which this tree is not met, in the order of the page: what
    stands below a group that is met, or still open, refuses nothing."""
    if found.state != "not_met":
        return
    if isinstance(found.node, Criterion):
        if marks.get(found.node.id) == "not_met":
            yield found.node
        return
    for each in found.below:
        yield from unmet(each, marks)


def to_json(node: Node) -> dict[str, Any]:
    """The tree as it is stored."""
    said = {"id": node.id, "says": node.says, "says_es": node.says_es}
    if isinstance(node, Criterion):
        return said | ({"asked": True} if node.asked else {})
    return said | {"least": node.least, "of": [to_json(each) for each in node.of]}


def from_json(said: Mapping[str, Any]) -> Node:
    """A stored tree."""
    words = {name: str(said.get(name, "")) for name in ("id", "says", "says_es")}
    if "of" not in said:
        return Criterion(**words, asked=bool(said.get("asked")))
    return Group(
        **words, least=int(said["least"]), of=tuple(from_json(each) for each in said["of"])
    )
