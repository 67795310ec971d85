"""What a missed clock of the plan leaves to be done, and by which law: duties, never a verdict.

The engine never closes, approves or denies a case: it says what is owed now. Words and figures
only; the rows are `obligations`'.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sla import rules

AT_ONCE: Final = timedelta(hours=24)
DECISION: Final = "decision"


@dataclass(frozen=True, slots=True)
class Duty:
    """What is owed: its kind, the clock whose satisfaction ends it (empty: a person records that it
    was done) and which gives its due, and its words."""

    kind: str
    clock: str
    says: str


_DECIDE: Final = Duty(
    "decide_now", DECISION, "The plan's own time has run out: decide now and tell everyone."
)
_DECIDE_ALL_THE_SAME: Final = Duty(
    "decide_now", DECISION, "The time has run out, and the decision is still owed: decide now."
)
_TELL: Final = Duty(
    "send_decision_notice",
    DECISION,
    "It is decided, and the time ran out before the notice left: see that it leaves now.",
)
_FORWARD: Final = Duty(
    "forward_to_ire",
    "forward_to_ire",
    "The law takes the missed appeal as upheld: forward the file to the review entity.",
)
# What the law makes of a missed decision, by consequence and line (rules 1.7). The notice of a
# deemed denial is itself the decision's notice on Medicaid; elsewhere a letter tells the member,
# and what is owed is over when it has left.
CONSEQUENCES: Final[Mapping[tuple[str, str], tuple[Duty, ...]]] = {
    ("deemed_denial", "medicaid"): (
        Duty(
            "send_denial_notice",
            "denial_notice",
            "The law takes the missed decision as a denial: the notice of action is owed today.",
        ),
    ),
    ("deemed_denial", "medicare"): (
        Duty(
            "tell_of_deemed_denial",
            "",
            "The law takes the missed decision as a denial, and it can be appealed now: see that"
            " the letter that tells the member so leaves today.",
        ),
        _DECIDE_ALL_THE_SAME,
    ),
    ("deemed_exhaustion", "medicaid"): (
        Duty(
            "tell_of_exhaustion",
            "",
            "The member may go to the State fair hearing at once: see that the letter that says"
            " so leaves today.",
        ),
        _DECIDE_ALL_THE_SAME,
    ),
    ("deemed_exhaustion", "marketplace"): (
        Duty(
            "tell_of_exhaustion",
            "",
            "The member may go to the external review or to court at once: see that the letter"
            " that says so leaves today. It is no approval.",
        ),
        _DECIDE_ALL_THE_SAME,
    ),
    ("deemed_affirmation", "medicare"): (_FORWARD,),
}
_OF_ANY_LINE: Final[Mapping[str, tuple[Duty, ...]]] = {
    "deemed_approval": (
        Duty(
            "confirm_deemed_approval",
            DECISION,
            "State law takes the missed request as approved: confirm it, or show why it does not"
            " hold.",
        ),
    ),
    "": (_DECIDE,),
}
# Every other clock of the plan: its duty stays, and is owed at once.
LATE: Final[Mapping[str, Duty]] = {
    duty.clock: duty
    for duty in (
        Duty(
            "send_written_notice",
            "written_notice",
            "The letter after the decision that was told by telephone is late: send it now.",
        ),
        Duty("send_denial_notice", "denial_notice", "The denial notice is late: send it now."),
        Duty(
            "send_acknowledgement",
            "acknowledgement",
            "The letter that acknowledges the receipt is late: send it now.",
        ),
        Duty(
            "send_extension_notice",
            "extension_notice",
            "The letter about the extension is late: send it now.",
        ),
        Duty(
            "send_downgrade_notice",
            "downgrade_notice",
            "The letter about the refusal to expedite is late: send it now.",
        ),
        Duty(
            "ask_for_information",
            "information_request",
            "Nobody has said in time what is missing: ask for it now.",
        ),
        Duty(
            "forward_to_ire",
            "forward_to_ire",
            "The file is late at the independent review entity: forward it now.",
        ),
        Duty(
            "carry_out_reversal",
            "effectuation",
            "The reversal is not carried out in time: authorize, provide or pay now.",
        ),
        Duty(
            "provide_service",
            "provision",
            "The service is not provided in the time after the reversal: provide it now.",
        ),
        Duty(
            "complete_preliminary_review",
            "preliminary_review",
            "The preliminary review is late: complete it now.",
        ),
        Duty(
            "tell_of_eligibility",
            "eligibility_notice",
            "The notice about the preliminary review is late: send it now, record the day it left.",
        ),
        Duty(
            "send_file",
            "file_to_reviewer",
            "The documents are late at the reviewing body: send them now.",
        ),
    )
}


def duties(
    clock: str,
    *,
    line: str,
    consequence: str = "",
    decided: bool = False,
    met: Collection[str] = (),
) -> tuple[Duty, ...]:
    """What the missed clock of this name leaves to be done. `consequence` is the law's word on a
    missed decision, empty where the plan's own figure ran out; `decided` says that only the notice
    is late, `met` names the clocks that are satisfied already: their duty is done."""
    if clock != DECISION:
        return () if clock in met else (LATE[clock],)
    found = CONSEQUENCES.get((consequence, line)) or _OF_ANY_LINE.get(consequence) or (_DECIDE,)
    left = tuple(duty for duty in found if duty.clock not in met)
    if not left and clock not in met:
        left = (_DECIDE_ALL_THE_SAME,)
    return tuple(_TELL if decided and duty.kind == _DECIDE.kind else duty for duty in left)


def due_of(duty: Duty, clocks: Mapping[str, Any], *, missed: str, now: datetime) -> datetime:
    """By when (UTC): the due of the duty's own clock where another clock than the one that was
    missed gives one (the notice of action today, the file to the IRE), else within a day."""
    own = clocks.get(duty.clock)
    if own is None or duty.clock == missed:
        return now + AT_ONCE
    due_at: datetime = own.due_at
    return due_at


def citation_of(row: Any, duty: Duty) -> str:
    """The law behind a duty: for a missed decision what makes the consequence, else the rule of
    the clock. `row` is the row of the missed clock."""
    if row.name != DECISION:
        return str(row.citation)
    if not row.consequence:
        return ""
    return _lapsed(row.consequence, row.candidates) or str(row.citation)


def _lapsed(consequence: str, candidates: Sequence[Mapping[str, str]]) -> str:
    """The citation of the rule that gave this consequence: of the candidates the earliest one."""
    known = _makes()
    for candidate in sorted(candidates, key=lambda each: datetime.fromisoformat(each["due"])):
        found = known.get((candidate["rule"], consequence))
        if found:
            return found
    return ""


@cache
def _makes() -> Mapping[tuple[str, str], str]:
    return {
        (rule.id, rule.consequence): rule.consequence_citation or rule.citation
        for rule in rules.load().versions
        if rule.consequence
    }
