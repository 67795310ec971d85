"""A member names a helper online, takes the form back, or ends what a helper may do; and a helper
reads it, signs it or says no.

The text under a signature is the one that the signer saw: another one is refused. What follows from
a form (a consent on an appeal, an e-mail, letters that stop) stands in the same transaction.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select, update

from casework import observations, policy
from casework.context import Context, Principal
from casework.db import command
from casework.errors import Invalid, NotAllowed, NotFound, StateRefused
from casework.models import Appointment, FilingDraft, Member, Representative, User
from casework.records import appointments, drafts, speaking, waiting_consents, ways_in
from casework.records.appointments import Drawn
from casework.services import joining
from casework.services.asking_in import UNPROVED, From
from letters.appointment import HELPER, MEMBER

_NAME: Final = "Type your first and last name."
_GONE: Final = "This link is no longer good. Ask for a new one."


@dataclass(frozen=True)
class Offered:
    """A form as the named helper reads it before signing: who asks, the text, whether there is an
    account already."""

    member: str
    name: str
    language: str
    text: str
    sha256: str
    has_account: bool


def preview(cx: Context, member_id: int, answers: Any, *, language: str) -> Drawn:
    """The form as it would be signed now. Raises NotFound, NotAllowed, Invalid."""
    _require_own(cx, member_id)
    return appointments.drawn(cx, member_id, answers, language=language)


@command
def sign(
    cx: Context, draft_id: int, *, name: str, sha256: str, whence: From, wall: datetime
) -> str:
    """Sign the form of this draft as the member; the named helper is written to, if there is an
    address. Its number. Raises NotFound, NotAllowed, Invalid (fields `name`, `covers`)."""
    draft, made = _drawn(cx, draft_id, whence.language)
    signer = " ".join(name.split())
    if not speaking.same_person(signer, made.form.member_name):
        raise Invalid(_NAME, fields={"name": _NAME})
    if sha256 != made.sha256:
        raise Invalid(appointments.OUT_OF_DATE, fields={"name": appointments.OUT_OF_DATE})
    row = appointments.keep(cx, draft.member_id, made, stage="offered")
    appointments.sign(cx, row, MEMBER, name=signer, user_id=cx.principal.id, at=cx.now)
    if appointments.signed_by_all(row, (MEMBER,)):
        appointments.complete(cx, row, base=whence.base, language=whence.language, wall=wall)
    if row.email:
        _write_to_helper(cx.but(now=wall), row, whence)
    appointments.ask_to_print(cx, row, shows=1)
    _sent(cx, draft, row.number)
    return row.number


@command
def print_for_hand(cx: Context, draft_id: int, *, whence: From) -> str:
    """Make the form for the pen: printed with a cover to mail it; nobody has signed. Its number.
    Raises as `sign` does."""
    draft, made = _drawn(cx, draft_id, whence.language)
    row = appointments.keep(cx, draft.member_id, made, stage="printed")
    appointments.ask_to_print(cx, row, shows=0)
    _sent(cx, draft, row.number)
    return row.number


@command
def ask_again(cx: Context, number: str, *, whence: From, wall: datetime) -> None:
    """Send the helper a new link. Raises NotFound, StateRefused where nothing waits for one."""
    row = _own_form(cx, number)
    signed = appointments.signatures(cx, row.id)
    if row.closed_at is not None or MEMBER not in signed or HELPER in signed or not row.email:
        raise StateRefused("This form waits for nobody.", source="form")
    _write_to_helper(cx.but(now=wall), row, whence)


@command
def take_back(cx: Context, number: str) -> None:
    """Take back a form that does not count yet. Raises NotFound, StateRefused."""
    row = _own_form(cx, number)
    if row.stage not in appointments.OPEN:
        raise StateRefused("This form counts already: end it instead.", source="form")
    row.stage, row.closed_at = "withdrawn", cx.now


@command
def remove_helper(cx: Context, representative_id: int, *, whence: From, wall: datetime) -> None:
    """End what this helper may do, from this moment: nothing more is seen or got; copies that have
    not left are stopped. Both are told by e-mail. Raises NotFound, NotAllowed."""
    policy.require(cx.principal, "", "name_helper")
    row = speaking.taken(cx, representative_id)
    if row is None:
        raise NotFound("This has ended already.")
    _require_own(cx, row.member_id)
    end_and_tell(cx, row, why="ended by the member", whence=whence, wall=wall)


@command
def accept(
    cx: Context, key: str, *, born: date, name: str, sha256: str, password: str | None
) -> int:
    """Sign the form as the named helper, with the account that goes with it; its id.

    `cx` is the system's at the wall clock, the link and the member's birth date are the proof.
    Raises NotFound, Invalid (fields `name`, `password`), StateRefused for a form that is closed.
    """
    row = joining.living(cx, key)
    member = joining.proved(cx, row, born)
    form = appointments.taken(cx, row.appointment_id or 0)
    appointments.require_signable(cx, form, sha256=sha256)
    signer = " ".join(name.split())
    if not speaking.same_person(signer, form.name):
        raise Invalid(_NAME, fields={"name": _NAME})
    joining.one_at_a_time(cx, member.id)
    user = cx.db.get(User, row.user_id) if row.user_id else None
    if user is None:
        user = joining.account_for(cx, row, name=form.name, role="representative")
        if password is not None:
            joining.set_password(user, password)
        joining.keep(cx, user)
    at = cx.database.case_now()
    appointments.sign(cx, form, HELPER, name=signer, user_id=user.id, at=at)
    if form.representative_id is None:
        inside = cx.but(now=at)
        helper = appointments.complete(
            inside, form, base=row.base, language=row.language, wall=cx.now
        )
        form_id, starts_on = helper.id, helper.starts_on
    else:
        standing = speaking.taken(cx, form.representative_id)
        if standing is None:
            raise NotFound(_GONE)
        form_id, starts_on = standing.id, standing.starts_on
    joining.link(cx, user, member.id, joining.FORM, form_id=form_id, starts_on=starts_on)
    appointments.ask_to_print(cx, form, shows=2)
    joining.use_up(cx, row)
    who = Principal(kind="user", id=user.id, name=user.name)
    observations.append(cx, "form_accepted", what=f"form:{form.id}:user:{user.id}", about=who)
    return user.id


@command
def decline(cx: Context, key: str, *, born: date) -> None:
    """Say no as the named helper: the form is closed, the member is told. Raises NotFound."""
    row = joining.living(cx, key)
    joining.proved(cx, row, born)
    form = appointments.taken(cx, row.appointment_id or 0)
    if form.closed_at is None:
        at = cx.database.case_now()
        form.stage, form.closed_at = "declined", at
        helper = speaking.taken(cx, form.representative_id or 0)
        if helper is not None:
            speaking.end(cx.but(now=at), helper, why="the helper said no")
            waiting_consents.stop_copies(cx.but(now=at), form.member_id)
        _tell(cx, "helper_off", form.member_id, language=row.language, base=row.base)
    joining.use_up(cx, row)


def offered(cx: Context, key: str, *, born: date) -> Offered:
    """The form behind this link, for whoever knows the member's birth date (`cx` is the system's at
    the wall clock). Raises NotFound."""
    row = joining.found(cx, key)
    if row is None or row.appointment_id is None:
        raise NotFound(_GONE)
    member = joining.proved(cx, row, born)
    form = cx.db.execute(select(Appointment).where(Appointment.id == row.appointment_id)).scalar()
    if form is None or form.closed_at is not None:
        raise NotFound(_GONE)
    return Offered(
        member=f"{member.given_name} {member.family_name}",
        name=form.name,
        language=form.language,
        text=form.text,
        sha256=form.text_sha256,
        has_account=row.user_id is not None,
    )


def end_and_tell(
    cx: Context, row: Representative, *, why: str, whence: From, wall: datetime
) -> None:
    """End a form, stop what has not left, close the form that was made online, tell both."""
    addresses = {row.email} if row.email else set()
    lost = speaking.end(cx, row, why=why)
    waiting_consents.stop_copies(cx, row.member_id)
    cx.db.execute(
        update(Appointment)
        .where(Appointment.representative_id == row.id, Appointment.closed_at.is_(None))
        .values(closed_at=cx.now)
        .execution_options(synchronize_session=False)
    )
    if lost:
        found = cx.db.execute(select(User.email).where(User.id.in_(lost))).scalars()
        addresses = set(found)
    told = cx.but(now=wall)
    _tell(told, "helper_off", row.member_id, language=whence.language, base=whence.base)
    for address in sorted(addresses):
        _tell(
            told,
            "helper_end",
            row.member_id,
            language=whence.language,
            base=whence.base,
            email=address,
        )
    observations.append(cx, "form_ended", what=f"form:{row.id}")


def _tell(
    cx: Context, purpose: str, member_id: int, *, language: str, base: str, email: str = ""
) -> None:
    typed = ways_in.Typed(email=email)
    ways_in.write(cx, purpose, typed, language=language, base=base, member_id=member_id)


def _write_to_helper(cx: Context, row: Appointment, whence: From) -> None:
    ways_in.write(
        cx,
        "sign",
        ways_in.Typed(email=row.email),
        language=row.language,
        base=whence.base,
        member_id=row.member_id,
        appointment_id=row.id,
    )


def _drawn(cx: Context, draft_id: int, language: str) -> tuple[Any, Drawn]:
    statement = drafts.own_drafts(cx, kind=appointments.KIND).where(FilingDraft.id == draft_id)
    row = cx.db.execute(statement.with_for_update()).scalar_one_or_none()
    if row is None or row.sent_ref:
        raise NotFound("This draft is not here any more.")
    _require_own(cx, row.member_id)
    answers = drafts.opened(cx, row).answers
    return row, appointments.drawn(cx, row.member_id, answers, language=language)


def _sent(cx: Context, draft: Any, number: str) -> None:
    """What was typed lives in the form from now on."""
    draft.sent_ref, draft.body_ct, draft.saved_at = number, b"", cx.now
    cx.db.flush()


def _own_form(cx: Context, number: str) -> Appointment:
    policy.require(cx.principal, "", "name_helper")
    row = cx.db.execute(
        select(Appointment).where(Appointment.number == number).with_for_update(of=Appointment)
    ).scalar()
    if row is None:
        raise NotFound("There is no such form here.")
    _require_own(cx, row.member_id)
    return row


def _require_own(cx: Context, member_id: int) -> None:
    """Only the member himself names helpers, with an account that is surely his."""
    policy.require(cx.principal, "", "name_helper")
    own = cx.db.execute(select(User.member_id).where(User.id == cx.principal.id)).scalar()
    if own != member_id or cx.db.get(Member, member_id) is None:
        raise NotAllowed("Only the member names a helper.", source="form")
    if member_id in cx.principal.narrowed.hushed:
        raise NotAllowed(UNPROVED, source="form")
