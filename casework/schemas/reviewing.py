"""What the API tells of a decision to come: who may review, and which papers were read for it."""

from marshmallow import fields

from casework.schemas.strict import Outgoing, told


class ReasonOut(Outgoing):
    """Why somebody may not decide."""

    sentence = fields.String()
    citation = fields.String(metadata=told("The law; empty where it is the plan's own rule."))


class CandidateOut(Outgoing):
    """A clinician of the contract, judged as though he decided today."""

    id = fields.Integer(metadata=told("The reviewer_id of assign_reviewer."))
    name = fields.String()
    title = fields.String()
    licence = fields.String()
    specialty = fields.String()
    may = fields.Boolean(metadata=told("Whether nothing speaks against it."))
    reasons = fields.List(fields.Nested(ReasonOut))
    notes = fields.List(fields.String(), metadata=told("Warnings that keep nobody out."))
    open_cases = fields.Integer(attribute="load", metadata=told("Open cases that you see."))
    has_it = fields.Boolean(metadata=told("Whether he is the reviewer now."))


class ReadingOut(Outgoing):
    """Who read a paper, when, and how many pages it had."""

    name = fields.String()
    at = fields.AwareDateTime()
    pages = fields.Integer(allow_none=True)


class ToConsiderOut(Outgoing):
    """A paper of the matter."""

    id = fields.Integer()
    name = fields.String()
    ref = fields.String(metadata=told("The case on which it stands."))
    added_at = fields.AwareDateTime()
    new = fields.Boolean(metadata=told("Whether it came since the denial."))
    read = fields.List(fields.Nested(ReadingOut))
