"""What is written down when a rule of queues is made, changed or ended: the version that would
stand, the same for whoever looks at the plan and for the command that publishes it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from casework.context import Context
from casework.errors import Invalid, NotFound
from casework.ledger.queue_rules import Conditions, Rule, all_versions, standing
from casework.models import Queue, QueueRule

DESK_ZONE: Final = ZoneInfo("America/New_York")
KINDS: Final = ("prior_auth", "appeal", "grievance", "external_review")
LINES: Final = ("medicaid", "marketplace", "medicare")
SERVICES: Final = ("medical", "outpatient_drug", "part_b_drug")
URGENCIES: Final = ("expedited", "standard")
MOST_AHEAD: Final = timedelta(days=366)
MOST_LISTED: Final = 40
MOST_OF_A_REASON: Final = 300
LAST_PLACE: Final = 999
_STATE: Final = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, kw_only=True)
class RuleForm:
    """A rule as it is to be: of this code, or a new one (`code` empty). `effective_on` None: at
    once; else from the beginning of that day where the desk is."""

    code: str = ""
    name: str
    place: int
    queue: str
    conditions: Conditions
    effective_on: date | None = None
    reason: str


@dataclass(frozen=True, kw_only=True)
class EndForm:
    """A rule that is to end: from that day on, or at once."""

    code: str
    effective_on: date | None = None
    reason: str


@dataclass(frozen=True)
class Written:
    """What stands now: every version, the step of each queue, and the number of the last row:
    whoever saw another one has to look again."""

    versions: tuple[Rule, ...]
    steps: dict[str, str]
    edition: int
    closed: frozenset[str] = frozenset()

    def newest(self, code: str) -> Rule:
        """The version of this rule that was written last. Raises NotFound."""
        found = [each for each in self.versions if each.code == code]
        if not found:
            raise NotFound(f"There is no rule {code[:12]} of queues.")
        return found[-1]


def desk_day(now: datetime) -> date:
    """The day that it is where the desk is."""
    return now.astimezone(DESK_ZONE).date()


def written(cx: Context) -> Written:
    """What is written down now."""
    versions, steps = all_versions(cx)
    edition = cx.db.execute(select(func.coalesce(func.max(QueueRule.id), 0))).scalar_one()
    closed = cx.db.execute(select(Queue.code).where(Queue.closed_at.is_not(None))).scalars()
    return Written(versions, steps, int(edition), frozenset(closed))


def leading_into(there: Written, queue: str, at: datetime) -> list[str]:
    """The codes of the rules that lead into this queue now, or will."""
    last = {each.code: each for each in there.versions}
    to_come = {each.code for each in last.values() if each.queue == queue and not each.ended}
    now = {each.code for each in standing(there.versions, at) if each.queue == queue}
    return sorted(to_come | now)


def proposed(there: Written, form: RuleForm, now: datetime) -> Rule:
    """The version that this form would write. Raises Invalid, NotFound."""
    wrong = _wrong(there, form) | _wrong_conditions(form.conditions)
    at = _begins(form.effective_on, now, wrong)
    if wrong:
        raise Invalid("The rule cannot stand so.", fields=wrong)
    before = there.newest(form.code) if form.code else None
    return Rule(
        code=form.code or _next_code(there.versions),
        version=before.version + 1 if before else 1,
        name=form.name.strip(),
        place=form.place,
        conditions=form.conditions,
        queue=form.queue,
        step=there.steps[form.queue] or form.queue,
        ended=False,
        effective_at=at,
    )


def ending(there: Written, form: EndForm, now: datetime) -> Rule:
    """The version that ends the rule. Raises Invalid, NotFound."""
    newest = there.newest(form.code)
    wrong = reason_wrong(form.reason)
    at = _begins(form.effective_on, now, wrong)
    if newest.ended:
        wrong["reason"] = "The rule is ended already."
    if wrong:
        raise Invalid("The rule was not ended.", fields=wrong)
    return replace(newest, version=newest.version + 1, ended=True, effective_at=at)


def reason_wrong(reason: str) -> dict[str, str]:
    """What is wrong with a reason, by its field."""
    if not reason.strip():
        return {"reason": "Say why: an auditor reads it."}
    if len(reason) > MOST_OF_A_REASON:
        return {"reason": f"Say it in {MOST_OF_A_REASON} characters."}
    return {}


def _wrong(there: Written, form: RuleForm) -> dict[str, str]:
    wrong = reason_wrong(form.reason)
    if not 3 <= len(form.name.strip()) <= 80:
        wrong["name"] = "Give the rule a name of 3 to 80 characters."
    if not 1 <= form.place <= LAST_PLACE:
        wrong["place"] = f"Write a number from 1 to {LAST_PLACE}: the lower is asked first."
    if form.queue not in there.steps:
        wrong["queue"] = "Choose the queue."
    elif form.queue in there.closed:
        wrong["queue"] = "This queue is closed: choose another, or open it again."
    elif form.code:
        newest = there.newest(form.code)
        if newest.step != (there.steps[form.queue] or form.queue):
            wrong["queue"] = "That queue belongs to another step: end this rule, make a new one."
    return wrong


def _wrong_conditions(asked: Conditions) -> dict[str, str]:
    wrong = {}
    known: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("kinds", KINDS),
        ("lines", LINES),
        ("services", SERVICES),
        ("urgencies", URGENCIES),
    )
    for name, values in known:
        if set(getattr(asked, name)) - set(values):
            wrong[name] = f"Use {', '.join(values)}."
    bad = next((each for each in asked.states if not _STATE.fullmatch(each)), "")
    if bad:
        wrong["states"] = f"{bad[:20]} is no State: write two letters, such as OH."
    for name in ("states", "specialties"):
        if len(getattr(asked, name)) > MOST_LISTED:
            wrong[name] = f"At most {MOST_LISTED}."
    if any(len(each) > 80 for each in asked.specialties):
        wrong["specialties"] = "A specialty has at most 80 characters."
    if asked == Conditions():
        wrong["form"] = "Say what the rule asks for: one that asks nothing would take everything."
    return wrong


def _begins(on: date | None, now: datetime, wrong: dict[str, str]) -> datetime:
    today = desk_day(now)
    if on is None or on == today:
        return now
    if not today < on <= today + MOST_AHEAD:
        wrong["effective_on"] = "Enter a day from today on, within a year."
    return datetime.combine(on, time(), DESK_ZONE).astimezone(UTC)


def _next_code(versions: Sequence[Rule]) -> str:
    last = max((int(each.code.removeprefix("QR-")) for each in versions), default=0)
    return f"QR-{last + 1:03d}"


def row_of(rule: Rule, conditions: dict[str, Any], cx: Context, reason: str) -> dict[str, Any]:
    """The row of a version, by whoever acts now."""
    return {
        "code": rule.code,
        "version": rule.version,
        "name": rule.name,
        "place": rule.place,
        "conditions": conditions,
        "queue": rule.queue,
        "ended": rule.ended,
        "reason": reason.strip(),
        "effective_at": rule.effective_at,
        "made_at": cx.now,
        "made_by_id": cx.principal.id,
        "made_by": cx.principal.name[:120],
    }
