"""The page of one rule: every variant with all its versions, what exercises it, and the open cases
that it binds now, within the reader's reach.
"""

from dataclasses import dataclass

from flask import render_template

from casework.errors import NotFound
from casework.queries import rule_cases
from casework.web import edge
from casework.web.access import STAFF, entry
from casework.web.staff import words
from casework.web.staff.blueprint import CASEWORKERS, staff
from casework.web.staff.plans import clock_words
from casework.web.staff.rules import LAYER_WORDS, Shown, counts, one_version, shown, today
from sla.cards import cards
from sla.events import CLOCKS
from sla.wording import ANCHOR_WORDS, KEYS


@dataclass(frozen=True)
class Variant:
    """One variant: the version that holds today, and all of them, the newest first."""

    now: Shown
    versions: tuple[Shown, ...]


@staff.get("/rules/<layer>/<rule>")
@entry(*STAFF)
def rule_card(layer: str, rule: str) -> str:
    """One rule of one layer."""
    of_rule = [
        card for card in cards() if (card.newest.layer, card.newest.id) == (layer, rule.upper())
    ]
    if not of_rule:
        raise NotFound(f"There is no rule {rule} in the layer {layer}.")
    open_cases = counts()
    variants = [
        Variant(each, tuple(one_version(each.card, r, open_cases) for r in each.card.versions))
        for each in shown(of_rule, open_cases, today())
    ]
    sees_cases = bool(edge.principal().roles & CASEWORKERS)
    bound: tuple[rule_cases.Bound, ...] = ()
    if sees_cases:
        with edge.reading() as cx:
            bound = rule_cases.cases_under(cx, layer, of_rule[0].newest.id)
    first = variants[0].now.rule
    return render_template(
        "staff/rule_card.html",
        name=f"{first.id}",
        layer=layer,
        clock=clock_words(first.clock),
        satisfied_by=CLOCKS[first.clock].satisfied_by,
        lines=[
            words.LINES[line]
            for line in words.LINES
            if any(line in v.now.rule.line for v in variants)
        ],
        variants=variants,
        cases=sum(each.now.cases for each in variants),
        bound=bound,
        sees_cases=sees_cases,
        most=rule_cases.MOST,
        now=edge.cx().now,
        anchors=ANCHOR_WORDS,
        keys=KEYS,
        words=words,
        layer_words=LAYER_WORDS,
    )
