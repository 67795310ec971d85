"""What a stranger's page may not bring along: metadata, scripts, attachments, hidden layers.

A page is taken as one drawing (its content and resources), so that notes, actions, thumbnails and
everything else that hangs on a page or a document stays behind; what hangs in the drawing is cut.
"""

from collections.abc import Iterator
from typing import Any, Final

import pikepdf

# Keys that carry data beside what is drawn (ISO 32000-2: 14.3, 14.5, 14.13, 12.6, 14.7).
_CUT: Final = (
    "/Metadata", "/PieceInfo", "/LastModified", "/AF", "/Alternates", "/OPI", "/StructParent",
    "/StructParents", "/Ref", "/A", "/AA", "/JS", "/EF", "/OC", "/Measure", "/PtData", "/Thumb",
)  # fmt: skip


def flattened(document: pikepdf.Pdf) -> None:
    """Draw filled-in forms and notes into their pages, as they look; what fails stays undrawn."""
    if not any("/Annots" in page for page in document.pages):
        return
    document.generate_appearance_streams()
    document.flatten_annotations("all")


def hides(document: pikepdf.Pdf) -> bool:
    """Whether the document has layers that are not shown: its pages are then taken as they look."""
    layers = document.Root.get("/OCProperties")
    if layers is None:
        return False
    said = layers.get("/D", pikepdf.Dictionary())
    off = said.get("/OFF")
    return bool(
        (off is not None and len(off))
        or str(said.get("/BaseState", "/ON")) != "/ON"
        or said.get("/AS") is not None
    )


def cut(drawing: pikepdf.Object) -> None:
    """Remove from a drawing, and from all that it draws with, what is not drawn.

    Only streams are cut: the keys of other dictionaries are often names that somebody chose.
    """
    for each in _reached(drawing):
        if isinstance(each, pikepdf.Stream):
            for key in _CUT:
                if key in each:
                    del each[key]
        used = each.get("/Resources")
        if isinstance(used, pikepdf.Dictionary) and "/Properties" in used:
            del used["/Properties"]


def _reached(start: pikepdf.Object) -> Iterator[Any]:
    """Every dictionary that the drawing reaches, each once."""
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [start]
    while waiting:
        each = waiting.pop()
        if isinstance(each, pikepdf.Array):
            waiting += [item for item in each if _holds(item)]
            continue
        if each.is_indirect:
            if each.objgen in seen:
                continue
            seen.add(each.objgen)
        yield each
        waiting += [item for item in each.values() if _holds(item)]


def _holds(item: Any) -> bool:
    return isinstance(item, pikepdf.Dictionary | pikepdf.Stream | pikepdf.Array)
