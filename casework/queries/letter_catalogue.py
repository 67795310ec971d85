"""The catalogue of letters to read: entries with their wordings and how hard they read. No case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from letters import catalogue, compose, reading, specimen, wording_use
from letters.context import LANGUAGES
from letters.entries import Letter, Requirement
from letters.markup import parse
from letters.wording import wording


@dataclass(frozen=True)
class Sentence:
    """One wording: its key, the English, the Spanish, and the other letters that say it too."""

    key: str
    english: str
    spanish: str
    also: tuple[str, ...]
    everywhere: bool


@dataclass(frozen=True)
class Entry:
    """One letter with all its versions, the newest last; `now` is the one in force."""

    now: Letter
    versions: tuple[Letter, ...]
    unverified: int

    @property
    def code(self) -> str:
        """The name of the letter in the catalogue."""
        return self.now.code

    @property
    def grades(self) -> Mapping[str, float]:
        """At which school year it reads, by language: measured when it is asked for, since that
        writes the letter for each line, and a list of all has no time for it."""
        return grades(self.code)


@dataclass(frozen=True)
class Required:
    """By element: what each line asks for; of this letter's own, and as in every letter."""

    own: Mapping[str, Mapping[str, Requirement]]
    common: Mapping[str, Mapping[str, Requirement]]


def entries(on: date) -> tuple[Entry, ...]:
    """Every letter in the order of the catalogue, as it stands on this local date (the newest
    version of one that is not in force yet)."""
    return tuple(entry(code, on) for code in catalogue.load().codes())


def entry(code: str, on: date) -> Entry:
    """One letter. Raises CatalogueError for an unknown code."""
    versions = tuple(each for each in catalogue.load().letters if each.code == code)
    in_force = [each for each in versions if each.effective_from <= on]
    now = in_force[-1] if in_force else catalogue.get(code)
    rows = {(r.element.name, r.cite) for each in now.requirements.values() for r in each}
    tags = {(r.element.name, r.cite): r.tag for each in now.requirements.values() for r in each}
    return Entry(now, versions, sum(tags[row] == "K" for row in rows))


@lru_cache(maxsize=256)
def grades(code: str) -> Mapping[str, float]:
    """The highest school year at which our own wording of the letter reads, by language."""
    found = {}
    for language in LANGUAGES:
        pages = [
            specimen.specimen(code, line, language=language) for line in catalogue.get(code).lines
        ]
        read = [reading.ours(page, parse(compose.html(page))).grade for page in pages]
        found[language] = max(read)
    return found


def sentences(code: str) -> tuple[Sentence, ...]:
    """Every wording of the letter in both languages, its own first."""
    english, spanish = wording("en").messages, wording("es").messages
    used = wording_use.by_key()
    every = set(wording_use.by_letter())
    found = [
        Sentence(
            key=key,
            english=english[key],
            spanish=spanish[key],
            also=tuple(other for other in used[key] if other != code),
            everywhere=set(used[key]) == every,
        )
        for key in wording_use.by_letter()[code]
    ]
    return tuple(sorted(found, key=lambda each: (each.everywhere, len(each.also))))


def required(letter: Letter) -> Required:
    """What each line asks of this letter, in the order of the letter."""
    found: dict[str, dict[str, Requirement]] = {}
    for line, rows in letter.requirements.items():
        for row in rows:
            found.setdefault(row.element.name, {})[line] = row
    common = in_every_letter()
    return Required(
        own={name: rows for name, rows in found.items() if name not in common},
        common={name: rows for name, rows in found.items() if name in common},
    )


@lru_cache(maxsize=1)
def in_every_letter() -> frozenset[str]:
    """The elements that every letter to a person shows."""
    letters = [each for each in catalogue.load().letters if "member" in each.recipients]
    sets = [{r.element.name for rows in e.requirements.values() for r in rows} for e in letters]
    return frozenset.intersection(*map(frozenset, sets))


@lru_cache(maxsize=256)
def searched(code: str) -> str:
    """What a search looks at: names, wordings in both languages, elements, citations."""
    letters = [each for each in catalogue.load().letters if each.code == code]
    keys = wording_use.by_letter()[code]
    parts = [code, code.replace("_", " "), *(each.title for each in letters)]
    for language in LANGUAGES:
        messages = wording(language).messages
        parts += [messages[key] for key in keys]
    parts += [
        text
        for each in letters
        for rows in each.requirements.values()
        for row in rows
        for text in (row.cite, row.element.says)
    ]
    return " ".join(parts).lower()
