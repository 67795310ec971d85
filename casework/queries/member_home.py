"""What a member sees first: the own cases with their times and what disputes them, and the plan.

A fixed number of statements, however many cases there are. Words are the page's business.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, exists, or_, select, true
from sqlalchemy.orm import aliased

from casework import bridge
from casework.bridge import office_matters
from casework.context import Context
from casework.models import (
    Appeal,
    Authorization,
    Case,
    Clock,
    ContractVersion,
    CoverageSpan,
    Determination,
    ExternalReview,
    Member,
)
from casework.queries.own_cases import own_cases

NAMED: Final = ("decision", "filing_window")
# Ends after which the same decision may be disputed once more.
VOID: Final = frozenset({"withdrawn", "dismissed", "converted", "merged", "ineligible"})


@dataclass(frozen=True)
class Dispute:
    """An appeal or a review outside that is about another case."""

    ref: str
    kind: str
    state: str
    about_id: int


@dataclass(frozen=True)
class OwnCase:
    """One case of the list. `due_at`: when its decision is due, while that runs; `last_day`: the
    end of the window for the next step; `dispute`: the step that was taken; `holds`: an
    authorization stands, also where it came from a changed answer; `in_part`: that answer changed
    a part only."""

    id: int
    ref: str
    kind: str
    state: str
    title: str
    received_at: datetime
    outcome: str
    version: int
    member_id: int
    member: str
    zone: str
    due_at: datetime | None
    last_day: datetime | None
    dispute: Dispute | None
    line: str = ""
    holds: bool = False
    in_part: bool = False


def own_list(
    cx: Context,
    *,
    before: int | None = None,
    limit: int = 20,
    member_id: int | None = None,
    going_on: bool | None = None,
) -> tuple[OwnCase, ...]:
    """The own cases below the id `before`, newest first; `member_id` and `going_on` as in
    `own_cases`."""
    rows = own_cases(cx, before=before, limit=limit, member_id=member_id, going_on=going_on)
    ids = [row.id for row in rows]
    clocks = _clocks(cx, ids)
    taken = disputes_of(cx, ids)
    given = _authorized(cx, ids)
    return tuple(
        OwnCase(
            id=row.id,
            ref=row.ref,
            kind=row.kind,
            state=row.state,
            title=row.title,
            received_at=row.received_at,
            outcome=row.outcome,
            version=row.version,
            member_id=row.member_id,
            member=f"{row.given_name} {row.family_name}",
            zone=bridge.contract_of(cx, row.contract_version_id).time_zone,
            due_at=clocks.get((row.id, "decision")),
            last_day=clocks.get((row.id, "filing_window")),
            dispute=taken.get(row.id),
            line=bridge.contract_of(cx, row.contract_version_id).line,
            holds=row.id in given,
            in_part=given.get(row.id, False),
        )
        for row in rows
    )


def _authorized(cx: Context, ids: Iterable[int]) -> Mapping[int, bool]:
    """Which of these requests hold an authorization that stands, and whether whoever changed the
    answer gave a part only."""
    rows = cx.db.execute(
        select(Authorization.case_id, changed_in_part(Case.series_id))
        .join(Case, Case.id == Authorization.case_id)
        .where(Authorization.case_id.in_(list(ids)), Authorization.ended_on.is_(None))
    )
    return {row[0]: row[1] for row in rows}


def changed_in_part(series_id: Any) -> ColumnElement[bool]:
    """Whether, in this matter, some appeal or review gave a part and none gave all."""
    later = aliased(Case)

    def some(outcome: str) -> ColumnElement[bool]:
        return exists().where(
            later.series_id == series_id,
            later.kind.in_(("appeal", "external_review")),
            later.outcome == outcome,
        )

    return some("partial") & ~some("overturned")


def disputes_of(cx: Context, ids: Iterable[int]) -> Mapping[int, Dispute]:
    """The newest appeal or review outside of each of these cases, without those that were taken
    back or closed undecided, and those of a decision that a newer one has replaced. A provider's
    own dispute about payment is none: it uses up no step of the member."""
    wanted = list(ids)
    overtaken = exists().where(
        Determination.case_id == Appeal.about_case_id, Determination.id > Appeal.determination_id
    )
    found: dict[int, Dispute] = {}
    for table, stands in ((Appeal, ~overtaken), (ExternalReview, true())):
        rows = cx.db.execute(
            select(Case.ref, Case.kind, Case.state, table.about_case_id)
            .join(table, table.case_id == Case.id)
            .where(table.about_case_id.in_(wanted), Case.state.not_in(VOID), stands)
            .where(Case.about != office_matters.DISPUTE)
            .order_by(Case.id)
        )
        found |= {
            row.about_case_id: Dispute(row.ref, row.kind, row.state, row.about_case_id)
            for row in rows
        }
    return found


@dataclass(frozen=True)
class Known:
    """One of the members whose records this person may open, with standing needs."""

    id: int
    name: str
    number: str
    language: str
    letter_format: str
    contact_preference: str
    address: tuple[str, ...]
    phone: str
    email: str


def known_members(cx: Context) -> tuple[Known, ...]:
    """The members of this account, by id."""
    rows = cx.db.execute(
        select(Member).where(Member.id.in_(cx.principal.ids)).order_by(Member.id)
    ).scalars()
    return tuple(
        Known(
            id=row.id,
            name=f"{row.given_name} {row.family_name}",
            number=row.number,
            language=row.language,
            letter_format=row.letter_format,
            contact_preference=row.contact_preference,
            address=tuple(row.address),
            phone=row.phone,
            email=row.email,
        )
        for row in rows
    )


def plan_of(cx: Context, *, on: date) -> Mapping[str, Any]:
    """What the plan of these members prints on its letters (names, telephone numbers, addresses):
    of the contract that covers the first of them on this day, else of the last one; empty for
    none."""
    spans = (
        select(ContractVersion.id)
        .join(CoverageSpan, CoverageSpan.contract_id == ContractVersion.contract_id)
        .where(
            CoverageSpan.member_id.in_(cx.principal.ids),
            ContractVersion.effective_from <= on,
        )
    )
    holds = or_(CoverageSpan.ends_on.is_(None), CoverageSpan.ends_on >= on)
    newest = (
        holds.desc(),
        CoverageSpan.member_id,
        CoverageSpan.starts_on.desc(),
        ContractVersion.version.desc(),
    )
    found = cx.db.execute(spans.order_by(*newest).limit(1)).scalar()
    return bridge.version_of(cx, found).plan if found is not None else {}


def local_date(at: datetime, zone: str) -> date:
    """The calendar date of this instant where the contract counts its days."""
    return at.astimezone(ZoneInfo(zone)).date()


def _clocks(cx: Context, ids: list[int]) -> dict[tuple[int, str], datetime]:
    """The due of each named clock; that of a decision only while it is owed."""
    rows = cx.db.execute(
        select(Clock.case_id, Clock.name, Clock.due_at).where(
            Clock.case_id.in_(ids),
            Clock.name.in_(NAMED),
            or_(
                Clock.name != "decision",
                Clock.state.in_(("open", "missed")) & Clock.satisfied_at.is_(None),
            ),
        )
    )
    return {(row.case_id, row.name): row.due_at for row in rows}
