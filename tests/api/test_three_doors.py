"""A provider's doors by API: a dispute of a claim, the wrong door, a complaint, a claim to read, a
consent."""

import base64
import uuid

import pytest
from sqlalchemy import select

from casework.models import Case
from tests.api.conftest import Caller
from tests.builders import PDF
from tests.services.claims_here import a_claim

WHY = "The authorization was on file before the service."
NUMBERS = iter(range(100, 1000))


@pytest.fixture
def number(town) -> str:
    return a_claim(town, number=f"CLM-{next(NUMBERS)}")


def send(caller: Caller, path: str, body: dict):
    return caller.post(f"/api/v1/{path}", body, Idempotency_Key=str(uuid.uuid4()))


def test_an_office_disputes_its_claim_and_the_receipt_says_by_when(maple, town, number) -> None:
    answer = send(maple, "appeals", {"dispute": "payment", "claim": number, "reason": WHY})
    assert answer.status_code == 201, answer.json
    assert (answer.json["about"], answer.json["consent"]) == ("", "not_needed")
    assert answer.json["decision_due"]
    with town.database.reading(town.cx("system")) as cx:
        case = cx.db.execute(select(Case).where(Case.ref == answer.json["ref"])).scalar_one()
    assert case.about == "dispute"
    claim = maple.get(f"/api/v1/claims/{number}").json
    assert (claim["dispute"], claim["paid_cents"]) == (case.ref, 0)


def test_the_wrong_door_is_refused_and_names_the_right_one(maple, number) -> None:
    answer = send(maple, "appeals", {"claim": number, "reason": WHY})
    assert answer.status_code == 422
    assert answer.json["source"] == "right-door:dispute"
    assert "disputed in your own right" in answer.json["detail"]
    assert answer.json["errors"][0]["pointer"] == "/about"


def test_an_appeal_that_names_nothing_says_what_to_name(maple) -> None:
    answer = send(maple, "appeals", {"reason": WHY})
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json["errors"]] == ["/about"]


def test_another_offices_claim_is_not_there(maple, town) -> None:
    theirs = a_claim(town, number=f"CLM-{next(NUMBERS)}", office="Birch")
    assert maple.get(f"/api/v1/claims/{theirs}").status_code == 404
    answer = send(maple, "appeals", {"dispute": "payment", "claim": theirs, "reason": WHY})
    assert answer.status_code == 422


def test_a_consent_is_kept_with_what_it_lacks(maple, town, number) -> None:
    paper = {
        "name": "form.pdf",
        "media_type": "application/pdf",
        "content": base64.b64encode(PDF).decode(),
    }
    body = {
        "kind": "other",
        "member_number": town.members["OH-MCD"],
        "signed_on": "2026-01-05",
        "checks": ["patient_signed"],
        "papers": [paper],
    }
    kept = send(maple, "consents", body)
    assert kept.status_code == 201, kept.json
    assert kept.json["missing"] == ["It names the service"]
    assert kept.json["counts_for"] == "later_claims"
    assert send(maple, "consents", {**body, "claim": number}).json["counts_for"] == "this_claim"
