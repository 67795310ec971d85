"""The versions of a contract as rows, and which of them holds, is planned, or never will hold."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import select

from casework import bridge
from casework.context import Context
from casework.errors import NotFound
from casework.models import Contract, ContractVersion
from sla.calendars import wall_to_utc, zone

_CODE: Final = re.compile(r"[A-Za-z0-9._-]{1,40}", re.ASCII)
_UNKNOWN: Final = "There is no contract {}: the list of contracts names them."


class Standing(StrEnum):
    """Where a version stands at an instant."""

    IN_FORCE = "in_force"
    PLANNED = "planned"
    PAST = "past"
    REPLACED = "replaced"  # before its day came, so it never held


@dataclass(frozen=True)
class Edition:
    """One version of a contract as it is stored; none is ever changed."""

    id: int
    contract_id: int
    version: int
    effective_from: date
    terms: Mapping[str, Any]
    plan: Mapping[str, Any]
    workflow: Mapping[str, Any]
    reason: str
    created_at: datetime
    created_by: str

    @property
    def time_zone(self) -> str:
        """The IANA zone in which its days are counted."""
        return str(self.terms["time_zone"])

    @property
    def starts(self) -> datetime:
        """The UTC instant at which its first day begins."""
        return wall_to_utc(self.effective_from, time(0), zone(self.time_zone))


@dataclass(frozen=True)
class Named:
    """A contract by its code."""

    id: int
    code: str
    name: str
    line: str
    state: str | None


def contract_named(cx: Context, code: str, *, locked: bool = False) -> Named:
    """The contract with this code; `locked` until the transaction ends, so that one after the
    other publishes (cases go on being opened). Raises NotFound."""
    if not _CODE.fullmatch(code):
        raise NotFound(_UNKNOWN.format(code[:40] if code.isprintable() else ""))
    statement = select(Contract.id, Contract.code, Contract.name, Contract.line, Contract.state)
    statement = statement.where(Contract.code == code)
    row = cx.db.execute(
        statement.with_for_update(key_share=True) if locked else statement
    ).one_or_none()
    if row is None:
        raise NotFound(_UNKNOWN.format(code))
    return Named(*row)


def editions_of(cx: Context, contract_id: int) -> tuple[Edition, ...]:
    """All versions of this contract, the newest first."""
    columns = [getattr(ContractVersion, name) for name in Edition.__dataclass_fields__]
    rows = cx.db.execute(
        select(*columns)
        .where(ContractVersion.contract_id == contract_id)
        .order_by(ContractVersion.version.desc())
    )
    return tuple(Edition(*row) for row in rows)


def with_editions(
    cx: Context, code: str, *, locked: bool = False
) -> tuple[Named, tuple[Edition, ...]]:
    """The contract with this code and all of its versions, the newest first. Raises NotFound, also
    for one that says nothing yet."""
    named = contract_named(cx, code, locked=locked)
    editions = editions_of(cx, named.id)
    if not editions:
        raise NotFound(f"The contract {code} has no version yet; the set-up of the plan writes it.")
    return named, editions


def standing_of(edition: Edition, editions: Sequence[Edition], at: datetime) -> Standing:
    """Where this one of the versions of its contract stands at this instant."""
    if bridge.in_force(editions, at) is edition:
        return Standing.IN_FORCE
    for later in newer(edition, editions):
        if later.starts <= edition.starts and later.created_at < edition.starts:
            return Standing.REPLACED
    return Standing.PLANNED if edition.starts > at else Standing.PAST


def held_until(edition: Edition, editions: Sequence[Edition]) -> Edition | None:
    """The version that ended this one, or will; None where nothing follows."""
    return min(newer(edition, editions), key=lambda each: each.starts, default=None)


def newer(edition: Edition, editions: Sequence[Edition]) -> list[Edition]:
    """The versions that were published after this one."""
    return [each for each in editions if each.version > edition.version]


def before_of(edition: Edition, editions: Sequence[Edition]) -> Edition | None:
    """The version that would hold on this one's first day if it had not been published."""
    older = [each for each in editions if each.version < edition.version]
    return bridge.in_force(older, edition.starts)
