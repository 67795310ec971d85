"""How an appeal is decided and carried out: evidence, subject, proof.

Source of the law: section 2.1 of the clock rules, decisions 17 to 19 of the design.
"""

from statemachines.facts import Facts
from statemachines.guards import Law, guard, on_form
from statemachines.guards_deciding import (
    INDEPENDENT,
    QUALIFIED,
    a_licensed_clinician_upholds,
    a_person_acts,
    an_independent_expert_advised,
    the_decider_did_not_ask,
    the_decider_signs,
)
from statemachines.guards_filing import consent_is_in_order

_CONTINUE_MCD = Law("42 CFR 438.420(a)-(b)", "S")
_CARRY_MCD = Law("42 CFR 438.424(a)", "S")
_CARRY_MA = Law("42 CFR 422.618, 422.619", "S")
_CARRY_QHP = Law("45 CFR 147.136(d)(2)(iv)", "P")

_HOW_MUCH = "Say how many services are still to be carried out after this one."
_WHAT_ELSE = "Say whether a forward or a review elsewhere is still open."

# ── Deciding ────────────────────────────────────────────────────────────────────────────────────


@guard(
    "Everything that was submitted must have been considered, also what the first decision did not "
    "have.",
    about="form",
    medicaid=Law("42 CFR 438.406(b)(2)(iii)", "K"),
    medicare=Law("42 CFR 422.586", "S"),
    marketplace=Law("29 CFR 2560.503-1(h)(2)(iv)", "P"),
)
def everything_was_considered(f: Facts) -> bool:
    """The reviewer confirms it; without deference to the first decision."""
    return f.everything_considered


def _unread(f: Facts) -> str:
    """The papers by name, the first three of many."""
    if not f.unread_papers:
        return ""
    named = ", ".join(f"“{name}”" for name in f.unread_papers[:3])
    more = len(f.unread_papers) - 3
    return f"Not read yet by who decides: {named}{f' and {more} more' if more > 0 else ''}."


@guard(
    "Whoever decides must have read every paper that came since the denial, and say so of each.",
    about="form",
    medicaid=Law("42 CFR 438.406(b)(2)(iii)", "K"),
    medicare=Law("42 CFR 422.586", "S"),
    marketplace=Law("29 CFR 2560.503-1(h)(2)(iv)", "P"),
    telling=_unread,
)
def every_new_paper_was_read(f: Facts) -> bool:
    """Each with its own tick, by the one who signs: nobody reads for another."""
    return f.unread_papers == ()


@guard(
    "Write the discussion of the decision.",
    about="form",
    marketplace=Law("45 CFR 147.136(b)(3)(ii)(E)(3)", "P"),
)
def the_decision_is_discussed(f: Facts) -> bool:
    """It goes into the letter."""
    return f.decision_discussed


@guard("Name the new evidence or rationale that is sent.", about="form")
def the_new_evidence_is_named(f: Facts) -> bool:
    """Each document or reason by name, sent free of charge."""
    return bool(f.new_evidence)


@guard(
    "New evidence or a new rationale is sent to the member free, in time to answer, before it is "
    "used against them.",
    medicaid=Law("42 CFR 438.406(b)(5)", "K"),
    marketplace=Law("45 CFR 147.136(b)(3)(ii)(C)", "P"),
)
def new_evidence_was_shared(f: Facts) -> bool:
    """Medicare asks for an opportunity to submit, and its clock does not wait for an answer."""
    if f.line == "medicare" or f.new_evidence_used is False:
        return True
    return f.new_evidence_answerable


@guard("The reviewer must acknowledge that the subject of the appeal has changed.")
def the_reviewer_knows_the_subject(f: Facts) -> bool:
    """A decision on yesterday's subject is no decision."""
    return f.subject_change_unread is False


@guard("There must be a changed subject that the reviewer has not acknowledged.")
def a_changed_subject_waits(f: Facts) -> bool:
    """After `change_subject`."""
    return f.subject_change_unread is True


# Whoever decides an appeal, whatever the result (decision 17).
REVIEWER = (
    the_decider_signs,
    *INDEPENDENT,
    the_decider_did_not_ask,
    *QUALIFIED,
    consent_is_in_order,
    the_reviewer_knows_the_subject,
    an_independent_expert_advised,
    every_new_paper_was_read,
    everything_was_considered,
    the_decision_is_discussed,
)
AGAINST_THE_MEMBER = (
    a_person_acts,
    a_licensed_clinician_upholds,
    *REVIEWER,
    new_evidence_was_shared,
)
# The reviewer who is to be assigned is named on the form.
REVIEWER_TO_BE = on_form((*INDEPENDENT, the_decider_did_not_ask, *QUALIFIED))

# ── Benefits meanwhile ──────────────────────────────────────────────────────────────────────────


@guard(
    "Benefits continue only for a service that was authorized before.",
    medicaid=_CONTINUE_MCD,
    marketplace=Law("45 CFR 147.136(b)(3)(iii)", "P"),
)
def the_service_was_authorized(f: Facts) -> bool:
    """A new request has nothing to continue."""
    return f.service_was_authorized


@guard(
    "The member must have asked within the time to continue benefits.",
    medicaid=_CONTINUE_MCD,
)
def the_continuation_window_runs(f: Facts) -> bool:
    """The clock `continuation_window`, by when the ask was received."""
    return f.continuation_window_open


@guard(
    "Only the member or the member's representative can ask to continue benefits, never the "
    "provider.",
    about="form",
    medicaid=Law("42 CFR 438.402(c)(1)(ii)", "K"),
)
def the_member_asked_to_continue(f: Facts) -> bool:
    """The member may have to pay for them: nobody else can take that risk for them. Where the law
    keeps the care going, nobody has to ask and nobody takes a risk (45 CFR 147.136(b)(3)(iii))."""
    return f.care_kept_by_law or f.continuation_asked_by in ("member", "representative")


# ── Carrying out ────────────────────────────────────────────────────────────────────────────────


@guard(
    "Carried out means proof: an authorization number or a payment instruction.",
    about="form",
    medicaid=_CARRY_MCD,
    medicare=_CARRY_MA,
    marketplace=_CARRY_QHP,
)
def it_is_proven(f: Facts) -> bool:
    """A promise carries nothing out."""
    return bool(f.carried_out_proof.strip())


@guard(
    "Part of the reversal is still to be carried out.",
    about="form",
    against="all_is_carried_out",
    telling=lambda f: _HOW_MUCH if f.still_to_carry_out is None else "",
)
def more_is_to_be_carried_out(f: Facts) -> bool:
    """Services that remain after this one."""
    return f.still_to_carry_out is not None and f.still_to_carry_out > 0


@guard(
    "All of the reversal is carried out.",
    about="form",
    against="more_is_to_be_carried_out",
    telling=lambda f: _HOW_MUCH if f.still_to_carry_out is None else "",
)
def all_is_carried_out(f: Facts) -> bool:
    """Nothing remains after this one."""
    return f.still_to_carry_out == 0


@guard(
    "Another step is still open.",
    about="form",
    against="no_other_step_is_open",
    telling=lambda f: _WHAT_ELSE if f.other_step_open is None else "",
)
def another_step_is_open(f: Facts) -> bool:
    """A forward that is owed, or a review pending elsewhere: the case is not done."""
    return f.other_step_open is True


@guard(
    "No other step is open.",
    about="form",
    against="another_step_is_open",
    telling=lambda f: _WHAT_ELSE if f.other_step_open is None else "",
)
def no_other_step_is_open(f: Facts) -> bool:
    """Decided, told and carried out."""
    return f.other_step_open is False


@guard(
    "Only Medicare appeals are forwarded, to the independent review entity.",
    medicare=Law("42 CFR 422.590(a)(2), (b)(2), (c)(2), (d), (e)(5), (g)", "S"),
)
def the_plan_forwards(f: Facts) -> bool:
    """Elsewhere the member asks for the next step."""
    return f.line == "medicare"
