"""The case file through the API: ask for it, see how it stands and why it is due, get its bytes."""

from typing import Any

from flask import Response, make_response, request
from marshmallow import ValidationError

from casework import observations
from casework.api import edge
from casework.api.access import entry
from casework.api.blueprint import ApiBlueprint
from casework.api.bodies import json_body
from casework.api.cases import PEOPLE
from casework.api.problems import invalid
from casework.queries import case_file, case_files
from casework.schemas import case_files as shapes
from casework.schemas.forms import schema_of
from casework.services import case_files as commands
from casework.storage import Storage

blueprint = ApiBlueprint(
    "case_files", __name__, description="The whole file of a case, free of charge."
)


@blueprint.route("/cases/<ref>/case-file", methods=["POST"])
@blueprint.response(202, shapes.AskedOut)
@entry(scope="cases:act", roles=PEOPLE, creates=True)
def ask_case_file(ref: str) -> Any:
    """Ask for the file of a case. One that is being made already is answered again."""
    body = json_body() if request.get_data(cache=True) else {}
    try:
        form = schema_of(commands.Asking)().load(body)
    except ValidationError as error:
        raise invalid(error) from None
    done = commands.ask_case_file(edge.cx(), ref, None, form)
    return {"ref": done.ref, "id": int(done.made["case_file"])}


@blueprint.route("/cases/<ref>/case-file")
@blueprint.response(200, shapes.CaseFileOut(many=True))
@entry(scope="cases:read", roles=PEOPLE)
def get_case_files(ref: str) -> Any:
    """Every request for the file of this case that is yours to see, newest first."""
    with edge.reading() as cx:
        case = case_file.case_by_ref(cx, ref)
        observations.look(edge.cx(), case_id=case.id, member_id=case.member_id, what="case_file")
        return list(case_files.files_of(cx, case))


@blueprint.route("/case-files/<int:number>")
@blueprint.response(200, content_type="application/pdf")
@entry(scope="cases:read", roles=PEOPLE)
def get_case_file(number: int) -> Response:
    """The exact bytes of a file that was sent (staff: that was made)."""
    with edge.reading() as cx:
        row = case_files.file_by_number(cx, number)
        file, member_id = row.CaseFileRequest, row.member_id
    observations.look(
        edge.cx(), case_id=file.case_id, member_id=member_id, what=f"case_file:{number}"
    )
    response = make_response(Storage(edge.database().settings).get(file.sha256))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{row.ref}-case-file.pdf"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
