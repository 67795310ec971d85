"""The measured record of an office, as the API tells it to the office itself."""

from marshmallow import fields

from casework.schemas.strict import Outgoing, told


class BarOut(Outgoing):
    """What a record must reach."""

    months = fields.Integer()
    least = fields.Integer(metadata=told("Requests that people decided, at least."))
    rate = fields.Integer(metadata=told("Approved of 100, at least."))
    keep = fields.Integer(metadata=told("Below this a person looks whether the card ends."))


class CardOut(Outgoing):
    """A gold card."""

    starts_on = fields.Date()
    ends_on = fields.Date(allow_none=True, metadata=told("Null: no end is set."))
    standing = fields.Boolean(metadata=told("Whether requests are approved by it today."))
    ended_why = fields.String()


class OwnRecordOut(Outgoing):
    """One of your organizations and one policy."""

    organization_id = fields.Integer()
    office = fields.String()
    policy = fields.String(attribute="record.policy")
    title = fields.String(metadata=told("Of the medical policy, where one has this code."))
    since = fields.String(attribute="record.since")
    until = fields.String(attribute="record.until")
    decided = fields.Integer(attribute="record.decided", metadata=told("By people."))
    approved = fields.Integer(attribute="record.approved", metadata=told("Of these."))
    by_rule = fields.Integer(attribute="record.by_rule", metadata=told("Not counted."))
    reaches = fields.Boolean(attribute="record.reaches")
    cards = fields.List(fields.Nested(CardOut), metadata=told("The newest first."))


class GoldRecordOut(Outgoing):
    """All of them, with the bar."""

    bar = fields.Nested(BarOut)
    items = fields.List(fields.Nested(OwnRecordOut))


class CountedOut(Outgoing):
    """A request behind a record."""

    ref = fields.String()
    received_at = fields.AwareDateTime()
    state = fields.String()
    approved = fields.Boolean()
    by_rule = fields.Boolean(metadata=told("Approved by a rule: it is not counted."))
