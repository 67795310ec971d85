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
from sla.values import Answer
from statemachines.facts import Facts
from statemachines.prior_auth import AUTHORIZED, NOT_ALL_APPROVED, TALKS


def of(cx: Context, case: Any, *, answer: Answer | None = None) -> Facts:
    """The facts of this case as it stands, for whoever looks at it; `answer` is the clock engine's
    where it is at hand. What no step of this state could ask for is not looked up: where the state
    does not fit, only the guards on the person speak."""
    facts = standing.expedite_facts(cx, case)
    if cx.principal.kind == "user":
        facts = known.of_decider(cx, case, facts, user_id=cx.principal.id)
    question = waiting.open_question(cx, case.id)
    facts = replace(
        facts,
        information_time_passed=question is not None and bool(question.due_at < cx.now),
        vacate_window_open=case.state == "dismissed" and standing.vacate_window_open(cx, case),
        contact_attempts=0 if case.kind == "prior_auth" else standing.contact_attempts(cx, case),
    )
    if case.kind in {"prior_auth", "appeal", "grievance"}:
        facts = bridge.of_extension(cx, case, facts, asked_by="plan", found=answer)
    return _OF_KIND.get(case.kind, _as_it_is)(cx, case, facts)


def _of_request(cx: Context, case: Any, facts: Facts) -> Facts:
    if case.state in AUTHORIZED:
        facts = standing.authorization_facts(cx, case, facts)
    if case.state in TALKS:
        facts = talks.facts_of(cx, case, facts)
    if case.state not in NOT_ALL_APPROVED:
        return facts
    return replace(
        facts,
        appeal_open=standing.appeal_open(cx, case),
        reopen_window_open=standing.reopen_window_open(cx, case),
        reversal_stands=standing.reversal_of(cx, case) is not None,
    )


def _as_it_is(_cx: Context, _case: Any, facts: Facts) -> Facts:
    return facts


def _of_appeal(cx: Context, case: Any, facts: Facts) -> Facts:
    return _as_the_form_will_say(appeal_facts.of_appeal(cx, case, facts))


def _of_grievance(cx: Context, case: Any, facts: Facts) -> Facts:
    return _as_the_form_will_say(grievance_facts.of_grievance(cx, case, facts))


def _as_the_form_will_say(facts: Facts) -> Facts:
    """A button is not grey for what its own form asks: a clinician attests expertise there, and
    says there whether something new is relied on. The command judges what was said."""
    attested = (facts.service_domain,) if facts.licence_type else ()
    return replace(facts, expertise_domains=attested, new_evidence_used=False)


_OF_KIND: dict[str, Callable[[Context, Any, Facts], Facts]] = {
    "prior_auth": _of_request,
    "appeal": _of_appeal,
    "grievance": _of_grievance,
    "external_review": review_facts.of_review,
}
