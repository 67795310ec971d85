"""A change of a prior-authorization list: a file read, compared with the list as it stands, judged.

What asks more of people than before (a code added, fewer units approved at once, another policy)
waits for its notice; what asks less may begin at once. It writes nothing.
"""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import or_, select

from casework import codes
from casework.context import Context
from casework.models import PaRule

# Ohio asks for 30 days: R.C. 1751.72(B), 3923.041(B) (insurers), 5160.34(B) (Medicaid). The house
# keeps the same notice for every contract.
NOTICE_DAYS: Final = 30
LAW: Final = "Ohio R.C. 1751.72(B), 3923.041(B), 5160.34(B)"
HEADS: Final = ("code", "label", "label_es", "required", "auto_approve_units", "policy")
MOST_ROWS: Final = 20_000
MOST_BYTES: Final = 2_000_000
ADDED, STRICTER, LOOSER = "added", "stricter", "looser"
REMOVED, REWORDED, SAME = "removed", "reworded", "same"
KINDS: Final = (ADDED, STRICTER, LOOSER, REMOVED, REWORDED)
_YES: Final = frozenset({"yes", "y", "true", "1"})
_NO: Final = frozenset({"no", "n", "false", "0"})


@dataclass(frozen=True, kw_only=True)
class Row:
    """A code with what the list says of it."""

    code: str
    label: str
    label_es: str = ""
    required: bool
    auto_approve_units: int | None = None
    policy: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """How one code differs. `notice`: whether it asks more than before and so must be told first;
    `says` what differs, in words."""

    kind: str
    code: str
    before: Row | None
    after: Row | None
    notice: bool
    says: str


@dataclass(frozen=True)
class Read:
    """A file as it was read: its rows, and by line number what cannot be read."""

    rows: tuple[Row, ...] = ()
    errors: Mapping[int, str] = field(default_factory=dict)


def read_csv(text: str) -> Read:
    """The rows of a CSV file with a heading (`HEADS`; label_es, auto_approve_units and policy may
    be missing), or what is wrong with it, line by line."""
    if len(text) > MOST_BYTES:
        return Read(errors={0: "The file is too large: at most 2 MB."})
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), skipinitialspace=True)
    heads = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    lacking = [name for name in ("code", "label", "required") if name not in heads]
    if lacking:
        return Read(errors={1: f"The first line must name the columns; missing: {lacking[0]}."})
    rows: dict[str, Row] = {}
    errors: dict[int, str] = {}
    for number, raw in enumerate(reader, start=2):
        if number > MOST_ROWS:
            return Read(errors={number: f"At most {MOST_ROWS:,} rows."})
        cells = {(k or "").strip().lower(): (v or "").strip() for k, v in raw.items() if k}
        row, wrong = _row(cells)
        if row is None:
            errors[number] = wrong
        elif row.code in rows:
            errors[number] = f"{row.code} stands twice in the file."
        else:
            rows[row.code] = row
    if not rows and not errors:
        errors[1] = "There is no row below the heading."
    return Read(tuple(rows.values()), errors)


def as_csv(rows: Sequence[Row]) -> list[list[Any]]:
    """The same rows as cells, in the order of `HEADS`."""
    return [
        [
            *(row.code, row.label, row.label_es, "yes" if row.required else "no"),
            "" if row.auto_approve_units is None else row.auto_approve_units,
            row.policy,
        ]
        for row in rows
    ]


def on_day(cx: Context, contract_id: int, on: date) -> dict[str, Any]:
    """The rows that hold on this day by code, as we know it now; the latest first day wins."""
    found = cx.db.execute(
        select(PaRule)
        .where(
            PaRule.contract_id == contract_id,
            PaRule.effective_from <= on,
            or_(PaRule.effective_to.is_(None), PaRule.effective_to >= on),
        )
        .order_by(PaRule.effective_from, PaRule.required, PaRule.id)
    ).scalars()
    return {row.code: row for row in found}


def compared(
    before: Mapping[str, Row], after: Sequence[Row], *, whole: bool
) -> tuple[Difference, ...]:
    """What differs, by code. With `whole` it is the whole list: what it lacks is taken off."""
    found = [_difference(before.get(row.code), row) for row in after]
    if whole:
        there = {row.code for row in after}
        found += [_removed(row) for code, row in before.items() if code not in there]
    changed = [each for each in found if each.kind != SAME]
    return tuple(sorted(changed, key=lambda each: (KINDS.index(each.kind), each.code)))


def as_row(stored: Any) -> Row:
    """A row of the table as a row of the list."""
    return Row(
        code=stored.code,
        label=stored.label,
        label_es=stored.label_es,
        required=stored.required,
        auto_approve_units=stored.auto_approve_units,
        policy=stored.policy,
    )


def earliest(today: date) -> date:
    """The first day from which something stricter may hold when it is told today."""
    return today + timedelta(days=NOTICE_DAYS)


def mark_of(differences: Sequence[Difference]) -> str:
    """A mark that changes when what would be changed is no longer what was seen."""
    said = repr([(d.kind, d.code, d.before and asdict(d.before)) for d in differences])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _row(cells: Mapping[str, str]) -> tuple[Row | None, str]:
    code = cells.get("code", "").upper()
    required = cells.get("required", "").lower()
    units = cells.get("auto_approve_units", "")
    label = cells.get("label", "")
    problem = codes.procedure_problem(code)
    checks = (
        (problem is None, problem or ""),
        (0 < len(label) <= 200, "The label must have 1 to 200 characters."),
        (len(cells.get("label_es", "")) <= 200, "The Spanish label has more than 200 characters."),
        (required in _YES | _NO, "Required must be yes or no."),
        (not units or (units.isdecimal() and 0 < int(units) < 10_000), "Units: a whole number."),
        (len(cells.get("policy", "")) <= 40, "The policy has more than 40 characters."),
    )
    wrong = next((said for good, said in checks if not good), "")
    if wrong:
        return None, wrong
    return (
        Row(
            code=code,
            label=label,
            label_es=cells.get("label_es", ""),
            required=required in _YES,
            auto_approve_units=int(units) if units else None,
            policy=cells.get("policy", ""),
        ),
        "",
    )


def _difference(before: Row | None, after: Row) -> Difference:
    if before is None:
        says = "prior authorization needed" if after.required else "no prior authorization needed"
        return Difference(ADDED, after.code, None, after, after.required, f"New: {says}.")
    if before == after:
        return Difference(SAME, after.code, before, after, notice=False, says="")
    stricter, said = _compared(before, after)
    if not said:
        return Difference(REWORDED, after.code, before, after, notice=False, says="Other words.")
    kind = STRICTER if stricter else LOOSER
    return Difference(kind, after.code, before, after, stricter, " ".join(said))


def _compared(before: Row, after: Row) -> tuple[bool, list[str]]:
    """Whether the new row asks more, and what differs in words."""
    stricter, said = False, []
    if before.required != after.required:
        stricter = after.required
        said.append("Now needed." if after.required else "No longer needed.")
    if before.auto_approve_units != after.auto_approve_units:
        was, is_ = before.auto_approve_units or 0, after.auto_approve_units or 0
        stricter = stricter or is_ < was
        said.append(f"Approved at once: up to {is_} units instead of {was}.")
    if before.policy != after.policy:
        stricter = stricter or after.required
        said.append(f"Policy {after.policy or 'none'} instead of {before.policy or 'none'}.")
    return stricter, said


def _removed(row: Row) -> Difference:
    """Off the list nobody knows: who was told "not needed" loses that answer."""
    said = "was needed" if row.required else "was not needed"
    return Difference(REMOVED, row.code, row, None, not row.required, f"Taken off; it {said}.")
