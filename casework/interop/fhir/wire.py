"""Bytes to a Bundle and back: FHIR JSON with its decimals as they were written (100.10 stays).

The standard library cannot write a Decimal as a number, and a float would change it; so this
module has a small writer. It knows JSON, not PAS.
"""

import hashlib
import json
from decimal import Decimal
from typing import Any, Final

from casework import guarded_json
from casework.errors import TooLarge
from casework.interop.fhir.outcome import TooBig, Unreadable

MAX_BYTES: Final = 5_000_000
MAX_DEPTH: Final = 40
# The largest request of the guide has 1,100; the structure check costs some 20 microseconds each.
MAX_VALUES: Final = 80_000
MEDIA_TYPE: Final = "application/fhir+json; charset=utf-8"


def read_bundle(body: bytes, *, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """The JSON object in `body`, decimals as Decimal. Raises Unreadable (400) or TooBig (413)."""
    try:
        value = guarded_json.read(
            body,
            max_bytes=max_bytes,
            max_depth=MAX_DEPTH,
            max_values=MAX_VALUES,
            decimals=True,
        )
    except guarded_json.BadJson as error:
        raise Unreadable(error.sentence) from None
    except TooLarge as error:
        raise TooBig(error.sentence) from None
    if not isinstance(value, dict):
        raise Unreadable("The body is no JSON object: send one FHIR Bundle.", "Bundle")
    return value


def write(resource: dict[str, Any], *, canonical: bool = False) -> bytes:
    """The resource as compact JSON in UTF-8. `canonical` sorts the keys, for hashes."""
    return "".join(_pieces(resource, canonical=canonical)).encode()


def content_hash(resource: dict[str, Any]) -> str:
    """SHA-256 in hex over the content: equal for the same Bundle laid out in another way."""
    return hashlib.sha256(write(resource, canonical=True)).hexdigest()


def _pieces(value: Any, *, canonical: bool) -> list[str]:
    if isinstance(value, dict):
        members = sorted(value.items()) if canonical else value.items()
        return _bracketed(
            "{}", [[json.dumps(k), ":", *_pieces(v, canonical=canonical)] for k, v in members]
        )
    if isinstance(value, list | tuple):
        return _bracketed("[]", [_pieces(v, canonical=canonical) for v in value])
    if isinstance(value, Decimal):
        return [str(value)]
    return [json.dumps(value, ensure_ascii=False, allow_nan=False)]


def _bracketed(pair: str, members: list[list[str]]) -> list[str]:
    pieces = [pair[0]]
    for number, member in enumerate(members):
        if number:
            pieces.append(",")
        pieces.extend(member)
    pieces.append(pair[1])
    return pieces
