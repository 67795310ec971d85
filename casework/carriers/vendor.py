"""A print vendor for a machine that has none: it checks each batch, "mails" it and answers.

For demonstrations and tests (`casework letters vendor`); it knows the folder and nothing else, as a
real vendor would. It answers as the real one must: every key accepted or refused, then the proof.
"""

import csv
import hashlib
import io
import json
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from casework.carriers.printing import (
    ANSWERS,
    TABLE,
    batches,
    read_manifest,
    total_hash,
)
from casework.storage import write_whole

BAD_HASH: Final = "The file is not what the manifest says."
NO_FORMAT: Final = "We cannot make this format."


def answer_all(
    folder: Path,
    *,
    at: datetime,
    refuse: Collection[str] = (),
    cannot: Collection[str] = (),
    mail: bool = True,
) -> int:
    """Answer every batch that has no answer yet; returns how many were answered.

    `refuse` are keys, `cannot` formats, that this vendor refuses; without `mail` it only accepts.
    """
    answered = 0
    for place in batches(folder):
        target = folder / ANSWERS / f"{place.name}.json"
        if not _is_answered(target):
            said = _answer(place, at=at, refuse=refuse, cannot=cannot, mail=mail)
            write_whole(target, json.dumps(said, indent=1).encode())
            answered += 1
    return answered


def _is_answered(target: Path) -> bool:
    return any(
        (folder / target.name).exists()
        for folder in (target.parent, target.parent / "done", target.parent / "rejected")
    )


def _answer(
    place: Path, *, at: datetime, refuse: Collection[str], cannot: Collection[str], mail: bool
) -> dict[str, Any]:
    manifest = read_manifest(place)
    accepted, refused = [], []
    for sheet in manifest["files"]:
        why = _why_not(place, sheet, refuse=refuse, cannot=cannot)
        if why:
            refused.append({"key": sheet["key"], "reason": why})
        else:
            accepted.append(sheet["key"])
    mailed_at = max(at, datetime.fromisoformat(manifest["written_at"])).isoformat()
    return {
        "batch": place.name,
        "count": _counted(place),
        "sha256": total_hash((s["key"], s["sha256"]) for s in manifest["files"]),
        "accepted": accepted,
        "refused": refused,
        "mailed": [
            {"key": key, "mailed_at": mailed_at, "proof": _proof(place.name, key)}
            for key in (accepted if mail else ())
        ],
    }


def _why_not(
    place: Path, sheet: dict[str, Any], *, refuse: Collection[str], cannot: Collection[str]
) -> str:
    path = place / sheet["file"]
    if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != sheet["sha256"]:
        return BAD_HASH
    if sheet["format"] in cannot:
        return NO_FORMAT
    return "The vendor was told to refuse it." if sheet["key"] in refuse else ""


def _counted(place: Path) -> int:
    return len(list(csv.DictReader(io.StringIO((place / TABLE).read_text()))))


def _proof(name: str, key: str) -> str:
    """A number as a vendor would give it: the same for the same piece of mail."""
    return f"V-{hashlib.sha256(f'{name}/{key}'.encode()).hexdigest()[:10].upper()}"
