"""What the letter tests share: fonts, snapshots, requests, letters with one thing changed."""

import copy
import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from letters import compose, specimen
from letters.context import LetterContext
from letters.markup import marked
from letters.printjob import PrintRequest

ROOT = Path(__file__).parent.parent.parent
FONTS = ROOT / "node_modules"
SNAPSHOTS = ROOT / "tests" / "snapshots" / "letters"
UPDATE = os.environ.get("CASEWORK_UPDATE_SNAPSHOTS") == "1"
EVERYWHERE = specimen.everywhere()
# `make chaos` sets it: every letter and line in Spanish too; else one line of each letter, since
# what is required does not hang on the language and the wording's keys are compared elsewhere.
WHOLE = os.environ.get("CHAOS") == "year"


def in_spanish() -> list[tuple[str, str]]:
    """(code, line) of the Spanish letters that this run looks at: the lines take turns."""
    lines: dict[str, list[str]] = {}
    for code, line in EVERYWHERE:
        lines.setdefault(code, []).append(line)
    turns = enumerate(sorted(lines.items()))
    return EVERYWHERE if WHOLE else [(code, each[n % len(each)]) for n, (code, each) in turns]


def in_both_languages() -> list[tuple[str, str, str]]:
    """(code, line, language) of every English letter and of those Spanish ones."""
    english = [(*letter, "en") for letter in EVERYWHERE]
    return english + [(*letter, "es") for letter in in_spanish()]


def request_for(context: LetterContext) -> PrintRequest:
    """The request that casework makes of a letter."""
    return PrintRequest(
        html=compose.html(context),
        title=f"Letter {context.case.ref}",
        lang=context.language,
        large_print=context.large_print,
    )


def with_fact(context: LetterContext, path: str, value: object) -> LetterContext:
    """The context with the fact at a path (`plan.appeals.phone`, `services.0.label`) replaced."""
    made = _replaced(context, path.split("."), value)
    assert isinstance(made, LetterContext)
    return made


def without_node(root: Element, name: str, index: int) -> Element:
    """A copy of the page without its `index`-th node that is marked as element `name`."""
    page = copy.deepcopy(root)
    node = marked(page)[name][index]
    parents = {child: parent for parent in page.iter() for child in parent}
    parents[node].remove(node)
    return page


def _replaced(holder: Any, names: list[str], value: object) -> Any:
    if not names:
        return value
    name, *rest = names
    if isinstance(holder, tuple):
        index = int(name)
        return (*holder[:index], _replaced(holder[index], rest, value), *holder[index + 1 :])
    return replace(holder, **{name: _replaced(getattr(holder, name), rest, value)})
