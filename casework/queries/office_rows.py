"""Cases as the lists of an office show them: the head of a case with names, numbers and dates.

What belongs to the heads is looked up for all of them together, one statement for each table.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from casework import bridge
from casework.context import Context
from casework.models import Authorization, Contract, Determination, Member
from casework.queries.member_home import disputes_of


@dataclass(frozen=True)
class OfficeRow:
    """One case of the office. `answer_due` is by when somebody must answer what was asked;
    `disputed` is the number of the appeal or outside review that its decision led to."""

    id: int
    ref: str
    kind: str
    state: str
    title: str
    member: str
    member_number: str
    plan: str
    expedited: bool
    received_at: datetime
    due_at: datetime | None
    zone: str
    answer_due: datetime | None = None
    authorization: str = ""
    authorized_until: date | None = None
    decided_at: datetime | None = None
    disputed: str = ""


@dataclass(frozen=True)
class Named:
    """A member by name and number."""

    name: str
    number: str


def filled(
    cx: Context, heads: Sequence[Any], *, questions: Mapping[int, Any]
) -> dict[int, OfficeRow]:
    """The rows of these cases by id; `questions` are their open ones, with `due_at`."""
    ids = [row.id for row in heads]
    names = names_of(cx, {row.member_id for row in heads})
    plans = _plans(cx, {row.contract_id for row in heads})
    authorized = _authorizations(cx, ids)
    decided = _decisions(cx, ids)
    disputes = disputes_of(cx, ids)
    return {
        row.id: OfficeRow(
            id=row.id,
            ref=row.ref,
            kind=row.kind,
            state=row.state,
            title=row.title,
            member=names[row.member_id].name,
            member_number=names[row.member_id].number,
            plan=plans[row.contract_id],
            expedited=row.fast_track,
            received_at=row.received_at,
            due_at=row.next_due_at,
            zone=bridge.contract_of(cx, row.contract_version_id).time_zone,
            answer_due=questions[row.id].due_at if row.id in questions else None,
            authorization=authorized[row.id].number if row.id in authorized else "",
            authorized_until=authorized[row.id].ends_on if row.id in authorized else None,
            decided_at=decided.get(row.id),
            disputed=disputes[row.id].ref if row.id in disputes else "",
        )
        for row in heads
    }


def names_of(cx: Context, ids: Iterable[int]) -> dict[int, Named]:
    """The members with these ids who are within reach."""
    rows = cx.db.execute(
        select(Member.id, Member.given_name, Member.family_name, Member.number).where(
            Member.id.in_(list(ids))
        )
    )
    return {row.id: Named(f"{row.given_name} {row.family_name}", row.number) for row in rows}


def _plans(cx: Context, ids: Iterable[int]) -> dict[int, str]:
    rows = cx.db.execute(select(Contract.id, Contract.name).where(Contract.id.in_(list(ids))))
    return {row.id: row.name for row in rows}


def _authorizations(cx: Context, ids: Sequence[int]) -> dict[int, Any]:
    """The newest authorization of each case that was not ended."""
    rows = cx.db.execute(
        select(Authorization.case_id, Authorization.number, Authorization.ends_on)
        .where(Authorization.case_id.in_(ids), Authorization.ended_on.is_(None))
        .order_by(Authorization.id)
    )
    return {row.case_id: row for row in rows}


def _decisions(cx: Context, ids: Sequence[int]) -> dict[int, datetime]:
    """When the last determination of each case was made."""
    rows = cx.db.execute(
        select(Determination.case_id, Determination.decided_at)
        .where(Determination.case_id.in_(ids))
        .order_by(Determination.version)
    )
    return {row.case_id: row.decided_at for row in rows}
