"""What the catalogue is made of: elements, requirements, letters and what calls for them.

Frozen values; it reads no file, renders nothing and sees no case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from letters.conditions import CONDITIONS
from letters.context import LetterContext
from letters.refusals import CatalogueError

NOTICE_KINDS = (
    "favorable",
    "adverse",
    "reduction",
    "resolution",
    "extension",
    "downgrade",
    "acknowledgement",
    "dismissal",
    "eligibility",
    "",
)


@dataclass(frozen=True, slots=True)
class Element:
    """Something that letters can be asked to carry; `facts` and `date` are paths in the context.

    `within` names the element in whose text its facts stand, where it has no place of its own;
    `not_before` is the path of the earliest day that `date` may be.
    """

    name: str
    says: str
    facts: tuple[str, ...] = ()
    date: str = ""
    within: str = ""
    not_before: str = ""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One element that a letter must carry for one line, with the law and how sure we are of it."""

    element: Element
    cite: str
    tag: str
    when: str = "always"

    def applies(self, context: LetterContext) -> bool:
        """Whether this letter, with these facts, must carry it."""
        return CONDITIONS[self.when](context)


@dataclass(frozen=True, slots=True)
class Call:
    """An event that calls for a letter to whoever is named in `to`, narrowed to lines, to a legal
    consequence, and to the states in which it found the case (`after`), where they are named.

    `whose`: `office` for what a provider has with the plan in its own right, else the member's.
    """

    kind: str
    event: str
    lines: tuple[str, ...]
    notice_kind: str
    to: tuple[str, ...]
    consequence: str = ""
    after: tuple[str, ...] = ()
    whose: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One version of one letter."""

    code: str
    title: str
    version: int
    effective_from: date
    lines: tuple[str, ...]
    recipients: tuple[str, ...]
    notice_kind: str
    outcomes: tuple[str, ...]
    calls: tuple[Call, ...]
    requirements: Mapping[str, tuple[Requirement, ...]]
    sequence: Mapping[str, tuple[str, ...]]
    template: str

    def required(self, context: LetterContext) -> tuple[Requirement, ...]:
        """What this letter must carry for these facts, in the order of the catalogue."""
        return tuple(r for r in self.requirements[context.line] if r.applies(context))

    def in_sequence(self, line: str) -> tuple[Requirement, ...]:
        """The requirements whose order is that of an official notice; () where order is free."""
        names = self.sequence.get(line, ())
        return tuple(r for r in self.requirements[line] if r.element.name in names)


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterFacts:
    """What decides which letters an event calls for and who gets them."""

    line: str
    has_representative: bool = False
    has_provider: bool = False
    has_body: bool = False
    has_primary_care: bool = False
    consequence: str = ""
    from_state: str = ""
    on: date | None = None
    whose: str = ""


@dataclass(frozen=True, slots=True)
class DueLetter:
    """A letter that is owed to one recipient, and the clock that its leaving answers."""

    code: str
    recipient: str
    notice_kind: str


class Catalogue:
    """All letters, newest version last per code."""

    def __init__(self, letters: tuple[Letter, ...], elements: Mapping[str, Element]) -> None:
        self.letters = letters
        self.elements = elements

    def get(self, code: str, on: date | None = None) -> Letter:
        """The version of the letter in force on the local date `on` (the newest, without one).

        Raises CatalogueError for an unknown code or a date before its first version.
        """
        versions = [entry for entry in self.letters if entry.code == code]
        if not versions:
            raise CatalogueError(f"There is no letter {code!r}. Known: {', '.join(self.codes())}.")
        in_force = [v for v in versions if on is None or v.effective_from <= on]
        if not in_force:
            raise CatalogueError(f"The letter {code!r} has no version in force on {on}.")
        return max(in_force, key=lambda v: v.effective_from)

    def codes(self) -> tuple[str, ...]:
        """All codes in the order of the files."""
        return tuple(dict.fromkeys(entry.code for entry in self.letters))

    def due_for(self, kind: str, event: str, facts: LetterFacts) -> tuple[DueLetter, ...]:
        """The letters owed when `event` happens on a case of `kind`, one per recipient.

        The member gets one where the letter is for members; a representative, a provider, a
        primary-care provider and a reviewing body where there is one and the letter knows
        them (notices.md, section 1).
        """
        due: list[DueLetter] = []
        for code in self.codes():
            letter = self.get(code, facts.on)
            for call in letter.calls:
                if _fits(call, kind, event, facts):
                    due += [
                        DueLetter(code, recipient, call.notice_kind)
                        for recipient in call.to
                        if _gets_one(recipient, facts)
                    ]
        return tuple(due)

    def event_names(self) -> frozenset[tuple[str, str]]:
        """Every (kind of case, event) that calls for a letter."""
        return frozenset((c.kind, c.event) for entry in self.letters for c in entry.calls)


def _fits(call: Call, kind: str, event: str, facts: LetterFacts) -> bool:
    return (
        (call.kind, call.event, call.whose) == (kind, event, facts.whose)
        and facts.line in call.lines
        and call.consequence in ("", facts.consequence)
        and (not call.after or facts.from_state in call.after)
    )


def _gets_one(recipient: str, facts: LetterFacts) -> bool:
    if recipient == "representative":
        return facts.has_representative
    if recipient == "provider":
        return facts.has_provider
    if recipient == "body":
        return facts.has_body
    if recipient == "primary_care":
        return facts.has_primary_care
    return True
