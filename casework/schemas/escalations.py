"""What the API tells the staff of escalations, and what it takes as an answer to one."""

from marshmallow import fields

from casework.schemas.fields import OneOf, Text
from casework.schemas.page import CursorIn
from casework.schemas.strict import Incoming, Outgoing, told


class EscalationsIn(CursorIn):
    """Which escalations."""

    view = OneOf("mine", "open", "answered", load_default="mine")
    limit = Text(most=3, load_default="50", metadata=told("How many, at most 100."))


class AnswerIn(Incoming):
    """The sentence with which somebody says "I have it"."""

    answer = Text(most=300, required=True, metadata=told("What you do about it, in one sentence."))


class EscalatedOut(Outgoing):
    """One escalation: whose it is, and what happens next."""

    id = fields.Integer()
    number = fields.String(metadata=told("The ESC- number of its clock; empty before it has one."))
    ref = fields.String(metadata=told("The case."))
    clock = fields.String()
    step = fields.String()
    due_at = fields.AwareDateTime()
    opened_at = fields.AwareDateTime()
    owner = fields.String(metadata=told("Who is asked to answer; empty for anybody of the role."))
    owner_role = fields.String()
    goes_at = fields.AwareDateTime(
        allow_none=True, metadata=told("When it goes to the next unless somebody answers.")
    )
    goes_to = fields.String()
    answered_at = fields.AwareDateTime(allow_none=True)
    answered_by = fields.String()
    answer = fields.String()
    returns_at = fields.AwareDateTime(
        allow_none=True,
        metadata=told("When it comes back unless its clock is kept (plan policy of the contract)."),
    )
    returned_at = fields.AwareDateTime(
        allow_none=True, metadata=told("When it came back: somebody had it, and it was not done.")
    )
    may_answer = fields.Boolean(metadata=told("Whether you can answer it."))
