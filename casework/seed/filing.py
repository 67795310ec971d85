"""A request as an office of the demo files it by the portal, with the notes of its service."""

from datetime import timedelta
from decimal import Decimal

from casework.seed.living import Living
from casework.seed.town import MemberHere, Office, Service
from casework.services import intake
from casework.storage import Storage
from casework.submission import (
    AnswerAsSent,
    DiagnosisAsSent,
    LineAsSent,
    MemberAsSent,
    PaperAsSent,
    ProviderAsSent,
    Submission,
)


def file_request(
    living: Living,
    office: Office,
    member: MemberHere,
    code: str,
    *,
    ahead: int,
    lasts: int,
    answers: tuple[AnswerAsSent, ...] = (),
) -> str:
    """The office files a request by the portal for one service that begins so many days ahead and
    lasts so many; the number of the case."""
    service = next(each for each in living.town.services if each.code == code)
    now = living.database.at
    starts = now.date() + timedelta(days=ahead)
    sent = Submission(
        channel="portal",
        received_at=now,
        member=MemberAsSent(numbers=(member.number,)),
        requester=ProviderAsSent(npi=office.doctors[0].npi, phone=office.phone),
        servicing=ProviderAsSent(npi=office.npi),
        lines=(
            LineAsSent(
                number=1,
                code=code,
                units=Decimal(service.units[0]),
                unit=service.unit,
                from_date=starts,
                to_date=starts + timedelta(days=lasts),
                place=service.place,
                diagnosis_numbers=(1,),
            ),
        ),
        diagnoses=(DiagnosisAsSent(number=1, code=service.diagnoses[0]),),
        papers=_papers_for(living, service),
        filed_by="provider",
        contact_name=office.doctors[0].name,
        contact_phone=office.phone,
        answers=answers,
    )
    return str(intake.submit_prior_auth(living.cx(office.principal), sent).ref)


def _papers_for(living: Living, service: Service) -> tuple[PaperAsSent, ...]:
    """The notes that go with this service, where the town has some."""
    paper = living.town.papers.get(service.group)
    if paper is None:
        return ()
    content = Storage(living.settings).get(paper.sha256)
    return (PaperAsSent(name=paper.name, media_type="application/pdf", content=content),)
