"""A request through the API: submitted once, read, worked on step by step, refused with reasons."""

import base64
import uuid
from datetime import timedelta

import pytest

from casework import now
from tests.builders import PDF

RULING = {"lines": [{"number": 1, "result": "denied", "reason": "No sign.", "criterion": "MP-1"}]}


@pytest.fixture(scope="module")
def office(caller):
    return caller(office="Maple")


@pytest.fixture(scope="module")
def nurse(caller):
    return caller(who="nurse")


@pytest.fixture(scope="module")
def physician(caller):
    return caller(who="physician")


def body(town, **changes):
    later = (now.wall() + timedelta(days=30)).date().isoformat()
    return {
        "member_id": town.members["OH-MCD"],
        "member_birth_date": "1970-01-01",
        "requester": {"npi": town.npi["Dr. Maple"]},
        "lines": [
            {"code": "70551", "units": 1, "from_date": later, "to_date": later, "place": "11"}
        ],
        "diagnoses": [{"code": "G89.4"}],
        **changes,
    }


def submitted(office, town, **changes):
    answer = office.post(
        "/api/v1/prior-auths", body(town, **changes), Idempotency_Key=uuid.uuid4().hex
    )
    assert answer.status_code == 201, answer.json
    return answer.json


def tag(caller, ref):
    return caller.get(f"/api/v1/cases/{ref}").headers["ETag"]


def test_a_request_is_submitted_once_and_read_by_its_office(office, town) -> None:
    key = uuid.uuid4().hex
    first = office.post("/api/v1/prior-auths", body(town), Idempotency_Key=key)
    again = office.post("/api/v1/prior-auths", body(town), Idempotency_Key=key)
    assert first.status_code == again.status_code == 201
    assert first.json == again.json
    assert again.headers["Idempotency-Replayed"] == "true"
    read = office.get(first.headers["Location"])
    assert read.status_code == 200
    assert read.json["state"] == "received"
    assert read.json["lines"][0]["code"] == "70551"
    assert read.json["next"]["provider"]
    listed = office.get("/api/v1/prior-auths").json["items"]
    assert [row["ref"] for row in listed].count(first.json["ref"]) == 1


def test_the_same_key_with_another_body_is_refused(office, town) -> None:
    key = uuid.uuid4().hex
    office.post("/api/v1/prior-auths", body(town), Idempotency_Key=key)
    other = office.post("/api/v1/prior-auths", body(town, trace="x"), Idempotency_Key=key)
    assert other.status_code == 422
    assert "another body" in other.json["detail"]


def test_another_office_does_not_see_that_it_exists(caller, office, town) -> None:
    ref = submitted(office, town, servicing={"npi": town.npi["Maple"]})["ref"]
    stranger = caller(office="Birch")
    missing = stranger.get("/api/v1/cases/PA-2026-999999-0")
    hidden = stranger.get(f"/api/v1/cases/{ref}")
    assert missing.status_code == hidden.status_code == 404
    assert missing.json["title"] == hidden.json["title"]


def test_a_nurse_cannot_deny_for_medical_necessity(nurse, office, town) -> None:
    ref = submitted(office, town)["ref"]
    nurse.post(f"/api/v1/cases/{ref}/actions/start_review", If_Match=tag(nurse, ref))
    refused = nurse.post(f"/api/v1/cases/{ref}/actions/deny", RULING, If_Match=tag(nurse, ref))
    assert refused.status_code == 409
    assert "Only a licensed clinician may deny" in refused.json["detail"]
    assert "438.210(b)(3)" in refused.json["citation"]
    shown = nurse.get(f"/api/v1/cases/{ref}").json["choices"]
    deny = next(choice for choice in shown if choice["trigger"] == "deny")
    assert not deny["open"]
    assert "Only a licensed clinician" in deny["sentence"]


def test_steps_need_the_version_that_was_seen(nurse, office, town) -> None:
    ref = submitted(office, town)["ref"]
    path = f"/api/v1/cases/{ref}/actions/start_review"
    assert nurse.post(path).status_code == 428
    assert nurse.post(path, If_Match="seven").status_code == 400
    seen = tag(nurse, ref)
    assert nurse.post(path, If_Match=seen).status_code == 200
    stale = nurse.post(
        f"/api/v1/cases/{ref}/actions/refer_to_physician",
        {"summary": "s", "criteria": "c"},
        If_Match=seen,
    )
    assert stale.status_code == 412
    assert "changed while you worked" in stale.json["detail"]


def test_unknown_triggers_and_wrong_states_say_so(nurse, office, town) -> None:
    ref = submitted(office, town)["ref"]
    for trigger in ("to_approved", "__init__", "trigger", "explode"):
        answer = nurse.post(f"/api/v1/cases/{ref}/actions/{trigger}", If_Match=tag(nurse, ref))
        assert answer.status_code == 404, trigger
    early = nurse.post(
        f"/api/v1/cases/{ref}/actions/refer_to_physician",
        {"summary": "s", "criteria": "c"},
        If_Match=tag(nurse, ref),
    )
    assert early.status_code == 409
    assert early.json["source"] == "state"


def test_a_whole_denial_by_the_api(nurse, physician, office, town) -> None:
    ref = submitted(office, town)["ref"]
    act = f"/api/v1/cases/{ref}/actions"
    nurse.post(f"{act}/start_review", If_Match=tag(nurse, ref))
    nurse.post(
        f"{act}/refer_to_physician",
        {"summary": "MRI asked for.", "criteria": "Not met."},
        If_Match=tag(nurse, ref),
    )
    missing = physician.post(f"{act}/deny", {"lines": []}, If_Match=tag(physician, ref))
    assert missing.status_code == 422
    ruling = RULING | {"attested": True}
    done = physician.post(f"{act}/deny", ruling, If_Match=tag(physician, ref))
    assert done.status_code == 200, done.json
    assert done.json["state"] == "denied"
    events = physician.get(f"/api/v1/cases/{ref}/events").json
    assert [e["event"] for e in events][:1] == ["denied"]
    assert events[0]["said"]["criterion"] == ""
    clocks = physician.get(f"/api/v1/cases/{ref}/clocks").json
    assert any("day 0" in line["text"] or line["citation"] for line in clocks[0]["explanation"])
    outside = office.get(f"/api/v1/cases/{ref}/events").json
    assert "referred_to_physician" not in {e["event"] for e in outside}
    assert all(e["said"] == {} for e in outside)


def test_the_work_list_is_paged_by_cursor_and_due_first(nurse, office, town) -> None:
    for _ in range(3):
        submitted(office, town)
    seen, cursor = [], ""
    while True:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = nurse.get("/api/v1/worklist", query).json
        seen += page["items"]
        cursor = page["next"]
        if not cursor:
            break
    refs = [row["ref"] for row in seen]
    assert len(refs) == len(set(refs))
    dues = [row["due_at"] for row in seen if row["due_at"]]
    assert dues == sorted(dues)
    given = nurse.post("/api/v1/worklist/next", {})
    assert given.json["ref"] in refs


def test_a_paper_comes_back_as_it_was_sent(nurse, office, town) -> None:
    paper = {"name": "notes.pdf", "content": base64.b64encode(PDF).decode()}
    ref = submitted(office, town, documents=[paper])["ref"]
    [listed] = nurse.get(f"/api/v1/cases/{ref}/documents").json
    got = nurse.get(f"/api/v1/documents/{listed['id']}")
    assert got.data == PDF
    assert "attachment" in got.headers["Content-Disposition"]


def test_who_submits_for_another_office_still_sees_it(caller, town) -> None:
    birch = caller(office="Birch")
    ref = submitted(birch, town, requester={"npi": town.npi["Dr. Maple"]})["ref"]
    assert birch.get(f"/api/v1/cases/{ref}").status_code == 200


def test_a_token_of_no_organization_submits_nothing(caller, town) -> None:
    nobody = caller(office="nowhere")
    answer = nobody.post("/api/v1/prior-auths", body(town), Idempotency_Key=uuid.uuid4().hex)
    assert answer.status_code == 403
    assert "acts for no organization" in answer.json["detail"]


def _denied(office, nurse, physician, town):
    ref = submitted(office, town)["ref"]
    base = f"/api/v1/cases/{ref}/actions"
    nurse.post(f"{base}/start_review", If_Match=tag(nurse, ref))
    nurse.post(
        f"{base}/refer_to_physician", {"summary": "S.", "criteria": "No."}, If_Match=tag(nurse, ref)
    )
    denied = physician.post(
        f"{base}/deny",
        {**RULING, "attested": True, "criterion": "MP-1", "words": {"rationale": "Normal exam."}},
        If_Match=tag(physician, ref),
    )
    assert denied.status_code == 200, denied.json
    return ref


def test_a_denial_is_appealed_once_and_not_decided_by_who_denied(
    office, nurse, physician, town, caller
) -> None:
    ref = _denied(office, nurse, physician, town)
    specialist = caller(who="ag_specialist")
    form = {
        "about": ref,
        "reason": "My doctor says that I need it.",
        "filed_by": "member",
        "channel": "phone",
        "received_at": now.wall().isoformat(),
    }
    key = uuid.uuid4().hex
    first = specialist.post("/api/v1/appeals", form, Idempotency_Key=key)
    again = specialist.post("/api/v1/appeals", form, Idempotency_Key=key)
    assert first.status_code == 201, first.json
    assert first.json["ref"].startswith("AP-")
    assert again.json["ref"] == first.json["ref"]
    assert again.headers["Idempotency-Replayed"] == "true"
    appeal = first.json["ref"]
    refused = specialist.post(
        f"/api/v1/cases/{appeal}/actions/assign_reviewer",
        {"reviewer_id": town.users["physician"]},
        If_Match=tag(specialist, appeal),
    )
    assert refused.status_code == 409
    assert "438.406(b)(2)" in refused.json["citation"]


def test_complaints_and_papers_come_through_the_api(office, nurse, physician, town, caller) -> None:
    ref = _denied(office, nurse, physician, town)
    specialist = caller(who="ag_specialist")
    form = {
        "told": "Nobody called me back.",
        "category": specialist_category(),
        "about": ref,
        "filed_by": "member",
        "channel": "phone",
        "received_at": now.wall().isoformat(),
    }
    filed = specialist.post("/api/v1/grievances", form, Idempotency_Key=uuid.uuid4().hex)
    assert filed.status_code == 201, filed.json
    assert filed.json["ref"].startswith("GR-")
    paper = {
        "name": "more.pdf",
        "media_type": "application/pdf",
        "content": base64.b64encode(PDF).decode(),
    }
    added = office.post(
        f"/api/v1/cases/{ref}/documents", {"papers": [paper]}, Idempotency_Key=uuid.uuid4().hex
    )
    assert added.status_code == 201, added.json
    assert "more.pdf" in {row["name"] for row in office.get(added.headers["Location"]).json}
    seen = tag(nurse, ref)
    noted = nurse.post(
        f"/api/v1/cases/{ref}/observations/note", {"text": "Called the office."}, If_Match=seen
    )
    assert noted.status_code == 200, noted.json
    unknown = nurse.post(f"/api/v1/cases/{ref}/observations/sigh", {}, If_Match=seen)
    assert unknown.status_code == 404


@pytest.mark.parametrize("path", ["appeals", "grievances", "external-reviews"])
def test_a_filing_that_cannot_stand_says_which_field(caller, path) -> None:
    refused = caller(who="ag_specialist").post(
        f"/api/v1/{path}", {"about": "PA-2027-000001-1"}, Idempotency_Key=uuid.uuid4().hex
    )
    assert refused.status_code in {404, 422}
    assert refused.json["detail"]


def specialist_category():
    from casework.records import categories

    return categories.codes()[0]
