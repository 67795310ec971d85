"""Taking in what the claims system says: a file whole or nothing, the same file twice once.

The only writer of claim references. It prices nothing and decides nothing about a claim.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as pg_insert

from casework import policy
from casework.context import Context
from casework.db import command
from casework.models import ClaimReference, Contract, Member, Organization
from casework.records import claims_file
from casework.records.claims_file import ClaimRow

_AT_ONCE: Final = 1000
_KEY: Final = ("contract_id", "number")


@dataclass(frozen=True)
class Imported:
    """How many claims were new, were told anew, and stood as they are already."""

    new: int
    changed: int
    same: int
    replayed: bool = False


@command
def import_claims(cx: Context, rows: Sequence[ClaimRow]) -> Imported:
    """Write these claims; what the file says anew of a known one replaces what was told before.

    Raises Invalid with the row and the column of each member, contract or office that we do not
    know; then nothing was written.
    """
    policy.require(cx.principal, "", "import_claims")
    known = _known(cx, rows)
    faults = _strangers(rows, known)
    if faults:
        raise claims_file.refusal(faults)
    wanted = [_values(row, known) for row in rows]
    before = _before(cx, wanted)
    fresh = [each for each in wanted if _key(each) not in before]
    anew = [
        each
        for each in wanted
        if (there := before.get(_key(each))) is not None and _differs(there, each)
    ]
    _write(cx, [*fresh, *anew])
    return Imported(len(fresh), len(anew), len(wanted) - len(fresh) - len(anew))


@dataclass(frozen=True)
class _Known:
    contracts: dict[str, int]
    members: dict[str, int]
    offices: dict[str, int]


def _known(cx: Context, rows: Sequence[ClaimRow]) -> _Known:
    def ids(table: Any, column: Any, names: set[str]) -> dict[str, int]:
        found = cx.db.execute(select(column, table.id).where(column.in_(names)))
        return {str(name): int(row_id) for name, row_id in found}

    return _Known(
        ids(Contract, Contract.code, {row.contract for row in rows}),
        ids(Member, Member.number, {row.member for row in rows}),
        ids(Organization, Organization.npi, {row.npi for row in rows}),
    )


def _strangers(rows: Sequence[ClaimRow], known: _Known) -> dict[str, str]:
    faults = {}
    for row in rows:
        for name, said, there in (
            ("contract", row.contract, known.contracts),
            ("member", row.member, known.members),
            ("npi", row.npi, known.offices),
        ):
            if said not in there:
                faults[f"row {row.row}, {name}"] = "We know no such one: compare it."
    return faults


def _values(row: ClaimRow, known: _Known) -> dict[str, Any]:
    plain = asdict(row)
    for name in ("row", "contract", "member", "npi"):
        plain.pop(name)
    return {
        **plain,
        "codes": list(row.codes),
        "contract_id": known.contracts[row.contract],
        "member_id": known.members[row.member],
        "member_number": row.member,
        "organization_id": known.offices[row.npi],
    }


def _before(cx: Context, wanted: Sequence[dict[str, Any]]) -> dict[tuple[int, str], Any]:
    numbers = sorted({str(each["number"]) for each in wanted})
    found: dict[tuple[int, str], Any] = {}
    for start in range(0, len(numbers), _AT_ONCE):
        rows = cx.db.execute(
            select(ClaimReference)
            .where(ClaimReference.number.in_(numbers[start : start + _AT_ONCE]))
            .order_by(ClaimReference.id)
            .with_for_update()
        ).scalars()
        found |= {(row.contract_id, row.number): row for row in rows}
    return found


def _key(values: dict[str, Any]) -> tuple[int, str]:
    return values["contract_id"], values["number"]


def _differs(there: Any, values: dict[str, Any]) -> bool:
    return any(getattr(there, name) != value for name, value in values.items())


def _write(cx: Context, values: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(values), _AT_ONCE):
        rows = [{**each, "told_at": cx.now} for each in values[start : start + _AT_ONCE]]
        statement = pg_insert(ClaimReference).values(rows)
        said = {name: statement.excluded[name] for name in rows[0] if name not in _KEY}
        cx.db.execute(statement.on_conflict_do_update(index_elements=list(_KEY), set_=said))
