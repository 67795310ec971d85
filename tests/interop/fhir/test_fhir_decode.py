"""Each public request and fifty made from them decode to exactly what was sent."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from casework.interop.fhir.canonicals import Version
from casework.interop.fhir.decode import decode
from tests.interop.fhir.mutants import Mutant, mutants
from tests.interop.fhir.samples import (
    RECEIVED,
    SUBMITS,
    SUBMITS_2_2,
    bundle,
    claim_of,
    of_type,
    parent_exists,
    read,
)

PAS = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
APPROVAL = "inferno-presets-2.2.1/submit-approval.json"
REFERRAL = SUBMITS_2_2[0]


@pytest.mark.parametrize(("name", "version"), SUBMITS)
def test_the_lines_of_every_public_request_equal_what_was_sent(name: str, version: Version) -> None:
    """The expectation is read here straight from the JSON, without the code under test."""
    sent = bundle(name)
    decoded = read(sent, version)
    items = claim_of(sent)["item"]
    assert len(decoded.submission.lines) == len(items)
    for line, item in zip(decoded.submission.lines, items, strict=True):
        coding = item["productOrService"]["coding"][0]
        assert (line.number, line.code, line.uri) == (
            item["sequence"],
            coding["code"],
            coding["system"],
        )
        assert line.units == item.get("quantity", {}).get("value")
        assert line.service_type == item["category"]["coding"][0]["code"]
        place = item.get("locationCodeableConcept", {}).get("coding", [{"code": ""}])
        assert line.place == place[0]["code"]
        assert line.diagnosis_numbers == tuple(item.get("diagnosisSequence", ()))
        assert list(line.modifiers) == [m["coding"][0]["code"] for m in item.get("modifier", [])]
        if "servicedDate" in item:
            assert line.from_date == date.fromisoformat(item["servicedDate"])
        if "servicedPeriod" in item:
            assert line.to_date == date.fromisoformat(item["servicedPeriod"]["end"])
    assert decoded.line_numbers == tuple(item["sequence"] for item in items)
    assert decoded.submission.trace == claim_of(sent)["identifier"][0]["value"]
    assert decoded.bundle_identifier.value == sent["identifier"]["value"]
    assert decoded.claim_url == sent["entry"][0]["fullUrl"]


@pytest.mark.parametrize("mutant", mutants(50), ids=lambda m: m.name)
def test_fifty_made_requests_come_out_as_they_went_in(mutant: Mutant) -> None:
    decoded = read(mutant.bundle)
    got = decoded.submission
    assert len(got.lines) == len(mutant.lines)
    for line, sent in zip(got.lines, mutant.lines, strict=True):
        assert {k: getattr(line, k) for k in vars(sent)} == vars(sent)
        assert str(line.units) == str(sent.units), "the digits are kept: 100.10, not 100.1"
    assert tuple((d.number, d.code) for d in got.diagnoses) == mutant.diagnoses
    assert got.member.numbers[0] == mutant.member_number
    assert (got.trace, decoded.bundle_identifier.value) == (mutant.trace, mutant.transaction)
    assert got.received_at == RECEIVED, "our receipt, never the sender's timestamp"


def test_the_made_requests_are_the_same_for_the_same_seed_and_others_for_another() -> None:
    assert mutants(6) == mutants(6)
    assert mutants(6) != mutants(6, seed=1)
    for_one = mutants(6, member_number="M0001", npi="1234567893")
    assert {m.member_number for m in for_one} == {"M0001"}
    assert {read(m.bundle).submission.requester.npi for m in for_one} == {"1234567893"}


def test_urgency_is_the_level_of_service_and_not_the_priority() -> None:
    sent = bundle(REFERRAL)
    decoded = read(sent)
    assert claim_of(sent)["priority"]["coding"][0]["code"] == "normal"
    assert decoded.submission.priority == "expedited"
    assert "level of service U" in decoded.submission.priority_reason
    _set_level(sent, "E")
    assert read(sent).submission.priority == "standard"
    _set_level(sent, "03")
    assert read(sent).submission.priority == "expedited"


def test_priority_stat_counts_only_where_no_level_of_service_was_sent() -> None:
    sent = bundle(REFERRAL)
    claim_of(sent)["priority"]["coding"][0]["code"] = "stat"
    _set_level(sent, "E")
    assert read(sent).submission.priority == "standard"
    claim_of(sent)["extension"].pop(0)
    assert read(sent).submission.priority == "expedited"


def _set_level(sent: dict[str, Any], code: str) -> None:
    claim_of(sent)["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] = code


def test_every_number_that_may_be_the_members_is_tried_in_order() -> None:
    """Trap 4: the MB identifier may lack its value, and the public samples disagree."""
    assert read(bundle(REFERRAL)).submission.member.numbers == ("1122334455", "12345678901")
    member = read(bundle(APPROVAL)).submission.member
    assert member.numbers == ("MEM-1234567", "12345678901")
    assert (member.family_name, member.given_name) == ("SMITH", "JOE")
    assert member.birth_date == date(1987, 2, 20)


def test_no_member_number_at_all_is_a_finding_and_no_refusal() -> None:
    sent = bundle(REFERRAL)
    del of_type(sent, "Coverage")["subscriberId"]
    del of_type(sent, "Patient")["identifier"]
    decoded = read(sent)
    assert decoded.submission.member.numbers == ()
    assert "72" in {f.code for f in decoded.findings}


def test_a_wrong_npi_is_a_finding_and_no_refusal() -> None:
    """Trap 3: 8189991234 passes the check digit and does not begin with 1 or 2."""
    findings = read(bundle(REFERRAL)).findings
    assert [(f.code, f.followup, f.element) for f in findings] == [("43", "C", "2010B-NM109")]
    assert parent_exists(bundle(REFERRAL), findings[0].path)
    assert "8189991234" not in findings[0].sentence


def test_a_code_is_what_its_shape_says_and_the_most_telling_coding_is_taken() -> None:
    sent = bundle(REFERRAL)
    product = claim_of(sent)["item"][0]["productOrService"]
    for coding, code, system in (
        ([{"system": "http://www.cms.gov/x", "code": "33510"}], "33510", "procedure"),
        ([{"code": "3"}, {"code": "97110"}], "97110", "procedure"),
        ([{"code": "D2740"}], "D2740", "procedure"),
        (
            [{"system": "https://hl7.org/fhir/sid/ndc/", "code": "0069015001"}],
            "0069015001",
            "ndc",
        ),
        ([{"code": "0069015001"}], "0069015001", "unknown"),
        ([{"code": "g0299"}], "g0299", "procedure"),
        ([{"code": "WHATEVER"}], "WHATEVER", "unknown"),
    ):
        product["coding"] = coding
        decoded = read(sent)
        line = decoded.submission.lines[0]
        assert (line.code, line.system) == (code, system)
        assert ("AG" in {f.code for f in decoded.findings}) == (system == "unknown")


def test_a_service_told_in_words_alone_is_kept_and_its_code_is_asked_for() -> None:
    sent = bundle(REFERRAL)
    claim_of(sent)["item"][0]["productOrService"] = {"text": "Knee brace, custom"}
    decoded = read(sent)
    line = decoded.submission.lines[0]
    assert (line.code, line.label, line.system) == ("", "Knee brace, custom", "unknown")
    assert "Line 1: the code of the service." in decoded.submission.missing


def test_a_descriptor_beside_a_cpt_code_is_not_kept() -> None:
    sent = bundle(REFERRAL)
    product = claim_of(sent)["item"][0]["productOrService"]
    product["coding"] = [{"code": "97110", "display": "words of the AMA"}]
    assert read(sent).submission.lines[0].label == ""


def test_no_quantity_is_not_one() -> None:
    line = read(bundle(REFERRAL)).submission.lines[0]
    assert (line.units, line.unit) == (None, "")
    line = read(bundle(APPROVAL)).submission.lines[0]
    assert (line.units, line.unit) == (Decimal("1"), "visit")


@pytest.mark.parametrize(
    ("types", "purpose", "timing"),
    [
        (("I", "I"), "request", "pre_service"),
        (("1", "1"), "appeal", "pre_service"),
        (("2", "2"), "appeal", "pre_service"),
        (("3", "3"), "cancel", "pre_service"),
        (("3", "I"), "request", "pre_service"),
        (("4", "4"), "request", "concurrent"),
        (("S", "R"), "request", "pre_service"),
    ],
)
def test_the_certification_types_say_what_is_asked(
    types: tuple[str, str], purpose: str, timing: str
) -> None:
    sent = bundle(APPROVAL)
    for item, code in zip(claim_of(sent)["item"], types, strict=True):
        _set_certification(item, code)
    decoded = read(sent)
    assert tuple(line.certification_type for line in decoded.lines) == types
    assert (decoded.purpose, decoded.submission.timing) == (purpose, timing)


def _set_certification(item: dict[str, Any], code: str) -> None:
    for extension in item["extension"]:
        if extension["url"] == PAS + "extension-certificationType":
            extension["valueCodeableConcept"]["coding"][0]["code"] = code


def test_a_cancelled_flag_cancels_its_line_only() -> None:
    sent = bundle(APPROVAL)
    claim_of(sent)["item"][0]["modifierExtension"][0]["valueBoolean"] = True
    decoded = read(sent)
    assert [line.cancelled for line in decoded.lines] == [True, False]
    assert decoded.purpose == "request"


def test_codes_that_steer_the_case_and_are_none_are_findings() -> None:
    sent = bundle(APPROVAL)
    _set_level(sent, "X")
    first, second = claim_of(sent)["item"]
    _set_certification(first, "Q")
    _set_certification(second, "2")
    first["extension"][3]["valueCodeableConcept"]["coding"][0]["code"] = "AR"
    first["detail"] = [{"sequence": 1, "productOrService": {"coding": [{"code": "97110"}]}}]
    found = [f for f in read(sent).findings if f.code == "33"]
    elements = {f.element for f in found}
    assert elements == {"2000E-UM01", "2000E-UM02", "2000E-UM06", "2000F"}
    assert len(found) == 5
    assert all(parent_exists(sent, f.path) for f in found)


def test_drugs_by_their_ndc_are_outpatient_drugs() -> None:
    sent = bundle(REFERRAL)
    product = claim_of(sent)["item"][0]["productOrService"]
    product["coding"] = [{"system": "http://hl7.org/fhir/sid/ndc", "code": "00069015001"}]
    assert read(sent).submission.service == "outpatient_drug"
    assert read(bundle(REFERRAL)).submission.service == "medical"


def test_the_content_hash_does_not_depend_on_the_layout() -> None:
    one = bundle(REFERRAL)
    other = dict(reversed(one.items()))
    before = read(one).content_hash
    assert read(other).content_hash == before
    claim_of(other)["created"] = "2026-01-01"
    assert read(other).content_hash != before


def test_decoding_changes_nothing_in_the_bundle() -> None:
    sent = bundle(APPROVAL)
    read(sent)
    assert sent == bundle(APPROVAL)


def test_the_receipt_needs_its_zone_and_the_version_must_be_one_of_two() -> None:
    with pytest.raises(ValueError, match="zone"):
        decode(bundle(REFERRAL), received_at=RECEIVED.replace(tzinfo=None), version="2.2")
    with pytest.raises(ValueError, match=r"2\.2 or 2\.0"):
        decode(bundle(REFERRAL), received_at=datetime(2026, 1, 1, tzinfo=UTC), version="1.0")  # type: ignore[arg-type]


def test_2_0_takes_what_2_2_demands_as_missing_information() -> None:
    sent = bundle("ig-2.0.1/Bundle-HomecareAuthorizationUpdateBundleExample.json")
    missing = read(sent, "2.0").submission.missing
    assert "Line 2: the place of service." in missing
    assert "A diagnosis." in missing
    assert "The member's date of birth." in missing


def test_in_2_0_a_partial_date_is_no_date_and_a_time_is_cut() -> None:
    sent = bundle("inferno-presets-2.0.1/submit-approval.json")
    item = claim_of(sent)["item"][0]
    del item["servicedDate"]
    item["servicedPeriod"] = {"start": "2026-12-01T08:00:00-05:00", "end": "2027"}
    line = read(sent, "2.0").submission.lines[0]
    assert (line.from_date, line.to_date) == (date(2026, 12, 1), None)
