"""How to bring an appeal into each of its states, and how to take each of its steps."""

from datetime import date, timedelta
from itertools import count

from casework.records.determinations import LineRuling
from casework.services import (
    appeal_decisions,
    appeal_review,
    appeals,
    contacts,
    disputes,
    endings,
    external_decisions,
    grievance_findings,
    reclassifying,
)
from tests.builders import MONDAY, a_submission
from tests.services import stages, walk_joining, walk_requests
from tests.services.claims_here import a_claim
from tests.services.house import House

CONTRACT = "OH-MCD-2026"
MEDICARE = "MA-2026"
MARKETPLACE = "OH-QHP"
NUMBERS = (f"CLM-{number}" for number in count(9001))
TOO_LATE = MONDAY + timedelta(days=100)


def _received(house: House, contract: str = CONTRACT, **said) -> str:
    return stages.an_appeal(house, contract, **said)


def by_office(house: House, contract: str = CONTRACT, about: str = "", **said) -> str:
    """An appeal that a provider's office files for the member, without consent."""
    about = about or stages.a_denial(house, contract)
    form = appeals.AppealFiling(about=about, reason="She needs it.", **said)
    return appeals.file_appeal(house.cx("Maple"), form).ref


def _awaiting(house: House, contract: str = CONTRACT, about: str = "") -> str:
    ref = by_office(house, contract, about)
    appeal_review.require_consent(house.cx("ag_specialist"), ref, None)
    return ref


def _in_review(house: House, contract: str = CONTRACT, **said) -> str:
    return stages.a_reviewed_appeal(house, contract, **said)


def _pended(house: House, contract: str = CONTRACT, **said) -> str:
    ref = _in_review(house, contract, **said)
    walk_requests.ask(house, ref, "ag_specialist")
    return ref


def partly(house: House, contract: str = CONTRACT, **said) -> str:
    """An appeal that gave one of two services."""
    about = stages.a_denial(house, contract, **stages.two_lines(house))
    ref = stages.a_reviewed_appeal(house, contract, about=about, **said)
    _overturn_in_part(house, ref)
    return ref


def _effectuated(house: House) -> str:
    ref = stages.decided(house, CONTRACT, "overturn")
    stages.carry_out(house, ref)
    return ref


def _ended(house: House, step) -> str:
    ref = _received(house)
    step(house, ref)
    return ref


def _merged(house: House) -> str:
    ref = _with_elder(_received)(house)
    walk_joining.merge(house, ref)
    return ref


STAGES = {
    "received": _received,
    "awaiting_consent": _awaiting,
    "in_review": _in_review,
    "pended": _pended,
    "upheld": lambda house: stages.decided(house, CONTRACT, "uphold"),
    "overturned": lambda house: stages.decided(house, CONTRACT, "overturn"),
    "partially_overturned": partly,
    "effectuated": _effectuated,
    "forwarded": lambda house: stages.decided(house, MEDICARE, "uphold"),
    "withdrawn": lambda house: _ended(house, _withdraw),
    "dismissed": lambda house: _ended(house, _dismiss),
    "converted": lambda house: _ended(house, _convert),
    "merged": lambda house: _merged(house),
}

# ── Steps ───────────────────────────────────────────────────────────────────────────────────────


def _withdraw(house: House, ref: str):
    return walk_requests.withdraw(house, ref, _filer(house, ref))


def _filer(house: House, ref: str) -> str:
    case = stages.look(house, ref).case
    if case.filed_by == "provider":
        return "Maple"
    codes = {ids[0]: code for code, ids in house.town.contracts.items()}
    return f"member of {codes[case.contract_id]}"


def _dismiss(house: House, ref: str):
    form = endings.Dismissal(ground="nothing_to_appeal", evidence="No number is on it.")
    return endings.dismiss(house.cx("ag_specialist"), ref, None, form)


def _convert(house: House, ref: str):
    form = grievance_findings.IntoGrievance(
        category="attitude.plan", told="The clerk was rude.", reason="It disputes no decision."
    )
    return grievance_findings.convert_to_grievance(house.cx("ag_specialist"), ref, None, form)


def _consent(house: House, ref: str):
    form = appeal_review.Consent(signed_on=date(2027, 2, 27), fits=True)
    return appeal_review.record_consent(house.cx("ag_specialist"), ref, None, form)


def _late(house: House) -> str:
    """An appeal that came after the window that the notice opened."""
    about = house.told(CONTRACT)
    return stages.an_appeal(house, CONTRACT, about=about, now=TOO_LATE)


def _accept_late(house: House, ref: str):
    form = appeal_review.GoodCause(good_cause="She was in hospital.")
    return appeal_review.accept_late(house.cx("ag_specialist", TOO_LATE), ref, None, form)


def _refuse_late(house: House, ref: str):
    form = appeal_review.TooLate(reason="It came after the last day, and no reason was given.")
    return appeal_review.refuse_late(house.cx("ag_specialist", TOO_LATE), ref, None, form)


def _share(house: House, ref: str):
    form = appeal_review.Evidence(
        evidence=("A guideline of 2026",), answer_by=MONDAY + timedelta(days=5)
    )
    return appeal_review.share_new_evidence(house.cx("ag_specialist"), ref, None, form)


def _cut(house: House) -> str:
    ref = walk_requests.STAGES["approved"](house)
    walk_requests.cut(house, ref)
    return ref


def _continue(house: House, ref: str):
    form = appeal_review.Continuation(asked_by="member")
    return appeal_review.continue_benefits(house.member(CONTRACT), ref, None, form)


def _into_dispute(house: House, ref: str):
    claim = a_claim(house.town, CONTRACT, number=next(NUMBERS))
    form = reclassifying.IntoDispute(claim=claim, reason="It is about money.")
    return reclassifying.take_as_dispute(house.cx("ag_specialist"), ref, None, form)


def _into_appeal(house: House, ref: str):
    form = reclassifying.IntoMembersAppeal(
        about=house.told(CONTRACT), signed_on=date(2027, 2, 27), fits=True, reason="She says so."
    )
    return reclassifying.take_as_appeal(house.cx("ag_specialist"), ref, None, form)


def _change_subject(house: House, ref: str):
    form = appeal_review.NewSubject(subject="Only the second service.", reason="She said so.")
    return appeal_review.change_subject(house.cx("ag_specialist"), ref, None, form)


def _acknowledge(house: House, ref: str):
    _change_subject(house, ref)
    return appeal_review.acknowledge_subject(house.cx("ag_clinician"), ref, None)


def _overturn_in_part(house: House, ref: str):
    lines = (LineRuling(number=2, result="approved"),)
    return stages.decide(house, ref, "overturn_in_part", lines=lines)


def _effectuate(house: House, ref: str):
    return stages.carry_out(house, ref)


def _effectuate_a_part(house: House, ref: str):
    return stages.carry_out(house, ref, remaining=1)


def _forward(house: House, ref: str):
    """Forward what ran out of time; an upheld appeal is forwarded by the plan at once."""
    if stages.look(house, ref).case.state == "forwarded":
        return None
    walk_requests.miss(house, ref)
    return appeal_decisions.forward(house.cx("ag_specialist", walk_requests.LATE), ref, None)


STEPS = {
    **walk_requests.shared("ag_specialist"),
    "receive": lambda house, _ref: _received(house),
    "require_consent": lambda house, ref: appeal_review.require_consent(
        house.cx("ag_specialist"), ref, None
    ),
    "record_consent": _consent,
    "accept_late": _accept_late,
    "refuse_late": _refuse_late,
    "assign_reviewer": lambda house, ref: stages.give(house, ref),
    "share_new_evidence": _share,
    "continue_benefits": _continue,
    **walk_joining.PARTIES,
    **walk_joining.JOINED,
    "take_as_dispute": _into_dispute,
    "take_as_appeal": _into_appeal,
    "change_subject": _change_subject,
    "acknowledge_subject": _acknowledge,
    "uphold": lambda house, ref: stages.decide(house, ref, "uphold"),
    "overturn": lambda house, ref: stages.decide(house, ref, "overturn"),
    "overturn_in_part": _overturn_in_part,
    "effectuate": _effectuate,
    "forward": _forward,
    "withdraw": _withdraw,
    "dismiss": _dismiss,
    "vacate_dismissal": lambda house, ref: endings.vacate_dismissal(
        house.cx("ag_specialist"), ref, None, endings.Vacating(good_cause="The letter was lost.")
    ),
    "convert": _convert,
}

# ── Cases of their own ──────────────────────────────────────────────────────────────────────────


def _beside(house: House) -> str:
    """An urgent Marketplace appeal that was overturned while its outside review is open."""
    ref = stages.a_reviewed_appeal(house, MARKETPLACE, priority="expedited")
    stages.a_review(house, MARKETPLACE, ref, urgent=True)
    stages.decide(house, ref, "overturn")
    return ref


def _partly_and_outside(house: House) -> str:
    """A Marketplace appeal that gave a part, with the rest under outside review."""
    ref = partly(house, MARKETPLACE)
    stages.a_review(house, MARKETPLACE, ref)
    return ref


def _forwarded_part(house: House) -> str:
    """A Medicare appeal that gave a part; the rest is with the review entity."""
    return partly(house, MEDICARE)


def _forwarded_and_answered(house: House) -> str:
    """The same after the review entity upheld the rest."""
    ref = partly(house, MEDICARE)
    [review] = house.reviews_of(ref)
    form = external_decisions.BodyDecision(reference="IRE-1", decided_at=MONDAY)
    external_decisions.uphold(house.cx("ag_specialist"), review, None, form)
    return ref


def _two_lines(house: House) -> str:
    about = stages.a_denial(house, CONTRACT, **stages.two_lines(house))
    return stages.a_reviewed_appeal(house, CONTRACT, about=about)


def _with_elder(stage):
    """The same stage, where an earlier appeal of the same denial is open."""

    def staged(house: House) -> str:
        about = stages.a_denial(house, CONTRACT)
        stages.an_appeal(house, CONTRACT, about=about)
        return stage(house, about=about)

    return staged


def _office_in_review(house: House) -> str:
    ref = by_office(house, consent=True, papers=a_submission(house.town).papers)
    stages.give(house, ref)
    return ref


def _vacated(house: House) -> str:
    """An appeal without consent whose dismissal was vacated: it is reviewed and still wants one."""
    ref = _awaiting(house)
    call = contacts.ContactMade(
        direction="out", channel="phone", with_whom="Maple Clinic", purpose="The consent"
    )
    for _ in range(3):
        contacts.log_contact(house.cx("ag_specialist"), ref, None, call)
    specialist = house.cx("ag_specialist", MONDAY + timedelta(days=60))
    form = endings.Dismissal(ground="consent_missing", evidence="Nobody answered three calls.")
    endings.dismiss(specialist, ref, None, form)
    vacating = endings.Vacating(good_cause="The form had come to another desk.")
    endings.vacate_dismissal(specialist, ref, None, vacating)
    return ref


def _then_pended(stage):
    def staged(house: House) -> str:
        ref = stage(house)
        walk_requests.ask(house, ref, "ag_specialist")
        return ref

    return staged


def a_dispute(house: House) -> str:
    """A provider's own dispute about a claim."""
    claim = a_claim(house.town, CONTRACT, number=next(NUMBERS))
    form = disputes.DisputeFiling(claim=claim, reason="It was paid too low.")
    return disputes.file_dispute(house.cx("Maple"), form).ref


def _reviewed_dispute(house: House) -> str:
    ref = a_dispute(house)
    stages.give(house, ref)
    return ref


_JOINED = {
    ("merge", state): _with_elder(stage)
    for state, stage in (
        ("received", _received),
        ("awaiting_consent", _awaiting),
        ("in_review", _in_review),
        ("pended", _pended),
    )
}
_RENAMED = {
    ("take_as_dispute", "received"): by_office,
    ("take_as_dispute", "awaiting_consent"): _awaiting,
    ("take_as_dispute", "in_review"): _office_in_review,
    ("take_as_dispute", "pended"): _then_pended(_office_in_review),
    ("take_as_appeal", "received"): a_dispute,
    ("take_as_appeal", "in_review"): _reviewed_dispute,
    ("take_as_appeal", "pended"): _then_pended(_reviewed_dispute),
}
SPECIAL = {
    ("record_consent", "in_review"): _vacated,
    ("record_consent", "pended"): lambda house: _then_pended(_vacated)(house),
    **_JOINED,
    **_RENAMED,
    ("require_consent", "received"): by_office,
    ("accept_late", "received"): _late,
    ("refuse_late", "received"): _late,
    ("overturn_in_part", "in_review"): _two_lines,
    ("continue_benefits", "received"): lambda house: _received(house, about=_cut(house)),
    ("continue_benefits", "awaiting_consent"): lambda house: _awaiting(house, about=_cut(house)),
    ("continue_benefits", "in_review"): lambda house: _in_review(house, about=_cut(house)),
    ("continue_benefits", "pended"): lambda house: _pended(house, about=_cut(house)),
    ("forward", "upheld"): STAGES["forwarded"],
    ("forward", "partially_overturned"): _forwarded_part,
    ("forward", "received"): lambda house: _received(house, MEDICARE),
    ("forward", "awaiting_consent"): lambda house: _awaiting(house, MEDICARE),
    ("forward", "in_review"): lambda house: _in_review(house, MEDICARE),
    ("forward", "pended"): lambda house: _pended(house, MEDICARE),
    ("effectuate", "overturned", 1): _beside,
    ("effectuate", "partially_overturned", 1): _partly_and_outside,
    ("effectuate", "forwarded", 0): _forwarded_part,
    ("effectuate", "forwarded", 1): _forwarded_part,
    ("effectuate", "forwarded", 2): _forwarded_and_answered,
}
# Of several edges of one trigger from one state, the one that must be taken otherwise.
OTHERWISE = {("effectuate", 0): _effectuate_a_part}
