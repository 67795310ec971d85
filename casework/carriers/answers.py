"""What carriers answer: JSON files in a folder, read once, then put away, never thrown away."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from casework import now

DONE: Final = "done"
REJECTED: Final = "rejected"
LARGEST: Final = 8 * 1024 * 1024
# A file that is no JSON yet may still be being written.
PATIENCE_SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: where it lies, and what it says."""

    path: Path
    said: dict[str, Any]


def waiting(folder: Path) -> Iterator[Answer]:
    """The answers in this folder, the oldest name first; what can never be one is put away as
    rejected."""
    if not folder.exists():
        return
    for path in sorted(folder.glob("*.json")):
        if path.name.startswith("."):
            continue
        said = _read(path)
        if said is not None:
            yield Answer(path, said)
        elif now.wall().timestamp() - path.stat().st_mtime > PATIENCE_SECONDS:
            put_away(path, REJECTED)


def put_away(path: Path, where: str) -> None:
    """Move an answer that was read beside the others; one of the same name stays."""
    there = path.parent / where
    there.mkdir(exist_ok=True)
    target, number = there / path.name, 1
    while target.exists():
        target, number = there / f"{path.stem}.{number}{path.suffix}", number + 1
    path.rename(target)


def rejected(folder: Path) -> int:
    """How many answers of this folder could not be believed."""
    place = folder / REJECTED
    return len(list(place.glob("*.json"))) if place.exists() else 0


def _read(path: Path) -> dict[str, Any] | None:
    if path.stat().st_size > LARGEST:
        return None
    try:
        said = json.loads(path.read_text())
    except ValueError:
        return None
    return said if isinstance(said, dict) else None
