"""What stands in the record of one case after the events so far: the track it is on, what waits for
an answer, the decision candidates that run. Mutable, and alive only inside one computation."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sla.calendars import zone
from sla.events import MUST_FOLLOW
from sla.rules import Sheet
from sla.terms import Rule
from sla.values import Candidate, Contract, Event, Extended, Paused, RefusedEvent, Subject

_A_DAY_AHEAD = timedelta(hours=24)
_TRACKED = frozenset({"prior_auth", "appeal"})


class Running:
    """One decision candidate while the events are read: its due may move."""

    __slots__ = ("base", "due", "extensions", "pauses", "terms", "track")

    def __init__(self, base: Candidate, track: str | None) -> None:
        self.base = base
        self.terms: Rule = base.terms
        self.track = track
        self.due: datetime = base.due
        self.extensions: list[Extended] = []
        self.pauses: list[Paused] = []

    def candidate(self) -> Candidate:
        """The candidate as it stands now."""
        base = self.base
        if not self.extensions and not self.pauses:
            return base
        return Candidate(
            terms=base.terms,
            amount=base.amount,
            due=self.due,
            base_due=base.base_due,
            plain_due=base.plain_due,
            anchor=base.anchor,
            anchor_event=base.anchor_event,
            counted_from=base.counted_from,
            since=base.since,
            by_day=base.by_day,
            extensions=tuple(self.extensions),
            pauses=tuple(self.pauses),
            notes=base.notes,
        )


class Record:
    """The record of one case. `filed`: accepted events by type (letters by their kind, proofs of
    an extension letter as `extension_received`), in the order given."""

    __slots__ = (
        "asked",
        "closings",
        "contract",
        "decision",
        "expired",
        "extension",
        "extension_due",
        "fast",
        "filed",
        "frozen",
        "must",
        "oral",
        "ran_out",
        "received",
        "refused",
        "request",
        "running",
        "satisfied",
        "sheet",
        "standard",
        "subject",
        "totals",
        "waiting",
        "where",
        "window_due",
        "withdrawn",
    )

    def __init__(self, contract: Contract, subject: Subject, sheet: Sheet) -> None:
        self.contract = contract
        self.subject = subject
        self.sheet = sheet
        self.where: ZoneInfo = zone(contract.time_zone)
        self.filed: dict[str, list[Event]] = {}
        self.refused: list[RefusedEvent] = []
        self.received: Event | None = None
        # the fast track: the event it counts from; a request that waits; whether it must follow
        self.standard = False
        self.fast: Event | None = None
        self.waiting: Event | None = None
        self.must = False
        # the decision clock
        self.running: dict[str, Running] = {}
        self.satisfied: Event | None = None
        self.oral: Event | None = None
        self.expired: Event | None = None
        self.frozen: tuple[Candidate, ...] | None = None
        self.decision: tuple[Candidate, ...] = ()
        self.ran_out: tuple[Candidate, Event] | None = None
        # extensions: rule id -> [days so far, how many]
        self.totals: dict[str, list[int]] = {}
        self.extension: Event | None = None
        self.extension_due: tuple[datetime, bool] | None = None
        # an urgent claim: the first request for information, and the accepted one
        self.asked: Event | None = None
        self.request: Event | None = None
        # dismissals and the withdrawal: each closes what runs
        self.closings: list[Event] = []
        self.withdrawn = False
        self.window_due: datetime | None = None

    def file(self, event: Event) -> None:
        """Puts an accepted event where `first` and `last` find it."""
        name = event.type
        if name == "notice_sent" and event.kind is not None:
            name = event.kind
        elif name == "notice_received" and event.of == "extension":
            name = "extension_received"
        self.filed.setdefault(name, []).append(event)

    def first(self, name: str, after: int = -1) -> Event | None:
        """The first filed event of that name that is listed after an index."""
        for event in self.filed.get(name, ()):
            if event.index > after:
                return event
        return None

    def last(self, name: str) -> Event | None:
        """The last filed event of that name."""
        filed = self.filed.get(name)
        return filed[-1] if filed else None

    def first_of(self, names: Iterable[str], after: int = -1) -> Event | None:
        """The first filed event of any of the names that is listed after an index."""
        found = [event for name in names if (event := self.first(name, after))]
        return min(found, key=lambda event: event.index, default=None)

    def has_tracks(self) -> bool:
        """Whether the case can be on a fast track: none for grievances, external reviews and what
        was already provided."""
        return self.subject.kind in _TRACKED and self.subject.timing != "post_service"

    def track(self) -> str:
        """The track that the case is on; without `received`, and where there are no tracks, the
        subject's priority."""
        if self.received is None or self.subject.kind not in _TRACKED:
            return "standard" if self.subject.priority == "standard" else "fast"
        return "standard" if self.fast is None else "fast"

    def must_follow(self, by: str | None) -> bool:
        """Whether the plan must expedite when this person asks."""
        return by in MUST_FOLLOW[self.contract.line]

    def course_left(self) -> str:
        """How much of an approved course was left when the urgent request was made."""
        ends, made = self.subject.course_ends_at, self.fast
        if self.subject.timing == "concurrent" and ends is not None and made is not None:
            return "24 hours or more" if ends - made.at >= _A_DAY_AHEAD else "less"
        return "less"

    def dismissed(self) -> bool:
        """Whether the case was dismissed."""
        return "dismissal" in self.filed

    def federal_due(self) -> tuple[datetime, bool] | None:
        """The federal due of the decision, with its extensions, and whether it is a day clock."""
        dues = [c for c in self.decision if c.layer == "federal"]
        earliest = min(dues, key=lambda candidate: candidate.due, default=None)
        return (earliest.due, earliest.by_day) if earliest else None

    def notice(self) -> Event | None:
        """The letter that windows count from: the last adverse or reduction notice."""
        found = [e for name in ("adverse", "reduction") if (e := self.last(name))]
        return max(found, key=lambda event: event.index, default=None)

    def proof(self) -> Event | None:
        """The last proof of receipt of that letter: one listed before it, or dated before the local
        day it was sent, is none."""
        notice = self.notice()
        proofs = self.filed.get("notice_received", [])
        if notice is not None:
            proofs = [p for p in proofs if p.index > notice.index and p.day >= notice.day]
        return proofs[-1] if proofs else None

    def closed_days(self, rule: Rule) -> frozenset[date]:
        """The days that a State lists, for the rules of a state layer; none for the others (C7)."""
        if rule.layer.startswith("state:"):
            return self.contract.policies.state_holidays
        return frozenset()
