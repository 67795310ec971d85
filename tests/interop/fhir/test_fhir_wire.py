"""Bytes in and out, and what the door says of itself."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from fhir.resources.R4B.capabilitystatement import CapabilityStatement

from casework.interop.fhir import wire
from casework.interop.fhir.capability import capability_statement
from casework.interop.fhir.outcome import TooBig, Unreadable
from tests.interop.fhir.samples import PAYLOADS, SUBMITS, bundle

PAS = "http://hl7.org/fhir/us/davinci-pas/"


@pytest.mark.parametrize("name", [name for name, _ in SUBMITS])
def test_what_is_read_is_written_back_the_same(name: str) -> None:
    sent = bundle(name)
    assert wire.read_bundle(wire.write(sent)) == sent


@pytest.mark.parametrize("number", ["100.10", "0.500", "1E+2", "1e-7", "-0.0", "36.000", "0"])
def test_a_number_keeps_its_digits(number: str) -> None:
    body = b'{"a":[' + number.encode() + b"]}"
    (value,) = wire.read_bundle(body)["a"]
    written = wire.write({"a": [value]})
    assert Decimal(written[6:-2].decode()) == Decimal(number)
    assert written[6:-2].decode().lower().replace("+", "") == number.lower().replace("+", "")


def test_texts_survive_and_keys_are_sorted_for_the_hash_only() -> None:
    value = {"b": 'quote " back \\ line \n', "a": ["ünï", "😀", True, None, 1]}
    assert wire.read_bundle(wire.write(value)) == value
    assert wire.write(value).startswith(b'{"b"')
    assert wire.write(value, canonical=True).startswith(b'{"a"')


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", Unreadable),
        (b"<Bundle/>", Unreadable),
        (b"[]", Unreadable),
        (b'"Bundle"', Unreadable),
        (b'{"a":1,"a":2}', Unreadable),
        (b'{"a":' * 41 + b"1" + b"}" * 41, Unreadable),
        (b'{"a":"' + b"x" * wire.MAX_BYTES + b'"}', TooBig),
        (b'{"a":[' + b"1," * wire.MAX_VALUES + b"1]}", TooBig),
    ],
)
def test_what_is_no_object_within_the_limits_is_refused(body: bytes, error: type) -> None:
    with pytest.raises(error) as refused:
        wire.read_bundle(body)
    assert refused.value.status == (413 if error is TooBig else 400)


def test_the_public_payloads_are_well_within_the_limits() -> None:
    assert max(p.stat().st_size for p in PAYLOADS.glob("*/*.json")) < wire.MAX_BYTES / 100


def _statement(**more: Any) -> dict[str, Any]:
    return capability_statement(
        version=more.pop("version", "2.2"),
        base_url="https://plan.example/fhir/pas/2.2",
        software_version="0.1.0",
        released_on=date(2026, 11, 21),
        **more,
    )


def test_the_capability_statement_is_valid_and_names_only_what_is_built() -> None:
    statement = _statement()
    CapabilityStatement.model_validate(statement)
    (claim,) = statement["rest"][0]["resource"]
    assert [o["definition"] for o in claim["operation"]] == [
        f"{PAS}OperationDefinition/Claim-submit|2.2.1"
    ]
    assert (statement["fhirVersion"], statement["kind"]) == ("4.0.1", "instance")
    assert statement["rest"][0]["mode"] == "server"


def test_the_capability_statement_grows_with_the_door() -> None:
    statement = _statement(version="2.0", operations=("submit", "inquire"), subscriptions=True)
    CapabilityStatement.model_validate(statement)
    claim, subscription = statement["rest"][0]["resource"]
    assert claim["operation"][1]["definition"].endswith("Claim-inquiry|2.0.1")
    topic = subscription["extension"][0]["valueCanonical"]
    assert topic == f"{PAS}SubscriptionTopic/PASSubscriptionTopic"
    with pytest.raises(ValueError, match="no operation"):
        _statement(operations=("delete",))
