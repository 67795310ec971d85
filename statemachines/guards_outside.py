"""The review outside the plan: who may ask, who reviews, the packet, what the body decided.

`body` is the IRO (Marketplace), the IRE (Medicare) or the State fair hearing (Medicaid). Source of
the law: sections 1.2 to 1.4 and 2.1 of the clock rules.
"""

from statemachines.facts import Facts
from statemachines.grounds import BODIES, INELIGIBILITY_GROUNDS
from statemachines.guards import Law, guard

_EXHAUST_MCD = Law("42 CFR 438.402(c)(1)(i)(A), 438.408(f)(1)", "S")
_EXHAUST_MA = Law("42 CFR 422.590(a)(2), (d), (g)", "S")
_EXHAUST_QHP = Law("45 CFR 147.136(b)(3)(ii)(F), (d)(2)", "P")
_PRELIMINARY = Law("45 CFR 147.136(d)(2)(ii)", "P")
_ROTATION = Law("45 CFR 147.136(c)(2)(vii)-(viii), (d)(2)(iii)", "P")
_FILE = Law("45 CFR 147.136(d)(2)(iii)(B)(3)", "P")
_REVERSAL = Law("45 CFR 147.136(d)(2)(iii)(B)(4), (c)(2)(x)", "P")

# ── Asking ──────────────────────────────────────────────────────────────────────────────────────


@guard(
    "The body must be that of the line of business: the IRO for Marketplace, the IRE for Medicare, "
    "the State fair hearing for Medicaid.",
    about="form",
    medicaid=Law("42 CFR 438.408(f)", "S"),
    medicare=Law("42 CFR 422.592", "S"),
    marketplace=Law("45 CFR 147.136(c), (d)", "P"),
)
def the_body_fits_the_line(f: Facts) -> bool:
    """One next step per line."""
    return BODIES.get(f.line) == f.body


@guard(
    "An external review follows a final adverse appeal, an appeal that the law takes as finished "
    "because its time ran out, or, when urgent, goes beside an expedited Marketplace appeal.",
    about="form",
    medicaid=_EXHAUST_MCD,
    medicare=_EXHAUST_MA,
    marketplace=_EXHAUST_QHP,
)
def the_plan_appeal_is_exhausted(f: Facts) -> bool:
    """Lateness is judged later, by the preliminary review or the body."""
    beside = f.line == "marketplace" and f.urgent_with_appeal
    return f.final_adverse_appeal or f.deemed_exhausted or beside


@guard("This step belongs to the Marketplace review by an IRO.", marketplace=_PRELIMINARY)
def an_iro_reviews(f: Facts) -> bool:
    """The IRE and the State fair hearing have no preliminary review by the plan."""
    return f.body == "iro"


@guard(
    "This step belongs to the independent review entity or the State fair hearing.",
    against="an_iro_reviews",
)
def the_body_takes_it_directly(f: Facts) -> bool:
    """No preliminary review and no rotation: the file goes straight out."""
    return f.body in ("ire", "state_fair_hearing")


@guard("Only a State fair hearing has a hearing date.")
def a_hearing_is_held(f: Facts) -> bool:
    """The other bodies decide on the file."""
    return f.body == "state_fair_hearing"


@guard("Enter day, hour and place of the hearing.", about="form")
def the_hearing_is_set(f: Facts) -> bool:
    """As the State's notice says."""
    return f.hearing_set


# ── Preliminary review ──────────────────────────────────────────────────────────────────────────


@guard("Whether a request is eligible is found once.", marketplace=_PRELIMINARY)
def eligibility_is_undecided(f: Facts) -> bool:
    """The finding is made once."""
    return f.found_eligible is False


@guard("The request must have been found eligible first.", marketplace=_PRELIMINARY)
def it_was_found_eligible(f: Facts) -> bool:
    """After `find_eligible`."""
    return f.found_eligible is True


@guard(
    "A request that was filed too late is not eligible.",
    marketplace=Law("45 CFR 147.136(d)(2)(i)", "P"),
)
def it_was_filed_in_time(f: Facts) -> bool:
    """Within the window of the rules, rolled where they roll."""
    return f.filed_late is False


@guard("List what is missing.", about="form", marketplace=_PRELIMINARY)
def what_is_missing_is_listed(f: Facts) -> bool:
    """The notice says it, and by when to send it."""
    return bool(f.missing_items)


@guard(
    "An incomplete request is completed only while the time for it runs.",
    marketplace=_PRELIMINARY,
)
def the_claimant_may_complete(f: Facts) -> bool:
    """Until the window ends, at least 48 hours after the notice."""
    return f.perfecting_open is True


@guard(
    "An incomplete request is ineligible only when the time to complete it has passed.",
    marketplace=_PRELIMINARY,
)
def the_time_to_complete_has_passed(f: Facts) -> bool:
    """Only then is an incomplete request ineligible."""
    return f.perfecting_open is False


@guard("Choose why it is not eligible, and what proves it.", about="form", marketplace=_PRELIMINARY)
def the_ineligibility_is_proven(f: Facts) -> bool:
    """The notice gives the reasons and whom to ask for help."""
    late = f.ineligibility_ground != "filed_late" or f.filed_late is True
    return f.ineligibility_ground in INELIGIBILITY_GROUNDS and late and bool(f.evidence.strip())


# ── Reviewer and file ───────────────────────────────────────────────────────────────────────────


@guard(
    "The review goes to the IRO whose turn it is, of at least three in rotation: nobody chooses.",
    about="form",
    marketplace=_ROTATION,
)
def the_rotation_is_kept(f: Facts) -> bool:
    """Where the State's own process assigns the reviewer, the plan only records it."""
    if not f.iro_id:
        return False
    return f.state_assigns or (f.iro_panel >= 3 and f.iro_id == f.iro_next)


@guard(
    "The IRO must have no material professional, family or financial conflict.",
    about="form",
    marketplace=_ROTATION,
)
def the_iro_has_no_conflict(f: Facts) -> bool:
    """Checked for the plan, the member, the provider and the item at issue."""
    return f.iro_conflict_free


@guard(
    "The packet must be complete: every document once with page numbers, an index, the criteria "
    "and the letters.",
    about="form",
    marketplace=_FILE,
    telling=lambda f: f"The packet lacks {', '.join(f.packet_lacks)}." if f.packet_lacks else "",
)
def the_packet_is_complete(f: Facts) -> bool:
    """The list of what it lacks is made from the case, not by eye."""
    return f.packet_lacks == ()


@guard("Record the proof of sending.", about="form", marketplace=_FILE)
def the_sending_is_proven(f: Facts) -> bool:
    """A receipt of the portal, the carrier or the fax."""
    return bool(f.proof_of_sending.strip())


# ── What comes of it ────────────────────────────────────────────────────────────────────────────


@guard("Record the body's own decision: the plan does not decide here.", about="form")
def the_body_decided(f: Facts) -> bool:
    """Its reference and date; binding on the plan."""
    return bool(f.body_decision.strip())


@guard(
    "The plan ends a review only by reversing its whole denial.",
    about="form",
    marketplace=_REVERSAL,
)
def the_plan_reversed_itself(f: Facts) -> bool:
    """The claimant and the body are told within one business day."""
    return f.plan_reversed
