"""The words of letters, by language and key, from `letters/translations`. It knows no facts.

A wording is plain text with `{names}`; what is put in is escaped unless it is Markup already, so no
wording and no fact can become HTML.
"""

import string
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from letters.refusals import CatalogueError

FOLDER = Path(__file__).parent / "translations"


class Wording:
    """All wordings of one language: `text("denial.lead", what=...)` gives Markup."""

    def __init__(self, language: str, messages: dict[str, str]) -> None:
        self.language = language
        self.messages = messages
        self._parts = {key: tuple(_parse(key, text)) for key, text in messages.items()}

    def __contains__(self, key: str) -> bool:
        return key in self._parts

    def names(self, key: str) -> frozenset[str]:
        """The `{names}` that the wording wants."""
        return frozenset(name for _, name in self._parts[key] if name)

    def text(self, key: str, **values: object) -> Markup:
        """The wording with its values put in; CatalogueError for an unknown key or other names."""
        parts = self._parts.get(key)
        if parts is None:
            raise CatalogueError(f"translations/{self.language}: no wording {key!r}.")
        wanted = self.names(key)
        if wanted != values.keys():
            odd = ", ".join(sorted(wanted ^ values.keys()))
            raise CatalogueError(
                f"translations/{self.language}: {key!r} and its template differ in: {odd}."
            )
        return Markup("").join(
            literal + (escape(values[name]) if name else "") for literal, name in parts
        )


@lru_cache(maxsize=8)
def wording(language: str) -> Wording:
    """The wordings of `language` ("en", "es"); CatalogueError if a file is wrong."""
    return read(FOLDER, language)


def read(folder: Path, language: str) -> Wording:
    """The wordings in `folder/language/*.toml`; CatalogueError names file and key at fault."""
    messages: dict[str, str] = {}
    for path in sorted((folder / language).glob("*.toml")):
        for key, text in _flat(tomllib.loads(path.read_text(encoding="utf-8"))):
            if key in messages:
                raise CatalogueError(f"{language}/{path.name}: {key!r} stands there twice.")
            if not isinstance(text, str) or not text.strip():
                raise CatalogueError(f"{language}/{path.name}: {key!r} must be a text.")
            messages[key] = text
    if not messages:
        raise CatalogueError(f"translations/{language}: no wording files there.")
    return Wording(language, messages)


def _flat(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _parse(key: str, text: str) -> Iterator[tuple[Markup, str]]:
    try:
        for literal, name, spec, conversion in string.Formatter().parse(text):
            if spec or conversion or (name is not None and not name.isidentifier()):
                raise CatalogueError(f"{key!r}: only plain {{names}} may stand in a wording.")
            yield escape(literal), name or ""
    except ValueError as error:
        raise CatalogueError(f"{key!r}: {error}.") from None
