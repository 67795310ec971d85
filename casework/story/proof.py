"""What the story leaves: its letters, each read again, and a history that verifies.

The bytes come through the API as a person of compliance reads them; what counts is what they hold.
"""

import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pikepdf
from rich.box import SIMPLE
from rich.table import Table

from casework import audit
from casework.story.tale import Tale
from letters import pdf_text

LEAST: Final = 12


@dataclass(frozen=True)
class Kept:
    """One letter on disk, as it was read again."""

    code: str
    ref: str
    pages: int
    path: Path


def keep_letters(tale: Tale, folder: Path) -> list[Kept]:
    """Every letter to a member as a file, read again: its number, its hash, its pages.

    Raises StoryBroke where one does not hold, or where fewer than twelve kinds left.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.pdf"):
        old.unlink()
    found = [
        _kept(tale, letter, ref, _free_name(folder, f"{ref}-{letter['code']}"))
        for ref in dict.fromkeys(tale.cases.values())
        for letter in tale.letters(ref)
        if letter["recipient"] == "member" and letter["state"] == "sent"
    ]
    codes = {letter.code for letter in found}
    tale.expect(len(codes) >= LEAST, f"Only {len(codes)} kinds of letters left: {sorted(codes)}.")
    tale.told(f"{len(found)} letters of {len(codes)} kinds, each read again with pikepdf")
    return found


def table_of(letters: list[Kept], folder: Path) -> Table:
    """The letters as a table, with the name of each file in the folder."""
    table = Table(title=f"Letters in {_shown(folder)}", title_justify="left", box=SIMPLE)
    table.add_column("letter", no_wrap=True)
    table.add_column("pages", justify="right", no_wrap=True)
    table.add_column("file", no_wrap=True)
    for letter in sorted(letters, key=lambda each: (each.code, each.path.name)):
        table.add_row(letter.code, str(letter.pages), letter.path.name)
    return table


def audit_holds(tale: Tale) -> None:
    """The whole history, verified. Raises StoryBroke naming the first fault."""
    database = tale.place.database
    with database.reading(database.context()) as cx:
        report = audit.verify(cx)
    first = f"{report.faults[0].where}: {report.faults[0].what}" if report.faults else ""
    tale.expect(report.holds, f"The history does not verify: {first}")
    tale.told(
        f"The history verifies: {report.cases} cases, {report.events} events,"
        f" {report.security_events} looks and sign-ins, every chain whole"
    )


def _kept(tale: Tale, letter: dict[str, Any], ref: str, path: Path) -> Kept:
    pdf = tale.cast["compliance"].get(f"/api/v1/letters/{letter['id']}").body
    name = path.stem
    path.write_bytes(pdf)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    tale.expect(digest == letter["sha256"], f"{name}: the file has another hash than its row.")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        pages = len(document.pages)
        said = re.sub(r"\s+", "", "".join(pdf_text.pages(document)))
    tale.expect(ref in said, f"{name}: the letter does not name its case.")
    return Kept(letter["code"], ref, pages, path)


def _free_name(folder: Path, name: str) -> Path:
    """The file of this name; one that is there already (a letter that left twice) keeps it."""
    path, number = folder / f"{name}.pdf", 2
    while path.exists():
        path, number = folder / f"{name}-{number}.pdf", number + 1
    return path


def _shown(folder: Path) -> str:
    here = Path.cwd()
    return str(folder.relative_to(here) if folder.is_relative_to(here) else folder)
