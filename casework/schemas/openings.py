"""Restricted cases that are opened with a reason, as the API takes and tells them."""

from marshmallow import fields

from casework.records import emergency
from casework.schemas.fields import OneOf, Text
from casework.schemas.strict import Incoming, Outgoing, told


class OpeningIn(Incoming):
    """Which case, on which ground, and why it must be seen now."""

    case = Text(most=24, required=True, metadata=told("The number of the case."))
    ground = OneOf(*emergency.GROUNDS, required=True)
    reason = Text(
        most=2000,
        required=True,
        metadata=told(f"Why you must see it now, in {emergency.FEWEST} letters or more."),
    )


class OpeningOut(Outgoing):
    """One opening of yours."""

    id = fields.Integer()
    ref = fields.String()
    ground = fields.String()
    opened_at = fields.AwareDateTime()
    open_until = fields.AwareDateTime(
        allow_none=True, metadata=told("By the wall clock; null where it is closed.")
    )
    verdict = fields.String(metadata=told("What compliance said; empty: nothing yet."))


class OpeningToReviewOut(OpeningOut):
    """One opening as compliance reads it."""

    who = fields.String()
    reason = fields.String()
    looks = fields.Integer(metadata=told("How often the person looked at the case since."))
    review = fields.String()
    reviewed_by = fields.String()
    reviewed_at = fields.AwareDateTime(allow_none=True)


class ReviewIn(Incoming):
    """What compliance thinks of an opening."""

    verdict = OneOf(*emergency.VERDICTS, required=True)
    why = Text(
        most=2000, load_default="", metadata=told("Needed unless you say that it was right.")
    )
