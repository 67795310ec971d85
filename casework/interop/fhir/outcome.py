"""What this door refuses, and the one OperationOutcome that says so (PAS spec-35).

A refusal carries a sentence, an issue code of FHIR and the place as FHIRPath from the Bundle. None
of them ever repeats a value that was sent: an outcome goes into logs, and values are PHI.
"""

from typing import Any, Final

from casework.errors import Problem

# http://hl7.org/fhir/issue-type: the code that says what each status of HTTP means.
ISSUE_OF_STATUS: Final = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    412: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "invariant",
    429: "throttled",
    503: "transient",
}


class Refusal(Problem):
    """A Bundle that this door does not take; nothing was stored. `expression` may be empty."""

    type = "fhir-refused"
    issue = "invalid"

    def __init__(self, sentence: str, expression: str = "", *, issue: str = "") -> None:
        super().__init__(sentence, fields={expression: sentence} if expression else None)
        self.expression = expression
        self.issue = issue or self.issue


class Unreadable(Refusal):
    """Not JSON, not a Bundle of the right kind, or not FHIR R4."""

    status, issue = 400, "structure"


class Missing(Refusal):
    """An element that PAS requires (minimum 1) is not there."""

    status, issue = 400, "required"


class Unresolved(Refusal):
    """A reference does not lead to exactly one entry of the Bundle (spec-13, spec-14)."""

    status, issue = 400, "not-found"


class Repeated(Refusal):
    """A fullUrl or a sequence number that must be unique is used twice."""

    status, issue = 400, "value"


class TooBig(Refusal):
    """More bytes, entries or papers than this door takes."""

    status, issue = 413, "too-long"


class NotPas(Refusal):
    """Well-formed FHIR that breaks a rule of the PAS guide."""

    status, issue = 422, "invariant"


def operation_outcome(code: str, sentence: str, *, expression: str = "") -> dict[str, Any]:
    """One OperationOutcome with one error. `code` is of http://hl7.org/fhir/issue-type."""
    issue: dict[str, Any] = {
        "severity": "error",
        "code": code,
        "details": {"text": sentence},
        "diagnostics": f"{expression}: {sentence}" if expression else sentence,
    }
    if expression:
        issue["expression"] = [expression]
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def outcome_of(problem: Problem) -> dict[str, Any]:
    """The OperationOutcome of any refusal of the house, this door's own or another's."""
    if isinstance(problem, Refusal):
        return operation_outcome(problem.issue, problem.sentence, expression=problem.expression)
    return operation_outcome(outcome_code(problem.status), problem.sentence)


def outcome_code(status: int) -> str:
    """The issue code for a status of HTTP; `exception` for what is our own fault."""
    return ISSUE_OF_STATUS.get(status, "exception" if status >= 500 else "invalid")
