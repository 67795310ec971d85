"""The decisions made before on a matter: who decided, as which licence, each line, its reason and
criterion, and the letters that told it.

Free text is unsealed here, for those who may read the cases.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from casework import bridge, seal
from casework.context import Context
from casework.models import (
    ContractVersion,
    Determination,
    Letter,
    LineDecision,
    PaRule,
    RequestLine,
)
from casework.queries.case_file import CaseFile, key_of
from casework.records import determinations
from sla.calendars import local_day, zone


@dataclass(frozen=True)
class Ruled:
    """What a decision said of one line: as asked, as ruled, why, by which criterion."""

    number: int
    asked: Any
    given: Any
    reason: str


@dataclass(frozen=True)
class Policy:
    """A policy of the plan that stood for a service on the day of the request."""

    name: str
    since: date
    service: str


@dataclass(frozen=True)
class Earlier:
    """A decision made before on this matter. `words` are its sealed words by name."""

    ref: str
    kind: str
    row: Any
    lines: tuple[Ruled, ...]
    words: Mapping[str, Any]
    letters: tuple[Any, ...]
    contract_version: int | None
    policies: tuple[Policy, ...]


def earlier_decisions(cx: Context, file: CaseFile, cases: Mapping[int, Any]) -> tuple[Earlier, ...]:
    """Every decision on another case of the matter, the newest first."""
    rows = list(
        cx.db.execute(
            select(Determination)
            .where(
                Determination.case_id.in_(set(cases) - {file.case.id}),
            )
            .order_by(Determination.decided_at.desc(), Determination.id.desc())
        ).scalars()
    )
    ruled = _rulings(cx, rows)
    told = _letters(cx, rows)
    versions = _versions(cx, rows)
    asked = {line.number: line for line in _asked(cx, cases)}
    policies = _policies(cx, file, asked)
    found = []
    for row in rows:
        case = cases[row.case_id]
        key, place = key_of(cx, case), determinations.sealed_place(case.id)
        found.append(
            Earlier(
                ref=case.ref,
                kind=case.kind,
                row=row,
                lines=tuple(
                    Ruled(
                        each.number,
                        asked.get(each.number),
                        each,
                        seal.unseal_text(key, each.reason_ct, place),
                    )
                    for each in ruled.get(row.id, ())
                ),
                words=seal.unseal_json(key, row.words_ct, place),
                letters=told.get((row.case_id, row.event_seq), ()),
                contract_version=versions.get(row.frozen.get("contract_version_id", 0)),
                policies=policies,
            )
        )
    return tuple(found)


def _rulings(cx: Context, rows: Sequence[Any]) -> dict[int, tuple[Any, ...]]:
    found: dict[int, tuple[Any, ...]] = {}
    for each in cx.db.execute(
        select(LineDecision)
        .where(LineDecision.determination_id.in_([row.id for row in rows]))
        .order_by(LineDecision.determination_id, LineDecision.number)
    ).scalars():
        found[each.determination_id] = (*found.get(each.determination_id, ()), each)
    return found


def _letters(cx: Context, rows: Sequence[Any]) -> dict[tuple[int, int], tuple[Any, ...]]:
    """The letters that told these decisions, by the event that called for them."""
    causes = {(row.case_id, row.event_seq) for row in rows}
    found: dict[tuple[int, int], tuple[Any, ...]] = {}
    for letter in cx.db.execute(
        select(Letter).where(Letter.case_id.in_({case for case, _ in causes})).order_by(Letter.id)
    ).scalars():
        key = (letter.case_id, letter.cause_seq)
        if key in causes:
            found[key] = (*found.get(key, ()), letter)
    return found


def _versions(cx: Context, rows: Sequence[Any]) -> dict[int, int]:
    """The numbers of the contract versions under which these decisions were made."""
    ids = {row.frozen.get("contract_version_id", 0) for row in rows}
    named = cx.db.execute(
        select(ContractVersion.id, ContractVersion.version).where(ContractVersion.id.in_(ids))
    )
    return {row.id: row.version for row in named}


def _asked(cx: Context, cases: Mapping[int, Any]) -> list[Any]:
    roots = [each.id for each in cases.values() if each.kind == "prior_auth"]
    return list(
        cx.db.execute(
            select(RequestLine)
            .where(RequestLine.case_id.in_(roots))
            .order_by(RequestLine.case_id, RequestLine.number)
        ).scalars()
    )


def _policies(cx: Context, file: CaseFile, asked: Mapping[int, Any]) -> tuple[Policy, ...]:
    """The plan's policies for these services on the day on which the matter began."""
    where = zone(bridge.contract_of(cx, file.case.contract_version_id).time_zone)
    on = local_day(file.case.received_at, where)
    rows = cx.db.execute(
        select(PaRule.policy, PaRule.effective_from, PaRule.code, PaRule.label)
        .where(
            PaRule.contract_id == file.case.contract_id,
            PaRule.code.in_({line.code for line in asked.values()}),
            PaRule.policy != "",
            PaRule.effective_from <= on,
        )
        .order_by(PaRule.policy, PaRule.effective_from.desc())
    )
    found: dict[str, Policy] = {}
    for row in rows:
        found.setdefault(
            row.policy, Policy(row.policy, row.effective_from, f"{row.code} {row.label}")
        )
    return tuple(found.values())
