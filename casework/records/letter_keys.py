"""Under which name the outside world knows a copy of a letter: the same for every try."""

import hashlib


def external_key(letter_id: int, channel: str) -> str:
    """The key of one copy of one letter; a letter that is sent again has keys of its own."""
    digest = hashlib.sha256(f"letter:{letter_id}:{channel}".encode()).hexdigest()[:12]
    return f"L{letter_id:08d}-{channel}-{digest}"
