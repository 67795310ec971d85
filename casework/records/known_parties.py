"""Who and what we know: contracts by coverage, providers by number, members by their card."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text

from casework import bridge
from casework.context import Context
from casework.submission import ProviderAsSent


def members_with(cx: Context, numbers: Iterable[str]) -> list[Any]:
    """The members whom one of these numbers names: id, birth_date, restricted and more."""
    return list(cx.db.execute(_MEMBERS, {"numbers": list(numbers)}))


_MEMBERS = text("select * from directory_member(:numbers)")


@dataclass(frozen=True, slots=True)
class Covering:
    """The contract that covers a member, with the version that a case received now would bear."""

    id: int
    line: str
    version_id: int


def contract_on(cx: Context, member_id: int, on: date, *, received_at: datetime) -> Covering | None:
    """The contract that covered this member on that day (of service, of the incident), or None.

    Its version is the one in force at the receipt, whenever the receipt is entered.
    """
    rows = cx.db.execute(_CONTRACT_ON, {"member": member_id, "day": on}).all()
    version = bridge.in_force([row for row in rows if row.id == rows[0].id], received_at)
    return Covering(version.id, version.line, version.version_id) if version else None


_CONTRACT_ON = text(
    "select contract.id, contract.line, version.id as version_id, version.version,"
    " version.effective_from, version.terms ->> 'time_zone' as time_zone"
    " from directory_coverage(:member) span"
    " join contract on contract.id = span.contract_id"
    " join contract_version version on version.contract_id = contract.id"
    " where span.starts_on <= :day and coalesce(span.ends_on, :day) >= :day"
    " order by span.starts_on desc, contract.id"
)


def providers_as_known(cx: Context, sent: Iterable[ProviderAsSent]) -> dict[str, Any]:
    """Each provider that we know (organization_id, name, in_network, npi, specialty), by the number
    it was named by: its NPI, or its tax number where it has none. An office goes before a
    practitioner, and has a specialty where all its people have the same."""
    named = list(sent)
    by_npi = [each.npi for each in named if each.npi]
    by_tax = [each.tax_id for each in named if not each.npi and each.tax_id]
    if not by_npi and not by_tax:
        return {}
    known: dict[str, Any] = {}
    for row in cx.db.execute(_PROVIDERS, {"npi": by_npi, "tax": by_tax}):
        known.setdefault(row.named, row)
    return known


_PROVIDERS = text(
    "select named, organization_id, name, in_network, npi, rank, coalesce(own,"
    " (select case when count(distinct p.specialty) = 1 then min(p.specialty) else '' end"
    " from practitioner p where p.organization_id = found.organization_id)) as specialty from ("
    "select npi as named, id as organization_id, name, in_network, npi, 0 as rank, null as own"
    " from organization where npi = any(:npi)"
    " union all select tax_id, id, name, in_network, npi, 1, null"
    " from organization where tax_id = any(:tax)"
    " union all select p.npi, p.organization_id, p.name, o.in_network, p.npi, 2, p.specialty"
    " from practitioner p join organization o on o.id = p.organization_id where p.npi = any(:npi)"
    ") found order by rank, organization_id"
)
