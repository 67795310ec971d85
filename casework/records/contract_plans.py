"""The plan block of a contract version: what letters print of names, addresses, phones, and limits.

Changes laid over a stored block, judged by the letters' own reader, and told in words.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from casework.bridge.letter_plan import plan_block
from casework.errors import Invalid
from casework.records.contract_differences import Difference
from letters.refusals import ContextRefused

_NAMES: Final = {
    "name": "Name of the plan",
    "lines": "Address of the plan",
    "phone": "Phone of the plan",
    "hours": "Hours of the plan",
    "hours_es": "Hours of the plan, in Spanish",
    "reading_grade": "Highest reading grade of the letters",
    "free_text_grade": "Ceiling of the reading grade of typed text",
    "appeals": "Where to appeal",
    "grievances": "Where to complain",
    "records": "Where to send records",
    "peer_to_peer": "Peer-to-peer desk",
    "fair_hearing": "State fair hearing office",
    "external": "Where to ask for an external review",
    "insurance_department": "State insurance office",
    "ombudsman": "Consumer assistance",
    "quality_organization": "Quality Improvement Organization",
}
_NOT_SAID: Final = "not said"
_HIGHEST_GRADE: Final = 30


def plan_with(stored: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The plan block with these changes: an office is changed line by line, null takes a value
    away.

    Raises Invalid with the field (`plan.appeals.phone`) and what is wrong with it.
    """
    changed = dict(stored)
    for name, value in changes.items():
        held = changed.get(name)
        if isinstance(held, Mapping) and isinstance(value, Mapping):
            value = _without_nulls({**held, **value})
        changed[name] = value
    changed = _without_nulls(changed)
    try:
        block = plan_block(changed)
    except ContextRefused as refused:
        raise Invalid(
            "This cannot be the plan block of a contract.",
            fields={refused.field: refused.sentence[:1].upper() + refused.sentence[1:]},
        ) from None
    wrong = {
        f"plan.{name}": f"Write a school year from 1 to {_HIGHEST_GRADE}, or 0 for the default."
        for name in ("reading_grade", "free_text_grade")
        if not 0 <= getattr(block, name) <= _HIGHEST_GRADE
    }
    if wrong:
        raise Invalid("This cannot be the plan block of a contract.", fields=wrong)
    return changed


def plan_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """What the later block says otherwise, in words."""
    was, will = dict(_said(before)), dict(_said(after))
    return tuple(
        Difference(what, was.get(what, _NOT_SAID), will.get(what, _NOT_SAID))
        for what in {**was, **will}
        if was.get(what) != will.get(what)
    )


def _said(plan: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in plan.items():
        yield _NAMES.get(name, name.replace("_", " ").capitalize()), _words(value)


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(_words(each) for each in value.values() if each not in ("", [], None))
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value)
    return str(value)


def _without_nulls(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}
