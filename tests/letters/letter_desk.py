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
