"""What a version of a contract says in words, row by row, and what the next one says otherwise.

Words for pages, the console and the history. It computes no clock and reads no table.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from casework.bridge import letter_release
from casework.records import licence_states
from casework.records.contract_terms import WORK_DAYS, WORK_FLAGS, Proposal
from letters import catalogue
from sla.ladders import RUNGS

LAYERS: Final = {
    "owner": "What the plan itself publishes",
    "federal": "Federal rules",
    "state:ga": "Georgia law",
    "state:in": "Indiana law",
    "state:ky": "Kentucky law",
    "state:oh": "Ohio law",
}
POLICIES: Final = {
    "acknowledgement_business_days": "Business days to acknowledge an appeal or grievance",
    "sfh_window_days": "Days to ask for a State fair hearing",
    "presumed_receipt_days": "Days after which a notice counts as received",
    "member_rollover": "A window that ends on a weekend or holiday is held open",
    "tolling": "Counting after missing information",
    "immediately_hours": "Hours that “immediately” means",
    "external_process": "External review process",
    "state_holidays": "State holidays",
}
# Policies that matter on some lines only: on the others they are neither asked nor told.
LINES_OF: Final = {
    "acknowledgement_business_days": {"medicaid"},
    "sfh_window_days": {"medicaid"},
    "tolling": {"marketplace"},
    "immediately_hours": {"marketplace", "medicare"},
    "external_process": {"marketplace"},
    "presumed_receipt_days": {"marketplace", "medicaid"},
    "state_holidays": {"medicaid", "marketplace"},
}
WORK: Final = {
    "reopen_days": "Days in which a determination may be reopened",
    "vacate_days": "Days in which a dismissal may be vacated",
    "dispute_days": "Days to decide a provider's dispute about payment",
    "dispute_window_days": "Days in which a provider may dispute the payment of a claim",
    "dispute_levels": "Levels of disputes about one claim",
    "restricted_minutes": "Minutes for which a restricted case opens with a reason, to be read",
    "case_file_second_person": "Who withholds a part of a case file may not clear it",
    "pcp_copies": "The primary-care provider gets a copy of what is decided about care",
    "peer_to_peer_holds": "An offered peer-to-peer talk holds the denial",
}
STATES: Final = "States whose licence counts for a decision against the member"
RELEASE: Final = {
    "letters": "Letters that wait until a named person releases them",
    "roles": "Who may release them",
    "writer_may": "Whoever decided may release as well",
}
GROUPS: Final = {"all": "every letter", "adverse": "every letter of an adverse decision"}
_ROLES: Final = {
    "supervisor": "supervisors",
    "compliance": "compliance",
    "physician": "physicians",
    "ag_clinician": "appeals clinicians",
    "ag_specialist": "appeals specialists",
}
_VALUES: Final = {
    ("tolling", "conservative"): "from the end of the time given",
    ("tolling", "literal"): "due plus the days that did not count",
    ("external_process", "federal"): "federal",
    ("external_process", "state"): "the State’s own",
}
_KINDS: Final = {
    "prior_auth": "requests",
    "appeal": "appeals",
    "grievance": "grievances",
    "external_review": "external reviews",
}
STEPS: Final = {
    "50": "at half of the time",
    "75": "at three quarters",
    "t24": "24 hours before",
    "90": "at nine tenths",
    "100": "when it is missed",
}
_MEASURES: Final = {"hours": "clocks of hours", "days": "clocks of days"}


@dataclass(frozen=True)
class Difference:
    """One thing that a version says, before and after, in words."""

    what: str
    before: str
    after: str


def said(of: Proposal) -> dict[str, str]:
    """What a version says that matters on its line: what it is about, and the words for it, in
    reading order."""
    contract = of.contract
    rows = {
        "Layers": "; ".join(LAYERS.get(layer, layer) for layer in contract.layers),
        "Time zone": contract.time_zone,
    }
    if contract.line == "medicaid":
        rows["Rating period starts"] = _day(contract.rating_period_start)
    rows |= {
        words: _policy(name, getattr(contract.policies, name))
        for name, words in POLICIES.items()
        if matters(name, contract.line)
    }
    rows |= {
        WORK[name]: str(of.workflow.get(name, default)) for name, (default, *_) in WORK_DAYS.items()
    }
    rows |= {
        WORK[name]: _yes_no(of.workflow.get(name, default)) for name, default in WORK_FLAGS.items()
    }
    rows[STATES] = ", ".join(licence_states.of(of.workflow)) or "that of the contract"
    return rows | _release(of) | dict(_ladder(of))


def matters(policy: str, line: str) -> bool:
    """Whether any rule of this line asks for this policy."""
    return line in LINES_OF.get(policy, {line})


def differences(before: Proposal, after: Proposal) -> tuple[Difference, ...]:
    """What the second says otherwise than the first; of layers and holidays, what came and went."""
    old, new = said(before), said(after)
    found = [
        Difference(what, old.get(what, "not said"), new[what])
        for what in new
        if old.get(what) != new[what]
    ]
    rest = _unnamed(before.workflow, after.workflow)
    return (*found, *rest)


def _unnamed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    """Workflow terms that have no words here: shown by their names, so that nothing is hidden."""
    for name in sorted(
        {*before, *after} - {"ladder", letter_release.KEY, licence_states.KEY, *WORK}
    ):
        if before.get(name) != after.get(name):
            yield Difference(name, str(before.get(name, "not said")), str(after.get(name, "")))


def _release(of: Proposal) -> dict[str, str]:
    """Which letters wait for a named person, in words."""
    rule = letter_release.release_of(of.workflow)
    if not rule.letters:
        return {RELEASE["letters"]: "none"}
    titles = [GROUPS.get(each) or catalogue.get(each).title for each in rule.letters]
    return {
        RELEASE["letters"]: "; ".join(titles),
        RELEASE["roles"]: ", ".join(role_words(role) for role in rule.roles),
        RELEASE["writer_may"]: _yes_no(rule.writer_may),
    }


def role_words(role: str) -> str:
    """Who releases, in a word."""
    return _ROLES[role]


def _policy(name: str, value: Any) -> str:
    if name == "state_holidays":
        return ", ".join(_day(day) for day in sorted(value)) or "none"
    if isinstance(value, bool):
        return _yes_no(value)
    return _VALUES.get((name, value), str(value))


def _day(value: date | None) -> str:
    return value.isoformat() if value else "not said"


def _yes_no(value: Any) -> str:
    return "yes" if value else "no"


def _ladder(of: Proposal) -> Iterator[tuple[str, str]]:
    ladder = of.ladder
    for kind, words in _KINDS.items():
        yield f"Steps for {words}", ", ".join(STEPS[step] for step in ladder.steps[kind])
    yield "Who is called, in order", ", ".join(ladder.rungs)
    for measure, words in _MEASURES.items():
        minutes = ladder.hand_on[measure]
        given = [f"{rung} {minutes[rung]}" for rung in RUNGS if rung in minutes]
        yield f"Minutes until it goes on, {words}", ", ".join(given)
        came = f"Minutes after which “I have it” comes back, {words} (plan policy)"
        yield came, str(ladder.returns[measure])
    quiet = ladder.as_stored()["quiet"]
    yield "Quiet hours", f"{quiet['from']} to {quiet['until']}" if quiet else "none"
