"""What the API tells of medical policies and of the checklists of a case."""

from marshmallow import fields

from casework.schemas.strict import Outgoing, told


class PolicyBriefOut(Outgoing):
    """A medical policy of the plan, by its newest version."""

    code = fields.String()
    title = fields.String()
    version = fields.Integer(metadata=told("The version in force today; null where none is."))
    codes = fields.List(fields.String(), metadata=told("The codes of service that it is about."))
    address = fields.String(metadata=told("Where the public reads it, free."))


class PolicyVersionOut(Outgoing):
    """One published version; none is ever changed."""

    code = fields.String()
    version = fields.Integer()
    standing = fields.String(metadata=told("in_force, planned, past, or replaced."))
    title = fields.String()
    title_es = fields.String()
    effective_from = fields.Date()
    effective_to = fields.Date(allow_none=True)
    source = fields.String()
    address = fields.String()
    codes = fields.List(fields.String())
    criteria = fields.Dict(
        metadata=told(
            "The tree: each group has id, says, says_es, least (how many must be met) and of; each"
            " criterion id, says and says_es; `asked` is true where offices are asked it when they"
            " file a request (criteria_answers)."
        )
    )
    reason = fields.String()
    written_by = fields.String()
    approved_by = fields.String()
    published_at = fields.AwareDateTime()
    sha256 = fields.String()


class MarkOut(Outgoing):
    """The newest mark of a criterion."""

    criterion = fields.String()
    mark = fields.String(metadata=told("met, not_met or unclear."))
    paper_id = fields.Integer(allow_none=True)
    page = fields.Integer(allow_none=True)
    note = fields.String()
    why = fields.String(metadata=told("Why a colleague's mark was changed."))
    by = fields.String()
    at = fields.AwareDateTime()
    seen = fields.Integer(attribute="id", metadata=told("Send it back as `seen` to change it."))


class OfficeSaidOut(Outgoing):
    """What the office answered to a question of the policy when it filed: its own statement."""

    criterion = fields.String()
    answer = fields.String(metadata=told("yes, no or not_known."))
    note = fields.String()
    by = fields.String()
    at = fields.AwareDateTime()


class CountOut(Outgoing):
    """A group of criteria: how many below it are met."""

    id = fields.String()
    state = fields.String(metadata=told("met, not_met or open."))
    met = fields.Integer()
    least = fields.Integer(metadata=told("How many must be met."))
    of = fields.Integer()
    words = fields.String()


class ChecklistOut(Outgoing):
    """One policy on one line. Its result says what the records show; it decides nothing."""

    line = fields.Integer()
    code = fields.String()
    policy = fields.String()
    version = fields.Integer()
    received_on = fields.Date(metadata=told("The day that chose the version."))
    why_this_day = fields.String()
    state = fields.String(metadata=told("met, not_met or open."))
    result = fields.String()
    groups = fields.List(fields.Nested(CountOut))
    marks = fields.List(fields.Nested(MarkOut))
    office = fields.List(
        fields.Nested(OfficeSaidOut),
        metadata=told("What the office says. It is evidence, no mark, and moves no result."),
    )
    open = fields.List(fields.String(), metadata=told("Criteria that nobody looked at."))
