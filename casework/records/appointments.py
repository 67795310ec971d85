"""The form that a member makes online: from answers to its text, from signatures to a helper.

It asks no policy, knows no page and prints nothing.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import insert, select

from casework import outbox
from casework.bridge.letter_language import plan_in
from casework.bridge.letter_plan import block_now
from casework.context import Context
from casework.errors import Invalid, NotFound, StateRefused
from casework.models import (
    Appointment,
    Case,
    Contract,
    CoverageSpan,
    FormSignature,
    Member,
    Representative,
)
from casework.records import speaking, waiting_consents, ways_in
from casework.records.mailing_desks import desk_of
from letters import appointment, coversheet
from letters.appointment import SIGNERS, Form
from letters.context import LANGUAGES

KIND: Final = "appointment"  # of the draft in which the answers are kept
TOPIC: Final = "form"
ALL: Final = "all"
MONTHS: Final = ("12", "6", "3")
RELATIONS: Final = ("spouse", "child", "parent", "family", "friend", "lawyer", "doctor", "other")
OPEN: Final = ("printed", "offered")
OUT_OF_DATE: Final = "The form is a new one now. Please read it once more."


@dataclass(frozen=True)
class Drawn:
    """A form as it would be signed now: its values, its series, its text with the hash."""

    form: Form
    series_id: int | None
    text: str
    sha256: str


def ends_on(today: date, months: str) -> date:
    """The last day of a form that is made today for so many months."""
    month = today.month - 1 + int(months)
    year, month = today.year + month // 12, month % 12 + 1
    day = min(today.day, _last_day(year, month))
    return date.fromordinal(date(year, month, day).toordinal() - 1)


def drawn(cx: Context, member_id: int, answers: Mapping[str, str], *, language: str) -> Drawn:
    """The form with these answers. Raises NotFound, Invalid where no plan covers the member or a
    case is not within reach."""
    member = cx.db.execute(select(Member).where(Member.id == member_id)).scalar_one_or_none()
    if member is None:
        raise NotFound("There is no such member here.")
    contract = _contract(cx, member_id)
    series_id, about = _about(cx, member_id, answers.get("covers", ALL))
    spoken = language if language in LANGUAGES else "en"
    plan = plan_in(block_now(cx, contract.id), spoken)
    office = desk_of(plan, "appeal")
    assert office is not None
    form = Form(
        number="",
        line=contract.line,
        language=spoken,
        plan_name=plan.name,
        office=office,
        phone=plan.phone,
        tty=plan.tty,
        member_name=f"{member.given_name} {member.family_name}",
        member_id=member.number,
        member_lines=tuple(member.address),
        member_phone=member.phone,
        name=answers["name"],
        relation=answers["relation"],
        lines=tuple(line for line in answers["address"].splitlines() if line.strip()),
        helper_phone=answers.get("phone", ""),
        email=answers.get("email", "").lower(),
        about=about,
        looks_only=answers["does"] == "look",
        gets_letters=answers["letters"] == "yes",
        sees_private=answers["private"] == "yes",
        ends_on=ends_on(cx.now.date(), answers["until"]),
    )
    text = appointment.words(form)
    return Drawn(form, series_id, text, appointment.hash_of(text))


def keep(cx: Context, member_id: int, made: Drawn, *, stage: str) -> Appointment:
    """Write the form down, under a number of its own."""
    form = made.form
    row = Appointment(
        member_id=member_id,
        number=_new_number(),
        stage=stage,
        line=form.line,
        language=form.language,
        name=form.name[:120],
        relation=form.relation,
        address=list(form.lines),
        email=form.email,
        phone=form.helper_phone,
        series_id=made.series_id,
        looks_only=form.looks_only,
        gets_letters=form.gets_letters,
        sees_private=form.sees_private,
        ends_on=form.ends_on,
        text=made.text,
        text_sha256=made.sha256,
        made_at=cx.now,
    )
    cx.db.add(row)
    cx.db.flush()
    return row


def sign(
    cx: Context, row: Appointment, party: str, *, name: str, user_id: int | None, at: datetime
) -> None:
    """One signature under the text of this form (`at` is case time)."""
    cx.db.execute(
        insert(FormSignature).values(
            appointment_id=row.id,
            member_id=row.member_id,
            party=party,
            name=name[:120],
            text_sha256=row.text_sha256,
            user_id=user_id,
            session_ref=cx.session_ref[:20],
            at=at,
        )
    )


def signatures(cx: Context, appointment_id: int) -> dict[str, FormSignature]:
    """The signatures under this form, by party."""
    rows = cx.db.execute(
        select(FormSignature).where(FormSignature.appointment_id == appointment_id)
    ).scalars()
    return {row.party: row for row in rows}


def signed_by_all(row: Appointment, there: Collection[str]) -> bool:
    """Whether every signature that the law of this line wants is there."""
    return all(party in there for party in SIGNERS[row.line])


def complete(
    cx: Context, row: Appointment, *, base: str, language: str, wall: datetime
) -> Representative:
    """The form counts from today (case time): its helper speaks for the member, the appeals that
    waited are told, and the member's known address is (`wall` is the wall clock)."""
    today = cx.database.case_now().date()
    helper = speaking.begin(
        cx,
        row.member_id,
        name=row.name,
        relation=row.relation,
        address=list(row.address),
        email=row.email,
        phone=row.phone,
        series_id=row.series_id,
        looks_only=row.looks_only,
        gets_letters=row.gets_letters,
        sees_private=row.sees_private,
        starts_on=today,
        ends_on=row.ends_on,
        signed_on=today,
    )
    row.stage, row.representative_id = "complete", helper.id
    cx.db.flush()
    waiting_consents.tell_of(cx, helper)
    told = cx.but(now=wall)
    ways_in.write(
        told,
        "helper_on",
        ways_in.Typed(),
        language=language,
        base=base,
        member_id=row.member_id,
    )
    return helper


def ask_to_print(cx: Context, row: Appointment, *, shows: int) -> None:
    """Have the form printed as it stands now, with so many signatures."""
    key = f"form:{row.id}:{shows}"
    outbox.enqueue(cx, [outbox.Posting(TOPIC, key, object_id=row.id)])


def form_of(cx: Context, row: Appointment) -> Form:
    """The values of a form that is kept, for its frame in print; its text is the kept one."""
    member = cx.db.execute(select(Member).where(Member.id == row.member_id)).scalar_one()
    plan = plan_in(block_now(cx, _contract(cx, row.member_id).id), row.language)
    office = desk_of(plan, "appeal")
    assert office is not None
    return Form(
        number=row.number,
        line=row.line,
        language=row.language,
        plan_name=plan.name,
        office=office,
        phone=plan.phone,
        tty=plan.tty,
        member_name=f"{member.given_name} {member.family_name}",
        member_id=member.number,
        member_lines=tuple(member.address),
        member_phone=member.phone,
        name=row.name,
        relation=row.relation,
        lines=tuple(row.address),
        helper_phone=row.phone,
        email=row.email,
        about="",
        looks_only=row.looks_only,
        gets_letters=row.gets_letters,
        sees_private=row.sees_private,
        ends_on=row.ends_on,
    )


def taken(cx: Context, appointment_id: int) -> Appointment:
    """The form with this number in the table, locked. Raises NotFound."""
    row = cx.db.execute(
        select(Appointment).where(Appointment.id == appointment_id).with_for_update(of=Appointment)
    ).scalar()
    if row is None:
        raise NotFound("There is no such form here.")
    return row


def require_signable(cx: Context, row: Appointment, *, sha256: str) -> None:
    """Raises StateRefused for a form that is closed or has run out, Invalid for another text."""
    today = cx.database.case_now().date()
    if row.closed_at is not None or row.ends_on < today:
        raise StateRefused("This form is closed.", source="form")
    if sha256 != row.text_sha256:
        raise Invalid(OUT_OF_DATE, fields={"name": OUT_OF_DATE})


def line_of(cx: Context, member_id: int) -> str:
    """The line of business that covers this member today. Raises Invalid where none does."""
    return str(_contract(cx, member_id).line)


def _contract(cx: Context, member_id: int) -> Any:
    on = cx.now.date()
    found = cx.db.execute(
        select(Contract.id, Contract.line)
        .join(CoverageSpan, CoverageSpan.contract_id == Contract.id)
        .where(CoverageSpan.member_id == member_id, CoverageSpan.starts_on <= on)
        .order_by(
            (CoverageSpan.ends_on.is_(None) | (CoverageSpan.ends_on >= on)).desc(),
            CoverageSpan.starts_on.desc(),
        )
        .limit(1)
    ).one_or_none()
    if found is None:
        raise Invalid("No plan of ours covers this member. Please call us.")
    return found


def _about(cx: Context, member_id: int, covers: str) -> tuple[int | None, str]:
    if covers in ("", ALL):
        return None, ""
    found = cx.db.execute(
        select(Case.series_id, Case.ref).where(Case.ref == covers, Case.member_id == member_id)
    ).one_or_none()
    if found is None:
        raise Invalid("Choose a request of yours.", fields={"covers": "Choose one of these."})
    return int(found.series_id), str(found.ref)


def _new_number() -> str:
    random = "".join(secrets.choice(coversheet.ALPHABET) for _ in range(coversheet.LENGTH - 1))
    return random + coversheet.check_character(random)


def _last_day(year: int, month: int) -> int:
    after = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(after.toordinal() - 1).day
