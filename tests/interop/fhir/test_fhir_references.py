"""References inside a Bundle: absolute, relative to the referring entry, urn:uuid, contained."""

from typing import Any

import pytest

from casework.interop.fhir.outcome import Missing, Repeated, Unreadable, Unresolved
from casework.interop.fhir.references import Entries

UUID = "urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7"


def _bundle(*entries: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "entry": [
            {"fullUrl": url, "resource": {"resourceType": "Basic"} | resource}
            for url, resource in entries
        ]
    }


@pytest.mark.parametrize(
    ("of", "reference", "target"),
    [
        ("http://a.example/fhir/Claim/1", "Patient/p", "http://a.example/fhir/Patient/p"),
        (
            "http://a.example/fhir/Claim/1",
            "http://b.example/Patient/p",
            "http://b.example/Patient/p",
        ),
        ("http://a.example/fhir/Claim/1", UUID, UUID),
        (UUID, "http://b.example/Patient/p", "http://b.example/Patient/p"),
        ("https://a.example/x/y/Claim/1", "Patient/p", "https://a.example/x/y/Patient/p"),
        (
            "http://a.example/fhir/Claim/1",
            "Patient/p/_history/3",
            "http://a.example/fhir/Patient/p",
        ),
    ],
)
def test_a_reference_leads_to_the_entry_that_it_means(of: str, reference: str, target: str) -> None:
    sent = _bundle((of, {"subject": {"reference": reference}}), (target, {"id": "p"}))
    entries = Entries(sent)
    found = entries.reachable(entries.all[0])
    assert [entry.url for entry in found] == [of, target]


@pytest.mark.parametrize(
    ("of", "reference", "there"),
    [
        ("http://a.example/fhir/Claim/1", "Patient/p", "http://b.example/fhir/Patient/p"),
        (UUID, "Patient/p", "http://a.example/fhir/Patient/p"),
        ("http://a.example/fhir/Claim/1", "patient/p", "http://a.example/fhir/Patient/p"),
        ("http://a.example/fhir/Claim/1", "Patient/P", "http://a.example/fhir/Patient/p"),
        ("http://a.example/fhir/Claim/1", "", "http://a.example/fhir/Patient/p"),
        (
            "http://a.example/fhir/Claim/1",
            "https://a.example/fhir/Patient/p",
            "http://a.example/fhir/Patient/p",
        ),
    ],
)
def test_a_reference_to_something_like_it_is_unresolved(
    of: str, reference: str, there: str
) -> None:
    entries = Entries(_bundle((of, {"subject": {"reference": reference}}), (there, {"id": "p"})))
    with pytest.raises(Unresolved) as refused:
        entries.reachable(entries.all[0])
    assert refused.value.expression == "Bundle.entry[0].resource.subject.reference"


def test_circles_end_and_what_nothing_leads_to_may_be_dangling() -> None:
    base = "http://a.example/"
    entries = Entries(
        _bundle(
            (f"{base}Claim/1", {"a": [{"reference": "Patient/2"}]}),
            (f"{base}Patient/2", {"b": {"c": {"reference": "Claim/1"}}}),
            (f"{base}Patient/3", {"b": {"reference": "Patient/nobody"}}),
        )
    )
    assert [e.place for e in entries.reachable(entries.all[0])] == [0, 1]


def test_each_entry_has_its_own_base() -> None:
    """A Claim on one server refers to a Patient on another, which refers relatively there."""
    entries = Entries(
        _bundle(
            ("http://a.example/Claim/1", {"s": {"reference": "http://b.example/Patient/p"}}),
            ("http://b.example/Patient/p", {"o": {"reference": "Organization/o"}}),
            ("http://b.example/Organization/o", {"id": "o"}),
            ("http://a.example/Organization/o", {"id": "another"}),
        )
    )
    assert [e.place for e in entries.reachable(entries.all[0])] == [0, 1, 2]


def test_only_an_identifier_or_a_display_leads_nowhere_and_is_legal() -> None:
    sent = _bundle((UUID, {"subject": {"display": "x", "identifier": {"value": "y"}}}))
    entries = Entries(sent)
    assert len(entries.reachable(entries.all[0])) == 1


def test_contained_resources_are_found_in_their_own_resource_only() -> None:
    inside = {"contained": [{"resourceType": "Basic", "id": "c", "up": {"reference": "#"}}]}
    entries = Entries(_bundle((UUID, {"subject": {"reference": "#c"}} | inside)))
    assert entries.target({"reference": "#c"}, of=entries.all[0])["id"] == "c"
    assert len(entries.reachable(entries.all[0])) == 1
    other = _bundle(("http://a.example/X/1", {"s": {"reference": "#c"}}), (UUID, inside))
    entries = Entries(other)
    with pytest.raises(Unresolved, match="contained"):
        entries.reachable(entries.all[0])


def test_the_prior_claims_own_prior_claim_is_not_looked_for() -> None:
    base = "http://a.example/Claim/"
    related = {"related": [{"claim": {"reference": "Claim/1"}}]}
    gone = {"related": [{"claim": {"reference": "Claim/0"}}]}
    entries = Entries(_bundle((f"{base}2", related), (f"{base}1", gone)))
    skip = frozenset({"related"})
    assert [e.url for e in entries.reachable(entries.all[0], skip=skip)] == [f"{base}2", f"{base}1"]
    with pytest.raises(Unresolved):
        entries.reachable(entries.all[0])


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("", Missing),
        ("Patient/1", Unreadable),
        ("1234", Unreadable),
        ("ftp://a.example/Patient/1", Unreadable),
        ("urn:uuid:", Unreadable),
        ("http://", Unreadable),
        (UUID, Repeated),
    ],
)
def test_a_full_url_is_absolute_and_unique(url: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        Entries(_bundle((UUID, {"id": "a"}), (url, {"id": "b"})))


def test_an_entry_without_a_resource_is_refused() -> None:
    with pytest.raises(Missing, match="resource"):
        Entries({"entry": [{"fullUrl": UUID}]})
