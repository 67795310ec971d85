"""Which letters of a contract wait for a named person, and who that may be: its workflow key.

`release = { letters = […], roles = […], writer_may = false }`: codes of the catalogue, or `adverse`
(every letter of a step whose notice is adverse or cuts care short), or `all`. Without the key every
letter leaves by itself. A letter that the law itself calls for (nobody decided, nobody wrote a
word) never waits: it is owed on the day on which the time ran out.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from letters import catalogue
from sla.values import Answer

KEY: Final = "release"
GROUPS: Final = ("adverse", "all")
ROLES: Final = ("supervisor", "compliance", "physician", "ag_clinician", "ag_specialist")
DEFAULT_ROLES: Final = ("supervisor",)
AGAINST: Final = frozenset({"adverse", "reduction"})
MOST_WAIT: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Release:
    """What a contract asks: which letters, who may release, whether whoever decided may as well."""

    letters: tuple[str, ...] = ()
    roles: tuple[str, ...] = DEFAULT_ROLES
    writer_may: bool = False

    def waits(self, code: str, notice_kinds: Collection[str]) -> bool:
        """Whether this letter waits; `notice_kinds` are those of every letter of the same step."""
        if code in self.letters or "all" in self.letters:
            return True
        return "adverse" in self.letters and not AGAINST.isdisjoint(notice_kinds)


NONE: Final = Release()


def release_of(workflow: Mapping[str, Any]) -> Release:
    """What this workflow says of release; nothing where it says nothing. It was judged when it
    was published (`faults`)."""
    said = workflow.get(KEY)
    if not said:
        return NONE
    return Release(
        letters=tuple(said.get("letters", ())),
        roles=tuple(said.get("roles") or DEFAULT_ROLES),
        writer_may=bool(said.get("writer_may", False)),
    )


def faults(said: Any) -> dict[str, str]:
    """What keeps this from being a rule of release, by field; {} where it may stand."""
    if said is None:
        return {}
    if not isinstance(said, Mapping):
        return {KEY: "Give it letters, roles and writer_may."}
    return dict(_faults(said))


def due_of(answer: Answer | None, *, at: datetime) -> datetime:
    """By when such a letter is to be released: within a day, and never later than at half of the
    time that is left to the nearest clock of the plan, which keeps running until the letter left.
    """
    running = [
        clock.due_utc
        for clock in (answer.clocks if answer else ())
        if clock.owner == "plan" and clock.state == "open"
    ]
    if not running:
        return at + MOST_WAIT
    left = min(running) - at
    return at + max(timedelta(0), min(MOST_WAIT, left / 2))


def _faults(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in set(said) - {"letters", "roles", "writer_may"}:
        yield f"{KEY}.{name}", "It is unknown here; use letters, roles, writer_may."
    known = {*GROUPS, *catalogue.load().codes()}
    if unknown := _strangers(said.get("letters", ()), known):
        yield f"{KEY}.letters", f"{unknown!r} is no letter; use adverse, all, or codes of letters."
    if unknown := _strangers(said.get("roles", ()), set(ROLES)):
        yield f"{KEY}.roles", f"{unknown!r} cannot release letters; use {', '.join(ROLES)}."
    if not isinstance(said.get("writer_may", False), bool):
        yield f"{KEY}.writer_may", "It is neither true nor false; use one of them."


def _strangers(given: Any, known: set[str]) -> str:
    if not isinstance(given, list | tuple):
        return str(given)
    return next((str(each) for each in given if each not in known), "")
