"""The shapes of a case file in the API."""

from marshmallow import fields

from casework.schemas.strict import Outgoing


class AskedOut(Outgoing):
    """The number under which the file is made; GET /case-files/{id} gives its bytes when sent."""

    ref = fields.String()
    id = fields.Integer()


class DueLineOut(Outgoing):
    """One rule of the arithmetic; `counts` marks the earliest."""

    at = fields.String()
    text = fields.String()
    citation = fields.String()
    tag = fields.String()
    counts = fields.Boolean()


class CaseFileOut(Outgoing):
    """One request for a file: how it stands, by when it is due and why, what was sent."""

    id = fields.Integer()
    scope = fields.String()
    asked_for = fields.String()
    asked_at = fields.AwareDateTime()
    asked_by = fields.String()
    state = fields.String()
    due_at = fields.AwareDateTime()
    due_lines = fields.List(fields.Nested(DueLineOut))
    pages_done = fields.Integer()
    pages_total = fields.Integer()
    pages = fields.Integer()
    size = fields.Integer()
    sha256 = fields.String()
    language = fields.String()
    sent_at = fields.AwareDateTime(allow_none=True)
