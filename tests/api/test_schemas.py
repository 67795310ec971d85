"""Schemas: strict fields, cursors that come back, and a translation that loses nothing."""

from dataclasses import fields as dataclass_fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError

from casework import codes, refs
from casework.metadata import Base
from casework.schemas import lookups, page, papers, prior_auth
from casework.schemas.code_fields import DiagnosisCode, Npi, ProcedureCode, Reference
from casework.schemas.fields import Instant, LocalDate, Phone, Units
from casework.schemas.page import page_of
from casework.schemas.prior_auth import PriorAuthIn
from casework.schemas.prior_auth_submission import submission
from casework.schemas.strict import Incoming, Outgoing, pointers
from casework.submission import LineAsSent, ProviderAsSent, Submission

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)
NPI = codes.npi_with_check_digit("123456789")
WHOLE: dict[str, Any] = {
    "member_id": "10101010001",
    "member_birth_date": "1970-01-01",
    "member_family_name": "Example",
    "member_given_name": "Alex",
    "requester": {
        "npi": NPI, "name": "Maple Clinic", "tax_id": "31-0000001", "phone": "614 555 0160",
    },
    "servicing": {"npi": NPI, "role": "SJ", "taxonomy": "207X00000X"},
    "facility": {"organization_npi": NPI, "organization_name": "Birch Hospital"},
    "lines": [
        {
            "code": "97110",
            "code_end": "97112",
            "modifiers": ["GP", "KX"],
            "units": Decimal("12.5"),
            "unit": "visits",
            "from_date": "2026-04-01",
            "to_date": "2026-06-30",
            "place": "11",
            "service_type": "AE",
            "revenue": "0420",
            "diagnosis_numbers": [2, 1],
            "servicing": {"npi": NPI},
            "trace": "L-1",
            "label": "Exercises",
        },
        {"number": 7, "code": "0250"},
    ],
    "diagnoses": [{"code": "g89.4", "kind": "principal"}, {"code": "M5450"}],
    "priority": "expedited",
    "priority_reason": "She cannot walk.\nNot a step.",
    "supported_by_physician": True,
    "service": "medical",
    "timing": "concurrent",
    "course_ends_at": "2026-04-30T23:59:00-04:00",
    "note": "See the notes.",
    "contact": {"name": "Casey", "phone": "(614) 555-0100 x12"},
    "trace": "T-1",
    "prior_numbers": [refs.reference("prior_auth", 7, AT)],
    "documents": [
        {"name": "a.pdf", "content": "aGk=", "report_type": "B3", "line_number": 7},
        {"name": "fax", "control_number": "F-1"},
    ],
}  # fmt: skip


def test_the_translation_loses_nothing_that_was_sent() -> None:
    sent = submission(PriorAuthIn().load(WHOLE), received_at=AT)
    assert isinstance(sent, Submission)
    assert (sent.channel, sent.received_at, sent.filed_by) == ("api", AT, "physician")
    assert sent.member.numbers == ("10101010001",)
    assert sent.member.birth_date == date(1970, 1, 1)
    assert sent.requester == ProviderAsSent(
        npi=NPI, name="Maple Clinic", tax_id="31-0000001", phone="614 555 0160"
    )
    assert sent.facility == ProviderAsSent(organization_npi=NPI, organization_name="Birch Hospital")
    first, second = sent.lines
    assert first == LineAsSent(
        number=1,
        code="97110",
        system="procedure",
        code_end="97112",
        modifiers=("GP", "KX"),
        units=Decimal("12.5"),
        unit="visits",
        from_date=date(2026, 4, 1),
        to_date=date(2026, 6, 30),
        place="11",
        service_type="AE",
        revenue="0420",
        diagnosis_numbers=(2, 1),
        servicing=ProviderAsSent(npi=NPI),
        trace="L-1",
        label="Exercises",
    )
    assert (second.number, second.system, second.units) == (7, "revenue", None)
    assert [(d.number, d.code, d.kind) for d in sent.diagnoses] == [
        (1, "G89.4", "principal"),
        (2, "M54.50", ""),
    ]
    assert sent.course_ends_at == datetime(2026, 5, 1, 3, 59, tzinfo=UTC)
    assert sent.priority_reason == "She cannot walk.\nNot a step."
    assert [paper.content for paper in sent.papers] == [b"hi", b""]
    assert (sent.contact_name, sent.contact_phone) == ("Casey", "(614) 555-0100 x12")
    assert (sent.trace, sent.note) == ("T-1", "See the notes.")
    assert sent.prior_numbers == (refs.reference("prior_auth", 7, AT),)


def test_every_field_of_a_submission_can_be_sent_or_is_ours_to_say() -> None:
    ours = {"channel", "received_at", "filed_by", "missing"}
    names = {"member", "papers", "contact_name", "contact_phone", "answers"}
    sent = PriorAuthIn().fields.keys()
    for field in dataclass_fields(Submission):
        assert field.name in sent | ours | names, field.name
    lines = prior_auth.LineIn().fields.keys()
    for field in dataclass_fields(LineAsSent):
        assert field.name in lines | {"system", "uri"}, field.name
    assert {
        f.name for f in dataclass_fields(ProviderAsSent)
    } == prior_auth.ProviderIn().fields.keys()


def test_a_request_needs_no_more_than_a_member_a_requester_and_a_line() -> None:
    least = {
        "member_id": "1",
        "member_birth_date": "1970-01-01",
        "requester": {"npi": NPI},
        "lines": [{"code": "E0601"}],
    }
    sent = submission(PriorAuthIn().load(least), received_at=AT)
    assert (sent.priority, sent.filed_by, sent.lines[0].number) == ("standard", "provider", 1)


# ── Fields ──────────────────────────────────────────────────────────────────────────────────────


@given(st.from_regex(r"[12][0-9]{8}", fullmatch=True))
@settings(max_examples=60)
def test_of_ten_last_digits_one_makes_an_npi(nine: str) -> None:
    taken = []
    for last in "0123456789":
        try:
            taken.append(Npi().deserialize(nine + last))
        except ValidationError:
            continue
    assert taken == [codes.npi_with_check_digit(nine)]


@given(st.sampled_from(sorted(refs.PREFIXES)), st.integers(1, 10**9), st.integers(0, 9))
@settings(max_examples=60)
def test_of_ten_check_characters_one_makes_a_number(kind: str, serial: int, other: int) -> None:
    ref = refs.reference(kind, serial, AT)
    assert Reference(kind).deserialize(f" {ref.lower()} ") == ref
    wrong = ref[:-1] + str((int(ref[-1]) + 1 + other % 9) % 10)
    with pytest.raises(ValidationError, match="last digit"):
        Reference().deserialize(wrong)


def test_a_number_of_another_kind_is_named_as_such() -> None:
    with pytest.raises(ValidationError, match="AUTH-… is wanted"):
        Reference("authorization").deserialize(refs.reference("grievance", 1, AT))


@given(st.decimals(min_value="0.001", max_value="999999.999", places=3))
@settings(max_examples=60)
def test_units_keep_their_digits_as_number_and_as_text(units: Decimal) -> None:
    assert Units().deserialize(units) == units
    assert Units().deserialize(str(units)) == units
    assert Decimal(Units().serialize("units", {"units": units})) == units


@pytest.mark.parametrize("units", [0, -1, Decimal("0.0001"), True, "", "1e3", "NaN", [], {}, 10**9])
def test_what_is_no_quantity_is_refused(units: Any) -> None:
    with pytest.raises(ValidationError):
        Units().deserialize(units)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("97110", "97110"), ("e0601", "E0601"), ("0202U", "0202U"), ("0001F", "0001F")],
)
def test_procedure_codes_are_kept_in_capitals(sent: str, kept: str) -> None:
    assert ProcedureCode().deserialize(sent) == kept


@pytest.mark.parametrize("sent", ["9711", "971100", "I0601", "", "97-10", "٩٧١١٠"])
def test_what_is_no_procedure_code_is_refused(sent: str) -> None:
    with pytest.raises(ValidationError, match="97110"):
        ProcedureCode().deserialize(sent)


def test_a_diagnosis_gets_its_dot() -> None:
    assert DiagnosisCode().deserialize(" m5450 ") == "M54.50"
    assert DiagnosisCode().deserialize("E11.9") == "E11.9"
    with pytest.raises(ValidationError):
        DiagnosisCode().deserialize("54.50")


@given(st.integers(-2_200_000_000, 7_250_000_000), st.sampled_from(["-05:00", "+14:00", "Z"]))
@settings(max_examples=60)
def test_an_instant_is_read_into_utc_and_needs_its_offset(seconds: int, offset: str) -> None:
    wall = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat()
    with pytest.raises(ValidationError, match="offset"):
        Instant().deserialize(wall)
    read = Instant().deserialize(wall + offset)
    assert read.tzinfo is UTC
    assert read == datetime.fromisoformat(wall + offset)


@pytest.mark.parametrize(
    "day", ["20260301", "2026-3-1", "2026-02-29", "2026-03-01T00:00", "٢٠٢٦-٠٣-٠١", ""]
)
def test_what_is_no_date_is_refused(day: str) -> None:
    with pytest.raises(ValidationError, match="YYYY-MM-DD"):
        LocalDate().deserialize(day)


@pytest.mark.parametrize(
    "phone", ["614-555-0100", "+1 (614) 555 0100", "5550100", "614.555.0100 ext. 9"]
)
def test_phones_are_taken_as_people_write_them(phone: str) -> None:
    assert Phone().deserialize(phone) == phone


def test_every_regex_that_reads_what_was_sent_is_quick_on_what_was_made_to_be_slow() -> None:
    long = 10_000
    for field in (Phone(), LocalDate(), Instant(), Npi(), ProcedureCode(), Reference(), Units()):
        for evil in ("1" * long, "(" * long, "1 " * long, "-" * long + "x", "2026-" * long):
            with pytest.raises(ValidationError):
                field.deserialize(evil)


# ── Nothing that is not declared ────────────────────────────────────────────────────────────────


def _incoming(root: type[Schema]) -> list[type[Schema]]:
    return [root] + [below for child in root.__subclasses__() for below in _incoming(child)]


def test_no_column_can_be_set_that_is_not_a_declared_field() -> None:
    assert {lookups, page, papers, prior_auth}  # imported, so that their schemas are there
    columns = {column.name for table in Base.metadata.tables.values() for column in table.columns}
    schemas = [schema for schema in _incoming(Incoming) if schema is not Incoming]
    assert len(schemas) >= 10
    for schema in schemas:
        known = {field.data_key or name for name, field in schema().fields.items()}
        with pytest.raises(ValidationError) as refused:
            schema().load(dict.fromkeys(columns - known, "x"))
        assert columns - known <= refused.value.messages_dict.keys()


def test_input_and_output_are_never_the_same_class() -> None:
    assert not set(_incoming(Incoming)) & set(_incoming(Outgoing))


def test_a_page_is_named_after_its_items() -> None:
    shape = page_of(lookups.ContractOut)
    assert shape.__name__ == "ContractPage"
    dumped = shape().dump({"items": [{"code": "A", "name": "B", "secret": 1}], "next": None})
    assert dumped == {"items": [{"code": "A", "name": "B"}], "next": None}


def test_pointers_escape_what_json_pointer_escapes() -> None:
    assert pointers({"a/b": {0: {"~": ["mend it"]}}}) == {"/a~1b/0/~0": "mend it"}
    assert pointers({"_schema": ["all of it"]}) == {"": "all of it"}
