"""Makes case files: our sheets through the press, papers out of the store, all bound by a child.

Each file is made in steps that begin again after a crash; nothing leaves before it is deposited.
The clear bytes of papers lie in a scratch folder of this installation while a file is bound.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from casework import now
from casework.binding import bindery
from casework.binding.bindery import NotBound
from casework.binding.job import PDF, Job, Measured, Part
from casework.binding.typed import MEDIA_TYPE
from casework.config import Settings
from casework.db import Database
from casework.file_pieces import Piece, index_of, pages_of, part_of, rows_of
from casework.file_sheets import sheets
from casework.file_sheets.contents import Contents
from casework.file_sheets.sheets import Sheet
from casework.file_sheets.words import say
from casework.services import case_files_leave
from casework.services.case_files_leave import FileJob, Made
from casework.storage import Storage
from letters.press import Press
from letters.printjob import PrintRequest

log = structlog.get_logger("casework.file_maker")

# More is no file that anybody reads or mails: it is split by hand, case by case.
MOST_PAGES: Final = 3000
MOST_BYTES: Final = 500 * 1024 * 1024
FONT: Final = "@uswds/uswds/dist/fonts/public-sans/PublicSans-Regular.ttf"
BAR_SECONDS: Final = 2.0
_TRIES: Final = 4


class TooMuch(Exception):
    """The file would be larger than one that can be read, mailed or made; says so."""


class LostLease(Exception):
    """Somebody else makes this file by now."""


@dataclass(frozen=True, kw_only=True)
class Bound:
    """A bound file: its bytes lie at `path`; `index` is what stands in it, part by part."""

    path: Path
    pages: int
    index: list[dict[str, object]]


@dataclass
class FileMaker:
    """Makes files with this press; one at a time."""

    settings: Settings
    press: Press
    fonts: Path | None = field(default=None)

    def make(self, contents: Contents, folder: Path, told: Callable[[int, int], None]) -> Bound:
        """Bind these contents in this folder. Raises TooMuch, NotBound, PrintRefused."""
        pieces = [
            *self._printed(contents, folder, "a", sheets.before_letters(contents)),
            *self._letters(contents, folder),
            *self._papers(contents, folder),
            *self._printed(contents, folder, "z", sheets.after_papers(contents)),
        ]
        self._measure(contents, folder, pieces)
        pages = self._cover(contents, folder, pieces)
        total = pages + sum(piece.pages for piece in pieces)
        if total > MOST_PAGES:
            raise TooMuch(
                f"It would have {total} pages; one file has at most {MOST_PAGES}. Ask for it case"
                " by case."
            )
        told(0, total)
        job = self._job(contents, folder, pieces)
        path, bound = bindery.bind(folder, job, lambda done: told(done, total))
        before = contents.first_page - 1 + pages
        return Bound(path=path, pages=bound, index=index_of(pieces, before))

    def _printed(
        self, contents: Contents, folder: Path, prefix: str, wanted: Iterator[Sheet]
    ) -> Iterator[Piece]:
        for number, sheet in enumerate(wanted):
            path = f"{prefix}{number:04d}.pdf"
            self._print(contents, folder / path, sheet.html, sheet.title)
            yield Piece(sheet.group, sheet.title, path)

    def _letters(self, contents: Contents, folder: Path) -> Iterator[Piece]:
        group = say("part.letters", contents.language)
        for number, letter in enumerate(contents.letters):
            path = f"l{number:04d}.pdf"
            (folder / path).write_bytes(Storage(self.settings).get(letter.sha256))
            title = ", ".join(each for each in (letter.title, letter.on) if each)
            yield Piece(group, title, path)

    def _papers(self, contents: Contents, folder: Path) -> Iterator[Piece]:
        group = say("part.papers", contents.language)
        spent = 0
        for number, paper in enumerate(contents.papers):
            path = f"p{number:04d}"
            title = f"{paper.name}, {paper.on}"
            if paper.withheld:
                title = f"{say('sheet.withheld_all', contents.language)}, {paper.on}"
                self._print(
                    contents, folder / path, sheets.stand_in(contents, paper, trouble=""), title
                )
                yield Piece(group, title, path, paper=paper)
                continue
            data = Storage(self.settings).get(paper.sha256)
            spent += len(data)
            if spent > MOST_BYTES:
                raise TooMuch("Its papers are too large for one file. Ask for it case by case.")
            (folder / path).write_bytes(data)
            yield Piece(group, title, path, paper.media_type, ours=False, paper=paper)

    def _measure(self, contents: Contents, folder: Path, pieces: list[Piece]) -> None:
        """The pages of every piece; what cannot be printed gets a sheet in its place. A stranger's
        document is opened by the child alone."""
        strange = [piece for piece in pieces if not piece.ours]
        found = bindery.measure(folder, [(each.path, each.media_type) for each in strange])
        for piece, measured in zip(strange, found, strict=True):
            piece.pages = measured.pages
            if measured.trouble:
                self._stand_in(contents, folder, piece, measured)
        for piece in pieces:
            if piece.ours:
                piece.pages = pages_of(folder / piece.path)

    def _stand_in(self, contents: Contents, folder: Path, piece: Piece, measured: Measured) -> None:
        assert piece.paper is not None
        html = self._typed(contents, folder, piece) or sheets.stand_in(
            contents, piece.paper, trouble=measured.trouble
        )
        piece.path, piece.media_type, piece.ours = f"{piece.path}-sheet", PDF, True
        self._print(contents, folder / piece.path, html, piece.title)

    def _typed(self, contents: Contents, folder: Path, piece: Piece) -> str:
        """The text of a document of a word processor; empty for any other, and for one of which a
        part is withheld: its text has no rectangles."""
        assert piece.paper is not None
        if piece.media_type != MEDIA_TYPE or piece.paper.marks:
            return ""
        lines, pictures = bindery.typed(folder, piece.path)
        if not any(lines):
            return ""
        return sheets.typed(contents, piece.paper, lines, pictures=pictures)

    def _cover(self, contents: Contents, folder: Path, pieces: list[Piece]) -> int:
        """Print cover and index so that the pages named in it are right: its own length counts."""
        pages = 2
        for _ in range(_TRIES):
            rows = rows_of(pieces, contents.first_page - 1 + pages)
            total = pages + sum(piece.pages for piece in pieces)
            html = sheets.cover(contents, rows, pages=total)
            self._print(contents, folder / "cover.pdf", html, sheets.title_of(contents))
            printed = pages_of(folder / "cover.pdf")
            if printed == pages:
                return pages
            pages = printed
        raise NotBound("The index does not settle.")

    def _job(self, contents: Contents, folder: Path, pieces: list[Piece]) -> Job:
        cover = Part(path="cover.pdf", title=sheets.title_of(contents), ours=True)
        font = self.fonts / FONT if self.fonts is not None else None
        there = font is not None and font.is_file()
        if there and font is not None:
            (folder / "footer.ttf").write_bytes(font.read_bytes())
        language = contents.language
        return Job(
            title=f"{sheets.title_of(contents)} {contents.ref}",
            lang=language,
            footer=say("page.footer", language, ref=contents.ref, page="{page}", pages="{pages}"),
            parts=(cover, *(part_of(piece, language) for piece in pieces)),
            links={f"part-{number}": number + 1 for number in range(len(pieces))},
            font="footer.ttf" if there else "",
            first=contents.first_page,
        )

    def _print(self, contents: Contents, path: Path, html: str, title: str) -> None:
        request = PrintRequest(
            html=html, title=title, lang=contents.language, large_print=contents.large_print
        )
        path.write_bytes(self.press.print(request))


def make_one(database: Database, maker: FileMaker) -> bool:
    """Take one file that was asked for through binding and deposit. False: none is asked for."""
    job = case_files_leave.claim_case_file(database.context(), now.wall())
    if job is None:
        return False
    if job.contents is None:
        return True
    try:
        _make(database, maker, job, job.contents)
    except TooMuch as much:
        case_files_leave.fail_case_file(database.context(), job, str(much))
        log.warning("case_file_too_large", request=job.number)
    except LostLease:
        log.warning("case_file_lost", request=job.number)
    except Exception as error:
        name = type(error).__name__
        case_files_leave.retry_case_file(database.context(), job, name)
        log.warning("case_file_retry", request=job.number, error=name)
    return True


def _make(database: Database, maker: FileMaker, job: FileJob, contents: Contents) -> None:
    told_at = [0.0]

    def told(pages: int, total: int) -> None:
        if pages and now.monotonic() - told_at[0] < BAR_SECONDS:
            return
        told_at[0] = now.monotonic()
        kept = case_files_leave.note_progress(
            database.context(), job, now.wall(), pages=pages, total=total
        )
        if not kept:
            raise LostLease

    with bindery.scratch(scratch_of(database.settings)) as folder:
        bound = maker.make(contents, folder, told)
        data = bound.path.read_bytes()
    stored = Storage(database.settings).put(data)
    made = Made(sha256=stored.sha256, size=stored.size, pages=bound.pages, index=bound.index)
    case_files_leave.deposit_case_file(database.context(), job, made)


def scratch_of(settings: Settings) -> Path:
    """Where files are bound: beside the store, never in a folder that all may read."""
    return settings.documents_dir.parent / "scratch"


def with_file(settings: Settings, letter: bytes, sha256: str) -> bytes:
    """The letter with the case file behind it, as one PDF: one piece of mail. Raises NotBound."""
    with bindery.scratch(scratch_of(settings)) as folder:
        (folder / "letter.pdf").write_bytes(letter)
        (folder / "file.pdf").write_bytes(Storage(settings).get(sha256))
        return bindery.enclose(folder, "letter.pdf", "file.pdf")
