"""Which version of a contract is in force at an instant: the one that a case received then bears.

A version holds from the first second of its day in its own zone, and ends when the day of a version
with a higher number has come. So a planned version whose successor begins on the same day or
earlier never comes into force. Nothing here changes a version; none ever changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import Select, select

from casework.context import Context
from casework.models import ContractVersion
from sla.calendars import zone

_AHEAD: Final = timedelta(days=1)  # no zone is a whole day before UTC


class Versioned(Protocol):
    """A row of a contract version, as far as the calendar is concerned."""

    @property
    def version(self) -> int:
        """Its number; the next one published is higher."""

    @property
    def effective_from(self) -> date:
        """The first local day on which it may hold."""

    @property
    def time_zone(self) -> str:
        """The IANA zone in which its days are counted."""


Row = TypeVar("Row", bound=Versioned)


@dataclass(frozen=True, slots=True)
class Dated:
    """The dates of one version of a contract."""

    id: int
    contract_id: int
    version: int
    effective_from: date
    time_zone: str


def dated_versions() -> Select[Any]:
    """The statement that reads the columns of `Dated`, newest version first."""
    return select(
        ContractVersion.id,
        ContractVersion.contract_id,
        ContractVersion.version,
        ContractVersion.effective_from,
        ContractVersion.terms["time_zone"].astext.label("time_zone"),
    ).order_by(ContractVersion.contract_id, ContractVersion.version.desc())


def has_begun(row: Versioned, at: datetime) -> bool:
    """Whether the local day of this instant is the first day of the version or a later one."""
    return row.effective_from <= at.astimezone(zone(row.time_zone)).date()


def in_force(rows: Sequence[Row], at: datetime) -> Row | None:
    """Of the versions of one contract the one that holds at this instant: the highest number that
    has begun. Before the first of all, that first one; None only of none."""
    newest_first = sorted(rows, key=lambda row: row.version, reverse=True)
    begun = next((row for row in newest_first if has_begun(row, at)), None)
    if begun is not None or not newest_first:
        return begun
    return min(newest_first, key=lambda row: (row.effective_from, -row.version))


def version_at(cx: Context, contract_id: int, at: datetime) -> int:
    """The id of the version that a case received at this instant is stamped with.

    Raises LookupError for a contract without a version, which no seed and no command makes.
    """
    near = cx.db.execute(
        dated_versions().where(
            ContractVersion.contract_id == contract_id,
            ContractVersion.effective_from <= at.astimezone(UTC).date() + _AHEAD,
        )
    ).all()
    rows = (
        near
        or cx.db.execute(dated_versions().where(ContractVersion.contract_id == contract_id)).all()
    )
    found = in_force([Dated(*row) for row in rows], at)
    if found is None:
        raise LookupError(f"contract {contract_id} has no version")
    return found.id
