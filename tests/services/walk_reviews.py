"""How to bring an outside review into each of its states, and how to take each of its steps.

All reviews here are about two appeals that were upheld and told: one of Marketplace, one of
Medicaid; so the packet is complete.
"""

from datetime import timedelta

from casework import ledger
from casework.db import command
from casework.records.incoming import Came
from casework.records.reversals import Effectuation
from casework.services import (
    external_decisions,
    external_file,
    external_reviews,
    papers,
)
from tests.builders import MONDAY
from tests.services import stages, walk_joining, walk_requests
from tests.services.house import House

MEDICAID = "OH-MCD-2026"
MARKETPLACE = "OH-QHP"
MUCH_LATER = MONDAY + timedelta(days=200)
CAME = Came(note="The form, signed.")


def _ag(house: House, now=MONDAY):
    return house.cx("ag_specialist", now)


def _requested(house: House, contract: str = MARKETPLACE) -> str:
    return stages.a_review(house, contract, house.upheld[contract])


def _checked(house: House) -> str:
    ref = _requested(house)
    external_reviews.start_preliminary_review(_ag(house), ref, None)
    return ref


def _incomplete(house: House) -> str:
    ref = _checked(house)
    _find_incomplete(house, ref)
    return ref


def _eligible(house: House) -> str:
    ref = _checked(house)
    external_reviews.find_eligible(_ag(house), ref, None)
    return ref


def _assigned(house: House) -> str:
    ref = _eligible(house)
    _assign(house, ref)
    return ref


def _sent(house: House) -> str:
    ref = _requested(house, MEDICAID)
    _send(house, ref)
    return ref


def _sent_to_iro(house: House) -> str:
    ref = _assigned(house)
    _send(house, ref)
    return ref


def _heard(house: House) -> str:
    ref = _requested(house, MEDICAID)
    _schedule(house, ref)
    return ref


def _ineligible(house: House) -> str:
    ref = _checked(house)
    _find_ineligible(house, ref)
    return ref


def _ended(house: House, step, contract: str = MEDICAID) -> str:
    ref = _requested(house, contract)
    step(house, ref)
    return ref


def _effectuated(house: House) -> str:
    ref = _ended(house, _overturn)
    _effectuate(house, ref)
    return ref


# ── Steps ───────────────────────────────────────────────────────────────────────────────────────


def _find_incomplete(house: House, ref: str):
    form = external_reviews.Missing(items=("The signed release",))
    return external_reviews.find_incomplete(_ag(house), ref, None, form)


def _find_ineligible(house: House, ref: str, now=MONDAY):
    form = external_reviews.Ineligible(
        ground="not_reviewable", evidence="It is no medical judgment."
    )
    return external_reviews.find_ineligible(_ag(house, now), ref, None, form)


def _never_completed(house: House, ref: str):
    """The claimant was told what is missing, and the time for it passed."""
    _letter_left(house.cx("system"), ref)
    return _find_ineligible(house, ref, MUCH_LATER)


@command
def _letter_left(cx, ref: str) -> None:
    """The letter about the preliminary review left: its observation alone, with no other letter
    that this house owes."""
    case = ledger.take(cx, ref)
    said = ledger.Said(notice_kind="eligibility", printed_on=MONDAY.date())
    ledger.record(cx, [ledger.Change(case=case, observation="notice_sent", said=said)])


def _assign(house: House, ref: str):
    form = external_file.Giving(reason="The first one has a conflict.")
    return external_file.assign_iro(_ag(house), ref, None, form)


def _send(house: House, ref: str):
    return stages.sent(house, ref)


def _schedule(house: House, ref: str):
    form = external_file.Hearing(at=MONDAY + timedelta(days=30), place="By telephone.")
    return external_file.schedule_hearing(_ag(house), ref, None, form)


def _decide(house: House, ref: str, command, **more):
    form = external_decisions.BodyDecision(reference="B-1", decided_at=MONDAY, **more)
    return command(_ag(house), ref, None, form)


def _overturn(house: House, ref: str):
    return _decide(house, ref, external_decisions.overturn)


def _overturn_in_part(house: House, ref: str):
    lines = (stages.approved_for_less(),)
    return _decide(house, ref, external_decisions.overturn_in_part, lines=lines)


def _reverse(house: House, ref: str):
    form = external_decisions.OwnReversal(reason="New notes show the need.", whole=True)
    return external_decisions.terminate_by_reversal(_ag(house), ref, None, form)


def _effectuate(house: House, ref: str, remaining: int = 0):
    form = Effectuation(remaining=remaining)
    return external_decisions.effectuate(_ag(house), ref, None, form)


def _withdraw(house: House, ref: str):
    contract = (
        MEDICAID
        if stages.look(house, ref).case.contract_id == house.town.contracts[MEDICAID][0]
        else MARKETPLACE
    )
    return walk_requests.withdraw(house, ref, f"member of {contract}")


def _miss(house: House, ref: str):
    """The body had the case and let its time run out."""
    form = papers.Arrival(at=MONDAY, proof="Receipt of the body.")
    papers.reviewer_received(_ag(house), ref, None, form)
    return external_reviews_missed(house, ref)


def external_reviews_missed(house: House, ref: str):
    """Record that the body's time ran out."""
    return external_file.deadline_missed(house.cx("system", MUCH_LATER), ref)


STAGES = {
    "requested": lambda house: _requested(house, MEDICAID),
    "in_preliminary_review": _checked,
    "incomplete": _incomplete,
    "ineligible": _ineligible,
    "assigned": _assigned,
    "file_sent": _sent,
    "hearing_scheduled": _heard,
    "upheld": lambda house: _ended(house, lambda h, r: _decide(h, r, external_decisions.uphold)),
    "overturned": lambda house: _ended(house, _overturn),
    "partially_overturned": lambda house: _ended(house, _overturn_in_part),
    "effectuated": _effectuated,
    "withdrawn": lambda house: _ended(house, _withdraw),
    "terminated": lambda house: _ended(house, _reverse),
}
STEPS = {
    **walk_joining.PARTIES,
    "request": lambda house, _ref: _requested(house),
    "start_preliminary_review": lambda house, ref: external_reviews.start_preliminary_review(
        _ag(house), ref, None
    ),
    "find_incomplete": _find_incomplete,
    "perfect": lambda house, ref: external_reviews.perfect(_ag(house), ref, None, CAME),
    "find_eligible": lambda house, ref: external_reviews.find_eligible(_ag(house), ref, None),
    "find_ineligible": _find_ineligible,
    "assign_iro": _assign,
    "send_file": _send,
    "schedule_hearing": _schedule,
    "add_information": lambda house, ref: external_file.add_information(
        _ag(house), ref, None, CAME
    ),
    "uphold": lambda house, ref: _decide(house, ref, external_decisions.uphold),
    "overturn": _overturn,
    "overturn_in_part": _overturn_in_part,
    "record_dismissal": lambda house, ref: _decide(house, ref, external_decisions.record_dismissal),
    "effectuate": _effectuate,
    "terminate_by_reversal": _reverse,
    "withdraw": _withdraw,
    "deadline_missed": _miss,
    "correct_receipt": walk_requests.correct,
}
SPECIAL = {
    ("start_preliminary_review", "requested"): _requested,
    ("assign_iro", "in_preliminary_review"): _eligible,
    ("assign_iro", "file_sent"): _sent_to_iro,
}
OTHERWISE = {
    ("effectuate", 0): lambda house, ref: _effectuate(house, ref, 1),
    ("find_ineligible", 1): _never_completed,
}
