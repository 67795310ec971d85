"""Restricted cases opened with a reason, through the API: open one, one's own, and the review.

A token says who somebody is and not that he is there: whoever opens a case signed in at a screen of
ours a few minutes ago.
"""

from typing import Any, Final

from casework import now as clock
from casework import observations, policy
from casework.api import edge
from casework.api.access import entry
from casework.api.blueprint import ApiBlueprint
from casework.queries import emergency_access as questions
from casework.schemas import openings as shapes
from casework.schemas.cases import DoneOut
from casework.services import emergency_access as commands
from casework.services.emergency_access import Opening, Review

blueprint = ApiBlueprint(
    "openings", __name__, description="Restricted cases that are opened with a reason, to be read."
)

OPENERS: Final = policy.STAFF - {"compliance"}
REVIEWERS: Final = ("compliance",)


@blueprint.route("/openings")
@blueprint.response(200, shapes.OpeningOut(many=True))
@entry(roles=OPENERS)
def get_openings() -> Any:
    """The restricted cases that you opened, the newest first: at most 50."""
    with edge.reading() as cx:
        return list(questions.own(cx, wall=clock.wall()))


@blueprint.route("/openings", methods=["POST"])
@blueprint.arguments(shapes.OpeningIn)
@blueprint.response(201, DoneOut)
@entry(roles=OPENERS)
def post_opening(asked: dict[str, Any]) -> Any:
    """Open one restricted case to yourself, to read it, for an hour at most; compliance is told.

    403 unless you signed in at the desk within the last five minutes; 404 for what is not there and
    for what does not open on this ground alike. Opened twice it changes nothing.
    """
    with edge.reading() as cx:
        shown = questions.last_shown(cx)
    form = Opening(ground=asked["ground"], reason=asked["reason"])
    return commands.open_restricted(edge.cx(), asked["case"], form, proved_at=shown)


@blueprint.route("/cases/<ref>/close-opening", methods=["POST"])
@blueprint.response(200, DoneOut)
@entry(roles=OPENERS)
def post_close_opening(ref: str) -> Any:
    """Close a case that you opened before its time is over. 404 where it is not open to you so."""
    return commands.end_access(edge.cx(), ref)


@blueprint.route("/openings/to-review")
@blueprint.response(200, shapes.OpeningToReviewOut(many=True))
@entry(roles=REVIEWERS)
def get_to_review() -> Any:
    """What was opened: what nobody has settled first, at most 50. Reading it is written down."""
    with edge.reading() as cx:
        rows = questions.openings(cx, wall=clock.wall())
    members = sorted({row.member_id for row in rows})
    if members:
        observations.looks(edge.cx(), members, what="openings")
    return list(rows)


@blueprint.route("/openings/<int:number>/review", methods=["POST"])
@blueprint.arguments(shapes.ReviewIn)
@blueprint.response(200, DoneOut)
@entry(roles=REVIEWERS)
def post_opening_review(asked: dict[str, Any], number: int) -> Any:
    """Say what you think of an opening. A doubt closes the case to who opened it at once. 409 for
    what is settled, and for one of your own."""
    return commands.review_access(edge.cx(), number, Review(**asked))
