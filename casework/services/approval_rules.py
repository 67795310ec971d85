"""Approval rules: one person proposes a version, another releases it, anybody who may stops a rule.

A version is written once. Before it goes live its what-if over history has been answered, so that
whoever releases it has seen how many of those cases were denied then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import func, insert, select, update

from casework import observations, policy
from casework.context import Context
from casework.db import command
from casework.errors import Invalid, NotFound
from casework.models import ApprovalRule, ApprovalRuleVersion, ApprovalStudy, Contract
from casework.records import medical_policies, office_answers
from casework.records.approval_conditions import Conditions, read, stored

PROPOSE: Final = "propose_approval_rule"
RELEASE: Final = "release_approval_rule"
STOP: Final = "stop_approval_rule"
MOST_AHEAD: Final = timedelta(days=730)
MOST_OF_A_REASON: Final = 400


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A version to be: of the rule with this code, or of a new one (`code` empty) of this name."""

    code: str = ""
    name: str = ""
    conditions: Conditions
    effective_from: date
    effective_to: date | None = None
    reason: str


@dataclass(frozen=True)
class Proposed:
    """What was written down: the rule's code, the version's number and id."""

    code: str
    version: int
    version_id: int


@command
def propose_version(cx: Context, form: Proposal) -> Proposed:
    """Write down a version that somebody else may release. Raises NotAllowed, NotFound, Invalid."""
    policy.require(cx.principal, "", PROPOSE)
    conditions = read(stored(form.conditions))
    _require_sound(cx, form, conditions)
    _one_at_a_time(cx)
    rule = _rule(cx, form.code) if form.code else _new_rule(cx, form)
    version = 1 + int(
        cx.db.execute(
            select(func.coalesce(func.max(ApprovalRuleVersion.version), 0)).where(
                ApprovalRuleVersion.rule_id == rule.id
            )
        ).scalar_one()
    )
    version_id = cx.db.execute(
        insert(ApprovalRuleVersion)
        .values(
            rule_id=rule.id,
            version=version,
            conditions=stored(conditions),
            effective_from=form.effective_from,
            effective_to=form.effective_to,
            reason=form.reason.strip(),
            state="proposed",
            proposed_at=cx.now,
            proposed_by_id=cx.principal.id,
            proposed_by=cx.principal.name[:120],
        )
        .returning(ApprovalRuleVersion.id)
    ).scalar_one()
    observations.append(cx, "approval_rule_proposed", what=f"rule:{rule.code}:v{version}")
    return Proposed(rule.code, version, version_id)


@command
def release_version(
    cx: Context, version_id: int, *, reason: str, knows_denied: bool = False
) -> None:
    """Let a proposed version go live from its day on: by another person than its author, after its
    what-if was answered; `knows_denied` where that names cases that were denied then.

    Raises NotAllowed, NotFound, Invalid.
    """
    policy.require(cx.principal, "", RELEASE)
    row = _proposed(cx, version_id)
    _require_other(cx, row.proposed_by_id)
    study = _answered(cx, version_id)
    denied = int(study.counts.get("denied", 0)) + int(study.counts.get("partial", 0))
    wrong = _reason(reason)
    if denied and not knows_denied:
        wrong["knows_denied"] = (
            f"It would have approved {denied} cases in which something was denied then. Say that"
            " you looked at them."
        )
    if wrong:
        raise Invalid("It was not released.", fields=wrong)
    _decide(cx, row, state="released", why=reason, study_id=study.id)


@command
def refuse_version(cx: Context, version_id: int, *, reason: str) -> None:
    """Put a proposed version aside for good. Raises NotAllowed, NotFound, Invalid."""
    policy.require(cx.principal, "", RELEASE)
    row = _proposed(cx, version_id)
    wrong = _reason(reason)
    if wrong:
        raise Invalid("It was not refused.", fields=wrong)
    _decide(cx, row, state="refused", why=reason)


@command
def stop_rule(cx: Context, code: str, *, reason: str) -> None:
    """The kill switch: from this instant the rule approves nothing. Raises NotAllowed, Invalid."""
    policy.require(cx.principal, "", STOP)
    wrong = _reason(reason)
    if wrong:
        raise Invalid("Say why it stops.", fields=wrong)
    rule = _rule(cx, code)
    if rule.stopped_at is not None:
        raise Invalid("The rule is stopped already.", fields={"reason": "It approves nothing."})
    cx.db.execute(
        update(ApprovalRule)
        .where(ApprovalRule.id == rule.id)
        .values(
            stopped_at=cx.now,
            stopped_by_id=cx.principal.id,
            stopped_by=cx.principal.name[:120],
            stopped_why=reason.strip(),
        )
        .execution_options(synchronize_session=False)
    )
    observations.append(cx, "approval_rule_stopped", what=f"rule:{code}")


@command
def resume_rule(cx: Context, code: str, *, reason: str) -> None:
    """Let a stopped rule approve again: by another person than the one who stopped it.

    Raises NotAllowed, NotFound, Invalid.
    """
    policy.require(cx.principal, "", RELEASE)
    rule = _rule(cx, code)
    if rule.stopped_at is None:
        raise Invalid("The rule is not stopped.", fields={"reason": "There is nothing to do."})
    _require_other(cx, rule.stopped_by_id)
    wrong = _reason(reason)
    if wrong:
        raise Invalid("Say why it may approve again.", fields=wrong)
    cx.db.execute(
        update(ApprovalRule)
        .where(ApprovalRule.id == rule.id)
        .values(stopped_at=None, stopped_by_id=None, stopped_by="", stopped_why="")
        .execution_options(synchronize_session=False)
    )
    observations.append(cx, "approval_rule_resumed", what=f"rule:{code}")


def _require_sound(cx: Context, form: Proposal, conditions: Conditions) -> None:
    wrong = _reason(form.reason)
    today = cx.now.date()
    if not form.code and not 3 <= len(form.name.strip()) <= 120:
        wrong["name"] = "Give the rule a name of 3 to 120 characters."
    if not today <= form.effective_from <= today + MOST_AHEAD:
        wrong["effective_from"] = "Enter a day from today on, within two years."
    if form.effective_to and form.effective_to < form.effective_from:
        wrong["effective_to"] = "It ends before it begins."
    known = set(cx.db.execute(select(Contract.code)).scalars())
    strange = [code for code in conditions.contracts if code not in known]
    if strange:
        wrong["contracts"] = f"There is no contract {strange[0][:40]}."
    wrong |= _unasked(cx, form, conditions)
    if wrong:
        raise Invalid("The proposal is not complete.", fields=wrong)


def _unasked(cx: Context, form: Proposal, conditions: Conditions) -> dict[str, str]:
    """A rule rests only on policies whose questions could meet them on its first day."""
    for code in conditions.answers:
        editions = medical_policies.editions_of(cx, code)
        held = medical_policies.in_force(editions, form.effective_from)
        if held is None:
            return {"answers": f"No medical policy {code} is in force on the first day."}
        if not office_answers.enough(held):
            return {
                "answers": f"Offices are not asked enough of {code} version {held.version} to meet"
                " it: mark more of its criteria as asked, in a new version."
            }
    return {}


def _reason(reason: str) -> dict[str, str]:
    if not reason.strip():
        return {"reason": "Say why: an auditor reads it."}
    if len(reason) > MOST_OF_A_REASON:
        return {"reason": f"Say it in {MOST_OF_A_REASON} characters."}
    return {}


def _require_other(cx: Context, person: int | None) -> None:
    if person == cx.principal.id:
        said = "Four eyes: somebody else than the one who did the first step must do this."
        raise Invalid(said, fields={"reason": said})


def _one_at_a_time(cx: Context) -> None:
    """Two proposals at once would take the same number."""
    cx.db.execute(select(func.pg_advisory_xact_lock(func.hashtext("approval rules"))))


def _rule(cx: Context, code: str) -> Any:
    found = cx.db.execute(
        select(ApprovalRule).where(ApprovalRule.code == code).with_for_update()
    ).scalar()
    if found is None:
        raise NotFound(f"There is no approval rule {code[:20]}.")
    return found


def _new_rule(cx: Context, form: Proposal) -> Any:
    number = 1 + int(cx.db.execute(select(func.count()).select_from(ApprovalRule)).scalar_one())
    rule = ApprovalRule(
        code=f"AR-{number:03d}",
        name=form.name.strip(),
        made_at=cx.now,
        made_by=cx.principal.name[:120],
    )
    cx.db.add(rule)
    cx.db.flush()
    return rule


def _proposed(cx: Context, version_id: int) -> Any:
    row = cx.db.execute(
        select(
            ApprovalRuleVersion.id,
            ApprovalRuleVersion.version,
            ApprovalRuleVersion.state,
            ApprovalRuleVersion.proposed_by_id,
            ApprovalRule.code,
        )
        .join(ApprovalRule, ApprovalRule.id == ApprovalRuleVersion.rule_id)
        .where(ApprovalRuleVersion.id == version_id)
        .with_for_update(of=ApprovalRuleVersion)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such version.")
    if row.state != "proposed":
        said = f"Version {row.version} is {row.state} already."
        raise Invalid(said, fields={"reason": said})
    return row


def _answered(cx: Context, version_id: int) -> Any:
    """The newest what-if of this version that was answered. Raises Invalid where there is none."""
    found = cx.db.execute(
        select(ApprovalStudy.id, ApprovalStudy.counts)
        .where(ApprovalStudy.version_id == version_id, ApprovalStudy.state == "done")
        .order_by(ApprovalStudy.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        said = "First ask what this version would have approved, and look at the answer."
        raise Invalid(said, fields={"study": said})
    return found


def _decide(cx: Context, row: Any, **values: Any) -> None:
    values["decided_why"] = values.pop("why").strip()
    more: Mapping[str, Any] = {
        "decided_at": cx.now,
        "decided_by_id": cx.principal.id,
        "decided_by": cx.principal.name[:120],
    }
    cx.db.execute(
        update(ApprovalRuleVersion)
        .where(ApprovalRuleVersion.id == row.id)
        .values(**values, **more)
        .execution_options(synchronize_session=False)
    )
    what = f"rule:{row.code}:v{row.version}"
    observations.append(cx, f"approval_rule_{values['state']}", what=what)
