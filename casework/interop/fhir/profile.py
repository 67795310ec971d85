"""The rules of the PAS guide over a well-formed Bundle: minima, references, fixed values.

First what is missing or double (400), then what is broken (422). `version` is the flag between
PAS 2.2.1 and 2.0.1. Whether a member or a code exists is asked later, and answered with 200.
"""

from collections.abc import Iterator
from typing import Final

from casework.interop.fhir.canonicals import CANCEL, CERTIFICATION_TYPE, Version
from casework.interop.fhir.elements import Node, code, extension, node, nodes, numbered, text, whole
from casework.interop.fhir.invariants import check_invariants
from casework.interop.fhir.minima import LIMITS, MINIMA, TARGETS, Minimum
from casework.interop.fhir.outcome import Missing, NotPas, Repeated, TooBig, Unreadable, Unresolved
from casework.interop.fhir.references import Entries, Entry

_CLAIM: Final = "Bundle.entry[0].resource"
_NUMBERED: Final = ("item", "careTeam", "supportingInfo", "diagnosis", "insurance")
# X12 takes 14 providers, 12 diagnoses, and few lines; far beyond that nobody wrote it by hand.
_MAX_ROWS: Final = 500
_LARGEST: Final = 2_147_483_647
# The Claim itself and, in an update, the one it follows (spec-65, spec-66).
_MAX_CLAIMS: Final = 2


def check_envelope(bundle: Node) -> None:
    """Raise Unreadable unless this is a collection with a Claim first (invariant ClaimFirst)."""
    if text(bundle, "type") != "collection":
        raise Unreadable("The Bundle's type must be collection.", "Bundle.type")
    entries = nodes(bundle, "entry")
    if not entries:
        raise Unreadable("The Bundle has no entry: the Claim comes first.", "Bundle.entry")
    if text(entries[0], "resource", "resourceType") != "Claim":
        raise Unreadable("The first entry must be the Claim.", _CLAIM)


def check(bundle: Node, entries: Entries, *, version: Version) -> Entry:
    """The entry of the focal Coverage, when every rule of this version holds.

    Raises Missing, Repeated, Unreadable or Unresolved (400), TooBig (413), NotPas (422).
    """
    claim = entries.all[0]
    _check_minima(bundle, of="Bundle", at="Bundle", version=version)
    _check_minima(claim.resource, of="Claim", at=_CLAIM, version=version)
    _check_sequences(claim.resource)
    # Spec-66: the prior Claim's own prior Claim is not in the Bundle, so it is not looked for.
    entries.reachable(claim, skip=frozenset({"related"}))
    _check_targets(claim, entries)
    coverage = _focal_coverage(claim, entries)
    _check_minima(coverage.resource, of="Coverage", at=coverage.path, version=version)
    _check_claims(entries)
    _check_limits(bundle, of="Bundle", at="Bundle")
    _check_limits(claim.resource, of="Claim", at=_CLAIM)
    check_invariants(claim, coverage, entries=entries, version=version)
    return coverage


def places(resource: Node, path: str, *, at: str) -> Iterator[tuple[str, Node]]:
    """(FHIRPath, object) for each object at a dotted path; lists are walked."""
    if not path:
        yield at, resource
        return
    first, _, rest = path.partition(".")
    if isinstance(resource.get(first), dict):
        yield from places(node(resource, first), rest, at=f"{at}.{first}")
    for index, child in numbered(resource, first):
        yield from places(child, rest, at=f"{at}.{first}[{index}]")


def _check_minima(resource: Node, *, of: str, at: str, version: Version) -> None:
    certification = node(extension(resource, CERTIFICATION_TYPE), "valueCodeableConcept")
    cancelled = code(certification) == CANCEL
    for minimum in MINIMA:
        waived = cancelled and minimum.unless_cancelled
        if minimum.resource == of and version in minimum.versions and not waived:
            for place, parent in places(resource, minimum.path, at=at):
                _check_minimum(parent, place, minimum)


def _check_minimum(parent: Node, place: str, minimum: Minimum) -> None:
    if minimum.category and code(node(parent, "category")) != minimum.category:
        return
    element = minimum.element
    if element.startswith("http"):
        present, place = bool(extension(parent, element)), f"{place}.extension"
    elif ":" in element:
        name, _, kind = element.partition(":")
        present = any(code(node(i, "type")) == kind for i in nodes(parent, name))
        place = f"{place}.{name}"
    else:
        present, place = element in parent, f"{place}.{element}"
    if not present:
        raise Missing(minimum.why, place)


def _check_sequences(claim: Node) -> None:
    for name in _NUMBERED:
        if len(nodes(claim, name)) > _MAX_ROWS:
            raise TooBig(f"At most {_MAX_ROWS} rows may stand here.", f"{_CLAIM}.{name}")
        seen = set()
        for index, row in numbered(claim, name):
            at = f"{_CLAIM}.{name}[{index}].sequence"
            number = whole(row, "sequence")
            if number is None or not 0 < number <= _LARGEST:
                raise Unreadable("A sequence is a whole number from 1.", at)
            if number in seen:
                raise Repeated("This sequence number stands twice: each needs its own.", at)
            seen.add(number)


def _check_targets(claim: Entry, entries: Entries) -> None:
    for name, kinds in TARGETS.items():
        _target(node(claim.resource, name), kinds, f"{_CLAIM}.{name}", claim, entries)


def _focal_coverage(claim: Entry, entries: Entries) -> Entry:
    rows = list(numbered(claim.resource, "insurance"))
    for index, row in rows:
        if row.get("focal") is True:
            at = f"{_CLAIM}.insurance[{index}].coverage"
            return _target(node(row, "coverage"), frozenset({"Coverage"}), at, claim, entries)
    raise NotPas("One insurance must be focal: true.", f"{_CLAIM}.insurance[{rows[0][0]}].focal")


def _target(
    reference: Node, kinds: frozenset[str], at: str, claim: Entry, entries: Entries
) -> Entry:
    """The entry that this reference of the Claim leads to, of one of these resource types."""
    if not text(reference, "reference"):
        raise Missing("This reference needs the address of an entry in the Bundle.", at)
    found = entries.find(reference, of=claim)
    if found is None:
        raise Unresolved("This must lead to an entry of the Bundle.", f"{at}.reference")
    if found.kind not in kinds:
        raise NotPas(f"This must lead to: {', '.join(sorted(kinds))}.", f"{at}.reference")
    return found


def _check_claims(entries: Entries) -> None:
    claims = [e for e in entries.all if e.kind == "Claim"]
    if len(claims) > _MAX_CLAIMS:
        raise NotPas(
            "At most two Claims go in one Bundle: the request, and in an update the one before it.",
            claims[_MAX_CLAIMS].path,
        )


def _check_limits(resource: Node, *, of: str, at: str) -> None:
    for path, element, most in LIMITS[of]:
        for place, parent in places(resource, path, at=at):
            if len(text(parent, element)) > most:
                raise NotPas(
                    f"This has more than {most} characters: nothing of the trade is so long.",
                    f"{place}.{element}",
                    issue="too-long",
                )
