"""Whatever comes in, only the typed refusals come out; what is taken can be answered.

Seeded: a failure prints its seed, and the same seed makes the same Bundle again.
"""

import random
from collections import Counter
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest

from casework.interop.fhir import structure, wire
from casework.interop.fhir.encode import respond
from casework.interop.fhir.outcome import Refusal
from tests.interop.fhir.answers import faults, uniform
from tests.interop.fhir.samples import SUBMITS_2_2, at, bundle, read, walk

SEEDS = 2_000
BYTE_SEEDS = 1_500
NASTY: tuple[Any, ...] = (
    *(
        None,
        "",
        " ",
        "x",
        "0",
        "-1",
        "true",
        "NaN",
        "2026-02-30",
        "9999-99-99T99:99:99Z",
        "#",
        "#x",
    ),
    *(
        "Patient/1",
        "urn:uuid:",
        "http://",
        "Claim/ReferralAuthorizationExample",
        "\u202e",
        "😀" * 50,
    ),
    *(0, 1, -1, 2**31, 10**39, True, False, Decimal("0.1"), Decimal("1E+250"), Decimal("-0")),
    *([], {}, [[]], [{}], [None], {"coding": []}, {"reference": "#"}, {"resourceType": "Claim"}),
    *({"extension": [{"url": "x", "extension": [{"url": "y"}]}]}, {"value": "1"}, "A" * 5_000),
    "😀" * 50,
)


def _mutate(sent: dict[str, Any], chance: random.Random) -> None:
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        paths = [path for path, _ in walk(sent)]
        path = chance.choice(paths)
        chance.choice(_WAYS)(sent, path, chance)


def _replace(sent: dict[str, Any], path: tuple[Any, ...], chance: random.Random) -> None:
    at(sent, path[:-1])[path[-1]] = deepcopy(chance.choice(NASTY))


def _delete(sent: dict[str, Any], path: tuple[Any, ...], chance: random.Random) -> None:
    del at(sent, path[:-1])[path[-1]]


def _graft(sent: dict[str, Any], path: tuple[Any, ...], chance: random.Random) -> None:
    """Put a part of the Bundle where another part was."""
    other = chance.choice([p for p, _ in walk(sent)])
    at(sent, path[:-1])[path[-1]] = deepcopy(at(sent, other))


def _rename(sent: dict[str, Any], path: tuple[Any, ...], chance: random.Random) -> None:
    parent = at(sent, path[:-1])
    if isinstance(parent, dict):
        names = ("reference", "extension", "contained", "resourceType", "item", "_value", "valueX")
        parent[chance.choice(names)] = parent.pop(path[-1])


def _repeat(sent: dict[str, Any], path: tuple[Any, ...], chance: random.Random) -> None:
    parent = at(sent, path[:-1])
    if isinstance(parent, list):
        parent.extend(deepcopy([parent[path[-1]]]) * chance.choice((1, 2, 30)))


def _wrap(sent: dict[str, Any], path: tuple[Any, ...], chance: random.Random) -> None:
    value = at(sent, path)
    for _ in range(chance.choice((1, 2, 45))):
        value = [value] if chance.random() < 0.5 else {"extension": value}
    at(sent, path[:-1])[path[-1]] = value


_WAYS = (_replace, _replace, _delete, _graft, _rename, _repeat, _wrap)


@pytest.mark.parametrize("part", range(4))
def test_two_thousand_mutations_raise_nothing_but_typed_refusals(part: int) -> None:
    counts: Counter[int] = Counter()
    for seed in range(part, SEEDS, 4):
        chance = random.Random(seed)
        sent = bundle(SUBMITS_2_2[seed % 2]) if seed % 5 else bundle(SUBMITS_2_2[5])
        _mutate(sent, chance)
        counts[_fate(sent, seed)] += 1
    # The mutants are neither all refused nor all taken: both ways are walked.
    assert counts[200] > 50
    assert counts[400] > 50
    assert set(counts) <= {200, 400, 413, 422}


def _fate(sent: Any, seed: int) -> int:
    try:
        decoded = read(sent)
    except Refusal as refusal:
        return refusal.status
    if decoded.line_numbers:
        response = respond(sent, decoded, uniform(decoded, "pended"))
        structure.check(wire.read_bundle(wire.write(response)))
        found = faults(response, submitted=decoded.line_numbers)
        # Relative references of echoed resources from two servers have no one base: not our doing.
        assert [f for f in found if "leads to" not in f] == [], seed
    return 200


def test_mutated_bytes_raise_nothing_but_typed_refusals() -> None:
    body = wire.write(bundle(SUBMITS_2_2[0]))
    counts: Counter[int] = Counter()
    for seed in range(BYTE_SEEDS):
        chance = random.Random(seed)
        broken = bytearray(body)
        for _ in range(chance.choice((1, 2, 8))):
            place = chance.randrange(len(broken))
            broken[place : place + chance.choice((0, 1, 20))] = chance.choice(
                (b"", b'"', b"{", b"}", b"[", b"\\", b"\x00", b"\xff", b"9" * 60, b"\\ud800", b",")
            )
        try:
            sent = wire.read_bundle(bytes(broken))
        except Refusal as refusal:
            counts[refusal.status] += 1
            continue
        counts[_fate(sent, seed)] += 1
    assert set(counts) <= {200, 400, 413, 422}
    assert counts[400] > 1_000
