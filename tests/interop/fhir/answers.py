"""One answer of each kind for a decoded request, and the checks of Inferno's server suite.

The checks are written again here from the page's table of that suite (section 8), apart from the
code that they judge.
"""

import re
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from casework.interop.fhir.answer import Answer, Authorized, LineAnswer, PaperWanted
from casework.interop.fhir.decoded import Decoded, Finding
from tests.interop.fhir.samples import walk

CREATED = datetime(2026, 11, 21, 17, 5, 9, 123456, tzinfo=UTC)
PAS = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/"
UNITS = "https://codesystem.x12.org/005010/673"
CASE = "PA-2026-000123-7"


def line(number: int, status: str) -> LineAnswer:
    """A result with all that its status needs."""
    approval = {
        "authorization_number": "AUTH-2026-000045-1",
        "issued_on": date(2026, 11, 21),
        "valid_from": date(2026, 11, 22),
        "valid_to": date(2027, 2, 20),
    }
    instead = Authorized(code="97112", units=Decimal("6"), unit="visit", modifiers=("GP",))
    by_status: dict[str, dict[str, Any]] = {
        "approved": approval,
        "approved_in_part": approval | {"authorized": Authorized(units=Decimal("4"))},
        "changed": approval | {"authorized": instead},
        "denied": {
            "reason_codes": ("0V",),
            "note": "Criteria for this service are not met. You may appeal within 60 days.",
            "reference_number": CASE,
        },
        "pended": {"reference_number": CASE},
        "cancelled": {},
        "contact_payer": {"note": "Please call 1-800-555-0100.", "reference_number": CASE},
        "not_required": {"note": "No authorization is needed for this service."},
    }
    return LineAnswer(number=number, status=status, **by_status[status])  # type: ignore[arg-type]


def uniform(decoded: Decoded, status: str, **more: Any) -> Answer:
    """The same result for every line."""
    lines = tuple(line(number, status) for number in decoded.line_numbers)
    return Answer(created=CREATED, case_reference=CASE, lines=lines, **more)


def answers(decoded: Decoded) -> dict[str, Answer]:
    """One answer of each kind, by name."""
    statuses = ("approved", "denied", "pended", "changed", "cancelled")
    mixed = tuple(
        line(number, statuses[place % len(statuses)])
        for place, number in enumerate(decoded.line_numbers)
    )
    papers = (
        PaperWanted(control_number="PWK-1", loinc="18776-5", report_type="15"),
        PaperWanted(
            control_number="PWK-2",
            loinc="34133-9",
            line_number=decoded.line_numbers[0],
            medium="CDEX",
        ),
    )
    unknown = Finding(
        code="75",
        sentence="We do not know this member.",
        path="Bundle.entry[4].resource.identifier[0].value",
        element="2010C-NM109",
    )
    bad_code = Finding(code="AG", sentence="No such code.", line=decoded.line_numbers[0])
    kinds = {
        status: uniform(decoded, status)
        for status in (*statuses, "approved_in_part", "contact_payer", "not_required")
    }
    return kinds | {
        "mixed": Answer(created=CREATED, case_reference=CASE, lines=mixed),
        "reviewed": uniform(
            decoded,
            "denied",
            human_reviewed=True,
            reviewer_npi="1234567893",
            reviewer_specialty="Neurology",
            disposition="Not approved",
        ),
        "papers wanted": uniform(decoded, "pended", papers_wanted=papers, notes=("A note.",)),
        "error": Answer(created=CREATED, case_reference=CASE, findings=(unknown, bad_code)),
    }


def faults(response: dict[str, Any], *, submitted: tuple[int, ...]) -> list[str]:
    """What Inferno's response_bundle_validation and its companions would find wrong."""
    entries = response["entry"]
    first = entries[0]["resource"]
    found = []
    if response["type"] != "collection" or first["resourceType"] != "ClaimResponse":
        found.append("not a collection that begins with the ClaimResponse")
    found += [f"no {name}" for name in ("identifier", "timestamp") if not response.get(name)]
    if sum(e["resource"]["resourceType"] == "ClaimResponse" for e in entries) != 1:
        found.append("more than one ClaimResponse")
    found += [
        f"entry has {set(entry) - {'fullUrl', 'resource'}}"
        for entry in entries
        if set(entry) != {"fullUrl", "resource"}
    ]
    found += _reference_faults(response)
    found += [f"empty {path}" for path, value in walk(response) if value in ("", {}, [], None)]
    found += _quantity_faults(response)
    found += _line_faults(first, submitted)
    return found


def _reference_faults(response: dict[str, Any]) -> list[str]:
    urls = Counter(entry["fullUrl"] for entry in response["entry"])
    # Inferno takes the base for relative references from the last entry.
    base = re.match(r"^(https?://.+/)[A-Za-z]+/[^/]+$", response["entry"][-1]["fullUrl"])
    found = []
    for path, value in walk(response):
        told = value.get("reference") if isinstance(value, dict) else None
        if not isinstance(told, str) or told.startswith("#") or path[-1] == "request":
            continue
        absolute = told if "://" in told or told.startswith("urn:") else ""
        target = absolute or (base.group(1) if base else "") + told
        if urls[target] != 1:
            found.append(f"{path} leads to {urls[target]} entries")
    return found


def _quantity_faults(response: dict[str, Any]) -> list[str]:
    found = []
    for path, value in walk(response["entry"][0]["resource"]):
        if path[-1] in {"quantity", "valueQuantity"}:
            if "value" not in value or not {"unit", "code"} & set(value):
                found.append(f"{path} has no value or no unit")
            if "code" in value and value.get("system") != UNITS:
                found.append(f"{path} has a code of another system")
    return found


def _line_faults(response: dict[str, Any], submitted: tuple[int, ...]) -> list[str]:
    if response["resourceType"] != "ClaimResponse":
        return ["no lines"]
    if response["outcome"] == "error":
        missing = [e for e in response["error"] if not e["code"]["coding"][0]["code"]]
        return ["an error without a code"] if missing or not response["error"] else []
    sequences = [item["itemSequence"] for item in response["item"]]
    found = []
    if sorted(sequences) != sorted(submitted):
        found.append(f"answered {sequences}, submitted {submitted}")
    for item in response["item"]:
        category = item["adjudication"][0]["category"]["coding"][0]["code"]
        if category != "submitted" or len(action_codes(item)) != 1:
            found.append(f"line {item['itemSequence']} has no single review action")
    numbers = [note["number"] for note in response.get("processNote", [])]
    cited = [n for item in response["item"] for n in item.get("noteNumber", [])]
    if len(set(numbers)) != len(numbers) or not set(cited) <= set(numbers):
        found.append("notes do not fit their numbers")
    return found


def action_codes(item: dict[str, Any]) -> list[str]:
    """The X12 306 codes of a line, read as Inferno's decision_validation reads them."""
    return [
        coding["code"]
        for adjudication in item["adjudication"]
        for action in adjudication.get("extension", [])
        if action["url"] == PAS + "extension-reviewAction"
        for part in action["extension"]
        if part["url"] == PAS + "extension-reviewActionCode"
        for coding in part["valueCodeableConcept"]["coding"]
        if coding["system"] == "https://codesystem.x12.org/005010/306"
    ]
