"""The history of a case as its office reads it: what happened, who did it, when; letters by name.

It is made from the timeline for outsiders: the plan's own notes are not in it.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext, lazy_gettext

from casework.queries.timeline import Entry
from casework.web.provider import saying

_LETTERS: Final = frozenset({"notice_sent", "letter_sent"})
# Copied from the case below, since a clock counts from it: that case's own story tells it.
_COPIED: Final = frozenset({"appealed", "notice_sent"})
_TO: Final[dict[str, Any]] = {
    "provider": lazy_gettext("to you"),
    "member": lazy_gettext("to the member"),
    "representative": lazy_gettext("to the member's representative"),
    "body": lazy_gettext("to the outside reviewer"),
}


@dataclass(frozen=True)
class Episode:
    """One thing that happened. A letter has its title; `mine` is the number of our own copy."""

    what: Any
    who: Any
    at: datetime
    letter: str = ""
    code: str = ""
    to: tuple[str, ...] = ()
    mine: int | None = None

    @property
    def recipients(self) -> str:
        """To whom a letter left: "to you, to the member"."""
        return ", ".join(str(_TO.get(one, one)) for one in self.to)


def story_of(
    entries: Sequence[Entry], letters: Iterable[Any], *, own_name: str
) -> tuple[Episode, ...]:
    """The episodes, newest first as the entries are; copies of one letter are one episode."""
    titles = {row.id: row.title for row in letters}
    told: list[Episode] = []
    for entry in entries:
        if entry.event in _COPIED and "of_case" in json.loads(entry.facts or "{}"):
            continue
        episode = _episode(entry, titles, own_name=own_name)
        if told and _copies(told[-1], episode):
            told[-1] = _joined(told[-1], episode)
        else:
            told.append(episode)
    return tuple(told)


def _episode(entry: Entry, titles: dict[int, str], *, own_name: str) -> Episode:
    what = saying.event_in_words(entry)
    who = saying.actor_in_words(entry, own_name=own_name)
    if entry.event not in _LETTERS:
        return Episode(what, who, entry.occurred_at)
    facts = json.loads(entry.facts or "{}")
    number, to = facts.get("letter"), str(facts.get("recipient", ""))
    code = str(facts.get("code", ""))
    return Episode(
        what=gettext("A letter left"),
        who="",
        at=entry.occurred_at,
        letter=titles.get(number, "") or code.replace("_", " "),
        code=code,
        to=(to,) if to else (),
        mine=number if to == "provider" else None,
    )


def _order(recipient: str) -> int:
    return list(_TO).index(recipient) if recipient in _TO else len(_TO)


def _copies(one: Episode, other: Episode) -> bool:
    return bool(one.code) and one.code == other.code and abs(one.at - other.at).seconds < 3600


def _joined(one: Episode, other: Episode) -> Episode:
    to = tuple(sorted({*one.to, *other.to}, key=_order))
    return replace(one, to=to, mine=one.mine or other.mine)
