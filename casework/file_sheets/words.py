"""The words of our sheets in English and Spanish, and days in words."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

_FILE = Path(__file__).with_name("words.toml")


@lru_cache(maxsize=1)
def tables() -> Mapping[str, Mapping[str, Any]]:
    """The whole file: by section, by key, by language."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def say(key: str, language: str, **values: object) -> str:
    """The sentence of this key (`section.name`) in this language. Raises KeyError for none."""
    section, _, name = key.partition(".")
    text: str = tables()[section][name][language]
    return text.format(**values) if values else text


def known(section: str, name: str, language: str) -> str:
    """The same where there may be none: a code without words is shown with blanks."""
    found = tables()[section].get(name)
    return str(found[language]) if found else name.replace("_", " ")


def day_in_words(day: date, language: str) -> str:
    """March 1, 2027 · 1 de marzo de 2027."""
    return str(format_date(day, "long", locale=language))


def instant_in_words(at: datetime, language: str, time_zone: str) -> str:
    """The local day and hour of an aware instant."""
    local = at.astimezone(ZoneInfo(time_zone))
    shape = "d 'de' MMM 'de' y, H:mm" if language == "es" else "MMM d, y, h:mm a"
    return str(format_datetime(local, shape, locale=language)).replace("\u202f", " ")
