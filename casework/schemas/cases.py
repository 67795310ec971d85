"""What the API tells of cases: one case, its clocks, events, letters, papers; and the work list."""

from marshmallow import fields

from casework.schemas.fields import OneOf, Text
from casework.schemas.page import CursorIn
from casework.schemas.strict import Incoming, Outgoing, told


class ChoiceOut(Outgoing):
    """One trigger of the case's machine: open, or refused with the reason."""

    trigger = fields.String()
    label = fields.String()
    open = fields.Boolean(metadata=told("Whether it can be done now, by you."))
    by_hand = fields.Boolean(metadata=told("False for what only the system does."))
    sentence = fields.String(metadata=told("Why not, for a person; empty when open."))
    citation = fields.String(metadata=told("The law behind a refusal, where there is one."))
    source = fields.String(metadata=told("guard, state, or the name of the policy row."))


class NextStepOut(Outgoing):
    """What happens next, in three wordings."""

    who = fields.String()
    staff = fields.String()
    provider = fields.String()
    member = fields.String()


class LineOut(Outgoing):
    """One service line as sent, with its result."""

    number = fields.Integer()
    system = fields.String()
    code = fields.String()
    code_end = fields.String()
    modifiers = fields.List(fields.String())
    label = fields.String()
    units = fields.Decimal(as_string=True, allow_none=True)
    unit = fields.String()
    from_date = fields.Date(allow_none=True)
    to_date = fields.Date(allow_none=True)
    place = fields.String()
    service_type = fields.String()
    diagnosis_numbers = fields.List(fields.Integer())
    trace = fields.String()
    result = fields.String()


class DiagnosisOut(Outgoing):
    """One diagnosis."""

    number = fields.Integer()
    code = fields.String()
    kind = fields.String()
    label = fields.String(allow_none=True)


class EscalationOut(Outgoing):
    """A step of the ladder that fired."""

    id = fields.Integer()
    ref = fields.String(metadata=told("Its ESC- number; empty before the time ran out."))
    clock = fields.String()
    step = fields.String()
    owner_role = fields.String()
    opened_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime()
    acknowledged_at = fields.AwareDateTime(allow_none=True)
    ended_at = fields.AwareDateTime(
        allow_none=True, metadata=told("When its clock was kept, or a later step took over.")
    )


class ObligationOut(Outgoing):
    """Something that is owed, with its law and its due."""

    kind = fields.String()
    clock = fields.String(metadata=told("The clock whose satisfaction ends it; may be empty."))
    says = fields.String()
    citation = fields.String()
    owner_role = fields.String()
    raised_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime()
    done_at = fields.AwareDateTime(allow_none=True)


class ClockOut(Outgoing):
    """One clock with its explanation."""

    name = fields.String()
    words = fields.String()
    owner = fields.String(metadata=told("plan, reviewer or member."))
    state = fields.String(metadata=told("open, met, missed or closed."))
    due = fields.String(metadata=told("ISO 8601 with the offset of the contract's zone."))
    rule = fields.String()
    layer = fields.String()
    citation = fields.String()
    limit = fields.String()
    consequence = fields.String(allow_none=True)
    explanation = fields.List(fields.Dict(keys=fields.String(), values=fields.String()))
    escalations = fields.List(fields.Nested(EscalationOut))
    obligations = fields.List(fields.Nested(ObligationOut))


class ClockBriefOut(Outgoing):
    """One clock as it stands on the case."""

    name = fields.String()
    owner = fields.String()
    state = fields.String()
    due_at = fields.AwareDateTime()
    rule = fields.String()
    layer = fields.String()
    citation = fields.String()
    limit = fields.String(attribute="limit_text")
    consequence = fields.String()


class AuthorizationOut(Outgoing):
    """An authorization: its number and window."""

    number = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()
    ended_on = fields.Date(allow_none=True)


class OccasionOut(Outgoing):
    """Why a request is unlike others, as it was sent; until when a treatment goes on."""

    kind = fields.String(metadata=told("`after_the_fact`, `continuity` or `newborn`."))
    why = fields.String()
    began_on = fields.Date(allow_none=True)
    changed_on = fields.Date(allow_none=True)
    ends_on = fields.Date(allow_none=True)
    previous = fields.String()
    birth_date = fields.Date(allow_none=True)
    mother_number = fields.String()
    intensive = fields.Boolean()
    transition_ends_on = fields.Date(
        allow_none=True, metadata=told("Continuity: as asked, or ninety days from the change.")
    )
    rests_on = fields.String(metadata=told("The law or the policy behind that day."))


class CriteriaAnswerOut(Outgoing):
    """What the office answered to one question of a medical policy when it filed."""

    line = fields.Integer()
    policy = fields.String()
    version = fields.Integer()
    criterion = fields.String()
    says = fields.String(metadata=told("The question."))
    answer = fields.String(metadata=told("yes, no or not_known."))
    note = fields.String()
    by = fields.String()
    at = fields.AwareDateTime()


class CaseOut(Outgoing):
    """One case. The ETag is its version."""

    ref = fields.String()
    kind = fields.String()
    state = fields.String()
    version = fields.Integer()
    title = fields.String()
    contract = fields.String()
    line = fields.String()
    priority = fields.String(metadata=told("As received."))
    expedited = fields.Boolean(metadata=told("Whether it runs on the fast track now."))
    timing = fields.String()
    service = fields.String()
    channel = fields.String()
    filed_by = fields.String()
    member_id = fields.String()
    received_at = fields.AwareDateTime()
    next_due_at = fields.AwareDateTime(allow_none=True)
    next_clock = fields.String()
    outcome = fields.String()
    about = fields.String(allow_none=True, metadata=told("The case that this one is about."))
    occasion = fields.Nested(
        OccasionOut, allow_none=True, metadata=told("Null for a request like others.")
    )
    next = fields.Nested(NextStepOut)
    lines = fields.List(fields.Nested(LineOut))
    diagnoses = fields.List(fields.Nested(DiagnosisOut))
    authorizations = fields.List(fields.Nested(AuthorizationOut))
    clocks = fields.List(fields.Nested(ClockBriefOut))
    escalations = fields.List(fields.Nested(EscalationOut))
    obligations = fields.List(fields.Nested(ObligationOut))
    choices = fields.List(fields.Nested(ChoiceOut))
    missing = fields.List(fields.String())
    criteria_answers = fields.List(
        fields.Nested(CriteriaAnswerOut),
        metadata=told("What the office answered to the questions of medical policies."),
    )


class FiledOut(Outgoing):
    """The answer to filing: the number, and by when there will be an answer."""

    ref = fields.String()
    state = fields.String()
    version = fields.Integer()
    decision_due = fields.String()
    missing = fields.List(fields.String())
    authorization = fields.String()
    possible_duplicate_of = fields.String()


class AppealFiledOut(Outgoing):
    """The receipt of an appeal."""

    ref = fields.String()
    about = fields.String(metadata=told("The request whose denial is disputed."))
    state = fields.String()
    version = fields.Integer()
    decision_due = fields.String(metadata=told("ISO 8601, UTC; empty without a clock."))
    late = fields.Boolean(metadata=told("After the window: it needs good cause."))
    consent = fields.String(metadata=told("not_needed, on_file or missing."))
    continuation = fields.String(metadata=told("continued, or why the care does not go on."))
    possible_duplicate_of = fields.String()


class GrievanceFiledOut(Outgoing):
    """The receipt of a complaint."""

    ref = fields.String()
    about = fields.String()
    state = fields.String()
    version = fields.Integer()
    decision_due = fields.String(metadata=told("ISO 8601, UTC; empty without a clock."))
    category = fields.String()


class ReviewFiledOut(Outgoing):
    """The receipt of a request for review outside the plan."""

    ref = fields.String()
    about = fields.String()
    state = fields.String()
    version = fields.Integer()
    body = fields.String(metadata=told("iro, ire or state_fair_hearing."))
    late = fields.Boolean()


class DoneOut(Outgoing):
    """The case after a step, with the numbers that the step issued."""

    ref = fields.String()
    state = fields.String()
    version = fields.Integer()
    event = fields.String()
    made = fields.Dict(keys=fields.String(), values=fields.String())


class EventOut(Outgoing):
    """One thing that happened."""

    seq = fields.Integer()
    event = fields.String()
    words = fields.String()
    trigger = fields.String()
    occurred_at = fields.AwareDateTime()
    recorded_at = fields.AwareDateTime()
    actor = fields.String()
    actor_kind = fields.String()
    actor_role = fields.String()
    from_state = fields.String()
    to_state = fields.String()
    outcome = fields.String()
    ground = fields.String()
    days = fields.Integer(allow_none=True)
    said = fields.Dict()


class DeliveryOut(Outgoing):
    """One way in which a letter left, with its proof, and whether it came back."""

    id = fields.Integer(metadata=told("For the observations record_return and answer_doubt."))
    channel = fields.String(metadata=told("portal, print, email, text, fax, braille, audio…"))
    format = fields.String(metadata=told("Of a printed copy: standard, large_print, braille…"))
    counts = fields.Boolean(metadata=told("Whether its leaving is the notice in the law's sense."))
    state = fields.String(
        metadata=told("intent, sending, confirmed, in_doubt, failed, refused or returned.")
    )
    intended_at = fields.AwareDateTime()
    confirmed_at = fields.AwareDateTime(allow_none=True, metadata=told("When it was handed over."))
    proof = fields.String()
    mailed_at = fields.AwareDateTime(
        allow_none=True, metadata=told("When the carrier proved that it left.")
    )
    mail_proof = fields.String(metadata=told("The carrier's own number for it."))
    returned_at = fields.AwareDateTime(allow_none=True, metadata=told("When it came back."))
    return_reason = fields.String(metadata=told("Why, as the post says; empty if it did not."))


class LetterOut(Outgoing):
    """One letter to one recipient; GET /letters/{id} gives the exact bytes."""

    id = fields.Integer()
    ref = fields.String()
    code = fields.String()
    title = fields.String()
    recipient = fields.String()
    notice_kind = fields.String()
    state = fields.String()
    printed_on = fields.Date(allow_none=True)
    sent_at = fields.AwareDateTime(allow_none=True)
    pages = fields.Integer()
    size = fields.Integer()
    sha256 = fields.String()
    missing = fields.List(fields.Dict(keys=fields.String(), values=fields.String()))
    reissue_of = fields.Integer(
        allow_none=True, metadata=told("The letter that this one sends again, by its id.")
    )
    reissue_reason = fields.String(
        metadata=told("returned, wrong_address, wrong_format, wrong_content or second_copy.")
    )
    deliveries = fields.List(fields.Nested(DeliveryOut))


class PaperOut(Outgoing):
    """A paper on the case, or one that is awaited (no hash yet)."""

    id = fields.Integer()
    name = fields.String()
    kind = fields.String()
    media_type = fields.String(allow_none=True)
    size = fields.Integer(allow_none=True)
    sha256 = fields.String(allow_none=True)
    line_number = fields.Integer(allow_none=True)
    control_number = fields.String()
    added_at = fields.AwareDateTime()


class BriefOut(Outgoing):
    """A case in a list."""

    ref = fields.String()
    kind = fields.String()
    state = fields.String()
    title = fields.String()
    received_at = fields.AwareDateTime()
    next_due_at = fields.AwareDateTime(allow_none=True)
    version = fields.Integer()


class WorkRowOut(Outgoing):
    """One row of the work list."""

    ref = fields.String()
    kind = fields.String()
    state = fields.String()
    title = fields.String()
    member = fields.String()
    contract = fields.String()
    line = fields.String()
    expedited = fields.Boolean()
    due_at = fields.AwareDateTime(allow_none=True)
    clock = fields.String()
    to_do = fields.String()
    action = fields.String()
    assignee = fields.String()
    new_papers = fields.Boolean()
    version = fields.Integer()


class WorklistIn(CursorIn):
    """Which cases of the work list."""

    queue = Text(most=30, load_default="")
    kind = OneOf("prior_auth", "appeal", "grievance", "external_review", load_default="")
    state = Text(most=30, load_default="")
    contract = Text(most=40, load_default="")
    line = Text(most=20, load_default="")
    region = Text(most=2, load_default="", metadata=told("The State of the contract."))
    urgency = OneOf("expedited", "standard", load_default="")
    specialty = Text(most=80, load_default="")
    assignee = OneOf("me", "nobody", "anyone", load_default="anyone")
    due = OneOf("overdue", "today", "soon", "later", load_default="")
    limit = Text(most=3, load_default="50", metadata=told("Rows of a page, 1 to 100."))


class BeforeIn(Incoming):
    """Where a history goes on: below this number."""

    before = Text(most=9, load_default="")
    limit = Text(most=3, load_default="100")
