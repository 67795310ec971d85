"""Where a contract runs looser than the law that we ship; worked out once for each version.

A published version of a contract never changes, and the rules change only with the program, so the
answer is kept by the process.
"""

from datetime import date

from casework.context import Context
from casework.queries.contracts import Current
from casework.records.contract_terms import looser_places
from casework.records.contract_versions import Edition
from sla.compare import Looser
from sla.reading import read_contract
from sla.values import Contract


def looser_of(cx: Context, current: Current) -> tuple[Looser, ...]:
    """Each clock on which this contract gives the plan more time, or the member less, than the
    federal law and the layer of its State."""
    return _kept(cx, current.version_id, current.contract, None)


def looser_edition(cx: Context, edition: Edition) -> tuple[Looser, ...]:
    """The same of any version, planned ones by the law of their first day."""
    on = edition.effective_from if edition.starts > cx.now else None
    return _kept(cx, edition.id, read_contract(edition.terms), on)


def _kept(cx: Context, version_id: int, contract: Contract, on: date | None) -> tuple[Looser, ...]:
    kept = cx.database.remembered
    key = ("looser", version_id, on)
    if key not in kept:
        kept[key] = looser_places(contract, on)
    found: tuple[Looser, ...] = kept[key]
    return found
