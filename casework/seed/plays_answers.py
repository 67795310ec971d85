"""How the demo's offices answer the questions of a medical policy: a rule that rests on the answers
is live, one request was approved by it, and one waits for a nurse with what its office said."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

from sqlalchemy import select

from casework.context import SYSTEM
from casework.models import Case, RequestLine
from casework.records.approval_conditions import Conditions
from casework.seed.filing import file_request
from casework.seed.living import Living, Play
from casework.seed.scene import DAY
from casework.seed.town import MemberHere
from casework.services import approval_rules, approval_studies
from casework.services.approval_rules import Proposal
from casework.submission import (
    AnswerAsSent,
)

CASES: Final = 2
_CODE: Final = "E0601"
_POLICY: Final = "MP-014"
_CONTRACT: Final = "OH-MCD"
# Answer and note of each question of the policy.
_ALL: Final = {
    "S1": ("yes", "The report is attached."),
    "S2a": ("yes", "22 pauses an hour."),
    "S2b": ("no", ""),
    "S3": ("yes", ""),
}
_SOME: Final = {
    "S1": ("yes", "The report is attached."),
    "S2a": ("no", "9 pauses an hour."),
    "S2b": ("not_known", "Blood pressure was not measured at this visit."),
    "S3": ("yes", ""),
}


def offices_answer(living: Living, now: datetime) -> None:
    """The rule four days ago; both requests today."""
    living.at(now - 5 * DAY)
    made = approval_rules.propose_version(
        living.of("physician"),
        Proposal(
            name="Breathing machine, by the office’s answers",
            conditions=Conditions(codes=(_CODE,), answers=(_POLICY,), most_days=100),
            effective_from=(now - 4 * DAY).date(),
            reason="A nurse asks the same four things each time; the office knows them.",
        ),
    )
    question = approval_studies.Question(version_id=made.version_id)
    approval_studies.ask_study(living.of("supervisor"), question)
    while approval_studies.answer_slice(living.cx(SYSTEM)):
        pass
    living.at(now - 4 * DAY - timedelta(hours=2))
    approval_rules.release_version(
        living.of("compliance"), made.version_id, reason="It asks the whole policy, word for word."
    )
    for member, said, ago in zip(_who_never_asked(living), (_ALL, _SOME), (5, 3), strict=True):
        living.at(now - timedelta(hours=ago))
        _file(living, member, said)
    living.letters_leave()
    living.at(now)


def _who_never_asked(living: Living) -> tuple[MemberHere, ...]:
    """The first two members of the contract without a request for it: no second copy."""
    having = select(Case.member_id).join(RequestLine, RequestLine.case_id == Case.id)
    with living.database.reading(living.cx(SYSTEM)) as cx:
        asked = set(cx.db.execute(having.where(RequestLine.code == _CODE)).scalars())
    free = (
        each
        for each in living.town.members[_CONTRACT]
        if each.id not in asked and not each.restricted and each.principal is None
    )
    return tuple(islice(free, CASES))


def _file(living: Living, member: MemberHere, said: Mapping[str, tuple[str, str]]) -> None:
    version = max(each.version for each in living.town.policies if each.code == _POLICY)
    answers = tuple(
        AnswerAsSent(policy=_POLICY, version=version, criterion=name, answer=answer, note=note)
        for name, (answer, note) in said.items()
    )
    office = living.town.offices[0]
    file_request(living, office, member, _CODE, ahead=14, lasts=89, answers=answers)


PLAYS: Final[tuple[Play, ...]] = (offices_answer,)
