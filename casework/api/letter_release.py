"""Letters that wait for a named person, through the API: look, release, word anew, send back."""

from typing import Any, Final

from flask import make_response, request

from casework import observations, policy
from casework.api import edge
from casework.api.access import entry
from casework.api.blueprint import ApiBlueprint
from casework.api.versions import etag, if_match
from casework.errors import StateRefused
from casework.queries import letter_releases
from casework.queries.letter_releases import Reading
from casework.records.answers import Done
from casework.schemas import letter_release as shapes
from casework.schemas.cases import DoneOut
from casework.schemas.forms import schema_of
from casework.services import releases
from casework.services.releases import SendingBack, Wording
from letters import catalogue

blueprint = ApiBlueprint(
    "letter_release", __name__, description="Letters that somebody reads before they leave."
)
READERS: Final = policy.STAFF


@blueprint.route("/letters/<int:letter_id>/preview")
@blueprint.response(200, shapes.PreviewOut)
@entry(roles=READERS)
def get_preview(letter_id: int) -> Any:
    """The letter as it would leave now: its page, its checklist, its free text; the ETag is the
    case's. 409 when it does not wait any more."""
    with edge.reading() as cx:
        found = letter_releases.reading(cx, letter_id)
    if not found.waits:
        raise StateRefused("This letter does not wait for release.", source="state")
    look = f"letter:{letter_id}"
    observations.look(edge.cx(), case_id=found.case.id, member_id=found.case.member_id, what=look)
    response = make_response(shapes.PreviewOut().dump(_preview(found)))
    response.headers["ETag"] = etag(found.case.version)
    return response


@blueprint.route("/letters/<int:letter_id>/release", methods=["POST"])
@blueprint.arguments(schema_of(Wording))
@blueprint.response(200, DoneOut)
@entry(roles=READERS, changes=True)
def post_release(form: Wording, letter_id: int) -> Any:
    """Release the letter, with the copies of it in the same language. The body is `{}` or the words
    put anew; If-Match the version of the case that you read.

    403 policy or contract, 404 no such letter, 412 released or changed meanwhile, 422 words that
    may not stand or a letter that lacks something.
    """
    return _answer(releases.release_letter(edge.cx(), letter_id, if_match(request), form))


@blueprint.route("/letters/<int:letter_id>/wording", methods=["POST"])
@blueprint.arguments(schema_of(Wording))
@blueprint.response(200, DoneOut)
@entry(roles=READERS, changes=True)
def post_wording(form: Wording, letter_id: int) -> Any:
    """Put words of the letter anew and hand it in for release. Refused as the release is."""
    return _answer(releases.reword_letter(edge.cx(), letter_id, if_match(request), form))


@blueprint.route("/letters/<int:letter_id>/send-back", methods=["POST"])
@blueprint.arguments(schema_of(SendingBack))
@blueprint.response(200, DoneOut)
@entry(roles=READERS, changes=True)
def post_send_back(form: SendingBack, letter_id: int) -> Any:
    """Give the letter back to who decided, with what is wrong. Refused as the release is."""
    return _answer(releases.send_letter_back(edge.cx(), letter_id, if_match(request), form))


def _answer(done: Done) -> Any:
    response = make_response(DoneOut().dump(done))
    response.headers["ETag"] = etag(done.version)
    return response


def _preview(found: Reading) -> dict[str, Any]:
    refused = found.refused["release_letter"]
    draft = found.draft.draft
    return {
        "id": found.letter.id,
        "ref": found.case.ref,
        "code": found.letter.code,
        "title": catalogue.get(found.letter.code).title,
        "recipient": found.letter.recipient,
        "state": found.letter.state,
        "language": found.draft.language,
        "issued_on": found.draft.issued_on,
        "fine": draft.fine,
        "release_by": found.due_at,
        "may_release": refused is None,
        "why_not": refused.sentence if refused else "",
        "points": draft.points,
        "others": [f"{each.sentence} ({each.citation})" for each in draft.others],
        "parts": [
            {
                "path": part.path,
                "label": part.label,
                "text": found.now[part.path],
                "decided": part.text,
            }
            for part in found.own
        ],
        "html": draft.html,
    }
