"""What stands in a case file, as frozen values: gathered in one transaction, bound without any."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class MarkOn:
    """One mark: on which item, which page (0: all), the rectangle in percent, and its ground."""

    item: str
    page: int
    whole: bool
    box: tuple[float, float, float, float]
    ground: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Something dated: when, who, and what was said, by heading. `withheld`: the ground in words,
    in place of what was said; `english`: its texts are people's own, in English."""

    at: str
    what: str
    who: str = ""
    said: Pairs = ()
    withheld: str = ""


@dataclass(frozen=True, kw_only=True)
class LineTold:
    """One service: what was asked, and what was decided on it."""

    name: str
    facts: Pairs
    result: str = ""
    reason: str = ""
    criterion: str = ""


@dataclass(frozen=True, kw_only=True)
class DecisionTold:
    """One determination: when, what, by whom with which credential, in which words."""

    at: str
    outcome: str
    by: str
    criterion: str
    said: Pairs
    lines: tuple[LineTold, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ClockTold:
    """One clock: its name, by when, how it stands, and its arithmetic with citations."""

    name: str
    due: str
    state: str
    lines: Pairs


@dataclass(frozen=True, kw_only=True)
class CaseTold:
    """One case of the matter."""

    ref: str
    kind: str
    facts: Pairs
    own_words: str = ""
    diagnoses: Pairs = ()
    lines: tuple[LineTold, ...] = ()
    decisions: tuple[DecisionTold, ...] = ()
    notes: tuple[Entry, ...] = ()
    contacts: tuple[Entry, ...] = ()
    events: tuple[Entry, ...] = ()
    clocks: tuple[ClockTold, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LetterIn:
    """A letter as it was sent."""

    sha256: str
    title: str
    case: str
    on: str


@dataclass(frozen=True, kw_only=True)
class PaperIn:
    """A document, once: `also` says under which names and in which cases it stands too; `withheld`
    is the ground in words where all of it is."""

    item: str
    sha256: str
    media_type: str
    name: str
    case: str
    on: str
    by: str
    also: tuple[str, ...] = ()
    marks: tuple[MarkOn, ...] = ()
    withheld: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A criterion or policy that was relied on, with what is known of its version and place."""

    name: str
    facts: Pairs = ()
    language: str = "en"


@dataclass(frozen=True, kw_only=True)
class Contents:
    """Everything that goes into one file."""

    ref: str
    kind: str
    scope: str
    asked_for: str
    language: str
    large_print: bool
    printed_on: date
    asked_on: str
    member: str
    member_number: str
    plan: Mapping[str, Any]
    cases: tuple[CaseTold, ...]
    rules: tuple[Rule, ...]
    letters: tuple[LetterIn, ...]
    papers: tuple[PaperIn, ...]
    awaited: tuple[str, ...] = ()
    marks: tuple[MarkOn, ...] = ()
    needs_look: bool = True
    withheld: Pairs = ()
    withheld_grounds: tuple[str, ...] = field(default=())
    # A supplement goes on where what left before it ended.
    first_page: int = 1
    number: int = 1

    @property
    def outside(self) -> bool:
        """Whether it is for a body outside, not for the member."""
        return self.scope in {"packet", "supplement"}
