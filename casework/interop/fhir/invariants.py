"""Fixed values and invariants of the PAS profiles: each broken one is a 422 with its place.

Checked: fixed codes, full dates, plain quantities, level of service with an appeal at once, a
subscriber unless the patient is the subscriber, and modifiers that we do not understand (FHIR: what
modifies the meaning may not be ignored).
"""

from collections.abc import Iterator
from typing import Final

from casework.interop.fhir import canonicals as names
from casework.interop.fhir.canonicals import FROM_2_2, Version
from casework.interop.fhir.elements import (
    Node,
    amount,
    code,
    codings,
    extension,
    node,
    numbered,
    text,
)
from casework.interop.fhir.outcome import NotPas
from casework.interop.fhir.references import Entries, Entry

_TOO_MANY: Final = 1_000_000_000
_FULL: Final = len("2026-11-21")
_DATED: Final = frozenset({"patientEvent", "admissionDates", "dischargeDates"})
_SELF: Final = frozenset({"18", "self"})


def check_invariants(claim: Entry, coverage: Entry, *, entries: Entries, version: Version) -> None:
    """Raise NotPas (422) for the first rule that this request breaks."""
    _check_fixed(claim)
    _check_coverage(coverage)
    for entry in (claim, coverage):
        _check_modifiers(entry)
    _check_quantities(claim)
    _check_appeals(claim)
    if version in FROM_2_2:
        _check_dates(claim, entries)


def _check_fixed(claim: Entry) -> None:
    if claim.resource.get("status") != "active":
        raise NotPas("Claim.status must be active.", f"{claim.path}.status")
    if claim.resource.get("use") != "preauthorization":
        raise NotPas("Claim.use must be preauthorization.", f"{claim.path}.use")
    kinds = {c for _, c, _ in codings(node(claim.resource, "type"))}
    if kinds and not kinds & names.CLAIM_TYPES:
        raise NotPas(
            "Claim.type must be institutional, professional or oral.", f"{claim.path}.type"
        )


def _check_coverage(coverage: Entry) -> None:
    if coverage.resource.get("status") != "active":
        raise NotPas("Coverage.status must be active.", f"{coverage.path}.status")
    relation = node(coverage.resource, "relationship")
    is_self = {c for _, c, _ in codings(relation)} & _SELF
    if relation and not is_self and not node(coverage.resource, "subscriber"):
        raise NotPas(
            "Coverage.subscriber is required when the patient is not the subscriber.",
            f"{coverage.path}.subscriber",
        )


def _check_modifiers(entry: Entry) -> None:
    if "implicitRules" in entry.resource:
        raise NotPas(
            "We do not know these implicit rules: send the resource without them.",
            f"{entry.path}.implicitRules",
            issue="not-supported",
        )
    for place, found in _modifier_extensions(entry.resource, entry.path):
        if found.get("url") != names.INFO_CANCELLED:
            raise NotPas(
                "We do not know this modifier extension, and may not ignore it.",
                place,
                issue="not-supported",
            )


def _modifier_extensions(element: Node, at: str) -> Iterator[tuple[str, Node]]:
    """Those of the resource and of its rows, which is where the profiles let them stand."""
    for index, found in numbered(element, "modifierExtension"):
        yield f"{at}.modifierExtension[{index}]", found
    for name in element:
        for index, row in numbered(element, name):
            for inner, found in numbered(row, "modifierExtension"):
                yield f"{at}.{name}[{index}].modifierExtension[{inner}]", found


def _check_quantities(claim: Entry) -> None:
    for index, line in numbered(claim.resource, "item"):
        quantity = node(line, "quantity")
        at = f"{claim.path}.item[{index}].quantity"
        if text(quantity, "comparator"):
            raise NotPas("A quantity asked for has no comparator.", f"{at}.comparator")
        if text(quantity, "code") and not text(quantity, "system"):
            raise NotPas("A unit's code needs its system.", f"{at}.system")
        units = amount(quantity, "value")
        if units is not None and not 0 <= units < _TOO_MANY:
            raise NotPas(f"A quantity is from 0 to below {_TOO_MANY:,}.", f"{at}.value")


def _check_appeals(claim: Entry) -> None:
    """ImmediateLevelOfCare: an appeal at once says how urgent it is, on Claim or line."""
    on_claim = extension(claim.resource, names.LEVEL_OF_SERVICE)
    for index, line in numbered(claim.resource, "item"):
        certification = extension(line, names.CERTIFICATION_TYPE)
        at_once = code(node(certification, "valueCodeableConcept")) == "1"
        if at_once and not on_claim and not extension(line, names.LEVEL_OF_SERVICE):
            raise NotPas(
                "An immediate appeal (certification type 1) needs the level of service.",
                f"{claim.path}.item[{index}].extension",
            )


def _check_dates(claim: Entry, entries: Entries) -> None:
    """FullDateRule: a day is written YYYY-MM-DD, without a time."""
    for place, value in _dates(claim, entries):
        if value and len(value) != _FULL:
            raise NotPas("Write the full date and nothing more: YYYY-MM-DD.", place)


def _dates(claim: Entry, entries: Entries) -> Iterator[tuple[str, str]]:
    for index, line in numbered(claim.resource, "item"):
        yield from _days(line, f"{claim.path}.item[{index}]", "serviced")
    for index, info in numbered(claim.resource, "supportingInfo"):
        if code(node(info, "category")) in _DATED:
            yield from _days(info, f"{claim.path}.supportingInfo[{index}]", "timing")
    yield f"{claim.path}.accident.date", text(claim.resource, "accident", "date")
    patient = entries.find(node(claim.resource, "patient"), of=claim)
    if patient:
        yield f"{patient.path}.birthDate", text(patient.resource, "birthDate")


def _days(row: Node, at: str, name: str) -> Iterator[tuple[str, str]]:
    yield f"{at}.{name}Date", text(row, f"{name}Date")
    for end in ("start", "end"):
        yield f"{at}.{name}Period.{end}", text(row, f"{name}Period", end)
