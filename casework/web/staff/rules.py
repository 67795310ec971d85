"""The rules, to read: each contract with its layers, loudly where it runs looser than the law, and
every rule version with its citation. It changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import render_template, request

from casework.queries.contracts import Current, current_versions
from casework.queries.looser import looser_of
from casework.web import edge
from casework.web.access import STAFF, entry
from casework.web.staff import words
from casework.web.staff.blueprint import staff
from casework.web.staff.plans import clock_words
from sla.cards import rule_rows
from sla.compare import Looser
from sla.events import LAYERS

LAYER_WORDS: Final = {
    "owner": "What the plan itself publishes",
    "federal": "Federal rules",
    "state:ga": "Georgia",
    "state:in": "Indiana",
    "state:ky": "Kentucky",
    "state:oh": "Ohio",
}
TAGS: Final = {
    "P": "read in the law itself",
    "S": "from a secondary text that quotes it",
    "O": "from an older official text",
    "K": "from knowledge, to be verified",
}


@dataclass(frozen=True)
class Adopted:
    """A contract with its layers and every place where it runs looser than the law."""

    current: Current
    looser: tuple[Looser, ...]


@staff.get("/rules")
@entry(*STAFF)
def rules() -> str:
    """Contracts with their layers, and the table of rules."""
    asked = {name: request.args.get(name, "") for name in ("layer", "line", "clock")}
    with edge.reading() as cx:
        adopted = [Adopted(each, looser_of(cx, each)) for each in current_versions(cx)]
    every = rule_rows()
    clocks = sorted({row["clock"] for row in every}, key=clock_words)
    return render_template(
        "staff/rules.html",
        adopted=sorted(adopted, key=lambda each: each.current.name),
        rows=[row for row in every if _fits(row, asked)],
        total=len(every),
        asked=asked,
        layers=[(layer, LAYER_WORDS.get(layer, layer)) for layer in LAYERS],
        lines=list(words.LINES.items()),
        clocks=[(name, clock_words(name)) for name in clocks],
        tags=TAGS,
        words=words,
        clock_words=clock_words,
        layer_words=LAYER_WORDS,
    )


def _fits(row: Mapping[str, Any], asked: Mapping[str, str]) -> bool:
    return (
        asked["layer"] in ("", row["layer"])
        and asked["clock"] in ("", row["clock"])
        and (not asked["line"] or asked["line"] in row["lines"])
    )
