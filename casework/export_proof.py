"""Proves an audit export with the standard library alone: no database, no network, no package.

It is copied into each export as verify.py. It recomputes the hash of every file, of every event of
every chain from its first entry, and the head of each case, and names the first thing that does not
hold. It knows no table; the bytes of an entry are those of casework.chain, version 1.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FORMAT = "casework audit export 1"
VERSION = b"v1"
EVENT = (
    "case_id", "seq", "event", "trigger", "from_state", "to_state", "occurred_at", "recorded_at",
    "actor_kind", "actor_id", "actor_name", "actor_role", "session_ref", "request_id", "said_by",
    "outcome", "notice_kind", "days", "ground", "printed_on", "facts", "body_ct",
)  # fmt: skip
LOOK = (
    "chain", "seq", "event", "recorded_at", "actor_kind", "actor_id", "actor_role", "session_ref",
    "request_id", "case_id", "member_id", "what",
)  # fmt: skip
SEALED = "body_ct"


def faults(folder: Path) -> list[str]:
    """Everything that does not hold in the export in this folder; empty where all of it does."""
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
    except (OSError, ValueError):
        return ["manifest.json: it is missing or cannot be read."]
    if manifest.get("format") != FORMAT:
        return [f"manifest.json: it is no {FORMAT!r}."]
    found = list(_files(folder, manifest))
    if any("missing" in each for each in found):
        return found
    try:
        return found + list(_chains(folder)) + list(_looks(folder))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return [*found, f"a line cannot be read: {type(error).__name__}."]


def counted(folder: Path) -> tuple[int, int]:
    """How many cases and events the export has."""
    return len(_lines(folder, "cases.jsonl")), len(_lines(folder, "events.jsonl"))


def _files(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    for name, digest in sorted(manifest["files"].items()):
        try:
            content = (folder / name).read_bytes()
        except OSError:
            yield f"{name}: it is missing."
            continue
        if hashlib.sha256(content).hexdigest() != digest:
            yield f"{name}: its bytes are not those of the export."


def _chains(folder: Path) -> Iterator[str]:
    events: dict[str, list[dict[str, Any]]] = {}
    for row in _lines(folder, "events.jsonl"):
        events.setdefault(row["case_id"], []).append(row)
    for case in _lines(folder, "cases.jsonl"):
        yield from _chain(case, events.pop(case["id"], []))
    for case_id in sorted(events):
        yield f"case {case_id}: its events are here and the case is not."


def _chain(case: dict[str, Any], rows: list[dict[str, Any]]) -> Iterator[str]:
    before = hashlib.sha256(b"casework:case:" + case["id"].encode()).digest()
    for expected, row in enumerate(rows, start=1):
        where = f"{case['ref']} event {row['seq']}"
        if row["seq"] != str(expected):
            yield f"{case['ref']} event {expected}: an event is missing before this one."
            return
        if row["prev_hash"] != before.hex():
            yield f"{where}: it does not follow the event before it."
            return
        digest = hashlib.sha256(before + canonical(row, EVENT)).digest()
        if row["hash"] != digest.hex():
            yield f"{where}: its content was changed after it was written."
            return
        before = digest
    if len(rows) != case["events"] or case["head_hash"] != before.hex():
        yield f"{case['ref']}: the head of its chain is not its last event."


def _looks(folder: Path) -> Iterator[str]:
    """A look stands in a chain with looks at others: its own hash is proved, not its place."""
    for row in _lines(folder, "access.jsonl"):
        digest = hashlib.sha256(bytes.fromhex(row["prev_hash"]) + canonical(row, LOOK))
        if row["hash"] != digest.hexdigest():
            yield f"look {row['chain']} {row['seq']}: its content was changed."


def canonical(row: dict[str, Any], columns: tuple[str, ...]) -> bytes:
    """The bytes of one entry as they were hashed: every value as text, its length first."""
    parts = [VERSION]
    for column in columns:
        value = row[column]
        if value is None:
            data = b"\x00"
        elif column == SEALED:
            data = bytes.fromhex(value)
        else:
            data = value.encode()
        parts += [len(data).to_bytes(4, "big"), data]
    return b"".join(parts)


def _lines(folder: Path, name: str) -> list[dict[str, Any]]:
    text = (folder / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line]


def main() -> int:
    """Verify the folder in which this file stands, or the one that is named."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    found = faults(folder)
    for each in found:
        sys.stdout.write(f"x {each}\n")
    if not found:
        cases, events = counted(folder)
        sys.stdout.write(f"{cases} cases, {events} events. Everything holds.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
