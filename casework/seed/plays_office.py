"""What the demo's first office has with the plan in its own right: claims, disputes, a complaint,
consents. Through the real services, on its own instants."""

from datetime import datetime, timedelta
from typing import Final

from casework.context import SYSTEM
from casework.records.claims_file import ClaimRow
from casework.records.determinations import LineRuling, Words
from casework.records.reversals import Effectuation
from casework.seed.living import Living, Play
from casework.seed.members import SPECIAL
from casework.seed.scene import DAY
from casework.seed.town import MemberHere, Office
from casework.services import (
    appeal_decisions,
    appeal_review,
    claims,
    consents,
    disputes,
    grievances,
)
from casework.submission import PaperAsSent

OPEN: Final = "CLM-2026-004812"
DECIDED: Final = "CLM-2026-003377"
_PAPER: Final = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def _claims_are_told(living: Living, now: datetime) -> None:
    """The claims system tells of Maple's claims: paid, not paid, paid in part, still pending."""
    living.at(now - 60 * DAY)
    rosa, peter = (living.town.demo_members[name] for name in ("rosa", "peter"))
    told = (
        (OPEN, peter, ("72148", "72100"), 184_000, 42_000, "partly_paid", "Paid for one view only"),
        (DECIDED, rosa, ("97110", "97530"), 31_000, 0, "denied", "No authorization on file"),
        ("CLM-2026-002950", rosa, ("99213",), 18_500, 18_500, "paid", ""),
        ("CLM-2026-005106", rosa, ("58661",), 412_000, 0, "denied", "No consent on file"),
        ("CLM-2026-005240", peter, ("97110",), 15_500, 0, "pending", ""),
    )
    rows = tuple(_row(living, place, *each, since=now) for place, each in enumerate(told, start=2))
    claims.import_claims(living.cx(SYSTEM), rows)


def _row(
    living: Living,
    row: int,
    number: str,
    member: MemberHere,
    codes: tuple[str, ...],
    billed: int,
    paid: int,
    status: str,
    why: str,
    *,
    since: datetime,
) -> ClaimRow:
    served = (since - (100 - row) * DAY).date()
    return ClaimRow(
        row=row,
        number=number,
        contract=_contract_of(member),
        member=member.number,
        npi=_maple(living).npi,
        service_on=served,
        received_on=served + timedelta(days=6),
        codes=codes,
        billed_cents=billed,
        paid_cents=paid,
        status=status,
        denial_code="197" if why else "",
        denial_words=why,
        adjudicated_on=None if status == "pending" else served + timedelta(days=26),
        authorization="",
    )


def _maple_wins_a_dispute(living: Living, now: datetime) -> None:
    """The authorization was there after all: paid in part, with the number of the instruction."""
    living.at(now - 50 * DAY)
    office = living.cx(_maple(living).principal)
    why = "The authorization was on file before the service; its number stands in your own letter."
    ref = disputes.file_dispute(office, disputes.DisputeFiling(claim=DECIDED, reason=why)).ref
    living.letters_leave()
    living.at(now - 40 * DAY)
    clinician = living.town.staff["appeals_clinician"].principal
    appeal_review.assign_reviewer(
        living.of("appeals"),
        ref,
        None,
        appeal_review.Assignment(reviewer_id=clinician.id, expertise=True),
    )
    living.at(now - 30 * DAY)
    form = appeal_decisions.Resolution(
        words=Words(
            reason="The notes show one unit of this code.",
            rationale="The authorization was found under the old number of the member.",
        ),
        everything_considered=True,
        lines=(LineRuling(number=1, result="approved"),),
    )
    appeal_decisions.overturn_in_part(living.cx(clinician), ref, None, form)
    living.letters_leave()
    living.at(now - 27 * DAY)
    paid = Effectuation(payment_instruction="PAY-2026-118204")
    appeal_decisions.effectuate(living.of("appeals"), ref, None, paid)
    living.letters_leave()


def _maple_disputes(living: Living, now: datetime) -> None:
    """A claim that was paid too low, disputed a week ago and open."""
    living.at(now - 7 * DAY)
    why = "Both views were ordered and read; the report of the second one is in the record."
    disputes.file_dispute(
        living.cx(_maple(living).principal), disputes.DisputeFiling(claim=OPEN, reason=why)
    )
    living.letters_leave()


def _maple_complains(living: Living, now: datetime) -> None:
    """Fifty minutes on the line, and nobody knew where the request stood."""
    living.at(now - 4 * DAY)
    form = grievances.GrievanceFiling(
        told="We waited 50 minutes on the line, and nobody could say where our request stood.",
        category="service.phone",
        member_number=living.town.demo_members["peter"].number,
        incident_on=(now - 5 * DAY).date(),
    )
    grievances.file_grievance(living.cx(_maple(living).principal), form)
    living.letters_leave()


def _maple_sends_consents(living: Living, now: datetime) -> None:
    """One without a claim number counts for later claims only; another lacks a signature."""
    living.at(now - 20 * DAY)
    office = living.cx(_maple(living).principal)
    rosa = living.town.demo_members["rosa"].number
    form = PaperAsSent(name="consent.pdf", media_type="application/pdf", content=_PAPER)
    consents.keep_consent(
        office,
        consents.ConsentFiling(
            kind="other",
            member_number=rosa,
            signed_on=(now - 22 * DAY).date(),
            checks=("patient_signed", "names_service"),
            papers=(form,),
        ),
    )
    consents.keep_consent(
        office,
        consents.ConsentFiling(
            kind="sterilization",
            member_number=rosa,
            claim="CLM-2026-005106",
            signed_on=(now - 150 * DAY).date(),
            service_on=(now - 95 * DAY).date(),
            checks=("federal_form", "patient_signed", "explainer_signed", "competent"),
            papers=(form,),
        ),
    )


def _maple(living: Living) -> Office:
    return living.town.offices[0]


def _contract_of(member: MemberHere) -> str:
    return next(one.contract for one in SPECIAL if one.number == member.number)


PLAYS: Final[tuple[Play, ...]] = (
    _claims_are_told,
    _maple_wins_a_dispute,
    _maple_disputes,
    _maple_complains,
    _maple_sends_consents,
)
CASES: Final = 3  # two disputes and a complaint
