"""Consents as they are kept, and which claims one covers.

One that names a claim counts for that claim; one that names none counts only for claims that came
after it; one for an appeal counts for that appeal and covers no claim.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from casework.context import Context
from casework.models import Consent, Document, Member
from casework.records import consent_forms, papers
from casework.records.known_claims import Claim
from casework.submission import PaperAsSent

COVERED: Final = "covered"
NOT_VALID: Final = "not_valid"
OTHER_CLAIM: Final = "other_claim"
OTHER_SERVICE: Final = "other_service"
CAME_BEFORE: Final = "came_before"
FOR_AN_APPEAL: Final = "for_an_appeal"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One consent. `lacks` are words for what is missing; `paper_id` opens the paper."""

    id: int
    kind: str
    member_id: int
    member_number: str
    organization_id: int | None
    case_id: int | None
    authorization: str
    claim: str
    signed_on: date | None
    service_on: date | None
    received_at: datetime
    missing: tuple[str, ...]
    paper_name: str
    sha256: str
    media_type: str
    recorded_by: str

    @property
    def valid(self) -> bool:
        """Whether its form lacks nothing."""
        return not self.missing

    @property
    def label(self) -> str:
        """What it is called."""
        return consent_forms.FORMS[self.kind].label

    @property
    def lacks(self) -> tuple[str, ...]:
        """What is missing, in words."""
        return tuple(consent_forms.in_words(self.kind, code) for code in self.missing)


@dataclass(frozen=True, kw_only=True)
class ConsentAsKept:
    """What is written down of a paper that came."""

    kind: str
    member_id: int
    member_number: str
    contract_id: int
    organization_id: int | None
    received_at: datetime
    signed_on: date | None = None
    service_on: date | None = None
    case_id: int | None = None
    authorization: str = ""
    claim: str = ""
    practitioner_npi: str = ""
    answers: Mapping[str, bool] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    paper: PaperAsSent | None = None


def keep(cx: Context, told: ConsentAsKept) -> int:
    """Write it; returns its id. The bytes of the paper are stored before the row commits."""
    document_id = None
    if told.paper is not None:
        [document_id] = papers.stored(cx, [told.paper])
    row_id = cx.db.execute(
        insert(Consent)
        .values(
            kind=told.kind,
            member_id=told.member_id,
            member_number=told.member_number,
            contract_id=told.contract_id,
            organization_id=told.organization_id,
            received_at=told.received_at,
            signed_on=told.signed_on,
            service_on=told.service_on,
            case_id=told.case_id,
            authorization=told.authorization[:24],
            claim=told.claim[:40],
            practitioner_npi=told.practitioner_npi[:10],
            answers=dict(told.answers),
            missing=list(told.missing),
            document_id=document_id,
            paper_name=(told.paper.name if told.paper else "")[:200],
            recorded_by=cx.principal.name[:120],
        )
        .returning(Consent.id)
    ).scalar_one()
    return int(row_id)


def for_appeal(
    cx: Context,
    case: Any,
    *,
    signed_on: date | None,
    fits: bool,
    received_at: datetime,
    paper: PaperAsSent | None,
) -> int:
    """Keep the consent that came for this appeal; it covers nothing else."""
    checks = consent_forms.FORMS[consent_forms.APPEAL].checks
    answers = dict.fromkeys((check.code for check in checks), fits)
    number = cx.db.execute(select(Member.number).where(Member.id == case.member_id)).scalar_one()
    lacks = consent_forms.missing(
        consent_forms.Read(
            kind=consent_forms.APPEAL,
            answers=answers,
            signed_on=signed_on,
            service_on=None,
            born_on=None,
            has_paper=paper is not None,
        )
    )
    return keep(
        cx,
        ConsentAsKept(
            kind=consent_forms.APPEAL,
            member_id=case.member_id,
            member_number=number,
            contract_id=case.contract_id,
            organization_id=cx.principal.organization_id,
            received_at=received_at,
            signed_on=signed_on,
            case_id=case.id,
            answers=answers,
            missing=lacks,
            paper=paper,
        ),
    )


def kept(cx: Context, *conditions: Any, limit: int = 100) -> tuple[Kept, ...]:
    """The consents within reach that meet these conditions, newest first."""
    rows = cx.db.execute(
        select(Consent, Document.sha256, Document.media_type)
        .outerjoin(Document, Document.id == Consent.document_id)
        .where(*conditions)
        .order_by(Consent.id.desc())
        .limit(limit)
    )
    return tuple(_kept(row.Consent, row.sha256 or "", row.media_type or "") for row in rows)


def verdict(consent: Kept, claim: Claim, *, zone: str) -> str:
    """Whether this consent counts for this claim, else why not (a word of this module).

    The day on which it was received is a day of `zone`; a claim that came on the same day or before
    is not covered by a consent that names none.
    """
    if consent.kind == consent_forms.APPEAL:
        return FOR_AN_APPEAL
    if (consent.member_id, consent.organization_id) != (claim.member_id, claim.organization_id):
        return OTHER_SERVICE
    if consent.claim:
        found = COVERED if consent.claim == claim.number else OTHER_CLAIM
    elif consent.authorization and consent.authorization != claim.authorization:
        found = OTHER_SERVICE
    else:
        came = consent.received_at.astimezone(ZoneInfo(zone)).date()
        found = COVERED if claim.received_on > came else CAME_BEFORE
    return found if found != COVERED or consent.valid else NOT_VALID


def covered(consent: Kept, claims: Sequence[Claim], *, zone: str) -> tuple[Claim, ...]:
    """The claims of these that the consent counts for."""
    return tuple(claim for claim in claims if verdict(consent, claim, zone=zone) == COVERED)


def _kept(row: Any, sha256: str, media_type: str) -> Kept:
    own = {"missing", "sha256", "media_type"}
    plain = {name: getattr(row, name) for name in Kept.__dataclass_fields__ if name not in own}
    return Kept(**plain, missing=tuple(row.missing), sha256=sha256, media_type=media_type)
