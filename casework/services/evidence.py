"""Looking at papers as they arrive: each is opened by a child without keys, network or much memory.

What is doubtful about a paper is told to whoever sends it; nobody is refused for it. It writes no
row; `services.draft_papers` keeps what was looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from casework.binding import bindery
from casework.binding.bindery import NotBound
from casework.config import Settings
from casework.records.papers import sniffed
from casework.submission import PaperAsSent

JOINED: Final = ("image/jpeg", "image/png", "image/tiff")


@dataclass(frozen=True, kw_only=True)
class LookedAt:
    """A paper as it will be kept (a photo upright and without its place), and what was seen of it:
    `pages` (0: not known), codes of doubts, its empty pages, a small JPEG of its first page."""

    paper: PaperAsSent
    pages: int = 0
    doubts: tuple[str, ...] = ()
    empty: tuple[int, ...] = ()
    thumb: bytes = b""


def look_at(settings: Settings, sent: Sequence[PaperAsSent]) -> tuple[LookedAt, ...]:
    """These papers as they were looked at, in order. A paper at which the child failed is kept
    unseen: it could not be opened here, which is its doubt."""
    if not sent:
        return ()
    with bindery.scratch(_scratch(settings)) as folder:
        named = [(f"e{number:04d}", paper) for number, paper in enumerate(sent)]
        for name, paper in named:
            (folder / name).write_bytes(paper.content)
        try:
            seen = bindery.look(folder, [(name, sniffed(paper.content)) for name, paper in named])
        except NotBound:
            if len(sent) == 1:
                return (LookedAt(paper=sent[0], doubts=("broken",)),)
            return tuple(one for paper in sent for one in look_at(settings, (paper,)))
        return tuple(
            LookedAt(
                paper=_cleaned(paper, folder / f"{name}.clean") if said["clean"] else paper,
                pages=said["pages"],
                doubts=tuple(said["doubts"]),
                empty=tuple(said["empty"]),
                thumb=(folder / f"{name}.thumb").read_bytes() if said["thumb"] else b"",
            )
            for (name, paper), said in zip(named, seen, strict=True)
        )


def as_one(settings: Settings, pictures: Sequence[bytes], *, name: str) -> PaperAsSent:
    """One PDF of these pictures, a page each, in this order. Raises NotBound."""
    with bindery.scratch(_scratch(settings)) as folder:
        names = [f"j{number:04d}" for number in range(len(pictures))]
        for each, content in zip(names, pictures, strict=True):
            (folder / each).write_bytes(content)
        return PaperAsSent(
            name=name, media_type="application/pdf", content=bindery.join(folder, names)
        )


def _cleaned(paper: PaperAsSent, clean: Path) -> PaperAsSent:
    return PaperAsSent(name=paper.name, media_type=paper.media_type, content=clean.read_bytes())


def _scratch(settings: Settings) -> Path:
    return settings.documents_dir.parent / "scratch"
