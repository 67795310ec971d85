"""Who may review an appeal: every clinician of its contract, judged as though he decided today.

The law's own guards speak (the machine's table, nothing is said twice); beside them what is the
plan's: who sees restricted cases, who is away, how much he has. The best stands first.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, select

from casework import bridge
from casework.bridge import facts as known
from casework.context import Context
from casework.models import (
    Absence,
    Appeal,
    Case,
    Clock,
    Practitioner,
    PriorAuth,
    Role,
    User,
    UserContract,
    user_role,
)
from casework.policy import CLINICIANS
from casework.records import appeal_facts
from sla.calendars import local_day, zone
from statemachines import engine
from statemachines.facts import Facts

FIRST_LOOK: Final = "uphold"  # its edge carries every guard on the person who decides


@dataclass(frozen=True)
class Reason:
    """Why somebody may not, with the law where a law says so."""

    sentence: str
    citation: str = ""


@dataclass(frozen=True)
class Candidate:
    """One clinician: what speaks for and against. `notes` keep nobody out; `field` says whether his
    specialty is that of who asked for the service; `apart`: he reports to nobody who took part;
    `has_it`: he is the reviewer now."""

    id: int
    name: str
    title: str
    licence: str
    specialty: str
    field: bool
    apart: bool
    reasons: tuple[Reason, ...]
    notes: tuple[str, ...]
    load: int
    next_due_at: datetime | None
    has_it: bool

    @property
    def may(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.reasons


def candidates(cx: Context, case: Any) -> tuple[Candidate, ...]:
    """Every clinician of the contract of this appeal, the best first, who may not at the end."""
    people = _people(cx, case)
    ids = [row.id for row in people]
    facts = appeal_facts.of_appeal(cx, case, known.of_case(cx, case))
    judged = known.of_deciders(cx, case, facts, user_ids=ids)
    contract = bridge.contract_of(cx, case.contract_version_id)
    today = local_day(cx.now, zone(contract.time_zone))
    due_on = _due_on(cx, case, contract.time_zone) or today
    licences = known.best_licences(cx, ids, state=contract.state, on=today)
    away = _away(cx, ids, today)
    load = _load(cx, ids, case.id)
    wanted, has_it = _specialty_of(cx, case), _reviewer_of(cx, case)
    found = []
    for row in people:
        licence = licences.get(row.id)
        absence = away.get(row.id)
        reasons = [*_by_law(judged[row.id], facts.line), *_by_the_plan(case, row, absence, due_on)]
        found.append(
            Candidate(
                id=row.id,
                name=row.name,
                title=row.title,
                licence=f"{licence.kind} {licence.state}" if licence else "",
                specialty=licence.specialty if licence else "",
                field=bool(wanted and licence and licence.specialty.lower() == wanted.lower()),
                apart=_apart(judged[row.id]),
                reasons=tuple(reasons),
                notes=tuple(_notes(licence, absence, due_on)) if not reasons else (),
                load=load[row.id][0] if row.id in load else 0,
                next_due_at=load[row.id][1] if row.id in load else None,
                has_it=row.id == has_it,
            )
        )
    return tuple(sorted(found, key=_rank))


def _apart(judged: Facts) -> bool:
    """A Medicare contract may let a subordinate decide; it is said all the same."""
    return not set(judged.earlier_deciders or ()) & set(judged.decider_superiors or ())


def away_too_long(cx: Context, case: Any, user_id: int) -> str:
    """A sentence where this person is away until after the appeal is due; empty otherwise."""
    where = bridge.zone_of(cx, case)
    today = local_day(cx.now, zone(where))
    absence = _away(cx, (user_id,), today).get(user_id)
    return _too_long(absence, _due_on(cx, case, where) or today)


def against(facts: Facts) -> tuple[Reason, ...]:
    """Why whoever these facts are about may not decide the appeal, as its guards say."""
    return tuple(_by_law(facts, facts.line))


def _by_law(judged: Facts, line: str) -> Iterable[Reason]:
    attested = (judged.service_domain,) if judged.licence_type else ()
    acting = replace(
        judged,
        actor_id=judged.decider_id,
        actor_is_system=False,
        expertise_domains=attested,
    )
    [edge] = [each for each in engine.edges("appeal") if each.trigger == FIRST_LOOK]
    for guard in edge.guards:
        if guard.about == "actor" and not guard.holds(acting):
            yield Reason(guard.says(acting), guard.cited(line))


def _by_the_plan(case: Any, row: Any, absence: Any, due_on: date) -> Iterable[Reason]:
    if case.restricted and not row.sees_restricted:
        yield Reason("This case is restricted, and this person may not see restricted cases.")
    away = _too_long(absence, due_on)
    if away:
        yield Reason(away)


def _too_long(absence: Any, due_on: date) -> str:
    if absence is None or absence < due_on:
        return ""
    return f"Away until {_day(absence)}, and the appeal is due on {_day(due_on)}."


def _notes(licence: Any, absence: Any, due_on: date) -> Iterable[str]:
    if absence is not None:
        yield f"Away until {_day(absence)}, back before it is due."
    if licence is not None and licence.ends_on is not None and licence.ends_on < due_on:
        yield f"The licence ends on {_day(licence.ends_on)}, before it is due."


def _day(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _rank(each: Candidate) -> tuple[Any, ...]:
    """May; no warning; the same field; the fewest cases; by name."""
    return (not each.may, len(each.notes), not each.field, each.load, each.name, each.id)


def _people(cx: Context, case: Any) -> list[Any]:
    return list(
        cx.db.execute(
            select(User.id, User.name, User.title, User.sees_restricted)
            .join(UserContract, UserContract.user_id == User.id)
            .where(
                UserContract.contract_id == case.contract_id,
                User.id.in_(_with_role(CLINICIANS)),
                User.active,
                User.left_on.is_(None),
            )
            .order_by(User.name, User.id)
        )
    )


def _with_role(roles: Collection[str]) -> Any:
    return (
        select(user_role.c.user_id)
        .join(Role, Role.id == user_role.c.role_id)
        .where(Role.name.in_(roles))
    )


def _due_on(cx: Context, case: Any, where: str) -> date | None:
    due_at = cx.db.execute(
        select(Clock.due_at).where(Clock.case_id == case.id, Clock.name == "decision")
    ).scalar()
    return local_day(due_at, zone(where)) if due_at else None


def _away(cx: Context, ids: Collection[int], today: date) -> dict[int, date]:
    rows = cx.db.execute(
        select(Absence.user_id, func.max(Absence.ends_on).label("until"))
        .where(
            Absence.user_id.in_(ids),
            Absence.ended_at.is_(None),
            Absence.starts_on <= today,
            Absence.ends_on >= today,
        )
        .group_by(Absence.user_id)
    )
    return {row.user_id: row.until for row in rows}


def _load(cx: Context, ids: Collection[int], but: int) -> dict[int, tuple[int, datetime | None]]:
    """How many open cases each has within the looker's reach, and when the next of them is due."""
    rows = cx.db.execute(
        select(Case.assignee_id, func.count(), func.min(Case.next_due_at))
        .where(Case.assignee_id.in_(ids), Case.open, Case.id != but)
        .group_by(Case.assignee_id)
    )
    return {user_id: (count, due_at) for user_id, count, due_at in rows if user_id is not None}


def _specialty_of(cx: Context, case: Any) -> str:
    """The specialty of who asked for the service, where the directory knows it."""
    asked = (
        select(PriorAuth.requester["npi"].astext)
        .join(Case, Case.id == PriorAuth.case_id)
        .where(Case.series_id == case.series_id)
        .limit(1)
        .scalar_subquery()
    )
    found = cx.db.execute(select(Practitioner.specialty).where(Practitioner.npi == asked)).scalar()
    return str(found or "")


def _reviewer_of(cx: Context, case: Any) -> int | None:
    return cx.db.execute(select(Appeal.reviewer_id).where(Appeal.case_id == case.id)).scalar()
