"""The public PAS payloads of tests/payloads/pas, and what every test does with them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from casework.interop.fhir import wire
from casework.interop.fhir.canonicals import Version
from casework.interop.fhir.decode import decode
from casework.interop.fhir.decoded import Decoded

PAYLOADS = Path(__file__).parents[2] / "payloads" / "pas"
RECEIVED = datetime(2026, 11, 21, 17, 5, tzinfo=UTC)

SUBMITS_2_2 = (
    "ig-2.2.1/Bundle-ReferralAuthorizationBundleExample.json",
    "ig-2.2.1/Bundle-HomecareAuthorizationBundleExample.json",
    "inferno-presets-2.2.1/submit-approval.json",
    "inferno-presets-2.2.1/submit-pended-device.json",
    "inferno-presets-2.2.1/claim-update-1-initial.json",
    "inferno-presets-2.2.1/claim-update-2-add-item.json",
)
SUBMITS_2_0 = (
    "ig-2.0.1/Bundle-ReferralAuthorizationBundleExample.json",
    "ig-2.0.1/Bundle-HomecareAuthorizationUpdateBundleExample.json",
    "ig-2.0.1/Bundle-HomecareAuthorizationDifferentialBundleExample.json",
    "inferno-presets-2.0.1/submit-approval.json",
    "inferno-presets-2.0.1/submit-must-support-1.json",
    "inferno-presets-2.0.1/submit-must-support-2.json",
)
SUBMITS: tuple[tuple[str, Version], ...] = (
    *((name, "2.2") for name in SUBMITS_2_2),
    *((name, "2.0") for name in SUBMITS_2_0),
)

_STEP = re.compile(r"^([A-Za-z]+)((?:\[\d+\])*)$")


def bundle(name: str) -> dict[str, Any]:
    """A payload, read as the door reads it."""
    return wire.read_bundle((PAYLOADS / name).read_bytes())


def read(sent: dict[str, Any], version: Version = "2.2") -> Decoded:
    """The decoded request, received at the tests' instant."""
    return decode(sent, received_at=RECEIVED, version=version)


def claim_of(sent: dict[str, Any]) -> dict[str, Any]:
    """The Claim of a request Bundle."""
    return sent["entry"][0]["resource"]


def of_type(sent: dict[str, Any], kind: str) -> dict[str, Any]:
    """The first resource of a type."""
    return next(e["resource"] for e in sent["entry"] if e["resource"]["resourceType"] == kind)


def walk(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """(path, value) of every node below a value, parents first."""
    children = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        children = enumerate(value)
    for key, child in children:
        yield (*path, key), child
        yield from walk(child, (*path, key))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    """The node at a path."""
    for key in path:
        value = value[key]
    return value


def parent_exists(sent: dict[str, Any], expression: str) -> bool:
    """Whether a FHIRPath of names and indexes leads to a place in the Bundle, or to a gap in one.

    It may name an element that is missing, so only its last step need not be there.
    """
    steps: list[Any] = []
    for step in expression.split(".")[1:]:
        found = _STEP.match(step)
        if not found:
            return False
        steps.append(found.group(1))
        steps += [int(index) for index in re.findall(r"\d+", found.group(2))]
    value: Any = sent
    for number, key in enumerate(steps):
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return number == len(steps) - 1 and isinstance(value, dict)
    return expression.startswith("Bundle")
