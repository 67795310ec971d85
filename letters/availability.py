"""The notice of availability of free language help (45 CFR 92.11), in each language we can print.

It knows texts and phone numbers, no letter.
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from letters.context import PlanBlock
from letters.refusals import ContextRefused

FILE = Path(__file__).parent / "languages.toml"


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice in one language: BCP 47 code, the language's own name, the text."""

    code: str
    name: str
    text: str


@lru_cache(maxsize=1)
def _languages() -> tuple[Notice, ...]:
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["language"]
    return tuple(Notice(row["code"], row["name"], row["text"]) for row in rows)


@lru_cache(maxsize=1)
def waiting() -> tuple[tuple[str, str], ...]:
    """The (code, name) of languages that we do not print yet: no font that we ship has them."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["waiting"]
    return tuple((row["code"], row["name"]) for row in rows)


def languages() -> tuple[str, ...]:
    """The codes that can be printed, English first."""
    return tuple(language.code for language in _languages())


@lru_cache(maxsize=64)
def notices(plan: PlanBlock) -> tuple[Notice, ...]:
    """The notices with the plan's phone and TTY: English, then the State's languages.

    Languages that we cannot print yet are left out; a code that nobody knows is ContextRefused.
    """
    unknown = set(plan.languages) - set(languages()) - {code for code, _ in waiting()}
    if unknown:
        raise ContextRefused("plan.languages", f"has no notice for {', '.join(sorted(unknown))}.")
    wanted = {"en", *plan.languages} if plan.languages else set(languages())
    return tuple(
        Notice(n.code, n.name, n.text.format(phone=plan.phone, tty=plan.tty))
        for n in _languages()
        if n.code in wanted
    )
