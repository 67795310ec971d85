"""What an office can do on a case now, and why not the rest: law, policy, state, in that order.

The machine and policy answer; this module only leaves out what was never an office's to do.
"""

from dataclasses import dataclass
from typing import Any, Final

from flask import url_for
from flask_babel import gettext

from casework import bridge, policy
from casework.context import Context
from casework.policy import OFFICE
from casework.queries import office_case
from casework.queries.case_file import CaseFile
from casework.queries.choices import choices
from casework.services.actions import ACTIONS
from casework.web.provider.steps import ANSWERS, FILINGS, STEPS, Step
from statemachines import engine

_UPHELD: Final = ("upheld", "partially_overturned")


@dataclass(frozen=True)
class Offer:
    """One thing to do: open, or grey with the sentence and the law that it stands on."""

    name: str
    step: Step
    address: str
    open: bool
    sentence: str = ""
    citation: str = ""

    @property
    def way_on(self) -> bool:
        """True for what leads on after a decision: it stands first."""
        return self.name in FILINGS


def offers(cx: Context, file: CaseFile, *, disputed: bool = False) -> tuple[Offer, ...]:
    """Everything an office does on this kind of case, what is open first; a decision that was
    `disputed` leads on where that was filed, not here."""
    found = [*_of_machine(cx, file), *_late(cx, file)]
    # What is for the reviewers outside must reach them, not only the plan's file.
    if not any(each.open and each.name == "add_information" for each in found):
        found += _papers(file)
    found.append(Offer("message", STEPS["message"], _address(file.case.ref, "message"), open=True))
    if not disputed:
        found += _filings(cx, file)
    return tuple(sorted(found, key=_place))


def _place(offer: Offer) -> tuple[bool, bool, bool]:
    """What leads on first, what ends a case last, what is grey below them."""
    return not offer.open, not offer.way_on, offer.step.grave


def is_late(cx: Context, case: Any) -> bool:
    """True when what is owed next should have been there by now."""
    return case.next_due_at is not None and case.next_due_at < cx.now


def for_offices(kind: str, name: str) -> bool:
    """True when policy lets offices do this on such a case."""
    row = policy.row_for(kind, name)
    return row is not None and bool(row.roles & OFFICE)


def _of_machine(cx: Context, file: CaseFile) -> list[Offer]:
    case = file.case
    found = []
    for choice in choices(cx, case, by_hand=ACTIONS[case.kind]):
        step = STEPS.get(choice.trigger)
        if step is None or not choice.by_hand or not for_offices(case.kind, choice.trigger):
            continue
        if choice.trigger in ANSWERS and not choice.open:
            continue
        fast = choice.trigger == "request_expedite" and choice.open and case.fast_track
        found.append(
            Offer(
                name=choice.trigger,
                step=step,
                address=_address(case.ref, choice.trigger),
                open=choice.open and not fast,
                sentence=gettext("It is on the fast track already.") if fast else choice.sentence,
                citation=choice.citation,
            )
        )
    return found


def _papers(file: CaseFile) -> list[Offer]:
    name = "add_document"
    return [Offer(name, STEPS[name], _address(file.case.ref, name), open=True)]


def _filings(cx: Context, file: CaseFile) -> list[Offer]:
    """The way on after a decision against the member."""
    case = file.case
    kind, is_open = "", False
    if case.kind == "prior_auth" and case.state not in engine.open_states("prior_auth"):
        kind, is_open = "appeal", office_case.may_be_appealed(cx, case)
    elif _leads_outside(file):
        kind, is_open = "external_review", True
    if not is_open:
        return []
    address = url_for("provider.filing_form", ref=case.ref, kind=kind)
    return [Offer(kind, FILINGS[kind], address, open=True)]


def _leads_outside(file: CaseFile) -> bool:
    """An upheld appeal of the member; a provider's own dispute has its contract's levels alone."""
    upheld = file.case.kind == "appeal" and file.case.state in _UPHELD
    return upheld and file.line == "marketplace" and not bridge.is_dispute(file.case)


def _late(cx: Context, file: CaseFile) -> list[Offer]:
    """Somebody who waits longer than the law allows can say so; once for each clock."""
    case = file.case
    told = any(row.clock == case.next_clock and row.ref for row in file.escalations)
    if not is_late(cx, case) or told:
        return []
    return [Offer("escalate", STEPS["escalate"], _address(case.ref, "escalate"), open=True)]


def _address(ref: str, name: str) -> str:
    return url_for("provider.step_form", ref=ref, trigger=name)
