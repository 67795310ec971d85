"""Two letters in one file: a cover before the pages of a letter, both with their tags.

The pages of the letter keep their drawing commands and fonts as they are; only the numbers by which
tags find their text are moved on. It knows no letter and reads no text.
"""

import io
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name

from letters.refusals import PrintRefused

_STRUCTURE: Final = "/StructParents"


def bound(cover: bytes, letter: bytes) -> bytes:
    """The pages of `cover`, then those of `letter`, as one tagged PDF with the cover's title and
    language. Raises PrintRefused where one of them is no tagged PDF."""
    try:
        with pikepdf.open(io.BytesIO(cover)) as first, pikepdf.open(io.BytesIO(letter)) as second:
            _bind(first, second)
            made = io.BytesIO()
            first.save(made, deterministic_id=True)
    except (pikepdf.PdfError, KeyError, AttributeError) as error:
        raise PrintRefused("layout", "what is no tagged PDF cannot be bound.") from error
    return made.getvalue()


def _bind(first: pikepdf.Pdf, second: pikepdf.Pdf) -> None:
    ours: Any = first.Root.StructTreeRoot
    moved_on = _next_key(first)
    there = len(first.pages)
    for page in second.pages:
        if _STRUCTURE in page.obj:
            page.obj[_STRUCTURE] = int(page.obj[_STRUCTURE]) + moved_on
    first.pages.extend(second.pages)
    pages = {
        old.objgen: new.obj
        for old, new in zip(
            (page.obj for page in second.pages), list(first.pages)[there:], strict=True
        )
    }
    tree = _Copied(first, pages).of(second.Root.StructTreeRoot)
    _take_in(ours, tree, moved_on)


class _Copied:
    """Tags of another file as ones of this: each copied once, its page the one that was taken."""

    def __init__(self, to: pikepdf.Pdf, pages: dict[tuple[int, int], Any]) -> None:
        self._to = to
        self._pages = pages
        self._known: dict[tuple[int, int], Any] = {}

    def of(self, node: Any) -> Any:
        """The copy of this object."""
        if not isinstance(node, pikepdf.Object):
            return node
        if node.is_indirect:
            return self._indirect(node)
        return self._direct(node)

    def _indirect(self, node: Any) -> Any:
        place = node.objgen
        if place in self._pages:
            return self._pages[place]
        if place not in self._known:
            if not isinstance(node, Dictionary | Array):
                self._known[place] = self._to.copy_foreign(node)
            else:
                empty: Any = Array() if isinstance(node, Array) else Dictionary()
                made = self._known[place] = self._to.make_indirect(empty)
                self._fill(made, node)
        return self._known[place]

    def _direct(self, node: Any) -> Any:
        if isinstance(node, Array):
            made: Any = Array()
        elif isinstance(node, Dictionary):
            made = Dictionary()
        else:
            return node
        self._fill(made, node)
        return made

    def _fill(self, made: Any, node: Any) -> None:
        if isinstance(node, Array):
            made.extend([self.of(item) for item in node])
            return
        for name, value in node.items():
            made[name] = self.of(value)


def _take_in(ours: Any, theirs: Any, moved_on: int) -> None:
    """The tags of the letter after those of the cover, and the numbers that find them."""
    kids = [*_listed(ours.K), *_listed(theirs.K)]
    for kid in _listed(theirs.K):
        if "/P" in kid:
            kid.P = ours
    ours.K = Array(kids)
    numbers = list(ours.ParentTree.Nums)
    for key, value in _pairs(theirs.ParentTree.Nums):
        numbers += [int(key) + moved_on, value]
    ours.ParentTree.Nums = Array(numbers)
    ours[Name.ParentTreeNextKey] = moved_on + len(numbers)


def _listed(kids: Any) -> list[Any]:
    return list(kids) if isinstance(kids, Array) else [kids]


def _pairs(numbers: Any) -> list[tuple[Any, Any]]:
    flat = list(numbers)
    return list(zip(flat[::2], flat[1::2], strict=True))


def _next_key(document: pikepdf.Pdf) -> int:
    """The first number that no page and no tag of this file uses."""
    used = [int(key) for key, _ in _pairs(document.Root.StructTreeRoot.ParentTree.Nums)]
    used += [int(page.obj[_STRUCTURE]) for page in document.pages if _STRUCTURE in page.obj]
    return max(used, default=-1) + 1
