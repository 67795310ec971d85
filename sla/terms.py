"""What one rule version says, as frozen values: limit, anchor, selectors, extension, citation.
It knows nothing of files or of a case."""

from dataclasses import dataclass
from datetime import date

UNITS = ("calendar days", "business days", "hours", "business hours", "months")
HOURLY = frozenset({"hours", "business hours"})
LAYER_RANK = {"federal": 0, "state": 1, "owner": 2}  # on a tie the law is named before the plan


# Where the start is not the receipt of the case, the limit says so.
_COUNTED_FROM = {
    "notice_date": "from the date of the notice",
    "notice_receipt": "from receipt of the notice",
    "dismissal_date": "from the date of the dismissal",
    "incident": "from the event",
    "complete_information": "from complete information",
    "reduction_sent": "from sending",
    "adverse_sent": "from sending",
}


@dataclass(frozen=True, slots=True)
class ExtensionTerms:
    """Who may extend, on what ground, by how many calendar days in all. `once`: one extension only.
    `least_time_given_days`: with the ground `missing_information`, which stops the clock."""

    days: int
    asked_by: frozenset[str]
    plan_grounds: frozenset[str]
    once: bool
    least_time_given_days: int | None


@dataclass(frozen=True, slots=True)
class AskingTerms:
    """An urgent claim received incomplete: ask within so many hours of the anchor, give at least so
    many, and decide so many hours after the answer or the end of the time given."""

    within_hours: int
    least_given_hours: int
    answer_hours: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One published version of one variant of a rule. `when`: selector -> the values it suits.
    `amount` is None where `policy` names the contract's figure. `starts`, `ends`: the dates between
    which the version is in force, both included, by the date that `keyed_by` names."""

    layer: str
    id: str
    variant: str
    version: int
    clock: str
    line: frozenset[str]
    when: tuple[tuple[str, frozenset[str]], ...]
    amount: int | None
    policy: str | None
    unit: str
    anchor: str
    keyed_by: str
    starts: date
    ends: date
    extension: ExtensionTerms | None
    asking: AskingTerms | None
    follows: bool
    later_of: str | None
    plus: str | None
    rolls: bool
    falls: str
    presumed_days: int | None
    consequence: str | None
    consequence_citation: str | None
    citation: str
    tag: str
    source: str
    checked: date
    words: str | None
    note: str | None
    corrects: int | None
    open_cases: str | None

    @property
    def rank(self) -> tuple[int, str, str]:
        """The place on a tie: federal, then the states by name, then owner; inside a layer the
        rule id that sorts first."""
        return (LAYER_RANK[self.layer.partition(":")[0]], self.layer, self.id)

    @property
    def name(self) -> str:
        """`layer/id`, with the variant where there are several."""
        return f"{self.layer}/{self.id}" + (f" ({self.variant})" if self.variant else "")

    def limit_text(self, amount: int) -> str:
        """The limit in words, with the contract's figure where the rule leaves it to a policy."""
        if self.words is not None:
            return self.words
        unit = self.unit if amount != 1 else self.unit.removesuffix("s")
        counted_from = _COUNTED_FROM.get(self.anchor)
        return f"{amount} {unit} {counted_from}" if counted_from else f"{amount} {unit}"

    def values_of(self, selector: str) -> frozenset[str] | None:
        """The values of a selector that the rule suits; None where it does not ask."""
        for name, values in self.when:
            if name == selector:
                return values
        return None


@dataclass(frozen=True, slots=True)
class Family:
    """The versions of one variant, oldest first, and what they have in common."""

    versions: tuple[Rule, ...]
    rank: tuple[int, str, str]
    clock: str
    keyed_by: str
    dynamic: tuple[tuple[str, frozenset[str]], ...]
    track: str | None

    def on(self, day: date) -> Rule | None:
        """The version in force for that date, or None."""
        for rule in self.versions:
            if rule.starts <= day <= rule.ends:
                return rule
        return None


# Selectors that the contract and the subject settle, and those that only the events settle.
STATIC_SELECTORS = (
    "kind",
    "timing",
    "service",
    "priority",
    "about",
    "pa_required",
    "benefits_continued",
    "external_process",
)
DYNAMIC_SELECTORS = ("track", "course_left", "ordered_by", "ground", "asked_by")
