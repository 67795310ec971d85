"""What surrounds the lines: dates of the event, diagnoses, care team, numbers, earlier requests."""

from typing import Any

from tests.interop.fhir.samples import SUBMITS_2_2, bundle, claim_of, of_type, read

ICD = "http://hl7.org/fhir/sid/icd-10-cm"
APPROVAL = "inferno-presets-2.2.1/submit-approval.json"
REFERRAL = SUBMITS_2_2[0]


def test_a_line_without_dates_takes_the_events_then_the_admissions_then_the_encounters() -> None:
    sent = bundle(APPROVAL)
    claim = claim_of(sent)
    del claim["item"][0]["servicedDate"]
    by_code = {i["category"]["coding"][0]["code"]: i for i in claim["supportingInfo"]}
    event = by_code["patientEvent"]["timingPeriod"]
    assert _days(sent) == (event["start"], event["end"])
    claim["supportingInfo"].remove(by_code["patientEvent"])
    admission = by_code["admissionDates"]["timingPeriod"]["start"]
    assert _days(sent) == (admission, by_code["dischargeDates"]["timingDate"])
    claim["supportingInfo"].remove(by_code["admissionDates"])
    claim["supportingInfo"].remove(by_code["dischargeDates"])
    assert _days(sent) == ("2020-07-02", "2020-07-09")
    del of_type(sent, "Encounter")["period"]
    assert _days(sent) == ("None", "None")
    assert "Line 1: the date of service." in read(sent).submission.missing


def _days(sent: dict[str, Any]) -> tuple[str, str]:
    line = read(sent).submission.lines[0]
    return str(line.from_date), str(line.to_date)


def test_the_first_diagnosis_is_the_principal_one_where_none_says_its_kind() -> None:
    (first,) = read(bundle(REFERRAL)).submission.diagnoses
    assert (first.number, first.code, first.kind) == (1, "G89.4", "principal")
    (first,) = read(bundle(APPROVAL)).submission.diagnoses
    assert first.kind == "patientreasonforvisit"


def test_a_diagnosis_of_no_shape_is_a_finding_and_a_condition_is_followed() -> None:
    sent = bundle(REFERRAL)
    row = claim_of(sent)["diagnosis"][0]
    row["diagnosisCodeableConcept"]["coding"][0]["code"] = "12345"
    assert "AF" in {f.code for f in read(sent).findings}
    sent["entry"].append(
        {
            "fullUrl": "http://example.org/fhir/Condition/c1",
            "resource": {
                "resourceType": "Condition",
                "code": {
                    "coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I10"}]
                },
                "subject": {"reference": "Patient/SubscriberExample"},
            },
        }
    )
    del row["diagnosisCodeableConcept"]
    row["diagnosisReference"] = {"reference": "Condition/c1"}
    assert read(sent).submission.diagnoses[0].code == "I10"


def test_the_care_team_gives_who_treats_where_and_whom_a_line_picks() -> None:
    sent = bundle(APPROVAL)
    claim = claim_of(sent)
    roles = ("DK", "FA")
    for member, role in zip(claim["careTeam"], roles, strict=True):
        member["role"] = {"coding": [{"code": role}]}
    claim["careTeam"][1]["provider"] = {"reference": "Organization/UMOExample"}
    claim["careTeam"][1]["extension"][0]["valueBoolean"] = True
    claim["item"][0]["careTeamSequence"] = [1, 2]
    got = read(sent).submission
    assert got.servicing is None, "who ordered does not treat"
    assert got.facility is not None
    assert (got.facility.role, got.facility.npi) == ("FA", "8189991234")
    assert got.lines[0].servicing is not None
    assert got.lines[0].servicing.role == "FA"
    claim["careTeam"][0]["role"]["coding"][0]["code"] = "71"
    got = read(sent).submission
    assert got.servicing is not None
    assert (got.servicing.name, got.servicing.npi) == ("SUSAN WATSON", "1234567893")


def test_earlier_numbers_transmission_and_contact_are_read() -> None:
    decoded = read(bundle(APPROVAL))
    got = decoded.submission
    assert got.prior_numbers == ("AUTH-0001", "ADMIN-REF-0001", "1122445", "9988311")
    assert decoded.transmission.interchange_sender == "INTER-SND-0001"
    assert decoded.transmission.application_receiver == "RCV-0001"
    assert (got.contact_name, got.contact_phone) == ("SUSAN WATSON", "4029993456")
    assert decoded.payer.npi == "1234567893"
    assert decoded.level_of_service == "U"
    assert got.note == "Prior authorization inquiry details provided"


def test_an_update_names_the_request_that_it_follows() -> None:
    decoded = read(bundle("inferno-presets-2.2.1/claim-update-2-add-item.json"))
    assert decoded.purpose == "update"
    assert decoded.related is not None
    assert decoded.related.url == "http://davinci-pas.org/fhir/Claim/ReferralAuthorizationExample"
    assert decoded.related.identifiers[0].value == "111099"
    assert [line.change for line in decoded.lines] == ["", "added"]


def test_who_is_named_for_a_line_is_not_named_for_all() -> None:
    sent = bundle(REFERRAL)
    claim_of(sent)["careTeam"][0]["extension"][0]["valueBoolean"] = False
    got = read(sent).submission
    assert got.servicing is None
    assert got.lines[0].servicing is not None
    del claim_of(sent)["item"][0]["careTeamSequence"]
    assert read(sent).submission.lines[0].servicing is None


def test_a_line_that_says_only_its_end_keeps_it() -> None:
    sent = bundle(APPROVAL)
    item = claim_of(sent)["item"][0]
    del item["servicedDate"]
    item["servicedPeriod"] = {"end": "2026-12-24"}
    assert _days(sent) == ("None", "2026-12-24")
