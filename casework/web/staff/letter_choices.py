"""Which letters and copies of a case a form offers: those that left, those in doubt."""

from typing import Any

from casework.context import Context
from casework.queries import letters
from casework.queries.case_file import CaseFile
from casework.records.returned_mail import BY_POST
from casework.services.letter_retry import STOPPED
from casework.web import moments
from casework.web.staff import story, words
from casework.web.staff.form_plan import Options


def letters_sent(file: CaseFile) -> tuple[Any, ...]:
    """The letters of this case that left, in the order in which they were owed."""
    return tuple(row for row in file.letters if row.state in letters.READABLE and row.sha256)


def letters_of(cx: Context, file: CaseFile) -> dict[str, Options]:
    """Every letter that can be sent again."""
    return {"letter_id": tuple((str(row.id), _named(row)) for row in letters_sent(file))}


def stopped(cx: Context, file: CaseFile) -> dict[str, Options]:
    """Every letter that could not leave."""
    found = [row for row in file.letters if row.state in STOPPED]
    return {"letter_id": tuple((str(row.id), _named(row)) for row in found)}


def returns(cx: Context, file: CaseFile) -> dict[str, Options]:
    """Every copy that left by mail."""
    return {"delivery_id": _copies(cx, file, states=("confirmed", "in_doubt"), channels=BY_POST)}


def unproved(cx: Context, file: CaseFile) -> dict[str, Options]:
    """Every copy at the print vendor without a proof of mailing."""
    ways = letters.deliveries_of(cx, [row.id for row in file.letters])
    found = tuple(
        (str(way.id), f"{_named(row)}, {way.proof}")
        for row in file.letters
        for way in ways.get(row.id, ())
        if letters.is_unproved(way)
    )
    return {"delivery_id": found}


def doubts(cx: Context, file: CaseFile) -> dict[str, Options]:
    """Every copy that may or may not have left."""
    return {"delivery_id": _copies(cx, file, states=("in_doubt",))}


def _copies(
    cx: Context,
    file: CaseFile,
    *,
    states: tuple[str, ...],
    channels: frozenset[str] | None = None,
) -> Options:
    ways = letters.deliveries_of(cx, [row.id for row in file.letters])
    return tuple(
        (str(way.id), f"{_named(row)}, {words.CHANNELS.get(way.channel, way.channel)}")
        for row in file.letters
        for way in ways.get(row.id, ())
        if way.state in states and (channels is None or way.channel in channels)
    )


def _named(row: Any) -> str:
    to = words.RECIPIENTS.get(row.recipient, row.recipient).lower()
    title = row.title or story.letter_title(row.code)
    return f"{title} to the {to}" + (f", {moments.day(row.printed_on)}" if row.printed_on else "")
