"""Contracts with their versions: which holds now, which is planned, and what came before.

What holds is a question of the contract's own local day, never of the day in UTC.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import func, select

from casework import bridge
from casework.context import Context
from casework.models import Case, Contract, ContractVersion
from casework.records import contract_versions
from casework.records.contract_differences import Difference, differences
from casework.records.contract_plans import plan_differences
from casework.records.contract_terms import as_it_is
from casework.records.contract_versions import Edition, Named, Standing, standing_of
from sla.values import Contract as ClockContract


@dataclass(frozen=True)
class Current:
    """The version of a contract that is in force."""

    id: int
    code: str
    name: str
    line: str
    version_id: int
    version: int
    contract: ClockContract
    plan: Mapping[str, Any]
    workflow: Mapping[str, Any]


@dataclass(frozen=True)
class Chapter:
    """One version in the story of a contract. `changed`: against the version that would hold on
    its first day without it; `until`: the version that ended it, or will; `open_cases` bear it."""

    edition: Edition
    standing: Standing
    changed: tuple[Difference, ...]
    until: Edition | None
    open_cases: int


def current_versions(cx: Context) -> tuple[Current, ...]:
    """Each contract with its version in force on its local day now, by code."""
    rows = cx.db.execute(
        select(
            Contract.code,
            Contract.name,
            Contract.line,
            *bridge.dated_versions().selected_columns,
        )
        .join(ContractVersion, ContractVersion.contract_id == Contract.id)
        .order_by(Contract.code, ContractVersion.version.desc())
    ).all()
    found = []
    for _, group in groupby(rows, key=lambda row: row.code):
        begun = [row for row in group if bridge.has_begun(row, cx.now)]
        if begun:
            found.append(_current(cx, begun[0]))
    return tuple(found)


def contract_named(cx: Context, code: str) -> tuple[Named, tuple[Edition, ...]]:
    """The contract with this code and all of its versions, the newest first. Raises NotFound."""
    return contract_versions.with_editions(cx, code)


def every_contract(cx: Context) -> tuple[tuple[Named, tuple[Edition, ...]], ...]:
    """Every contract with all of its versions, by name."""
    columns = (Contract.id, Contract.code, Contract.name, Contract.line, Contract.state)
    named = [Named(*row) for row in cx.db.execute(select(*columns).order_by(Contract.name))]
    return tuple((each, contract_versions.editions_of(cx, each.id)) for each in named)


def in_force(editions: Sequence[Edition], cx: Context) -> Edition | None:
    """The version that holds now."""
    return bridge.in_force(editions, cx.now)


def planned(editions: Sequence[Edition], cx: Context) -> tuple[Edition, ...]:
    """The versions that will come into force, the next one first."""
    waiting = (e for e in editions if standing_of(e, editions, cx.now) is Standing.PLANNED)
    return tuple(sorted(waiting, key=lambda each: each.starts))


def story(cx: Context, editions: Sequence[Edition]) -> tuple[Chapter, ...]:
    """The versions of one contract as a story, the newest first, with what each changed.

    The open cases are counted within the reach of the context.
    """
    counts = open_cases(cx, [each.id for each in editions])
    return tuple(
        Chapter(
            edition=each,
            standing=standing_of(each, editions, cx.now),
            changed=_changed(each, editions),
            until=contract_versions.held_until(each, editions),
            open_cases=counts.get(each.id, 0),
        )
        for each in editions
    )


def open_cases(cx: Context, version_ids: Sequence[int]) -> dict[int, int]:
    """How many open cases bear each of these versions, within the reach of the context."""
    rows = cx.db.execute(
        select(Case.contract_version_id, func.count().label("cases"))
        .where(Case.open, Case.contract_version_id.in_(version_ids))
        .group_by(Case.contract_version_id)
    )
    return {row.contract_version_id: row.cases for row in rows}


def _changed(edition: Edition, editions: Sequence[Edition]) -> tuple[Difference, ...]:
    before = contract_versions.before_of(edition, editions)
    if before is None:
        return ()
    was, will = (as_it_is(each.terms, each.workflow) for each in (before, edition))
    return (*differences(was, will), *plan_differences(before.plan, edition.plan))


def _current(cx: Context, row: Any) -> Current:
    version = bridge.version_of(cx, row.id)
    return Current(
        id=row.contract_id,
        code=row.code,
        name=row.name,
        line=row.line,
        version_id=row.id,
        version=row.version,
        contract=version.contract,
        plan=version.plan,
        workflow=version.workflow,
    )
