"""What the law gives where the plan's own published figures know no such clock.

A published figure can tighten a duty or lengthen a member's right, never take it away: a window
that no adopted layer knows is that of the federal rules. Letters print it, and filings are judged
by the same.
"""

from collections.abc import Callable, Sequence
from typing import Any

from casework.bridge.clocks import LAW, answer_for, contract_of, subject_of, with_the_law
from casework.bridge.more_time import history
from casework.context import Context
from sla.values import Answer, Clock, Contract, Subject

Named = Callable[[str], Clock | None]


def clocks_by_law(contract: Contract, subject: Subject, rows: Sequence[Any]) -> Named:
    """The clocks of this history by name: the contract's own, else the law's, else None."""
    own = answer_for(contract, subject, rows)
    law: list[Answer] = []

    def clock(name: str) -> Clock | None:
        found = own.clock(name)
        if found is not None or LAW in contract.layers:
            return found
        if not law:
            law.append(answer_for(with_the_law(contract), subject, rows))
        return law[0].clock(name)

    return clock


def clocks_of(cx: Context, case: Any) -> Named:
    """The same for a case as it stands, recomputed from its events."""
    contract = contract_of(cx, case.contract_version_id)
    return clocks_by_law(contract, subject_of(case), history(cx, case.id))


def consequence_by_law(cx: Context, case: Any) -> str:
    """What the federal rules make of this case's missed decision; empty when nothing.

    Asked also where the contract adopts only the plan's own figures, which have no consequence.
    """
    contract = with_the_law(contract_of(cx, case.contract_version_id))
    answer = answer_for(contract, subject_of(case), history(cx, case.id))
    decision = answer.clock("decision")
    return (decision.consequence or "") if decision else ""
