"""What a clerk writes down of a request that came by telephone, fax or mail.

The form mirrors the schema of the API, so that one schema judges both; the receipt and the channel
are the clerk's own word.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal

from marshmallow import ValidationError

from casework.records.forms import asks
from casework.schemas.prior_auth import PriorAuthIn
from casework.schemas.prior_auth_submission import submission
from casework.schemas.strict import pointers
from casework.submission import PaperAsSent, Submission

ByHand = Literal["phone", "fax", "mail"]
MOST_TYPED: Final = 10_000


@dataclass(frozen=True, kw_only=True)
class Asker:
    """The provider who asks."""

    npi: str = field(metadata=asks("NPI", hint="Ten digits", most=10))
    name: str = field(default="", metadata=asks("Name", most=120))
    phone: str = field(default="", metadata=asks("Telephone", most=30))


@dataclass(frozen=True, kw_only=True)
class Giver:
    """The provider who will do it."""

    npi: str = field(default="", metadata=asks("NPI", most=10))
    name: str = field(default="", metadata=asks("Name", most=120))


@dataclass(frozen=True, kw_only=True)
class LineByHand:
    """One service."""

    code: str = field(metadata=asks("Code", hint="CPT or HCPCS, such as 97110", most=20))
    units: Decimal | None = field(default=None, metadata=asks("Units"))
    from_date: date | None = field(default=None, metadata=asks("First day"))
    to_date: date | None = field(default=None, metadata=asks("Last day"))
    place: str = field(default="", metadata=asks("Place", hint="CMS code, such as 11", most=10))


@dataclass(frozen=True, kw_only=True)
class OccasionByHand:
    """Why the request is unlike others; only what its kind asks for is filled in."""

    kind: Literal["", "after_the_fact", "continuity", "newborn"] = field(
        default="", metadata=asks("What kind of request")
    )
    why: Literal[
        "",
        "covered_later",
        "emergency",
        "could_not_know",
        "changed_during",
        "new_member",
        "provider_left",
    ] = field(default="", metadata=asks("Why nobody asked before, or what changed"))
    began_on: date | None = field(
        default=None,
        metadata=asks("The service or the treatment began on", hint="Not of a newborn"),
    )
    changed_on: date | None = field(
        default=None,
        metadata=asks(
            "The coverage with us began, or the provider left, on", hint="Continuity of care"
        ),
    )
    ends_on: date | None = field(
        default=None, metadata=asks("Asked for until", hint="Continuity of care")
    )
    previous: str = field(
        default="",
        metadata=asks("Plan or provider before the change", hint="Continuity of care", most=120),
    )
    birth_date: date | None = field(default=None, metadata=asks("Born on", hint="Newborn"))
    mother_number: str = field(
        default="",
        metadata=asks(
            "The mother's member number",
            hint="Newborn, unless the request stands under the mother's number",
            most=20,
        ),
    )
    intensive: bool = field(default=False, metadata=asks("The newborn is in intensive care"))


@dataclass(frozen=True, kw_only=True)
class RequestByHand:
    """A request for prior authorization as a clerk takes it down."""

    channel: ByHand = field(metadata=asks("How it came"))
    received_at: datetime | None = field(
        default=None, metadata=asks("Received (Eastern Time)", hint="")
    )
    member_id: str = field(metadata=asks("Member number", hint="As on the card", most=20))
    member_birth_date: date = field(metadata=asks("Date of birth", hint="It confirms the number"))
    requester: Asker = field(metadata=asks("Who asks"))
    servicing: Giver | None = field(default=None, metadata=asks("Who will do it"))
    lines: tuple[LineByHand, ...] = field(metadata=asks("Services"))
    diagnoses: tuple[str, ...] = field(
        default=(), metadata=asks("Diagnosis codes", hint="ICD-10-CM, one on each line")
    )
    priority: Literal["standard", "expedited"] = field(
        default="standard", metadata=asks("How fast it is needed")
    )
    priority_reason: str = field(
        default="",
        metadata=asks("What waiting would do to the member", hint="For the fast track", long=True),
    )
    supported_by_physician: bool = field(
        default=False,
        metadata=asks("A physician asks for the fast track or supports it"),
    )
    timing: Literal["pre_service", "concurrent", "post_service"] = field(
        default="pre_service", metadata=asks("When the service is")
    )
    service: Literal["medical", "outpatient_drug", "part_b_drug"] = field(
        default="medical", metadata=asks("What kind of service")
    )
    occasion: OccasionByHand | None = field(
        default=None,
        metadata=asks(
            "Unlike other requests",
            hint="Already given, a treatment that goes on after a change, or a newborn",
        ),
    )
    note: str = field(default="", metadata=asks("What they said", long=True))
    papers: tuple[PaperAsSent, ...] = field(
        default=(), metadata=asks("Papers", hint="PDF, PNG, JPEG, TIFF or DOCX, 25 MB each")
    )


def as_submission(
    form: RequestByHand, *, received_at: datetime
) -> tuple[Submission | None, Mapping[str, str]]:
    """The request as every door hands it to intake, or the faults by JSON pointer."""
    try:
        data = PriorAuthIn().load(_as_the_api_says(form))
    except ValidationError as error:
        return None, pointers(error.messages)
    data["documents"] = [_plain(paper) for paper in form.papers]
    return submission(data, received_at=received_at, channel=form.channel), {}


def _plain(paper: PaperAsSent) -> dict[str, Any]:
    return {"name": paper.name, "media_type": paper.media_type, "content": paper.content}


def _as_the_api_says(form: RequestByHand) -> dict[str, Any]:
    servicing = _filled(npi=form.servicing.npi, name=form.servicing.name) if form.servicing else {}
    numbers = list(range(1, len(form.diagnoses) + 1))
    body: dict[str, Any] = {
        "member_id": form.member_id,
        "member_birth_date": form.member_birth_date.isoformat(),
        "requester": _filled(
            npi=form.requester.npi, name=form.requester.name, phone=form.requester.phone
        ),
        "lines": [_line(line) | {"diagnosis_numbers": numbers[:12]} for line in form.lines],
        "diagnoses": [{"code": code} for code in form.diagnoses],
        "priority": form.priority,
        "supported_by_physician": form.supported_by_physician,
        "timing": _timing(form),
        "service": form.service,
        **_filled(priority_reason=form.priority_reason, note=form.note[:MOST_TYPED]),
    }
    special = _occasion(form.occasion)
    return (
        body
        | ({"servicing": servicing} if servicing else {})
        | ({"occasion": special} if special else {})
    )


def _timing(form: RequestByHand) -> str:
    """What was already given needs no second word for it."""
    given = form.occasion is not None and form.occasion.kind == "after_the_fact"
    return "post_service" if given else form.timing


def _occasion(said: OccasionByHand | None) -> dict[str, Any]:
    """What is filled in, days in ISO 8601; nothing where no kind is chosen and nothing said."""
    if said is None:
        return {}
    values = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in vars(said).items()
    }
    found = _filled(**values)
    return found if any(value for value in found.values()) else {}


def _line(line: LineByHand) -> dict[str, Any]:
    return _filled(
        code=line.code.upper(),
        place=line.place,
        units=line.units,
        from_date=line.from_date.isoformat() if line.from_date else "",
        to_date=line.to_date.isoformat() if line.to_date else "",
    )


def _filled(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", None)}
