"""The lines of a request and its diagnoses, exactly as sent: codes, numbers, quantities, dates.

What a code is follows from its shape: public senders put CPT codes under the system of HCPCS.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final, cast

from casework import codes
from casework.interop.fhir import canonicals as names
from casework.interop.fhir.decoded import LineFacts
from casework.interop.fhir.elements import (
    Node,
    amount,
    code,
    codings,
    day,
    extension,
    node,
    nodes,
    text,
    wholes,
)
from casework.interop.fhir.people import Team
from casework.interop.fhir.references import Entries, Entry
from casework.submission import CodeSystem, DiagnosisAsSent, LineAsSent

Days = tuple[date | None, date | None]

# Of several codings of one line the most telling one is taken.
_RANK: Final = ("procedure", "icd10pcs", "ndc", "revenue", "service_type", "unknown")
_MAX_LABEL: Final = 200
_MAX_DIAGNOSIS: Final = 12
_NOT_SAID: Final[Days] = (None, None)
# Ten digits without hyphens are an NDC only where the sender says so.
_BARE_NDC: Final = re.compile(r"^\d{10}$")
_DENTAL: Final = re.compile(r"^D\d{4}$")


def lines(claim: Entry, entries: Entries, *, team: Team) -> tuple[LineAsSent, ...]:
    """Every item of the Claim as a line with its own number, in the order sent."""
    fallback = _days_of_claim(claim, entries)
    return tuple(_line(item, team, fallback) for item in nodes(claim.resource, "item"))


def facts(claim: Entry) -> tuple[LineFacts, ...]:
    """What PAS says of each line beside the service itself."""
    return tuple(
        LineFacts(
            number=item["sequence"],
            certification_type=concept(item, names.CERTIFICATION_TYPE),
            request_type=concept(item, names.REQUEST_TYPE),
            change=text(extension(item, names.INFO_CHANGED), "valueCode"),
            cancelled=any(
                e.get("url") == names.INFO_CANCELLED and e.get("valueBoolean") is True
                for e in nodes(item, "modifierExtension")
            ),
        )
        for item in nodes(claim.resource, "item")
    )


def concept(parent: Node, url: str) -> str:
    """The code of an extension that holds a CodeableConcept; empty when absent."""
    return code(node(extension(parent, url), "valueCodeableConcept"))


def level_of_service(claim: Entry) -> str:
    """How urgent it is (X12 1338), from the Claim or else from the first line that says so."""
    found = (concept(place, names.LEVEL_OF_SERVICE) for place in _claim_and_items(claim))
    return next((level for level in found if level), "")


def _claim_and_items(claim: Entry) -> list[Node]:
    return [claim.resource, *nodes(claim.resource, "item")]


def _line(item: Node, team: Team, fallback: Days) -> LineAsSent:
    product = node(item, "productOrService")
    system, uri, sent, display = _coding(product)
    from_date, to_date = serviced(item)
    if from_date is None and to_date is None:
        from_date, to_date = fallback
    quantity = node(item, "quantity")
    return LineAsSent(
        number=item["sequence"],
        code=sent,
        system=system,
        uri=uri,
        code_end=concept(item, names.CODE_END),
        modifiers=tuple(filter(None, (code(m) for m in nodes(item, "modifier")))),
        units=amount(quantity, "value"),
        unit=text(quantity, "code") or text(quantity, "unit"),
        from_date=from_date,
        to_date=to_date,
        place=code(node(item, "locationCodeableConcept")),
        service_type=code(node(item, "category")),
        diagnosis_numbers=wholes(item, "diagnosisSequence"),
        servicing=team.of_line(item),
        trace=text(extension(item, names.ITEM_TRACE), "valueIdentifier", "value"),
        # Descriptors of CPT belong to the AMA: what a sender displays beside one is not kept.
        label=(text(product, "text") or ("" if system == "procedure" else display))[:_MAX_LABEL],
        revenue=code(node(item, "revenue")),
    )


def _coding(product: Node) -> tuple[CodeSystem, str, str, str]:
    """(our name for the system, the sender's, code, display) of the most telling coding."""
    found = [(_system(c, uri), uri, c, display) for uri, c, display in codings(product)]
    if not found:
        return ("unknown", "", "", "")
    return min(found, key=lambda coding: _RANK.index(coding[0]))


def _system(sent: str, uri: str) -> CodeSystem:
    shape = sent.upper()
    if _DENTAL.match(shape):
        return "procedure"
    if _BARE_NDC.match(shape) and names.same_system(uri, names.NDC):
        return "ndc"
    return cast(CodeSystem, codes.system_of(shape))


def serviced(row: Node, name: str = "serviced") -> Days:
    """From and to of `servicedDate` or `servicedPeriod` (or timing…); a single day is both."""
    single = day(row.get(f"{name}Date"))
    if single:
        return single, single
    period = node(row, f"{name}Period")
    return day(period.get("start")), day(period.get("end"))


def _days_of_claim(claim: Entry, entries: Entries) -> Days:
    """The dates for lines that have none: the event's, the admission's, the encounter's."""
    return next((days for days in _candidates(claim, entries) if days != _NOT_SAID), _NOT_SAID)


def _candidates(claim: Entry, entries: Entries) -> Iterator[Days]:
    by_category = {
        code(node(info, "category")): serviced(info, "timing")
        for info in reversed(nodes(claim.resource, "supportingInfo"))
    }
    yield by_category.get("patientEvent", _NOT_SAID)
    admission = by_category.get("admissionDates", _NOT_SAID)
    discharge = by_category.get("dischargeDates", _NOT_SAID)
    yield admission[0], discharge[1] or admission[1]
    reference = node(extension(claim.resource, *names.ENCOUNTER), "valueReference")
    period = node(entries.target(reference, of=claim), "period")
    yield day(period.get("start")), day(period.get("end"))


def diagnoses(claim: Entry, entries: Entries) -> tuple[DiagnosisAsSent, ...]:
    """Every diagnosis that has a code; where none says its kind, the first is the principal one."""
    rows = nodes(claim.resource, "diagnosis")
    untyped = not any(nodes(row, "type") for row in rows)
    found = []
    for index, row in enumerate(rows):
        kind = next((code(t) for t in nodes(row, "type") if code(t)), "")
        uri, sent = _diagnosis_coding(row, claim, entries)
        # A code from a Condition has passed no table of limits; none of ICD-10-CM is longer.
        if 0 < len(sent) <= _MAX_DIAGNOSIS:
            principal = untyped and index == 0
            found.append(
                DiagnosisAsSent(
                    number=row["sequence"],
                    code=sent,
                    kind=kind or ("principal" if principal else ""),
                    uri=uri,
                )
            )
    return tuple(found)


def _diagnosis_coding(row: Node, claim: Entry, entries: Entries) -> tuple[str, str]:
    """The ICD-10-CM coding if there is one, else the first; a Condition is followed to its code."""
    told = node(row, "diagnosisCodeableConcept")
    if not told:
        condition = entries.target(node(row, "diagnosisReference"), of=claim)
        told = node(condition, "code")
    found = [(uri, sent) for uri, sent, _ in codings(told)]
    icd = [c for c in found if "icd-10-cm" in c[0]]
    return next(iter(icd + found), ("", ""))
