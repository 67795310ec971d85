"""Who looked at whom: the log of looks at members' records, by person, member or case, and those
that ask for a question first: the own record, the own name or address, a restricted record, no task
there (45 CFR 164.308(a)(1)(ii)(D), 164.312(b)).

It reads the newest looks of the chosen days, so many and no more, and says when there were others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select, tuple_

from casework import observations
from casework.context import Context, Principal
from casework.errors import NotFound
from casework.models import Assignment, Case, CaseEvent, Member, SecurityEvent, User

MOST: Final = 2_000
MOST_SHOWN: Final = 100
DAYS: Final = (7, 30, 90, 365)
# Those who look at records because that is their work have no task on each.
_BY_OFFICE: Final = frozenset({"compliance", "supervisor", "intake"})
OWN, NAMESAKE, ADDRESS, RESTRICTED, NO_TASK = "own", "name", "address", "restricted", "no_task"
REASONS: Final[Mapping[str, str]] = {
    OWN: "their own record",
    NAMESAKE: "the same surname",
    ADDRESS: "the same address",
    RESTRICTED: "a restricted record",
    NO_TASK: "no task on the case",
}
# Whoever reads the log is written down in it; among everybody's looks that would be most of it.
_OF_THE_LOG: Final = frozenset({"who-looked", "openings"})
_WEIGHTS: Final = {OWN: 100, ADDRESS: 40, NAMESAKE: 20, RESTRICTED: 5, NO_TASK: 3}


@dataclass(frozen=True)
class Asked:
    """Which looks: of the last days, by a person, at a member (by number) or a case (by number)."""

    days: int = 30
    person: int = 0
    member: str = ""
    ref: str = ""

    @property
    def everybody(self) -> bool:
        """Whether nobody and nothing is named: then the unusual ones stand first."""
        return not (self.person or self.member or self.ref)


@dataclass
class Looked:
    """All looks of one person at one member's record on one case: how many, when last, at what,
    and why somebody should ask."""

    actor_id: int
    actor: str
    role: str
    member_id: int
    member: str
    number: str
    ref: str
    count: int = 0
    last: datetime | None = None
    what: set[str] = field(default_factory=set)
    why: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        """The more, the earlier in the list."""
        return sum(_WEIGHTS[reason] for reason in self.why)


@dataclass(frozen=True)
class Log:
    """The looks that were asked for: the groups that are shown, how many looks were read, whether
    there were more than are read at once, and how many were only readings of the log itself, which
    are shown where a person, a member or a case is named."""

    rows: tuple[Looked, ...]
    read: int
    more: bool
    of_itself: int = 0


def log(cx: Context, asked: Asked) -> Log:
    """The looks, unusual ones first; named ones newest first. Raises NotFound for a number that
    nobody has."""
    entries = _entries(cx, asked)
    more = len(entries) > MOST
    entries = entries[:MOST]
    shown = entries
    if asked.everybody:
        shown = [entry for entry in entries if entry.what not in _OF_THE_LOG]
    groups = _groups(shown)
    known = _Known(cx, groups)
    rows = [known.told(group) for group in groups]
    if asked.everybody:
        rows.sort(key=lambda row: (-row.weight, -_stamp(row.last)))
    else:
        rows.sort(key=lambda row: -_stamp(row.last))
    return Log(tuple(rows[:MOST_SHOWN]), len(entries), more, len(entries) - len(shown))


def staff(cx: Context) -> tuple[tuple[int, str], ...]:
    """Everybody of the plan, by name."""
    rows = cx.db.execute(select(User.id, User.name).where(User.kind == "staff").order_by(User.name))
    return tuple((row.id, row.name) for row in rows)


def _entries(cx: Context, asked: Asked) -> Sequence[Any]:
    statement: Any = select(
        SecurityEvent.recorded_at,
        SecurityEvent.actor_id,
        SecurityEvent.actor_role,
        SecurityEvent.case_id,
        SecurityEvent.member_id,
        SecurityEvent.what,
    ).where(
        SecurityEvent.event == "look",
        SecurityEvent.actor_kind == "user",
        SecurityEvent.recorded_at >= cx.now - timedelta(days=asked.days),
    )
    if asked.person:
        person = Principal(kind="user", id=asked.person)
        chain = observations.shard("acc", person, "")
        statement = statement.where(
            SecurityEvent.chain == chain, SecurityEvent.actor_id == asked.person
        )
    if asked.member:
        statement = statement.where(SecurityEvent.member_id == _member_id(cx, asked.member))
    if asked.ref:
        case = cx.db.execute(select(Case.id, Case.member_id).where(Case.ref == asked.ref)).first()
        if case is None:
            raise NotFound("There is no such case.")
        statement = statement.where(
            SecurityEvent.member_id == case.member_id, SecurityEvent.case_id == case.id
        )
    if asked.everybody:
        people = select(User.id).where(User.kind == "staff")
        statement = statement.where(SecurityEvent.actor_id.in_(people))
    statement = statement.order_by(SecurityEvent.recorded_at.desc()).limit(MOST + 1)
    return cx.db.execute(statement).all()


def _member_id(cx: Context, number: str) -> int:
    found = cx.db.execute(select(Member.id).where(Member.number == number)).scalar()
    if found is None:
        raise NotFound("No member has this number.")
    return int(found)


def _groups(entries: Sequence[Any]) -> list[Looked]:
    found: dict[tuple[int, int, int], Looked] = {}
    cases: dict[tuple[int, int, int], int] = {}
    for entry in entries:
        key = (entry.actor_id, entry.member_id or 0, entry.case_id or 0)
        group = found.get(key)
        if group is None:
            group = found[key] = Looked(
                actor_id=entry.actor_id,
                actor="",
                role=entry.actor_role,
                member_id=entry.member_id or 0,
                member="",
                number="",
                ref=str(entry.case_id or ""),
            )
            cases[key] = entry.case_id or 0
        group.count += 1
        group.last = max(group.last or entry.recorded_at, entry.recorded_at)
        group.what.add(entry.what.partition(":")[0])
    return list(found.values())


class _Known:
    """What is known of the people, members and cases of these groups, each read once."""

    def __init__(self, cx: Context, groups: Sequence[Looked]) -> None:
        actors = sorted({group.actor_id for group in groups})
        members = sorted({group.member_id for group in groups})
        cases = sorted({int(group.ref) for group in groups if group.ref})
        self.people = {
            row.id: row
            for row in cx.db.execute(
                select(User.id, User.name, User.kind, User.member_id).where(User.id.in_(actors))
            )
        }
        own = {row.member_id for row in self.people.values() if row.member_id}
        columns = (
            *(Member.id, Member.number, Member.family_name, Member.given_name),
            *(Member.address, Member.restricted),
        )
        self.members = {
            row.id: row
            for row in cx.db.execute(select(*columns).where(Member.id.in_([*members, *own])))
        }
        self.cases = {
            row.id: row
            for row in cx.db.execute(
                select(Case.id, Case.ref, Case.restricted).where(Case.id.in_(cases))
            )
        }
        self.tasks = _tasks(cx, [(int(g.ref), g.actor_id) for g in groups if g.ref])

    def told(self, group: Looked) -> Looked:
        """The group with names, and with what makes it unusual."""
        person = self.people.get(group.actor_id)
        member = self.members.get(group.member_id)
        case = self.cases.get(int(group.ref)) if group.ref else None
        group.actor = person.name if person else f"account {group.actor_id}"
        if member is not None:
            group.member = f"{member.given_name} {member.family_name}"
            group.number = member.number
        if person is not None and person.kind == "staff":
            group.why = tuple(self._why(group, person, member, case))
        group.ref = case.ref if case else ""
        return group

    def _why(self, group: Looked, person: Any, member: Any, case: Any) -> Sequence[str]:
        found = []
        own = self.members.get(person.member_id or 0)
        if member is not None:
            if person.member_id == member.id:
                found.append(OWN)
            elif own is not None and own.address and own.address == member.address:
                found.append(ADDRESS)
            elif _surname(person.name) == member.family_name.casefold():
                found.append(NAMESAKE)
        if (case is not None and case.restricted) or (member is not None and member.restricted):
            found.append(RESTRICTED)
        tasked = case is None or (case.id, group.actor_id) in self.tasks
        if not tasked and group.role not in _BY_OFFICE:
            found.append(NO_TASK)
        return found


def _tasks(cx: Context, pairs: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """On which of these cases these people had something to do: assigned, or they did a step."""
    if not pairs:
        return set()
    assigned = select(Assignment.case_id, Assignment.user_id).where(
        tuple_(Assignment.case_id, Assignment.user_id).in_(pairs)
    )
    acted = (
        select(CaseEvent.case_id, CaseEvent.actor_id)
        .where(
            tuple_(CaseEvent.case_id, CaseEvent.actor_id).in_(pairs),
            CaseEvent.actor_kind == "user",
        )
        .group_by(CaseEvent.case_id, CaseEvent.actor_id)
        .having(func.count() > 0)
    )
    found = {(row.case_id, row.user_id) for row in cx.db.execute(assigned)}
    return found | {(row.case_id, row.actor_id) for row in cx.db.execute(acted)}


def _surname(name: str) -> str:
    """The surname of somebody of ours, without degrees: "Pia Physician, MD" → physician."""
    words = name.partition(",")[0].split()
    return words[-1].casefold() if words else ""


def _stamp(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0
