"""The FHIR door: public samples and fifty made from them become cases and get a valid answer."""

import json
import uuid
from copy import deepcopy

import pytest
from sqlalchemy import select

from casework.interop.fhir import structure, wire
from casework.interop.fhir.references import Entries
from casework.models import Case, RequestLine
from tests.builders import add_joe_smith
from tests.interop.fhir.mutants import mutants
from tests.interop.fhir.samples import SUBMITS, bundle

SUBMIT = {"2.2": "/fhir/pas/2.2/Claim/$submit", "2.0": "/fhir/pas/2.0/Claim/$submit"}
FHIR = "application/fhir+json"


@pytest.fixture(scope="module", autouse=True)
def joe(settings, town):
    add_joe_smith(settings, town)


@pytest.fixture(scope="module")
def ehr(caller):
    return caller(office="Maple")


def under_new_identifier(sent):
    fresh = deepcopy(sent)
    fresh["identifier"] = {"system": "urn:test", "value": uuid.uuid4().hex}
    return fresh


def post(caller, sent, version="2.2"):
    return caller.send(SUBMIT[version], wire.write(sent), FHIR)


def answered(response):
    assert response.status_code == 200, response.data[:600]
    answer = wire.read_bundle(response.data)
    structure.check(answer)
    Entries(answer)
    assert answer["entry"][0]["resource"]["resourceType"] == "ClaimResponse"
    return answer["entry"][0]["resource"]


def stored_lines(town, ref):
    with town.database.reading(town.cx("compliance")) as cx:
        case = cx.db.execute(select(Case).where(Case.ref == ref)).scalar_one()
        return (
            cx.db.execute(
                select(RequestLine)
                .where(RequestLine.case_id == case.id)
                .order_by(RequestLine.number)
            )
            .scalars()
            .all()
        )


def ref_of(claim_response):
    text = json.dumps(claim_response, default=str)
    start = text.index("PA-20")
    return text[start : text.index('"', start)]


@pytest.mark.parametrize(("name", "version"), SUBMITS)
def test_a_public_sample_becomes_a_case_and_is_answered(ehr, town, name, version) -> None:
    sent = under_new_identifier(bundle(name))
    claim = answered(post(ehr, sent, version))
    items = sent["entry"][0]["resource"]["item"]
    assert [i["itemSequence"] for i in claim["item"]] == [i["sequence"] for i in items]
    lines = stored_lines(town, ref_of(claim))
    sent_codes = [i["productOrService"]["coding"][0]["code"] for i in items]
    assert [line.number for line in lines] == [i["sequence"] for i in items]
    assert [line.code for line in lines] == sent_codes


def test_fifty_made_from_them_store_what_was_sent(caller, town) -> None:
    ehr = caller(office="Birch")
    made = list(mutants(50, seed=20261121, member_number="12345678901"))
    assert len(made) == 50
    for mutant in made:
        claim = answered(post(ehr, mutant.bundle))
        lines = stored_lines(town, ref_of(claim))
        assert len(lines) == len(mutant.lines)
        for line, sent in zip(lines, sorted(mutant.lines, key=lambda s: s.number), strict=True):
            assert (line.number, line.code, line.uri, line.system) == (
                sent.number,
                sent.code,
                sent.uri,
                sent.system,
            )
            assert tuple(line.modifiers) == sent.modifiers
            assert line.units == sent.units
            assert (line.from_date, line.to_date) == (sent.from_date, sent.to_date)
            assert line.place == sent.place
            assert tuple(line.diagnosis_numbers) == sent.diagnosis_numbers
            assert line.trace == sent.trace


def test_the_same_bundle_twice_is_one_case_and_the_same_answer(ehr, town) -> None:
    sent = under_new_identifier(bundle(SUBMITS[0][0]))
    first, again = post(ehr, sent), post(ehr, sent)
    assert first.data == again.data
    assert again.headers["Idempotency-Replayed"] == "true"


def test_the_same_identifier_with_other_content_is_a_conflict(ehr) -> None:
    sent = under_new_identifier(bundle(SUBMITS[0][0]))
    post(ehr, sent)
    other = deepcopy(sent)
    other["entry"][0]["resource"]["created"] = "2026-11-20"
    answer = post(ehr, other)
    assert answer.status_code == 409
    assert answer.json["resourceType"] == "OperationOutcome"


def test_an_unknown_member_is_answered_and_makes_no_case(ehr, town) -> None:
    text = wire.write(under_new_identifier(bundle(SUBMITS[0][0]))).decode()
    text = text.replace("12345678901", "99999999999")
    claim = answered(ehr.send(SUBMIT["2.2"], text.encode(), FHIR))
    assert claim["outcome"] == "error"
    assert claim["error"][0]["code"]["coding"][0]["code"] == "75"
    assert "PA-20" not in json.dumps(claim, default=str)


def test_an_update_adds_its_line_to_the_same_case(caller, town) -> None:
    ehr = caller(office="Birch")
    first = answered(post(ehr, bundle("inferno-presets-2.2.1/claim-update-1-initial.json")))
    second = answered(post(ehr, bundle("inferno-presets-2.2.1/claim-update-2-add-item.json")))
    assert ref_of(first) == ref_of(second)
    assert [line.number for line in stored_lines(town, ref_of(second))] == [1, 2]


@pytest.mark.parametrize(
    ("data", "media", "status"),
    [
        (b"{", FHIR, 400),
        (b"[]", FHIR, 400),
        (b'{"resourceType":"Patient"}', FHIR, 400),
        (b'{"resourceType":"Bundle","type":"collection","entry":[]}', FHIR, 400),
        (b"<Bundle/>", "application/fhir+xml", 415),
        (b'{"a":' * 60 + b"1" + b"}" * 60, FHIR, 400),
        (b'{"a":1,"a":2}', FHIR, 400),
        (b'{"a":NaN}', FHIR, 400),
        (b" " * 6_000_000, FHIR, 413),
    ],
)
def test_what_is_no_request_gets_one_operation_outcome(ehr, data, media, status) -> None:
    answer = ehr.send(SUBMIT["2.2"], data, media)
    assert answer.status_code == status
    assert answer.json["resourceType"] == "OperationOutcome"
    assert len(answer.json["issue"]) == 1
    assert answer.json["issue"][0]["details"]["text"]


def test_without_a_token_or_the_scope_nobody_enters(app, caller) -> None:
    sent = wire.write(bundle(SUBMITS[0][0]))
    plain = app.test_client().post(SUBMIT["2.2"], data=sent, content_type=FHIR)
    assert plain.status_code == 401
    assert plain.json["resourceType"] == "OperationOutcome"
    reader = caller(office="Maple", scopes=("cases:read",))
    assert reader.send(SUBMIT["2.2"], sent, FHIR).status_code == 403


def test_metadata_is_public(app) -> None:
    answer = app.test_client().get("/fhir/pas/2.2/metadata")
    assert answer.status_code == 200
    assert answer.json["fhirVersion"] == "4.0.1"
