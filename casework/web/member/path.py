"""The way through the questions of a filing: which are asked, what is next, what is still open."""

from typing import Final

from casework.web.member.appeal_questions import OF_APPEAL, OF_REVIEW
from casework.web.member.complaint_questions import OF_COMPLAINT
from casework.web.member.doors import APPEAL, COMPLAINT, HELPER, OUTSIDE, Situation
from casework.web.member.helper_questions import OF_HELPER
from casework.web.member.question import Question, answered

OF_DOOR: Final[dict[str, tuple[Question, ...]]] = {
    APPEAL: OF_APPEAL,
    OUTSIDE: OF_REVIEW,
    COMPLAINT: OF_COMPLAINT,
    HELPER: OF_HELPER,
}


def asked(situation: Situation) -> tuple[Question, ...]:
    """The questions that matter in this situation, in order."""
    return tuple(each for each in OF_DOOR[situation.door] if each.asked(situation))


def first_open(situation: Situation) -> Question | None:
    """The first question without an answer; None when all have one."""
    return next((each for each in asked(situation) if not answered(each, situation)), None)


def find(situation: Situation, name: str) -> Question | None:
    """The question of this name, where it matters; else None."""
    return next((each for each in asked(situation) if each.name == name), None)


def beside(situation: Situation, question: Question) -> tuple[Question | None, Question | None]:
    """The question before this one and the one after it."""
    all_asked = asked(situation)
    at = all_asked.index(question)
    before = all_asked[at - 1] if at else None
    after = all_asked[at + 1] if at + 1 < len(all_asked) else None
    return before, after
