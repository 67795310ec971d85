"""A tree of criteria as people write it: one line each, two blanks deeper for what is below.

    A all of: What is asked | Lo que se pide
      A1 asked: Six weeks of care | Seis semanas de cuidado
      A2 any of: A warning sign | Una señal de alarma

After the upright stroke stand the words in Spanish; "asked" makes it a question to the offices.
What is wrong is said with its line.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from casework.errors import Invalid
from casework.records.criteria_tree import Criterion, Group, Node, groups, leaves

MOST_LINES: Final = 60
MOST_DEEP: Final = 4
MOST_WORDS: Final = 200
_LINE: Final = re.compile(
    r"(?P<id>[A-Za-z][A-Za-z0-9-]{0,11})"
    r"(?:\s+(?P<rule>all|any|[1-9][0-9]?)\s+of)?(?P<asked>\s+asked)?\s*:"
    r"\s*(?P<says>[^|]+?)\s*(?:\|\s*(?P<es>.*?)\s*)?",
    re.ASCII | re.IGNORECASE,
)


@dataclass
class _Row:
    number: int
    deep: int
    id: str
    rule: str
    says: str
    says_es: str
    asked: bool = False
    below: list["_Row"] = field(default_factory=list)


def outline(node: Node, *, deep: int = 0) -> str:
    """The tree as lines that `tree_of` reads back."""
    says = f"{node.says} | {node.says_es}" if node.says_es else node.says
    if isinstance(node, Criterion):
        return f"{'  ' * deep}{node.id}{' asked' if node.asked else ''}: {says}"
    head = f"{'  ' * deep}{node.id} {node.rule}: {says}"
    return "\n".join([head, *(outline(each, deep=deep + 1) for each in node.of)])


def tree_of(text: str) -> Node:
    """The tree that these lines say. Raises Invalid with the line that cannot be read."""
    rows = [_row(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not rows:
        raise _wrong(1, "Write at least one group with its criteria")
    if len(rows) > MOST_LINES:
        raise _wrong(rows[MOST_LINES].number, f"A policy has at most {MOST_LINES} lines")
    _placed(rows)
    seen: dict[str, int] = {}
    for row in rows:
        if row.id.lower() in seen:
            raise _wrong(row.number, f"{row.id} stands in line {seen[row.id.lower()]} already")
        seen[row.id.lower()] = row.number
    return _node(rows[0])


def ids_of(node: Node) -> frozenset[str]:
    """Every number in the tree."""
    return frozenset(each.id for each in leaves(node)) | {each.id for each in groups(node)}


def _row(number: int, line: str) -> _Row:
    blanks = len(line) - len(line.lstrip(" "))
    found = _LINE.fullmatch(line.strip())
    if found is None:
        raise _wrong(number, "Write a number, a colon and the words, such as “A1: Six weeks”")
    if blanks % 2 or line[:1] == "\t":
        raise _wrong(number, "Begin it with two blanks for each level")
    says, says_es = found["says"], found["es"] or ""
    if max(len(says), len(says_es)) > MOST_WORDS:
        raise _wrong(number, f"Use at most {MOST_WORDS} characters")
    rule, asked = (found["rule"] or "").lower(), bool(found["asked"])
    if rule and asked:
        raise _wrong(number, "Only a criterion is asked: mark those below it")
    return _Row(number, blanks // 2, found["id"], rule, says, says_es, asked)


def _placed(rows: list[_Row]) -> None:
    """Put each row below the one that it belongs to."""
    path: list[_Row] = []
    for row in rows:
        if row.deep > len(path):
            raise _wrong(row.number, "It stands deeper than the line above allows")
        if not row.deep and path:
            raise _wrong(row.number, "Only the first line stands at the left")
        if row.deep > MOST_DEEP:
            raise _wrong(row.number, f"A tree has at most {MOST_DEEP} levels")
        del path[row.deep :]
        if path:
            path[-1].below.append(row)
        path.append(row)


def _node(row: _Row) -> Node:
    if not row.rule:
        if row.below:
            raise _wrong(row.number, "Say “all of”, “any of” or a number for what stands below it")
        if not row.says_es:
            raise _wrong(row.number, "Add the words in Spanish after an upright stroke")
        return Criterion(row.id, row.says, row.says_es, row.asked)
    if not row.below:
        raise _wrong(row.number, "Write what belongs to it below, two blanks deeper")
    least = {"all": len(row.below), "any": 1}.get(row.rule) or int(row.rule)
    if least > len(row.below):
        raise _wrong(row.number, f"Only {len(row.below)} stand below it")
    return Group(row.id, row.says, least, tuple(map(_node, row.below)), row.says_es)


def _wrong(number: int, sentence: str) -> Invalid:
    said = f"Line {number}: {sentence}."
    return Invalid(f"The criteria cannot be read. {said}", fields={"criteria": said})
