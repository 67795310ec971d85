"""Requests made from the public ones with other ids, codes, lines, dates and quantities.

Seeded: the same seed gives the same Bundles. Each carries what was put into it, noted while it was
put in, so that a test can compare what came out with that and not with a second reading.
"""

import random
import uuid
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.interop.fhir.samples import SUBMITS_2_2, bundle, claim_of, of_type, walk

CPT = "http://www.ama-assn.org/go/cpt"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
SERVICE_TYPE = "https://codesystem.x12.org/005010/1365"
# (code system as a sender names it, code, what its shape says). The fourth is mislabelled, as in
# public samples.
CODES = (
    (CPT, "97110", "procedure"),
    (CPT, "70551", "procedure"),
    (CPT, "0042T", "procedure"),
    (HCPCS, "33510", "procedure"),
    (HCPCS, "G0299", "procedure"),
    (HCPCS, "E0601", "procedure"),
    (HCPCS, "K0823", "procedure"),
    ("https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", "J1745", "procedure"),
    ("http://www.cms.gov/Medicare/Coding/ICD10", "0SRD0J9", "icd10pcs"),
    ("http://hl7.org/fhir/sid/ndc", "00069-0150-01", "ndc"),
    (SERVICE_TYPE, "42", "service_type"),
    (SERVICE_TYPE, "A9", "service_type"),
)
DIAGNOSES = ("M54.50", "G89.4", "E11.9", "I10", "J44.1", "S72.001A", "Z51.11", "F32.A")
PLACES = ("11", "12", "21", "22", "31")
_EVENTS = frozenset({"patientEvent", "admissionDates", "dischargeDates"})
_FIRST_DAY = date(2026, 11, 30)


@dataclass(frozen=True, kw_only=True)
class SentLine:
    """One line as it was put into the Bundle."""

    number: int
    code: str
    uri: str
    system: str
    modifiers: tuple[str, ...]
    units: Decimal | None
    unit: str
    from_date: date | None
    to_date: date | None
    place: str
    diagnosis_numbers: tuple[int, ...]
    trace: str


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A request Bundle and what it says."""

    name: str
    bundle: dict[str, Any]
    transaction: str
    trace: str
    member_number: str
    lines: tuple[SentLine, ...]
    diagnoses: tuple[tuple[int, str], ...]


def mutants(
    count: int = 50, *, seed: int = 20261121, member_number: str = "", npi: str = ""
) -> list[Mutant]:
    """`count` requests. With `member_number` and `npi` all are for that member, from that provider
    (for a door with a database); without, each has its own member number.
    """
    chance = random.Random(seed)
    return [_mutant(index, chance, member_number=member_number, npi=npi) for index in range(count)]


def _mutant(index: int, chance: random.Random, *, member_number: str, npi: str) -> Mutant:
    base = SUBMITS_2_2[index % len(SUBMITS_2_2)]
    sent = bundle(base)
    claim = claim_of(sent)
    transaction, trace = f"TX-{index}-{chance.randrange(10**9)}", f"TRN{chance.randrange(10**9)}"
    sent["identifier"]["value"] = transaction
    claim["identifier"][0]["value"] = trace
    member = member_number or f"M{chance.randrange(10**8):08}"
    _set_member(sent, member)
    if npi:
        _set_npi(sent, npi)
    _drop_events(claim)
    diagnoses = _diagnoses(claim, chance)
    lines = _lines(claim, chance, [number for number, _ in diagnoses])
    _readdress(sent, index, chance)
    return Mutant(
        name=f"{index}-{base.rpartition('/')[2]}",
        bundle=sent,
        transaction=transaction,
        trace=trace,
        member_number=member,
        lines=tuple(lines),
        diagnoses=tuple(diagnoses),
    )


def _set_member(sent: dict[str, Any], number: str) -> None:
    coverage = of_type(sent, "Coverage")
    for identifier in coverage["identifier"]:
        if identifier.get("type"):
            identifier["value"] = number
    coverage["subscriberId"] = number
    of_type(sent, "Patient")["identifier"][0]["value"] = number


def _set_npi(sent: dict[str, Any], npi: str) -> None:
    provider = claim_of(sent)["provider"]["reference"]
    for entry in sent["entry"]:
        if entry["fullUrl"].endswith(provider):
            for identifier in entry["resource"].get("identifier", []):
                if identifier["system"].endswith("us-npi"):
                    identifier["value"] = npi


def _drop_events(claim: dict[str, Any]) -> None:
    """Without the event's dates a line without a date has none, which is what is noted."""
    claim["supportingInfo"] = [
        info
        for info in claim.get("supportingInfo", [])
        if info["category"]["coding"][0]["code"] not in _EVENTS
    ]
    claim["extension"] = [e for e in claim["extension"] if not e["url"].endswith("encounter")]
    for name in ("supportingInfo", "extension"):
        if not claim[name]:
            del claim[name]


def _diagnoses(claim: dict[str, Any], chance: random.Random) -> list[tuple[int, str]]:
    numbers = sorted(chance.sample(range(1, 30), chance.randrange(0, 5)))
    sent = [(n, c) for n, c in zip(numbers, chance.sample(DIAGNOSES, len(numbers)), strict=True)]
    claim["diagnosis"] = [
        {
            "sequence": number,
            "diagnosisCodeableConcept": {
                "coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code}]
            },
        }
        for number, code in sent
    ]
    if not sent:
        del claim["diagnosis"]
    return sent


def _lines(claim: dict[str, Any], chance: random.Random, diagnoses: list[int]) -> list[SentLine]:
    pattern = claim["item"][0]
    numbers = chance.sample(range(1, 90), chance.randrange(1, 6))
    claim["item"], sent = [], []
    for number in numbers:
        item = deepcopy(pattern)
        sent.append(_line(item, number, chance, diagnoses))
        claim["item"].append(item)
    return sent


def _line(
    item: dict[str, Any], number: int, chance: random.Random, diagnoses: list[int]
) -> SentLine:
    uri, code, system = chance.choice(CODES)
    modifiers = tuple(chance.sample(("GP", "59", "KX", "RT"), chance.randrange(0, 3)))
    units, unit = _quantity(item, chance)
    from_date, to_date = _dates(item, chance)
    place, trace = chance.choice(PLACES), f"LINE-{chance.randrange(10**6)}"
    picked = tuple(chance.sample(diagnoses, min(len(diagnoses), chance.randrange(0, 3))))
    item["sequence"] = number
    item["productOrService"] = {"coding": [{"system": uri, "code": code}]}
    item["locationCodeableConcept"]["coding"][0]["code"] = place
    _put(item, "modifier", [{"coding": [{"system": HCPCS, "code": m}]} for m in modifiers])
    _put(item, "diagnosisSequence", list(picked))
    _set_trace(item, trace)
    return SentLine(
        number=number,
        code=code,
        uri=uri,
        system=system,
        modifiers=modifiers,
        units=units,
        unit=unit,
        from_date=from_date,
        to_date=to_date,
        place=place,
        diagnosis_numbers=picked,
        trace=trace,
    )


def _put(item: dict[str, Any], name: str, value: list[Any]) -> None:
    item.pop(name, None)
    if value:
        item[name] = value


def _set_trace(item: dict[str, Any], trace: str) -> None:
    kept = [e for e in item["extension"] if not e["url"].endswith("itemTraceNumber")]
    url = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-itemTraceNumber"
    value = {"system": "http://clinic.example/trace", "value": trace}
    item["extension"] = [*kept, {"url": url, "valueIdentifier": value}]


def _quantity(item: dict[str, Any], chance: random.Random) -> tuple[Decimal | None, str]:
    item.pop("quantity", None)
    kind = chance.randrange(4)
    if kind == 0:
        return None, ""
    units = Decimal(chance.choice(("1", "12", "0.5", "100.10", "36.000")))
    if kind == 1:
        item["quantity"] = {
            "value": units,
            "system": "https://codesystem.x12.org/005010/673",
            "code": "VS",
        }
        return units, "VS"
    unit = chance.choice(("visit", "unit", "mg"))
    item["quantity"] = {"value": units, "unit": unit}
    return units, unit


def _dates(item: dict[str, Any], chance: random.Random) -> tuple[date | None, date | None]:
    item.pop("servicedDate", None)
    item.pop("servicedPeriod", None)
    start = _FIRST_DAY + timedelta(days=chance.randrange(90))
    end = start + timedelta(days=chance.randrange(1, 60))
    kind = chance.randrange(4)
    if kind == 0:
        return None, None
    if kind == 1:
        item["servicedDate"] = start.isoformat()
        return start, start
    item["servicedPeriod"] = {"start": start.isoformat()}
    if kind == 2:
        return start, None
    item["servicedPeriod"]["end"] = end.isoformat()
    return start, end


def _readdress(sent: dict[str, Any], index: int, chance: random.Random) -> None:
    """Other addresses: another server with relative references, or urn:uuid throughout."""
    old = [entry["fullUrl"] for entry in sent["entry"]]
    by_uuid = index % 3 == 2
    new = {}
    for url in old:
        kind, _, identity = url.rpartition("/")[0].rpartition("/")[2], "", url.rpartition("/")[2]
        unique = uuid.UUID(int=chance.getrandbits(128), version=4)
        server = f"https://clinic-{index}.example/r4/{kind}/{identity}-{index}"
        new[url] = f"urn:uuid:{unique}" if by_uuid else server
    for entry in sent["entry"]:
        entry["fullUrl"] = new[entry["fullUrl"]]
        if not by_uuid:
            entry["resource"]["id"] = entry["fullUrl"].rpartition("/")[2]
    for _, value in walk(sent):
        if isinstance(value, dict) and isinstance(value.get("reference"), str):
            told = value["reference"]
            url = next(u for u in old if u == told or u.endswith("/" + told))
            relative = not by_uuid and told != url
            value["reference"] = "/".join(new[url].split("/")[-2:]) if relative else new[url]
