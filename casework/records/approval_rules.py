"""The approval rules that stand on a day, and what they say of the lines of a request.

Every line must be approved by some rule, else the request goes to a nurse: nothing is approved in
part and nothing is refused here.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from casework.context import Context
from casework.models import ApprovalRule, ApprovalRuleVersion, GoldCard
from casework.records.approval_conditions import Asked, Conditions, Judged, is_known, judge, read


@dataclass(frozen=True, slots=True)
class Standing:
    """A released version of a rule that is not stopped."""

    code: str
    name: str
    version: int
    conditions: Conditions

    @property
    def label(self) -> str:
        """The rule as a decision names it."""
        return f"{self.code} version {self.version}"


@dataclass(frozen=True, slots=True)
class Approving:
    """Which rule approves which line, and because of what."""

    number: int
    rule: str
    name: str
    because: tuple[Judged, ...]

    def frozen(self) -> dict[str, Any]:
        """The same as it is frozen into the determination."""
        return {
            "line": self.number,
            "rule": self.rule,
            "name": self.name,
            "because": [[each.what, each.wanted, each.value] for each in self.because],
        }


def standing(cx: Context, on: date) -> tuple[Standing, ...]:
    """Of each rule the newest version that was released and has begun on that day, unless the rule
    is stopped; in the order of their codes. One that demands what this release does not know
    approves nothing here: the request waits for a nurse."""
    rows = cx.db.execute(
        select(
            ApprovalRule.code,
            ApprovalRule.name,
            ApprovalRuleVersion.version,
            ApprovalRuleVersion.conditions,
            ApprovalRuleVersion.effective_to,
        )
        .join(ApprovalRule, ApprovalRule.id == ApprovalRuleVersion.rule_id)
        .where(
            ApprovalRuleVersion.state == "released",
            ApprovalRuleVersion.effective_from <= on,
            ApprovalRule.stopped_at.is_(None),
        )
        .order_by(
            ApprovalRule.code,
            ApprovalRuleVersion.effective_from,
            ApprovalRuleVersion.version,
        )
    ).all()
    newest = {row.code: row for row in rows}
    return tuple(
        Standing(row.code, row.name, row.version, read(row.conditions))
        for row in newest.values()
        if (row.effective_to is None or row.effective_to >= on) and is_known(row.conditions)
    )


def approving(rules: Sequence[Standing], asked: Asked) -> Approving | None:
    """The first rule that this line meets, with each condition and its value; None for none."""
    for rule in rules:
        because = judge(rule.conditions, asked)
        if all(each.holds for each in because):
            return Approving(asked.number, rule.label, rule.name, because)
    return None


def gold_policies(cx: Context, organization_id: int | None, on: date) -> frozenset[str]:
    """The policies for which this office holds a gold card on that day."""
    if organization_id is None:
        return frozenset()
    return gold_policies_of(cx, {organization_id}, on).get(organization_id, frozenset())


def gold_policies_of(
    cx: Context, organizations: Collection[int], on: date
) -> Mapping[int, frozenset[str]]:
    """The same of several offices at once; only those that hold any."""
    rows = cx.db.execute(
        select(GoldCard.organization_id, GoldCard.policy).where(
            GoldCard.organization_id.in_(organizations),
            GoldCard.starts_on <= on,
            or_(GoldCard.ends_on.is_(None), GoldCard.ends_on >= on),
        )
    )
    found: dict[int, set[str]] = {}
    for row in rows:
        found.setdefault(row.organization_id, set()).add(row.policy)
    return {each: frozenset(policies) for each, policies in found.items()}
