"""Is this FHIR R4 at all? The structure check at the edge, by fhir.resources.

The library's gaps are closed here: unknown elements are ignored and not refused (they hide other
errors, so the rest is looked at again without them; a primitive's extension inside an extension,
which is legal, is one to it), "1" is no number, a resource must name a type. Knows no rule of PAS.
"""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.bundle import Bundle, BundleEntry
from pydantic import BaseModel, ValidationError

from casework.interop.fhir.elements import solid
from casework.interop.fhir.outcome import Missing, Refusal, TooBig, Unreadable

# Entries and contained resources together.
MAX_RESOURCES: Final = 1_000
MAX_DEPTH: Final = 60
# Unknown elements can stand inside each other; a fourth round means a Bundle made to be slow.
_ROUNDS: Final = 4
_ABSTRACT: Final = frozenset({"Resource", "DomainResource"})

# What fhir-core raises itself on values that it did not think of, a list for an address say.
_FELL: Final = (TypeError, AttributeError, LookupError, ArithmeticError)
_ABSENT: Final = frozenset({"missing", "model_field_validation.missing"})
_SENTENCES: Final = {
    "list_type": "A list of values belongs here: in [ ], and without null.",
    "string_type": "A text belongs here.",
    "string_pattern_mismatch": "This text does not have the form that FHIR asks for here.",
    "string_too_short": "An empty text is no value: leave the element out.",
    "int_type": "A whole number belongs here.",
    "int_from_float": "A whole number belongs here.",
    "greater_than_equal": "This number is too small for this element.",
    "bool_type": "true or false belongs here.",
    "bool_parsing": "true or false belongs here.",
    "decimal_type": "A number belongs here.",
    "decimal_parsing": "A number belongs here.",
    "base64_decode": "The data is no base64.",
    "model_validation_format": "An object belongs here.",
    "date_from_datetime_parsing": "This is no calendar date: write YYYY-MM-DD.",
}
_OTHERWISE: Final = "This is not what FHIR R4 expects here."


def check(bundle: Any) -> dict[str, Any]:
    """The Bundle as FHIR reads it: a copy without nulls and empty texts, lists and objects.

    `bundle` is what the JSON reader returned; it is not changed. Raises Unreadable or Missing (400)
    for the first thing that is no FHIR R4, TooBig (413) for too many resources.
    """
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise Unreadable("The body is no FHIR Bundle: send resourceType Bundle.", "Bundle")
    _refuse_depth(bundle)
    sent: dict[str, Any] = solid(bundle)
    _refuse_unknown_types(sent, "Bundle")
    # The library's copy: unknown elements are taken out of it until it says what else is wrong.
    bare = solid(sent)
    _compare(bare, _parsed(bare), path="Bundle")
    return sent


def _refuse_depth(bundle: dict[str, Any]) -> None:
    """Before anything walks the Bundle by recursion."""
    waiting: list[tuple[int, Any]] = [(0, bundle)]
    while waiting:
        depth, value = waiting.pop()
        if depth > MAX_DEPTH:
            raise Unreadable(f"The Bundle is nested deeper than {MAX_DEPTH} levels.", "Bundle")
        if isinstance(value, dict):
            waiting += [(depth + 1, child) for child in value.values()]
        elif isinstance(value, list):
            waiting += [(depth + 1, child) for child in value]


def _refuse_unknown_types(value: Any, path: str, *, count: int = 0) -> int:
    """The number of resources below `value`, each of which names a type that exists.

    The library would take any object without a type for a resource.
    """
    if isinstance(value, list):
        for index, child in enumerate(value):
            count = _refuse_unknown_types(child, f"{path}[{index}]", count=count)
    elif isinstance(value, dict):
        for key, child in value.items():
            place = f"{path}.{key}"
            if key == "resource":
                count = _refuse_unknown_type(child, place, count=count)
            elif key == "contained":
                for index, inner in enumerate(child if isinstance(child, list) else [child]):
                    count = _refuse_unknown_type(inner, f"{place}[{index}]", count=count)
            count = _refuse_unknown_types(child, place, count=count)
    return count


def _refuse_unknown_type(resource: Any, place: str, *, count: int) -> int:
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    if not isinstance(kind, str) or not _is_resource_type(kind):
        raise Unreadable("A FHIR R4 resource with its resourceType belongs here.", place)
    if count >= MAX_RESOURCES:
        raise TooBig(f"The Bundle has more than {MAX_RESOURCES:,} resources.", place)
    return count + 1


def _is_resource_type(kind: str) -> bool:
    if kind in _ABSTRACT:
        return False
    try:
        model = get_fhir_model_class(kind)
    except (KeyError, ValueError):
        return False
    return "implicitRules" in model.model_fields


def _parsed(bare: dict[str, Any]) -> BaseModel:
    for _ in range(_ROUNDS):
        try:
            return Bundle.model_validate(bare)
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)
        except _FELL:
            raise Unreadable(_OTHERWISE, _where_it_fell(bare)) from None
        unknown = [e["loc"] for e in found if e["type"] == "extra_forbidden"]
        for fault in found:
            if fault["type"] != "extra_forbidden":
                raise _refusal(fault["type"], fault["msg"], fault["loc"])
        for place in unknown:
            _drop(bare, place)
    raise Unreadable("The Bundle is full of elements that FHIR R4 does not know.", "Bundle")


def _where_it_fell(bare: dict[str, Any]) -> str:
    """The entry whose resource makes the library fall over, or the Bundle."""
    for index, entry in enumerate(bare.get("entry", [])):
        try:
            BundleEntry.model_validate(entry)
        except ValidationError:
            continue
        except _FELL:
            return f"Bundle.entry[{index}].resource"
    return "Bundle"


def _refusal(kind: str, message: str, place: tuple[int | str, ...]) -> Refusal:
    if kind in _ABSENT:
        return Missing(f"{place[-1]} is required and is not there.", expression(place))
    return Unreadable(_sentence(kind, message), expression(place))


def _sentence(kind: str, message: str) -> str:
    if "expected from this list" in message:
        if "multiple" in message:
            return "Only one kind of value may stand here, and there are two."
        return "One of the kinds of value that FHIR names must stand here."
    if kind == "value_error" and "spec regex" in message:
        return "This is no date or time as FHIR writes them: YYYY-MM-DD, times with their zone."
    return _SENTENCES.get(kind, _OTHERWISE)


def expression(place: tuple[int | str, ...]) -> str:
    """The FHIRPath from the Bundle for a place that the library names."""
    path = "Bundle"
    for step in place:
        if isinstance(step, int):
            path += f"[{step}]"
        elif step != "root":
            path += f".{step}"
    return path


def _drop(value: Any, place: tuple[int | str, ...]) -> None:
    for step in place[:-1]:
        value = value[step]
    del value[place[-1]]


def _compare(sent: Any, parsed: Any, *, path: str) -> None:
    """Refuse what the library converted in silence: "1" for 1, "yes" for true, 20200101 for a day.

    `sent` and `parsed` are walked side by side.
    """
    if isinstance(sent, dict):
        by_name = _by_name(parsed)
        for key, child in sent.items():
            _compare(child, by_name.get(key), path=f"{path}.{key}")
    elif isinstance(sent, list):
        pairs = zip(sent, parsed, strict=False) if isinstance(parsed, list) else ()
        for index, (child, other) in enumerate(pairs):
            _compare(child, other, path=f"{path}[{index}]")
    elif parsed is not None and not _same_kind(sent, parsed):
        raise Unreadable("The JSON type is not the one that FHIR wants here.", path)


def _by_name(parsed: Any) -> dict[str, Any]:
    if not isinstance(parsed, BaseModel):
        return {}
    fields = type(parsed).model_fields
    return {field.alias or name: getattr(parsed, name, None) for name, field in fields.items()}


def _same_kind(sent: Any, parsed: Any) -> bool:
    if isinstance(parsed, bool) or isinstance(sent, bool):
        return isinstance(parsed, bool) and isinstance(sent, bool)
    if isinstance(parsed, int):
        return isinstance(sent, int)
    if isinstance(parsed, Decimal | float):
        return isinstance(sent, int | float | Decimal)
    if isinstance(parsed, str | bytes | date | datetime | time):
        return isinstance(sent, str)
    return True
