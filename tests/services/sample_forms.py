"""The least that each form of a step asks for, filled in: enough to get past its fields, so that
law, policy and state speak."""

from dataclasses import MISSING, fields
from datetime import date
from typing import Any

from casework.records.forms import asked_by
from tests.builders import MONDAY
from tests.services.house import House

_BY_KIND: dict[str, Any] = {
    "text": "Said in a word",
    "long": "Said in a sentence.",
    "list": ("One thing",),
    "date": date(2027, 2, 26),
    "instant": MONDAY,
    "whole": 1,
    "number": 1,
    "flag": True,
    "parts": (),
    "papers": (),
}


def sample(house: House, form: type | None, **known: Any) -> Any:
    """A form of this type; `known` are fields that must name what is there."""
    if form is None:
        return None
    required = {
        each.name
        for each in fields(form)
        if each.default is MISSING and each.default_factory is MISSING
    }
    values: dict[str, Any] = {}
    for ask in asked_by(form):
        if ask.name in known:
            values[ask.name] = known[ask.name]
        elif ask.name in required:
            values[ask.name] = _value(house, ask)
    return form(**values)


def _value(house: House, ask: Any) -> Any:
    if ask.kind == "choice":
        return ask.choices[0]
    if ask.kind == "part":
        return sample(house, ask.part)
    return _BY_KIND[ask.kind]
