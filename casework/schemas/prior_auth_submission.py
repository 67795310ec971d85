"""A checked body of POST /prior-auths as the `Submission` that every door hands to intake.

It adds nothing but our own receipt instant and the channel; codes and dates stay as sent.
"""

from datetime import datetime
from typing import Any, Literal

from casework import codes
from casework.submission import (
    AnswerAsSent,
    Channel,
    DiagnosisAsSent,
    LineAsSent,
    MemberAsSent,
    Occasion,
    PaperAsSent,
    ProviderAsSent,
    Submission,
)


def submission(
    data: dict[str, Any],
    *,
    received_at: datetime,
    channel: Channel = "api",
    filed_by: Literal["member", "provider"] = "provider",
) -> Submission:
    """The canonical request from what `PriorAuthIn` loaded.

    `received_at` is the instant of receipt (aware). A request for speed that a physician supports
    is filed by `physician`, whoever typed it: it must then be granted (42 CFR 422.570(c)(2)(ii)).
    """
    contact = data["contact"] or {"name": "", "phone": ""}
    return Submission(
        channel=channel,
        received_at=received_at,
        member=MemberAsSent(
            numbers=(data["member_id"],),
            family_name=data["member_family_name"],
            given_name=data["member_given_name"],
            birth_date=data["member_birth_date"],
        ),
        requester=ProviderAsSent(**data["requester"]),
        lines=tuple(_line(line) for line in data["lines"]),
        diagnoses=tuple(DiagnosisAsSent(**diagnosis) for diagnosis in data["diagnoses"]),
        servicing=_provider(data["servicing"]),
        facility=_provider(data["facility"]),
        priority=data["priority"],
        priority_reason=data["priority_reason"],
        filed_by="physician" if data["supported_by_physician"] else filed_by,
        timing=data["timing"],
        service=data["service"],
        course_ends_at=data["course_ends_at"],
        papers=tuple(PaperAsSent(**paper) for paper in data["documents"]),
        note=data["note"],
        contact_name=contact["name"],
        contact_phone=contact["phone"],
        trace=data["trace"],
        prior_numbers=tuple(data["prior_numbers"]),
        occasion=Occasion(**data["occasion"]) if data["occasion"] else None,
        answers=tuple(AnswerAsSent(**answer) for answer in data["criteria_answers"]),
    )


def _provider(data: dict[str, Any] | None) -> ProviderAsSent | None:
    return ProviderAsSent(**data) if data else None


def _line(data: dict[str, Any]) -> LineAsSent:
    system: Any = codes.system_of(data["code"])
    return LineAsSent(
        **{
            **data,
            "system": system,
            "modifiers": tuple(data["modifiers"]),
            "diagnosis_numbers": tuple(data["diagnosis_numbers"]),
            "servicing": _provider(data["servicing"]),
        }
    )
