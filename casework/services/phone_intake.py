"""A complaint taken in by hand, mostly on the telephone: the number at once, the rest may follow.

What was checked of the caller, the language and the interpreter go into the log of contacts, in the
same transaction.
"""

from dataclasses import dataclass, field, replace
from typing import Literal

from casework import ledger
from casework.context import Context
from casework.db import command
from casework.errors import Invalid
from casework.records import categories, contact_log
from casework.records.forms import asks
from casework.services import grievances
from casework.services.grievance_issues import YES
from casework.services.grievances import Filed, GrievanceFiling

UNSORTED = "other"


@dataclass(frozen=True, kw_only=True)
class ComplaintByHand(GrievanceFiling):
    """A complaint as a clerk takes it down. Member, who files and the first words are enough."""

    category: str = field(
        default=UNSORTED,
        metadata=asks(
            "What it is about",
            hint="“Something else” is enough: the tree with its rules stands on the case",
            choices=categories.codes(),
        ),
    )
    disputes: Literal["yes", "no"] | None = field(
        default=None,
        metadata=asks(
            "Does it also dispute a decision?",
            hint="Ask: “Do you also want us to change a decision about your care?”",
        ),
    )
    call: contact_log.Call | None = field(
        default=None, metadata=asks("The call", hint="What was checked before anything was said")
    )


@command
def take_in_complaint(cx: Context, form: ComplaintByHand) -> Filed:
    """Open the grievance at the instant of the call and log the call.

    A dispute that was heard waits on the case as a task until its appeal is opened. Raises as
    `grievances.file_grievance`.
    """
    if form.call is not None and form.channel not in (None, "phone"):
        checked = form.call.verified or form.call.spoken or form.call.interpreter
        if checked:
            raise Invalid(
                "Only of a call somebody was checked.",
                fields={"channel": "Choose telephone, or leave the call empty."},
            )
    form = replace(form, in_writing=form.channel != "phone")
    case, told = grievances.opened(cx, form, disputes=form.disputes or "")
    if told.filing.channel == "phone":
        made = contact_log.Made(
            direction="in",
            channel="phone",
            with_whom=told.filing.name or _whom(told.filing.filed_by),
            purpose="complaint",
            outcome="taken in",
            note="",
            at=told.filing.received_at,
            call=form.call,
        )
        number = contact_log.write(cx, case, made)
        [recorded] = ledger.record(cx, [contact_log.logged(case, number, made)])
        case = recorded.case
    changes = _dispute(case, form.disputes)
    if changes:
        case = ledger.record(cx, changes)[-1].case
    return grievances.answer(cx, case, told)


def _dispute(case: ledger.Head, answered: str | None) -> list[ledger.Change]:
    if answered is None:
        return []
    said = ledger.Said(more={"answer": answered, "open": answered == YES})
    return [ledger.Change(case=case, observation="dispute_answered", said=said)]


def _whom(filed_by: str) -> str:
    return {"member": "the member", "representative": "the member’s representative"}.get(
        filed_by, f"the {filed_by}"
    )
