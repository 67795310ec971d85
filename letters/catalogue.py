"""The catalogue of letters: what exists, what calls for it, what it must contain.

The door to the TOML in this folder. It renders nothing and sees no case.
"""

from datetime import date
from functools import lru_cache
from typing import Any

from letters import guide
from letters.catalogue_files import FOLDER, read
from letters.entries import Catalogue, DueLetter, Letter, LetterFacts


@lru_cache(maxsize=1)
def load() -> Catalogue:
    """The catalogue that ships with this library; CatalogueError names file and key."""
    return read(FOLDER)


def get(code: str, on: date | None = None) -> Letter:
    """The version of a letter in force on the local date `on`; see `Catalogue.get`."""
    return load().get(code, on)


def due_for(kind: str, event: str, facts: LetterFacts) -> tuple[DueLetter, ...]:
    """The letters that `event` on a case of `kind` calls for; see `Catalogue.due_for`."""
    return load().due_for(kind, event, facts)


def event_names() -> frozenset[tuple[str, str]]:
    """Every (kind of case, event) that calls for some letter."""
    return load().event_names()


def letter_rows() -> list[dict[str, Any]]:
    """The catalogue as JSON-able rows, one per letter version, for `casework letters list`."""
    return [
        {
            "code": entry.code,
            "title": entry.title,
            "version": entry.version,
            "effective_from": entry.effective_from.isoformat(),
            "recipients": list(entry.recipients),
            "notice_kind": entry.notice_kind,
            "calls": [
                {
                    "kind": call.kind,
                    "event": call.event,
                    "lines": list(call.lines),
                    "consequence": call.consequence,
                    "to": list(call.to),
                    "after": list(call.after),
                    "notice_kind": call.notice_kind,
                }
                for call in entry.calls
            ],
            "lines": {
                line: [
                    {"element": r.element.name, "cite": r.cite, "tag": r.tag, "when": r.when}
                    for r in entry.requirements[line]
                ]
                for line in entry.lines
            },
        }
        for entry in load().letters
    ]


def readme() -> str:
    """letters/README.md, made from the catalogue."""
    return guide.readme(load())
