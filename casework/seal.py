"""Sealing: AES-256-GCM for free text of a case and for the bytes of documents.

Each case and each document has a data key of its own, wrapped by the documents key; destroying the
wrapped key makes the text unreadable while the history still verifies. It knows no table.
"""

import base64
import hashlib
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


class SealBroken(Exception):
    """The sealed bytes were changed, moved to another place, or belong to another key."""


def wrapping_key(configured: bytes) -> bytes:
    """The 256-bit wrapping key from a configured secret of any length."""
    return hashlib.sha256(b"casework:documents:" + configured).digest()


def new_key(wrapping: bytes, place: str) -> tuple[bytes, bytes]:
    """A fresh data key and the same key wrapped for storing; `place` binds it to its owner."""
    key = secrets.token_bytes(32)
    return key, seal(wrapping, key, place)


def unwrap(wrapping: bytes, wrapped: bytes, place: str) -> bytes:
    """The data key again. Raises SealBroken."""
    return unseal(wrapping, wrapped, place)


def seal(key: bytes, clear: bytes, place: str) -> bytes:
    """Clear bytes sealed for this place."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, clear, place.encode())


def unseal(key: bytes, sealed: bytes, place: str) -> bytes:
    """The clear bytes. Raises SealBroken when anything differs."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], place.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBroken(f"The sealed text of {place} does not open.") from error


def seal_text(key: bytes, text: str, place: str) -> bytes:
    """Free text sealed; empty text stays empty bytes."""
    return seal(key, text.encode(), place) if text else b""


def unseal_text(key: bytes, sealed: bytes, place: str) -> str:
    """Free text again. Raises SealBroken."""
    return unseal(key, bytes(sealed), place).decode() if sealed else ""


def seal_json(key: bytes, value: Any, place: str) -> bytes:
    """A JSON value sealed; an empty value stays empty bytes."""
    return seal_text(key, json.dumps(value, sort_keys=True) if value else "", place)


def unseal_json(key: bytes, sealed: bytes, place: str) -> Any:
    """The JSON value again, `{}` for empty bytes. Raises SealBroken."""
    return json.loads(unseal_text(key, sealed, place) or "{}")


def fingerprint(key: bytes) -> str:
    """A short public name of a key: for logs and `doctor`, never the key."""
    return base64.b32encode(hashlib.sha256(b"name:" + key).digest()[:5]).decode().lower()
