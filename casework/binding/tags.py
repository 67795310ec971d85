"""The structure of a bound file for who does not see it: our own pages keep their tags, a
stranger's page becomes a paragraph or a figure with a name.

One tree for all: the children of each document's tree hang below one part of ours, and the numbers
by which pages find their tags are counted on (ISO 32000-2, 14.7).
"""

from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String


class Tree:
    """The structure tree of the file that is being bound."""

    def __init__(self, out: pikepdf.Pdf, lang: str) -> None:
        self._out = out
        self._numbers: list[Any] = []
        self._next = 0
        self._roles = Dictionary()
        self._root = out.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self._top = out.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Document, P=self._root, K=Array())
        )
        self._top.Lang = String(lang)

    @classmethod
    def of(cls, out: pikepdf.Pdf) -> "Tree":
        """The tree of a file that was bound before, to go on with."""
        old = out.Root.StructTreeRoot
        tree = cls(out, str(out.Root.Lang))
        for child in _listed(old.K[0].K):
            child.P = tree._top
            tree._top.K.append(child)
        for role, meant in old.get("/RoleMap", Dictionary()).items():
            tree._roles[role] = meant
        for number, tags in _numbers(old.ParentTree):
            tree._numbers += [number, tags]
        tree._next = int(old.ParentTreeNextKey)
        return tree

    def section(self, title: str, *, first: bool = False) -> Any:
        """A new part of the file, below the top."""
        made = self._out.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Sect, P=self._top, K=Array(), T=String(title))
        )
        self._top.K.insert(0 if first else len(self._top.K), made)
        return made

    def adopt(self, section: Any, source: pikepdf.Pdf, pages: list[Any]) -> None:
        """Take over the tags of a document of ours, whose pages are in the file already."""
        old = source.Root.get("/StructTreeRoot")
        if old is None:
            return
        tree = self._out.copy_foreign(old)
        for child in _listed(tree.get("/K")):
            child.P = section
            if str(child.S) == "/Document":
                child.S = Name.Sect
            section.K.append(child)
        for role, meant in tree.get("/RoleMap", Dictionary()).items():
            self._roles[role] = meant
        shift, highest = self._next, -1
        for number, tags in _numbers(tree.get("/ParentTree")):
            self._numbers += [number + shift, tags]
            highest = max(highest, number)
        self._next = shift + highest + 1
        for page in pages:
            _count_on(page, shift)

    def page(self, section: Any, page: Any, *, alt: str) -> None:
        """Name a page of a stranger: its content stands between the marks of number 0. With `alt`
        it is a figure, else text."""
        element = self._out.make_indirect(
            Dictionary(
                Type=Name.StructElem,
                S=Name.Figure if alt else Name.P,
                P=section,
                Pg=page.obj,
                K=0,
            )
        )
        if alt:
            element.Alt = String(alt)
            box = [float(each) for each in page.mediabox]
            element.A = Dictionary(O=Name.Layout, BBox=Array(box), Placement=Name.Block)
        section.K.append(element)
        page.obj.StructParents = self._next
        self._numbers += [self._next, self._out.make_indirect(Array([element]))]
        self._next += 1

    def finish(self) -> None:
        """Hang the tree into the file."""
        self._root.K = Array([self._top])
        if self._roles.keys():
            self._root.RoleMap = self._roles
        pairs = zip(self._numbers[::2], self._numbers[1::2], strict=True)
        flat = [each for pair in sorted(pairs, key=lambda pair: pair[0]) for each in pair]
        self._root.ParentTree = self._out.make_indirect(Dictionary(Nums=Array(flat)))
        self._root.ParentTreeNextKey = self._next
        self._out.Root.StructTreeRoot = self._root
        self._out.Root.MarkInfo = Dictionary(Marked=True)


def _listed(kids: Any) -> list[Any]:
    if kids is None:
        return []
    return list(kids) if isinstance(kids, Array) else [kids]


def _numbers(tree: Any) -> list[tuple[int, Any]]:
    """The entries of a number tree, however deep."""
    if tree is None:
        return []
    flat = list(tree.get("/Nums", Array()))
    found = [(int(flat[at]), flat[at + 1]) for at in range(0, len(flat), 2)]
    for kid in tree.get("/Kids", Array()):
        found += _numbers(kid)
    return found


def _count_on(page: Any, shift: int) -> None:
    if "/StructParents" in page.obj:
        page.obj.StructParents = int(page.obj.StructParents) + shift
    for note in page.obj.get("/Annots", Array()):
        if "/StructParent" in note:
            note.StructParent = int(note.StructParent) + shift
