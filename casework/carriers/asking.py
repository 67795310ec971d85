"""Asking a carrier whether a message left, by its key: its folder or its log, never by sending.

No answer is an answer too: then a person asks.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from casework.config import Settings

LARGEST: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Heard:
    """What the carrier's own record says: whether the message left, and where that stands."""

    left: bool
    proof: str


def ask(settings: Settings, channel: str, key: str) -> Heard | None:
    """Whether the message with this key left; None where no record can tell."""
    if channel == "email":
        return _mail(settings, key)
    if channel == "text" and (settings.texts_dir / f"{key}.json").exists():
        return Heard(True, "it lies in the text folder")
    return None


def _mail(settings: Settings, key: str) -> Heard | None:
    """In the folder a message lies whole or not at all. The log of a mail server names each message
    that it took by its Message-ID; one that it does not name may be in a log that was rotated."""
    if not settings.smtp_url:
        there = (settings.mail_dir / f"{key}.eml").exists()
        return Heard(there, "it lies in the mail folder" if there else "it is not in the folder")
    if settings.mail_log and _names(Path(settings.mail_log), f"<{key}@"):
        return Heard(True, "the log of the mail server names it")
    return None


def _names(log: Path, wanted: str) -> bool:
    """Whether some line of the end of this log holds the text."""
    try:
        with log.open("rb") as lines:
            lines.seek(max(0, log.stat().st_size - LARGEST))
            return any(wanted.encode() in line for line in lines)
    except OSError:
        return False
