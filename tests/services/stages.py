"""Stages of a case for tests of appeals, grievances and outside reviews, all by real commands.

Each function brings a case to a stage and returns its number; `look` reads what then is there.
"""

import io
from dataclasses import dataclass, replace
from datetime import date, datetime

import pikepdf
from sqlalchemy import select

from casework.models import (
    Authorization,
    Case,
    CaseEvent,
    Clock,
    Letter,
    Obligation,
)
from casework.now import wall
from casework.records import packet_rows, series
from casework.records.determinations import LineRuling, Wanted, Words
from casework.records.reversals import Effectuation
from casework.services import (
    appeal_decisions,
    appeal_review,
    appeals,
    case_files,
    case_files_leave,
    determinations,
    external_file,
    external_reviews,
    grievances,
    review,
)
from casework.services.case_files_leave import Made
from casework.services.intake import submit_prior_auth
from casework.storage import Storage
from casework.worker import Worker
from tests.builders import MONDAY, a_submission
from tests.services.house import House

CONTRACTS = ("OH-MCD", "OH-QHP", "OH-MA", "OH-MCD-2026", "MA-2026")
REASON = "The records show no warning sign, so this test is not needed now."
WORDS = Words(
    provision="Your plan book, chapter 4: imaging must be medically needed.",
    standard="We compared the records with each point of the policy.",
    rationale="A doctor who had no part before read the notes. The nerve exam was normal.",
    considered=("Your appeal letter", "The file of the first decision"),
    perfect=(Wanted(what="Notes of the exam", why="They may show a warning sign."),),
)


# ── Stages ──────────────────────────────────────────────────────────────────────────────────────


def with_physician(house: House, contract: str = "OH-MCD", **changes) -> str:
    """A request that a nurse has referred to a physician."""
    sent = a_submission(house.town, contract, **changes)
    ref = submit_prior_auth(house.cx("Maple"), sent).ref
    review.start_review(house.cx("nurse"), ref, None)
    review.refer_to_physician(
        house.cx("nurse"), ref, None, review.Referral(summary="Summary.", criteria="Not met.")
    )
    return ref


def a_denial(house: House, contract: str = "OH-MCD", **changes) -> str:
    """A request denied by the physician for medical necessity."""
    ref = with_physician(house, contract, **changes)
    lines = a_submission(house.town, contract, **changes).lines
    ruling = determinations.Ruling(
        lines=tuple(
            LineRuling(
                number=line.number,
                result="denied",
                reason=REASON,
                criterion="Imaging policy MP-021, part 2.",
            )
            for line in lines
        ),
        words=WORDS,
        criterion="MP-021",
        attested=True,
    )
    determinations.deny(house.cx("physician"), ref, None, ruling)
    return ref


def an_appeal(
    house: House, contract: str = "OH-MCD", *, about: str = "", now: datetime = MONDAY, **said
) -> str:
    """An appeal that the member files online."""
    about = about or a_denial(house, contract)
    form = appeals.AppealFiling(about=about, reason="My doctor says I need it.", **said)
    return appeals.file_appeal(house.member(contract, now), form).ref


def a_reviewed_appeal(house: House, contract: str = "OH-MCD", **said) -> str:
    """An appeal with its reviewer."""
    ref = an_appeal(house, contract, **said)
    give(house, ref)
    return ref


def give(house: House, ref: str, to: str = "ag_clinician", now: datetime = MONDAY):
    """Assign a reviewer to an appeal."""
    form = appeal_review.Assignment(reviewer_id=house.user(to), expertise=True)
    return appeal_review.assign_reviewer(house.cx("ag_specialist", now), ref, None, form)


def resolution(**changes) -> appeal_decisions.Resolution:
    """A complete decision of an appeal."""
    plain = appeal_decisions.Resolution(
        words=WORDS, everything_considered=True, attested=True, criterion="MP-021"
    )
    return replace(plain, **changes)


def decided(house: House, contract: str, how: str, *, now: datetime = MONDAY, **said) -> str:
    """An appeal decided by the independent clinician: uphold, overturn or overturn_in_part."""
    ref = a_reviewed_appeal(house, contract, **said)
    decide(house, ref, how, now=now)
    return ref


def decide(house: House, ref: str, how: str, *, who: str = "ag_clinician", now=MONDAY, **changes):
    """Decide an appeal."""
    command = getattr(appeal_decisions, how)
    return command(house.cx(who, now), ref, None, resolution(**changes))


def carry_out(house: House, ref: str, *, now: datetime = MONDAY, **form):
    """Carry out what an appeal gave."""
    return appeal_decisions.effectuate(
        house.cx("ag_specialist", now), ref, None, Effectuation(**form)
    )


def a_grievance(
    house: House, contract: str = "OH-MCD", *, category: str = "service.phone", **said
) -> str:
    """A grievance that the member files online."""
    form = grievances.GrievanceFiling(
        told="I waited on the phone for two hours.",
        category=category,
        incident_on=date(2027, 2, 20),
        **said,
    )
    return grievances.file_grievance(house.member(contract), form).ref


def a_review(house: House, contract: str, about: str, *, now: datetime = MONDAY, **said) -> str:
    """An external review that the member asks for."""
    form = external_reviews.ReviewFiling(about=about, reason="I still think it is wrong.", **said)
    return external_reviews.request_review(house.member(contract, now), form).ref


def bound(house: House, ref: str, *, now: datetime = MONDAY) -> None:
    """The packet of this review, taken through the worker's own commands; its bytes are one page,
    for what a test looks at is what becomes of it (tests/casefiles binds real ones)."""
    with house.town.database.reading(house.cx("system", now)) as cx:
        case = cx.db.execute(select(Case.id).where(Case.ref == ref)).scalar_one()
        if packet_rows.waiting(packet_rows.rows_of(cx, case)) is not None:
            return
    form = case_files.Asking(scope="packet")
    case_files.ask_case_file(house.cx("ag_specialist", now), ref, None, form)
    bind_all(house, now)


def bind_all(house: House, now: datetime) -> None:
    """Bind every packet that is asked for with one page; other files wait for another day."""
    buffer = io.BytesIO()
    page = pikepdf.new()
    page.add_blank_page()
    page.save(buffer)
    stored = Storage(house.town.database.settings).put(buffer.getvalue())
    made = Made(sha256=stored.sha256, size=stored.size, pages=1, index=[])
    system = house.cx("system", now)
    while (job := case_files_leave.claim_case_file(system, wall())) is not None:
        if job.contents is None:
            continue
        if job.contents.outside:
            case_files_leave.deposit_case_file(system, job, made)
        else:
            case_files_leave.retry_case_file(system, job, "another day")


def sent(house: House, ref: str, *, now: datetime = MONDAY, proof: str = "Receipt 4711"):
    """The packet is carried to the body's portal, with this proof."""
    bound(house, ref, now=now)
    form = external_file.Sending(proof=proof)
    return external_file.send_file(house.cx("ag_specialist", now), ref, None, form)


def post(house: House) -> None:
    """Let the worker produce every letter that is owed."""
    worker = Worker(house.town.database)
    worker.relay()
    worker.close()


# ── Looking ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Sight:
    """A case with all that hangs on it."""

    case: Case
    events: list
    clocks: dict
    letters: list
    owed: list
    authorizations: list

    @property
    def happened(self) -> list[str]:
        """Its events by name, in order."""
        return [event.event for event in self.events]


def look(house: House, ref: str) -> Sight:
    """Read a case as the system sees it."""
    with house.town.database.reading(house.cx("system")) as cx:

        def rows(table, order):
            return list(
                cx.db.execute(select(table).where(table.case_id == case.id).order_by(order))
                .scalars()
                .all()
            )

        case = cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()
        return Sight(
            case,
            rows(CaseEvent, CaseEvent.seq),
            {clock.name: clock for clock in rows(Clock, Clock.id)},
            rows(Letter, Letter.id),
            rows(Obligation, Obligation.id),
            rows(Authorization, Authorization.id),
        )


def unsent(house: House, *refs: str) -> list:
    """Letters of these cases that did not leave, with what the gate says is missing."""
    return [
        (ref, letter.code, letter.recipient, letter.state, letter.missing)
        for ref in refs
        for letter in look(house, ref).letters
        if letter.state != "sent"
    ]


def approved_for_less() -> LineRuling:
    """The one line of the plain request, given for a shorter time than asked."""
    return LineRuling(number=1, result="approved", ends_on=date(2027, 5, 31))


def two_lines(house: House) -> dict:
    """Changes to a submission that ask for a second service."""
    first = a_submission(house.town).lines[0]
    return {"lines": (first, replace(first, number=2, code="E0601"))}


def detail(cx, ref: str):
    """What only this kind of case has, of the case with this number."""
    case = cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()
    return series.detail_of(cx, case)
