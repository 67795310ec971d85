"""The facts of a letter, kept sealed beside its bytes: what its other forms are made of.

The bytes that were sent are the letter; from the facts the same letter can be made in large print,
as a page, as plain text. It knows no database.
"""

import json

from casework.config import Settings
from casework.errors import NotFound
from casework.storage import Storage
from letters import codec, extract
from letters.context import LetterContext
from letters.extract import Told


def keep(settings: Settings, context: LetterContext | None) -> str:
    """Store the facts under their hash and return it; empty where there are none."""
    if context is None:
        return ""
    said = json.dumps(codec.to_dict(context), ensure_ascii=False, sort_keys=True)
    return Storage(settings).put(said.encode()).sha256


def kept(settings: Settings, sha256: str) -> LetterContext:
    """The facts of that hash. Raises NotFound for a letter that was sent before facts were kept,
    ContextRefused where they no longer fit what a letter is made of."""
    if not sha256:
        raise NotFound("The facts of this letter were not kept; read the letter itself.")
    return codec.from_dict(json.loads(Storage(settings).get(sha256)))


def same(settings: Settings, sha256: str, told: Told) -> bool:
    """Whether a form of a letter tells what the stored letter tells, so far as that goes: more may
    be bound behind it."""
    sent = extract.from_pdf(Storage(settings).get(sha256))
    return not extract.differences(extract.beginning(sent, told), told)
