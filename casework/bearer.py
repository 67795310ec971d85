"""Bearer tokens as text: how one is made, what it looks like, and what is stored instead of it.

It knows no table and no web framework; a token in clear exists only where it is made or presented.
"""

import hashlib
import re
import secrets
from typing import Final

PREFIX: Final = "cw_"
# The name of an access token that OAuth issued: this and the id of the client's own token.
ACCESS: Final = "oauth:"
# 256 random bits in base64url, without padding: 43 characters.
_SHAPE: Final = re.compile(r"cw_[A-Za-z0-9_-]{43}")


def fresh() -> str:
    """A new token of 256 random bits, with the prefix that secret scanners look for."""
    return PREFIX + secrets.token_urlsafe(32)


def is_shape(text: str) -> bool:
    """True when the text looks like a token of ours."""
    return _SHAPE.fullmatch(text) is not None


def digest(plain: str) -> bytes:
    """SHA-256 of the token: what is stored and looked up. 256 random bits need no salt."""
    return hashlib.sha256(plain.encode()).digest()
