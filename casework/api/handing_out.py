"""Handing out work through the API: planned, looked at, carried out, undone, as on the page."""

from collections.abc import Callable
from typing import Any, Final

from casework.api import edge
from casework.api.access import entry
from casework.api.blueprint import ApiBlueprint
from casework.context import Context
from casework.queries import batches
from casework.queries import handing_out as questions
from casework.schemas import handing_out as shapes
from casework.services import handing_out as commands

blueprint = ApiBlueprint(
    "handing_out", __name__, description="Handing out many cases at once, with a plan and an undo."
)

LEADS: Final = ("supervisor",)


@blueprint.route("/handing-out", methods=["POST"])
@blueprint.arguments(shapes.HandingOutIn)
@blueprint.response(201, shapes.HandingOutOut)
@entry(roles=LEADS)
def post_plan(asked: dict[str, Any]) -> Any:
    """Plan who would get which of these cases, and why. No case is changed before it is carried
    out; a plan that nobody carries out does nothing."""
    ticked = tuple((each["ref"], each["version"]) for each in asked["cases"])
    named = {name: value for name, value in asked.items() if name not in ("cases", "reason")}
    source = questions.Source(**named, cases=ticked)
    with edge.reading() as cx:
        proposals = questions.plan(cx, source)
    return _told(commands.plan_batch(edge.cx(), proposals, source.asked(), asked["reason"]))


@blueprint.route("/handing-out/<int:number>")
@blueprint.response(200, shapes.HandingOutOut)
@entry(roles=LEADS)
def get_plan(number: int) -> Any:
    """The plan, or what came of it; while the worker is at it, how far it is."""
    return _told(number)


@blueprint.route("/handing-out/<int:number>/carry-out", methods=["POST"])
@blueprint.response(200, shapes.HandingOutOut)
@entry(roles=LEADS)
def post_carry_out(number: int) -> Any:
    """Hand out what the plan says; what moved on since is refused alone. 409 when it was carried
    out before or is too old."""
    return _stepped(number, commands.carry_out)


@blueprint.route("/handing-out/<int:number>/undo", methods=["POST"])
@blueprint.response(200, shapes.HandingOutOut)
@entry(roles=LEADS)
def post_undo(number: int) -> Any:
    """Give each case back to whom it was taken from, but those that moved on since. 409 when there
    is nothing to undo, or the time for it is over."""
    return _stepped(number, commands.undo)


def _stepped(number: int, step: Callable[[Context, int], str]) -> Any:
    step(edge.cx(), number)
    return _told(number)


def _told(number: int) -> Any:
    with edge.reading() as cx:
        return batches.batch(cx, number)
