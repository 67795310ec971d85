"""Who helps a member: forms that count, and those that wait for a signature, with their paper."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from casework.bridge.speakers import in_force
from casework.context import Context
from casework.errors import NotFound
from casework.models import (
    AccountMember,
    Appointment,
    Case,
    CoverageSpan,
    Document,
    FormSignature,
    Representative,
    User,
)


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who speaks for the member today. `about`: the number of the only case, or empty;
    `number` that of the form which was made here; `signs_in`: with an account."""

    id: int
    name: str
    relation: str
    basis: str
    about: str
    looks_only: bool
    gets_letters: bool
    sees_private: bool
    ends_on: date | None
    number: str
    signs_in: bool


@dataclass(frozen=True, slots=True)
class Made:
    """A form that was made online, with who signed it and when."""

    number: str
    stage: str
    line: str
    language: str
    name: str
    email: str
    ends_on: date
    made_at: datetime
    closed: bool
    text: str
    text_sha256: str
    pdf_sha256: str
    pdf_shows: int | None
    signed: dict[str, Any]

    @property
    def waits_for_helper(self) -> bool:
        """Whether the named helper has not answered yet."""
        return not self.closed and "member" in self.signed and "helper" not in self.signed


def own_member(cx: Context) -> int:
    """The member of the acting person's own account. Raises NotFound for an account without."""
    found = cx.db.execute(select(User.member_id).where(User.id == cx.principal.id)).scalar()
    if found is None or found not in cx.principal.ids:
        raise NotFound("There is no member of your own in this account.")
    return int(found)


def helpers(cx: Context, member_id: int) -> tuple[Helper, ...]:
    """Who speaks for this member today, the newest first."""
    signs_in = (
        select(AccountMember.id)
        .where(
            AccountMember.representative_id == Representative.id, AccountMember.ended_at.is_(None)
        )
        .exists()
    )
    rows = cx.db.execute(
        select(Representative, Appointment.number, signs_in.label("signs_in"))
        .outerjoin(Appointment, Appointment.representative_id == Representative.id)
        .where(Representative.member_id == member_id, in_force(cx.now.date()))
        .order_by(Representative.id.desc())
    ).all()
    abouts = _abouts(cx, [row.Representative.series_id for row in rows])
    return tuple(
        Helper(
            id=row.Representative.id,
            name=row.Representative.name,
            relation=row.Representative.relation,
            basis=row.Representative.basis,
            about=abouts.get(row.Representative.series_id, ""),
            looks_only=row.Representative.looks_only,
            gets_letters=row.Representative.gets_letters,
            sees_private=row.Representative.sees_private,
            ends_on=row.Representative.ends_on,
            number=row.number or "",
            signs_in=row.signs_in,
        )
        for row in rows
    )


def waiting(cx: Context, member_id: int) -> tuple[Made, ...]:
    """The forms of this member that are under way, the newest first."""
    rows = cx.db.execute(
        select(Appointment)
        .where(
            Appointment.member_id == member_id,
            Appointment.stage.in_(("printed", "offered")),
            Appointment.closed_at.is_(None),
            Appointment.ends_on >= cx.now.date(),
        )
        .order_by(Appointment.id.desc())
    ).scalars()
    return tuple(_made(cx, row) for row in rows)


def form(cx: Context, member_id: int, number: str) -> Made:
    """The form of this member with this number. Raises NotFound, the same for absent and out of
    reach."""
    row = cx.db.execute(
        select(Appointment).where(Appointment.number == number, Appointment.member_id == member_id)
    ).scalar()
    if row is None:
        raise NotFound("There is no such form here.")
    return _made(cx, row)


@dataclass(frozen=True, slots=True)
class Speaker:
    """One form as the plan's people see it: in force or not, why it ended, the paper behind it."""

    row: Any
    about: str
    number: str
    signs_in: bool
    in_force: bool
    media_type: str


def speakers_of(cx: Context, member_id: int) -> tuple[Speaker, ...]:
    """Everybody who speaks or spoke for this member: those in force first, then the newest."""
    signs_in = (
        select(AccountMember.id)
        .where(
            AccountMember.representative_id == Representative.id, AccountMember.ended_at.is_(None)
        )
        .exists()
    )
    counts = in_force(cx.now.date())
    rows = cx.db.execute(
        select(
            Representative,
            Appointment.number,
            signs_in.label("signs_in"),
            counts.label("in_force"),
            Document.media_type,
        )
        .outerjoin(Appointment, Appointment.representative_id == Representative.id)
        .outerjoin(Document, Document.id == Representative.document_id)
        .where(Representative.member_id == member_id)
        .order_by(counts.desc(), Representative.id.desc())
    ).all()
    abouts = _abouts(cx, [row.Representative.series_id for row in rows])
    return tuple(
        Speaker(
            row=row.Representative,
            about=abouts.get(row.Representative.series_id, ""),
            number=row.number or "",
            signs_in=row.signs_in,
            in_force=row.in_force,
            media_type=row.media_type or "",
        )
        for row in rows
    )


def household_of(cx: Context, member_id: int) -> str:
    """The subscriber's number of the member's coverage that runs now; empty where none is known."""
    today = cx.now.date()
    found = cx.db.execute(
        select(CoverageSpan.household)
        .where(
            CoverageSpan.member_id == member_id,
            CoverageSpan.ends_on.is_(None) | (CoverageSpan.ends_on >= today),
        )
        .order_by(CoverageSpan.starts_on.desc())
        .limit(1)
    ).scalar()
    return str(found or "")


def paper_of(cx: Context, member_id: int, representative_id: int) -> Any:
    """The paper behind a form of this member: hash and kind. Raises NotFound."""
    found = cx.db.execute(
        select(Document.sha256, Document.media_type)
        .join(Representative, Representative.document_id == Document.id)
        .where(Representative.id == representative_id, Representative.member_id == member_id)
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such paper here.")
    return found


@dataclass(frozen=True, slots=True)
class Printed:
    """A form that came back on paper: what the member wrote on it, and a case of his through which
    staff open the page of who speaks for him (empty: there is none)."""

    row: Any
    ref: str
    about: str


def member_of_form(cx: Context, number: str) -> Printed | None:
    """The form with this number, if it is within reach; else None."""
    row = cx.db.execute(select(Appointment).where(Appointment.number == number)).scalar()
    if row is None:
        return None
    ref = cx.db.execute(
        select(Case.ref)
        .where(Case.member_id == row.member_id)
        .order_by(Case.open.desc(), Case.id.desc())
        .limit(1)
    ).scalar()
    about = _abouts(cx, [row.series_id]).get(row.series_id, "")
    return Printed(row, str(ref or ""), about)


def _made(cx: Context, row: Appointment) -> Made:
    signed = cx.db.execute(
        select(FormSignature).where(FormSignature.appointment_id == row.id)
    ).scalars()
    return Made(
        number=row.number,
        stage=row.stage,
        line=row.line,
        language=row.language,
        name=row.name,
        email=row.email,
        ends_on=row.ends_on,
        made_at=row.made_at,
        closed=row.closed_at is not None,
        text=row.text,
        text_sha256=row.text_sha256,
        pdf_sha256=row.pdf_sha256,
        pdf_shows=row.pdf_shows,
        signed={each.party: each for each in signed},
    )


def _abouts(cx: Context, series: list[int | None]) -> dict[int | None, str]:
    """The number of the first case of each of these series, as far as it is within reach."""
    wanted = {each for each in series if each is not None}
    if not wanted:
        return {}
    rows = cx.db.execute(
        select(Case.series_id, Case.ref).where(Case.series_id.in_(wanted)).order_by(Case.id.desc())
    )
    return {row.series_id: row.ref for row in rows}
