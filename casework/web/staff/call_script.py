"""What a clerk says to a caller at the end: in plain words, with the number and the day by which we
answer, in the language that was spoken."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from casework.context import Context
from casework.file_sheets.words import day_in_words
from casework.queries import still_missing
from casework.queries.case_file import CaseFile
from casework.queries.still_missing import Item
from sla.calendars import local_day, zone

_LINES: Final = {
    "en": (
        "Thank you. I wrote down what you told me.",
        "Your number is {ref}. Please keep it: with it we find your {kind} at once.",
        "You will get a letter that says that we have it.",
        "You will have our answer by {day}.",
        "You can call us at any time, add papers, or take it back.",
    ),
    "es": (
        "Gracias. Anoté lo que me dijo.",
        "Su número es {ref}. Guárdelo: con él encontramos su {kind} enseguida.",
        "Recibirá una carta que dice que la tenemos.",
        "Tendrá nuestra respuesta a más tardar el {day}.",
        "Puede llamarnos cuando quiera, agregar papeles o retirarla.",
    ),
}
_KINDS: Final = {
    "en": {"grievance": "complaint", "appeal": "appeal"},
    "es": {"grievance": "queja", "appeal": "apelación"},
}


@dataclass(frozen=True)
class Script:
    """The lines to say, and in which language they are."""

    language: str
    lines: tuple[str, ...]


def script_of(cx: Context, file: CaseFile) -> Script | None:
    """What to say of a complaint or an appeal that came by telephone; None for anything else."""
    case = file.case
    if case.kind not in still_missing.KINDS or case.channel != "phone":
        return None
    spoken = next((t.spoken for t in still_missing.contacts_of(cx, case.id) if t.spoken), "")
    language = "es" if (spoken or file.member.language) == "es" else "en"
    day: date | None = None
    if case.next_due_at is not None:
        decision = next((row for row in file.clocks if row.name == "decision"), None)
        due = decision.due_at if decision is not None else case.next_due_at
        day = local_day(due, zone(file.zone))
    said = {
        "ref": case.ref,
        "kind": _KINDS[language][case.kind],
        "day": day_in_words(day, language) if day else "",
    }
    lines = (line for line in _LINES[language] if day is not None or "{day}" not in line)
    return Script(language, tuple(line.format(**said) for line in lines))


def lacks(cx: Context, file: CaseFile) -> tuple[Item, ...]:
    """What is still to be asked of a case that was just taken in."""
    talks = still_missing.contacts_of(cx, file.case.id)
    found = still_missing.items_of(cx, file, talks)
    return tuple(item for item in found if item.state == "missing" and item.code != "reviewer")
