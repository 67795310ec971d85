"""What can be done with a case now: open steps as buttons, the rest with the reason why not.

The reasons come from `queries.choices`; this module only puts them in the order of a page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from casework import ledger, policy
from casework.context import Principal
from casework.queries.case_file import CaseFile
from casework.queries.choices import Choice
from casework.queries.next_step import NextStep
from casework.services.actions import ACTIONS, OBSERVATIONS
from casework.web.staff.plan_words import NOTES
from statemachines import engine

# What is noted from its own place on the page, beside the thing that it is about.
_ELSEWHERE: Final = frozenset(
    {
        "acknowledge_escalation",
        "add_issue",
        "answer_dispute",
        "answer_doubt",
        "complete_corrective_action",
        "end_hold",
        "find_issue",
        "lift_restriction",
        "mark_paper",
        "move_corrective_action",
        "open_corrective_action",
        "rate_severity",
        "record_mailing",
        "record_return",
        "reissue_letter",
        "settle_obligation",
        "try_letter_again",
        "unmark_paper",
    }
)
_ONLY: Final = {
    "prove_packet": ("external_review",),
    "reviewer_received": ("external_review",),
}
# The row of policy that governs a note of another name.
ROWS: Final = {"info_complete": "observe_receipt", "reviewer_received": "observe_receipt"}


@dataclass(frozen=True)
class Button:
    """One step: `asks` says whether a form comes first; `first` marks what is to be done now."""

    trigger: str
    label: str
    asks: bool
    adverse: bool
    first: bool


@dataclass(frozen=True)
class Buttons:
    """The open steps, those that law or policy keeps from this person, those of other states, and
    what can be noted."""

    open: tuple[Button, ...]
    kept: tuple[Choice, ...]
    other: tuple[Choice, ...]
    notes: tuple[Button, ...]


def buttons(file: CaseFile, offered: Sequence[Choice], step: NextStep, who: Principal) -> Buttons:
    """The steps of this case in the order of its machine, what is to be done now first."""
    case = file.case
    mine = [choice for choice in offered if choice.by_hand]
    open_now = [_button(case.kind, choice, step) for choice in mine if choice.open]
    return Buttons(
        open=tuple(sorted(open_now, key=lambda button: not button.first)),
        kept=tuple(c for c in mine if not c.open and _is_near(case, c, step)),
        other=tuple(c for c in mine if not c.open and not _is_near(case, c, step)),
        notes=_notes(file, who),
    )


def _is_near(case: Any, choice: Choice, step: NextStep) -> bool:
    """A decision of this case that law or policy keeps from this person, or what is to be done
    now: its reason stands beside the buttons, not below them."""
    edges = [edge for edge in engine.edges(case.kind) if edge.trigger == choice.trigger]
    decides = any(edge.dest in engine.decided_states(case.kind) for edge in edges)
    if not (decides and choice.adverse) and choice.trigger != step.action:
        return False
    sources = {source for edge in edges for source in edge.sources}
    still_open = set(engine.open_states(case.kind))
    return case.state in sources or (case.state in still_open and bool(sources & still_open))


def is_against(kind: str, trigger: str) -> bool:
    """True for a decision against the member; the answer to a complaint is none."""
    return kind != "grievance" and trigger in engine.adverse_triggers(kind)


def _button(kind: str, choice: Choice, step: NextStep) -> Button:
    against = is_against(kind, choice.trigger)
    return Button(
        trigger=choice.trigger,
        label=choice.label,
        asks=ACTIONS[kind][choice.trigger].form is not None,
        adverse=against,
        # Nobody is nudged to decide against the member.
        first=choice.trigger == step.action and not against,
    )


def _notes(file: CaseFile, who: Principal) -> tuple[Button, ...]:
    return tuple(
        Button(name, label, OBSERVATIONS[name].form is not None, adverse=False, first=False)
        for name, label in NOTES.items()
        if name in OBSERVATIONS and may_note(file, name, who)
    )


def may_note(file: CaseFile, name: str, who: Principal) -> bool:
    """Whether this can be noted on this case by this person, from the row of buttons."""
    case = file.case
    if ledger.reads_only(who, restricted=case.restricted):
        return False
    if name in _ELSEWHERE or case.kind not in _ONLY.get(name, (case.kind,)):
        return False
    if name == "plan_next_review" and case.timing != "concurrent":
        return False
    if name == "take_work" and case.assignee_id is not None:
        return False
    if name == "refuse_work" and (case.assignee_id != who.id or not case.open):
        return False
    if name == "hold" and not case.open:
        return False
    return policy.refusal(who, case.kind, ROWS.get(name, name)) is None
