"""Papers that come with a form: looked at, stored by hash, and kept when the form must be mended.

A browser forgets chosen files when a form comes back. So the bytes are stored at once, and the form
carries a signed receipt for each: only the same person can send it, for twelve hours.
"""

import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

from flask import request
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import FileStorage

from casework.errors import Invalid
from casework.records import papers
from casework.storage import Storage
from casework.submission import PaperAsSent
from casework.web import edge

FIELD: Final = "papers"
KEPT: Final = "kept"
MOST: Final = 20
# All papers of one form together, so that a handful of forms fit into one process.
MOST_BYTES: Final = 40 * 1024 * 1024
# What is read at all: whoever brings too much is told so with all that was typed.
LARGEST_FORM: Final = 120 * 1024 * 1024
_HOURS: Final = 12 * 3600
_MIB: Final = 1024 * 1024


@dataclass(frozen=True)
class Kept:
    """A paper whose bytes are stored: its hash, name, type and size, and the receipt for it."""

    sha256: str
    name: str
    media_type: str
    size: int
    receipt: str = ""


@dataclass(frozen=True)
class Brought:
    """The papers of a form: those that are kept, and what was wrong with the others."""

    kept: tuple[Kept, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What is wrong, as one text for the field."""
        return " ".join(self.problems)


def brought(drop: str = "") -> Brought:
    """The papers of this request: those that it kept, without the one to `drop` (a hash), and the
    files that it brings."""
    problems: list[str] = []
    kept = [each for each in _receipts(problems) if each.sha256 != drop]
    for upload in request.files.getlist(FIELD):
        if upload.filename:
            _take(upload, kept, problems)
    return Brought(tuple(kept), tuple(problems))


def as_sent(kept: Iterable[Kept]) -> tuple[PaperAsSent, ...]:
    """The kept papers with their bytes, for a command."""
    storage = Storage(edge.settings())
    return tuple(
        PaperAsSent(name=each.name, media_type=each.media_type, content=storage.get(each.sha256))
        for each in kept
    )


def sent_now() -> tuple[Brought, tuple[PaperAsSent, ...]]:
    """The papers of this request as kept, and with their bytes when nothing is wrong with them."""
    found = brought()
    return found, () if found.problems else as_sent(found.kept)


def _take(upload: FileStorage, kept: list[Kept], problems: list[str]) -> None:
    """Look at one file and store it; what is wrong with it is said by its name."""
    name = os.path.basename((upload.filename or "").replace("\\", "/"))[:200] or "document"
    size = upload.stream.seek(0, os.SEEK_END)
    upload.stream.seek(0)
    if len(kept) >= MOST or sum(each.size for each in kept) + size > MOST_BYTES:
        problems.append(
            gettext(
                "%(name)s was left out: send at most %(count)s papers and %(size)s MB at once, and"
                " add the rest on the page of the case.",
                name=name,
                count=MOST,
                size=MOST_BYTES // _MIB,
            )
        )
        return
    content = upload.stream.read(papers.MAX_BYTES + 1)
    media_type = papers.sniffed(content)
    try:
        papers.require_readable(
            (PaperAsSent(name=name, media_type=media_type, content=content),), field=FIELD
        )
    except Invalid as refused:
        problems.append(refused.sentence)
        return
    stored = Storage(edge.settings()).put(content)
    if all(each.sha256 != stored.sha256 for each in kept):
        kept.append(_with_receipt(Kept(stored.sha256, name, media_type, stored.size)))


def _receipts(problems: list[str]) -> Iterable[Kept]:
    """The papers that this form kept; a receipt that is not ours, or too old, is told."""
    for receipt in request.form.getlist(KEPT)[:MOST]:
        try:
            found: dict[str, Any] = _signer().loads(receipt, max_age=_HOURS)
        except BadSignature:
            problems.append(gettext("One of the papers must be chosen again."))
            continue
        yield Kept(**found, receipt=receipt)


def _with_receipt(kept: Kept) -> Kept:
    told = {name: value for name, value in asdict(kept).items() if name != "receipt"}
    return Kept(**told, receipt=_signer().dumps(told))


def _signer() -> URLSafeTimedSerializer:
    """Signs for the person who is signed in, so that nobody can send another's receipt."""
    salt = f"paper:{edge.principal().id}"
    return URLSafeTimedSerializer(edge.settings().keys["session"], salt=salt)
