"""The pace of a case of any kind: asking for the fast track, granting, refusing; more time.

A request that the plan must follow is granted at once, by the system (42 CFR 438.210(d)(2);
422.570(c); 45 CFR 147.136(b)(3)(ii)(B)). Whether time may be extended is the clock rule's business.
"""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from casework import bridge, ledger
from casework.bridge import facts as known
from casework.context import SYSTEM, Context
from casework.db import command
from casework.records import standing
from casework.records.answers import Done, done, step
from casework.records.forms import asks
from statemachines.grounds import EXPEDITE_CRITERIA, MUST_FOLLOW

Asker = Literal["member", "representative", "provider", "physician"]
# Every ground that the rule of some clock accepts; which ones this clock accepts is its own rule's.
EXTENSION_GROUNDS = (
    "requested",
    "need_information",
    "noncontract_evidence",
    "extraordinary",
    "beyond_control",
    "missing_information",
)


@dataclass(frozen=True, kw_only=True)
class ExpediteAsk:
    """Who asks for the fast track, and why waiting could do harm."""

    asked_by: Asker = field(metadata=asks("Who asks for the fast track"))
    reason: str = field(
        default="", metadata=asks("Why waiting could do harm, in their words", long=True)
    )


@dataclass(frozen=True, kw_only=True)
class ExpediteAnswer:
    """Granted with its criterion (life, health, function), or refused with its reason."""

    criterion: str = field(
        default="",
        metadata=asks("What the standard time could jeopardize", choices=EXPEDITE_CRITERIA),
    )
    reason: str = field(
        default="",
        metadata=asks(
            "Why, in plain words", hint="A refusal is told to the member in these words", long=True
        ),
    )


@dataclass(frozen=True, kw_only=True)
class MoreTime:
    """An extension: calendar days, who asked, on which ground of the rule, in which words; and what
    is waited for, each by name (the letter lists it)."""

    days: int = field(metadata=asks("Calendar days more"))
    requested_by: Literal["member", "provider", "plan"] = field(
        metadata=asks("Who asks for more time")
    )
    ground: str = field(metadata=asks("Ground", choices=EXTENSION_GROUNDS))
    reason: str = field(
        metadata=asks("Why, in plain words", hint="It stands like this in the letter", long=True)
    )
    time_given_days: int = field(
        default=0,
        metadata=asks(
            "Days that they have to send it",
            hint="Only where information is missing: at least 45 (Marketplace)",
        ),
    )
    wanted: tuple[str, ...] = field(
        default=(), metadata=asks("What is waited for, each by name", hint="The letter lists it")
    )


@command
def request_expedite(cx: Context, ref: str, seen: int | None, form: ExpediteAsk) -> Done:
    """Ask for the fast track; granted at once where the plan must follow the one who asks."""
    case = ledger.take(cx, ref)
    facts = replace(known.of_case(cx, case), expedite_asked_by=form.asked_by)
    ledger.permit(cx, case, "request_expedite", facts, seen=seen)
    asked = ledger.Change(
        case=case,
        trigger="request_expedite",
        facts=facts,
        said=ledger.Said(by=_as_the_clock_says(form.asked_by)),
        text={"reason": form.reason} if form.reason else {},
    )
    if form.asked_by not in MUST_FOLLOW[facts.line]:
        return done(ledger.record(cx, [asked])[0])
    granted = ledger.Change(
        case=case,
        trigger="grant_expedite",
        facts=replace(facts, expedite_unanswered=True, expedite_supporters=(form.asked_by,)),
        actor=SYSTEM,
        said=ledger.Said(more={"must_follow": True}),
        sets={"fast_track": True},
    )
    return done(ledger.record(cx, [asked, granted])[-1])


@command
def grant_expedite(cx: Context, ref: str, seen: int | None, form: ExpediteAnswer) -> Done:
    """Put the case on the fast track: the hours run from the request for it."""
    case = ledger.take(cx, ref)
    facts = replace(standing.expedite_facts(cx, case), expedite_criterion=form.criterion)
    ledger.permit(cx, case, "grant_expedite", facts, seen=seen)
    return step(
        cx,
        case,
        "grant_expedite",
        facts,
        said=ledger.Said(ground=form.criterion),
        text={"reason": form.reason} if form.reason else {},
        sets={"fast_track": True},
    )


@command
def refuse_expedite(cx: Context, ref: str, seen: int | None, form: ExpediteAnswer) -> Done:
    """Keep the standard clock, from the original receipt; the letter says the right to complain."""
    case = ledger.take(cx, ref)
    facts = replace(standing.expedite_facts(cx, case), reason=form.reason)
    ledger.permit(cx, case, "refuse_expedite", facts, seen=seen)
    return step(
        cx,
        case,
        "refuse_expedite",
        facts,
        text={"reason": form.reason},
        sets={"fast_track": False},
    )


@command
def extend(cx: Context, ref: str, seen: int | None, form: MoreTime) -> Done:
    """Extend the decision clock where its rule allows it; the letter names the new date."""
    case = ledger.take(cx, ref)
    facts = replace(
        bridge.of_extension(cx, case, known.of_case(cx, case), asked_by=form.requested_by),
        extension_days=form.days,
        extension_ground=form.ground,
        extension_answer_days=form.time_given_days,
        reason=form.reason,
    )
    ledger.permit(cx, case, "extend", facts, seen=seen)
    more: dict[str, Any] = {"requested_by": form.requested_by}
    if form.time_given_days:
        more["time_given_days"] = form.time_given_days
    return step(
        cx,
        case,
        "extend",
        facts,
        said=ledger.Said(days=form.days, ground=form.ground, more=more),
        text={"reason": form.reason, "wanted": list(form.wanted)},
    )


def _as_the_clock_says(asker: str) -> str:
    return "member" if asker == "representative" else asker
