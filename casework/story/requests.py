"""The requests of the story: submitted over the API and as a FHIR bundle, reviewed, decided.

`referral.json` is the public example Bundle-ReferralAuthorizationBundleExample of the HL7 Da Vinci
PAS guide 2.2.1 (CC0-1.0), unchanged.
"""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from casework.story.cast import SAMPLE
from casework.story.door import paper
from casework.story.tale import Tale
from letters.press import Press
from letters.printjob import PrintRequest

REFERRAL: Final = Path(__file__).with_name("referral.json")
_REF: Final = re.compile(r"PA-\d{4}-\d{6,}-\d")
_NOTE: Final = (
    "<!doctype html><html><head><title>Visit note</title></head><body><h1>Visit note</h1>"
    "<p>Six weeks of exercise with a therapist and ibuprofen. Pain went from 7 to 6.</p>"
    "<p>Strength, feeling and reflexes are normal. No fever, no weight loss.</p></body></html>"
)
REASON: Final = "The records show no warning sign, so this test is not needed at this time."
CRITERION: Final = "Imaging policy MP-022, part 3: a warning sign, or loss of strength."
PERFECT: Final = ({"what": "Notes of a nerve exam", "why": "They may show a warning sign."},)
ADVERSE_WORDS: Final[dict[str, Any]] = {
    "reason": REASON,
    "provision": "Your plan book, chapter 4: imaging must be medically needed.",
    "standard": "We compared the records with each point of the policy.",
    "rationale": "A doctor read the notes. The exam of the nerves was normal.",
    "perfect": list(PERFECT),
}


def submit(
    tale: Tale, name: str, who: str, code: str, *, fast: bool = False, units: int = 1
) -> str:
    """The office's own system submits a request for this member, under this name in the story."""
    member = tale.cast.members[who]
    starts = _today(tale) + timedelta(days=5 if fast else 21)
    body: dict[str, Any] = {
        "member_id": member.number,
        "member_birth_date": member.born,
        "requester": {"npi": tale.cast.doctor_npi},
        "servicing": {"npi": tale.cast.office_npi},
        "lines": [
            {
                "code": code,
                "units": units,
                "from_date": starts.isoformat(),
                "to_date": (starts + timedelta(days=60)).isoformat(),
                "place": "22",
                "diagnosis_numbers": [1],
            }
        ],
        "diagnoses": [{"code": "M54.50"}],
        "contact": {"name": "Mae Tolliver", "phone": "614-555-0161"},
    }
    if fast:
        body |= {
            "priority": "expedited",
            "priority_reason": "Waiting could do lasting harm to the member's legs.",
            "supported_by_physician": True,
        }
    filed = tale.cast.office.create("/api/v1/prior-auths", body).json
    tale.cases[name] = filed["ref"]
    return str(filed["decision_due"])


def left_alone(tale: Tale) -> None:
    """An expedited request that nobody will look at."""
    due = submit(tale, "left alone", "rosa", "E0260", fast=True)
    tale.told(f"An expedited request over the API: {tale.cases['left alone']}, due {due[:16]} UTC")
    tale.pass_time(timedelta(hours=80))
    tale.told("80 hours pass, and nobody looks at it: its clock is left to the worker and the beat")


def over_fhir(tale: Tale) -> None:
    """A FHIR bundle becomes a case; a nurse approves it."""
    answer = tale.cast.office.send(
        "/fhir/pas/2.2/Claim/$submit", REFERRAL.read_bytes(), media="application/fhir+json"
    )
    found = _REF.search(answer.body.decode())
    if found is None:
        tale.expect(False, "The answer to the FHIR bundle names no request.")
        return
    ref = tale.cases["fhir"] = found.group()
    tale.expect(
        tale.cast["compliance"].case(ref)["member_id"] == SAMPLE,
        "The FHIR bundle became a request of somebody else.",
    )
    tale.told(f"A FHIR bundle (Da Vinci PAS 2.2.1) became {ref} and got a pended ClaimResponse")
    nurse = tale.cast["nurse"]
    nurse.act(ref, "start_review")
    done = nurse.act(ref, "approve", lines=_approved(tale, ref))
    tale.told(f"The nurse approves {ref}: {done['made']['authorization']}")
    tale.await_letter("fhir", "approval")


def pended_and_denied(tale: Tale) -> None:
    """A standard request: pended, answered with papers, denied by a physician."""
    submit(tale, "standard", "rosa", "72148")
    ref = tale.cases["standard"]
    tale.told(f"A standard request over the API: {ref}")
    nurse = tale.cast["nurse"]
    nurse.act(ref, "start_review")
    nurse.act(
        ref,
        "request_information",
        wanted=["Notes of six weeks of care"],
        source="provider",
        hours=72,
    )
    tale.await_letter("standard", "information_request")
    tale.told(f"The nurse pends {ref} and asks for what is missing")
    with Press(fonts=None) as press:
        note = press.print(PrintRequest(html=_NOTE, title="Visit note", lang="en"))
    tale.cast["maple"].act(ref, "receive_information", papers=[paper("visit-note.pdf", note)])
    tale.told("The papers come, and the case is back with the nurse")
    _refer(tale, ref)
    refuse_a_nurse(tale, ref)
    deny(tale, "standard")
    tale.told(f"A physician denies {ref}; the notice of action is rendered, checked and delivered")


def refuse_a_nurse(tale: Tale, ref: str) -> None:
    """The nurse may not deny for medical necessity, and hears why."""
    offered = {choice["trigger"]: choice for choice in tale.cast["nurse"].case(ref)["choices"]}
    deny_by_nurse = offered["deny"]
    tale.expect(
        not deny_by_nurse["open"] and bool(deny_by_nurse["sentence"]),
        "The nurse was offered to deny for medical necessity.",
    )
    tale.told(f"The nurse cannot deny it: “{deny_by_nurse['sentence']}”")


def more_time(tale: Tale) -> None:
    """On a contract that adopted the federal rules the plan takes more time, and says so."""
    submit(tale, "extended", "newer", "72148")
    ref = tale.cases["extended"]
    nurse = tale.cast["nurse"]
    nurse.act(ref, "start_review")
    nurse.act(
        ref,
        "extend",
        days=7,
        requested_by="plan",
        ground="need_information",
        reason="We wait for the report of the specialist.",
        wanted=["The report of the specialist"],
    )
    tale.await_letter("extended", "extension")
    tale.told(f"{ref} (Medicaid 2026, federal rules) is extended by 7 days, with its letter")


def not_faster(tale: Tale) -> None:
    """The member asks for the fast track; a physician refuses, and the letter says what to do."""
    submit(tale, "refused fast track", "ruth", "72148")
    ref = tale.cases["refused fast track"]
    tale.cast["nurse"].act(ref, "start_review")
    tale.cast["ruth"].act(
        ref, "request_expedite", asked_by="member", reason="It hurts and I cannot wait."
    )
    tale.cast["physician"].act(
        ref, "refuse_expedite", reason="The notes show no harm from waiting 14 days."
    )
    tale.await_letter("refused fast track", "expedite_refused")
    tale.told(f"The member asks for speed on {ref} (Medicare 2026); refused, with its letter")


def for_the_marketplace(tale: Tale) -> None:
    """A Marketplace request, denied."""
    submit(tale, "marketplace", "peter", "72148")
    ref = tale.cases["marketplace"]
    tale.cast["nurse"].act(ref, "start_review")
    _refer(tale, ref)
    deny(tale, "marketplace")
    tale.told(f"A Marketplace request, {ref}, is denied")


def for_medicare(tale: Tale) -> None:
    """The Medicare request is denied as well."""
    ref = tale.cases["refused fast track"]
    _refer(tale, ref)
    deny(tale, "refused fast track")
    tale.told(f"The Medicare request {ref} is denied")


def escalated(tale: Tale) -> None:
    """The real worker has escalated what was left alone; then a nurse decides it."""
    ref = tale.cases["left alone"]

    def look() -> str:
        case = tale.cast["supervisor"].case(ref)
        numbers = [each["ref"] for each in case["escalations"] if each["ref"]]
        return numbers[0] if numbers else ""

    number = tale.wait(f"The escalation of {ref}", look)
    case = tale.cast["supervisor"].case(ref)
    owed = [each["says"] for each in case["obligations"] if not each["done_at"]]
    tale.expect(bool(owed), f"{ref} ran out of time and nobody owes anything.")
    tale.told(f"The worker escalated {ref}: {number}. Owed now: {owed[0]}")
    nurse = tale.cast["nurse"]
    nurse.act(ref, "start_review")
    nurse.act(ref, "approve", lines=_approved(tale, ref))
    tale.await_letter("left alone", "approval")
    tale.told(f"The nurse approves {ref}; the clock shows that it was late")


def deny(tale: Tale, name: str) -> None:
    """A physician denies this case for medical necessity, and the notice leaves."""
    ref = tale.cases[name]
    tale.cast["physician"].act(
        ref,
        "deny",
        lines=[{"number": 1, "result": "denied", "reason": REASON, "criterion": CRITERION}],
        words=ADVERSE_WORDS,
        criterion=CRITERION,
        attested=True,
    )
    tale.await_letter(name, "denial")


def _refer(tale: Tale, ref: str) -> None:
    tale.cast["nurse"].act(
        ref,
        "refer_to_physician",
        summary="Low back pain. The exam is normal, six weeks of care helped a little.",
        criteria="MP-022, part 3: not met.",
    )


def _approved(tale: Tale, ref: str) -> list[dict[str, Any]]:
    """Every line as asked, completed where the request left something open."""
    starts = _today(tale) + timedelta(days=7)
    return [
        {
            "number": line["number"],
            "result": "approved",
            "code": line["code"],
            "units": line["units"] or "1",
            "starts_on": line["from_date"] or starts.isoformat(),
            "ends_on": line["to_date"] or (starts + timedelta(days=90)).isoformat(),
            "place": line["place"] or "11",
            "servicing_name": "Maple Family Medicine",
            "servicing_npi": tale.cast.office_npi,
        }
        for line in tale.cast["nurse"].case(ref)["lines"]
    ]


def _today(tale: Tale) -> date:
    found: date = tale.place.database.case_now().date()
    return found
