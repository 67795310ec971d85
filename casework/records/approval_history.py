"""Decided and open requests of the past, page by page, as an approval rule would have judged them.

A page is a handful of statements, however many requests it has. It writes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select

from casework import bridge, codes
from casework.context import Context
from casework.models import (
    Case,
    CaseParty,
    Contract,
    Determination,
    Diagnosis,
    GoldCard,
    Organization,
    PaRule,
    PriorAuth,
    RequestLine,
)
from casework.records import office_answers
from casework.records.approval_conditions import Answered, Asked, Conditions, met
from sla.calendars import local_day, zone

PAGE: Final = 300
# What became of a request, by its first determination.
BY_PERSON, BY_RULE = "approved", "by_rule"
PARTIAL, DENIED, OPEN, ENDED = "partial", "denied", "open", "ended"
FATES: Final = (BY_PERSON, BY_RULE, PARTIAL, DENIED, OPEN, ENDED)
_ENDED: Final = ("withdrawn", "dismissed")


@dataclass(frozen=True)
class Span:
    """Requests received from the one day to the other, both included (UTC); None: no end."""

    since: date | None = None
    until: date | None = None

    def conditions(self) -> list[Any]:
        """The same as SQL."""
        received = func.date(Case.received_at)
        found: list[Any] = [Case.kind == "prior_auth"]
        if self.since:
            found.append(received >= self.since)
        if self.until:
            found.append(received <= self.until)
        return found


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a request that the rule would have approved."""

    case_id: int
    fate: str
    overturned: bool


def extent(cx: Context, span: Span) -> tuple[int, int]:
    """How many requests there are in the span, and the highest id among them."""
    row = cx.db.execute(
        select(func.count(), func.coalesce(func.max(Case.id), 0)).where(*span.conditions())
    ).one()
    return int(row[0]), int(row[1])


def page_after(cx: Context, span: Span, last: int, upto: int, *, size: int = PAGE) -> Sequence[Any]:
    """The next requests by id."""
    return cx.db.execute(
        select(
            Case.id,
            Case.state,
            Case.open,
            Case.outcome,
            Case.timing,
            Case.series_id,
            Case.contract_id,
            Case.contract_version_id,
            Case.received_at,
            Contract.code,
            Contract.line,
        )
        .join(Contract, Contract.id == Case.contract_id)
        .where(*span.conditions(), Case.id > last, Case.id <= upto)
        .order_by(Case.id)
        .limit(size)
    ).all()


def approved_of(cx: Context, page: Sequence[Any], conditions: Conditions) -> tuple[Fate, ...]:
    """Those of the page whose every line the rule would have approved, with what became of them.

    A request that lacks something is put to no rule, and is left out. An office that holds a gold
    card now counts as having held it then: else a rule for gold cards could not be tried.
    """
    if not page:
        return ()
    ids = [row.id for row in page]
    lines = _by_case(cx, RequestLine, ids)
    told = _by_case(cx, Diagnosis, ids)
    lacking = _lacking(cx, ids)
    offices = _offices(cx, ids)
    network = _in_network(cx, ids)
    policies = _policies(cx, page, lines)
    gold = _gold(cx, set(offices.values())) if conditions.gold_card else []
    answered = office_answers.answered_of_cases(cx, ids) if conditions.answers else {}
    today = cx.now.date()
    hits = []
    for row in page:
        if row.id in lacking or not lines.get(row.id):
            continue
        on = _received_on(cx, row)
        asked = (
            _asked(
                row,
                line,
                told.get(row.id, ()),
                in_network=network.get(row.id, False),
                policy=_policy(policies, row.contract_id, line),
                gold={
                    policy
                    for office, policy, first, last in gold
                    if office == offices.get(row.id)
                    and (first <= on <= last or first <= today <= last)
                },
                answered=answered.get(row.id, {}).get(line.number, ()),
            )
            for line in lines[row.id]
        )
        if all(met(conditions, each) for each in asked):
            hits.append(row)
    return _fates(cx, hits)


def _asked(
    row: Any,
    line: Any,
    told: Sequence[Any],
    *,
    in_network: bool,
    policy: str,
    gold: set[str],
    answered: tuple[Answered, ...],
) -> Asked:
    numbers = set(line.diagnosis_numbers)
    return Asked(
        contract=row.code,
        line=row.line,
        timing=row.timing,
        in_network=in_network,
        number=line.number,
        code=line.code,
        units=line.units,
        starts_on=line.from_date,
        ends_on=line.to_date,
        place=line.place,
        diagnoses=tuple(
            codes.dotted(each.code) for each in told if not numbers or each.number in numbers
        ),
        policy=policy,
        gold_card=bool(policy) and policy in gold,
        answered=answered,
    )


def _by_case(cx: Context, table: Any, ids: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for each in cx.db.execute(
        select(table).where(table.case_id.in_(ids)).order_by(table.case_id, table.number)
    ).scalars():
        found.setdefault(each.case_id, []).append(each)
    return found


def _lacking(cx: Context, ids: Sequence[int]) -> set[int]:
    rows = cx.db.execute(
        select(PriorAuth.case_id).where(
            PriorAuth.case_id.in_(ids), func.jsonb_array_length(PriorAuth.missing) > 0
        )
    )
    return set(rows.scalars())


def _offices(cx: Context, ids: Sequence[int]) -> dict[int, int]:
    rows = cx.db.execute(
        select(CaseParty.case_id, CaseParty.organization_id).where(
            CaseParty.case_id.in_(ids), CaseParty.role == "requesting"
        )
    )
    return {row.case_id: row.organization_id for row in rows}


def _in_network(cx: Context, ids: Sequence[int]) -> dict[int, bool]:
    """Whether who does it is in network, or who asks where nobody else does it."""
    rows = cx.db.execute(
        select(CaseParty.case_id, CaseParty.role, Organization.in_network)
        .join(Organization, Organization.id == CaseParty.organization_id)
        .where(CaseParty.case_id.in_(ids), CaseParty.role.in_(("requesting", "servicing")))
        .order_by(CaseParty.role)  # servicing comes last and counts
    )
    return {row.case_id: row.in_network for row in rows}


def _policies(
    cx: Context, page: Sequence[Any], lines: Mapping[int, Sequence[Any]]
) -> dict[tuple[int, str], list[Any]]:
    wanted = {line.code for each in lines.values() for line in each}
    rows = cx.db.execute(
        select(
            PaRule.contract_id,
            PaRule.code,
            PaRule.policy,
            PaRule.effective_from,
            PaRule.effective_to,
        )
        .where(PaRule.contract_id.in_({row.contract_id for row in page}), PaRule.code.in_(wanted))
        .order_by(PaRule.effective_from)
    )
    found: dict[tuple[int, str], list[Any]] = {}
    for row in rows:
        found.setdefault((row.contract_id, row.code), []).append(row)
    return found


def _policy(policies: Mapping[tuple[int, str], Sequence[Any]], contract: int, line: Any) -> str:
    on = line.from_date
    found = ""
    for row in policies.get((contract, line.code), ()):
        if on and row.effective_from <= on and (row.effective_to is None or row.effective_to >= on):
            found = row.policy
    return found


def _gold(cx: Context, offices: set[int]) -> list[tuple[int, str, date, date]]:
    rows = cx.db.execute(
        select(
            GoldCard.organization_id, GoldCard.policy, GoldCard.starts_on, GoldCard.ends_on
        ).where(GoldCard.organization_id.in_(offices))
    )
    return [(r.organization_id, r.policy, r.starts_on, r.ends_on or date.max) for r in rows]


def _received_on(cx: Context, row: Any) -> date:
    contract = bridge.contract_of(cx, row.contract_version_id)
    return local_day(row.received_at, zone(contract.time_zone))


def _fates(cx: Context, hits: Sequence[Any]) -> tuple[Fate, ...]:
    if not hits:
        return ()
    first = {
        row.case_id: row
        for row in cx.db.execute(
            select(Determination.case_id, Determination.outcome, Determination.ground).where(
                Determination.case_id.in_([row.id for row in hits]), Determination.version == 1
            )
        )
    }
    turned = set(
        cx.db.execute(
            select(Case.series_id).where(
                Case.series_id.in_({row.series_id for row in hits}),
                Case.kind.in_(("appeal", "external_review")),
                Case.outcome.in_(("overturned", "partial")),
            )
        ).scalars()
    )
    return tuple(
        Fate(row.id, _fate(row, first.get(row.id)), row.series_id in turned) for row in hits
    )


def _fate(row: Any, made: Any) -> str:
    if made is None:
        return ENDED if row.state in _ENDED else OPEN
    if made.outcome == "approved":
        return BY_RULE if made.ground == "rule" else BY_PERSON
    return PARTIAL if made.outcome == "partial" else DENIED
