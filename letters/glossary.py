"""The glossary: terms of the trade in both languages, plain words for hard ones, words never used.

It reads letters/glossary.toml and finds words in texts; what follows from one that is found is for
the wording tests and `letters.free_text` to say.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from letters.refusals import CatalogueError

FILE = Path(__file__).parent / "glossary.toml"
_NAME = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the trade: its forms in both languages, and what it means in plain words."""

    name: str
    en: tuple[str, ...]
    es: tuple[str, ...]
    means_en: str
    means_es: str


@dataclass(frozen=True, slots=True)
class Found:
    """A word that stands in a text (as it stands there), and what to say instead."""

    word: str
    instead: str


@dataclass(frozen=True, slots=True)
class Glossary:
    """The terms; by language the words never used and the hard words with their plain ones."""

    terms: tuple[Term, ...]
    never: Mapping[str, Mapping[str, str]]
    plain: Mapping[str, Mapping[str, str]]

    def untranslated(self, english: str, spanish: str) -> tuple[Term, ...]:
        """The terms that the English wording uses and its Spanish twin does not; what is put into
        a wording by {name} is no part of it."""
        english, spanish = _NAME.sub(" ", english), _NAME.sub(" ", spanish)
        return tuple(
            term
            for term in self.terms
            if _any(term.en).search(english) and not _any(term.es).search(spanish)
        )

    def forbidden(self, text: str, language: str) -> tuple[Found, ...]:
        """The words in a text that no letter of ours may hold."""
        return _found(text, self.never[language], exact=False)

    def hard(self, text: str, language: str) -> tuple[Found, ...]:
        """The words of medicine and of the office in a text, each with its plain one."""
        return _found(text, self.plain[language], exact=True)


@lru_cache(maxsize=1)
def load() -> Glossary:
    """The glossary that ships with this library; CatalogueError names what is wrong in it."""
    return read(FILE)


def read(path: Path) -> Glossary:
    """The glossary in a file; CatalogueError names the entry at fault."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    terms = tuple(_term(name, entry) for name, entry in raw["terms"].items())
    for kind in ("never", "plain"):
        for language in ("en", "es"):
            for word, instead in raw[kind][language].items():
                if not word.strip() or not isinstance(instead, str) or not instead.strip():
                    raise CatalogueError(f"glossary.toml: {kind}.{language}.{word!r} says nothing.")
    return Glossary(terms, raw["never"], raw["plain"])


def _term(name: str, entry: Mapping[str, Any]) -> Term:
    for key in ("en", "es", "means_en", "means_es"):
        if not entry.get(key):
            raise CatalogueError(f"glossary.toml: terms.{name} lacks {key}.")
    return Term(name, tuple(entry["en"]), tuple(entry["es"]), entry["means_en"], entry["means_es"])


def _found(text: str, words: Mapping[str, str], *, exact: bool) -> tuple[Found, ...]:
    said = ((_one(word, exact).search(text), instead) for word, instead in words.items())
    return tuple(Found(hit[0], instead) for hit, instead in said if hit)


@lru_cache(maxsize=1024)
def _one(form: str, exact: bool) -> re.Pattern[str]:
    # An abbreviation is one only as it is written: "it" is not IT.
    as_written = exact and (form.upper() == form or len(form) <= 3)
    return re.compile(_pattern(form), 0 if as_written else re.IGNORECASE)


@lru_cache(maxsize=256)
def _any(forms: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(_pattern(form) for form in forms), re.IGNORECASE)


def _pattern(form: str) -> str:
    stem = re.escape(form.removesuffix("*")).replace(r"\ ", r"\s+")
    end = r"\w*" if form.endswith("*") else ""
    return rf"(?<!\w){stem}{end}(?!\w)"
