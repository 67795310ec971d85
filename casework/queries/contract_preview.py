"""What the next version of a contract would mean, before anybody publishes it: what changes, whose
time moves by example, and where it would run looser than the law. It writes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from casework.context import Context
from casework.records.contract_drafts import Draft, drafted
from casework.records.contract_terms import looser_places
from casework.records.contract_versions import Edition, Named, with_editions
from sla.clocks import compute
from sla.compare import Looser
from sla.reading import read_contract, read_subject
from sla.reading_events import read_events
from sla.values import Clock, Contract

_MORNING: Final = timedelta(hours=9)
_EXAMPLES: Final = tuple(
    (kind, priority)
    for kind in ("prior_auth", "appeal", "grievance")
    for priority in ("standard", "expedited")
)


@dataclass(frozen=True)
class Example:
    """One case under both versions: its decision clock before and after, None for no clock."""

    kind: str
    priority: str
    before: Clock | None
    after: Clock | None

    @property
    def moved(self) -> timedelta | None:
        """How much later it is due than before, days as the calendar has them; None where one of
        the two has no clock."""
        if self.before is None or self.after is None:
            return None
        if self.before.by_day and self.after.by_day:
            return timedelta(days=(self.after.due.date() - self.before.due.date()).days)
        return self.after.due_utc - self.before.due_utc


@dataclass(frozen=True)
class Preview:
    """A draft with its meaning. `received_at`: when the cases of the examples come in."""

    contract: Named
    newest: Edition
    draft: Draft
    received_at: datetime
    examples: tuple[Example, ...]
    looser: tuple[Looser, ...]
    newly: frozenset[Looser]
    no_more: tuple[Looser, ...]


def preview(
    cx: Context,
    code: str,
    *,
    terms: Mapping[str, Any],
    workflow: Mapping[str, Any],
    reason: str,
    effective_from: date,
) -> Preview:
    """What this draft of a version would mean. Raises Invalid and NotFound as the command does."""
    contract, editions = with_editions(cx, code)
    draft = drafted(
        cx,
        editions,
        terms=terms,
        workflow=workflow,
        reason=reason,
        effective_from=effective_from,
    )
    was, will = read_contract(draft.before.terms), draft.proposal.contract
    before = looser_places(was, effective_from)
    after = looser_places(will, effective_from)
    received_at = max(cx.now, draft.edition.starts + _MORNING)
    return Preview(
        contract=contract,
        newest=editions[0],
        draft=draft,
        received_at=received_at,
        examples=tuple(
            Example(
                kind, priority, *(_due(each, kind, priority, received_at) for each in (was, will))
            )
            for kind, priority in _EXAMPLES
        ),
        looser=after,
        newly=frozenset(each for each in after if _missed(each) not in map(_missed, before)),
        no_more=tuple(each for each in before if _missed(each) not in map(_missed, after)),
    )


def _missed(one: Looser) -> tuple[str, str, str]:
    """Which demand of the law is missed, whatever the contract says instead and in which cases."""
    return one.kind, one.what.partition(":")[0], one.law_rule


def _due(contract: Contract, kind: str, priority: str, at: datetime) -> Clock | None:
    subject = read_subject({"kind": kind, "priority": priority}, contract)
    events = read_events([{"type": "received", "at": at}], contract, subject)
    return compute(contract, subject, events).clock("decision")
