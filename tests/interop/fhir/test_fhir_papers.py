"""Attachments: decoded once, under caps, never fetched; what did not come is said."""

import base64
from typing import Any

import pytest

from casework.interop.fhir import papers, wire
from casework.interop.fhir.outcome import TooBig, Unreadable
from tests.interop.fhir.samples import SUBMITS_2_2, bundle, claim_of, of_type, read

REFERRAL = SUBMITS_2_2[0]
APPROVAL = "inferno-presets-2.2.1/submit-approval.json"


def _attachment(sent: dict[str, Any]) -> dict[str, Any]:
    return of_type(sent, "DocumentReference")["content"][0]["attachment"]


def _info(sent: dict[str, Any]) -> dict[str, Any]:
    return claim_of(sent)["supportingInfo"][0]


def test_an_inline_document_comes_out_byte_for_byte_with_what_is_said_of_it() -> None:
    (paper,) = read(bundle(REFERRAL)).submission.papers
    assert paper.content == b"This is sample base64 encoding."
    assert (paper.media_type, paper.report_type) == ("text/plain", "PY")
    assert paper.control_number == "111222"
    assert paper.description.startswith("A procedure note")
    assert paper.line_number is None


def test_base64_may_be_broken_into_lines_and_must_be_base64() -> None:
    sent = bundle(REFERRAL)
    content = bytes(range(256)) * 40
    _attachment(sent)["data"] = base64.encodebytes(content).decode()
    assert read(sent).submission.papers[0].content == content
    for bad in ("%%%%", "QQ=", "Q", "QQ==QQ==", "Ünïcode"):
        _attachment(sent)["data"] = bad
        with pytest.raises(Unreadable, match="base64") as refused:
            read(sent)
        assert refused.value.expression.endswith("content[0].attachment.data")


def test_a_control_number_without_content_is_a_paper_that_will_follow() -> None:
    sent = bundle(REFERRAL)
    del _info(sent)["valueReference"]
    (paper,) = read(sent).submission.papers
    assert (paper.content, paper.control_number) == (b"", "111222")


def test_an_address_is_never_fetched_and_the_content_is_asked_for() -> None:
    sent = bundle(APPROVAL)
    decoded = read(sent)
    numbers = [i["sequence"] for i in claim_of(sent)["supportingInfo"] if "valueReference" in i]
    assert decoded.submission.papers == ()
    asked = [m for m in decoded.submission.missing if "content of the document" in m]
    assert len(asked) == 1
    assert f"supporting information {numbers[0]} names" in asked[0]


def test_a_clinical_resource_is_kept_whole_as_json() -> None:
    sent = bundle(REFERRAL)
    sent["entry"].append(
        {
            "fullUrl": "http://example.org/fhir/QuestionnaireResponse/q",
            "resource": {
                "resourceType": "QuestionnaireResponse",
                "id": "q",
                "status": "completed",
                "item": [{"linkId": "1", "answer": [{"valueString": "yes"}]}],
            },
        }
    )
    _info(sent)["valueReference"] = {"reference": "QuestionnaireResponse/q"}
    (paper,) = read(sent).submission.papers
    assert (paper.name, paper.media_type) == (
        "QuestionnaireResponse.json",
        "application/fhir+json",
    )
    assert wire.read_bundle(paper.content) == sent["entry"][-1]["resource"]


def test_contained_documents_binaries_and_bare_attachments_are_read() -> None:
    data = base64.b64encode(b"%PDF-1.7 ...").decode()
    sent = bundle(REFERRAL)
    claim_of(sent)["contained"] = [
        {"resourceType": "Binary", "id": "b", "contentType": "application/pdf", "data": data}
    ]
    _info(sent)["valueReference"] = {"reference": "#b"}
    (paper,) = read(sent).submission.papers
    assert (paper.content, paper.media_type) == (b"%PDF-1.7 ...", "application/pdf")
    sent = bundle(REFERRAL)
    del _info(sent)["valueReference"]
    _info(sent)["valueAttachment"] = {"title": "Note.pdf", "data": data}
    (paper,) = read(sent).submission.papers
    assert (paper.name, paper.media_type) == ("Note.pdf", "application/octet-stream")


def test_a_document_that_is_named_a_hundred_times_is_decoded_and_kept_once() -> None:
    """Else a request of 5 MB would become one of 500 MB (base64 bomb by reference)."""
    sent = bundle(REFERRAL)
    _attachment(sent)["data"] = base64.b64encode(b"x" * 500_000).decode()
    rows = [_info(sent) | {"sequence": n} for n in range(1, 400)]
    claim_of(sent)["supportingInfo"] = rows
    assert len(read(sent).submission.papers) == 1


def test_a_paper_belongs_to_the_line_that_alone_points_to_it() -> None:
    sent = bundle(APPROVAL)
    _attachment(sent)["data"] = base64.b64encode(b"note").decode()
    first, second = claim_of(sent)["item"]
    first["informationSequence"], second["informationSequence"] = [1], [2]
    assert [p.line_number for p in read(sent).submission.papers] == [1]
    second["informationSequence"] = [1, 2]
    assert [p.line_number for p in read(sent).submission.papers] == [None]


def test_too_large_and_too_many_papers_are_refused() -> None:
    sent = bundle(REFERRAL)
    _attachment(sent)["data"] = "AAAA" * (papers.MAX_PAPER_BYTES // 3 + 3)
    with pytest.raises(TooBig, match="4,000,000 bytes"):
        read(sent)
    sent = bundle(REFERRAL)
    del _info(sent)["valueReference"]
    pattern = _info(sent)
    claim_of(sent)["supportingInfo"] = [
        pattern | {"sequence": n, "valueAttachment": {"data": "QUJD"}} for n in range(1, 102)
    ]
    with pytest.raises(TooBig, match="More than 100 documents"):
        read(sent)


def test_messages_are_joined_in_their_order() -> None:
    sent = bundle(REFERRAL)
    pattern = {"category": {"coding": [{"code": "freeFormMessage"}]}}
    claim_of(sent)["supportingInfo"] += [
        pattern | {"sequence": 2, "valueString": "One."},
        pattern | {"sequence": 3, "valueString": "Two."},
    ]
    assert read(sent).submission.note == "One.\nTwo."
