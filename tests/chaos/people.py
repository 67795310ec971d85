"""What people do in a simulated year: cases arrive, decisions are told, time is extended.

All of it through the ledger: arrivals as told histories, the rest as commands beside the sweep.
"""

from collections.abc import Callable, Sequence
from typing import Any

from bench.cases import _add_request
from casework import ledger
from casework.context import Context
from casework.db import command
from casework.ledger import Change, NewCase, Said
from casework.ledger.histories import Book
from statemachines import engine
from statemachines.facts import Facts
from statemachines.grounds import BODIES
from tests.builders import Town
from tests.chaos.plan import Group
from tests.statemachines.worked_facts import opened

LINES = {
    "OH-MCD": "medicaid",
    "OH-MCD-2026": "medicaid",
    "OH-QHP": "marketplace",
    "OH-MA": "medicare",
    "MA-2026": "medicare",
}
# Contracts whose law lets a member ask for more time.
EXTENDING = ("OH-MCD-2026", "MA-2026")
TELLS = {"prior_auth": "adverse", "appeal": "resolution", "grievance": "resolution"}


def facts_for(kind: str, trigger: str, line: str) -> Facts:
    """Facts with which this step is possible on this line of business."""
    edge = next(each for each in engine.edges(kind) if each.trigger == trigger)
    return opened(edge, line=line, body=BODIES[line])


def arrivals(
    town: Town, members: Sequence[tuple[str, int, str]], group: Group
) -> list[Callable[[Book], None]]:
    """The authors of the cases of a group."""
    here = [member_id for _number, member_id, code in members if code == group.contract]
    return [_author(town, here[number % len(here)], group, number) for number in range(group.cases)]


def _author(town: Town, member_id: int, group: Group, number: int) -> Callable[[Book], None]:
    contract_id, version_id = town.contracts[group.contract]
    trigger = "request" if group.kind == "external_review" else "receive"
    facts = facts_for(group.kind, trigger, LINES[group.contract])
    clerk = town.principal("intake")

    def tell(book: Book) -> None:
        at = group.received(number)
        case = book.open(
            NewCase(
                kind=group.kind,
                contract_id=contract_id,
                contract_version_id=version_id,
                member_id=member_id,
                received_at=at,
                priority=group.priority,
                channel="phone",
                filed_by="member",
            ),
            at=at,
        )
        said = Said(by="member", more={"complete": True})
        case.step(trigger, at=at, by=clerk, occurred_at=at, facts=facts, said=said)
        if group.kind == "prior_auth":
            _add_request(case, town)

    return tell


@command
def tell_decisions(cx: Context, cases: Sequence[int]) -> int:
    """The letter with the decision leaves on these cases; returns on how many."""
    heads = ledger.take_all(cx, cases)
    changes = [
        Change(
            case=head,
            observation="notice_sent",
            said=Said(
                notice_kind=TELLS[head.kind], printed_on=cx.now.date(), more={"letter": head.ref}
            ),
        )
        for head in heads.values()
        if head.kind in TELLS
    ]
    return len(ledger.record(cx, changes)) if changes else 0


@command
def extend_time(cx: Context, cases: Sequence[int]) -> int:
    """The member asks for ten days more on these requests and gets them; returns on how many.

    Raises StateRefused where the rule of a clock does not allow it.
    """
    heads = ledger.take_all(cx, cases)
    facts = facts_for("prior_auth", "extend", "medicaid")
    more: dict[str, Any] = {"requested_by": "member"}
    changes = [
        Change(
            case=head,
            trigger="extend",
            facts=facts,
            said=Said(days=10, ground="requested", more=more),
            text={"reason": "The member wants to send an X-ray", "wanted": ["X-ray"]},
        )
        for head in heads.values()
    ]
    return len(ledger.record(cx, changes))
