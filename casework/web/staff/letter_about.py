"""All about one letter: what it is, what was proved of it, how each copy left, who released it; and
the list of letters that wait for release."""

from typing import Any, Final

from flask import render_template

from casework.queries import case_file, colleagues, letter_releases
from casework.queries.letter_releases import About
from casework.queries.worklist import DESK_ZONE
from casework.web import edge, moments
from casework.web.access import entry
from casework.web.staff import case_page, letter_frames, story, words
from casework.web.staff.blueprint import CASEWORKERS, staff
from casework.web.staff.reading_room import known

_UNKNOWN: Final = ("Unknown", "neutral")


@staff.get("/letters/<int:number>/about")
@entry(*CASEWORKERS)
def letter_about(number: int) -> str:
    """One letter: its checklist as it was printed, its copies with their proofs, its history."""
    with edge.reading() as cx:
        found = letter_releases.about(cx, known(number))
        file = case_file.case_file(cx, found.ref)
        names = colleagues.names_of(cx, story.named_in(found.told))
        told = [story.episode(file.case.kind, each, names) for each in found.told]
    case_page.see(file.case, f"letter:{number}")
    return render_template(
        "staff/letter_about.html",
        letter=found.letter,
        case=file.case,
        title=found.letter.title or story.letter_title(found.letter.code),
        to=words.RECIPIENTS.get(found.letter.recipient, found.letter.recipient).lower(),
        state=words.LETTER_STATES.get(found.letter.state, _UNKNOWN),
        facts=_facts(found, file.zone),
        ways=found.ways,
        told=told,
        sure=letter_frames.SURE,
        words=words,
        zone=file.zone,
        now=cx.now,
    )


@staff.get("/letters/waiting")
@entry(*CASEWORKERS)
def letters_waiting() -> str:
    """The letters that wait for a named person, the most urgent first."""
    with edge.reading() as cx:
        rows = letter_releases.waiting(cx)
    return render_template(
        "staff/letters_waiting.html",
        letters=rows,
        title_of=story.letter_title,
        words=words,
        zone=DESK_ZONE,
        now=cx.now,
    )


def _facts(found: About, zone: str) -> list[tuple[str, Any]]:
    """What stands in the row, in words; what it has not is left out."""
    row = found.letter
    rows: list[tuple[str, Any]] = [
        ("Letter", f"{row.code}, version {row.version}" if row.version else row.code),
        ("Printed on", moments.day(row.printed_on) if row.printed_on else ""),
        ("Language", letter_frames.LANGUAGES.get(row.language, row.language)),
        ("Large print", "yes" if row.large_print else ""),
        ("Pages", f"{row.pages}, {row.size:,} bytes" if row.pages else ""),
        ("Left", moments.moment(row.sent_at, zone) if row.sent_at else ""),
        ("Words put anew by", row.worded_by),
        ("Released by", row.released_by),
        ("Released", moments.moment(row.released_at, zone) if row.released_at else ""),
        ("Bytes (SHA-256)", row.sha256),
    ]
    return [(label, value) for label, value in rows if value]
