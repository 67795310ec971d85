"""Keeping a consent that an office sends, tied to an authorization, a claim, both or neither."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import select

from casework import policy
from casework.context import Context
from casework.db import command
from casework.errors import Invalid
from casework.models import Authorization, Case
from casework.records import consent_forms, consents, known_claims, known_parties, papers
from casework.records.consents import ConsentAsKept
from casework.records.forms import asks
from casework.submission import PaperAsSent

ServiceKind = Literal["sterilization", "hysterectomy", "abortion", "other"]
_NO_MEMBER: Final = "We know no member with this number: compare it with the card."


@dataclass(frozen=True, kw_only=True)
class ConsentFiling:
    """A consent as it is sent. `checks` are the codes of its list that the form shows."""

    kind: ServiceKind = field(metadata=asks("What it is for"))
    member_number: str = field(metadata=asks("Member number", most=20))
    authorization: str = field(
        default="", metadata=asks("Authorization", hint="Its number, AUTH-… or PA-…", most=24)
    )
    claim: str = field(default="", metadata=asks("Claim number", most=40))
    signed_on: date | None = field(default=None, metadata=asks("Signed on"))
    service_on: date | None = field(default=None, metadata=asks("Day of the service"))
    practitioner_npi: str = field(default="", metadata=asks("NPI of the physician", most=10))
    checks: tuple[str, ...] = field(default=(), metadata=asks("What the form shows"))
    received_at: datetime | None = field(
        default=None, metadata=asks("Received", hint="The first moment at which it reached us")
    )
    papers: tuple[PaperAsSent, ...] = field(default=(), metadata=asks("The signed paper"))


@dataclass(frozen=True)
class ConsentKept:
    """What the office is told at once: what is missing, and from when it counts."""

    id: int
    kind: str
    claim: str
    authorization: str
    missing: list[str]
    counts_for: str
    replayed: bool = False


@command
def keep_consent(cx: Context, form: ConsentFiling) -> ConsentKept:
    """Keep a consent with what it lacks. One that lacks something is kept too: it does not count.

    Raises Invalid with the fields that cannot stand, NotAllowed for who may not.
    """
    policy.require(cx.principal, "", "keep_consent")
    _judge(cx, form)
    member = _member(cx, form)
    contract = known_parties.contract_on(
        cx, member.id, form.service_on or cx.now.date(), received_at=cx.now
    )
    if contract is None:
        raise Invalid(
            "This member was not covered by us then.",
            fields={"member_number": "Compare it with the card, and check the day."},
        )
    claim = _claim(cx, form, member.id)
    authorization = _authorization(cx, form, member.id)
    lacks = consent_forms.missing(
        consent_forms.Read(
            kind=form.kind,
            answers=dict.fromkeys(form.checks, True),
            signed_on=form.signed_on,
            service_on=form.service_on,
            born_on=member.birth_date,
            has_paper=bool(form.papers),
        )
    )
    office = cx.principal.organization_id
    row_id = consents.keep(
        cx,
        ConsentAsKept(
            kind=form.kind,
            member_id=member.id,
            member_number=form.member_number.strip(),
            contract_id=contract.id,
            organization_id=office or (claim.organization_id if claim else None),
            received_at=form.received_at or cx.now,
            signed_on=form.signed_on,
            service_on=form.service_on,
            authorization=authorization,
            claim=claim.number if claim else "",
            practitioner_npi=form.practitioner_npi,
            answers=dict.fromkeys(form.checks, True),
            missing=lacks,
            paper=form.papers[0] if form.papers else None,
        ),
    )
    return ConsentKept(
        id=row_id,
        kind=form.kind,
        claim=claim.number if claim else "",
        authorization=authorization,
        missing=[consent_forms.in_words(form.kind, code) for code in lacks],
        counts_for="this_claim" if claim else "later_claims",
    )


def _judge(cx: Context, form: ConsentFiling) -> None:
    papers.require_readable(form.papers, field="papers")
    wrong = {}
    if len(form.papers) > 1:
        wrong["papers"] = "Send one file: scan all pages of the form together."
    known = {check.code for check in consent_forms.FORMS[form.kind].checks}
    if not set(form.checks) <= known:
        wrong["checks"] = f"Use codes of its list: {', '.join(sorted(known))}."
    today = cx.now.date()
    if form.signed_on and form.signed_on > today:
        wrong["signed_on"] = "It cannot have been signed later than today."
    own = bool(cx.principal.roles & policy.OFFICE)
    if form.received_at and (own or form.received_at > cx.now):
        wrong["received_at"] = "Leave it out: the receipt is the moment you send it."
    if wrong:
        raise Invalid("This consent cannot be kept.", fields=wrong)


def _member(cx: Context, form: ConsentFiling) -> Any:
    found = known_parties.members_with(cx, [form.member_number.strip()])
    if not found:
        raise Invalid("We know no such member.", fields={"member_number": _NO_MEMBER})
    return found[0]


def _claim(cx: Context, form: ConsentFiling, member_id: int) -> known_claims.Claim | None:
    if not form.claim.strip():
        return None
    claim = known_claims.claim_numbered(cx, form.claim)
    if claim is None or claim.member_id != member_id:
        raise Invalid(
            "There is no such claim of this member.",
            fields={"claim": "Compare it; without a number it counts for later claims."},
        )
    return claim


def _authorization(cx: Context, form: ConsentFiling, member_id: int) -> str:
    wanted = form.authorization.strip().upper()
    if not wanted:
        return ""
    found = cx.db.execute(
        select(Case.id)
        .outerjoin(Authorization, Authorization.case_id == Case.id)
        .where((Case.ref == wanted) | (Authorization.number == wanted), Case.member_id == member_id)
        .limit(1)
    ).scalar()
    if found is None:
        raise Invalid(
            "There is no such authorization of this member.",
            fields={"authorization": "Compare it, or leave it out."},
        )
    return wanted
