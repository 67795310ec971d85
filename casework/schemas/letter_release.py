"""What the API tells of a letter before it leaves: its checklist, its free text, and its page."""

from marshmallow import fields

from casework.schemas.strict import Outgoing, told


class PointOut(Outgoing):
    """One thing that the letter must show."""

    element = fields.String()
    says = fields.String()
    citation = fields.String()
    tag = fields.String(metadata=told("How sure we are of the citation: P, S, O, K, house."))
    fine = fields.Boolean(metadata=told("Whether the letter shows it."))
    wrong = fields.List(fields.String(), metadata=told("What is wrong; empty when nothing is."))


class PartOut(Outgoing):
    """One piece of the letter's free text, which a release may put anew."""

    path = fields.String(metadata=told("Its name in POST /letters/{id}/release."))
    label = fields.String()
    text = fields.String(metadata=told("As it stands in the letter now."))
    decided = fields.String(metadata=told("In the decision's own words."))


class PreviewOut(Outgoing):
    """A letter that waits, as it would leave today."""

    id = fields.Integer()
    ref = fields.String()
    code = fields.String()
    title = fields.String()
    recipient = fields.String()
    state = fields.String()
    language = fields.String()
    issued_on = fields.Date(metadata=told("The day that it would bear."))
    fine = fields.Boolean(metadata=told("Whether the gate would let it leave."))
    release_by = fields.AwareDateTime(allow_none=True)
    may_release = fields.Boolean(metadata=told("Whether you may release it."))
    why_not = fields.String(metadata=told("Why you may not; empty when you may."))
    points = fields.List(fields.Nested(PointOut))
    others = fields.List(fields.String(), metadata=told("What is wrong beside the elements."))
    parts = fields.List(fields.Nested(PartOut))
    html = fields.String(metadata=told("Its page, without styles."))
