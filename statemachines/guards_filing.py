"""Coming in and going out: receipt, standing and consent, lateness, withdrawal, dismissal.

Source of the law: section 2.2 of the clock rules. Late filing is never refused at the door.
"""

from statemachines.facts import Facts
from statemachines.grounds import APPEAL_DISMISSALS, GRIEVANCE_DISMISSALS, REQUEST_DISMISSALS
from statemachines.guards import Law, guard

ATTEMPTS = 3  # to get a missing consent, before its want can end an appeal
_CONSENT_MCD = Law("42 CFR 438.402(c)(1)(ii)", "K")
_CONSENT_MA = Law("42 CFR 422.578", "S")
_CONSENT_QHP = Law("29 CFR 2560.503-1(b)(4)", "S")


@guard(
    "Enter when it was received: the first moment at the plan or its delegate, not in the future.",
    about="form",
)
def the_receipt_is_known(f: Facts) -> bool:
    """It need not be opened, complete or clean; the clocks run from this instant."""
    return f.receipt_known


def _request_lacks(f: Facts) -> str:
    lacks = [
        word
        for word, there in (
            ("a member whom we know", f.member_identified),
            ("who asks for it", f.requester_identified),
            ("at least one service line", f.line_count > 0),
        )
        if not there
    ]
    return f"The request lacks {', '.join(lacks)}. All else may follow."


@guard(
    "A request names a member whom we know, who asks for it and at least one service line.",
    about="form",
    telling=_request_lacks,
)
def the_request_has_its_least(f: Facts) -> bool:
    """What else is missing is listed and asked for; it keeps no request out."""
    return f.member_identified and f.requester_identified and f.line_count > 0


@guard(
    "An appeal names the determination or the claim that it disputes.",
    about="form",
    medicaid=Law("42 CFR 438.402(c)", "S"),
    medicare=Law("42 CFR 422.578", "S"),
    marketplace=Law("29 CFR 2560.503-1(h)", "P"),
)
def the_dispute_is_named(f: Facts) -> bool:
    """By the letter, the case, the claim or in the filer's own words."""
    return f.dispute_named


@guard("Write down what the complaint is about and choose its category.", about="form")
def the_complaint_is_stated(f: Facts) -> bool:
    """In the member's own words where we have them."""
    return f.complaint_stated and bool(f.category)


@guard("Choose the new category and say why.", about="form")
def the_new_category_is_stated(f: Facts) -> bool:
    """The category decides which clock runs."""
    return bool(f.category) and bool(f.reason)


# ── Consent ─────────────────────────────────────────────────────────────────────────────────────


def _own_right(f: Facts) -> bool | None:
    """Whether the filer may appeal without the member's written word; None where not known."""
    if not f.line or not f.filer:
        return None
    if f.filer in ("member", "representative"):
        return f.filer == "member"
    if not f.about:
        return None
    return True if f.about == "payment" else _professional_may_file(f)


def _professional_may_file(f: Facts) -> bool | None:
    """A professional who treats the member: urgent Marketplace; Medicare physician, pre-service."""
    if f.line == "medicaid" or f.filer_is_treating is False:
        return False
    if f.filer_is_treating is None or not f.priority or not f.timing:
        return None
    if f.line == "marketplace":
        return f.priority == "expedited"
    return f.filer == "physician" and f.timing in ("pre_service", "concurrent")


@guard(
    "Consent is asked for only where it is owed and not on file.",
    against="consent_is_in_order",
    medicaid=_CONSENT_MCD,
    medicare=_CONSENT_MA,
    marketplace=_CONSENT_QHP,
)
def consent_is_missing(f: Facts) -> bool:
    """An urgent Marketplace appeal by who treats the member, and a Medicare appeal before service
    by the treating physician, need none."""
    return _own_right(f) is False and f.consent_on_file is False


@guard(
    "Where the representative's form or the member's written consent is owed, it must be on file.",
    against="consent_is_missing",
    medicaid=_CONSENT_MCD,
    medicare=_CONSENT_MA,
    marketplace=_CONSENT_QHP,
)
def consent_is_in_order(f: Facts) -> bool:
    """Not owed, or on file for this case."""
    return _own_right(f) is True or (_own_right(f) is False and f.consent_on_file is True)


@guard(
    "The consent must be signed, and be for this service and this appeal.",
    about="form",
    medicaid=_CONSENT_MCD,
    medicare=_CONSENT_MA,
    marketplace=_CONSENT_QHP,
)
def the_consent_fits(f: Facts) -> bool:
    """A general consent, or one for another appeal, is none."""
    return f.consent_covers_case


# ── Late filing ─────────────────────────────────────────────────────────────────────────────────


@guard("Only what was filed late has a lateness to decide.")
def it_came_late(f: Facts) -> bool:
    """Against the window of the same rules that print the date on the notice."""
    return f.filed_late is True


@guard(
    "What was filed late needs its good cause decided first.",
    medicare=Law("42 CFR 422.582(c)", "S"),
)
def lateness_is_settled(f: Facts) -> bool:
    """In time, or late with good cause accepted."""
    return f.filed_late is False or (f.filed_late is True and f.good_cause_accepted)


@guard(
    "State the good cause.",
    about="form",
    medicare=Law("42 CFR 422.582(c)", "S"),
)
def good_cause_is_stated(f: Facts) -> bool:
    """In the words that the letter and an auditor will read."""
    return bool(f.good_cause.strip())


@guard(
    "A dismissal is vacated only while the time for it runs.",
    medicare=Law("42 CFR 422.582(f)-(h)", "S"),
)
def the_dismissal_may_be_vacated(f: Facts) -> bool:
    """Medicare: six months for good cause; elsewhere what the contract allows."""
    return f.vacate_window_open


@guard("A dismissal is vacated only while the contract allows it.")
def the_contract_allows_vacating(f: Facts) -> bool:
    """For a request, where a mistaken dismissal would lose the first receipt: policy."""
    return f.vacate_window_open


# ── Going out ───────────────────────────────────────────────────────────────────────────────────


@guard(
    "Only the one who filed, the member or the member's representative can withdraw it.",
    about="form",
)
def a_party_withdraws(f: Facts) -> bool:
    """The plan never withdraws what others filed; it dismisses, with a notice."""
    return f.withdrawal_by_party


@guard("Give the reason.", about="form")
def a_reason_is_given(f: Facts) -> bool:
    """One sentence is enough; blanks are none."""
    return bool(f.reason.strip())


@guard("Give the reason, and what proves it.", about="form")
def reason_and_evidence_are_given(f: Facts) -> bool:
    """A fax header, a post stamp, a call record, a dated answer."""
    return bool(f.reason.strip()) and bool(f.evidence.strip())


def _proven(f: Facts) -> bool:
    """A duplicate shows which; every other ground shows what it rests on."""
    if f.dismissal_ground == "duplicate":
        return bool(f.duplicate_of.strip())
    return bool(f.evidence.strip())


@guard(
    "Choose a ground for dismissal and prove it: which case it repeats, the dated answer that no "
    "prior authorization is required, that it is not our member, or that the filer has no "
    "standing.",
    about="form",
)
def the_request_is_dismissible(f: Facts) -> bool:
    """Not eligible, exhausted and not covered are denials with appeal rights, not dismissals."""
    return f.dismissal_ground in REQUEST_DISMISSALS and _proven(f)


@guard(
    "Choose a ground for dismissal and prove it: consent that never came, a filer without "
    "standing, nothing to appeal, or the case that it repeats.",
    about="form",
    medicare=Law("42 CFR 422.582(f)-(h)", "S"),
)
def the_appeal_is_dismissible(f: Facts) -> bool:
    """Late filing has its own step, with the good cause decided."""
    return f.dismissal_ground in APPEAL_DISMISSALS and _proven(f)


@guard(
    "A missing consent ends an appeal only when the time for it has passed and at least three "
    "attempts to get it are logged, each with its date.",
    about="form",
    medicare=Law("42 CFR 422.582(f)-(h)", "K"),
)
def missing_consent_was_pursued(f: Facts) -> bool:
    """Other grounds do not wait for the consent."""
    if f.dismissal_ground and f.dismissal_ground != "consent_missing":
        return True
    return bool(f.dismissal_ground) and f.consent_time_passed and f.contact_attempts >= ATTEMPTS


def _late_if_said(f: Facts) -> bool:
    return f.dismissal_ground != "filed_late" or f.filed_late is True


@guard("Choose a ground for dismissal and prove it.", about="form")
def the_grievance_is_dismissible(f: Facts) -> bool:
    """A Medicaid grievance may be filed at any time: 42 CFR 438.402(c)(2)(i)."""
    if f.dismissal_ground not in GRIEVANCE_DISMISSALS or not _late_if_said(f):
        return False
    lawful = f.dismissal_ground != "filed_late" or f.line in ("medicare", "marketplace")
    return lawful and _proven(f)


@guard(
    "Only a grievance that disputes a named coverage decision becomes an appeal.",
    about="form",
    against="it_disputes_no_decision",
)
def it_disputes_a_decision(f: Facts) -> bool:
    """Then it is an appeal, whatever it was called, from the same instant of receipt."""
    return f.disputes_decision is True and f.dispute_named


@guard(
    "Only an appeal that disputes no coverage decision becomes a grievance.",
    about="form",
    against="it_disputes_a_decision",
)
def it_disputes_no_decision(f: Facts) -> bool:
    """An oral inquiry that seeks to appeal is an appeal: 42 CFR 438.406(b)(3)."""
    return f.disputes_decision is False


@guard("Name who takes the party's place, and what shows it.", about="form")
def the_new_party_is_named(f: Facts) -> bool:
    """As after the death of the member: the estate or the surviving spouse, with the paper."""
    return bool(f.new_party.strip()) and bool(f.evidence.strip())
