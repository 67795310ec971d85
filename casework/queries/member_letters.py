"""The letters of a member's account, newest first, each with when this person first opened it.

Opening a letter is written into the history of looks before its bytes are shown; that entry is what
says "opened" here: there is no second record of it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import aliased

from casework import bridge
from casework.context import Context
from casework.errors import NotFound
from casework.models import Case, Delivery, Letter, Member, SecurityEvent
from casework.queries.letters import READABLE


@dataclass(frozen=True)
class OwnLetter:
    """One letter that can be read. `opened_at` None: this person has not opened it yet."""

    id: int
    case_id: int
    member_id: int
    member: str
    ref: str
    kind: str
    case_title: str
    code: str
    title: str
    language: str
    large_print: bool
    pages: int
    at: datetime
    sha256: str
    zone: str
    opened_at: datetime | None
    # Of a letter that was sent before: the day on the first one; and whether a newer one, with a
    # new day, takes the place of this one, or its paper copy came back.
    first_on: date | None = None
    replaced: bool = False
    came_back: bool = False


def own_letters(
    cx: Context, *, case_id: int | None = None, before: int | None = None, limit: int = 25
) -> tuple[OwnLetter, ...]:
    """Letters within reach below the id `before`, of one case if it is named."""
    statement = _mine(cx)
    if case_id is not None:
        statement = statement.where(Letter.case_id == case_id)
    if before is not None:
        statement = statement.where(Letter.id < before)
    rows = cx.db.execute(statement.order_by(Letter.id.desc()).limit(max(1, min(limit, 100))))
    return tuple(_letter(cx, row) for row in rows)


def own_letter(cx: Context, letter_id: int) -> OwnLetter:
    """One of these letters. Raises NotFound, the same for absent, another's and not printed."""
    row = cx.db.execute(_mine(cx).where(Letter.id == letter_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such letter here.")
    return _letter(cx, row)


def unopened(cx: Context) -> int:
    """How many letters this person has not opened yet."""
    mine = _mine(cx).subquery()
    return int(
        cx.db.execute(
            select(func.count()).select_from(mine).where(mine.c.opened_at.is_(None))
        ).scalar_one()
    )


def _mine(cx: Context) -> Any:
    """The letters addressed to this person: for a representative his own copies, and the member's
    where he got none."""
    return (
        select(
            Letter.id,
            Letter.case_id,
            Letter.member_id,
            Letter.code,
            Letter.title,
            Letter.language,
            Letter.large_print,
            Letter.pages,
            Letter.sha256,
            Letter.deposited_at,
            Letter.sent_at,
            Letter.owed_at,
            Case.ref,
            Case.kind,
            Case.title.label("case_title"),
            Case.contract_version_id,
            Member.given_name,
            Member.family_name,
            _opened_at(cx).label("opened_at"),
            _first_on().label("first_on"),
            _replaced().label("replaced"),
            _came_back().label("came_back"),
        )
        .join(Case, Case.id == Letter.case_id)
        .join(Member, Member.id == Letter.member_id)
        .where(Letter.state.in_(READABLE), Letter.sha256 != "", _addressed(cx))
    )


def _addressed(cx: Context) -> Any:
    if "member" in cx.principal.roles:
        return Letter.recipient == "member"
    twin = aliased(Letter)
    open_to_him = Member.confidential_since.is_(None) | Member.safe_contact[
        "representatives"
    ].as_boolean().is_(True)
    has_own = exists().where(
        twin.case_id == Letter.case_id,
        twin.cause_seq == Letter.cause_seq,
        twin.code == Letter.code,
        twin.recipient == "representative",
        twin.state.in_(READABLE),
    )
    members = and_(Letter.recipient == "member", ~has_own, open_to_him)
    return or_(Letter.recipient == "representative", members)


def _opened_at(cx: Context) -> Any:
    """The first look of this person at this letter."""
    return (
        select(func.min(SecurityEvent.recorded_at))
        .where(
            SecurityEvent.member_id == Letter.member_id,
            SecurityEvent.event == "look",
            SecurityEvent.actor_kind == "user",
            SecurityEvent.actor_id == cx.principal.id,
            SecurityEvent.what == func.concat("letter:", cast(Letter.id, String)),
        )
        .correlate(Letter)
        .scalar_subquery()
    )


def _first_on() -> Any:
    """The day on the letter that this one sends again."""
    first = aliased(Letter)
    return select(first.printed_on).where(first.id == Letter.reissue_of).scalar_subquery()


def _replaced() -> Any:
    """Whether a newer letter with its own day, which left, says the same again."""
    newer = aliased(Letter)
    return exists().where(
        newer.reissue_of == Letter.id,
        newer.code == Letter.code,
        newer.state.in_(READABLE),
    )


def _came_back() -> Any:
    return exists().where(Delivery.letter_id == Letter.id, Delivery.state == "returned")


def _letter(cx: Context, row: Any) -> OwnLetter:
    return OwnLetter(
        id=row.id,
        case_id=row.case_id,
        member_id=row.member_id,
        member=f"{row.given_name} {row.family_name}",
        ref=row.ref,
        kind=row.kind,
        case_title=row.case_title,
        code=row.code,
        title=row.title,
        language=row.language,
        large_print=row.large_print,
        pages=row.pages,
        at=row.sent_at or row.deposited_at or row.owed_at,
        sha256=row.sha256,
        zone=bridge.contract_of(cx, row.contract_version_id).time_zone,
        opened_at=row.opened_at,
        first_on=row.first_on,
        replaced=row.replaced,
        came_back=row.came_back,
    )
