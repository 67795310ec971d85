"""What the API tells of queues and of the rules that put work into them."""

from marshmallow import fields

from casework.schemas.fields import Text
from casework.schemas.strict import Incoming, Outgoing, told


class QueueRuleOut(Outgoing):
    """A rule that stands now: the work of the step that meets all it asks goes into the queue."""

    code = fields.String()
    version = fields.Integer()
    name = fields.String()
    place = fields.Integer(
        metadata=told("The lower is asked first; the first that is met decides.")
    )
    queue = fields.String()
    conditions = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata=told(
            "What it asks, all of it: kinds, lines, states, services, specialties, urgencies."
        ),
    )
    effective_at = fields.AwareDateTime()


class QueueOut(Outgoing):
    """A queue, who works it, and the rules that name it now."""

    code = fields.String(metadata=told("What `queue` of the work list takes."))
    name = fields.String()
    step = fields.String(
        metadata=told("The queue of whose step it takes a part; empty for a step's own queue.")
    )
    roles = fields.List(fields.String(), metadata=told("Who works it."))
    closed_at = fields.AwareDateTime(
        allow_none=True, metadata=told("Nothing goes there any more since then; null: it is open.")
    )
    rules = fields.List(fields.Nested(QueueRuleOut))


class ReasonIn(Incoming):
    """Why a queue is closed, or opened again."""

    reason = Text(most=300, required=True, metadata=told("It stays in the history."))


class QueuesOut(Outgoing):
    """All queues, in their order."""

    items = fields.List(fields.Nested(QueueOut))
