"""Text messages that point to the portal: one message, no word about health, a way to stop them.

A gateway is what carries them; the one here is a folder, for development and for gateways that
collect. What comes back (a member who writes STOP) is read from its folder `in`.
"""

import json
from typing import Final, Protocol

from casework.carriers.mail import NotTaken
from casework.config import Settings
from casework.storage import write_whole

LONGEST: Final = 160
# One message of 160 characters only in the letters of GSM 03.38: no accent that it does not have.
SAID: Final = {
    "en": "Your health plan: you have a new letter. Sign in to read it{where}. Reply STOP to end.",
    "es": "Su plan de salud: tiene una carta nueva. Entre para leerla{where}. Responda STOP"
    " para no recibir mas.",
}
STOP: Final = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "alto", "fin"})
_DIGITS: Final = frozenset("0123456789")


class TextGateway(Protocol):
    """Whatever carries a text message; `key` is the same for every try of the same message."""

    def send(self, key: str, number: str, text: str) -> str:
        """Hand one message over; returns the proof. Raises NotTaken, or OSError in doubt."""


class FolderGateway:
    """A gateway that collects its messages from a folder, one file for each key."""

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.texts_dir

    def send(self, key: str, number: str, text: str) -> str:
        """Write the message under its key; once more does nothing new."""
        said = {"key": key, "to": number, "text": text}
        write_whole(self.folder / f"{key}.json", json.dumps(said).encode())
        return "text folder"


def gateway(settings: Settings) -> TextGateway:
    """The gateway of this installation."""
    return FolderGateway(settings)


def send_text(settings: Settings, key: str, number: str, *, language: str = "en") -> str:
    """Send a text message that points to the portal; returns the proof.

    Raises NotTaken when it certainly did not leave, OSError when nobody knows.
    """
    to = number_of(number)
    if not to:
        raise NotTaken("the number is no telephone number of the United States")
    return gateway(settings).send(key, to, message(language, settings.public_url))


def message(language: str, url: str) -> str:
    """The words: with the address of the portal where they fit into one message."""
    said = SAID.get(language, SAID["en"])
    whole = said.format(where=f": {url}" if url else "")
    return whole if len(whole) <= LONGEST else said.format(where="")


def number_of(given: str) -> str:
    """`+1` and ten digits; empty where this is no such number."""
    digits = "".join(each for each in given if each in _DIGITS)
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    return f"+1{digits}" if len(digits) == 10 and digits[0] not in "01" else ""


def says_stop(text: str) -> bool:
    """Whether what a member wrote back means: no more."""
    return text.strip().strip(".!").casefold() in STOP
