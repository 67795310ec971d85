"""What is no PAS request gets the demanded 4xx, one OperationOutcome, and no PHI."""

from typing import Any

import pytest

from casework.errors import NotAllowed, NotFound, Problem
from casework.interop.fhir import outcome, structure
from casework.interop.fhir.minima import MINIMA
from casework.interop.fhir.outcome import Refusal
from tests.interop.fhir.broken import (
    Broken,
    against_the_guide,
    malformed,
    without_each_required_element,
)
from tests.interop.fhir.samples import (
    SUBMITS_2_2,
    bundle,
    claim_of,
    of_type,
    parent_exists,
    read,
    walk,
)

WHOLE = bundle("inferno-presets-2.2.1/submit-approval.json")
BROKEN = (*without_each_required_element(), *malformed(), *against_the_guide())
# Public payloads that are no request of 2.2.1, and why.
NOT_REQUESTS = (
    ("inferno-fixtures/nonconformant_pas_bundle_v110.json", "Bundle.entry"),
    ("inferno-fixtures/conformant_pas_bundle_v110.json", "item[0].category"),
    ("inferno-fixtures/pas_claim.json", "Bundle"),
    ("inferno-fixtures/valid_pa_response_bundle.json", "Bundle.entry[0].resource"),
    ("ig-2.2.1/Bundle-PASClaimInquiryBundleExample.json", "item[0].category"),
    ("ri-stu1/bundle-prior-auth.json", "insurance"),
    ("ri-stu1/bundle-request.json", "Bundle.entry[0].resource.item"),
    ("ri-stu1/bundle-minimal.json", "Bundle.type"),
    ("ri-stu1/claim-only.json", "Bundle"),
    ("ri-stu1/Claim.json", "Bundle.entry[0].fullUrl"),
)


def _refused(sent: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        read(sent)
    return refused.value


def _values(sent: Any) -> set[str]:
    """What a person could be told by: every text and number but the names of the formats."""
    formats = {
        "resourceType",
        "url",
        "system",
        "reference",
        "fullUrl",
        "profile",
        "type",
        "use",
        "status",
    }
    leaves = ((path, str(v)) for path, v in walk(sent) if isinstance(v, str | int))
    return {text for path, text in leaves if not formats & set(path) and len(text) > 3}


@pytest.mark.parametrize("broken", BROKEN, ids=lambda b: b.name)
def test_each_broken_request_gets_its_status_its_place_and_one_outcome(broken: Broken) -> None:
    refusal = _refused(broken.bundle)
    assert (refusal.status, refusal.issue) == (broken.status, broken.issue)
    assert parent_exists(broken.bundle, refusal.expression)
    body = outcome.outcome_of(refusal)
    assert body["resourceType"] == "OperationOutcome"
    (issue,) = body["issue"]
    assert issue["severity"] == "error"
    assert issue["details"]["text"] == refusal.sentence
    assert issue["expression"] == [refusal.expression]
    assert refusal.sentence.endswith(".")


@pytest.mark.parametrize("broken", BROKEN, ids=lambda b: b.name)
def test_no_refusal_repeats_a_value_that_was_sent(broken: Broken) -> None:
    refusal = _refused(broken.bundle)
    said = f"{refusal.sentence} {refusal.expression}"
    assert [value for value in _values(broken.bundle) if value in said] == []


@pytest.mark.parametrize(("name", "place"), NOT_REQUESTS)
def test_public_payloads_that_are_no_request_are_refused_at_the_right_place(
    name: str, place: str
) -> None:
    refusal = _refused(bundle(name))
    assert refusal.status == 400
    assert refusal.expression.endswith(place)


def test_every_row_of_the_table_of_minima_is_proved_by_a_broken_request() -> None:
    """A row that no test can break would be a row that nobody needs."""
    said = set()
    for broken in without_each_required_element():
        refusal = _refused(broken.bundle)
        said.add(refusal.sentence)
    # Base R4 demands these too, and the structure check comes first.
    by_structure = {"status", "type", "use", "created", "priority", "patient", "provider"}
    by_structure |= {"insurance", "coverage", "sequence", "productOrService"}
    for minimum in MINIMA:
        assert minimum.why in said or minimum.element in by_structure, minimum


@pytest.mark.parametrize("value", [None, [], "text", 3, True, {}, {"resourceType": ["Bundle"]}])
def test_what_is_no_object_or_no_bundle_is_refused(value: Any) -> None:
    assert _refused(value).status == 400


def test_an_unknown_element_is_ignored_and_hides_no_other_fault() -> None:
    sent = bundle(SUBMITS_2_2[0])
    claim_of(sent)["eyeColour"] = {"deep": [1, {"deeper": "x"}]}
    claim_of(sent)["item"][0]["shoeSize"] = 43
    assert read(sent).submission.lines[0].number == 1
    del claim_of(sent)["status"]
    assert _refused(sent).expression.endswith("Claim.status".partition(".")[2])


def test_a_primitive_extension_inside_an_extension_is_legal() -> None:
    sent = bundle(SUBMITS_2_2[0])
    extension = claim_of(sent)["extension"][1]["extension"][0]
    extension["_valueString"] = {"extension": [{"url": "http://x.example", "valueCode": "a"}]}
    assert read(sent).transmission.application_sender == "PROVIDERAPP"


@pytest.mark.parametrize("empty", [None, "", {}, [], [None], {"value": None}, {"unit": ""}])
def test_null_and_what_is_empty_is_absent(empty: Any) -> None:
    sent = bundle(SUBMITS_2_2[0])
    claim_of(sent)["item"][0]["quantity"] = empty
    of_type(sent, "Patient")["birthDate"] = None
    assert read(sent).submission.lines[0].units is None
    claim_of(sent)["type"] = empty
    assert _refused(sent).issue == "required"


def test_too_many_resources_and_rows_are_refused_as_too_large() -> None:
    sent = bundle(SUBMITS_2_2[0])
    claim_of(sent)["contained"] = [{"resourceType": "Basic", "code": {"text": "x"}}] * 1_001
    assert _refused(sent).status == 413
    sent = bundle(SUBMITS_2_2[0])
    item = claim_of(sent)["item"][0]
    claim_of(sent)["item"] = [item | {"sequence": n} for n in range(1, 503)]
    assert (_refused(sent).status, _refused(sent).expression[-4:]) == (413, "item")


def test_nesting_beyond_any_request_is_refused_and_no_recursion_error() -> None:
    sent = bundle(SUBMITS_2_2[0])
    value: dict[str, Any] = {"url": "http://x.example", "valueCode": "a"}
    for _ in range(3_000):
        value = {"url": "http://x.example", "extension": [value]}
    claim_of(sent)["extension"].append(value)
    with pytest.raises(Refusal, match="nested deeper"):
        structure.check(sent)


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (NotFound("There is no such case."), "not-found"),
        (NotAllowed("This client may not do that."), "forbidden"),
        (Problem("Something is wrong."), "invalid"),
    ],
)
def test_every_refusal_of_the_house_becomes_one_outcome(problem: Problem, code: str) -> None:
    (issue,) = outcome.outcome_of(problem)["issue"]
    assert issue["code"] == code
    assert issue["details"]["text"] == problem.sentence
    assert "expression" not in issue


def test_the_status_of_our_own_faults_is_an_exception() -> None:
    assert outcome.outcome_code(500) == "exception"
    assert outcome.outcome_code(503) == "transient"
    assert outcome.outcome_code(418) == "invalid"
