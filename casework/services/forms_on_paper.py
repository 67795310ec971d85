"""Forms that come on paper: who speaks for a member is recorded with the paper behind it, ended
with a reason; and the household, by which a parent sees a child.

A guardian needs a court's order, and its kind is recorded; the member's own form for appeals holds
a year at most (42 CFR 422.561, 405.910(e); 438.402(c)(1)(ii)).
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select, update

from casework import addresses, observations, policy
from casework.carriers.mail import ADDRESS
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound
from casework.models import Appointment, Case, CoverageSpan, Member
from casework.records import appointments, papers, speaking, waiting_consents, ways_in
from casework.records.forms import asks
from casework.services.appointing import end_and_tell
from casework.services.asking_in import From
from casework.submission import PaperAsSent
from letters import coversheet

_NOT_YET: Final = "The form cannot be recorded yet."


@dataclass(frozen=True, kw_only=True)
class PaperForm:
    """What stands on the paper. `basis` is one of `speaking.BASES`; `about` the number of the one
    case that it is about (empty: everything); `number` that of a form which the member printed."""

    name: str = field(metadata=asks("Who speaks for the member", most=120))
    relation: str = field(metadata=asks("Relation to the member", most=40))
    basis: str = field(metadata=asks("What says so", choices=tuple(speaking.BASES)))
    signed_on: date = field(metadata=asks("Signed or ordered on"))
    ends_on: date | None = field(default=None, metadata=asks("Ends on"))
    lines: tuple[str, ...] = field(default=(), metadata=asks("Address, line by line"))
    email: str = field(default="", metadata=asks("E-mail address", most=120))
    phone: str = field(default="", metadata=asks("Telephone", most=20))
    about: str = field(default="", metadata=asks("Only about this case", most=24))
    looks_only: bool = field(default=False, metadata=asks("May read, not act"))
    gets_letters: bool = field(default=True, metadata=asks("Gets copies of letters"))
    sees_private: bool = field(default=True, metadata=asks("Sees confidential cases too"))
    number: str = field(default="", metadata=asks("Number of the printed form", most=20))
    papers: tuple[PaperAsSent, ...] = field(default=(), metadata=asks("The paper"))


@dataclass(frozen=True)
class OnFile:
    """What recording a form did: its number in the table, the appeals that waited for it."""

    id: int
    told: tuple[str, ...]


@command
def record_form(
    cx: Context, member_id: int, form: PaperForm, *, whence: From, wall: datetime
) -> OnFile:
    """Put a form that came on paper on file. Appeals that waited for it are told; the member hears
    of it at the known address. Raises NotFound, NotAllowed, Invalid with the fields to correct."""
    policy.require(cx.principal, "", "record_form")
    member = speaking.locked_member(cx, member_id)
    if member is None:
        raise NotFound("There is no such member here.")
    series_id = _series(cx, member, form)
    printed = _printed(cx, member, form.number)
    faults = _faults(form, today=cx.now.date())
    if faults:
        raise Invalid(_NOT_YET, fields=faults)
    papers.require_readable(form.papers, field="papers")
    row = speaking.begin(
        cx,
        member.id,
        name=form.name.strip(),
        relation=form.relation.strip(),
        basis=form.basis,
        address=[line.strip() for line in form.lines if line.strip()],
        email=form.email.strip().lower(),
        phone=form.phone.strip(),
        series_id=series_id,
        looks_only=form.looks_only,
        gets_letters=form.gets_letters,
        sees_private=form.sees_private,
        starts_on=cx.now.date(),
        ends_on=_last_day(form),
        signed_on=form.signed_on,
        document_id=papers.keep(cx, form.papers[0]),
    )
    if printed is not None:
        printed.stage, printed.representative_id = "complete", row.id
        cx.db.flush()
    told = waiting_consents.tell_of(cx, row)
    ways_in.write(
        cx.but(now=wall),
        "helper_on",
        ways_in.Typed(),
        language=whence.language,
        base=whence.base,
        member_id=member.id,
    )
    observations.append(cx, "form_recorded", what=f"form:{row.id}")
    return OnFile(row.id, told)


@command
def end_form(
    cx: Context, representative_id: int, *, why: str, whence: From, wall: datetime
) -> None:
    """End a form, from this moment. Raises NotFound, NotAllowed, Invalid (field `why`)."""
    policy.require(cx.principal, "", "end_form")
    if not why.strip():
        raise Invalid("A form ends for a reason.", fields={"why": "Write the reason."})
    row = speaking.taken(cx, representative_id)
    if row is None:
        raise NotFound("This form has ended already, or is none of a member here.")
    end_and_tell(cx, row, why=why.strip(), whence=whence, wall=wall)


@command
def set_household(cx: Context, member_id: int, household: str) -> bool:
    """Set the subscriber's number (834, REF*0F) of this member's coverage that runs now or later;
    False where nothing changed. Raises NotFound, NotAllowed, Invalid (field `household`)."""
    policy.require(cx.principal, "", "set_household")
    member = speaking.locked_member(cx, member_id)
    if member is None:
        raise NotFound("There is no such member here.")
    wanted = household.strip().upper()
    if len(wanted) > 20 or (wanted and not wanted.replace("-", "").isalnum()):
        said = "Write the number as it stands in the enrollment file: letters and digits."
        raise Invalid(said, fields={"household": said})
    today = cx.now.date()
    running = (
        CoverageSpan.member_id == member_id,
        CoverageSpan.ends_on.is_(None) | (CoverageSpan.ends_on >= today),
    )
    was = cx.db.execute(select(CoverageSpan.household).where(*running)).scalars().first()
    if was is None or was == wanted:
        return False
    cx.db.execute(
        update(CoverageSpan)
        .where(*running)
        .values(household=wanted)
        .execution_options(synchronize_session=False)
    )
    speaking.note_household(cx, member_id, was=was, became=wanted)
    return True


def _series(cx: Context, member: Member, form: PaperForm) -> int | None:
    if not form.about.strip():
        return None
    found = cx.db.execute(
        select(Case.series_id).where(
            Case.ref == form.about.strip().upper(), Case.member_id == member.id
        )
    ).scalar()
    if found is None:
        said = "This is no case of this member."
        raise Invalid(said, fields={"about": said})
    return int(found)


def _printed(cx: Context, member: Member, number: str) -> Appointment | None:
    """The form that the member printed for the pen, where its number is given."""
    if not number.strip():
        return None
    found = cx.db.execute(
        select(Appointment)
        .where(
            Appointment.number == coversheet.typed(number),
            Appointment.member_id == member.id,
            Appointment.stage.in_(appointments.OPEN),
        )
        .with_for_update(of=Appointment)
    ).scalar()
    if found is None:
        said = "No printed form of this member has this number."
        raise Invalid(said, fields={"number": said})
    return found


def _last_day(form: PaperForm) -> date | None:
    """The last day of the form: at most a year for the member's own, what the order says else."""
    if form.basis != speaking.APPOINTMENT:
        return form.ends_on
    most = form.signed_on + timedelta(days=speaking.LONGEST_DAYS - 1)
    return min(form.ends_on or most, most)


def _faults(form: PaperForm, *, today: date) -> dict[str, str]:
    lines = tuple(line.strip() for line in form.lines if line.strip())
    last = _last_day(form)
    said = {
        "name": "" if len(form.name.split()) > 1 else "Write the first and the last name.",
        "relation": "" if form.relation.strip() else "Write what this person is to the member.",
        "basis": "" if form.basis in speaking.BASES else "Choose one.",
        "signed_on": "This day is still to come." if form.signed_on > today else "",
        "ends_on": "It has run out already." if last is not None and last < today else "",
        "lines": addresses.fault(lines) if lines else "",
        "email": "Write it like name@example.org."
        if form.email.strip() and not ADDRESS.fullmatch(form.email.strip())
        else "",
        "papers": "" if form.papers else "Attach the signed form or the court's order.",
    }
    if form.gets_letters and not lines:
        said["lines"] = "Copies of letters need an address."
    return {name: sentence for name, sentence in said.items() if sentence}
