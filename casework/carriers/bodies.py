"""The exchange with bodies outside: a packet is a folder with the PDF and its manifest.

It is written whole under a key that is the same for every try, so nothing goes out twice. The body
answers with a file in `answers`: taken, with its receipt, or refused. Keys, hashes and figures; the
name of no person, of no case, of no service.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from casework.storage import write_folder, write_whole

MANIFEST: Final = "manifest.json"
FILE: Final = "packet.pdf"
ANSWERS: Final = "answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """What the manifest says of one packet: its key, for whom, packet or supplement, the hash and
    figures of the file, and the number of its first page."""

    key: str
    to: str
    kind: str
    sha256: str
    bytes: int
    pages: int
    first_page: int


def hand_over(folder: Path, slip: Slip, pdf: bytes, *, at: datetime) -> datetime:
    """Put the packet into the exchange unless it is there; since when it lies there. Raises
    OSError, NotReady, and ValueError where another file lies under its key."""
    place = folder / slip.key
    manifest = {**asdict(slip), "file": FILE, "written_at": at.isoformat()}
    write_folder(place, ((FILE, pdf), (MANIFEST, json.dumps(manifest, indent=1).encode())))
    there = read_manifest(place)
    if there["sha256"] != slip.sha256:
        raise ValueError("Another file lies under this key.")
    return datetime.fromisoformat(there["written_at"])


def has(folder: Path, key: str) -> bool:
    """Whether the exchange has, or has answered, the packet with this key."""
    answered = (folder / ANSWERS, folder / ANSWERS / "done")
    return (folder / key / MANIFEST).exists() or any(
        (place / f"{key}.json").exists() for place in answered
    )


def read_manifest(place: Path) -> dict[str, Any]:
    """The manifest of a packet in its folder."""
    found: dict[str, Any] = json.loads((place / MANIFEST).read_text())
    return found


def answer_all(folder: Path, *, at: datetime, refuse: Collection[str] = ()) -> int:
    """Play the bodies for a machine that has none: check every packet that has no answer and answer
    it; returns how many. `refuse` are keys that it refuses."""
    answered = 0
    places = sorted(folder.iterdir()) if folder.exists() else []
    for place in places:
        if place.name.startswith(".") or not (place / MANIFEST).exists():
            continue
        if any((folder / ANSWERS / way / f"{place.name}.json").exists() for way in _PUT_AWAY):
            continue
        said = _answer(place, at=at, refuse=place.name in refuse)
        write_whole(folder / ANSWERS / f"{place.name}.json", json.dumps(said, indent=1).encode())
        answered += 1
    return answered


_PUT_AWAY: Final = ("", "done", "rejected")


def _answer(place: Path, *, at: datetime, refuse: bool) -> dict[str, Any]:
    manifest = read_manifest(place)
    there = hashlib.sha256((place / FILE).read_bytes()).hexdigest()
    at = max(at, datetime.fromisoformat(manifest["written_at"]))
    said = {"key": place.name, "sha256": there, "at": at.isoformat()}
    if refuse or there != manifest["sha256"]:
        return {**said, "status": "refused", "reason": "The file could not be opened."}
    number = hashlib.sha256(place.name.encode()).hexdigest()[:8].upper()
    return {**said, "status": "accepted", "receipt": f"Receipt {number}"}
