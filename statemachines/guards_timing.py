"""Waiting, fast track, extension and the decision clock.

Source of the law: sections 1.6 to 1.8 of the clock rules. Limits and grounds come in as facts of
the clock's own rule; nothing here computes a date.
"""

from statemachines.facts import Facts
from statemachines.grounds import EXPEDITE_ASKERS, EXPEDITE_CRITERIA, MUST_FOLLOW
from statemachines.guards import Law, guard

_MUST_MCD = Law("42 CFR 438.210(d)(2), 438.410(a)", "S")
_MUST_MA = Law("42 CFR 422.570(c), 422.584(c)(2)(ii)", "S")
_MUST_QHP = Law("45 CFR 147.136(b)(3)(ii)(B)", "P")
_EXT_MCD = Law("42 CFR 438.404(c)(4), 438.408(c)", "S")
_EXT_MA = Law("42 CFR 422.568(b)(2), 422.572(b), 422.590(f), 422.564(e)(2)", "S")
_EXT_QHP = Law("29 CFR 2560.503-1(f)(2)(iii)", "P")

# ── Information ─────────────────────────────────────────────────────────────────────────────────


def _ask_lacks(f: Facts) -> str:
    lacks = [
        word
        for word, there in (
            ("what is needed", bool(f.information_wanted)),
            ("who is to send it", bool(f.information_from)),
            ("by when", f.information_hours > 0),
        )
        if not there
    ]
    return f"Say {', '.join(lacks)}."


@guard(
    "A request for information says what is needed, from whom and by when.",
    about="form",
    telling=_ask_lacks,
)
def the_ask_is_complete(f: Facts) -> bool:
    """Each item by name: 'more records' is no answerable question."""
    return bool(f.information_wanted) and bool(f.information_from) and f.information_hours > 0


@guard(
    "An urgent Marketplace request gives at least 48 hours to answer.",
    about="form",
    marketplace=Law("29 CFR 2560.503-1(f)(2)(i)", "P"),
)
def an_urgent_ask_gives_two_days(f: Facts) -> bool:
    """Other lines: the clock runs on, whatever time is given."""
    if f.line in ("medicaid", "medicare") or f.priority == "standard":
        return True
    return f.information_hours >= 48


@guard("Record what came in.", about="form")
def something_came(f: Facts) -> bool:
    """A document, a call or a letter that answers, in whole or in part."""
    return f.information_came


@guard("The time given for the information must have passed.")
def the_time_given_has_passed(f: Facts) -> bool:
    """The decision is then made on what is there."""
    return f.information_time_passed


# ── Fast track ──────────────────────────────────────────────────────────────────────────────────


@guard(
    "Services that were already given have no fast track.",
    medicaid=Law("42 CFR 438.210(d)(2)", "S"),
    medicare=_MUST_MA,
    marketplace=Law("29 CFR 2560.503-1(f)(2)(i)", "P"),
)
def a_fast_track_exists(f: Facts) -> bool:
    """Pre-service and concurrent only."""
    return f.timing in ("pre_service", "concurrent")


@guard("Say who asks for the fast track.", about="form")
def the_asker_is_known(f: Facts) -> bool:
    """Whether the plan must follow depends on it."""
    return f.expedite_asked_by in EXPEDITE_ASKERS


@guard("Somebody must have asked for the fast track and still wait for the answer.")
def an_ask_waits(f: Facts) -> bool:
    """Asked for, or filed as expedited, by somebody whom the plan need not follow."""
    return f.expedite_unanswered


def _must_follow(f: Facts) -> bool | None:
    if f.line not in MUST_FOLLOW or not f.expedite_supporters:
        return None
    return any(each in MUST_FOLLOW[f.line] for each in f.expedite_supporters)


@guard(
    "The fast track is granted on a physician's or (outside Medicare) a provider's word, or where "
    "the standard time could seriously jeopardize life, health or function: say which.",
    about="form",
    medicaid=_MUST_MCD,
    medicare=_MUST_MA,
    marketplace=_MUST_QHP,
)
def the_fast_track_is_justified(f: Facts) -> bool:
    """Expedited only when the criteria are met; misuse is visible."""
    return _must_follow(f) is True or f.expedite_criterion in EXPEDITE_CRITERIA


@guard(
    "A request for the fast track cannot be refused when a physician supports it, nor (outside "
    "Medicare) when a provider does.",
    medicaid=_MUST_MCD,
    medicare=_MUST_MA,
    marketplace=_MUST_QHP,
)
def nobody_must_be_followed(f: Facts) -> bool:
    """Asked by a member only; everybody who asked or filed it so is counted."""
    return _must_follow(f) is False


# ── Extension ───────────────────────────────────────────────────────────────────────────────────


@guard(
    "The rule of this clock must allow an extension, with days of it left.",
    medicaid=_EXT_MCD,
    medicare=_EXT_MA,
    marketplace=_EXT_QHP,
)
def the_rule_allows_more_time(f: Facts) -> bool:
    """Drugs, Marketplace appeals, external reviews and grievances about an extension have none."""
    return f.extension_days_left > 0


@guard(
    "An extension needs a ground that the rule accepts from the one who asks.",
    about="form",
    medicaid=_EXT_MCD,
    medicare=_EXT_MA,
    marketplace=_EXT_QHP,
    telling=lambda f: (
        f"The rule accepts only these grounds: {', '.join(f.extension_grounds)}."
        if f.extension_grounds
        else ""
    ),
)
def the_ground_is_accepted(f: Facts) -> bool:
    """`extension_grounds` are those of the winning rule for this requester."""
    return f.extension_ground in f.extension_grounds


@guard(
    "The extension must be at least one day and stay within the maximum of its rule.",
    about="form",
    medicaid=_EXT_MCD,
    medicare=_EXT_MA,
    marketplace=_EXT_QHP,
    telling=lambda f: (
        f"Between 1 and {f.extension_days_left} more days are possible."
        if f.extension_days_left > 0
        else ""
    ),
)
def the_days_fit(f: Facts) -> bool:
    """Together with earlier extensions of the same rule."""
    return 1 <= f.extension_days <= f.extension_days_left


@guard(
    "Time that has run out cannot be extended.",
    medicaid=_EXT_MCD,
    medicare=_EXT_MA,
    marketplace=_EXT_QHP,
)
def the_time_still_runs(f: Facts) -> bool:
    """The decision to extend comes not later than the due that is extended."""
    return f.decision_due_passed is False


@guard(
    "The extension letter must leave when its rule wants it: for requests and Medicare appeals "
    "before the time that is extended runs out.",
    about="form",
    medicaid=_EXT_MCD,
    medicare=_EXT_MA,
    marketplace=_EXT_QHP,
)
def the_letter_leaves_in_time(f: Facts) -> bool:
    """The letter names the new date, the reason and the right to complain."""
    return f.extension_notice_in_time


@guard(
    "Missing information gives the Marketplace claimant at least 45 days to supply it.",
    about="form",
    marketplace=Law("29 CFR 2560.503-1(f)(4)", "P"),
)
def missing_information_gives_45_days(f: Facts) -> bool:
    """Only with the ground `missing_information`."""
    if f.extension_ground and f.extension_ground != "missing_information":
        return True
    return bool(f.extension_ground) and f.extension_answer_days >= 45


# ── The decision clock ──────────────────────────────────────────────────────────────────────────


@guard("The decision clock must still run: deciding does not stop it, the notice leaving does.")
def the_clock_runs(f: Facts) -> bool:
    """Decision 1 of the design; orally where that counts."""
    return f.decision_clock_open


@guard("The time to decide must have run out.")
def the_due_has_passed(f: Facts) -> bool:
    """On time means not later than the due instant."""
    return f.decision_due_passed is True


@guard(
    "Only a case whose decision time ran out can go out undecided.",
    medicare=Law("42 CFR 422.590(d), (g)", "S"),
)
def the_deadline_was_missed(f: Facts) -> bool:
    """After `deadline_missed`."""
    return f.decision_missed


@guard(
    "Only where the law makes a missed clock an approval is there one to confirm.",
    cite="IC 27-1-37.5-28; O.C.G.A. 33-46-29; KRS 304.17A-607(2)",
    tag="S",
)
def the_law_approved_it(f: Facts) -> bool:
    """Recorded as the law's decision, never as a reviewer's (decision 23)."""
    return f.decision_missed and f.deemed == "deemed_approval"


OVERDUE = (the_clock_runs, the_due_has_passed)
MORE_TIME = (
    the_rule_allows_more_time,
    the_time_still_runs,
    the_ground_is_accepted,
    the_days_fit,
    the_letter_leaves_in_time,
)
