"""Which papers answer what was asked for: an item is answered by a paper that names it.

It only shows what names what; whether an answer is enough a nurse says.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from casework.queries.case_file import CaseFile
from casework.records import waiting

# Words that name no paper by themselves.
_IDLE: Final = frozenset(
    (
        "a", "an", "and", "any", "by", "for", "from", "in", "last", "latest", "new", "newest",
        "of", "on", "or", "our", "please", "send", "since", "that", "the", "their", "this", "to",
        "us", "with", "your",
    )
)  # fmt: skip
_WORD: Final = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Item:
    """One thing that was asked for, and the papers (rows of the case file) that name it."""

    wanted: str
    papers: tuple[Any, ...]


@dataclass(frozen=True)
class Answered:
    """The open question item by item, and what came since and names nothing that was asked."""

    items: tuple[Item, ...]
    others: tuple[Any, ...]

    @property
    def whole(self) -> bool:
        """True when a paper names each thing that was asked for."""
        return all(item.papers for item in self.items)


def answered(file: CaseFile) -> Answered | None:
    """What the papers that came since the open question answer of it; None without a question."""
    if file.question is None:
        return None
    wanted = waiting.wanted(file.key, file.question, file.case.id)
    since = [row for row in file.documents if row.sha256 and row.added_at > file.question.asked_at]
    items = tuple(
        Item(each, tuple(row for row in since if names(row.name, each))) for each in wanted
    )
    used = {row.id for item in items for row in item.papers}
    return Answered(items, tuple(row for row in since if row.id not in used))


def names(paper: str, item: str) -> bool:
    """Whether a paper of this name names this thing: all telling words of it stand in the name, or
    all but one where there are three or more. A plural counts as its singular."""
    telling = _telling(item)
    if not telling:
        return False
    there = _telling(paper.rpartition(".")[0] or paper)
    missing = len(telling - there)
    return missing == 0 or (len(telling) >= 3 and missing == 1)


def _telling(text: str) -> frozenset[str]:
    found = (word.removesuffix("s") for word in _WORD.findall(text.lower()))
    return frozenset(word for word in found if word and word not in _IDLE)
