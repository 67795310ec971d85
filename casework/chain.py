"""The arithmetic of the history: canonical bytes, hash and MAC of one entry after another.

`hash` is keyless, so that anybody can verify an export with the standard library; `mac` needs the
audit key, so that nobody without it can rewrite a chain. It knows no table: columns come as pairs.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

VERSION: Final = b"v1"
# What of a case event is chained, in this order, beside the hash of the entry before it.
CASE_COLUMNS: Final = (
    "case_id",
    "seq",
    "event",
    "trigger",
    "from_state",
    "to_state",
    "occurred_at",
    "recorded_at",
    "actor_kind",
    "actor_id",
    "actor_name",
    "actor_role",
    "session_ref",
    "request_id",
    "said_by",
    "outcome",
    "notice_kind",
    "days",
    "ground",
    "printed_on",
    "facts",
    "body_ct",
)
SECURITY_COLUMNS: Final = (
    "chain",
    "seq",
    "event",
    "recorded_at",
    "actor_kind",
    "actor_id",
    "actor_role",
    "session_ref",
    "request_id",
    "case_id",
    "member_id",
    "what",
)


@dataclass(frozen=True, slots=True)
class Link:
    """The head of a chain: the hash and the MAC of its last entry."""

    hash: bytes
    mac: bytes


def genesis(name: str) -> Link:
    """What stands before the first entry of the chain with this name."""
    seed = hashlib.sha256(b"casework:" + name.encode()).digest()
    return Link(seed, seed)


def canonical(values: Iterable[Any]) -> bytes:
    """The bytes of one entry: every value as text, length first, so that no two entries agree."""
    parts = [VERSION]
    for value in values:
        data = _bytes_of(value)
        parts.append(len(data).to_bytes(4, "big"))
        parts.append(data)
    return b"".join(parts)


def after(before: Link, entry: bytes, key: bytes) -> Link:
    """The head of the chain once this entry is appended."""
    digest = hashlib.sha256(before.hash + entry).digest()
    mac = hmac.digest(key, before.mac + entry, "sha256")
    return Link(digest, mac)


def _bytes_of(value: Any) -> bytes:
    if value is None:
        return b"\x00"
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").encode()
    if isinstance(value, date):
        return value.isoformat().encode()
    return str(value).encode()
