"""Who stands on which rung of the ladder of a case now: worker, lead, director, compliance.

Asked of the accounts and the organization chart as of now; whoever left, is switched off or may not
see the case is skipped. It opens no escalation and knows no time limit.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import bindparam, select

from casework.context import Context
from casework.models import ReportingLine, Role, User, UserContract, user_role
from sla.ladders import Ladder

# Who works a case of each kind where nobody has it yet.
WORKER: Final = {
    "prior_auth": "nurse",
    "appeal": "ag_specialist",
    "grievance": "ag_specialist",
    "external_review": "ag_specialist",
}
LEAD: Final = "supervisor"
COMPLIANCE: Final = "compliance"


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody on a rung of the ladder: the person (None where nobody is there) and the role."""

    rung: str
    user_id: int | None
    role: str


@dataclass(frozen=True)
class People:
    """Who works for which contract, by role, and who leads whom: read once for a batch.
    `restricted` are those who may see restricted cases."""

    by_role: Mapping[tuple[int, str], tuple[int, ...]]
    manager: Mapping[int, int]
    restricted: frozenset[int] = frozenset()
    works_for: frozenset[tuple[int, int]] = field(default_factory=frozenset)

    def on_rung(self, case: Any, rung: str) -> Holder:
        """Who stands on this rung for this case (a Head or a row of it)."""
        if rung == "worker":
            return self._worker(case)
        if rung == "lead":
            return Holder(rung, self._lead(case), LEAD)
        if rung == "director":
            return Holder(rung, self._director(case), LEAD)
        return Holder(rung, self.first(case, COMPLIANCE), COMPLIANCE)

    def called(self, case: Any, ladder: Ladder, step: str) -> Holder:
        """Whom this step calls: the first rung of the step on which somebody stands."""
        first = ladder.first_rung(step)
        return self._somebody(case, (first, *ladder.above(first))) or Holder(first, None, LEAD)

    def after(self, case: Any, ladder: Ladder, holder: Holder) -> Holder | None:
        """To whom it goes from this holder: the next rung on which somebody else stands, at last
        compliance by its role; None from the last rung."""
        above = ladder.above(holder.rung)
        if not above:
            return None
        return self._somebody(case, above, but=holder.user_id) or Holder(
            above[-1], None, COMPLIANCE
        )

    def first(self, case: Any, role: str, *, but: int | None = None) -> int | None:
        """Somebody with this role on the contract of the case; cases spread over them by id."""
        there = [
            user
            for user in self.by_role.get((case.contract_id, role), ())
            if user != but and self._sees(case, user)
        ]
        return there[case.id % len(there)] if there else None

    def stands_above(self, user_id: int, owner_id: int | None) -> bool:
        """Whether this person leads the owner, at any distance."""
        seen: set[int] = set()
        while owner_id is not None and owner_id not in seen:
            seen.add(owner_id)
            owner_id = self.manager.get(owner_id)
            if owner_id == user_id:
                return True
        return False

    def _somebody(
        self, case: Any, rungs: Sequence[str], *, but: int | None = None
    ) -> Holder | None:
        for rung in rungs:
            holder = self.on_rung(case, rung)
            if holder.user_id is not None and holder.user_id != but:
                return holder
        return None

    def _worker(self, case: Any) -> Holder:
        role = WORKER[case.kind]
        if case.assignee_id is not None and self._here(case, case.assignee_id):
            return Holder("worker", case.assignee_id, role)
        return Holder("worker", self.first(case, role), role)

    def _lead(self, case: Any) -> int | None:
        lead = self.manager.get(case.assignee_id or 0)
        if lead is not None and self._here(case, lead):
            return lead
        return self.first(case, LEAD, but=case.assignee_id)

    def _director(self, case: Any) -> int | None:
        lead = self._lead(case)
        above = self.manager.get(lead or 0)
        if above is not None and self._here(case, above):
            return above
        return self.first(case, LEAD, but=lead)

    def _here(self, case: Any, user_id: int) -> bool:
        return (case.contract_id, user_id) in self.works_for and self._sees(case, user_id)

    def _sees(self, case: Any, user_id: int) -> bool:
        return not case.restricted or user_id in self.restricted


_STAFF: Final = (
    select(
        User.id, User.sees_restricted, Role.name.label("role"), UserContract.contract_id.label("on")
    )
    .join(user_role, user_role.c.user_id == User.id)
    .join(Role, Role.id == user_role.c.role_id)
    .outerjoin(UserContract, UserContract.user_id == User.id)
    .where(
        User.kind == "staff",
        User.active,
        User.left_on.is_(None),
        UserContract.contract_id.in_(bindparam("contracts", expanding=True))
        | (Role.name == COMPLIANCE),
    )
    .order_by(User.id)
)
_LINES: Final = select(ReportingLine.user_id, ReportingLine.manager_id).where(
    ReportingLine.starts_on <= bindparam("today"),
    ReportingLine.ends_on.is_(None) | (ReportingLine.ends_on >= bindparam("today")),
)


def people(cx: Context, contracts: Collection[int]) -> People:
    """Everybody active who works for these contracts; compliance, which reads all, for each."""
    wanted = sorted(set(contracts))
    by_role: dict[tuple[int, str], list[int]] = {}
    restricted = set()
    for row in cx.db.execute(_STAFF, {"contracts": wanted}):
        for contract in wanted if row.role == COMPLIANCE else (row.on,):
            there = by_role.setdefault((contract, row.role), [])
            if row.id not in there:
                there.append(row.id)
        if row.sees_restricted or row.role == COMPLIANCE:
            restricted.add(row.id)
    chart = cx.db.execute(_LINES, {"today": cx.now.date()})
    return People(
        {key: tuple(ids) for key, ids in by_role.items()},
        {row.user_id: row.manager_id for row in chart},
        frozenset(restricted),
        frozenset((contract, user) for (contract, _), ids in by_role.items() for user in ids),
    )
