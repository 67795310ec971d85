"""How a refusal looks on the wire: RFC 9457, with a pointer and a fix for each field.

`TYPES` is the closed list of problem types; each has a page at `/api/problems/<type>`.
"""

from dataclasses import dataclass
from typing import Final

from marshmallow import fields

from casework.schemas.strict import Outgoing, told

MEDIA: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One type of problem: its title, its status, and what a caller does about it."""

    title: str
    status: int
    remedy: str


TYPES: Final = {
    "bad-request": ProblemType(
        "Bad request", 400, "The sentence says what to change; sending the same again is refused."
    ),
    "unreadable": ProblemType(
        "Unreadable", 400, "The bytes are not what the content type says: mend and send again."
    ),
    "bad-json": ProblemType(
        "Not JSON that we take",
        400,
        "The pointer, or line and column, says where: a key that stands twice, NaN, half of a"
        " character, NUL, too deep, not UTF-8. Mend that place and send again.",
    ),
    "sign-in-needed": ProblemType(
        "Token needed",
        401,
        "Send `Authorization: Bearer cw_…` with a token that lives. Cookies are ignored here.",
    ),
    "not-allowed": ProblemType(
        "Not allowed",
        403,
        "`source` names the rule of the plan or the scope that is missing: ask for it, or leave it"
        " to somebody who has it.",
    ),
    "not-found": ProblemType(
        "Not found", 404, "Not there, or not yours to see: compare the number or the address."
    ),
    "not-offered": ProblemType(
        "Method not offered", 405, "The header Allow lists the methods of this address."
    ),
    "refused": ProblemType(
        "Refused by the state of the case or the law",
        409,
        "Read the case again: it lists what can be done now, and why the rest cannot. `citation`"
        " names the law.",
    ),
    "busy": ProblemType(
        "Busy", 409, "Somebody holds it this instant: the same call works after `Retry-After`."
    ),
    "stale": ProblemType(
        "Stale",
        412,
        "The case changed since you read it: read it again and send its new ETag in If-Match.",
    ),
    "too-large": ProblemType("Too large", 413, "Send less at once: the sentence has the limit."),
    "wrong-media": ProblemType(
        "Wrong content type", 415, "The sentence says which content type this address takes."
    ),
    "invalid": ProblemType(
        "Fields to correct", 422, "Each entry of `errors` points to a field and says its fix."
    ),
    "version-needed": ProblemType(
        "If-Match needed", 428, "Read the case and send its ETag in the header If-Match."
    ),
    "too-many": ProblemType(
        "Too many requests", 429, "Wait for the seconds in `Retry-After`, then go on."
    ),
    "too-many-tries": ProblemType(
        "Too many tries", 429, "Wait for the minutes that the sentence names, then try again."
    ),
    "defect": ProblemType(
        "Our fault", 500, "Tell the plan's operator the request id; trying again may help."
    ),
    "not-ready": ProblemType(
        "Not ready", 503, "Nothing was stored. Try again after `Retry-After`."
    ),
    "fhir-refused": ProblemType(
        "Not FHIR that we take", 400, "The expression in the OperationOutcome says where."
    ),
}


class FieldProblem(Outgoing):
    """One field that must be corrected."""

    pointer = fields.String(
        metadata=told("JSON pointer to the field, or / and the name.", "/lines/0/code")
    )
    where = fields.String(
        data_key="in",
        metadata=told("Where the field stands.", enum=["body", "query", "header"]),
    )
    detail = fields.String(metadata=told("What to do about it.", "An NPI has ten digits."))


class ProblemOut(Outgoing):
    """A refusal, as RFC 9457 writes it."""

    type = fields.String(
        metadata=told("Stable name of the kind of refusal.", "/api/problems/stale")
    )
    title = fields.String(metadata=told("The kind of refusal in a few words.", "Stale"))
    status = fields.Integer(metadata=told("The HTTP status.", 412))
    detail = fields.String(metadata=told("One sentence for a person."))
    errors = fields.List(
        fields.Nested(FieldProblem), metadata=told("The fields to correct, where it is about any.")
    )
    citation = fields.String(metadata=told("The law that refuses.", "42 CFR 438.210(b)(3)"))
    source = fields.String(metadata=told("The plan's own rule that refuses.", "pa-deny"))
    request_id = fields.String(metadata=told("What to name when you ask us about it."))
