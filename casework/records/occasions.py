"""Requests that are unlike others: for a service already given, for a treatment that goes on after
a change, for a newborn. What decides them, what is wrong with it, and how long they run.

No clock of the law is made up here: where neither law nor contract gives a time, the plan's own
policy does, and says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import select

from casework import bridge, ledger
from casework.bridge.after_the_fact import POLICY_DAYS
from casework.context import Context
from casework.ledger.change import Head
from casework.models import Clock, Contract, PriorAuth
from casework.records import obligations
from casework.records.known_parties import members_with
from casework.submission import Occasion, Submission
from sla.calendars import local_day, zone

AFTER, CONTINUITY, NEWBORN = "after_the_fact", "continuity", "newborn"
KINDS: Final[Mapping[str, str]] = {
    AFTER: "After the fact",
    CONTINUITY: "Continuity of care",
    NEWBORN: "Newborn",
}
WHYS: Final[Mapping[str, Mapping[str, str]]] = {
    AFTER: {
        "covered_later": "The coverage was made retroactive",
        "emergency": "It was an emergency",
        "could_not_know": "The office could not know of the coverage",
        "changed_during": "It had to be changed while it was done",
    },
    CONTINUITY: {
        "new_member": "New with the plan, treatment underway",
        "provider_left": "The provider left the network",
    },
    NEWBORN: {},
}
TASK: Final = "decide_after_the_fact"
TRANSITION_DAYS: Final = 90
NEW_FOR: Final = timedelta(days=366)
_KEPT: Final = "occasion"
# Who gives a transition its days. Elsewhere the plan's policy gives the same ones, and says so.
_LAWS: Final[Mapping[tuple[str, str], str]] = {
    ("medicare", "new_member"): "42 CFR 422.112(b)(8)(i)(B)",
    ("marketplace", "provider_left"): "42 U.S.C. 300gg-113(a)",
}
STATE_DECIDES: Final = "42 CFR 438.62(b): the State's transition policy may give more"


@dataclass(frozen=True, slots=True)
class Transition:
    """Until when a treatment goes on after a change: the day, whether the sender asked for it, and
    what it rests on."""

    ends_on: date
    asked: bool
    rests_on: str


def faults(cx: Context, sent: Submission) -> Iterator[tuple[str, str]]:
    """What is wrong with the occasion of this request: the field and its sentence."""
    said = sent.occasion
    if said is None:
        return
    today = sent.received_at.date()
    if said.why not in WHYS[said.kind] and (said.why or WHYS[said.kind]):
        yield "occasion/why", f"Choose one of: {', '.join(WHYS[said.kind]) or 'nothing'}."
    if said.kind == AFTER:
        yield from _after(said, sent, today)
    elif said.kind == CONTINUITY:
        yield from _continuity(said, sent, today)
    else:
        yield from _newborn(cx, said, today)


def kept(sent: Submission) -> dict[str, Any]:
    """The occasion as it is kept beside the request; days in ISO 8601."""
    if sent.occasion is None:
        return {}
    said = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(sent.occasion).items()
        if value not in ("", None, False)
    }
    return {_KEPT: said}


def of(detail: Any) -> Occasion | None:
    """The occasion of a request from its row; None for one like others."""
    said = (getattr(detail, "wire", None) or {}).get(_KEPT)
    if not said:
        return None
    days = ("began_on", "changed_on", "ends_on", "birth_date")
    dated = {name: date.fromisoformat(said[name]) for name in days if name in said}
    return Occasion(**{**said, **dated})


def transition(said: Occasion, line: str) -> Transition | None:
    """Until when the treatment goes on, in the line of business `line`: as it was asked, or ninety
    days from the change. None for another occasion."""
    if said.kind != CONTINUITY or said.changed_on is None:
        return None
    law = _LAWS.get((line, said.why), "")
    policy = "the plan's policy"
    if line == "medicaid":
        policy = f"the plan's policy; {STATE_DECIDES}"
    rests_on = f"at least {TRANSITION_DAYS} days: {law}" if law else policy
    least = said.changed_on + timedelta(days=TRANSITION_DAYS)
    if said.ends_on is not None and (said.ends_on >= least or not law):
        return Transition(said.ends_on, True, rests_on)
    return Transition(least, False, rests_on)


def transition_of(cx: Context, case: Any, detail: Any) -> Transition | None:
    """The transition of this request, if it is one."""
    said = of(detail)
    if said is None:
        return None
    line = cx.db.execute(select(Contract.line).where(Contract.id == case.contract_id)).scalar_one()
    return transition(said, line)


def give_time(cx: Context, case: Head, sent: Submission, *, cause_seq: int) -> None:
    """A request after the fact on which no clock of law or contract runs is decided in the plan's
    own time: a task, so that it never lies without one."""
    if sent.timing != "post_service" or case.next_due_at is not None:
        return
    runs = select(Clock.id).where(Clock.case_id == case.id, Clock.name == "decision")
    if cx.db.execute(runs).first() is not None:
        return
    where = zone(bridge.zone_of(cx, case))
    day = local_day(sent.received_at, where) + timedelta(days=POLICY_DAYS)
    obligations.owe(
        cx,
        case,
        TASK,
        f"Decide it: the service was given already. {POLICY_DAYS} days are the plan's policy; no"
        " rule of law or contract gives a time.",
        due_at=datetime.combine(day, time(23, 59), where).astimezone(UTC),
        cause_seq=cause_seq,
    )


def decided(cx: Context, case: ledger.Head) -> None:
    """The task of the plan's own time ends: the request was decided, withdrawn or dismissed."""
    if case.timing == "post_service":
        obligations.settle(cx, case, [TASK])


def detail_of(cx: Context, case_id: int) -> Any:
    """The row of the request, for `of`."""
    return cx.db.execute(select(PriorAuth).where(PriorAuth.case_id == case_id)).scalar()


def _after(said: Occasion, sent: Submission, today: date) -> Iterator[tuple[str, str]]:
    if sent.timing != "post_service":
        yield "timing", "Send post_service: the service was already given."
    if said.began_on is None or said.began_on > today:
        yield "occasion/began_on", "Say on which day the service began: not after today."


def _continuity(said: Occasion, sent: Submission, today: date) -> Iterator[tuple[str, str]]:
    if sent.timing == "post_service":
        yield "timing", "A treatment that goes on is asked for before it is given."
    if said.began_on is None or said.began_on > today:
        yield "occasion/began_on", "Say since when the treatment is underway: not after today."
    if said.changed_on is None:
        yield "occasion/changed_on", "Say on which day the coverage began or the provider left."
    elif said.ends_on is not None and said.ends_on < said.changed_on:
        yield "occasion/ends_on", "The transition ends after the change, not before it."
    if not said.previous.strip():
        yield "occasion/previous", "Name the plan or the provider before the change."


def _newborn(cx: Context, said: Occasion, today: date) -> Iterator[tuple[str, str]]:
    if said.birth_date is None or not today - NEW_FOR <= said.birth_date <= today:
        yield "occasion/birth_date", "Say on which day the child was born: within a year."
    number = said.mother_number.strip()
    if number and len(members_with(cx, [number])) != 1:
        yield "occasion/mother_number", "We know no member with this number: see the mother's card."
