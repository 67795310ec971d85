"""What a caller sends to ask for prior authorization (POST /prior-auths).

Demanded here: who the member is, who asks, and at least one line. What else a decision needs
(dates, place, diagnoses, papers) is welcome now and asked for later, never refused for its absence.
"""

from typing import Any

from marshmallow import fields, post_load, validates_schema

from casework.schemas.code_fields import DiagnosisCode, Npi, Reference, ServiceCode
from casework.schemas.criteria_answers import MOST_ANSWERS, CriteriaAnswerIn
from casework.schemas.fields import (
    Instant,
    LocalDate,
    Many,
    OneOf,
    Part,
    Phone,
    Text,
    Units,
    Whole,
)
from casework.schemas.papers import PaperIn
from casework.schemas.strict import Incoming, needed, refuse, repeated, told

MAX_LINES = 99
MAX_DIAGNOSES = 25


class ProviderIn(Incoming):
    """A provider other than the one who asks. All is optional, so send what you have."""

    npi = Npi(load_default="", metadata=told("Type 1 or type 2 NPI.", "1234567893"))
    tax_id = Text(most=10, load_default="", metadata=told("Employer number.", "31-4567890"))
    name = Text(most=120, load_default="")
    phone = Phone(load_default="")
    role = Text(most=20, load_default="", metadata=told("X12 98 or your own word.", "SJ"))
    taxonomy = Text(most=10, load_default="", metadata=told("NUCC taxonomy.", "207X00000X"))
    organization_npi = Npi(
        load_default="", metadata=told("NPI of the organization that a person works for.")
    )
    organization_name = Text(most=120, load_default="")


class RequesterIn(ProviderIn):
    """The provider who asks."""

    npi = Npi(
        **needed("Send the NPI of the provider who asks: ten digits."),
        metadata=told("NPI of the provider who asks.", "1234567893"),
    )


class DiagnosisIn(Incoming):
    """One diagnosis. Lines point to it by `number`; without numbers they count from 1."""

    number = Whole(least=1, most=MAX_DIAGNOSES, load_default=None)
    code = DiagnosisCode(
        **needed("Send an ICD-10-CM code, such as M54.50."),
        metadata=told("ICD-10-CM, with or without the dot.", "M54.50"),
    )
    kind = OneOf("principal", "admitting", "patientreasonforvisit", "secondary", load_default="")


class LineIn(Incoming):
    """One service asked for."""

    number = Whole(least=1, most=MAX_LINES, load_default=None)
    code = ServiceCode(
        **needed("Send the code of the service, such as 97110 or E0601."),
        metadata=told("CPT, HCPCS, ICD-10-PCS, NDC, revenue or X12 service type.", "97110"),
    )
    code_end = ServiceCode(load_default="", metadata=told("Last code of a range.", "97112"))
    modifiers = Many(Text(most=2, least=2), most=4, load_default=list)
    units = Units(load_default=None, metadata=told("How many; leave out when not known.", 12))
    unit = Text(most=20, load_default="", metadata=told("What is counted.", "visits"))
    from_date = LocalDate(load_default=None, metadata=told("First planned day.", "2026-12-01"))
    to_date = LocalDate(load_default=None, metadata=told("Last planned day.", "2027-01-31"))
    place = Text(most=10, load_default="", metadata=told("CMS place of service.", "11"))
    service_type = Text(most=10, load_default="", metadata=told("X12 1365 service type."))
    revenue = Text(most=4, load_default="", metadata=told("NUBC revenue code.", "0420"))
    diagnosis_numbers = Many(
        Whole(least=1, most=MAX_DIAGNOSES),
        most=12,
        load_default=list,
        metadata=told("Which diagnoses it is for, by their number.", [1]),
    )
    servicing = Part(ProviderIn, load_default=None)
    trace = Text(most=120, load_default="", metadata=told("Your own number of this line."))
    label = Text(most=200, load_default="", metadata=told("In your own words."))

    @validates_schema
    def dates_in_order(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """The last day is not before the first."""
        first, last = data.get("from_date"), data.get("to_date")
        if last and not first:
            refuse({"from_date": ["Send the first day as well as the last."]})
        if first and last and last < first:
            refuse({"to_date": ["The last day is before the first: swap or mend them."]})


class ContactIn(Incoming):
    """Whom the plan's clinicians may call about it."""

    name = Text(most=120, load_default="")
    phone = Phone(load_default="")


class OccasionIn(Incoming):
    """Why the request is unlike others, with what decides it. Send only what its kind asks for."""

    kind = OneOf(
        "after_the_fact",
        "continuity",
        "newborn",
        **needed("Send the kind: after_the_fact, continuity or newborn."),
        metadata=told(
            "`after_the_fact`: the service was given before anybody asked; with timing"
            " `post_service`, and never faster than standard. `continuity`: a treatment goes on"
            " after a change of plan or network. `newborn`: of a child just born."
        ),
    )
    why = OneOf(
        "covered_later",
        "emergency",
        "could_not_know",
        "changed_during",
        "new_member",
        "provider_left",
        load_default="",
        metadata=told(
            "Needed. After the fact, why nobody asked before: `covered_later`, `emergency`,"
            " `could_not_know`, `changed_during`. Continuity: `new_member`, `provider_left`."
        ),
    )
    began_on = LocalDate(
        load_default=None,
        metadata=told("First day of the service, or of the treatment.", "2026-10-01"),
    )
    changed_on = LocalDate(
        load_default=None,
        metadata=told("Continuity: the coverage began, or the provider left.", "2026-11-01"),
    )
    ends_on = LocalDate(
        load_default=None,
        metadata=told("Continuity: until when it is asked for. A decision may give another day."),
    )
    previous = Text(
        most=120,
        load_default="",
        metadata=told("Continuity: the plan or the provider before the change."),
    )
    birth_date = LocalDate(load_default=None, metadata=told("Newborn: the day of birth."))
    mother_number = Text(
        most=20,
        load_default="",
        metadata=told("Newborn: the mother's member number, unless the request stands under it."),
    )
    intensive = fields.Boolean(
        load_default=False,
        truthy={True},
        falsy={False},
        error_messages={"invalid": "Send true or false.", "null": "Send true or false."},
        metadata=told("Newborn: in intensive care."),
    )


class PriorAuthIn(Incoming):
    """A request for prior authorization."""

    member_id = Text(
        most=20,
        **needed("Send member_id: the member's number as it stands on the card."),
        metadata=told("The member's number as on the card.", "12345678901"),
    )
    member_birth_date = LocalDate(
        **needed("Send the member's date of birth as YYYY-MM-DD: it confirms the number."),
        metadata=told("Date of birth; it confirms the number.", "1984-02-29"),
    )
    member_family_name = Text(most=60, load_default="")
    member_given_name = Text(most=60, load_default="")
    requester = Part(RequesterIn, **needed("Say who asks: an object with an npi."))
    lines = Many(
        fields.Nested(LineIn),
        least=1,
        most=MAX_LINES,
        **needed("Send at least one line, each with the code of a service."),
    )
    diagnoses = Many(fields.Nested(DiagnosisIn), most=MAX_DIAGNOSES, load_default=list)
    servicing = Part(ProviderIn, load_default=None, metadata=told("Who will do it."))
    facility = Part(ProviderIn, load_default=None, metadata=told("Where it will be done."))
    priority = OneOf("standard", "expedited", load_default="standard")
    priority_reason = Text(
        most=2000,
        lines=True,
        load_default="",
        metadata=told("Needed with `expedited`: what waiting would do to the member."),
    )
    supported_by_physician = fields.Boolean(
        load_default=False,
        truthy={True},
        falsy={False},
        error_messages={"invalid": "Send true or false.", "null": "Send true or false."},
        metadata=told(
            "True when a physician asks for speed or supports it: then it must be granted"
            " (42 CFR 438.210(d)(2); 422.570(c)(2)(ii))."
        ),
    )
    timing = OneOf("pre_service", "concurrent", "post_service", load_default="pre_service")
    service = OneOf("medical", "outpatient_drug", "part_b_drug", load_default="medical")
    course_ends_at = Instant(
        load_default=None,
        metadata=told("With `concurrent`: when the approved course ends.", "2026-12-24T23:59:00Z"),
    )
    occasion = Part(
        OccasionIn, load_default=None, metadata=told("Why the request is unlike others.")
    )
    note = Text(most=10_000, lines=True, load_default="", metadata=told("Clinical note."))
    contact = Part(ContactIn, load_default=None)
    trace = Text(most=120, load_default="", metadata=told("Your own number of this request."))
    prior_numbers = Many(
        Reference("authorization", "prior_auth"),
        most=10,
        load_default=list,
        metadata=told("Our numbers of earlier requests or authorizations.", ["PA-2026-000123-7"]),
    )
    documents = Many(fields.Nested(PaperIn), most=20, load_default=list)
    criteria_answers = Many(
        fields.Nested(CriteriaAnswerIn),
        most=MOST_ANSWERS,
        load_default=list,
        metadata=told("Your answers to the questions of our medical policies; none is needed."),
    )

    @post_load
    def number_all(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        """Lines and diagnoses without numbers count from 1."""
        for things in (data["lines"], data["diagnoses"]):
            for place, thing in enumerate(things, start=1):
                thing["number"] = thing["number"] or place
        _refuse_crossed(data)
        return data

    @validates_schema
    def speed_has_a_reason(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """Speed needs a reason, and there is none for what was already done."""
        if data.get("priority") != "expedited":
            return
        if not data.get("priority_reason"):
            fix = "Say what waiting would do to the member's life, health or function."
            refuse({"priority_reason": [fix]})
        if data.get("timing") == "post_service":
            fix = "A service that was already given cannot be expedited: send standard."
            refuse({"priority": [fix]})

    @validates_schema
    def course_is_concurrent(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """Only a course that is running can end."""
        if data.get("course_ends_at") and data.get("timing") != "concurrent":
            fix = "Send timing concurrent with it, or leave course_ends_at out."
            refuse({"course_ends_at": [fix]})


def _refuse_crossed(data: dict[str, Any]) -> None:
    """Numbers stand once, and every pointer leads to a diagnosis or line that is there."""
    found: dict[str, Any] = {}
    for name in ("lines", "diagnoses"):
        twice = repeated(thing["number"] for thing in data[name])
        below = {
            place: {"number": ["This number stands twice: number them 1, 2, 3, or leave it out."]}
            for place, thing in enumerate(data[name])
            if thing["number"] in twice
        }
        if below:
            found[name] = below
    known = {thing["number"] for thing in data["diagnoses"]}
    for place, line in enumerate(data["lines"]):
        lost = [i for i, number in enumerate(line["diagnosis_numbers"]) if number not in known]
        if lost:
            fix = "No diagnosis has this number: send the diagnosis or mend the number."
            found.setdefault("lines", {}).setdefault(place, {})["diagnosis_numbers"] = {
                i: [fix] for i in lost
            }
    numbers = {line["number"] for line in data["lines"]}
    lost_papers = {
        place: {"line_number": ["No line has this number: mend it or leave it out."]}
        for place, paper in enumerate(data["documents"])
        if paper["line_number"] is not None and paper["line_number"] not in numbers
    }
    if lost_papers:
        found["documents"] = lost_papers
    refuse(found)
