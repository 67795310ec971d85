"""Who and what we know: contracts by coverage, providers by number, members by their card."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import literal, select, text, union_all

from casework.context import Context
from casework.models import Contract, ContractVersion, Organization, Practitioner
from casework.submission import ProviderAsSent


def members_with(cx: Context, numbers: Iterable[str]) -> list[Any]:
    """The members whom one of these numbers names: id, birth_date, restricted and more."""
    return list(
        cx.db.execute(text("select * from directory_member(:numbers)"), {"numbers": list(numbers)})
    )


def contract_on(cx: Context, member_id: int, on: date) -> Any:
    """The contract (id, line, version_id) that covered this member on that day, or None.

    The version is the one in force at receipt, which is today.
    """
    spans = cx.db.execute(
        text("select contract_id, starts_on, ends_on from directory_coverage(:member)"),
        {"member": member_id},
    ).all()
    for span in spans:
        if span.starts_on <= on and (span.ends_on is None or span.ends_on >= on):
            return _version(cx, span.contract_id, cx.now.date())
    return None


def _version(cx: Context, contract_id: int, on: date) -> Any:
    return cx.db.execute(
        select(Contract.id, Contract.line, ContractVersion.id.label("version_id"))
        .join(ContractVersion, ContractVersion.contract_id == Contract.id)
        .where(Contract.id == contract_id, ContractVersion.effective_from <= on)
        .order_by(ContractVersion.effective_from.desc(), ContractVersion.version.desc())
        .limit(1)
    ).one_or_none()


def provider_as_known(cx: Context, sent: ProviderAsSent) -> Any:
    """The organization or practitioner (organization_id, name, in_network, npi), or None."""
    if not sent.npi:
        return cx.db.execute(
            _office().where(Organization.tax_id == sent.tax_id).order_by(Organization.id).limit(1)
        ).one_or_none()
    person = (
        select(
            Practitioner.organization_id,
            Practitioner.name,
            Organization.in_network,
            Practitioner.npi,
            literal(1).label("rank"),
        )
        .join(Organization, Organization.id == Practitioner.organization_id)
        .where(Practitioner.npi == sent.npi)
    )
    office = _office().add_columns(literal(0).label("rank")).where(Organization.npi == sent.npi)
    return cx.db.execute(union_all(office, person).order_by("rank").limit(1)).one_or_none()


def _office() -> Any:
    return select(
        Organization.id.label("organization_id"),
        Organization.name,
        Organization.in_network,
        Organization.npi,
    )
