"""The history of a case as a story: who did what, in a sentence, with what was said.

Internal notes look different from what went outside. A code never stands there without words.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from casework.policy import MEMBERS, OFFICE
from casework.queries.timeline import INTERNAL, Entry
from casework.web.staff import words
from casework.web.staff.plans import clock_words
from casework.web.staff.story_words import CODED, DID, FACTS, NAMED, SAID
from letters import catalogue
from statemachines import engine

DECISIONS: Final = frozenset(
    {
        "approved", "partially_approved", "denied", "deemed_approved", "upheld", "overturned",
        "partially_overturned", "resolved", "dismissed", "withdrawn", "expedite_refused",
        "effectuated", "reversal_carried_out",
    }
)  # fmt: skip
OUTSIDE: Final = OFFICE | MEMBERS
# A message of one of these purposes was written to somebody.
WROTE: Final = {
    "answer": "wrote to the member",
    "answer to office": "wrote to the office",
    "interpreter": "asked for an interpreter",
}
_LETTERS: Final = frozenset({"notice_sent", "letter_sent"})
_TIME: Final = frozenset({"mark_reached", "deadline_missed", "escalated", "extended"})
_ICONS: Final = {
    "letter": "mail",
    "decision": "verified",
    "time": "alarm",
    "inside": "lock",
    "plain": "",
}
# The filters of the story, each with the tones that it shows.
CHAPTERS: Final = {
    "": "Everything",
    "decision": "Decisions",
    "letter": "Letters",
    "time": "Time",
    "inside": "Internal",
}


@dataclass(frozen=True)
class Episode:
    """One entry of the story. `tone`: decision, letter, time, inside (internal) or plain."""

    seq: int
    tone: str
    who: str
    role: str
    did: str
    at: datetime
    recorded_at: datetime
    state: str
    told: tuple[tuple[str, str], ...]
    letter_id: int | None

    @property
    def icon(self) -> str:
        """The icon of its tone."""
        return _ICONS[self.tone]

    @property
    def late_entry(self) -> bool:
        """True when it happened clearly before it was written down."""
        return (self.recorded_at - self.at).total_seconds() > 300


def named_in(entries: Sequence[Entry]) -> set[int]:
    """The ids of the colleagues whom these entries name beside who acted."""
    found = (_facts(entry).get(NAMED[entry.event][0]) for entry in entries if entry.event in NAMED)
    return {each for each in found if isinstance(each, int)}


def episode(kind: str, entry: Entry, names: Mapping[int, str]) -> Episode:
    """One event of a case of this kind as a part of the story; `names` of colleagues by id."""
    facts = _facts(entry)
    letter = facts.get("letter")
    return Episode(
        seq=entry.seq,
        tone=_tone(entry),
        who=entry.actor if entry.actor_kind != "system" else "Casework",
        role="" if entry.actor_kind == "system" else words.role(entry.actor_role),
        did=_did(entry, facts, names),
        at=entry.occurred_at,
        recorded_at=entry.recorded_at,
        state=_state(kind, entry),
        told=tuple(_told(entry, facts)),
        letter_id=letter if isinstance(letter, int) else None,
    )


def _tone(entry: Entry) -> str:
    if entry.event in _LETTERS:
        return "letter"
    if entry.event in DECISIONS:
        return "decision"
    if entry.event in _TIME:
        return "time"
    return "inside" if entry.event in INTERNAL else "plain"


def _did(entry: Entry, facts: Mapping[str, Any], names: Mapping[int, str]) -> str:
    fact, to_a_colleague = NAMED.get(entry.event, ("", ""))
    if entry.event == "assigned" and facts.get(fact) == entry.actor_id:
        return "took the case"
    if entry.event == "assigned" and facts.get(fact) is None:
        return "gave it back: nobody has it"
    if facts.get(fact) in names:
        return f"{to_a_colleague} {names[facts[fact]]}"
    if entry.event in _LETTERS and facts.get("code"):
        to = str(words.RECIPIENTS.get(str(facts.get("recipient")), "")).lower()
        return f"sent a letter to the {to or 'recipient'}: {letter_title(str(facts['code']))}"
    if entry.event == "contact_logged":
        return _wrote(entry, facts)
    if entry.event in {"mark_reached", "deadline_missed"}:
        step = words.STEPS.get(str(facts.get("step")), str(facts.get("step", "")))
        return f"noted on “{clock_words(str(facts.get('clock', '')))}”: {step}"
    return DID.get(entry.event) or f"recorded: {entry.words.lower()}"


def _wrote(entry: Entry, facts: Mapping[str, Any]) -> str:
    """A message, by who wrote it to whom; else a call, a fax or a visit that was logged."""
    purpose = str(facts.get("purpose", ""))
    if purpose in WROTE:
        return WROTE[purpose]
    return "wrote to the plan" if entry.actor_role in OUTSIDE else DID[entry.event]


def _told(entry: Entry, facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = []
    if entry.ground:
        found.append(("Ground", words.value(entry.ground)))
    if entry.days:
        found.append(("Days", str(entry.days)))
    found += [(label, str(facts[name])) for name, label in FACTS.items() if facts.get(name)]
    for name, value in _one_by_one(entry.said):
        text = _in_words(value)
        shown = words.value(text) if name in CODED else text
        if text:
            found.append((SAID.get(name, words.plain(name)), shown))
    return found


def _one_by_one(said: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What was said, field by field; those of the words for a letter stand beside the others."""
    for name, value in said.items():
        if isinstance(value, dict):
            yield from _one_by_one(value)
        else:
            yield name, value


def _in_words(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(_in_words(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(str(each) for each in value.values() if each)
    return "yes" if value is True else str(value or "")


def _state(kind: str, entry: Entry) -> str:
    if not entry.to_state or entry.to_state == entry.from_state:
        return ""
    return engine.words(kind, entry.to_state)


def _facts(entry: Entry) -> Mapping[str, Any]:
    found = json.loads(entry.facts or "{}")
    return found if isinstance(found, dict) else {}


def letter_title(code: str) -> str:
    """The title of a letter by its code."""
    known = catalogue.load()
    return known.get(code).title if code in known.codes() else words.plain(code)
