"""The named conditions under which an element is required. A closed list: no mini-language.

Where a fact is unknown the condition holds, so that a forgotten fact refuses a letter rather than
dropping a right from it.
"""

from collections.abc import Callable

from letters.context import LetterContext

Condition = Callable[[LetterContext], bool]


def _clinical(context: LetterContext) -> bool:
    return context.decision is None or context.decision.ground not in ("administrative", "time")


def _information_would_help(context: LetterContext) -> bool:
    return context.decision is None or not context.decision.nothing_would_help


def _decided_late(context: LetterContext) -> bool:
    """Only a day that is known can have been passed; a dispute without its clock never is late."""
    due = context.dates.decide_by
    return bool(due and context.decision and context.decision.decided_on > due.on)


def _given_in_part(context: LetterContext) -> bool:
    return context.decision is None or context.decision.outcome == "partly_overturned"


def _missing_information(context: LetterContext) -> bool:
    return context.extension is None or context.extension.ground in (
        "missing_information",
        "need_information",
    )


def _plan_extends(context: LetterContext) -> bool:
    return context.extension is None or context.extension.asked_by == "plan"


CONDITIONS: dict[str, Condition] = {
    "always": lambda context: True,
    "words_in_english": lambda context: bool(context.english),
    "still_some": lambda context: context.decision is None or context.decision.outcome == "reduced",
    "copy": lambda context: context.recipient.kind != "member",
    "to_provider": lambda context: context.recipient.kind == "provider",
    "clinical": _clinical,
    "care_was_authorized": lambda context: context.rights.continue_benefits,
    "care_went_on": lambda context: context.rights.benefits_continued,
    "decided_late": _decided_late,
    "given_in_part": _given_in_part,
    "details_known": lambda context: all(s.provider and s.starts for s in context.denied),
    "expedited": lambda context: context.case.priority == "expedited",
    "fast_external": lambda context: context.rights.expedited_external,
    "information_would_help": _information_would_help,
    "missing_information": _missing_information,
    "payment_caveat": lambda context: context.rights.payment_caveat,
    "plan_extends": _plan_extends,
    "sent_again": lambda context: context.reissue is not None,
    "quality_of_care": lambda context: context.rights.quality_of_care,
    "reviewer_decided": lambda context: context.reviewer is not None,
    "reviewer_known": lambda context: context.reviewer is not None,
    "something_approved": lambda context: bool(context.approved),
    "something_denied": lambda context: bool(context.denied),
    "something_withheld": lambda context: bool(context.withheld),
    "state_remedies": lambda context: context.rights.state_remedies,
    "window_open": lambda context: context.dates.appeal_by is not None,
}
