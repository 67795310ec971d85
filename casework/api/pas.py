"""The FHIR door (Da Vinci PAS): a request Bundle becomes a case and is answered at once.

`/fhir/pas/2.2` speaks PAS 2.2.1, `/fhir/pas/2.0` speaks 2.0.1, by the same code with a flag. What
cannot be read is a 4xx with one OperationOutcome; what is wrong in business is a ClaimResponse.
"""

from datetime import date
from importlib.metadata import version as release
from typing import Any, Final

from flask import Response, make_response, request

from casework.api import edge
from casework.api.access import entry
from casework.api.blueprint import ApiBlueprint
from casework.api.refusals import NotOffered
from casework.context import Context
from casework.errors import WrongMedia
from casework.interop.fhir import capability, decode, encode, wire
from casework.interop.fhir.answer import Answer, LineAnswer
from casework.interop.fhir.canonicals import Version
from casework.interop.fhir.decoded import Decoded
from casework.interop.fhir.decoded import Finding as FhirFinding
from casework.queries.request_result import LineResult, RequestResult, result_of
from casework.records.findings import Finding
from casework.services import transmissions
from casework.services.transmissions import Received, Taken

blueprint = ApiBlueprint(
    "pas",
    __name__,
    url_prefix="/fhir/pas",
    description="Da Vinci PAS: prior authorization over FHIR R4.",
)

MEDIA: Final = ("application/fhir+json", "application/json")
RELEASED: Final = date(2026, 11, 21)
PREFIX: Final = "/fhir/pas"
# Where the X12 place of a finding of ours is, by the field of the JSON door.
ELEMENTS: Final = {"75": "2010C-NM109", "71": "2010C-DMG02", "76": "2010C-NM109", "95": "2000E"}


@blueprint.route("/2.2/metadata")
@entry(public=True)
@blueprint.alt_response(200, description="A CapabilityStatement.")
def metadata_22() -> Response:
    """What this endpoint can do (PAS 2.2.1)."""
    return _metadata("2.2")


@blueprint.route("/2.0/metadata")
@entry(public=True)
@blueprint.alt_response(200, description="A CapabilityStatement.")
def metadata_20() -> Response:
    """What this endpoint can do (PAS 2.0.1)."""
    return _metadata("2.0")


@blueprint.route("/2.2/Claim/$submit", methods=["POST"])
@entry(scope="fhir:pas", roles=(), body=wire.MAX_BYTES)
@blueprint.alt_response(200, description="A Bundle with the ClaimResponse.")
def submit_22() -> Response:
    """Submit a PAS 2.2.1 request Bundle."""
    return _submit("2.2")


@blueprint.route("/2.0/Claim/$submit", methods=["POST"])
@entry(scope="fhir:pas", roles=(), body=wire.MAX_BYTES)
@blueprint.alt_response(200, description="A Bundle with the ClaimResponse.")
def submit_20() -> Response:
    """Submit a PAS 2.0.1 request Bundle."""
    return _submit("2.0")


def _submit(version: Version) -> Response:
    _require_json()
    body = request.get_data(cache=True)
    cx = edge.cx(channel="fhir")
    bundle = wire.read_bundle(body)
    decoded = decode.decode(bundle, received_at=cx.now, version=version)
    if decoded.purpose == "appeal":
        return _written(encode.respond(bundle, decoded, _refused(cx, (_appeals_elsewhere(),))))
    taken = transmissions.take(cx, _received(cx, decoded, body, version))
    if taken.answer:
        return _bytes(taken.answer, replayed=True)
    answer = wire.write(encode.respond(bundle, decoded, _answer(cx, decoded, taken)))
    transmissions.keep_answer(cx.but(session=None), taken.transmission_id, answer)
    return _bytes(answer)


def _received(cx: Context, decoded: Decoded, body: bytes, version: Version) -> Received:
    """The transmission under its key: the client, and the Bundle's own identifier."""
    identifier = decoded.bundle_identifier
    own = f"{identifier.system}|{identifier.value}" if identifier.value else decoded.content_hash
    if decoded.purpose != "request":
        # The guide's own update series sends one Bundle.identifier for every turn.
        own = f"{decoded.content_hash}|{own}"
    return Received(
        rail=f"pas-{version}",
        sender=f"{cx.principal.kind}:{cx.principal.id}",
        key=own[:300],
        content_sha256=decoded.content_hash,
        body=body,
        media_type="application/fhir+json",
        submission=decoded.submission,
        related_traces=tuple(
            each.value for each in (decoded.related.identifiers if decoded.related else ())
        )
        or _own_traces(decoded),
        purpose=decoded.purpose,
    )


def _own_traces(decoded: Decoded) -> tuple[str, ...]:
    """A cancellation without a related claim names its own trace."""
    if decoded.purpose not in {"cancel", "update"}:
        return ()
    return tuple(each.value for each in decoded.claim_identifiers)


def _answer(cx: Context, decoded: Decoded, taken: Taken) -> Answer:
    if not taken.case_ref:
        return _refused(cx, tuple(_as_fhir(finding) for finding in taken.findings))
    with edge.reading(channel="fhir") as reading:
        result = result_of(reading, taken.case_ref)
    known = {line.number: line for line in result.lines}
    return Answer(
        created=cx.now,
        case_reference=result.ref,
        lines=tuple(_line(known.get(n), n, result) for n in decoded.line_numbers),
        disposition=result.words,
        notes=tuple(result.missing),
        human_reviewed=result.human_reviewed,
    )


def _line(line: LineResult | None, number: int, result: RequestResult) -> LineAnswer:
    if line is None or result.withdrawn:
        return LineAnswer(number=number, status="cancelled", reference_number=result.ref)
    if line.approved:
        return LineAnswer(
            number=number,
            status="approved",
            authorization_number=result.authorization,
            issued_on=result.decided_on,
            valid_from=line.starts_on,
            valid_to=line.ends_on,
        )
    return LineAnswer(number=number, status="pended", reference_number=result.ref)


def _refused(cx: Context, findings: tuple[FhirFinding, ...]) -> Answer:
    return Answer(created=cx.now, findings=findings)


def _as_fhir(finding: Finding) -> FhirFinding:
    return FhirFinding(
        code=finding.code or "33",
        sentence=finding.sentence,
        element=ELEMENTS.get(finding.code, ""),
        line=finding.line_number,
    )


def _appeals_elsewhere() -> FhirFinding:
    return FhirFinding(
        code="33",
        sentence="Appeals are filed with POST /api/v1/appeals or in the portal.",
        element="2000E-UM02",
    )


def _metadata(version: Version) -> Response:
    base = request.url_root.rstrip("/") + f"{PREFIX}/{version}"
    statement = capability.capability_statement(
        version=version,
        base_url=base,
        software_version=release("casework"),
        released_on=RELEASED,
    )
    return _written(statement)


def _require_json() -> None:
    if request.mimetype not in MEDIA:
        raise WrongMedia(
            "This door takes FHIR as JSON: send Content-Type application/fhir+json.",
            fields={"Content-Type": "Send application/fhir+json."},
        )
    wanted = request.accept_mimetypes
    if wanted and not any(wanted[media] for media in MEDIA):
        raise NotOffered("This door answers in application/fhir+json only: ask for that.")


def _written(resource: dict[str, Any]) -> Response:
    return _bytes(wire.write(resource))


def _bytes(answer: bytes, *, replayed: bool = False) -> Response:
    response = make_response(answer)
    response.headers["Content-Type"] = wire.MEDIA_TYPE
    if replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response
