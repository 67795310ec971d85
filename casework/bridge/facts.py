"""Rows into the Facts that the guards judge: the case, who acts, who decided before.

`of_case` is what a screen needs to show every button with its reason; commands add what their form
says with `dataclasses.replace`. A fact that is not looked up keeps its guard shut.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import array

from casework.bridge.clocks import version_of
from casework.context import Context
from casework.models import (
    Case,
    Clock,
    Determination,
    Licence,
    Practitioner,
    PriorAuth,
    ReportingLine,
    User,
)
from sla.calendars import zone
from statemachines.facts import Facts

# MD and DO decide everywhere; a contract version may accept others in `workflow`.
ADVERSE_LICENCES: Final = ("MD", "DO")


_DECISION: Final = select(Clock.state, Clock.due_at, Clock.consequence).where(
    Clock.case_id == bindparam("case"), Clock.name == "decision"
)


def of_actor(cx: Context) -> Facts:
    """Who acts: nobody but the system, or this person."""
    principal = cx.principal
    if principal.kind in {"system", "anonymous"}:
        return Facts()
    return Facts(
        actor_id=f"{principal.kind}:{principal.id}",
        actor_is_system=principal.kind == "client",
    )


def person(user_id: int) -> str:
    """The opaque id under which the guards know a person of ours."""
    return f"user:{user_id}"


def of_case(cx: Context, case: Any, facts: Facts | None = None) -> Facts:
    """The case as it stands: line, pace, filer, its decision clock."""
    version = version_of(cx, case.contract_version_id)
    contract = version.contract
    clock = cx.db.execute(_DECISION, {"case": case.id}).one_or_none()
    return replace(
        facts or of_actor(cx),
        line=contract.line,
        priority="expedited" if case.fast_track else "standard",
        timing=case.timing,
        filer=case.filed_by,
        decision_clock_open=clock is not None and clock.state == "open",
        decision_due_passed=None if clock is None else bool(cx.now > clock.due_at),
        deemed=clock.consequence if clock else "",
        decision_missed=clock is not None and bool(clock.consequence or clock.state == "missed"),
        check_subordinates=contract.line != "medicare"
        or bool(version.workflow.get("check_subordinates", True)),
    )


def of_decider(cx: Context, case: Any, facts: Facts, *, user_id: int) -> Facts:
    """Licence, earlier deciders and superiors of the one who decides, as of the local day."""
    version = version_of(cx, case.contract_version_id)
    contract = version.contract
    on = cx.now.astimezone(zone(contract.time_zone)).date()
    licence = best_licence(cx, user_id, state=contract.state, on=on)
    states = version.workflow.get("licence_states", ())
    return replace(
        facts,
        decider_id=person(user_id),
        licence_type=licence.kind if licence else "",
        accepted_licences=tuple(version.workflow.get("adverse_licences") or ADVERSE_LICENCES),
        licence_active=licence is not None,
        licence_unrestricted=licence is not None and not licence.restricted,
        licence_reaches_state=licence is not None and (not states or licence.state in states),
        earlier_deciders=earlier_deciders(cx, case),
        decider_superiors=superiors(cx, user_id, on=on),
        requester_ids=requesters(cx, case),
    )


def best_licence(cx: Context, user_id: int, *, state: str | None, on: date) -> Any:
    """The licence that serves best on that day: unrestricted first, then the contract State."""
    rows = cx.db.execute(
        select(Licence.id, Licence.kind, Licence.state, Licence.restricted, Licence.specialty)
        .where(Licence.user_id == user_id, Licence.starts_on <= on)
        .where((Licence.ends_on.is_(None)) | (Licence.ends_on >= on))
    ).all()
    return min(
        rows,
        key=lambda row: (row.restricted, row.kind not in ADVERSE_LICENCES, row.state != state),
        default=None,
    )


def earlier_deciders(cx: Context, case: Any) -> tuple[str, ...]:
    """Everybody who made a determination on any other case of this series."""
    rows = cx.db.execute(
        select(Determination.decided_by_id)
        .join(Case, Case.id == Determination.case_id)
        .where(
            Case.series_id == case.series_id,
            Case.id != case.id,
            Determination.decided_by_id.is_not(None),
        )
        .distinct()
    ).scalars()
    return tuple(person(user_id) for user_id in rows if user_id is not None)


def requesters(cx: Context, case: Any) -> tuple[str, ...]:
    """People of ours who asked for the service of this series, or will furnish it: clinicians of
    the plan who also treat members, known by a licence that names both."""
    who = (PriorAuth.requester["npi"].astext, PriorAuth.servicing["npi"].astext)
    named = (
        select(func.unnest(array(who)))
        .join(Case, Case.id == PriorAuth.case_id)
        .where(Case.series_id == case.series_id)
    )
    rows = cx.db.execute(
        select(Licence.user_id)
        .join(Practitioner, Practitioner.id == Licence.practitioner_id)
        .where(Licence.user_id.is_not(None), Practitioner.npi.in_(named))
        .distinct()
    ).scalars()
    return tuple(person(user_id) for user_id in rows if user_id is not None)


def superiors(cx: Context, user_id: int, *, on: date) -> tuple[str, ...]:
    """Everybody above this person in the organization chart of that day."""
    rows = cx.db.execute(
        select(ReportingLine.user_id, ReportingLine.manager_id).where(
            ReportingLine.starts_on <= on,
            (ReportingLine.ends_on.is_(None)) | (ReportingLine.ends_on >= on),
        )
    ).all()
    above: dict[int, set[int]] = {}
    for row in rows:
        above.setdefault(row.user_id, set()).add(row.manager_id)
    found: set[int] = set()
    wave: Iterable[int] = above.get(user_id, set())
    while wave:
        found |= set(wave)
        wave = {m for user in wave for m in above.get(user, set())} - found
    return tuple(person(user) for user in sorted(found))


def name_of(cx: Context, user_id: int) -> Any:
    """Name and title of a person of ours, for the record of a decision."""
    return cx.db.execute(select(User.name, User.title).where(User.id == user_id)).one()
