"""What a next version of a contract would say: changes laid over a version, and judged.

Pure: mappings in, a proposal or the fields to correct out. It knows no table and no page; which
values stand is the clock engine's own reader's business, and the ladder's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

from casework import bridge
from casework.bridge import letter_release, letters_due, office_matters
from casework.errors import Invalid
from casework.records import emergency, handover, licence_states
from sla.compare import Looser, looser
from sla.ladders import Ladder
from sla.ladders import read as read_ladder
from sla.plan import LadderError
from sla.reading import BadCase, read_contract
from sla.rules import load
from sla.values import Contract, Policies

TERMS: Final = ("layers", "time_zone", "rating_period_start", "policies")
POLICIES: Final = tuple(each.name for each in fields(Policies))
DEFAULTS: Final = Policies()
# What the house takes at most, so that a slip of the hand makes no clock of years. The law gives
# ranges of its own for some; the engine's reader knows those.
MOST: Final = {
    "acknowledgement_business_days": 30,
    "presumed_receipt_days": 30,
    "immediately_hours": 72,
}
# Days and rights that the work steps ask for: name, default, least and most (a flag has none).
WORK_DAYS: Final = {
    "reopen_days": (60, 1, 366),
    "vacate_days": (183, 1, 366),
    # Of a provider's dispute about payment: by when it is decided, and until when it is taken.
    office_matters.LIMIT: (office_matters.DEFAULTS[office_matters.LIMIT], 1, 180),
    office_matters.WINDOW: (office_matters.DEFAULTS[office_matters.WINDOW], 30, 730),
    # How often one claim can be disputed, one level after the other.
    office_matters.LEVELS: (office_matters.DEFAULTS[office_matters.LEVELS], 1, 3),
    # For how many minutes a restricted case opens to somebody who gives a reason.
    emergency.MINUTES: (emergency.MOST_MINUTES, emergency.FEWEST_MINUTES, emergency.MOST_MINUTES),
}
_UNITS: Final = {office_matters.LEVELS: "levels", emergency.MINUTES: "minutes"}
# Whether who withholds a part of a case file leaves the look at it to somebody else.
SECOND_PERSON: Final = "case_file_second_person"
WORK_FLAGS: Final = {
    "peer_to_peer_holds": True,
    SECOND_PERSON: False,
    letters_due.PCP_COPIES: False,
}
WORKFLOW: Final = (
    *("ladder", "print", letter_release.KEY, licence_states.KEY),
    *WORK_DAYS,
    *WORK_FLAGS,
)
MOST_HOLIDAYS: Final = 400
_FIELD: Final = re.compile(r"contract\.([a-z_.]+): (.*)", re.DOTALL)


@dataclass(frozen=True)
class Proposal:
    """What a version says, as stored and as read: the clock contract and the ladder."""

    terms: Mapping[str, Any]
    workflow: Mapping[str, Any]
    contract: Contract
    ladder: Ladder


def as_it_is(terms: Mapping[str, Any], workflow: Mapping[str, Any]) -> Proposal:
    """What a version that was published says."""
    return Proposal(terms, workflow, read_contract(terms), read_ladder(workflow.get("ladder")))


def proposed(
    terms: Mapping[str, Any],
    workflow: Mapping[str, Any],
    *,
    new_terms: Mapping[str, Any],
    new_workflow: Mapping[str, Any],
) -> Proposal:
    """The version that these changes make of these terms and this workflow.

    `new_terms` names any of TERMS, of the policies only those that change; null gives a value back
    to its default. Raises Invalid with a sentence for each field (`policies.tolling`, …).
    """
    wrong = _unknown(new_terms, TERMS, "")
    wrong |= _unknown(_table(new_terms.get("policies")), POLICIES, "policies.")
    wrong |= _unknown(new_workflow, WORKFLOW, "")
    if wrong:
        raise _invalid(wrong)
    changed = _laid_over(terms, new_terms)
    work = _without_nulls({**workflow, **new_workflow})
    contract, wrong = _contract(changed)
    ladder, crooked = _ladder(work.get("ladder"))
    wrong |= crooked | _work_faults(work)
    if contract is not None:
        wrong |= _house_faults(contract)
    if wrong or contract is None or ladder is None:
        raise _invalid(wrong)
    return Proposal(changed, work, contract, ladder)


def looser_places(contract: Contract, on: date | None = None) -> tuple[Looser, ...]:
    """Where the contract runs looser than the law on that day, or on the latest day on which a
    rule was checked if that is later; kinds that the house computes by law are so computed here."""
    checked = max(rule.checked for rule in load().versions)
    return looser(contract, on=max(on, checked) if on else None, by_law=bridge.BY_LAW)


def _invalid(wrong: Mapping[str, str]) -> Invalid:
    return Invalid("This cannot be a version of the contract.", fields=wrong)


def _unknown(given: Mapping[str, Any], known: tuple[str, ...], place: str) -> dict[str, str]:
    return {
        f"{place}{name}": f"It is unknown here; use {', '.join(known)}."
        for name in given
        if name not in known
    }


def _table(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, Mapping) else {}


def _without_nulls(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _laid_over(terms: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    changed = _without_nulls({**terms, **new})
    given = new.get("policies")
    if "policies" in new and given is not None and not isinstance(given, Mapping):
        return changed | {"policies": given}  # the reader says what is wrong with it
    policies = _without_nulls({**_table(terms.get("policies")), **_table(given)})
    changed.pop("policies", None)
    return changed | {"policies": _plain(policies)} if policies else changed


def _plain(policies: Mapping[str, Any]) -> dict[str, Any]:
    """Holidays in their order, each once, as text: they are stored as JSON."""
    days = policies.get("state_holidays")
    if not isinstance(days, list | tuple):
        return dict(policies)
    return {**policies, "state_holidays": sorted({str(day) for day in days})}


def _contract(terms: Mapping[str, Any]) -> tuple[Contract | None, dict[str, str]]:
    try:
        return read_contract(terms), {}
    except BadCase as error:
        found = _FIELD.fullmatch(str(error))
        place, sentence = found.groups() if found else ("", str(error))
        return None, {place: sentence[:1].upper() + sentence[1:]}


def _ladder(stored: Any) -> tuple[Ladder | None, dict[str, str]]:
    try:
        return read_ladder(stored), {}
    except LadderError as error:
        sentence = str(error)
        place = f"ladder.{error.field}" if error.field else "ladder"
        return None, {place: sentence[:1].upper() + sentence[1:]}


def _work_faults(work: Mapping[str, Any]) -> dict[str, str]:
    wrong = {}
    for name, (default, least, most) in WORK_DAYS.items():
        days = work.get(name, default)
        whole = isinstance(days, int) and not isinstance(days, bool)
        if not whole or not least <= days <= most:
            what = _UNITS.get(name, "days")
            wrong[name] = f"Write a whole number of {what} from {least} to {most}."
    for name, flag in WORK_FLAGS.items():
        if not isinstance(work.get(name, flag), bool):
            wrong[name] = "It is neither true nor false; use one of them."
    wrong |= handover.faults(work) | licence_states.faults(work.get(licence_states.KEY))
    return wrong | letter_release.faults(work.get(letter_release.KEY))


def _house_faults(contract: Contract) -> dict[str, str]:
    """What the engine would take and no contract of the house may say."""
    wrong = {}
    if not contract.layers:
        wrong["layers"] = "Adopt at least one layer: without any there is no clock at all."
    by_rating_period = contract.line == "medicaid" and "federal" in contract.layers
    if by_rating_period and contract.rating_period_start is None:
        wrong["rating_period_start"] = (
            "Give the day on which a rating period of this contract starts: the federal limit of"
            " a standard Medicaid request turns on it (42 CFR 438.210(d)(1))."
        )
    for name, most in MOST.items():
        if getattr(contract.policies, name) > most:
            wrong[f"policies.{name}"] = f"Write a whole number from 0 to {most}."
    if len(contract.policies.state_holidays) > MOST_HOLIDAYS:
        wrong["policies.state_holidays"] = f"List at most {MOST_HOLIDAYS} days."
    if "/" not in contract.time_zone:
        wrong["time_zone"] = "Use the name of a region's zone, like America/New_York."
    return wrong
