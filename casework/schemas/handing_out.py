"""What the API takes and tells where work is taken and handed out."""

from marshmallow import fields

from casework.schemas.fields import Many, OneOf, Part, Text, Whole
from casework.schemas.strict import Incoming, Outgoing, told

_MOST = 10**15


class NextIn(Incoming):
    """What to be given next."""

    kind = OneOf("prior_auth", "appeal", "grievance", "external_review", load_default="")
    skip = Many(Text(most=24), most=20, load_default=list, metadata=told("Numbers not to give."))


class NextOut(Outgoing):
    """The case that is yours now, and why it was this one."""

    ref = fields.String()
    version = fields.Integer()
    whose = fields.String(
        metadata=told("Whose it was: nobody, mine, or still (of somebody gone or away).")
    )
    due_at = fields.AwareDateTime(allow_none=True)
    passed = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        metadata=told("What is due earlier and was not given, counted by why."),
    )


class TickedIn(Incoming):
    """One case of those that are named, and the version that was seen."""

    ref = Text(most=24, required=True)
    version = Whole(least=1, most=1_000_000_000, required=True)


class HandingOutIn(Incoming):
    """Which cases to hand out: those that nobody has, of a queue, a contract or a group of dues;
    all of a person; what still stands with somebody gone; what was passed over; or these."""

    queue = Text(most=30, load_default="")
    contract = Text(most=40, load_default="")
    due = OneOf("overdue", "today", "soon", "later", load_default="")
    person = Whole(
        least=1,
        most=_MOST,
        load_default=0,
        metadata=told("The number of a person: all that he has."),
    )
    still = fields.Boolean(load_default=False)
    passed = fields.Boolean(load_default=False)
    cases = Many(Part(TickedIn), most=500, load_default=list)
    to = Whole(
        least=1,
        most=_MOST,
        load_default=0,
        metadata=told("One person for all; else by load, skill, absence."),
    )
    reason = Text(most=200, load_default="")


class PlannedOut(Outgoing):
    """One case of a plan, and what came of it."""

    ref = fields.String()
    due_at = fields.AwareDateTime(allow_none=True)
    expedited = fields.Boolean()
    whose = fields.String(metadata=told("Who had it."))
    to = fields.String(metadata=told("Who gets it; empty: nobody may."))
    why = fields.String()
    result = fields.String(metadata=told("Empty (planned), done, refused, undone or kept."))
    said = fields.String(metadata=told("Why it was refused or kept."))


class HandingOutOut(Outgoing):
    """A plan of handing out, with each of its cases."""

    id = fields.Integer()
    state = fields.String(metadata=told("planned, waiting, done, undoing or undone."))
    reason = fields.String()
    made_by = fields.String()
    made_at = fields.AwareDateTime()
    carried_at = fields.AwareDateTime(allow_none=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    rows = fields.List(fields.Nested(PlannedOut))
