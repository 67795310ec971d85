"""Who may decide: a person, licensed, expert, independent. Professional law, not roles.

Source of the law: sections 2.1 and 1.6 of the clock rules; decision 23 of the design.
"""

from statemachines.facts import Facts
from statemachines.grounds import PHYSICIAN_LICENCES
from statemachines.guards import Law, guard

_EXPERT_MCD = Law("42 CFR 438.210(b)(3)", "S")
_EXPERT_MA = Law("42 CFR 422.566(d)", "S")
_EXPERT_QHP = Law("State law and the contract, as KRS 304.17A-607(1)(b)", "O")
_APART_MCD = Law("42 CFR 438.406(b)(2)(i)", "S")
_APART_MA = Law("42 CFR 422.590(h)(1)", "S")
_APART_QHP = Law("29 CFR 2560.503-1(h)(3)(ii)", "P")


@guard(
    "Only a named person may do this: a rule, a timer or a model can approve or route, never deny, "
    "reduce, dismiss or refuse.",
    about="actor",
    medicaid=_EXPERT_MCD,
    medicare=_EXPERT_MA,
    marketplace=_EXPERT_QHP,
)
def a_person_acts(f: Facts) -> bool:
    """Every adverse edge carries this guard; the table is refused at load otherwise."""
    return bool(f.actor_id) and not f.actor_is_system


@guard("A named person must do this and answer for it.", about="actor")
def a_person_answers_for_it(f: Facts) -> bool:
    """Not adverse, but it moves a date or a right: no timer and no model does it."""
    return bool(f.actor_id) and not f.actor_is_system


@guard("Whoever decides signs the decision in person.", about="actor")
def the_decider_signs(f: Facts) -> bool:
    """Nobody decides on the licence of another."""
    return bool(f.decider_id) and f.decider_id == f.actor_id


def _licensed(f: Facts) -> bool:
    return f.licence_type in f.accepted_licences if f.licence_type else False


@guard(
    "Only a licensed clinician may deny for medical necessity, in whole or in part.",
    about="actor",
    medicaid=_EXPERT_MCD,
    medicare=_EXPERT_MA,
    marketplace=_EXPERT_QHP,
)
def a_licensed_clinician_denies(f: Facts) -> bool:
    """The contract lists the licences that it accepts for adverse decisions."""
    return _licensed(f)


def _licence_lacks(f: Facts) -> str:
    lacks = [
        word
        for word, there in (
            ("active", f.licence_active),
            ("unrestricted", f.licence_unrestricted),
            ("held in the State that the contract requires", f.licence_reaches_state),
        )
        if not there
    ]
    return f"The clinician's licence is not {' and not '.join(lacks)} on the day of the decision."


@guard(
    "The clinician's licence must be active, unrestricted and held in the State that the contract "
    "requires, on the day of the decision.",
    about="actor",
    medicaid=_EXPERT_MCD,
    medicare=_EXPERT_MA,
    marketplace=_EXPERT_QHP,
    telling=_licence_lacks,
)
def the_licence_is_current(f: Facts) -> bool:
    """As on the day of the decision, not as on the day of the look."""
    return f.licence_active and f.licence_unrestricted and f.licence_reaches_state


def _expert(f: Facts) -> bool:
    return bool(f.service_domain) and f.service_domain in f.expertise_domains


@guard(
    "The clinician must attest expertise in the kind of service at issue.",
    about="form",
    medicaid=_EXPERT_MCD,
    medicare=_EXPERT_MA,
    marketplace=_EXPERT_QHP,
    telling=lambda f: (
        f"The clinician must attest expertise in {f.service_domain} services."
        if f.service_domain
        else ""
    ),
)
def expertise_is_attested(f: Facts) -> bool:
    """Medical, behavioral, long-term services, drug or dental; need not be the same specialty."""
    return _expert(f)


@guard(
    "Whoever asked for the service, or will furnish it, cannot decide on it.",
    about="actor",
)
def the_decider_did_not_ask(f: Facts) -> bool:
    """A reviewer who is also the requester has an interest in the result."""
    return f.requester_ids is not None and bool(f.decider_id) and _not_in(f, f.requester_ids)


def _not_in(f: Facts, people: tuple[str, ...]) -> bool:
    return f.decider_id not in people


@guard(
    "Whoever took part in an earlier decision on this matter cannot decide it again.",
    about="actor",
    medicaid=_APART_MCD,
    medicare=_APART_MA,
    marketplace=_APART_QHP,
)
def the_decider_took_no_part(f: Facts) -> bool:
    """At any previous level of review or decision-making, or as the one complained about."""
    if not f.decider_id or f.earlier_deciders is None:
        return False
    return _not_in(f, f.earlier_deciders)


@guard(
    "A subordinate of someone who took part in an earlier decision cannot decide it again.",
    about="actor",
    medicaid=_APART_MCD,
    medicare=Law("policy of the plan; the text of 42 CFR 422.590(h)(1) is silent", "S"),
    marketplace=_APART_QHP,
)
def the_decider_is_no_subordinate(f: Facts) -> bool:
    """Organization as of the decision date. Only a Medicare contract may switch the check off."""
    if f.line == "medicare" and not f.check_subordinates:
        return True
    if f.earlier_deciders is None or f.decider_superiors is None:
        return False
    return not set(f.earlier_deciders) & set(f.decider_superiors)


def _clinician(f: Facts) -> bool:
    return _expert(f) and f.licence_active and f.licence_unrestricted


@guard(
    "A clinical question needs a reviewer with a current licence and expertise in the kind of "
    "service at issue.",
    about="actor",
    medicaid=Law("42 CFR 438.406(b)(2)(ii)", "S"),
    medicare=Law("42 CFR 422.590(h)(2)", "S"),
)
def the_reviewer_is_clinically_expert(f: Facts) -> bool:
    """Medicaid and Medicare; a Marketplace reviewer consults an expert instead."""
    if f.is_clinical is False or f.line == "marketplace":
        return True
    return _clinician(f) and _licensed(f)


@guard(
    "A Medicare appeal about medical necessity is decided by a physician.",
    about="actor",
    medicare=Law("42 CFR 422.590(h)(2)", "S"),
)
def a_physician_decides_medicare_necessity(f: Facts) -> bool:
    """Narrower than for the first decision, which other professionals may make."""
    if f.line in ("medicaid", "marketplace") or f.on_necessity is False:
        return True
    return f.licence_type in PHYSICIAN_LICENCES


@guard(
    "A Marketplace appeal on medical judgment needs the advice of a health care professional with "
    "training in the field who took no part before and is no subordinate of one who did.",
    about="form",
    marketplace=Law("29 CFR 2560.503-1(h)(3)(iii), (v)", "P"),
)
def an_independent_expert_advised(f: Facts) -> bool:
    """The reviewer's own expertise will do: the same person is already held to be independent."""
    if f.line in ("medicaid", "medicare") or f.is_clinical is False:
        return True
    if _clinician(f) and _licensed(f):
        return True
    if not f.expert_id or f.earlier_deciders is None or f.expert_superiors is None:
        return False
    apart = {f.expert_id, *f.expert_superiors}
    return not apart & set(f.earlier_deciders)


@guard(
    "Only a licensed clinician may uphold a denial on a clinical ground, in whole or in part.",
    about="actor",
    medicaid=Law("42 CFR 438.406(b)(2)(ii)", "S"),
    medicare=Law("42 CFR 422.590(h)(2)", "S"),
    marketplace=_EXPERT_QHP,
)
def a_licensed_clinician_upholds(f: Facts) -> bool:
    """Decision 23: adverse for a clinical ground only by a named licensed clinician."""
    if f.is_clinical is False:
        return True
    return _licensed(f) and f.licence_active and f.licence_unrestricted


# A denial on clinical grounds, of a request or of a part of it.
CLINICAL_DENIAL = (
    a_person_acts,
    the_decider_signs,
    a_licensed_clinician_denies,
    the_licence_is_current,
    the_decider_did_not_ask,
    expertise_is_attested,
)

# Independence, repeated on every edge that decides an appeal (decision 17).
INDEPENDENT = (the_decider_took_no_part, the_decider_is_no_subordinate)
QUALIFIED = (the_reviewer_is_clinically_expert, a_physician_decides_medicare_necessity)
