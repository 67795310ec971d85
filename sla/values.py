"""The frozen values that go in and come out: contract, subject, events; clocks and candidates.
They hold what was computed and compute nothing themselves."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sla.calendars import zone
from sla.terms import HOURLY, Rule


@dataclass(frozen=True, slots=True)
class Policies:
    """What the law leaves to the contract."""

    acknowledgement_business_days: int = 3
    sfh_window_days: int = 120
    presumed_receipt_days: int = 5
    member_rollover: bool = True
    tolling: str = "conservative"
    immediately_hours: int = 24
    external_process: str = "federal"
    state_holidays: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract version: `layers` adopted, sorted; `rating_period_start` for Medicaid."""

    id: str | None
    line: str
    state: str | None
    time_zone: str
    layers: tuple[str, ...]
    rating_period_start: date | None = None
    policies: Policies = field(default_factory=Policies)


@dataclass(frozen=True, slots=True)
class Subject:
    """What the case is about. `priority` is the one as received (always standard after the
    service); `service` is `medical` where the line knows no other."""

    kind: str
    priority: str = "standard"
    timing: str = "pre_service"
    service: str = "medical"
    pa_required: bool = True
    about: str = "other"
    course_ends_at: datetime | None = None
    benefits_continued: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One event that can be read: `index` is its place in the list of the case, `at` the UTC
    instant (of a plain date: 00:00 local), `day` the local date, `printed` the date on a letter.
    A field that the type does not have is None."""

    index: int
    type: str
    at: datetime
    day: date
    by: str | None = None
    complete: bool = True
    what: str | None = None
    time_given_hours: int | None = None
    days: int | None = None
    requested_by: str | None = None
    ground: str | None = None
    notice_sent_at: datetime | None = None
    time_given_days: int | None = None
    outcome: str | None = None
    oral: bool = False
    kind: str | None = None
    printed: date | None = None
    effective_date: date | None = None
    of: str | None = None


@dataclass(frozen=True, slots=True)
class RefusedEvent:
    """An event without effect: its index, and a sentence that says why."""

    index: int
    reason: str


@dataclass(frozen=True, slots=True)
class Extended:
    """One extension that moved a candidate: the event, who asked on what ground, and the two dues
    (without and with it)."""

    event: int
    at: datetime
    days: int
    requested_by: str
    ground: str
    letter_at: datetime | None
    due_before: datetime
    due_after: datetime


@dataclass(frozen=True, slots=True)
class Paused:
    """A time that does not count. `why`: missing_information (claim tolled, whole local days) or
    information_request (urgent claim). `answered`: whether an answer ended it, or the time given
    did. Instants in UTC."""

    why: str
    event: int
    starts: datetime
    ends: datetime
    answered: bool


@dataclass(frozen=True, slots=True)
class Note:
    """One turn of the arithmetic that the limit alone does not show: `code` and its date, instant
    or figure."""

    code: str
    value: date | datetime | int


@dataclass(frozen=True, slots=True)
class Candidate:
    """What one rule of one adopted layer says of one clock. `anchor`: UTC instant at which the
    clock starts; `counted_from`: the local date or UTC instant that the limit is added to;
    `amount`: the limit's figure; `plain_due`: anchor and limit added up; `base_due`: with what the
    rule adds, rolls or compares, without extensions and pauses. UTC throughout."""

    terms: Rule
    amount: int
    due: datetime
    base_due: datetime
    plain_due: datetime
    anchor: datetime
    anchor_event: int
    counted_from: date | datetime
    since: int
    by_day: bool
    extensions: tuple[Extended, ...] = ()
    pauses: tuple[Paused, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def layer(self) -> str:
        """The layer that the rule stands in."""
        return self.terms.layer

    @property
    def rule(self) -> str:
        """The rule's id."""
        return self.terms.id

    @property
    def limit(self) -> str:
        """The limit in words; where a request for information replaced it, the one that holds."""
        asking = self.terms.asking
        if asking is not None and self.pauses:
            return f"{asking.answer_hours} hours from the answer or the end of the time given"
        return self.terms.limit_text(self.amount)

    @property
    def citation(self) -> str:
        """Where the law says so."""
        return self.terms.citation


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock of an answer. `candidates`: all, the winner first. `owner`: plan, reviewer, member.
    `state`: open, met, missed, closed. `satisfied_by`: index of the event, or None."""

    name: str
    owner: str
    time_zone: str
    candidates: tuple[Candidate, ...]
    state: str
    satisfied_at: datetime | None = None
    satisfied_by: int | None = None
    consequence: str | None = None
    consequence_citation: str | None = None

    @property
    def winner(self) -> Candidate:
        """The candidate that binds."""
        return self.candidates[0]

    @property
    def due(self) -> datetime:
        """When it is due, with the offset of the contract's zone."""
        return self.candidates[0].due.astimezone(zone(self.time_zone))

    @property
    def due_utc(self) -> datetime:
        """The same in UTC: compare and store this one."""
        return self.candidates[0].due

    @property
    def anchor(self) -> datetime:
        """The UTC instant at which the clock starts."""
        return self.candidates[0].anchor

    @property
    def anchor_event(self) -> int:
        """Index of the event that starts it."""
        return self.candidates[0].anchor_event

    @property
    def rule(self) -> str:
        """Id of the winning rule."""
        return self.candidates[0].terms.id

    @property
    def rule_variant(self) -> str:
        """Variant of the winning rule; empty where it has one only."""
        return self.candidates[0].terms.variant

    @property
    def rule_version(self) -> int:
        """Version of the winning rule."""
        return self.candidates[0].terms.version

    @property
    def layer(self) -> str:
        """Layer of the winning rule."""
        return self.candidates[0].terms.layer

    @property
    def citation(self) -> str:
        """Citation of the winning rule."""
        return self.candidates[0].terms.citation

    @property
    def tag(self) -> str:
        """How the rule was checked: letters P, S, O, K, joined by a slash."""
        return self.candidates[0].terms.tag

    @property
    def limit(self) -> str:
        """Limit of the winning rule, in words."""
        return self.candidates[0].limit

    @property
    def by_day(self) -> bool:
        """Whether it is a day clock (and not one of hours)."""
        return self.candidates[0].by_day

    @property
    def extensions(self) -> tuple[Extended, ...]:
        """Extensions that moved the winner."""
        return self.candidates[0].extensions

    @property
    def pauses(self) -> tuple[Paused, ...]:
        """Times that do not count for the winner."""
        return self.candidates[0].pauses


@dataclass(frozen=True, slots=True)
class Answer:
    """All clocks of a case and the events that had no effect."""

    contract: Contract
    subject: Subject
    events: tuple[Event | RefusedEvent, ...]
    clocks: tuple[Clock, ...]
    refused: tuple[RefusedEvent, ...]

    def clock(self, name: str) -> Clock | None:
        """The clock of that name, or None."""
        return next((clock for clock in self.clocks if clock.name == name), None)


def is_day_clock(rule: Rule) -> bool:
    """Whether the rule counts days or months."""
    return rule.unit not in HOURLY
