"""How each case of a matter stands, for those outside the plan: decided, told, carried out.

Words only; what is done is `queries.series_view`'s to say.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext, lazy_gettext

from casework.queries.series_view import DONE, LATE, NOTHING, OWED, Part, Standing

# (part, how it stands): what is said, and the sign. What is not owed is left out.
_SAID: Final[dict[tuple[str, str], tuple[Any, str]]] = {
    ("decided", DONE): (lazy_gettext("We decided"), "good"),
    ("decided", OWED): (lazy_gettext("We still have to decide"), "info"),
    ("decided", LATE): (lazy_gettext("We still have to decide, and we are late"), "late"),
    ("told", DONE): (lazy_gettext("We sent our letters"), "good"),
    ("told", OWED): (lazy_gettext("A letter is on its way"), "info"),
    ("told", LATE): (lazy_gettext("A letter should have left, and we are late"), "late"),
    ("carried_out", DONE): (lazy_gettext("It was set up"), "good"),
    ("carried_out", OWED): (lazy_gettext("We still have to set it up"), "info"),
    ("carried_out", LATE): (lazy_gettext("We still have to set it up, and we are late"), "late"),
}


@dataclass(frozen=True)
class Told:
    """One part in words, with its sign and its day (empty where none is known)."""

    words: str
    sign: str
    when: str


def parts_of(each: Standing, day: Callable[[datetime], str]) -> tuple[Told, ...]:
    """The parts of this case that there is something to say about."""
    parts: tuple[tuple[str, Part], ...] = (
        ("decided", each.decided),
        ("told", each.told),
        ("carried_out", each.carried_out),
    )
    return tuple(_told(name, part, day) for name, part in parts if part.stands != NOTHING)


def _told(name: str, part: Part, day: Callable[[datetime], str]) -> Told:
    said, sign = _SAID[name, part.stands]
    if part.at is None:
        return Told(str(said), sign, "")
    if part.stands == DONE:
        return Told(str(said), sign, day(part.at))
    return Told(str(said), sign, str(gettext("by %(day)s", day=day(part.at))))
