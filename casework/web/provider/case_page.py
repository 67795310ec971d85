"""The status page of one case, put together from the questions that the other doors ask too.

Everything stands in a fixed number of statements, however long the history is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flask_babel import gettext

from casework import bridge, observations
from casework.context import Context
from casework.queries import case_file, claims, consents, office_case, office_people, timeline
from casework.queries.case_file import CaseFile
from casework.queries.claims import Claim
from casework.queries.clocks import Explained, explained_case
from casework.queries.consents import Kept
from casework.queries.conversation import WITH_OFFICES, Written, conversation
from casework.queries.letters import READABLE
from casework.queries.member_home import Dispute, disputes_of
from casework.queries.next_step import NextStep, next_step
from casework.queries.office_case import Question, Talk
from casework.queries.office_said import Statement, statements
from casework.web import edge, moments
from casework.web.provider import saying, words
from casework.web.provider.offers import Offer, is_late, offers
from casework.web.provider.steps import ANSWERS
from casework.web.provider.story import Episode, story_of
from sla.values import Clock
from statemachines import engine

STORY: Final = 30
MESSAGES: Final = 30
MINE: Final = "provider"


@dataclass(frozen=True)
class CasePage:
    """What stands on the page. `clock` explains the nearest due, where one runs; `dispute` is the
    appeal of this decision, or the outside review, that was filed."""

    file: CaseFile
    next: NextStep
    status: words.Words
    who: Any
    running: bool
    late: bool
    clock: Explained | None
    question: Question | None
    answer: Offer | None
    offers: tuple[Offer, ...]
    reasons: Mapping[int, str]
    talk: Talk | None
    messages: tuple[Written, ...]
    dispute: Dispute | None
    appeal_window: Clock | None
    letters: tuple[Any, ...]
    story: tuple[Episode, ...]
    older: int | None
    plan: Mapping[str, Any]
    office_zone: str
    claims: tuple[Claim, ...] = ()
    claim_disputes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    consents: tuple[Kept, ...] = ()
    statements: tuple[Statement, ...] = ()

    @property
    def own_dispute(self) -> bool:
        """True for the office's own dispute about a payment."""
        return bridge.is_dispute(self.file.case)

    @property
    def case(self) -> Any:
        """The row of the case."""
        return self.file.case

    @property
    def what_now(self) -> Any:
        """What happens now, in a sentence; what was done about a decision tells more than it."""
        if self.status == words.REVERSED:
            return gettext("We said no at first. Now it is authorized: see the authorization.")
        if self.dispute is not None and not self.running:
            return gettext("It goes on under %(ref)s.", ref=self.dispute.ref)
        hearing = getattr(self.file.detail, "hearing_at", None)
        if hearing is not None and self.running:
            when = moments.moment(hearing, self.file.zone)
            return gettext("There is a hearing on %(when)s.", when=when)
        return saying.said(self.next.provider)

    @property
    def escalations(self) -> tuple[str, ...]:
        """The numbers under which somebody answers for a delay."""
        return tuple(row.ref for row in self.file.escalations if row.ref)

    @property
    def asked_of_us(self) -> bool:
        """True when the open question waits for the office."""
        return self.question is not None and self.question.from_whom not in {
            "member",
            "representative",
        }


def case_page(cx: Context, ref: str, *, before: int | None = None) -> CasePage:
    """The page of this case for the acting office. Raises NotFound; the look is written down."""
    file = case_file.case_file(cx, ref)
    observations.look(edge.cx(), case_id=file.case.id, member_id=file.member.id, what="case")
    case = file.case
    question = office_case.question_of(file)
    step = next_step(case.kind, case.state)
    dispute = disputes_of(cx, [case.id]).get(case.id)
    offered = offers(cx, file, disputed=dispute is not None)
    told = timeline.timeline(cx, case, before=before, limit=STORY + 1, outside=True)
    given = [row.number for row in file.authorizations]
    beside = claims.beside(cx, case, given=given)
    return CasePage(
        file=file,
        next=step,
        status=saying.state_of(case.kind, case.state, authorized=_authorized(file)),
        who=saying.who_acts(step, asked=question.from_whom if question else ""),
        running=case.state in engine.open_states(case.kind),
        late=is_late(cx, case),
        clock=_nearest(cx, case),
        question=question,
        answer=next((o for o in offered if o.open and o.name in ANSWERS), None),
        offers=tuple(o for o in offered if o.name not in ANSWERS),
        reasons=office_case.reasons_of(file),
        talk=office_case.offered_talk(cx, file),
        messages=conversation(cx, case, limit=MESSAGES, between=WITH_OFFICES),
        dispute=dispute,
        appeal_window=_window(cx, case, offered),
        letters=tuple(
            row for row in file.letters if row.recipient == MINE and row.state in READABLE
        ),
        story=story_of(told[:STORY], file.letters, own_name=cx.principal.name),
        older=told[STORY - 1].seq if len(told) > STORY else None,
        plan=office_case.plan_lines(cx, case),
        office_zone=office_people.zone_of(cx),
        claims=beside,
        claim_disputes=claims.disputes_of(cx, beside),
        consents=consents.beside(cx, case, beside, given=given),
        statements=statements(cx, file),
    )


def _authorized(file: CaseFile) -> bool:
    return any(one.ended_on is None for one in file.authorizations)


def news(cx: Context, case: Any, *, since: int) -> tuple[timeline.Entry, ...]:
    """What happened on this case after the event with this number, for who wrote meanwhile."""
    told = timeline.timeline(cx, case, limit=STORY, outside=True)
    return tuple(entry for entry in told if entry.seq > since)


def _nearest(cx: Context, case: Any) -> Explained | None:
    """The clock that is due next, explained; the plan owes nothing without one."""
    if case.next_due_at is None:
        return None
    return next((c for c in explained_case(cx, case) if c.name == case.next_clock), None)


def _window(cx: Context, case: Any, offered: tuple[Offer, ...]) -> Clock | None:
    """Until when the member may appeal, where that way is open."""
    if not any(offer.name == "appeal" for offer in offered):
        return None
    return office_case.window_to_appeal(cx, case)
