"""What the API tells of queues and of the rules that put work into them."""

from marshmallow import fields

from casework.schemas.strict import Outgoing, told


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
    rules = fields.List(fields.Nested(QueueRuleOut))


class QueuesOut(Outgoing):
    """All queues, in their order."""

    items = fields.List(fields.Nested(QueueOut))
