"""Is prior authorization needed? The list answers before anything is written."""

from datetime import timedelta

import pytest

from tests.builders import MONDAY
from tests.web.provider.filling import Portal
from tests.web.provider.writing import FORM, NEW


def test_the_list_is_asked_first_and_answers_with_its_date_and_proof(mae: Portal, town) -> None:
    page = mae.get(NEW)
    assert page.h1 == "Do I need prior authorization?"
    typed = {"member_id": town.members["OH-MCD"], "birth_date": "1/1/1970", "codes": "70551 99213"}
    page = mae.send(NEW, {**typed, "date": "4/1/2027"})
    assert "Yes: send a request before the service" in page.text
    assert "Alex0 Example" in page.text
    assert "Thursday, April 1, 2027" in page.text
    assert "Said on March 1, 2027 from the list of Ohio Medicaid" in page.text
    assert "PAL-20270301-" in page.text
    # What was typed goes on: only the code that is known not to need it would be left out.
    page = mae.send(FORM, {"do": "start"})
    assert page.h1 == "Write a request"
    assert mae.field("member_id") == town.members["OH-MCD"]
    assert [mae.field(f"line-{n}-code") for n in (1, 2)] == ["70551", "99213"]
    assert mae.field("line-2-first") == "4/1/2027"
    assert mae.field("contact_phone") == "614-555-0160"
    assert "Ohio Medicaid. Covered on April 1, 2027" in page.text


def test_a_code_that_needs_none_stops_there(mae: Portal, town, settings) -> None:
    from sqlalchemy import create_engine, insert

    from casework.models import PaRule

    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        connection.execute(
            insert(PaRule).values(
                contract_id=town.contracts["OH-QHP"][0],
                code="99213",
                label="Office visit",
                required=False,
                policy="MP-001",
                effective_from=MONDAY.date() - timedelta(days=400),
            )
        )
    engine.dispose()
    mae.get(NEW)
    typed = {"member_id": town.members["OH-QHP"], "birth_date": "1970-01-02", "codes": "99213"}
    page = mae.send(NEW, {**typed, "date": "2027-04-01"})
    assert "No: you need not send a request" in page.text
    assert "Send a request all the same" in page.text
    page = mae.send(NEW, {**typed, "codes": "99499", "date": "2027-04-01"})
    assert "Not on the list: send a request, or call before the service" in page.text


@pytest.mark.parametrize(
    ("name", "value", "field", "sentence"),
    [
        ("member_id", "", "member_id", "as it stands on the card"),
        ("member_id", "10101019999", "member_id", "no member with this number and this date"),
        ("birth_date", "1980-01-01", "member_id", "no member with this number and this date"),
        ("birth_date", "1/45/1970", "birth_date", "month/day/year"),
        ("date", "", "date", "month/day/year"),
        ("date", "2031-04-01", "date", "within 24 months"),
        ("codes", "", "codes", "at least one code"),
        ("codes", "HELLO!", "codes", "HELLO! is no procedure code"),
        ("codes", " ".join(f"9{n:04d}" for n in range(21)), "codes", "at most 20 codes"),
    ],
)
def test_the_question_keeps_what_was_typed(
    mae: Portal, town, name: str, value: str, field: str, sentence: str
) -> None:
    mae.get(NEW)
    typed = {
        "member_id": town.members["OH-MCD"],
        "birth_date": "1970-01-01",
        "date": "2027-04-01",
        "codes": "70551",
    }
    typed[name] = value
    mae.send(NEW, typed, status=422)
    assert sentence in mae.error_of(field)
    for each, said in typed.items():
        assert mae.field(each) == said.strip()


def test_a_wrong_number_and_a_wrong_birth_date_look_the_same(mae: Portal, town) -> None:
    said = []
    for number, born in ((town.members["OH-MCD"], "1980-01-01"), ("10101019999", "1970-01-01")):
        mae.get(NEW)
        page = mae.send(
            NEW,
            {"member_id": number, "birth_date": born, "date": "2027-04-01", "codes": "70551"},
            status=422,
        )
        assert "Alex" not in page.text
        said.append(mae.error_of("member_id"))
    assert said[0] == said[1]
