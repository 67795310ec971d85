"""What an answer says: echoes, numbers, reasons, errors, papers wanted, what is authorized."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from casework.interop.fhir import wire
from casework.interop.fhir.answer import Answer, Authorized
from casework.interop.fhir.decoded import Finding
from casework.interop.fhir.encode import respond
from tests.interop.fhir.answers import CREATED, PAS, action_codes, answers, faults, line, uniform
from tests.interop.fhir.samples import SUBMITS_2_2, bundle, claim_of, read, walk


def _first(sent: dict, decoded, answer: Answer) -> dict:
    return respond(sent, decoded, answer)["entry"][0]["resource"]


def test_patient_insurer_and_requester_come_back_whole_with_the_same_address() -> None:
    sent = bundle("inferno-presets-2.2.1/submit-approval.json")
    decoded = read(sent)
    response = respond(sent, decoded, uniform(decoded, "pended"))
    received = {e["fullUrl"]: e["resource"] for e in sent["entry"]}
    echoed = response["entry"][1:]
    assert {e["resource"]["resourceType"] for e in echoed} == {"Patient", "Organization"}
    assert len(echoed) == 3
    assert all(received[e["fullUrl"]] == e["resource"] for e in echoed)


def test_a_role_that_asks_brings_its_person_its_organization_and_its_place() -> None:
    sent = bundle("inferno-presets-2.2.1/submit-approval.json")
    claim_of(sent)["provider"] = {"reference": "PractitionerRole/ReferralPractitionerRoleExample"}
    decoded = read(sent)
    assert decoded.submission.requester.npi == "1234567893"
    assert decoded.submission.requester.organization_npi == "8189991234"
    response = respond(sent, decoded, uniform(decoded, "pended"))
    kinds = {e["resource"]["resourceType"] for e in response["entry"]}
    assert kinds >= {"PractitionerRole", "Practitioner", "Organization", "Location"}
    assert faults(response, submitted=decoded.line_numbers) == []


def test_identifiers_traces_and_asked_dates_are_echoed_and_sender_and_receiver_swapped() -> None:
    sent = bundle("inferno-presets-2.2.1/submit-approval.json")
    decoded = read(sent)
    response = respond(sent, decoded, uniform(decoded, "approved"))
    first = response["entry"][0]["resource"]
    assert response["identifier"] == sent["identifier"]
    assert first["identifier"] == claim_of(sent)["identifier"]
    assert first["request"]["reference"] == sent["entry"][0]["fullUrl"]
    assert first["created"] == response["timestamp"] == "2026-11-21T17:05:09.123Z"
    swapped = {p["url"]: p["valueString"] for p in first["extension"][0]["extension"]}
    assert swapped == {
        "applicationSenderCode": "RCV-0001",
        "applicationReceiverCode": "SND-0001",
        "interchangeSenderID": "INTER-RCV-0001",
        "interchangeReceiverID": "INTER-SND-0001",
    }
    by_url = {e["url"].rpartition("-")[2]: e for e in first["item"][1]["extension"]}
    assert by_url["itemTraceNumber"]["valueIdentifier"]["value"] == "1122334"
    asked = by_url["itemRequestedServiceDate"]["valuePeriod"]
    assert asked == {"start": "2016-08-10", "end": "2016-08-12"}
    assert by_url["authorizationNumber"]["valueString"] == "1122445"


def test_an_approval_carries_its_number_on_the_line_and_on_the_whole() -> None:
    sent = bundle(SUBMITS_2_2[1])
    decoded = read(sent)
    first = _first(sent, decoded, uniform(decoded, "approved"))
    assert first["preAuthRef"] == "AUTH-2026-000045-1"
    assert first["preAuthPeriod"] == {"start": "2026-11-22", "end": "2027-02-20"}
    action = first["item"][0]["adjudication"][0]["extension"][0]["extension"]
    assert action[0] == {"url": "number", "valueString": "AUTH-2026-000045-1"}
    two = tuple(
        replace(line(n, "approved"), authorization_number=f"AUTH-{n}", valid_to=None)
        for n in decoded.line_numbers
    )
    first = _first(sent, decoded, Answer(created=CREATED, lines=two))
    assert "preAuthRef" not in first
    assert first["preAuthPeriod"] == {"start": "2026-11-22"}
    half_open = (two[0], replace(line(2, "approved"), valid_from=date(2026, 11, 20)))
    first = _first(sent, decoded, Answer(created=CREATED, lines=half_open))
    assert first["preAuthPeriod"] == {"start": "2026-11-20"}, "one approval has no end"


def test_a_changed_line_says_what_is_authorized_instead_in_an_added_line() -> None:
    sent = bundle("inferno-presets-2.2.1/submit-approval.json")
    decoded = read(sent)
    first = _first(sent, decoded, uniform(decoded, "changed"))
    added = first["addItem"][1]
    assert added["itemSequence"] == [2]
    assert added["productOrService"]["coding"][0]["code"] == "97112"
    assert added["quantity"] == {"value": Decimal("6"), "unit": "visit"}
    assert action_codes(added) == ["A1"]
    assert [action_codes(item) for item in first["item"]] == [["A6"], ["A6"]]


def test_a_denial_says_why_and_what_can_be_done_and_is_no_error() -> None:
    sent = bundle(SUBMITS_2_2[0])
    decoded = read(sent)
    first = _first(sent, decoded, answers(decoded)["reviewed"])
    assert "error" not in first
    assert first["outcome"] == "complete"
    number = first["item"][0]["noteNumber"][0]
    notes = {n["number"]: n["text"] for n in first["processNote"]}
    assert "appeal" in notes[number]
    reviewer = next(e for e in first["extension"] if e["url"].endswith("claimResponseReviewer"))
    parts = {p["url"]: p for p in reviewer["extension"]}
    assert parts["wasHumanReviewedFlag"]["valueBoolean"] is True
    assert parts["reviewerNPI"]["valueIdentifier"]["value"] == "1234567893"


def test_what_could_not_be_processed_has_errors_and_no_review_action() -> None:
    sent = bundle(SUBMITS_2_2[0])
    decoded = read(sent)
    first = _first(sent, decoded, answers(decoded)["error"])
    assert first["outcome"] == "error"
    assert "item" not in first
    member, procedure = first["error"]
    assert member["code"]["coding"][0]["code"] == "75"
    by_url = {e["url"]: e for e in member["extension"]}
    assert by_url[PAS + "extension-errorPath"]["valueString"].startswith("Bundle.entry[4].resource")
    followup = by_url[PAS + "extension-errorFollowupAction"]["valueCodeableConcept"]
    assert followup["coding"][0] == {
        "system": "https://codesystem.x12.org/005010/889",
        "code": "C",
    }
    element = by_url[PAS + "extension-errorElement"]["extension"]
    notes = {n["number"]: n["text"] for n in first["processNote"]}
    assert notes[element[0]["valuePositiveInt"]] == "We do not know this member."
    assert procedure["itemSequence"] == 1


def test_papers_wanted_are_asked_for_under_our_control_number() -> None:
    sent = bundle("inferno-presets-2.2.1/submit-approval.json")
    decoded = read(sent)
    response = respond(sent, decoded, answers(decoded)["papers wanted"])
    first = response["entry"][0]["resource"]
    asked = [
        e for e in response["entry"] if e["resource"]["resourceType"] == "CommunicationRequest"
    ]
    assert [r["reference"] for r in first["communicationRequest"]] == [e["fullUrl"] for e in asked]
    assert [e["resource"]["identifier"][0]["value"] for e in asked] == ["PWK-1", "PWK-2"]
    assert asked[1]["resource"]["extension"][0]["valuePositiveInt"] == 1
    assert asked[0]["resource"]["payload"] == [{"contentString": "18776-5"}]
    assert not response["entry"][-1]["fullUrl"].startswith("urn:"), "the base for Inferno"


def test_the_same_answer_is_the_same_bundle() -> None:
    sent = bundle(SUBMITS_2_2[0])
    decoded = read(sent)
    one, other = (respond(sent, decoded, uniform(decoded, "pended")) for _ in range(2))
    assert wire.write(one) == wire.write(other)
    later = replace(uniform(decoded, "pended"), created=CREATED.replace(minute=6))
    assert respond(sent, decoded, later)["entry"][0]["fullUrl"] != one["entry"][0]["fullUrl"]


def test_decimals_come_back_as_they_were_written() -> None:
    sent = bundle("inferno-presets-2.2.1/submit-approval.json")
    text = wire.write(sent).replace(b'"value":1000,', b'"value":100.10,')
    sent = wire.read_bundle(text)
    decoded = read(sent)
    made = wire.write(respond(sent, decoded, uniform(decoded, "changed")))
    assert b'"value":100.10,"currency":"USD"' in made


def test_a_cancellation_of_the_whole_without_lines_is_answered_for_the_lines_of_the_case() -> None:
    sent = bundle("inferno-presets-2.2.1/claim-update-2-add-item.json")
    claim = claim_of(sent)
    del claim["item"]
    url = PAS + "extension-certificationType"
    system = "https://codesystem.x12.org/005010/1322"
    cancel = {"coding": [{"system": system, "code": "3"}]}
    claim["extension"].append({"url": url, "valueCodeableConcept": cancel})
    decoded = read(sent)
    assert (decoded.purpose, decoded.line_numbers) == ("cancel", ())
    assert (decoded.submission.service, decoded.submission.timing) == ("medical", "pre_service")
    lines = (line(1, "cancelled"), line(2, "cancelled"))
    response = respond(sent, decoded, Answer(created=CREATED, lines=lines))
    assert faults(response, submitted=(1, 2)) == []


def test_a_finding_about_a_line_that_was_not_sent_names_no_line() -> None:
    sent = bundle(SUBMITS_2_2[0])
    decoded = read(sent)
    finding = Finding(code="AG", sentence="No such code.", followup="", line=77)
    first = _first(sent, decoded, Answer(created=CREATED, findings=(finding,)))
    assert "itemSequence" not in first["error"][0]
    assert len(first["error"][0]["extension"]) == 1


def test_a_unit_of_another_code_system_is_answered_in_words() -> None:
    sent = bundle("inferno-presets-2.2.1/submit-approval.json")
    claim_of(sent)["item"][0]["quantity"] = {
        "value": 3,
        "system": "http://unitsofmeasure.org",
        "code": "mg",
    }
    decoded = read(sent)
    part = _first(sent, decoded, uniform(decoded, "approved_in_part"))["item"][0]
    detail = next(e for e in part["extension"] if e["url"].endswith("itemAuthorizedDetail"))
    quantity = next(p for p in detail["extension"] if p["url"] == "quantity")["valueQuantity"]
    assert quantity == {"value": Decimal("4"), "unit": "mg"}
    assert decoded.submission.lines[0].unit == "mg"


def test_the_last_entry_has_a_base_where_any_has() -> None:
    """Inferno resolves relative references against the last entry's address."""
    sent = bundle("inferno-presets-2.2.1/submit-approval.json")
    claim_of(sent)["provider"] = {"reference": "PractitionerRole/ReferralPractitionerRoleExample"}
    place = "urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7"
    for entry in sent["entry"]:
        if entry["resource"]["resourceType"] == "Location":
            entry["fullUrl"] = place
        for _, value in walk(entry["resource"]):
            if isinstance(value, dict) and str(value.get("reference")).startswith("Location/"):
                value["reference"] = place
    decoded = read(sent)
    response = respond(sent, decoded, uniform(decoded, "pended"))
    assert faults(response, submitted=decoded.line_numbers) == []
    assert place in {e["fullUrl"] for e in response["entry"]}


def test_only_an_approval_carries_approval_dates() -> None:
    sent = bundle(SUBMITS_2_2[0])
    decoded = read(sent)
    dated = replace(line(1, "approved"), status="pended", reference_number="PA-1")
    first = _first(sent, decoded, Answer(created=CREATED, lines=(dated,)))
    urls = {e["url"].rpartition("-")[2] for e in first["item"][0]["extension"]}
    assert "administrationReferenceNumber" in urls
    assert not urls & {"itemPreAuthIssueDate", "itemPreAuthPeriod"}
    assert not {"preAuthRef", "preAuthPeriod"} & set(first)


def test_a_person_who_asks_is_not_named_as_the_sending_organization() -> None:
    """The profile of CommunicationRequest.sender knows only an organization."""
    sent = bundle("inferno-presets-2.2.1/submit-approval.json")
    decoded = read(sent)
    asked = respond(sent, decoded, answers(decoded)["papers wanted"])["entry"][1]["resource"]
    assert asked["sender"]["reference"].endswith("Organization/UMOExample")
    claim_of(sent)["provider"] = {"reference": "PractitionerRole/ReferralPractitionerRoleExample"}
    decoded = read(sent)
    asked = respond(sent, decoded, answers(decoded)["papers wanted"])["entry"][1]["resource"]
    assert "sender" not in asked


def test_other_dates_and_units_that_are_authorized_are_told() -> None:
    sent = bundle("inferno-presets-2.2.1/submit-approval.json")
    system = "https://codesystem.x12.org/005010/673"
    claim_of(sent)["item"][0]["quantity"] = {"value": 9, "system": system, "code": "VS"}
    decoded = read(sent)
    instead = Authorized(from_date=date(2026, 12, 1), to_date=date(2027, 1, 31))
    changed = replace(line(1, "changed"), authorized=instead, second_opinion=True)
    lines = (changed, line(2, "pended"))
    added = _first(sent, decoded, Answer(created=CREATED, lines=lines))["addItem"][0]
    assert added["servicedPeriod"] == {"start": "2026-12-01", "end": "2027-01-31"}
    assert added["quantity"] == {"value": Decimal(9), "unit": "VS", "system": system, "code": "VS"}
    assert added["productOrService"] == claim_of(sent)["item"][0]["productOrService"]
    parts = {p["url"]: p for p in added["adjudication"][0]["extension"][0]["extension"]}
    assert parts["secondSurgicalOpinionFlag"]["valueBoolean"] is True
