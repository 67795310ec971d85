"""What the buttons of a case need to know, by kind: everything but what a form will still say."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from casework import bridge
from casework.bridge import facts as known
from casework.context import Context
from casework.records import (
    appeal_facts,
    grievance_facts,
    review_facts,
    standing,
    talks,
    waiting,
)
from statemachines.facts import Facts


def of(cx: Context, case: Any) -> Facts:
    """The facts of this case as it stands, for whoever looks at it."""
    facts = standing.expedite_facts(cx, case)
    if cx.principal.kind == "user":
        facts = known.of_decider(cx, case, facts, user_id=cx.principal.id)
    question = waiting.open_question(cx, case.id)
    facts = replace(
        facts,
        information_time_passed=question is not None and bool(question.due_at < cx.now),
        vacate_window_open=standing.vacate_window_open(cx, case),
        contact_attempts=standing.contact_attempts(cx, case),
    )
    if case.kind in {"prior_auth", "appeal", "grievance"}:
        facts = bridge.of_extension(cx, case, facts, asked_by="plan")
    return _OF_KIND.get(case.kind, _as_it_is)(cx, case, facts)


def _of_request(cx: Context, case: Any, facts: Facts) -> Facts:
    facts = talks.facts_of(cx, case, facts)
    facts = standing.authorization_facts(cx, case, facts)
    return replace(
        facts,
        appeal_open=standing.appeal_open(cx, case),
        reopen_window_open=standing.reopen_window_open(cx, case),
        reversal_stands=standing.reversal_of(cx, case) is not None,
    )


def _as_it_is(_cx: Context, _case: Any, facts: Facts) -> Facts:
    return facts


_OF_KIND: dict[str, Callable[[Context, Any, Facts], Facts]] = {
    "prior_auth": _of_request,
    "appeal": appeal_facts.of_appeal,
    "grievance": grievance_facts.of_grievance,
    "external_review": review_facts.of_review,
}
