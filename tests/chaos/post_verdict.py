"""What became of letters under fire: each left once, whole, and says what its facts say.

Judged from the outside: the work that was owed, the print vendor's folder, the mail folder and the
stored bytes; the rows are what is judged.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from casework.bridge import letter_context
from casework.config import Settings
from casework.context import SYSTEM
from casework.db import Database
from casework.models import CaseEvent, Delivery, Letter, OutboxItem
from casework.storage import Storage
from casework.worker import printed
from letters import compose, pdf_text, proof
from letters.press import Press


@dataclass(frozen=True)
class PostVerdict:
    """Letters that were owed, and every fault by what it is."""

    letters: int
    copies: int
    faults: tuple[str, ...]


def judge(database: Database, settings: Settings) -> PostVerdict:
    """The verdict on every letter that was ever owed here."""
    with database.reading(database.context(SYSTEM)) as cx:
        owed = [
            row.dedupe_key
            for row in cx.db.execute(
                select(OutboxItem.dedupe_key).where(OutboxItem.topic == "letter")
            )
        ]
        letters = list(cx.db.execute(select(Letter)).scalars())
        copies = list(cx.db.execute(select(Delivery)).scalars())
        told = list(
            cx.db.execute(
                select(CaseEvent.facts).where(CaseEvent.event.in_(("notice_sent", "letter_sent")))
            ).scalars()
        )
    return PostVerdict(
        letters=len(owed),
        copies=len(copies),
        faults=(
            *_lost(owed, letters),
            *_uncopied(letters, copies),
            *_twice(copies, told, letters),
            *_printed(settings, letters, copies),
            *_mailed(settings, copies),
            *_stored(settings, letters),
        ),
    )


def _lost(owed: list[str], letters: list[Any]) -> Iterator[str]:
    there = {
        f"letter:{row.case_id}:{row.cause_seq}:{row.code}:{row.recipient}": row for row in letters
    }
    for key in owed:
        if key not in there:
            yield f"lost: {key}"
        elif there[key].state != "sent":
            yield f"not sent: {key} is {there[key].state}"
    yield from (f"owed by nobody: {key}" for key in there.keys() - set(owed))


def _uncopied(letters: list[Any], copies: list[Any]) -> Iterator[str]:
    ways: dict[int, list[Any]] = {}
    for copy in copies:
        ways.setdefault(copy.letter_id, []).append(copy)
    for row in letters:
        mine = ways.get(row.id, [])
        if not any(copy.counts for copy in mine):
            yield f"no copy that counts: letter {row.id}"
        yield from (
            f"not delivered: {copy.external_key} is {copy.state}"
            for copy in mine
            if copy.state != "confirmed"
        )


def _twice(copies: list[Any], told: list[str], letters: list[Any]) -> Iterator[str]:
    pairs = Counter((copy.letter_id, copy.channel) for copy in copies)
    yield from (f"two copies: {key}" for key, times in pairs.items() if times > 1)
    yield from (f"told twice: {facts}" for facts, times in Counter(told).items() if times > 1)
    if len(told) != len(letters):
        yield f"told {len(told)} times of {len(letters)} letters"


def _printed(settings: Settings, letters: list[Any], copies: list[Any]) -> Iterator[str]:
    """One file for each key, in one batch, byte for byte what is stored as the letter."""
    files: dict[str, list[Path]] = {}
    for path in settings.print_dir.rglob("*.pdf"):
        files.setdefault(path.stem, []).append(path)
    hashes = {row.id: row.sha256 for row in letters}
    wanted = {c.external_key: hashes[c.letter_id] for c in copies if c.channel == "print"}
    for key, sha256 in wanted.items():
        found = files.get(key, [])
        if len(found) != 1:
            yield f"{len(found)} files: {key}"
        elif hashlib.sha256(found[0].read_bytes()).hexdigest() != sha256:
            yield f"other bytes: {key}"
    yield from (f"a file of no letter: {key}" for key in files.keys() - wanted.keys())


def _mailed(settings: Settings, copies: list[Any]) -> Iterator[str]:
    there = Counter(path.stem for path in settings.mail_dir.glob("*.eml"))
    wanted = Counter(copy.external_key for copy in copies if copy.channel == "email")
    yield from (f"mail {key}: {there[key]} for {wanted[key]}" for key in there | wanted
                if there[key] != wanted[key])  # fmt: skip


def _stored(settings: Settings, letters: list[Any]) -> Iterator[str]:
    storage = Storage(settings)
    for row in letters:
        if hashlib.sha256(storage.get(row.sha256)).hexdigest() != row.sha256:
            yield f"stored bytes changed: letter {row.id}"


def rendered_again(database: Database, settings: Settings, press: Press, count: int) -> list[str]:
    """Of so many letters those of which the same facts, printed once more, say something else."""
    differ = []
    with database.reading(database.context(SYSTEM)) as cx:
        letters = list(cx.db.execute(select(Letter).order_by(Letter.id)).scalars())
        step = max(1, len(letters) // count)
        for row in letters[::step]:
            at = cx.but(now=row.deposited_at)
            context = letter_context.context_of(at, row, issued_on=row.printed_on)
            html = compose.html(context)
            proof.require(context, html)
            anew = pdf_text.read(printed(press, context, html))
            if anew != pdf_text.read(Storage(settings).get(row.sha256)):
                differ.append(f"letter {row.id}")
    return differ
