"""Code checks without a table: NPI check digit, shapes of procedure and diagnosis codes.

Whether a diagnosis is a billable leaf, and whether a plan wants prior authorization for a code, are
questions to tables; this module only knows shapes. No descriptor of the AMA is in it.
"""

import re
from typing import Final

# CMS: an NPI has ten digits, begins with 1 or 2; its last is Luhn's over 80840 + the rest.
_NPI: Final = re.compile(r"^[12]\d{9}$")
# HCPCS Level II: a letter and four digits. CPT, by shape: four digits and a digit or F, T, U, M.
_HCPCS: Final = re.compile(r"^[A-CEGHJ-MP-V]\d{4}$")
_CPT: Final = re.compile(r"^\d{4}[0-9FTUM]$")
_ICD10CM: Final = re.compile(r"^[A-Z]\d[0-9A-Z](\.?[0-9A-Z]{1,4})?$")
_REVENUE: Final = re.compile(r"^0?\d{3}$")
_NDC: Final = re.compile(r"^\d{11}$|^\d{4,5}-\d{3,4}-\d{1,2}$")
_ICD10PCS: Final = re.compile(r"^[0-9A-HJ-NP-Z]{7}$")


def npi_problem(npi: str) -> str | None:
    """What is wrong with this NPI, as a sentence, or None."""
    if not npi.isdigit() or len(npi) != 10:
        return "An NPI has ten digits."
    if not _NPI.match(npi):
        return "An NPI begins with 1 or 2."
    if _luhn("80840" + npi) != 0:
        return "The check digit of this NPI is wrong: please compare it with the provider's card."
    return None


def _luhn(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10


def npi_with_check_digit(nine: str) -> str:
    """The NPI that begins with these nine digits."""
    return next(nine + str(last) for last in range(10) if _luhn("80840" + nine + str(last)) == 0)


def is_procedure(code: str) -> bool:
    """True for the shape of a CPT or HCPCS Level II code."""
    return bool(_CPT.match(code) or _HCPCS.match(code))


def procedure_problem(code: str) -> str | None:
    """What is wrong with this procedure code, as a sentence, or None."""
    if is_procedure(code):
        return None
    return f"{code[:20]!r} is no CPT or HCPCS code: five characters such as 97110 or E0601."


def dotted(code: str) -> str:
    """An ICD-10-CM code in capitals with its dot after the third character."""
    bare = code.strip().upper().replace(".", "")
    return bare if len(bare) <= 3 else f"{bare[:3]}.{bare[3:]}"


def is_diagnosis_shape(code: str) -> bool:
    """True for the shape of an ICD-10-CM code, dotted or not."""
    return bool(_ICD10CM.match(code.strip().upper()))


def system_of(code: str) -> str:
    """Which system a service code belongs to, by its shape alone (senders mislabel systems)."""
    if is_procedure(code):
        return "procedure"
    if _NDC.match(code):
        return "ndc"
    if _ICD10PCS.match(code):
        return "icd10pcs"
    if _REVENUE.match(code):
        return "revenue"
    if re.match(r"^[0-9A-Z]{1,2}$", code):
        return "service_type"
    return "unknown"
