"""Claims of the test town, taken in as a file of the claims system would be."""

from datetime import date

from casework.records.claims_file import ClaimRow
from casework.services.claims import Imported, import_claims


def a_claim_row(town, contract="OH-MCD", *, office="Maple", row=2, **changes) -> ClaimRow:
    """One row of a file: a claim of this office for the member of this contract, denied."""
    plain = {
        "row": row,
        "number": "CLM-1001",
        "contract": contract,
        "member": town.members[contract],
        "npi": town.npi[office],
        "service_on": date(2026, 12, 14),
        "received_on": date(2026, 12, 20),
        "codes": ("97110", "97530"),
        "billed_cents": 48_000,
        "paid_cents": 0,
        "status": "denied",
        "denial_code": "197",
        "denial_words": "No prior authorization was on file",
        "adjudicated_on": date(2027, 1, 12),
        "authorization": "",
    }
    return ClaimRow(**{**plain, **changes})


def a_claim(town, contract="OH-MCD", **changes) -> str:
    """Take in one claim; returns its number."""
    row = a_claim_row(town, contract, **changes)
    import_claims(town.cx("system"), (row,))
    return row.number


def take_in(town, *rows: ClaimRow) -> Imported:
    """Take in these rows as one file."""
    return import_claims(town.cx("system"), rows)
