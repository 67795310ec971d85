"""The bar of pages on top: what stands in it at once, and what is folded into named groups.

It knows no page and no person: `layout` says which links there are for whom.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext

FOLLOW_UP: Final = "follow_up"
REPORTS: Final = "reports"
POLICIES: Final = "policies"
ADMINISTRATION: Final = "administration"
# The word and the icon of each group.
GROUPS: Final[dict[str, tuple[Any, str]]] = {
    FOLLOW_UP: (lazy_gettext("Follow-up"), "flag"),
    REPORTS: (lazy_gettext("Reports"), "insights"),
    POLICIES: (lazy_gettext("Policies and lists"), "topic"),
    ADMINISTRATION: (lazy_gettext("Administration"), "settings"),
}
# Whose daily work a group is has it open in the bar.
DAILY: Final = {ADMINISTRATION: "admin"}
# So many entries fit into one row of a desk's screen; who has no more needs no groups.
MOST_FLAT: Final = 8


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry: its address, word and icon; `here` is "page" on the page itself, "true" on a page
    below it, else empty; the group it belongs to."""

    address: str
    label: Any
    icon: str
    here: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Folded:
    """A named group of entries; `here` when one of them is."""

    label: Any
    icon: str
    links: tuple[Shown, ...]
    here: bool


def arranged(links: Sequence[Shown], roles: frozenset[str]) -> tuple[Shown | Folded, ...]:
    """The bar: few links stand as they are; of many, those of a group stand folded behind the
    others. A group of one, and the group of a person's daily work, are not folded."""
    if len(links) <= MOST_FLAT:
        return tuple(links)
    of = {name: tuple(link for link in links if link.group == name) for name in GROUPS}
    folded = {n for n, some in of.items() if len(some) > 1 and DAILY.get(n, "") not in roles}
    groups = (
        Folded(label, icon, of[name], any(link.here for link in of[name]))
        for name, (label, icon) in GROUPS.items()
        if name in folded
    )
    return (*(link for link in links if link.group not in folded), *groups)


def place(address: str, path: str, *, itself: bool, also: Sequence[str] = ()) -> str:
    """Where the page at this path stands to the entry: "page", "true" when below it or at one of
    the addresses that belong to it as well, or ""."""
    if itself:
        return "page"
    roots = (*also, *(() if address.endswith("/") else (address,)))
    below = path in also or any(path.startswith(f"{root}/") for root in roots)
    return "true" if below else ""
