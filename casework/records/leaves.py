"""Reading papers page by page: the child that opens what strangers sent shows them, never this
process. Pictures and words are made for one look and kept nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from casework.binding import bindery
from casework.binding.bindery import NotBound
from casework.config import Settings
from casework.errors import NotFound, NotReady
from casework.storage import Storage

WORD_PROCESSOR: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# Why a paper cannot be read here, and what to do about it.
TROUBLES: Final = {
    "locked": "This paper is locked with a password. Ask the sender for one without.",
    "broken": "This file is damaged, so it cannot be shown. Ask the sender to send it again.",
    "too_large": "This paper is too large to be shown here. Download it to read it.",
    "unprintable": "This kind of file has no pages to show. Download it to read it.",
    "slow": "This page took too long to show. Try again, or download the paper.",
    "gone": "The bytes of this paper are not in the store. Tell the operator.",
}


@dataclass(frozen=True)
class Leaf:
    """One page of a paper: of how many pages (0: none can be shown, `trouble` says why in a
    sentence), its words, and its picture; a paper of a word processor has words alone."""

    page: int
    pages: int
    trouble: str = ""
    words: str = ""
    picture: bytes = b""
    media_type: str = ""


@dataclass(frozen=True)
class Places:
    """Where words stand: the hits as `leafing.Hit` has them, how many papers could not be searched
    whole, and whether the search stopped before the end."""

    hits: tuple[dict[str, Any], ...]
    silent: tuple[int, ...]
    more: bool


def leaf(settings: Settings, paper: Any, *, page: int, turn: int, enlarged: bool) -> Leaf:
    """One page of a stored paper (a row with `sha256` and `media_type`). It takes some tenths of a
    second: ask it outside of a transaction."""
    try:
        data = Storage(settings).get(paper.sha256)
    except NotFound:
        return Leaf(page, 0, TROUBLES["gone"])
    with bindery.scratch(_scratch(settings)) as folder:
        (folder / "paper").write_bytes(data)
        try:
            if paper.media_type == WORD_PROCESSOR:
                return _typed(folder)
            told, picture = bindery.leaf(
                folder, "paper", paper.media_type, page=page, turn=turn, enlarged=enlarged
            )
        except NotBound:
            return Leaf(page, 0, TROUBLES["slow"])
    trouble = TROUBLES.get(told["trouble"], "")
    if told["pages"] and not picture:
        trouble = f"This paper has no page {page}: it has {told['pages']}."
    return Leaf(page, told["pages"], trouble, told["words"], picture, told["media_type"])


def find(settings: Settings, papers: Sequence[Any], words: str, *, only: int = 0) -> Places:
    """Where these words stand in stored papers (rows with `sha256`, `media_type`), on every page or
    on page `only`. Raises NotReady when it takes too long."""
    storage = Storage(settings)
    with bindery.scratch(_scratch(settings)) as folder:
        job = []
        for number, paper in enumerate(papers):
            try:
                (folder / f"paper-{number}").write_bytes(storage.get(paper.sha256))
            except NotFound:
                (folder / f"paper-{number}").write_bytes(b"")
            job.append((f"paper-{number}", paper.media_type))
        try:
            found = bindery.find(folder, job, words, only=only)
        except NotBound as error:
            raise NotReady("The search took too long: search one paper at a time.") from error
    return Places(tuple(found["hits"]), tuple(found["silent"]), bool(found["more"]))


def _typed(folder: Path) -> Leaf:
    lines, _pictures = bindery.typed(folder, "paper")
    if not lines:
        return Leaf(1, 0, TROUBLES["broken"])
    return Leaf(1, 1, "", "\n".join(lines))


def _scratch(settings: Settings) -> Path:
    return settings.documents_dir.parent / "scratch"
