"""The form of the next version of a contract as dataclasses: every field with its words.

What the fields mean for terms and workflow is `contract_form`'s business.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from casework.records.contract_differences import LAYERS, POLICIES, RELEASE, STATES, STEPS, WORK
from casework.records.contract_drafts import LEAST_REASON, MOST_REASON
from casework.records.contract_terms import DEFAULTS
from casework.records.forms import asks


def _policy(name: str, hint: str, **more: Any) -> dict[str, Any]:
    default = getattr(DEFAULTS, name)
    usual = {True: "yes", False: "no"}.get(default, default) if default != frozenset() else "none"
    return asks(POLICIES[name], hint=f"{hint} Default: {usual}.", **more)


@dataclass(frozen=True, kw_only=True)
class Layers:
    """Which layers of rules are adopted; of several the tightest binds the plan."""

    owner: bool = field(default=False, metadata=asks(LAYERS["owner"]))
    federal: bool = field(default=False, metadata=asks(LAYERS["federal"]))
    state_oh: bool = field(default=False, metadata=asks(LAYERS["state:oh"]))
    state_in: bool = field(default=False, metadata=asks(LAYERS["state:in"]))
    state_ky: bool = field(default=False, metadata=asks(LAYERS["state:ky"]))
    state_ga: bool = field(default=False, metadata=asks(LAYERS["state:ga"]))


@dataclass(frozen=True, kw_only=True)
class PolicyFields:
    """What the law leaves to the contract."""

    acknowledgement_business_days: int | None = field(
        default=None,
        metadata=_policy(
            "acknowledgement_business_days",
            "The law requires the letter and gives no figure (42 CFR 438.406(b)(1)). 0 to 30.",
        ),
    )
    sfh_window_days: int | None = field(
        default=None,
        metadata=_policy("sfh_window_days", "Set by the State, 90 to 120 (42 CFR 438.408(f)(2))."),
    )
    presumed_receipt_days: int | None = field(
        default=None,
        metadata=_policy(
            "presumed_receipt_days",
            "After the date of the notice, where there is no proof of receipt. 0 to 30.",
        ),
    )
    immediately_hours: int | None = field(
        default=None,
        metadata=_policy(
            "immediately_hours", "Where the law says “immediately” and nothing else. 0 to 72."
        ),
    )
    tolling: Literal["conservative", "literal"] | None = field(
        default=None,
        metadata=_policy("tolling", "How the rest of the time is counted on."),
    )
    external_process: Literal["federal", "state"] | None = field(
        default=None,
        metadata=_policy(
            "external_process",
            "A State process that meets 45 CFR 147.136(c)(2) replaces the federal one.",
        ),
    )
    member_rollover: bool = field(
        default=False,
        metadata=_policy("member_rollover", "A filing is taken until the next working day."),
    )
    state_holidays: tuple[str, ...] = field(
        default=(),
        metadata=_policy(
            "state_holidays",
            "One day in each line, like 2026-12-24. State rules in business days skip them.",
        ),
    )


@dataclass(frozen=True, kw_only=True)
class WorkFields:
    """What the contract says about steps of work."""

    reopen_days: int | None = field(
        default=None, metadata=asks(WORK["reopen_days"], hint="1 to 366. Default: 60.")
    )
    vacate_days: int | None = field(
        default=None,
        metadata=asks(
            WORK["vacate_days"],
            hint="Medicare: six months, 42 CFR 422.582(f)-(h). 1 to 366. Default: 183.",
        ),
    )
    dispute_days: int | None = field(
        default=None, metadata=asks(WORK["dispute_days"], hint="1 to 180. Default: 60.")
    )
    dispute_window_days: int | None = field(
        default=None, metadata=asks(WORK["dispute_window_days"], hint="30 to 730. Default: 180.")
    )
    dispute_levels: int | None = field(
        default=None, metadata=asks(WORK["dispute_levels"], hint="1 to 3. Default: 2.")
    )
    restricted_minutes: int | None = field(
        default=None,
        metadata=asks(WORK["restricted_minutes"], hint="5 to 60. Default: 60."),
    )
    licence_states: tuple[str, ...] = field(
        default=(),
        metadata=asks(
            STATES,
            hint="Two letters, one State in each line, like OH. Empty: the State of the contract"
            " alone. Some States want their own licence for it: ask the lawyers.",
        ),
    )
    case_file_second_person: bool = field(
        default=False,
        metadata=asks(WORK["case_file_second_person"], hint="A second pair of eyes."),
    )
    pcp_copies: bool = field(
        default=False,
        metadata=asks(WORK["pcp_copies"], hint="Approvals and denials; never of complaints."),
    )
    peer_to_peer_holds: bool = field(
        default=False,
        metadata=asks(WORK["peer_to_peer_holds"], hint="Until the time that was offered."),
    )


@dataclass(frozen=True, kw_only=True)
class ReleaseFields:
    """Which letters wait for a named person, and who that is."""

    letters: tuple[str, ...] = field(
        default=(),
        metadata=asks(
            RELEASE["letters"],
            hint="One in each line: adverse, all, or the code of a letter, like appeal_upheld."
            " Default: none, every letter leaves by itself.",
        ),
    )
    supervisor: bool = field(default=False, metadata=asks("Supervisors may release them"))
    compliance: bool = field(default=False, metadata=asks("Compliance may release them"))
    physician: bool = field(default=False, metadata=asks("Physicians may release them"))
    ag_clinician: bool = field(default=False, metadata=asks("Appeals clinicians may release them"))
    ag_specialist: bool = field(
        default=False, metadata=asks("Appeals specialists may release them")
    )
    writer_may: bool = field(default=False, metadata=asks(RELEASE["writer_may"]))


@dataclass(frozen=True, kw_only=True)
class StepFields:
    """The steps of one kind of case; the one at the miss is never left out."""

    s50: bool = field(default=False, metadata=asks(STEPS["50"].capitalize()))
    s75: bool = field(default=False, metadata=asks(STEPS["75"].capitalize()))
    st24: bool = field(default=False, metadata=asks(STEPS["t24"].capitalize()))
    s90: bool = field(default=False, metadata=asks(STEPS["90"].capitalize()))


@dataclass(frozen=True, kw_only=True)
class KindFields:
    """When somebody is called; when a clock is missed somebody always is."""

    prior_auth: StepFields = field(metadata=asks("Requests"))
    appeal: StepFields = field(metadata=asks("Appeals"))
    grievance: StepFields = field(metadata=asks("Grievances"))
    external_review: StepFields = field(metadata=asks("External reviews"))


@dataclass(frozen=True, kw_only=True)
class RungFields:
    """Who is called, from the nearest up; compliance is always the last."""

    worker: bool = field(default=False, metadata=asks("Whoever works the case"))
    lead: bool = field(default=False, metadata=asks("The lead"))
    director: bool = field(default=False, metadata=asks("The director"))


@dataclass(frozen=True, kw_only=True)
class MinuteFields:
    """After how many minutes without an answer it goes on to the next."""

    worker: int | None = field(default=None, metadata=asks("From whoever works it"))
    lead: int | None = field(default=None, metadata=asks("From the lead"))
    director: int | None = field(default=None, metadata=asks("From the director"))


@dataclass(frozen=True, kw_only=True)
class MeasureFields:
    """Minutes by the sort of clock."""

    hours: MinuteFields = field(metadata=asks("Clocks of hours"))
    days: MinuteFields = field(metadata=asks("Clocks of days"))


@dataclass(frozen=True, kw_only=True)
class ReturnFields:
    """After how many minutes what somebody has comes back to whoever was called."""

    hours: int | None = field(default=None, metadata=asks("Clocks of hours"))
    days: int | None = field(default=None, metadata=asks("Clocks of days"))


@dataclass(frozen=True, kw_only=True)
class QuietFields:
    """When nobody is called for a clock of days; both empty for never quiet."""

    begins: str = field(default="", metadata=asks("From", hint="Like 20:00", most=5))
    ends: str = field(default="", metadata=asks("Until", hint="Like 07:00", most=5))


@dataclass(frozen=True, kw_only=True)
class LadderFields:
    """The escalation ladder."""

    steps: KindFields = field(
        metadata=asks(
            "When somebody is called",
            hint="When a clock is missed somebody always is. 24 hours before: clocks of days only.",
        )
    )
    rungs: RungFields = field(
        metadata=asks("Who is called", hint="From the nearest up; compliance is always the last.")
    )
    hand_on: MeasureFields = field(
        metadata=asks("Minutes without an answer until it goes on to the next")
    )
    returns: ReturnFields = field(
        metadata=asks(
            "Minutes after which “I have it” comes back",
            hint="Plan policy: no law gives them. Not where the clock is kept by then. 1 to 10080.",
        )
    )
    quiet: QuietFields = field(
        metadata=asks("Quiet hours", hint="For clocks of days only. Leave both empty for none.")
    )


@dataclass(frozen=True, kw_only=True)
class VersionForm:
    """The next version of a contract."""

    layers: Layers = field(
        metadata=asks(
            "Layers", hint="Of all adopted layers the earliest due binds, the latest window holds."
        )
    )
    time_zone: str = field(
        metadata=asks(
            "Time zone", hint="Its days are counted there, like America/New_York.", most=60
        )
    )
    rating_period_start: date | None = field(
        default=None,
        metadata=asks(
            "A day on which a rating period starts",
            hint="The federal limit of a standard request turns on it: 42 CFR 438.210(d)(1).",
        ),
    )
    policies: PolicyFields = field(metadata=asks("Policies"))
    work: WorkFields = field(metadata=asks("Steps of work"))
    release: ReleaseFields = field(
        metadata=asks(
            "Letters that somebody reads first",
            hint="The clock of the notice keeps running; nothing is released by itself.",
        ),
    )
    ladder: LadderFields = field(metadata=asks("Escalation"))
    effective_from: date = field(
        metadata=asks(
            "In force from",
            hint="Today means from now on. What was received before keeps its version.",
        )
    )
    reason: str = field(
        metadata=asks(
            "Why",
            hint=f"{LEAST_REASON} to {MOST_REASON} characters. It stays in the history.",
            long=True,
            most=MOST_REASON,
        )
    )
