"""From what was typed to a request that can be sent: every field judged, each with its sentence.

What is only missing refuses nothing: it is listed and asked for. Whether the plan knows member,
codes and providers is for `findings` to say; its fields are given back as those of the form.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask_babel import gettext
from marshmallow import ValidationError

from casework import codes
from casework.queries.office_people import Office
from casework.schemas.fields import Phone
from casework.submission import (
    MemberAsSent,
    PaperAsSent,
    ProviderAsSent,
    Submission,
)
from casework.web.provider import questions, words
from casework.web.provider.judging_occasion import AFTER, NAMES, occasion_of
from casework.web.provider.judging_services import Errors, day_of, diagnoses_of, lines_of
from casework.web.provider.typed import OTHER, Typed

_PHONE: Final = Phone()
# The most characters of each field that has a limit of its own.
_MOST: Final = {
    "member_id": 20, "priority_reason": 2000, "note": 10_000, "contact_name": 120, "follows": 60,
}  # fmt: skip


def judged(
    typed: Typed, office: Office, *, now: datetime, papers: tuple[PaperAsSent, ...] = ()
) -> tuple[Submission | None, Errors]:
    """The request as it would be sent, or None with a sentence for each field to mend.

    `now` is the instant of receipt (aware); the course's last day ends in the office's zone.
    """
    errors: Errors = {}
    _limits(typed, errors)
    birth_date = _birth_date(typed, errors, today=now.date())
    if not typed.member_id:
        errors["member_id"] = gettext("Write the member number as it stands on the card.")
    _speed(typed, errors)
    requester = _requester(typed, office, errors)
    lines = lines_of(typed, errors)
    diagnoses = diagnoses_of(typed, errors)
    servicing = _other_provider(typed.servicing_npi, "servicing_npi", errors)
    facility = _other_provider(typed.facility_npi, "facility_npi", errors)
    occasion = occasion_of(typed, errors)
    course_ends = _course(typed, errors, zone=office.zone)
    phone = _phone(typed, errors)
    if typed.place and typed.place not in dict(words.PLACES):
        errors["place"] = gettext("Choose one of the places.")
    errors |= questions.faults(typed)
    if errors:
        return None, errors
    # What was already given needs no second word for it.
    given = occasion is not None and occasion.kind == AFTER
    timing: Any = "post_service" if given else typed.timing
    service: Any = typed.service
    return (
        Submission(
            channel="portal",
            received_at=now,
            member=MemberAsSent(numbers=(typed.member_id,), birth_date=birth_date),
            requester=requester,
            lines=lines,
            diagnoses=diagnoses,
            servicing=servicing,
            facility=facility,
            priority="expedited" if typed.priority == "expedited" else "standard",
            priority_reason=typed.priority_reason if typed.priority == "expedited" else "",
            filed_by="physician" if _by_physician(typed) else "provider",
            timing=timing,
            service=service,
            course_ends_at=course_ends,
            papers=(*papers, *_announced(typed)),
            note=typed.note,
            contact_name=typed.contact_name,
            contact_phone=phone,
            occasion=occasion,
        ),
        {},
    )


def fields_of(found: Mapping[str, str], typed: Typed) -> Errors:
    """What the plan found wrong, by the fields of the form; each sentence in the language of the
    page where the catalogue has it."""
    lines = [place for place, _line in typed.asked]
    diagnoses = [place for place, code in enumerate(typed.diagnoses, start=1) if code]
    errors: Errors = {}
    for name, sentence in found.items():
        errors.setdefault(_field(name, lines, diagnoses), gettext(sentence))
    return errors


def _field(name: str, lines: list[int], diagnoses: list[int]) -> str:
    parts = name.split("/")
    if parts[0] == "lines":
        return f"line-{lines[int(parts[1])]}-code" if len(parts) > 1 else "line-1-code"
    if parts[0] == "diagnoses" and len(parts) > 1:
        return f"diagnosis-{diagnoses[int(parts[1])]}"
    return _NAMES.get(name, _NAMES.get(parts[0], parts[0]))


_NAMES: Final = {
    "member_birth_date": "birth_date",
    "requester.npi": "orderer",
    "servicing.npi": "servicing_npi",
    "facility.npi": "facility_npi",
    "documents": "papers",
    "criteria_answers": "questions",
    **NAMES,
}


def _limits(typed: Typed, errors: Errors) -> None:
    for name, most in _MOST.items():
        if len(getattr(typed, name)) > most:
            errors[name] = gettext("Use at most %(count)s characters.", count=most)


def _birth_date(typed: Typed, errors: Errors, *, today: date) -> date | None:
    found = day_of(typed.birth_date)
    if found is None or found > today:
        errors["birth_date"] = gettext("Write the date of birth as month/day/year: 2/29/1984.")
    return found


def _by_physician(typed: Typed) -> bool:
    return typed.priority == "expedited" and typed.physician


def _speed(typed: Typed, errors: Errors) -> None:
    """Speed needs its reason, and there is none for what was already done."""
    if typed.priority not in {"standard", "expedited"}:
        errors["priority"] = gettext("Choose how fast it is needed.")
    if typed.timing not in {code for code, *_ in words.TIMINGS}:
        errors["timing"] = gettext("Choose when the service is.")
    if typed.service not in dict(words.SERVICES):
        errors["service"] = gettext("Choose what is asked for.")
    if typed.priority != "expedited":
        return
    if not typed.priority_reason:
        errors["priority_reason"] = gettext(
            "Say what waiting would do to the member's life, health or function."
        )
    if typed.timing == "post_service":
        errors["priority"] = gettext(
            "A service that was already given cannot be on the fast track: choose standard."
        )


def _requester(typed: Typed, office: Office, errors: Errors) -> ProviderAsSent:
    known = {office.npi: office.name} | {doctor.npi: doctor.name for doctor in office.doctors}
    npi = typed.orderer_npi if typed.orderer == OTHER else typed.orderer
    name = "orderer_npi" if typed.orderer == OTHER else "orderer"
    if not npi or (typed.orderer != OTHER and npi not in known):
        errors[name] = gettext("Choose who orders it, or write the NPI: ten digits.")
    elif problem := _npi_problem(npi):
        errors[name] = problem
    return ProviderAsSent(
        npi=npi,
        name=known.get(npi, ""),
        phone=office.phone,
        organization_npi=office.npi,
        organization_name=office.name,
    )


def _npi_problem(npi: str) -> str:
    problem = codes.npi_problem(npi) if npi.isascii() else "An NPI has ten digits."
    return gettext(problem) if problem else ""


def _other_provider(npi: str, name: str, errors: Errors) -> ProviderAsSent | None:
    if not npi:
        return None
    problem = _npi_problem(npi)
    if problem:
        errors[name] = problem
    return ProviderAsSent(npi=npi)


def _course(typed: Typed, errors: Errors, *, zone: str) -> datetime | None:
    """The end of the last approved day of the running course."""
    if typed.timing != "concurrent" or not typed.course_ends:
        return None
    day = day_of(typed.course_ends)
    if day is None:
        errors["course_ends"] = gettext("Write the date as month/day/year: 3/14/2026.")
        return None
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(zone)).astimezone(UTC)


def _phone(typed: Typed, errors: Errors) -> str:
    if not typed.contact_phone:
        return ""
    try:
        return str(_PHONE.deserialize(typed.contact_phone))
    except ValidationError:
        errors["contact_phone"] = gettext(
            "This is no phone number: write 7 to 15 digits, such as 614-555-0100."
        )
        return ""


def _announced(typed: Typed) -> tuple[PaperAsSent, ...]:
    """The paper that follows by fax or mail under the office's own number, where one does."""
    if not typed.follows:
        return ()
    return (
        PaperAsSent(
            name=gettext("Papers that follow"), media_type="", control_number=typed.follows
        ),
    )
