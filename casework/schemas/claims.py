"""How claims and consents leave the API. Money is in whole cents."""

from marshmallow import fields

from casework.schemas.strict import Outgoing, told


class ClaimOut(Outgoing):
    """A claim for reference."""

    number = fields.String()
    member_number = fields.String()
    office = fields.String()
    service_on = fields.Date()
    received_on = fields.Date()
    codes = fields.List(fields.String())
    billed_cents = fields.Integer()
    paid_cents = fields.Integer()
    status = fields.String(metadata=told("pending, paid, partly_paid or denied."))
    denial_code = fields.String()
    denial_words = fields.String()
    adjudicated_on = fields.Date(allow_none=True)
    authorization = fields.String(metadata=told("The number that the claim named."))
    request = fields.String(metadata=told("The request behind it; empty for none within reach."))
    dispute = fields.String(metadata=told("The newest dispute of it; empty for none."))


class ConsentKeptOut(Outgoing):
    """The receipt of a consent."""

    id = fields.Integer()
    kind = fields.String()
    claim = fields.String()
    authorization = fields.String()
    missing = fields.List(fields.String(), metadata=told("What the form lacks, in words."))
    counts_for = fields.String(metadata=told("this_claim or later_claims."))
