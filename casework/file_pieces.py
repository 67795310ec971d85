"""The pieces of a case file between the sheets and the binding: their order, pages and index."""

from dataclasses import dataclass
from pathlib import Path

import pikepdf

from casework.binding.job import PDF, Box, Part
from casework.file_sheets.contents import PaperIn
from casework.file_sheets.sheets import IndexRow
from casework.file_sheets.words import say


@dataclass
class Piece:
    """One part of the file on its way: the document in the folder, and its line in the index."""

    group: str
    title: str
    path: str
    media_type: str = PDF
    ours: bool = True
    pages: int = 0
    paper: PaperIn | None = None


def pages_of(path: Path) -> int:
    """How many pages a PDF of ours has."""
    with pikepdf.open(path) as document:
        return len(document.pages)


def part_of(piece: Piece, language: str) -> Part:
    """The piece as the binding child takes it."""
    if piece.paper is None or piece.ours:
        return Part(path=piece.path, title=piece.title, group=piece.group, ours=True)
    return Part(
        path=piece.path,
        title=piece.title,
        group=piece.group,
        media_type=piece.media_type,
        boxes=tuple(
            Box(
                page=mark.page,
                whole=mark.whole,
                left=mark.box[0],
                top=mark.box[1],
                width=mark.box[2],
                height=mark.box[3],
            )
            for mark in piece.paper.marks
        ),
        note=piece.paper.note,
        alt=say(
            "page.picture", language, page="{page}", pages="{pages}", name=_plain(piece.paper.name)
        ),
    )


def _plain(name: str) -> str:
    return name.replace("{", "(").replace("}", ")")


def rows_of(pieces: list[Piece], before: int) -> list[IndexRow]:
    """The lines of the index, with `before` pages in front of the first piece."""
    rows: list[IndexRow] = []
    page, group = before + 1, ""
    for number, piece in enumerate(pieces):
        also = "; ".join(piece.paper.also) if piece.paper is not None else ""
        rows.append(
            IndexRow(
                target=f"part-{number}",
                title=piece.title,
                page=page,
                pages=piece.pages,
                group=piece.group if piece.group != group else "",
                also=also,
            )
        )
        page, group = page + piece.pages, piece.group
    return rows


def index_of(pieces: list[Piece], before: int) -> list[dict[str, object]]:
    """What stands in the file, as plain values: for the page of the case and for later proof."""
    rows = rows_of(pieces, before)
    return [
        {
            "part": piece.group,
            "title": piece.title,
            "page": row.page,
            "pages": row.pages,
            "sha256": piece.paper.sha256 if piece.paper is not None else "",
            "item": piece.paper.item if piece.paper is not None else "",
        }
        for piece, row in zip(pieces, rows, strict=True)
    ]
