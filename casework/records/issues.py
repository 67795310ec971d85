"""The issues of a grievance: what it complains about, one by one, each with its own finding.

The first is what the complaint was filed as. It knows no policy and fires no edge.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, insert, select, update

from casework import bridge, seal
from casework.context import Context
from casework.ledger.change import Head
from casework.ledger.entries import case_key
from casework.models import Grievance, GrievanceIssue
from statemachines.grounds import GRIEVANCE_OUTCOMES

SUBSTANTIATED, PARTLY, NOT = "substantiated", "partly_substantiated", "not_substantiated"
FINDINGS: Final = tuple(GRIEVANCE_OUTCOMES)
MOST: Final = 20


@dataclass(frozen=True)
class Standing:
    """How the issues of a grievance stand: how many, the numbers of those without a finding, the
    outcome that their findings make together (empty while one is missing), their categories."""

    count: int
    open: tuple[int, ...]
    outcome: str
    categories: tuple[str, ...] = ()


def outcome_of(findings: Sequence[str]) -> str:
    """What these findings make together: all alike say so, anything else is partly."""
    if not findings or not all(findings):
        return ""
    return findings[0] if len(set(findings)) == 1 else PARTLY


def rows_of(cx: Context, case_id: int) -> tuple[Any, ...]:
    """The issues of this case by number."""
    return tuple(
        cx.db.execute(
            select(GrievanceIssue)
            .where(GrievanceIssue.case_id == case_id)
            .order_by(GrievanceIssue.number)
        ).scalars()
    )


def standing(cx: Context, case_id: int) -> Standing:
    """How they stand. One issue alone is answered by the resolution itself."""
    rows = cx.db.execute(
        select(GrievanceIssue.number, GrievanceIssue.finding, GrievanceIssue.category)
        .where(GrievanceIssue.case_id == case_id)
        .order_by(GrievanceIssue.number)
    ).all()
    about = tuple(row.category for row in rows)
    if len(rows) < 2:
        return Standing(max(1, len(rows)), (), "", about)
    without = tuple(row.number for row in rows if not row.finding)
    return Standing(len(rows), without, outcome_of([row.finding for row in rows]), about)


def add(cx: Context, case: Head, category: str, words: str) -> int:
    """Write one more issue; its number. The filing itself is written first where it is not yet."""
    last = cx.db.execute(
        select(func.max(GrievanceIssue.number)).where(GrievanceIssue.case_id == case.id)
    ).scalar()
    if last is None and case.event_seq:
        last = _as_filed(cx, case)
    number = int(last or 0) + 1
    _insert(cx, case, number, category, words, at=cx.now, by=cx.principal.name)
    return number


def first(cx: Context, case: Head, category: str, words: str) -> None:
    """Write what the complaint was filed as, with its filing."""
    _insert(cx, case, 1, category, words, at=cx.now, by=cx.principal.name)


def recategorize_first(cx: Context, case: Head, category: str) -> None:
    """The first issue is what the case goes by: both change together."""
    cx.db.execute(
        update(GrievanceIssue)
        .where(GrievanceIssue.case_id == case.id, GrievanceIssue.number == 1)
        .values(category=category)
        .execution_options(synchronize_session=False)
    )


def find(cx: Context, case: Head, number: int, finding: str, reasons: str) -> bool:
    """Write what was found on one issue. False where there is none with this number."""
    key = case_key(cx.database.settings, case)
    found = cx.db.execute(
        update(GrievanceIssue)
        .where(GrievanceIssue.case_id == case.id, GrievanceIssue.number == number)
        .values(
            finding=finding,
            reasons_ct=seal.seal_text(key, reasons, reasons_place(case.id, number)),
            found_at=cx.now,
            found_by=cx.principal.name[:120],
        )
        .returning(GrievanceIssue.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return found is not None


def find_the_only_one(cx: Context, case: Head, finding: str, reasons: str) -> None:
    """A resolution of one issue alone is its finding."""
    if standing(cx, case.id).count == 1:
        find(cx, case, 1, finding, reasons)


def words_place(case_id: int, number: int) -> str:
    """What the sealed words of an issue are bound to."""
    return f"issue:{case_id}:{number}"


def reasons_place(case_id: int, number: int) -> str:
    """What the sealed reasons of a finding are bound to."""
    return f"issue-finding:{case_id}:{number}"


def due_under(cx: Context, case: Any, about: str) -> Any:
    """The decision clock of this case if it were about that, by its own contract and history (None:
    no rule knows one)."""
    contract = bridge.contract_of(cx, case.contract_version_id)
    asked = replace(bridge.subject_of(case), about=about)
    return bridge.answer_for(contract, asked, bridge.history(cx, case.id)).clock("decision")


def is_sooner(cx: Context, case: Any, about: str) -> bool:
    """Whether this case would be due sooner if it were about that."""
    if about == case.about:
        return False
    other, now = due_under(cx, case, about), due_under(cx, case, case.about)
    return other is not None and (now is None or other.due_utc < now.due_utc)


def _as_filed(cx: Context, case: Head) -> int:
    """A grievance of before there were issues: what it was filed as is its first."""
    detail = cx.db.execute(
        select(Grievance.category, Grievance.told_ct).where(Grievance.case_id == case.id)
    ).one()
    key = case_key(cx.database.settings, case)
    words = seal.unseal_text(key, detail.told_ct, f"told:{case.id}")
    _insert(cx, case, 1, detail.category, words, at=case.received_at, by="")
    return 1


def _insert(
    cx: Context, case: Head, number: int, category: str, words: str, *, at: datetime, by: str
) -> None:
    key = case_key(cx.database.settings, case)
    cx.db.execute(
        insert(GrievanceIssue).values(
            case_id=case.id,
            number=number,
            category=category,
            words_ct=seal.seal_text(key, words, words_place(case.id, number)),
            added_at=at,
            added_by=by[:120],
        )
    )
