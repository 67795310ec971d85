"""Every path: from a denial, by each outcome of the appeal, over its next step, to the end.

`PATHS` says which steps each takes on each line; `COVERING` is the set that every run walks: each
line, each next step, both languages and both manners at least once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

from tests.journeys.paths import desk, member, outside, plan
from tests.journeys.paths.journey import Step

MCD, QHP, MA, MCD_LAW, MA_LAW, IN = (
    "OH-MCD",
    "OH-QHP",
    "OH-MA",
    "OH-MCD-2026",
    "MA-2026",
    "IN-QHP",
)
LINES = {MCD: "medicaid", MCD_LAW: "medicaid", QHP: "marketplace", IN: "marketplace"}
LINES |= {MA: "medicare", MA_LAW: "medicare"}
APPEALED = (plan.denied, plan.told("denied", "denial"), member.reads("denied", "denial"))
RECEIVED = (plan.told("appeal", "appeal_received"),)
REVIEWED = (plan.reviewer_named,)


@dataclass(frozen=True)
class Walked:
    """One path on one contract, in one language, with a finger or with keys."""

    path: str
    contract: str
    language: str
    finger: bool

    def __str__(self) -> str:
        manner = "finger" if self.finger else "keys"
        return f"{self.contract}: {self.path} [{self.language}, {manner}]"

    @property
    def steps(self) -> tuple[Step, ...]:
        """What happens on it."""
        return tuple(PATHS[self.path][0](LINES[self.contract]))

    @property
    def two(self) -> bool:
        """Whether two services were asked for."""
        return "in part" in self.path


def _outside(line: str, how: str) -> tuple[Step, ...]:
    """From a no that stands to what the body outside decided."""
    asked = outside.forwarded if line == "medicare" else member.asks_outside
    return (asked, *_given_outside(line, how))


def _given_outside(line: str, how: str) -> tuple[Step, ...]:
    """From the request for the review to what the body decided."""
    to_the_body: dict[str, tuple[Step, ...]] = {
        "medicaid": (outside.file_sent, outside.hearing_held),
        "marketplace": (outside.checked, outside.given_by_turn, outside.file_sent),
        "medicare": (outside.file_sent,),
    }
    return (
        *to_the_body[line],
        plan.told("review", "external_review_started"),
        outside.body_decides(how),
        member.reads("review", "external_review_decided"),
    )


def _carried_out(which: str, **ends: str) -> tuple[Step, ...]:
    return (
        plan.carried_out(which),
        member.reads(which, "effectuated"),
        member.sees_it_carried_out,
        plan.ends_as(**{which: "effectuated"} | ends),
        plan.all_is_done,
    )


def _denied_appealed(*, at_desk: str = "") -> tuple[Step, ...]:
    reviewed = (desk.names_the_reviewer,) if at_desk else REVIEWED
    return (*APPEALED, member.appeals, *RECEIVED, *reviewed)


def _upheld_then_given(line: str) -> Sequence[Step]:
    return (
        *_denied_appealed(at_desk="yes"),
        desk.decides_at_the_screen("uphold"),
        member.reads("appeal", "appeal_upheld"),
        *_outside(line, "overturn"),
        *_carried_out("review"),
    )


def _upheld_twice(line: str) -> Sequence[Step]:
    return (
        *_denied_appealed(),
        plan.decides("uphold"),
        member.reads("appeal", "appeal_upheld"),
        *_outside(line, "uphold"),
        plan.ends_as(review="upheld"),
        plan.all_is_done,
    )


def _overturned(_line: str) -> Sequence[Step]:
    return (
        *_denied_appealed(),
        plan.decides("overturn"),
        member.reads("appeal", "appeal_overturned"),
        *_carried_out("appeal"),
    )


def _in_part(line: str) -> Sequence[Step]:
    return (
        *_denied_appealed(),
        plan.decides("overturn_in_part"),
        member.reads("appeal", "appeal_partly_overturned"),
        plan.carried_out("appeal"),
        member.reads("appeal", "effectuated"),
        *(() if line == "medicare" else (member.sees_that_a_part_is_left,)),
        *_outside(line, "overturn"),
        *_carried_out("review"),
    )


def _late(_line: str) -> Sequence[Step]:
    return (
        *APPEALED,
        plan.days_pass(190),
        member.appeals_late,
        plan.late_refused,
        member.reads("appeal", "appeal_dismissed"),
        member.sees("appeal", "Closed"),
        plan.opened_again,
        member.reads("appeal", "dismissal_vacated"),
        *REVIEWED,
        plan.decides("overturn"),
        *_carried_out("appeal"),
    )


def _without_consent(_line: str) -> Sequence[Step]:
    return (
        *APPEALED,
        plan.office_appeals,
        plan.consent_asked,
        member.reads("appeal", "consent_missing"),
        plan.days_pass(50),
        plan.consent_refused,
        member.reads("appeal", "appeal_dismissed"),
        member.appeals,
        *RECEIVED,
        *REVIEWED,
        plan.decides("overturn"),
        *_carried_out("appeal"),
    )


def _withdrawn(_line: str) -> Sequence[Step]:
    return (
        *APPEALED,
        member.appeals,
        member.withdraws,
        member.reads("appeal", "appeal_withdrawn"),
        plan.ends_as(appeal="withdrawn", denied="denied"),
        plan.all_is_done,
    )


def _missed(line: str) -> Sequence[Step]:
    if line == "medicare":
        return (
            *_denied_appealed(),
            plan.its_time_runs_out,
            outside.forwarded_late,
            member.reads("appeal", "appeal_forwarded"),
            outside.file_sent,
            outside.body_decides("overturn"),
            member.reads("review", "external_review_decided"),
            *_carried_out("review"),
        )
    return (
        *_denied_appealed(),
        plan.its_time_runs_out,
        member.reads("appeal", "deemed_exhaustion"),
        member.asks_outside_from_the_appeal,
        plan.decides("uphold"),
        *_given_outside(line, "overturn"),
        *_carried_out("review"),
    )


EVERY = (MCD, QHP, MA, MCD_LAW, MA_LAW)
ONE_OF_EACH = (MCD, QHP, MA)
BY_LAW = (MCD_LAW, IN, MA_LAW)
# The steps of each path by line, and the contracts on which they differ.
PATHS: dict[str, tuple[Callable[[str], Sequence[Step]], tuple[str, ...]]] = {
    "upheld, given outside": (_upheld_then_given, EVERY),
    "upheld, upheld outside": (_upheld_twice, ONE_OF_EACH),
    "overturned": (_overturned, EVERY),
    "overturned in part, the rest outside": (_in_part, EVERY),
    "closed as late, opened again": (_late, ONE_OF_EACH),
    "closed without consent, asked by the member": (_without_consent, ONE_OF_EACH),
    "taken back": (_withdrawn, ONE_OF_EACH),
    "its time ran out": (_missed, BY_LAW),
}
WHOLE = tuple(
    Walked(path, contract, language, finger)
    for finger, language in product((True, False), ("en", "es"))
    for path, (_steps, contracts) in PATHS.items()
    for contract in contracts
)
COVERING = (
    Walked("upheld, given outside", MCD, "es", finger=False),
    Walked("upheld, given outside", MA_LAW, "es", finger=True),
    Walked("upheld, upheld outside", MA, "en", finger=False),
    Walked("overturned", MCD_LAW, "en", finger=False),
    Walked("overturned in part, the rest outside", QHP, "es", finger=False),
    Walked("closed as late, opened again", MCD, "es", finger=True),
    Walked("closed without consent, asked by the member", QHP, "en", finger=True),
    Walked("taken back", MA, "es", finger=False),
    Walked("its time ran out", MCD_LAW, "en", finger=True),
    Walked("its time ran out", MA_LAW, "es", finger=False),
)
