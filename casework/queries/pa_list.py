"""Is prior authorization required? The plan's own list, asked for a contract, a code and a day.

A code that is not on the list is never answered "not required": nobody knows, and the answer says
so. Whether a service is covered is another question, and this module does not answer it.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from casework import codes
from casework.context import Context
from casework.errors import Invalid
from casework.models import Authorization, Case, Contract, ContractVersion, LineDecision, PaRule
from casework.records import keeping

# The words of CRD's coverage-information (hl7.org/fhir/us/davinci-crd), so that a facade renames.
Needed = Literal["auth-needed", "no-auth", "satisfied", "indeterminate"]
ASSERTION: Final = "PAL"


@dataclass(frozen=True, kw_only=True)
class ContractSummary:
    """A contract as the public may know it."""

    id: int
    code: str
    name: str
    line: str
    state: str | None


@dataclass(frozen=True, kw_only=True)
class PaAnswer:
    """What the list says about one code on one day, dated, so that it can be kept as proof.

    `holds_until` is the last day for which today's list gives this answer, None when it has no end.
    `assertion` lets the plan recognise its own answer: see `asserted`.
    """

    code: str
    system: str
    label: str
    needed: Needed
    policy: str
    auto_approve_units: int | None
    date_of_service: date
    answered_on: date
    holds_until: date | None
    reason: str
    assertion: str
    authorization: str = ""


def contracts(cx: Context) -> tuple[ContractSummary, ...]:
    """All contracts, by name."""
    rows = cx.db.scalars(select(Contract).order_by(Contract.name)).all()
    return tuple(_summary(row) for row in rows)


def contract_by_code(cx: Context, code: str) -> ContractSummary:
    """The contract with this code. Raises Invalid, naming the codes that there are."""
    row = cx.db.scalars(select(Contract).where(Contract.code == code)).one_or_none()
    if row is not None:
        return _summary(row)
    known = ", ".join(cx.db.scalars(select(Contract.code).order_by(Contract.code)))
    fix = f"No contract has this code. There are: {known or 'none yet'}."
    raise Invalid(f"Please correct contract: {fix}", fields={"contract": fix})


def contract_by_id(cx: Context, contract_id: int) -> ContractSummary:
    """The contract with this id, which must exist."""
    return _summary(cx.db.get_one(Contract, contract_id))


def is_required(
    cx: Context, contract: ContractSummary, asked: Iterable[str], *, on: date
) -> tuple[PaAnswer, ...]:
    """What the list of this contract says about each code on this day of service, in order.

    `asked` are codes in any case. The row with the latest first day wins; of two with the same, the
    stricter. The answer is dated in the contract's own zone.
    """
    wanted = [code.strip().upper() for code in asked]
    rows = _rows(cx, contract.id, codes_wanted=set(wanted), on=on)
    today = answered_on(cx, contract.id)
    key = cx.database.settings.keys["audit"]
    return tuple(
        _answer(contract, code, rows=rows.get(code, ()), on=on, today=today, key=key)
        for code in wanted
    )


def answered_on(cx: Context, contract_id: int) -> date:
    """The local date of this instant where the contract is sold; UTC when it has no terms yet."""
    terms = cx.db.scalars(
        select(ContractVersion.terms)
        .where(ContractVersion.contract_id == contract_id)
        .order_by(ContractVersion.version.desc())
        .limit(1)
    ).first()
    zone = (terms or {}).get("time_zone")
    return cx.now.astimezone(ZoneInfo(zone) if zone else UTC).date()


def standing_authorizations(
    cx: Context, member_id: int, wanted: Iterable[str], *, on: date
) -> dict[str, str]:
    """The authorization that already covers each code for this member on this day, where one does.

    Only those that the principal may see: a provider finds his own, not another office's.
    """
    found = cx.db.execute(
        select(LineDecision.code, Authorization.number)
        .join(LineDecision, LineDecision.determination_id == Authorization.determination_id)
        .join(Case, Case.id == Authorization.case_id)
        .where(
            Case.member_id == member_id,
            LineDecision.code.in_({code.strip().upper() for code in wanted}),
            LineDecision.result.like("approved%"),
            Authorization.starts_on <= on,
            Authorization.ends_on >= on,
            or_(
                Authorization.ended_on.is_(None),
                Authorization.ended_on > on,
                keeping.goes_on(),
            ),
        )
        .order_by(Authorization.issued_at)
    ).all()
    return {row.code: row.number for row in found}


def asserted(key: bytes, *, contract: str, code: str, on: date, needed: str, answered: date) -> str:
    """The mark of an answer: who can compute it knows that the plan gave this answer that day.

    `key` is the audit key. Nothing is stored, so nothing can be lost; change anything and it no
    longer fits.
    """
    said = "\x1f".join((contract, code, on.isoformat(), needed, answered.isoformat()))
    mark = hmac.new(key, b"pa-list:" + said.encode(), hashlib.sha256).hexdigest()[:20]
    return f"{ASSERTION}-{answered:%Y%m%d}-{mark}"


def _summary(row: Contract) -> ContractSummary:
    return ContractSummary(id=row.id, code=row.code, name=row.name, line=row.line, state=row.state)


def _rows(
    cx: Context, contract_id: int, *, codes_wanted: set[str], on: date
) -> dict[str, list[PaRule]]:
    """The rows of these codes that hold on that day or begin later, the one that wins first."""
    rows = cx.db.scalars(
        select(PaRule)
        .where(
            PaRule.contract_id == contract_id,
            PaRule.code.in_(codes_wanted),
            or_(PaRule.effective_to.is_(None), PaRule.effective_to >= on),
            # Replaced on its own first day: it never held.
            or_(PaRule.effective_to.is_(None), PaRule.effective_to >= PaRule.effective_from),
        )
        .order_by(PaRule.effective_from.desc(), PaRule.required.desc(), PaRule.id.desc())
    )
    found: dict[str, list[PaRule]] = {}
    for row in rows:
        found.setdefault(row.code, []).append(row)
    return found


def _answer(
    contract: ContractSummary,
    code: str,
    *,
    rows: Sequence[PaRule],
    on: date,
    today: date,
    key: bytes,
) -> PaAnswer:
    row = next((row for row in rows if row.effective_from <= on), None)
    later = [row.effective_from for row in rows if row.effective_from > on]
    needed: Needed = "indeterminate"
    if row is not None:
        needed = "auth-needed" if row.required else "no-auth"
    return PaAnswer(
        code=code,
        system=codes.system_of(code),
        label=row.label if row else "",
        needed=needed,
        policy=row.policy if row else "",
        auto_approve_units=row.auto_approve_units if row else None,
        date_of_service=on,
        answered_on=today,
        holds_until=_holds_until(row, later),
        reason=_reason(contract, code, row=row, on=on),
        assertion=asserted(
            key, contract=contract.code, code=code, on=on, needed=needed, answered=today
        ),
    )


def _holds_until(row: PaRule | None, later: Sequence[date]) -> date | None:
    ends = [min(later) - timedelta(days=1)] if later else []
    if row is not None and row.effective_to is not None:
        ends.append(row.effective_to)
    return min(ends, default=None)


def _reason(contract: ContractSummary, code: str, *, row: PaRule | None, on: date) -> str:
    day = f"{on:%B} {on.day}, {on.year}"
    if row is None:
        return (
            f"{code} is not on the prior authorization list of {contract.name} for {day}: this is"
            " no permission. Send a request, or call, before the service."
        )
    if row.required:
        return f"{contract.name} asks for prior authorization of {code} ({row.label}) on {day}."
    return (
        f"{contract.name} does not ask for prior authorization of {code} ({row.label}) on {day}."
        " This is no promise that the service is covered."
    )
