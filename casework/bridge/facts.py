"""Rows into the Facts that the guards judge: the case, who acts, who decided before.

`of_case` is what a screen needs to show every button with its reason; commands add what their form
says with `dataclasses.replace`. A fact that is not looked up keeps its guard shut.
"""

from collections.abc import Collection, Iterable, Mapping
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
    return of_deciders(cx, case, facts, user_ids=(user_id,))[user_id]


def of_deciders(
    cx: Context, case: Any, facts: Facts, *, user_ids: Collection[int]
) -> dict[int, Facts]:
    """The same of several people at once, as each would decide today; as many questions as for
    one."""
    version = version_of(cx, case.contract_version_id)
    contract = version.contract
    on = cx.now.astimezone(zone(contract.time_zone)).date()
    licences = _licences(cx, user_ids, on=on)
    chart = reporting_lines(cx, on=on)
    states = version.workflow.get("licence_states") or (contract.state,)
    shared = replace(
        facts,
        accepted_licences=tuple(version.workflow.get("adverse_licences") or ADVERSE_LICENCES),
        earlier_deciders=earlier_deciders(cx, case),
        requester_ids=requesters(cx, case),
    )
    found = {}
    for user_id in user_ids:
        licence = _best(licences.get(user_id, ()), state=contract.state)
        found[user_id] = replace(
            shared,
            decider_id=person(user_id),
            licence_type=licence.kind if licence else "",
            licence_active=licence is not None,
            licence_unrestricted=licence is not None and not licence.restricted,
            licence_reaches_state=licence is not None
            and (states == (None,) or licence.state in states),
            decider_superiors=tuple(person(user) for user in sorted(above(chart, user_id))),
        )
    return found


def best_licence(cx: Context, user_id: int, *, state: str | None, on: date) -> Any:
    """The licence that serves best on that day: unrestricted first, then the contract State."""
    return _best(_licences(cx, (user_id,), on=on).get(user_id, ()), state=state)


def best_licences(
    cx: Context, user_ids: Collection[int], *, state: str | None, on: date
) -> dict[int, Any]:
    """The same of several people: only those who hold any."""
    held = _licences(cx, user_ids, on=on)
    return {user_id: _best(rows, state=state) for user_id, rows in held.items()}


def _licences(cx: Context, user_ids: Collection[int], *, on: date) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in cx.db.execute(
        select(
            Licence.id,
            Licence.user_id,
            Licence.kind,
            Licence.state,
            Licence.restricted,
            Licence.specialty,
            Licence.ends_on,
        )
        .where(Licence.user_id.in_(user_ids), Licence.starts_on <= on)
        .where((Licence.ends_on.is_(None)) | (Licence.ends_on >= on))
    ):
        found.setdefault(row.user_id, []).append(row)
    return found


def _best(rows: Iterable[Any], *, state: str | None) -> Any:
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
    found = above(reporting_lines(cx, on=on), user_id)
    return tuple(person(user) for user in sorted(found))


def reporting_lines(cx: Context, *, on: date) -> dict[int, set[int]]:
    """The organization chart of that day: who reports to whom."""
    rows = cx.db.execute(
        select(ReportingLine.user_id, ReportingLine.manager_id).where(
            ReportingLine.starts_on <= on,
            (ReportingLine.ends_on.is_(None)) | (ReportingLine.ends_on >= on),
        )
    ).all()
    chart: dict[int, set[int]] = {}
    for row in rows:
        chart.setdefault(row.user_id, set()).add(row.manager_id)
    return chart


def above(chart: Mapping[int, Collection[int]], user_id: int) -> set[int]:
    """Everybody above this person in a chart; himself too where it runs in a circle."""
    found: set[int] = set()
    wave: Iterable[int] = set(chart.get(user_id, ()))
    while wave:
        found |= set(wave)
        wave = {m for user in wave for m in chart.get(user, ())} - found
    return found


def name_of(cx: Context, user_id: int) -> Any:
    """Name and title of a person of ours, for the record of a decision."""
    return cx.db.execute(select(User.name, User.title).where(User.id == user_id)).one()
