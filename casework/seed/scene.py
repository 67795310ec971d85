"""Where and when a seeded history plays: contract, people, dice, and instants that fit its clock.

All instants derive from the one as of which the town is seeded. It tells no story itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from random import Random
from typing import Any, Final, TypeVar

from casework.bridge.clocks import Row, answer_for
from casework.context import SYSTEM, Principal
from casework.ledger import Said
from casework.ledger.scribe import Book, Scribe
from casework.seed.town import ContractHere, MemberHere, Office, Person, Town
from sla.calendars import zone
from sla.values import Contract, Subject
from statemachines.facts import Facts

Thing = TypeVar("Thing")

OVERDUE, TODAY, SOON, LATER = "overdue", "today", "soon", "later"
COLOURS: Final = (OVERDUE, TODAY, SOON, LATER)
DOMAIN: Final = "medical"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_FIRST_SHARE: Final = 0.4  # of the work goes to the demo person of a role
_AT_ONCE: Final = timedelta(minutes=6)  # letter and call that follow a step
_NOON: Final = datetime(2026, 3, 2, 17, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a decision may take: `span` from receipt, in whole local days or in hours."""

    by_day: bool
    span: timedelta


@lru_cache(maxsize=512)
def limit_of(contract: Contract, subject: Subject) -> Limit:
    """The time to decide such a case, from the rules of the contract themselves."""
    received = Row(
        {
            "seq": 1,
            "event": "received",
            "occurred_at": _NOON,
            "said_by": "provider",
            "outcome": "",
            "notice_kind": "",
            "days": None,
            "ground": "",
            "printed_on": None,
            "facts": "{}",
        }
    )
    clock = answer_for(contract, subject, [received]).clock("decision")
    if clock is None:
        return Limit(True, 30 * DAY)
    days = (clock.due.date() - _NOON.astimezone(zone(contract.time_zone)).date()).days
    return Limit(clock.by_day, days * DAY if clock.by_day else clock.due_utc - _NOON)


@dataclass
class Scene:
    """One history's contract and dice. `now` is the instant as of which the town is seeded."""

    book: Book
    town: Town
    rng: Random
    contract: ContractHere

    @property
    def now(self) -> datetime:
        """Nothing happens after this."""
        return self.book.cx.now

    @property
    def line(self) -> str:
        """The line of business."""
        return self.contract.line

    # ── Who ─────────────────────────────────────────────────────────────────────────────────────

    def someone(self, role: str, *, but: Sequence[Person] = ()) -> Person:
        """A person of this role who works for the contract, often the demo person."""
        people = [p for p in self.town.people(role, self.contract.code) if p not in but]
        return people[0] if self.rng.random() < _FIRST_SHARE else self.rng.choice(people)

    def a_member(self) -> MemberHere:
        """Somebody covered by the contract."""
        return self.rng.choice(self.town.members[self.contract.code])

    def an_office(self, specialty: str = "Family medicine") -> Office:
        """An office of this specialty, or a family practice where there is none."""
        known = self.town.by_specialty
        there = known.get(specialty) or known["Family medicine"]
        return there[0] if self.rng.random() < _FIRST_SHARE else self.rng.choice(there)

    def one_of(self, things: Sequence[Thing]) -> Thing:
        """One of these."""
        return self.rng.choice(things)

    def chance(self, share: float) -> bool:
        """True in this share of all cases."""
        return self.rng.random() < share

    # ── When ────────────────────────────────────────────────────────────────────────────────────

    def received_to_be_due(self, subject: Subject, colour: str) -> datetime:
        """A receipt whose decision is due overdue, today, in the next two days, or later."""
        limit = limit_of(self.contract.terms, subject)
        if limit.by_day:
            return self._by_days(limit.span.days, colour)
        return self._by_hours(limit.span, colour)

    def received_to_be_told(
        self, subject: Subject, told_at: datetime, *, late: bool = False
    ) -> datetime:
        """A receipt for a case that was decided and told at this instant: in time, or late."""
        span = limit_of(self.contract.terms, subject).span
        share = self.rng.uniform(1.1, 1.3) if late else self.rng.uniform(0.3, 0.85)
        return whole(told_at - span * share - (DAY if late else timedelta()))

    def ago(self, least: timedelta, most: timedelta) -> datetime:
        """An instant in the past, at a whole minute."""
        return whole(self.now - least - (most - least) * self.rng.random())

    def before(self, at: datetime, least: timedelta, most: timedelta) -> datetime:
        """An instant before another one."""
        return whole(at - least - (most - least) * self.rng.random())

    def between(self, start: datetime, end: datetime, count: int) -> list[datetime]:
        """So many ascending instants between two, leaving time for what follows each at once."""
        start = min(start, self.now - _AT_ONCE)
        end = max(min(end, self.now - _AT_ONCE), start)
        shares = sorted(self.rng.uniform(0.05, 0.95) for _ in range(count))
        return [max(start, whole(start + (end - start) * share)) for share in shares]

    def local_day(self, at: datetime) -> Any:
        """The date of an instant where the contract is."""
        return at.astimezone(zone(self.contract.terms.time_zone)).date()

    def _by_days(self, days: int, colour: str) -> datetime:
        ahead = {
            OVERDUE: -self.rng.randint(1, 4),
            TODAY: 0,
            SOON: self.rng.randint(1, 2),
            LATER: self.rng.randint(3, max(3, days - 1)),
        }[colour]
        where = zone(self.contract.terms.time_zone)
        day = self.local_day(self.now) + timedelta(days=min(ahead, days) - days)
        hour = time(self.rng.randint(8, 16), self.rng.randrange(60))
        at = datetime.combine(day, hour, where).astimezone(UTC)
        just_now = whole(self.now - timedelta(minutes=self.rng.randint(12, 50)))
        return min(at, just_now)

    def _by_hours(self, span: timedelta, colour: str) -> datetime:
        where = zone(self.contract.terms.time_zone)
        midnight = datetime.combine(self.local_day(self.now) + DAY, time(), where).astimezone(UTC)
        today = midnight - self.now
        least, most = {
            OVERDUE: (-40 * HOUR, -2 * HOUR),
            TODAY: (today * 0.1, today * 0.9),
            SOON: (today + HOUR, min(today + 47 * HOUR, span)),
            LATER: (min(today + 48 * HOUR, span * 0.9), span),
        }[colour]
        left = least + (most - least) * self.rng.random()
        return whole(min(self.now + left - span, self.now - 2 * _AT_ONCE))

    # ── What is known and told ──────────────────────────────────────────────────────────────────

    def of(self, who: Principal, **more: Any) -> Facts:
        """The facts of a step that this principal takes."""
        return Facts(line=self.line, actor_id=f"user:{who.id}", actor_is_system=False, **more)

    def acting(self, person: Person, **more: Any) -> Facts:
        """The facts of a step that this person of the plan takes."""
        return self.of(person.principal, **more)

    def deciding(self, person: Person, **more: Any) -> Facts:
        """The facts of a decision that this clinician signs: licence, attested expertise."""
        return self.acting(
            person,
            decider_id=person.opaque,
            licence_type=person.licence,
            accepted_licences=("MD", "DO"),
            licence_active=person.licence_id is not None,
            licence_unrestricted=person.licence_id is not None,
            licence_reaches_state=person.licence_id is not None,
            decider_superiors=person.superiors,
            service_domain=DOMAIN,
            expertise_domains=(DOMAIN,),
            requester_ids=(),
            **more,
        )

    def tell(self, scribe: Scribe, at: datetime, code: str, kind: str = "") -> None:
        """A letter of the past left the house: the event stands, its bytes were never here."""
        said = Said(
            notice_kind=kind,
            printed_on=self.local_day(at),
            more={"code": code, "recipient": "member", "kept": False},
        )
        event = "notice_sent" if kind else "letter_sent"
        scribe.observe(event, at=scribe.no_earlier(at), by=SYSTEM, said=said)


def whole(at: datetime) -> datetime:
    """The same instant without seconds."""
    return at.replace(second=0, microsecond=0)
