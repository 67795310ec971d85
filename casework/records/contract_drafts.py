"""The next version of a contract before it is published: made, judged, and held against the others.

The same draft stands behind the page on which it is checked and behind the command.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from casework import bridge
from casework.context import Context
from casework.errors import Invalid
from casework.records.contract_differences import Difference, differences
from casework.records.contract_plans import plan_differences, plan_with
from casework.records.contract_terms import Proposal, as_it_is, proposed
from casework.records.contract_versions import Edition, Standing, standing_of
from sla.calendars import zone

LEAST_REASON: Final = 10
MOST_REASON: Final = 400
FURTHEST: Final = timedelta(days=3 * 366)
CONSOLE: Final = "The console"


@dataclass(frozen=True)
class Draft:
    """A version that nobody published yet. `before`: the version that holds on its first day
    without it; `overtaken`: planned ones that never come into force because of it."""

    edition: Edition
    proposal: Proposal
    before: Edition
    overtaken: tuple[Edition, ...]

    @property
    def changed(self) -> tuple[Difference, ...]:
        """What it says otherwise than the version before it."""
        return (
            *differences(as_it_is(self.before.terms, self.before.workflow), self.proposal),
            *plan_differences(self.before.plan, self.edition.plan),
        )


def drafted(
    cx: Context,
    editions: Sequence[Edition],
    *,
    terms: Mapping[str, Any],
    workflow: Mapping[str, Any],
    reason: str,
    effective_from: date,
    plan: Mapping[str, Any] | None = None,
) -> Draft:
    """The newest of these versions (newest first) with changes laid over it, from that local day;
    `plan`: what changes in the block that letters print.

    Raises Invalid with a sentence for each field that cannot stand, or where nothing changes.
    """
    newest = editions[0]
    proposal = proposed(newest.terms, newest.workflow, new_terms=terms, new_workflow=workflow)
    _require_right(cx, proposal, reason=reason, effective_from=effective_from)
    by_person = cx.principal.kind == "user"
    edition = replace(
        newest,
        id=0,
        version=newest.version + 1,
        effective_from=effective_from,
        terms=proposal.terms,
        workflow=proposal.workflow,
        plan=plan_with(newest.plan, plan or {}),
        reason=" ".join(reason.split()),
        created_at=cx.now,
        created_by=cx.principal.name if by_person else CONSOLE,
    )
    before = bridge.in_force(editions, edition.starts)
    assert before is not None
    draft = Draft(edition, proposal, before, _overtaken(edition, editions))
    _refuse_no_change(draft)
    return draft


def _overtaken(edition: Edition, editions: Sequence[Edition]) -> tuple[Edition, ...]:
    """The versions that would have come into force on its first day or later."""
    return tuple(
        each
        for each in editions
        if each.starts >= edition.starts
        and standing_of(each, editions, edition.created_at) is Standing.PLANNED
    )


def _require_right(cx: Context, proposal: Proposal, *, reason: str, effective_from: date) -> None:
    wrong = {}
    if not LEAST_REASON <= len(reason.strip()) <= MOST_REASON:
        wrong["reason"] = (
            f"Say why in {LEAST_REASON} to {MOST_REASON} characters: it stays in the history."
        )
    today = cx.now.astimezone(zone(proposal.contract.time_zone)).date()
    if effective_from < today:
        wrong["effective_from"] = (
            f"Choose {today} (from now on) or a later day: what was received before bears the"
            " version of its day."
        )
    elif effective_from > today + FURTHEST:
        wrong["effective_from"] = "Choose a day within three years."
    if wrong:
        raise Invalid("The version cannot be published so.", fields=wrong)


def _refuse_no_change(draft: Draft) -> None:
    others = (draft.before, *draft.overtaken)
    if not any(
        differences(as_it_is(e.terms, e.workflow), draft.proposal)
        or plan_differences(e.plan, draft.edition.plan)
        for e in others
    ):
        raise Invalid(
            f"It says what version {draft.before.version} says: there is nothing to publish.",
            fields={"layers": "Change a layer, a policy or the ladder first."},
        )
