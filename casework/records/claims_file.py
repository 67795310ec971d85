"""Claims as a file tells of them, one row each: read whole, or refused with each fault by row.

Pure: text in, values out. Who the member, the contract and the office are is not judged here.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from casework.errors import Invalid

COLUMNS: Final = (
    "number",
    "contract",
    "member",
    "npi",
    "service_date",
    "received_date",
    "codes",
    "billed",
    "paid",
    "status",
    "denial_code",
    "denial_words",
    "adjudicated_date",
    "authorization",
)
STATUSES: Final = ("pending", "paid", "partly_paid", "denied")
MOST_ROWS: Final = 200_000
MOST_FAULTS: Final = 50
_NUMBER: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{2,39}", re.ASCII)
_MONEY: Final = re.compile(r"(\d{1,9})(?:\.(\d{2}))?", re.ASCII)
_CODE: Final = re.compile(r"[A-Z0-9]{2,7}(?:-[A-Z0-9]{2})?", re.ASCII)
_DIGITS: Final = re.compile(r"\d{10}", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimRow:
    """One claim as the file says it; `row` is its line in the file, the first after the head 2."""

    row: int
    number: str
    contract: str
    member: str
    npi: str
    service_on: date
    received_on: date
    codes: tuple[str, ...]
    billed_cents: int
    paid_cents: int
    status: str
    denial_code: str
    denial_words: str
    adjudicated_on: date | None
    authorization: str


def read(text: str) -> tuple[ClaimRow, ...]:
    """Every claim of this CSV. Raises Invalid with a sentence for each fault (`row 3, billed`);
    then nothing of the file counts."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    head = tuple(reader.fieldnames or ())
    missing = [name for name in COLUMNS if name not in head]
    unknown = [name for name in head if name not in COLUMNS]
    if missing or unknown:
        faults = {f"row 1, {name}": "The column is missing; add it." for name in missing}
        faults |= {f"row 1, {name}": "The column is unknown; leave it out." for name in unknown}
        raise refusal(faults)
    faults = {}
    rows: list[ClaimRow] = []
    for line, plain in enumerate(reader, start=2):
        if line > MOST_ROWS + 1:
            raise refusal({f"row {line}": f"Import at most {MOST_ROWS:,} claims at a time."})
        wrong = _shape(plain)
        found = {} if wrong else _values(plain, wrong)
        if wrong:
            faults |= {f"row {line}, {name}": fix for name, fix in wrong.items()}
        else:
            rows.append(ClaimRow(row=line, **found))
    faults |= _twice(rows)
    if faults:
        raise refusal(faults)
    return tuple(rows)


def refusal(faults: Mapping[str, str]) -> Invalid:
    """What is said when a file cannot be taken; of very many faults the first."""
    some = dict(list(faults.items())[:MOST_FAULTS])
    more = len(faults) - len(some)
    sentence = f"Nothing was imported: {len(faults)} {'fault' if len(faults) == 1 else 'faults'}."
    if more:
        sentence += f" The first {MOST_FAULTS} are told."
    return Invalid(sentence, fields=some)


def _shape(plain: Mapping[Any, Any]) -> dict[str, str]:
    if None in plain or any(value is None for value in plain.values()):
        return {"number": f"The row must have {len(COLUMNS)} columns: quote what has a comma."}
    return {}


def _values(plain: Mapping[str, str], wrong: dict[str, str]) -> dict[str, Any]:
    said = {name: " ".join(plain[name].split()) for name in COLUMNS}
    found = {
        "number": _like(said, "number", _NUMBER, "3 to 40 letters, digits and hyphens", wrong),
        "contract": said["contract"],
        "member": said["member"],
        "npi": _like(said, "npi", _DIGITS, "ten digits", wrong),
        "service_on": _day(said, "service_date", wrong),
        "received_on": _day(said, "received_date", wrong),
        "codes": _codes(said["codes"], wrong),
        "billed_cents": _cents(said, "billed", wrong),
        "paid_cents": _cents(said, "paid", wrong),
        "status": said["status"],
        "denial_code": said["denial_code"][:20],
        "denial_words": said["denial_words"][:400],
        "adjudicated_on": _day(said, "adjudicated_date", wrong, empty=True),
        "authorization": said["authorization"].upper()[:24],
    }
    for name in ("contract", "member"):
        if not said[name] or len(said[name]) > 20:
            wrong[name] = "Write its number, at most 20 characters."
    if not wrong:
        _together(found, wrong)
    return found


def _together(found: Mapping[str, Any], wrong: dict[str, str]) -> None:
    """What each value says in the light of the others."""
    status = found["status"]
    if status not in STATUSES:
        wrong["status"] = f"Use one of {', '.join(STATUSES)}."
        return
    if (status == "pending") != (found["adjudicated_on"] is None):
        wrong["adjudicated_date"] = "Give it for a claim that is decided, and only for such a one."
    if status in ("denied", "pending") and found["paid_cents"]:
        wrong["paid"] = f"A claim that is {status} has nothing paid: write 0."
    if status == "denied" and not found["denial_words"]:
        wrong["denial_words"] = "Say why it was denied."
    if found["paid_cents"] > found["billed_cents"]:
        wrong["paid"] = "It is more than was billed."
    if found["received_on"] < found["service_on"]:
        wrong["received_date"] = "It lies before the service."


def _like(
    said: Mapping[str, str],
    name: str,
    shape: re.Pattern[str],
    words: str,
    wrong: dict[str, str],
) -> str:
    value = said[name].upper()
    if not shape.fullmatch(value):
        wrong[name] = f"Write {words}."
    return value


def _day(
    said: Mapping[str, str], name: str, wrong: dict[str, str], *, empty: bool = False
) -> date | None:
    if empty and not said[name]:
        return None
    try:
        return date.fromisoformat(said[name])
    except ValueError:
        wrong[name] = "Write the day as 2027-03-31."
        return None


def _cents(said: Mapping[str, str], name: str, wrong: dict[str, str]) -> int:
    found = _MONEY.fullmatch(said[name])
    if found is None:
        wrong[name] = "Write dollars and cents as 1250.00, without a sign or a comma."
        return 0
    return int(found[1]) * 100 + int(found[2] or 0)


def _codes(text: str, wrong: dict[str, str]) -> tuple[str, ...]:
    codes = tuple(text.upper().split())
    if not codes or len(codes) > 50 or not all(_CODE.fullmatch(code) for code in codes):
        wrong["codes"] = "Write 1 to 50 procedure codes with blanks between them: 97110 J1745-JW."
    return codes


def _twice(rows: Iterable[ClaimRow]) -> dict[str, str]:
    seen: dict[tuple[str, str], int] = {}
    wrong = {}
    for each in rows:
        first = seen.setdefault((each.contract, each.number), each.row)
        if first != each.row:
            wrong[f"row {each.row}, number"] = f"It stands in row {first} already."
    return wrong
