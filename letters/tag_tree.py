"""Mends the tag tree of a printed letter: the language of each part, paragraphs that a page cut.

WeasyPrint tags what each page holds and forgets the `lang` of its elements, so a screen reader
would read Chinese aloud as English; and a paragraph that goes on overleaf becomes two. It works on
the renderer's boxes by their shape and imports no renderer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pydyf

_REFERENCE = re.compile(rb"^(\d+) 0 R$")
_INLINE = ("InlineBox", "LineBox", "TextBox")


@dataclass(frozen=True, slots=True)
class _Leaf:
    """Marked text: the tags above it, topmost first; its language; the element of its paragraph."""

    path: tuple[Any, ...]
    language: str
    paragraph: Any


def mend(document: Any, pdf: Any) -> None:
    """Give each tag of `pdf` whose text is not in the language of the document its /Lang, and make
    one paragraph of the parts of one.

    Does nothing where boxes and tags do not match one to one; the proof of the PDF then refuses it.
    """
    own = str(document.metadata.lang)
    boxes = [found for page in document.pages for found in _texts(page._page_box, None)]
    root = pdf.objects[_number(pdf.catalog["StructTreeRoot"])]
    paths = [path for kid in root["K"] for path in _paths(pdf, kid)]
    if len(paths) != len(boxes):
        return
    leaves = [
        _Leaf(tuple(path), box.style["lang"] or own, paragraph)
        for path, (box, paragraph) in zip(paths, boxes, strict=True)
    ]
    _add_languages(leaves, own)
    joined: dict[int, Any] = {}
    for one, next_one in pairwise(leaves):
        if one.paragraph is next_one.paragraph and one.paragraph is not None:
            _join(pdf, one, next_one, joined)


def _add_languages(leaves: list[_Leaf], own: str) -> None:
    """To the highest tag that holds nothing but text of that language."""
    below: dict[int, set[str]] = {}
    for leaf in leaves:
        for node in leaf.path:
            below.setdefault(id(node), set()).add(leaf.language)
    for leaf in leaves:
        if leaf.language != own:
            highest = next(node for node in leaf.path if below[id(node)] == {leaf.language})
            highest["Lang"] = pydyf.String(leaf.language)


def _join(pdf: Any, one: _Leaf, next_one: _Leaf, joined: dict[int, Any]) -> None:
    """Move what the second tag of a paragraph holds into the first; tags left empty go."""
    first, second = _paragraph(one.path), _paragraph(next_one.path)
    if not first or not second or first[-1] is second[-1]:
        return
    kept, gone = joined.get(id(first[-1]), first[-1]), second[-1]
    if any(isinstance(kid, int) for kid in gone["K"]):
        return
    for kid in gone["K"]:
        pdf.objects[_number(kid)]["P"] = kept.reference
    kept["K"] += gone["K"]
    joined[id(gone)] = kept
    for above, emptied in zip(second[-2::-1], second[:0:-1], strict=True):
        above["K"].remove(emptied.reference)
        if above["K"]:
            return


def _paragraph(path: tuple[Any, ...]) -> tuple[Any, ...]:
    for depth, node in enumerate(path):
        if node["S"] == "/P":
            return path[: depth + 1]
    return ()


def _texts(box: Any, paragraph: Any) -> Iterator[tuple[Any, Any]]:
    """The boxes of text of a page in the order of its tags, each with the element of the block
    that it stands in; margins have no tags."""
    box = getattr(box, "_box", box)
    if type(box).__name__ == "MarginBox":
        return
    if hasattr(box, "text"):
        yield box, paragraph
        return
    inside = paragraph if type(box).__name__ in _INLINE else box.element
    for child in getattr(box, "children", ()):
        yield from _texts(child, inside)


def _paths(pdf: Any, reference: Any) -> Iterator[list[Any]]:
    """The tags that hold marked text themselves, in document order, as paths from the top."""
    node = pdf.objects[_number(reference)]
    for kid in node.get("K", ()):
        if isinstance(kid, int):
            yield [node]
        else:
            yield from ([node, *path] for path in _paths(pdf, kid))


def _number(reference: Any) -> int:
    found = _REFERENCE.match(reference if isinstance(reference, bytes) else str(reference).encode())
    assert found is not None
    return int(found[1])
