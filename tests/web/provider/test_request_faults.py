"""What cannot stand in a request: each field has its sentence, and nothing typed is lost."""

import pytest

from tests.web.provider.filling import Portal
from tests.web.provider.writing import count, good, review

BAD = [
    ("member_id", "", "member_id", "as it stands on the card"),
    ("member_id", "1" * 25, "member_id", "Use at most 20 characters."),
    ("member_id", "10101019999", "member_id", "no member with this number"),
    ("birth_date", "", "birth_date", "month/day/year"),
    ("birth_date", "2060-01-01", "birth_date", "month/day/year"),
    ("birth_date", "2/30/1970", "birth_date", "month/day/year"),
    ("timing", "yesterday", "timing", "Choose when"),
    ("service", "magic", "service", "Choose what"),
    ("priority", "now", "priority", "Choose how fast"),
    ("priority", "expedited", "priority_reason", "Say what waiting would do"),
    ("orderer", "", "orderer", "Choose who orders it"),
    ("orderer", "1234567890", "orderer", "Choose who orders it"),
    ("servicing_npi", "1234567890", "servicing_npi", "check digit of this NPI is wrong"),
    ("servicing_npi", "12345", "servicing_npi", "ten digits"),
    ("servicing_npi", "９９９９９９９９９９", "servicing_npi", "ten digits"),
    ("facility_npi", "9234567890", "facility_npi", "begins with 1 or 2"),
    ("place", "77", "place", "Choose one of the places"),
    ("diagnosis-1", "HELLO", "diagnosis-1", "no ICD-10-CM code"),
    ("diagnosis-1", "M54.5", "diagnosis-1", "no billable ICD-10-CM code"),
    ("line-1-code", "", "line-1-code", "procedure code of five characters"),
    ("line-1-code", "MRI!", "line-1-code", "procedure code of five characters"),
    ("line-1-units", "-1", "line-1-units", "a number above zero"),
    ("line-1-units", "many", "line-1-units", "a number above zero"),
    ("line-1-units", "0", "line-1-units", "a number above zero"),
    ("line-1-unit", "barrels", "line-1-unit", "Choose what is counted"),
    ("line-1-first", "soon", "line-1-first", "month/day/year"),
    ("line-1-first", "", "line-1-first", "first day as well as the last"),
    ("line-1-last", "2027-03-01", "line-1-last", "before the first"),
    ("line-1-last", "13/1/2027", "line-1-last", "month/day/year"),
    ("line-1-modifiers", "RIGHT", "line-1-modifiers", "two characters"),
    ("line-1-modifiers", "A1 B2 C3 D4 E5", "line-1-modifiers", "at most four"),
    ("line-1-label", "x" * 300, "line-1-label", "Use at most 200 characters."),
    ("contact_phone", "call me", "contact_phone", "no phone number"),
    ("contact_name", "x" * 200, "contact_name", "Use at most 120 characters."),
    ("note", "x" * 11_000, "note", "Use at most 10000 characters."),
    ("follows", "x" * 90, "follows", "Use at most 60 characters."),
]


@pytest.mark.parametrize(("name", "value", "field", "sentence"), BAD)
def test_each_wrong_field_has_its_sentence_and_the_rest_stays(
    mae: Portal, town, name: str, value: str, field: str, sentence: str
) -> None:
    before = count(town)
    typed = {**good(town), name: value}
    page = review(mae, typed, status=422)
    assert page.h1 == "Write a request"
    assert sentence in page.text
    if field not in {"timing", "priority"}:
        assert sentence in mae.error_of(field)
    assert "to correct" in page.text
    links = [e.get("href") for e in page.all("a")]
    assert f"#{field}" in links
    for each, said in typed.items():
        if each in {"timing", "priority", "orderer", "service", "place", "line-1-unit"}:
            continue  # a choice that is none of the choices cannot stand in a list of choices
        most = {"member_id": 21, "contact_name": 121, "line-1-label": 201, "note": 10_001}
        kept = said[: most.get(each, 61 if each == "follows" else 10_001)]
        assert mae.field(each) == kept, each
    assert "notes.pdf" in page.text
    assert count(town) == before


def test_several_faults_are_told_at_once_in_the_order_of_the_page(mae: Portal, town) -> None:
    typed = {
        **good(town),
        "contact_phone": "x",
        "line-2-code": "??",
        "line-1-units": "x",
        "birth_date": "",
        "diagnosis-1": "1",
    }
    page = review(mae, typed, status=422)
    links = [e.get("href") for e in page.all("a") if e.get("href").startswith("#")]
    assert links[1:] == [
        "#birth_date",
        "#diagnosis-1",
        "#line-1-units",
        "#line-2-code",
        "#contact_phone",
    ]
    assert "There are 5 things to correct" in page.text


def test_a_bad_paper_and_a_bad_field_are_told_at_once(mae: Portal, town) -> None:
    typed = {**good(town), "line-1-units": "many"}
    page = review(mae, typed, status=422, files=[("virus.exe", b"MZ" + bytes(100))])
    assert "There are 2 things to correct" in page.text
    assert "is none of PDF" in mae.error_of("papers")
    assert "a number above zero" in mae.error_of("line-1-units")


def test_invisible_characters_of_a_record_are_left_out(mae: Portal, town) -> None:
    typed = good(town, note="First line\x0bsecond\x00 line\x07.", contact_name="Mae\x00 Tolliver\n")
    page = review(mae, typed)
    assert "First line second line." in page.text
    assert "Mae Tolliver 614-555-0160" in page.text


def test_who_is_not_covered_that_day_is_told_before_anything_is_sent(mae: Portal, town) -> None:
    typed = {**good(town), "line-1-first": "2020-01-01", "line-1-last": "2020-02-01"}
    review(mae, typed, status=422)
    assert "not covered by us on the date of service" in mae.error_of("member_id")
