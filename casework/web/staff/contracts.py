"""Contracts: what each says now, how it came to say so, and where it runs looser than the law.

Compliance and administrators read; publishing the next version is `contract_change`.
"""

from dataclasses import dataclass
from typing import Any, Final

from flask import current_app, render_template, url_for

from casework.context import SYSTEM
from casework.queries import contracts as queries
from casework.queries.looser import looser_edition
from casework.records.contract_differences import LAYERS, said
from casework.records.contract_terms import Proposal, as_it_is
from casework.records.contract_versions import Edition, Named
from casework.web import edge
from casework.web.access import entry
from casework.web.staff import words
from casework.web.staff.blueprint import staff
from sla.compare import Looser

READERS: Final = frozenset({"compliance", "admin"})
PUBLISHERS: Final = frozenset({"admin"})
# The headings under which a contract is told; each row belongs to one of them.
_LADDER: Final = ("Steps for", "Who is called", "Minutes until", "Quiet hours")


@dataclass(frozen=True)
class Line:
    """One contract in the list; `planned`: versions with the number of places that are looser."""

    contract: Named
    edition: Edition
    proposal: Proposal
    planned: tuple[tuple[Edition, int], ...]
    looser: tuple[Looser, ...]


@staff.get("/contracts")
@entry(*READERS)
def contracts() -> str:
    """Every contract with the version in force, what is planned, and how much looser it runs."""
    with edge.reading() as cx:
        lines = []
        for named, editions in queries.every_contract(cx):
            edition = queries.in_force(editions, cx)
            if edition is None:
                continue
            planned = queries.planned(editions, cx)
            lines.append(
                Line(
                    contract=named,
                    edition=edition,
                    proposal=as_it_is(edition.terms, edition.workflow),
                    planned=tuple((each, len(looser_edition(cx, each))) for each in planned),
                    looser=looser_edition(cx, edition),
                )
            )
    return render_template("staff/contracts.html", lines=lines, words=words, layers=LAYERS)


@staff.get("/contracts/<code>")
@entry(*READERS)
def contract(code: str) -> str:
    """What one contract says now, and its versions as a story."""
    with edge.database().reading(edge.cx().but(principal=SYSTEM)) as house:
        # Counts of the whole house name nobody; an administrator sees no case.
        named, editions = queries.contract_named(house, code)
        chapters = queries.story(house, editions)
        edition = queries.in_force(editions, house) or editions[0]
        looser = looser_edition(house, edition)
    proposal = as_it_is(edition.terms, edition.workflow)
    rows = said(proposal)
    return render_template(
        "staff/contract.html",
        contract=named,
        edition=edition,
        proposal=proposal,
        chapters=chapters,
        looser=looser,
        rules_rows={what: text for what, text in rows.items() if not what.startswith(_LADDER)},
        ladder_rows={what: text for what, text in rows.items() if what.startswith(_LADDER)},
        words=words,
        layers=LAYERS,
        publishes=may_publish(),
        what_if=what_if(code),
    )


def may_publish() -> bool:
    """Whether the reader publishes versions himself."""
    return bool(edge.principal().roles & PUBLISHERS)


def what_if(code: str) -> Any:
    """The address of the page that asks what a change would mean, where there is one."""
    if "staff.what_if" not in current_app.view_functions:
        return ""
    return url_for("staff.what_if", contract=code)
