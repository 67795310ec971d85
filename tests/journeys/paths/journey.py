"""One path that a member walks with a denial: who, where it stands, which letters came, its end.

A path is a row of steps; a step is a function of the journey. Steps of the member are in `member`,
those of the plan in `plan` (by the services) and in `desk` (at the screen).
"""

import io
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pikepdf

from casework.bridge import contract_of
from casework.models import Letter
from casework.storage import Storage
from letters import pdf_text
from tests.browser import ROOT, Served
from tests.journeys.paths.person import Person
from tests.journeys.paths.town import NAMES, Town

# The heading under which the letter of a line says what can be done next: its table and key.
NEXT = {
    ("denial", "medicaid"): "appeal.title",
    ("denial", "marketplace"): "appeal.title",
    ("denial", "medicare"): "medicare_appeal.title",
    ("appeal_upheld", "medicaid"): "hearing_now.title",
    ("appeal_upheld", "marketplace"): "external.now_title",
    ("appeal_upheld", "medicare"): "ire.title",
    ("appeal_partly_overturned", "medicaid"): "hearing_now.title",
    ("appeal_partly_overturned", "marketplace"): "external.now_title",
    ("appeal_partly_overturned", "medicare"): "ire.title",
    ("deemed_exhaustion", "medicaid"): "hearing_now.title",
    ("deemed_exhaustion", "marketplace"): "external.now_title",
}


@dataclass
class Journey:
    """A denial on its way. `refs`: denied, appeal, review; `read`: letters that were re-read;
    `two`: two services were asked for; `shortest`: what the appeal alone asked of the member."""

    town: Town
    served: Served
    person: Person
    contract: str
    browser: Any
    two: bool = False
    refs: dict[str, str] = field(default_factory=dict)
    read: set[int] = field(default_factory=set)
    shortest: dict[str, str] = field(default_factory=dict)

    @property
    def language(self) -> str:
        return self.person.language

    @property
    def line(self) -> str:
        """The line of business of this contract."""
        with self.town.database.reading(self.town.house.cx("system")) as cx:
            version = self.town.house.town.contracts[self.contract][1]
            return str(contract_of(cx, version).line)

    @property
    def name(self) -> str:
        """The member."""
        return " ".join(NAMES[self.contract, self.language])

    @property
    def number(self) -> str:
        """The number on the card of the member."""
        return self.town.numbers[self.contract, self.language]

    def letter(self, which: str, code: str) -> Letter:
        """The newest letter of this code to the member on this case."""
        found = [
            each
            for each in self.town.look(self.refs[which]).letters
            if each.code == code and each.recipient == "member"
        ]
        assert found, (
            which,
            code,
            [each.code for each in self.town.look(self.refs[which]).letters],
        )
        return found[-1]


Step = Callable[[Journey], None]
LOOKS: set[Step] = set()
# Letters before a bound file, which holds the papers of others as they came.
COVERS = ("case_file_sent", "packet_cover")


def walk(journey: Journey, path: Sequence[Step]) -> None:
    """Take each step; after each one that changes something all letters that are owed leave and
    are read again."""
    for step in path:
        step(journey)
        if step not in LOOKS:
            post(journey)


def looks(step: Step) -> Step:
    """A step that only looks: nothing is owed after it."""
    LOOKS.add(step)
    return step


def post(journey: Journey) -> None:
    """Let the worker send what is owed; read each letter that left: it bears the number of its
    case, and says what can be done next."""
    journey.town.worker.relay()
    for ref in tuple(journey.refs.values()):
        for letter in journey.town.look(ref).letters:
            if letter.state == "sent" and letter.id not in journey.read:
                _reread(journey, ref, letter)
                journey.read.add(letter.id)


def next_right(code: str, line: str, language: str) -> str:
    """What this letter must say about the next step; empty where it opens none."""
    key = NEXT.get((code, line), "")
    if not key:
        return ""
    table, _, name = key.partition(".")
    return str(_rights(language)[table][name])


def text_of(journey: Journey, letter: Letter) -> str:
    """The words of the PDF that left, without spaces, so that a line that breaks hides nothing."""
    pdf = Storage(journey.town.settings).get(letter.sha256)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        if letter.code in COVERS:
            del document.pages[1:]
        return "".join("".join(pdf_text.pages(document)).split())


def _reread(journey: Journey, ref: str, letter: Letter) -> None:
    text = text_of(journey, letter)
    assert ref in text, (letter.code, letter.recipient)
    if letter.recipient != "member":
        return
    assert letter.language == journey.language, letter.code
    right = next_right(letter.code, journey.line, letter.language)
    assert "".join(right.split()) in text, (letter.code, right)


@cache
def _rights(language: str) -> dict[str, dict[str, str]]:
    path = ROOT / "letters" / "translations" / language / "rights.toml"
    return tomllib.loads(path.read_text())
