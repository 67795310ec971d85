"""A letter with its enclosure: the letter's pages first, then the bound file with its bookmarks."""

from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem

from casework.binding.tags import Tree


def enclose(letter: Path, file: Path, to: Path) -> int:
    """Write the letter and the file behind it as one PDF; returns how many pages it has. The pages
    of the file keep their labels, those of the letter are counted apart."""
    with pikepdf.open(file) as out, pikepdf.open(letter) as source:
        pages = len(source.pages)
        for place, page in enumerate(source.pages):
            out.pages.insert(place, page)
        tree = Tree.of(out)
        tree.adopt(tree.section("", first=True), source, list(out.pages)[:pages])
        tree.finish()
        roman, plain = Dictionary(S=Name.r, St=1), Dictionary(S=Name.D, St=1)
        out.Root.PageLabels = Dictionary(Nums=Array([0, roman, pages, plain]))
        with source.open_metadata() as said:
            title = said.get("dc:title", "")
        with out.open_outline() as outline:
            outline.root.insert(0, OutlineItem(str(title) or "1", 0, "Fit"))
        out.Root.Lang = source.Root.Lang
        with out.open_metadata(set_pikepdf_as_editor=False) as said:
            said["dc:title"] = title
        out.docinfo["/Title"] = str(title)
        out.save(
            to,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
        return len(out.pages)
