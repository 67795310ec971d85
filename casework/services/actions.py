"""Which command carries out which trigger of which machine, and what its form asks.

One table for pages, API and documentation. A trigger that is not here is not offered by hand: it
belongs to the system (a lapse, a missed deadline) or to a door of its own (filing).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from casework.context import Context
from casework.errors import NotFound
from casework.records.answers import Done
from casework.services import authorizations, determinations, endings, pace, review
from statemachines import engine

Command = Callable[..., Done]


@dataclass(frozen=True)
class Action:
    """A command and the form that it takes (None: it asks nothing)."""

    command: Command
    form: type | None = None

    def carry_out(self, cx: Context, ref: str, seen: int | None, form: Any) -> Done:
        """Run the command on this case as the caller saw it."""
        if self.form is None:
            return self.command(cx, ref, seen)
        return self.command(cx, ref, seen, form)


_PA, _AP, _GR, _ER = engine.KINDS

# Steps that several kinds share: the machine of the case decides what they mean there.
_WAITING: Final = {
    "request_information": Action(review.request_information, review.Ask),
    "receive_information": Action(review.receive_information, review.Reply),
    "resume": Action(review.resume, review.Reason),
}
_PACE: Final = {
    "request_expedite": Action(pace.request_expedite, pace.ExpediteAsk),
    "grant_expedite": Action(pace.grant_expedite, pace.ExpediteAnswer),
    "refuse_expedite": Action(pace.refuse_expedite, pace.ExpediteAnswer),
}
_MORE_TIME: Final = {"extend": Action(pace.extend, pace.MoreTime)}
_ENDS: Final = {
    "withdraw": Action(endings.withdraw, endings.Withdrawal),
    "correct_receipt": Action(endings.correct_receipt, endings.Correction),
}
_DISMISSAL: Final = {"dismiss": Action(endings.dismiss, endings.Dismissal)}
_VACATING: Final = {"vacate_dismissal": Action(endings.vacate_dismissal, endings.Vacating)}

_REVIEW: Final = {
    "start_review": Action(review.start_review),
    "refer_to_physician": Action(review.refer_to_physician, review.Referral),
    "return_to_nurse": Action(review.return_to_nurse, review.Reason),
    "offer_peer_to_peer": Action(review.offer_peer_to_peer, review.Slot),
    "hold_peer_to_peer": Action(review.hold_peer_to_peer, review.Talk),
    "close_peer_to_peer": Action(review.close_peer_to_peer, review.Talk),
    "approve": Action(determinations.approve, determinations.Ruling),
    "approve_in_part": Action(determinations.approve_in_part, determinations.Ruling),
    "deny": Action(determinations.deny, determinations.Ruling),
    "deny_administratively": Action(determinations.deny_administratively, determinations.Ruling),
    "confirm_deemed_approval": Action(
        determinations.confirm_deemed_approval, determinations.Ruling
    ),
    "reopen": Action(determinations.reopen, determinations.Reopening),
    "change_authorization": Action(authorizations.change_authorization, authorizations.Alteration),
    "reduce": Action(authorizations.reduce, authorizations.Reduction),
    "terminate": Action(authorizations.terminate, authorizations.Reduction),
    "carry_out_reversal": Action(authorizations.carry_out_reversal, authorizations.CarryingOut),
}

ACTIONS: Final[dict[str, dict[str, Action]]] = {
    _PA: {**_REVIEW, **_WAITING, **_PACE, **_MORE_TIME, **_ENDS, **_DISMISSAL, **_VACATING},
    _AP: {**_WAITING, **_PACE, **_MORE_TIME, **_ENDS, **_DISMISSAL, **_VACATING},
    _GR: {**_WAITING, **_MORE_TIME, **_ENDS, **_DISMISSAL},
    _ER: {**_ENDS},
}


def action(kind: str, trigger: str) -> Action:
    """The action behind a trigger. Raises NotFound with the triggers that exist."""
    found = ACTIONS[kind].get(trigger)
    if found is None:
        known = ", ".join(sorted(ACTIONS[kind]))
        raise NotFound(f"There is no action {trigger[:40]!r} here. The actions are: {known}.")
    return found
