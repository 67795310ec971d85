"""The print vendor's folder: batches that go out whole, with a manifest that says what is in them.

A batch is a folder: the PDFs, `manifest.json`, `manifest.csv`. It is written beside its place, and
its name is the same for every try, so nothing goes out twice. A manifest names keys, hashes, sizes,
languages and formats; no person, no case, no service.
"""

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from casework.storage import write_folder

MANIFEST: Final = "manifest.json"
TABLE: Final = "manifest.csv"
ANSWERS: Final = "acks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One file of a batch: its key, the hash and size of its bytes, pages, language; what is to
    become of it (`format`: standard, large_print, braille, audio, data_cd), the class of mail, and
    the hash of the address block (`casework.addresses.block_hash`)."""

    key: str
    sha256: str
    bytes: int
    pages: int
    language: str
    format: str
    mail_class: str
    address_sha256: str

    @property
    def file(self) -> str:
        """Its name in the folder."""
        return f"{self.key}.pdf"


@dataclass(frozen=True, slots=True)
class Handed:
    """A batch that is in the vendor's folder: since when, and the hash over all of it."""

    written_at: datetime
    sha256: str
    fresh: bool


def total_hash(pairs: Iterable[tuple[str, str]]) -> str:
    """The hash of a whole batch: of the lines `key sha256`, sorted, joined by line feeds."""
    lines = sorted(f"{key} {sha256}" for key, sha256 in pairs)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def hand_over(
    folder: Path,
    name: str,
    *,
    contract: str,
    sheets: Sequence[Sheet],
    read: Callable[[str], bytes],
    at: datetime,
) -> Handed:
    """Put the batch `name` into the vendor's folder, unless it is there; `read` gives the bytes of
    a hash. Raises OSError, NotReady; then nothing of it is there."""
    place = folder / name
    total = total_hash((sheet.key, sheet.sha256) for sheet in sheets)
    manifest = {
        "batch": name,
        "contract": contract,
        "written_at": at.isoformat(),
        "count": len(sheets),
        "pages": sum(sheet.pages for sheet in sheets),
        "sha256": total,
        "files": [{"file": sheet.file, **asdict(sheet)} for sheet in sheets],
    }
    fresh = write_folder(place, _content(manifest, sheets, read))
    for left in folder.glob(f".{name}.*"):
        shutil.rmtree(left, ignore_errors=True)
    there = read_manifest(place)
    return Handed(datetime.fromisoformat(there["written_at"]), there["sha256"], fresh)


def read_manifest(place: Path) -> dict[str, Any]:
    """The manifest of a batch in its folder."""
    found: dict[str, Any] = json.loads((place / MANIFEST).read_text())
    return found


def batches(folder: Path) -> list[Path]:
    """The batches that lie in the vendor's folder, by name."""
    if not folder.exists():
        return []
    return sorted(
        each
        for each in folder.iterdir()
        if not each.name.startswith(".") and (each / MANIFEST).exists()
    )


def _content(
    manifest: dict[str, Any], sheets: Sequence[Sheet], read: Callable[[str], bytes]
) -> Iterator[tuple[str, bytes]]:
    for sheet in sheets:
        yield sheet.file, read(sheet.sha256)
    yield TABLE, _table(sheets)
    yield MANIFEST, json.dumps(manifest, indent=1).encode()


def _table(sheets: Sequence[Sheet]) -> bytes:
    """The files once more, for whoever reads tables."""
    out = io.StringIO()
    names = ["file", *(field.name for field in fields(Sheet))]
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({"file": sheet.file, **asdict(sheet)} for sheet in sheets)
    return out.getvalue().encode()
