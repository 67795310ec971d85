"""Approval rules to read: each with its versions, its what-ifs and the cases behind a number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, select

from casework.context import Context
from casework.errors import NotFound
from casework.models import (
    ApprovalRule,
    ApprovalRuleVersion,
    ApprovalStudy,
    ApprovalStudyCase,
    Case,
)
from casework.records.approval_conditions import Conditions, in_words, read

PAGE: Final = 50
MOST_RULES: Final = 200


@dataclass(frozen=True, slots=True)
class Version:
    """One version: what it demands, who proposed it and why, who decided it."""

    id: int
    version: int
    conditions: Conditions
    words: tuple[str, ...]
    effective_from: date
    effective_to: date | None
    reason: str
    state: str
    proposed_at: datetime
    proposed_by_id: int
    proposed_by: str
    decided_at: datetime | None
    decided_by: str
    decided_why: str
    study_id: int | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its versions, the newest first, and the one that stands today."""

    id: int
    code: str
    name: str
    made_by: str
    stopped_at: datetime | None
    stopped_by_id: int | None
    stopped_by: str
    stopped_why: str
    versions: tuple[Version, ...]
    today: Version | None

    @property
    def proposed(self) -> Version | None:
        """The newest version that waits for somebody to release it."""
        return next((each for each in self.versions if each.state == "proposed"), None)


@dataclass(frozen=True, slots=True)
class Study:
    """A what-if of a version: how far it is, and its counts."""

    id: int
    version_id: int
    since: date | None
    until: date | None
    asked_by: str
    asked_at: datetime
    state: str
    seen: int
    total: int
    counts: Mapping[str, int]
    error: str
    ended_at: datetime | None

    @property
    def running(self) -> bool:
        """Whether the worker still counts, or has not begun."""
        return self.state in ("waiting", "running")

    def count(self, name: str) -> int:
        """One of the counts, 0 where there is none."""
        return int(self.counts.get(name, 0))

    @property
    def approved(self) -> int:
        """How many requests the version would have approved."""
        names = ("approved", "by_rule", "partial", "denied", "open", "ended")
        return sum(self.count(name) for name in names)


def rules(cx: Context) -> tuple[Rule, ...]:
    """Every rule by its code."""
    heads = cx.db.execute(
        select(ApprovalRule).order_by(ApprovalRule.code).limit(MOST_RULES)
    ).scalars()
    found = list(heads)
    versions: dict[int, list[Any]] = {}
    for row in cx.db.execute(
        select(ApprovalRuleVersion)
        .where(ApprovalRuleVersion.rule_id.in_([each.id for each in found]))
        .order_by(ApprovalRuleVersion.version.desc())
    ).scalars():
        versions.setdefault(row.rule_id, []).append(row)
    return tuple(_rule(each, versions.get(each.id, []), cx.now.date()) for each in found)


def rule(cx: Context, code: str) -> Rule:
    """One rule. Raises NotFound."""
    found = cx.db.execute(select(ApprovalRule).where(ApprovalRule.code == code)).scalar()
    if found is None:
        raise NotFound(f"There is no approval rule {code[:20]}.")
    rows = cx.db.execute(
        select(ApprovalRuleVersion)
        .where(ApprovalRuleVersion.rule_id == found.id)
        .order_by(ApprovalRuleVersion.version.desc())
    ).scalars()
    return _rule(found, list(rows), cx.now.date())


def rule_of(cx: Context, version_id: int) -> tuple[Rule, Version]:
    """The rule of a version, with that version. Raises NotFound."""
    code = cx.db.execute(
        select(ApprovalRule.code)
        .join(ApprovalRuleVersion, ApprovalRuleVersion.rule_id == ApprovalRule.id)
        .where(ApprovalRuleVersion.id == version_id)
    ).scalar()
    if code is None:
        raise NotFound("There is no such version.")
    found = rule(cx, code)
    return found, next(each for each in found.versions if each.id == version_id)


def studies(cx: Context, version_ids: list[int]) -> dict[int, Study]:
    """The newest what-if of each of these versions."""
    rows = cx.db.execute(
        select(ApprovalStudy)
        .where(ApprovalStudy.version_id.in_(version_ids))
        .order_by(ApprovalStudy.id)
    ).scalars()
    return {row.version_id: _study(row) for row in rows}


def study(cx: Context, number: int) -> Study:
    """One what-if. Raises NotFound."""
    row = cx.db.get(ApprovalStudy, number)
    if row is None:
        raise NotFound(f"There is no what-if {number}.")
    return _study(row)


def study_cases(
    cx: Context, number: int, which: str, *, after: int = 0, limit: int = PAGE
) -> tuple[Any, ...]:
    """The cases behind one number of a what-if, by id after this one, within the principal's
    reach. `which`: `all`, a fate, or `overturned`."""
    statement = (
        select(
            Case.id,
            Case.ref,
            Case.title,
            Case.received_at,
            Case.state,
            Case.kind,
            ApprovalStudyCase.fate,
            ApprovalStudyCase.overturned,
        )
        .join(ApprovalStudyCase, ApprovalStudyCase.case_id == Case.id)
        .where(ApprovalStudyCase.study_id == number, Case.id > after)
        .order_by(Case.id)
        .limit(limit)
    )
    if which == "overturned":
        statement = statement.where(
            ApprovalStudyCase.overturned, ApprovalStudyCase.fate.in_(("denied", "partial"))
        )
    elif which != "all":
        statement = statement.where(ApprovalStudyCase.fate == which)
    return tuple(cx.db.execute(statement).all())


def within_reach(cx: Context, number: int) -> int:
    """How many of the cases of a what-if the principal may see."""
    statement = (
        select(func.count())
        .select_from(ApprovalStudyCase)
        .join(Case, Case.id == ApprovalStudyCase.case_id)
        .where(ApprovalStudyCase.study_id == number)
    )
    return int(cx.db.execute(statement).scalar_one())


def _rule(row: Any, versions: list[Any], today: date) -> Rule:
    told = tuple(_version(each) for each in versions)
    begun = [v for v in told if v.state == "released" and v.effective_from <= today]
    last = max(begun, key=lambda v: (v.effective_from, v.version), default=None)
    stands = last is not None and (last.effective_to is None or last.effective_to >= today)
    return Rule(
        id=row.id,
        code=row.code,
        name=row.name,
        made_by=row.made_by,
        stopped_at=row.stopped_at,
        stopped_by_id=row.stopped_by_id,
        stopped_by=row.stopped_by,
        stopped_why=row.stopped_why,
        versions=told,
        today=last if stands and row.stopped_at is None else None,
    )


def _version(row: Any) -> Version:
    conditions = read(row.conditions)
    return Version(
        id=row.id,
        version=row.version,
        conditions=conditions,
        words=in_words(conditions),
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        reason=row.reason,
        state=row.state,
        proposed_at=row.proposed_at,
        proposed_by_id=row.proposed_by_id,
        proposed_by=row.proposed_by,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        decided_why=row.decided_why,
        study_id=row.study_id,
    )


def _study(row: Any) -> Study:
    return Study(
        id=row.id,
        version_id=row.version_id,
        since=row.since,
        until=row.until,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        state=row.state,
        seen=row.seen,
        total=row.total,
        counts=row.counts,
        error=row.error,
        ended_at=row.ended_at,
    )
