"""Filing an appeal, a grievance or a review outside through the API; papers and notes on a case.

The body is the form of the command; the answer is its receipt with the number and the date.
"""

from typing import Any, Final

from flask import Response, jsonify, make_response, request, url_for
from marshmallow import ValidationError

from casework import policy
from casework.api import edge
from casework.api.access import entry
from casework.api.blueprint import ApiBlueprint
from casework.api.bodies import json_body
from casework.api.problems import invalid
from casework.api.versions import created, etag, if_match
from casework.schemas import cases as shapes
from casework.schemas.forms import schema_of
from casework.services.actions import FILINGS, observation
from casework.services.papers import Upload

blueprint = ApiBlueprint("filings", __name__, description="Appeals, grievances, outside reviews.")

PEOPLE: Final = policy.ROLES - {"admin", "system"}
BODY: Final = 12_000_000
APPEAL, GRIEVANCE, REVIEW = (FILINGS[k].form for k in ("appeal", "grievance", "external_review"))


@blueprint.route("/appeals", methods=["POST"])
@blueprint.arguments(schema_of(APPEAL))
@blueprint.response(201, shapes.AppealFiledOut)
@entry(scope="appeals:file", roles=PEOPLE, creates=True, body=BODY)
def file_appeal(form: Any) -> Any:
    """File an appeal of a denied request. A late one is taken, and says that it is late."""
    return _filed("appeal", form, shapes.AppealFiledOut)


@blueprint.route("/grievances", methods=["POST"])
@blueprint.arguments(schema_of(GRIEVANCE))
@blueprint.response(201, shapes.GrievanceFiledOut)
@entry(scope="appeals:file", roles=PEOPLE, creates=True, body=BODY)
def file_grievance(form: Any) -> Any:
    """File a complaint in the words of who complains."""
    return _filed("grievance", form, shapes.GrievanceFiledOut)


@blueprint.route("/external-reviews", methods=["POST"])
@blueprint.arguments(schema_of(REVIEW))
@blueprint.response(201, shapes.ReviewFiledOut)
@entry(scope="appeals:file", roles=PEOPLE, creates=True, body=BODY)
def request_review(form: Any) -> Any:
    """Ask for the review by a body outside the plan that this line of business has."""
    return _filed("external_review", form, shapes.ReviewFiledOut)


@blueprint.route("/cases/<ref>/documents", methods=["POST"])
@blueprint.arguments(schema_of(Upload))
@blueprint.response(201, shapes.DoneOut)
@entry(scope="documents:add", roles=PEOPLE, creates=True, body=BODY)
def add_documents(form: Upload, ref: str) -> Any:
    """Add papers to a case; one with a control number fills the announced paper of that number."""
    done = observation("add_document").carry_out(edge.cx(), ref, None, form)
    response = jsonify(shapes.DoneOut().dump(done))
    location = url_for("cases.get_documents", ref=done.ref)
    return created(response, location=location, version=done.version, answer=done)


@blueprint.route("/cases/<ref>/observations/<name>", methods=["POST"])
@blueprint.response(200, shapes.DoneOut)
@entry(scope="cases:act", roles=PEOPLE, changes=True, body=BODY)
def observe(ref: str, name: str) -> Any:
    """Note what changes no state: a call, a note, an assignment, a proof of receipt.

    The body is the form of that observation; 404 names those that exist.
    """
    noted = observation(name)
    done = noted.carry_out(edge.cx(), ref, if_match(request), _form(noted.form))
    response = make_response(shapes.DoneOut().dump(done))
    response.headers["ETag"] = etag(done.version)
    return response


def _filed(kind: str, form: Any, shape: Any) -> Response:
    filed = FILINGS[kind].command(edge.cx(), form)
    response = jsonify(shape().dump(filed))
    location = url_for("cases.get_case", ref=filed.ref)
    return created(response, location=location, version=filed.version, answer=filed)


def _form(form: type | None) -> Any:
    if form is None:
        return None
    try:
        return schema_of(form)().load(json_body() if request.get_data(cache=True) else {})
    except ValidationError as error:
        raise invalid(error) from None
