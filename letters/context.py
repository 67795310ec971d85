"""What a letter says, as frozen values: no row, no clock, no HTML.

`casework` fills a `LetterContext` from its rows; templates and proof read it. Free text (reasons,
labels, findings) must already be in the letter's language. An empty text, `()` or `None` means "we
do not have it"; whether the letter may leave without it is the catalogue's business, not ours.
"""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from letters.plan_block import Office as Office
from letters.plan_block import PlanBlock as PlanBlock
from letters.refusals import ContextRefused

LINES = ("medicaid", "medicare", "marketplace")
LANGUAGES = ("en", "es")
RECIPIENTS = ("member", "representative", "provider", "primary_care", "body")


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """A day on the member's calendar, or a minute of it.

    `on` is the local day. For hour clocks `instant` is the aware instant and `zone` the IANA name
    in which both are to be printed; `on` must then be the local day of `instant`.
    """

    on: date
    instant: datetime | None = None
    zone: str = ""

    def __post_init__(self) -> None:
        if self.instant is None:
            return
        if self.instant.tzinfo is None or not self.zone:
            raise ContextRefused("instant", "needs an offset, and the zone it is printed in.")
        if self.instant.astimezone(ZoneInfo(self.zone)).date() != self.on:
            raise ContextRefused(
                "on", f"{self.on} is not the day of {self.instant} in {self.zone}."
            )

    @classmethod
    def moment(cls, instant: datetime, zone: str) -> "Deadline":
        """The deadline of an hour clock: `instant` is aware, `zone` an IANA name."""
        return cls(on=instant.astimezone(ZoneInfo(zone)).date(), instant=instant, zone=zone)


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """Whom the letter is about."""

    name: str
    member_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """Who gets this copy: `kind` is member, representative, provider, primary_care or body (the
    reviewer)."""

    kind: str
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseBlock:
    """The case: its own number, and of the case it follows (`origin_*`, for appeals and reviews).

    `about` says in plain words what it is about (grievances); `filed_by` is member,
    representative or provider; `received_on` is the local day of receipt.
    """

    ref: str
    kind: str
    received_on: date
    priority: str = "standard"
    timing: str = "pre_service"
    filed_by: str = "member"
    about: str = ""
    origin_ref: str = ""
    origin_decided_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceLine:
    """One service asked for, and what became of it: result requested, approved or denied.

    A line that is approved for less is two lines: what is approved, and the denied rest.
    """

    number: int
    code: str
    label: str
    units: str
    result: str = "requested"
    starts: date | None = None
    ends: date | None = None
    ends_when: str = ""
    reason: str = ""
    reason_code: str = ""
    reason_code_meaning: str = ""
    criterion: str = ""
    provider: str = ""
    place: str = ""
    amount: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class WantedItem:
    """One thing that we need: what, why, and from whom."""

    what: str
    why: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What was decided and why.

    `outcome`: approved, partial, denied, deemed_denied; upheld, overturned, partly_overturned;
    reduced, terminated; resolved, withdrawn, dismissed. `ground`: clinical, administrative, time.
    `provision` is the plan provision relied on, `standard` the standard used, `rationale` the
    clinical judgment or the discussion of the decision, `perfect` what would complete the request
    and why (or `nothing_would_help`: somebody looked, and nothing would).
    `findings` and `remedy` are a grievance's; `next_step` tells what a dismissed filer can do. Of a
    cut: `effective_on` its first day, `earliest_effective` the earliest that the law allows,
    `remaining` what is still approved from that day on.
    """

    outcome: str
    decided_on: date
    ground: str = ""
    reason: str = ""
    provision: str = ""
    standard: str = ""
    rationale: str = ""
    considered: tuple[str, ...] = ()
    reviewer_title: str = ""
    reviewer_credentials: str = ""
    perfect: tuple[WantedItem, ...] = ()
    nothing_would_help: bool = False
    findings: str = ""
    remedy: str = ""
    next_step: str = ""
    effective_on: date | None = None
    earliest_effective: date | None = None
    remaining: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dates:
    """The deadlines that the letter prints, each computed elsewhere and printed as it stands."""

    decide_by: Deadline | None = None
    appeal_by: Deadline | None = None
    continue_by: Deadline | None = None
    fair_hearing_by: Deadline | None = None
    external_by: Deadline | None = None
    info_by: Deadline | None = None
    effectuate_by: Deadline | None = None
    vacate_by: Deadline | None = None
    dismissal_review_by: Deadline | None = None
    sent_on: date | None = None
    done_on: date | None = None
    file_by: Deadline | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """How long the next step takes, from the contract's rules; 0 means not told here."""

    appeal_days: int = 0
    appeal_payment_days: int = 0
    fast_appeal_hours: int = 0
    grievance_days: int = 0
    external_days: int = 0
    fast_external_hours: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Rights:
    """Which conditional rights this person has in this case."""

    continue_benefits: bool = False
    benefits_continued: bool = False
    expedited_external: bool = False
    quality_of_care: bool = False
    state_remedies: bool = False
    payment_caveat: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Extension:
    """An extension of a decision clock: `asked_by` member, provider or plan; reason in words."""

    days: int
    asked_by: str
    ground: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reissue:
    """That this is a letter sent before: the day printed on the first one, and why again
    (`returned`, `wrong_address`, `wrong_format`, `wrong_content`, `second_copy`)."""

    sent_on: date
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """The case in which this one goes on, or that got a part of it: `relation` merged, split or
    converted; `kind` appeal, dispute, grievance or request; the local day from which it counts."""

    relation: str
    ref: str
    kind: str
    received_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterContext:
    """All the facts of one letter to one recipient.

    `code` is a letter of the catalogue, `line` the line of business, `issued_on` the local date
    printed on it. `reviewer` is the outside body that has the case; `authorization` the number of
    the authorization that this letter gives or carries out; `enclosed` what goes with the letter,
    each by name, `withheld` why parts of it are not shown. `reissue` says of which day the first
    one was, in a letter that is sent again; `moved` in which other case this one goes on. `english`
    are texts of people or of the plan that stand in English in a letter of another language: the
    letter marks each and says how to have it read in one's own.
    """

    code: str
    line: str
    issued_on: date
    plan: PlanBlock
    member: Member
    recipient: Recipient
    case: CaseBlock
    language: str = "en"
    large_print: bool = False
    services: tuple[ServiceLine, ...] = ()
    decision: Decision | None = None
    dates: Dates = Dates()
    times: Times = Times()
    rights: Rights = Rights()
    extension: Extension | None = None
    wanted: tuple[WantedItem, ...] = ()
    refusal_reason: str = ""
    authorization: str = ""
    reviewer: Office | None = None
    enclosed: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    english: tuple[str, ...] = ()
    reissue: Reissue | None = None
    moved: Moved | None = None

    @property
    def denied(self) -> tuple[ServiceLine, ...]:
        """The service lines that are not approved."""
        return tuple(s for s in self.services if s.result == "denied")

    @property
    def approved(self) -> tuple[ServiceLine, ...]:
        """The service lines that are approved."""
        return tuple(s for s in self.services if s.result == "approved")
