"""The notice of availability of free language help (45 CFR 92.11), in each of its languages.

It knows texts and phone numbers, no letter.
"""

import tomllib
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from letters.context import PlanBlock
from letters.refusals import ContextRefused

FILE = Path(__file__).parent / "languages.toml"


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice in one language: its code in contracts, the language's own name, the text.

    `lang` is the BCP 47 tag of the text, `dir` is "rtl" for what is written from right to left.
    """

    code: str
    name: str
    text: str
    lang: str
    dir: str = ""


@lru_cache(maxsize=1)
def _languages() -> tuple[Notice, ...]:
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["language"]
    return tuple(
        Notice(
            row["code"], row["name"], row["text"], row.get("lang", row["code"]), row.get("dir", "")
        )
        for row in rows
    )


def spoken() -> dict[str, tuple[str, str]]:
    """Per code the language's own name and its text, with the places of the phones still open."""
    return {each.code: (each.name, each.text) for each in _languages()}


def languages() -> tuple[str, ...]:
    """The codes that can be printed, English first."""
    return tuple(language.code for language in _languages())


@lru_cache(maxsize=64)
def notices(plan: PlanBlock) -> tuple[Notice, ...]:
    """The notices with the plan's phone and TTY: English, then the State's languages.

    A code that has no notice is ContextRefused.
    """
    if unknown := set(plan.languages) - set(languages()):
        raise ContextRefused("plan.languages", f"has no notice for {', '.join(sorted(unknown))}.")
    wanted = {"en", *plan.languages} if plan.languages else set(languages())
    return tuple(
        replace(n, text=n.text.format(phone=plan.phone, tty=plan.tty))
        for n in _languages()
        if n.code in wanted
    )
