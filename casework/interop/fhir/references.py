"""References inside one Bundle: a table of its entries, built once, and the way through them.

An absolute address matches a fullUrl exactly; `Type/id` counts from the base of the fullUrl of the
entry that refers; `urn:uuid:` matches exactly; `#id` means a resource contained in the same one.
Nothing is ever fetched. PAS spec-13 and spec-14: each reference leads to exactly one entry.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from casework.interop.fhir.elements import Node, node, nodes, numbered, text
from casework.interop.fhir.outcome import Missing, Repeated, Unreadable, Unresolved

_FULL_URL: Final = re.compile(r"^(https?://[^\s/]\S*|urn:(uuid|oid):\S+)$")
_REST: Final = re.compile(r"^(https?://\S+/)[A-Z][A-Za-z]+/[A-Za-z0-9.\-]{1,64}$")
_RELATIVE: Final = re.compile(r"^[A-Z][A-Za-z]+/[A-Za-z0-9.\-]{1,64}$")
_HISTORY: Final = "/_history/"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of a Bundle: its place from 0, its fullUrl as sent, its resource."""

    place: int
    url: str
    resource: Node

    @property
    def kind(self) -> str:
        """The resource type."""
        return text(self.resource, "resourceType")

    @property
    def path(self) -> str:
        """FHIRPath of the resource from the Bundle."""
        return f"Bundle.entry[{self.place}].resource"


class Entries:
    """The entries of one Bundle by fullUrl. Raises Missing, Unreadable or Repeated when built."""

    def __init__(self, bundle: Node) -> None:
        self.all: list[Entry] = []
        self._by_url: dict[str, Entry] = {}
        for place, entry in numbered(bundle, "entry"):
            resource = node(entry, "resource")
            self._add(Entry(place=place, url=text(entry, "fullUrl"), resource=resource))

    def _add(self, entry: Entry) -> None:
        at = f"Bundle.entry[{entry.place}]"
        if not entry.url:
            raise Missing("Each entry needs its fullUrl.", f"{at}.fullUrl")
        if not _FULL_URL.match(entry.url):
            raise Unreadable(
                "fullUrl must be an absolute http(s) address or urn:uuid:.", f"{at}.fullUrl"
            )
        if not entry.resource:
            raise Missing("Each entry needs its resource.", f"{at}.resource")
        if entry.url in self._by_url:
            raise Repeated(
                "This fullUrl stands on two entries: each needs its own.", f"{at}.fullUrl"
            )
        self._by_url[entry.url] = entry
        self.all.append(entry)

    def absolute(self, reference: str, *, of: Entry) -> str:
        """The address that a reference in the resource of `of` means; empty when it has none."""
        bare = reference.partition(_HISTORY)[0]
        if not _RELATIVE.match(bare):
            return bare
        base = _REST.match(of.url)
        return base.group(1) + bare if base else ""

    def find(self, reference: Node, *, of: Entry) -> Entry | None:
        """The entry that a FHIR Reference leads to, or None; `#id` is no entry."""
        return self._by_url.get(self.absolute(text(reference, "reference"), of=of))

    def target(self, reference: Node, *, of: Entry) -> Node:
        """The resource that a Reference leads to, contained ones too, or an empty object."""
        sent = text(reference, "reference")
        if sent.startswith("#"):
            inside = (r for r in nodes(of.resource, "contained") if text(r, "id") == sent[1:])
            return next(inside, {})
        entry = self.find(reference, of=of)
        return entry.resource if entry else {}

    def reachable(self, start: Entry, *, skip: frozenset[str] = frozenset()) -> list[Entry]:
        """`start` and all entries that it leads to, directly or not, in the order of the Bundle.

        `skip` names places ("related") not followed from any entry but `start`. Raises Unresolved.
        """
        seen = {start.place: start}
        waiting = [start]
        while waiting:
            entry = waiting.pop()
            without = frozenset() if entry is start else skip
            for path, reference in references(entry.resource, without=without):
                found = self._followed(reference, of=entry, path=path)
                if found and found.place not in seen:
                    seen[found.place] = found
                    waiting.append(found)
        return [seen[place] for place in sorted(seen)]

    def _followed(self, reference: Node, *, of: Entry, path: str) -> Entry | None:
        place = f"{of.path}{path}.reference"
        if text(reference, "reference").startswith("#"):
            if not self.target(reference, of=of) and reference["reference"] != "#":
                raise Unresolved("No contained resource has this id.", place)
            return None
        found = self.find(reference, of=of)
        if found is None:
            raise Unresolved(
                "This reference leads to no entry of the Bundle: add the resource, with a fullUrl "
                "that matches.",
                place,
            )
        return found


def references(
    resource: Node, *, without: frozenset[str] = frozenset()
) -> Iterator[tuple[str, Node]]:
    """(path within the resource, Reference) of each Reference that names an address.

    A Reference is told by its `reference`; one with only an identifier or a display leads nowhere
    and is legal. `without` leaves out top-level elements by name.
    """
    waiting: list[tuple[str, Any]] = [
        (f".{key}", value) for key, value in resource.items() if key not in without
    ]
    waiting.reverse()
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed([(f"{path}[{i}]", v) for i, v in enumerate(value)]))
        elif isinstance(value, dict):
            if isinstance(value.get("reference"), str):
                yield path, value
            waiting.extend(reversed([(f"{path}.{k}", v) for k, v in value.items()]))
