"""The category tree of grievances, read from the TOML beside it: labels, and what each one means.

A category is named by its path, such as `access.appointment` or plain `access`.
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from casework.errors import Invalid

FILE = Path(__file__).with_name("grievance_categories.toml")
_OWN = ("label", "about", "clinical", "quality")


@dataclass(frozen=True)
class Category:
    """One category. `about` is the word of the clock rules; `branch` is empty for a branch."""

    code: str
    label: str
    about: str
    clinical: bool
    quality: bool
    branch: str


@lru_cache(maxsize=1)
def all_categories() -> tuple[Category, ...]:
    """Every category in the order of the file, each branch before its leaves."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    found: list[Category] = []
    for code, branch in data.items():
        found.append(_category(code, branch, branch, branch=""))
        for name, leaf in branch.items():
            if name not in _OWN:
                found.append(_category(f"{code}.{name}", leaf, branch, branch=code))
    return tuple(found)


def category(code: str, *, field: str = "category") -> Category:
    """The category with this code. Raises Invalid with those that exist."""
    found = next((each for each in all_categories() if each.code == code), None)
    if found is None:
        known = ", ".join(each.code for each in all_categories())
        raise Invalid("There is no such category.", fields={field: f"Choose one of: {known}."})
    return found


def codes() -> tuple[str, ...]:
    """The codes of all categories, for forms."""
    return tuple(each.code for each in all_categories())


def _category(code: str, own: dict[str, Any], above: dict[str, Any], *, branch: str) -> Category:
    def word(name: str, plain: Any) -> Any:
        return own.get(name, above.get(name, plain))

    return Category(
        code=code,
        label=own["label"],
        about=word("about", "other"),
        clinical=word("clinical", False),
        quality=word("quality", False),
        branch=branch,
    )
