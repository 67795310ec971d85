"""Before an appeal is decided, through the API: who may review it, what is to be read, what was."""

from typing import Any, Final

from flask import make_response

from casework import observations, policy
from casework.api import edge
from casework.api.access import entry
from casework.api.blueprint import ApiBlueprint
from casework.api.versions import etag
from casework.context import Context
from casework.errors import NotFound
from casework.queries import case_file
from casework.records import candidates, considered, page_counts
from casework.schemas import reviewing as shapes
from casework.schemas.cases import DoneOut
from casework.services import considering

blueprint = ApiBlueprint("reviewing", __name__, description="Before an appeal is decided.")
READERS: Final = policy.STAFF


@blueprint.route("/appeals/<ref>/reviewers")
@blueprint.response(200, shapes.CandidateOut(many=True))
@entry(roles=READERS)
def get_reviewers(ref: str) -> Any:
    """Every clinician who works for the contract, the best first, each with every reason why not;
    judged as though he decided today."""
    with edge.reading() as cx:
        return list(candidates.candidates(cx, _appeal(cx, ref)))


@blueprint.route("/appeals/<ref>/papers")
@blueprint.response(200, shapes.ToConsiderOut(many=True))
@entry(roles=READERS)
def get_papers(ref: str) -> Any:
    """Every paper of the matter, whether it came since the denial, and who has read it."""
    with edge.reading() as cx:
        case = _appeal(cx, ref)
        found = considered.papers_of(cx, case, since=considered.denied_at(cx, case))
        readings = considered.readings_of(cx, case)
    observations.look(edge.cx(), case_id=case.id, member_id=case.member_id, what="documents")
    return [
        {
            "id": paper.id,
            "name": paper.name,
            "ref": paper.ref,
            "added_at": paper.added_at,
            "new": paper.new,
            "read": [each for each in readings if each.document_id == paper.document_id],
        }
        for paper in found
    ]


@blueprint.route("/appeals/<ref>/papers/<int:paper_id>/considered", methods=["POST"])
@blueprint.response(200, DoneOut)
@entry(roles=READERS)
def post_considered(ref: str, paper_id: int) -> Any:
    """Say that you have read and considered this paper. It moves no version and a second time
    changes nothing; a decision is refused while a new paper is not read by who makes it.

    403 policy, 404 no such paper, 409 the appeal is decided.
    """
    with edge.reading() as cx:
        case = _appeal(cx, ref)
        paper = considering.paper_to_read(cx, ref, paper_id)
    observations.look(
        edge.cx(), case_id=case.id, member_id=case.member_id, what=f"document:{paper.id}"
    )
    pages = page_counts.pages_of(edge.cx(), paper.sha256, paper.media_type)
    done = considering.consider_paper(edge.cx(), ref, paper.id, pages)
    response = make_response(DoneOut().dump(done))
    response.headers["ETag"] = etag(done.version)
    return response


def _appeal(cx: Context, ref: str) -> Any:
    case = case_file.case_by_ref(cx, ref)
    if case.kind != "appeal":
        raise NotFound(f"There is no appeal {ref[:24]} here.")
    return case
