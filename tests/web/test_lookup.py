"""Is prior authorization required: open to everybody, dated, and never a false no."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import create_engine, insert

from casework.config import Settings
from casework.models import PaRule
from tests.pages import Pages
from tests.web.conftest import Cast


@pytest.fixture(scope="module", autouse=True)
def listed(cast: Cast, settings: Settings) -> None:
    engine = create_engine(settings.database_owner_url)
    with engine.begin() as connection:
        for code, label, required, until in (
            ("70551", "MRI of the brain", True, None),
            ("97110", "Therapeutic exercises", False, date(2026, 12, 31)),
        ):
            connection.execute(
                insert(PaRule).values(
                    contract_id=cast.contracts[0],
                    code=code,
                    label=label,
                    required=required,
                    policy="MP-021",
                    effective_from=date(2025, 1, 1),
                    effective_to=until,
                )
            )
    engine.dispose()


def ask(pages: Pages, *, status: int = 200, **query: str):
    asked = {"contract": "OH-MCD", "codes": "70551", "date": "2026-03-14", **query}
    return pages.get("/lookup", query_string=asked, status=status)


def test_the_question_stands_alone_at_first(pages: Pages) -> None:
    page = pages.get("/lookup")
    assert page.h1 == "Is prior authorization required?"
    assert page.all("table") == []


def test_the_answer_is_what_the_list_says_that_day(pages: Pages) -> None:
    page = ask(pages, codes="70551, 97110 e0601")
    rows = [" ".join(row.text.split()) for row in page.all("tr")[1:]]
    assert rows == [
        "70551 Prior authorization is needed MRI of the brain no end is set",
        "97110 No prior authorization is needed Therapeutic exercises December 31, 2026",
        "E0601 Not on the list: send a request, or call not on the list no end is set",
    ]
    assert "Saturday, March 14, 2026" in page.text
    assert len([e for e in page.all("code") if e.text.startswith("PAL-")]) == 3


def test_a_date_may_be_typed_as_people_do(pages: Pages) -> None:
    assert "Saturday, March 14, 2026" in ask(pages, date="3/14/2026").text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"contract": ""}, "Choose the plan."),
        ({"contract": "NOPE"}, "Choose the plan."),
        ({"codes": " "}, "Write at least one code"),
        ({"codes": "hello"}, "HELLO is no procedure code"),
        ({"codes": " ".join(str(n) for n in range(97100, 97125))}, "Ask for at most 20 codes."),
        ({"date": ""}, "month/day/year"),
        ({"date": "2026-02-30"}, "month/day/year"),
        ({"date": "14.3.2026"}, "month/day/year"),
        ({"date": "0001-01-01"}, "month/day/year"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(pages: Pages, query: dict, words: str) -> None:
    page = ask(pages, status=422, **query)
    assert words in page.text
    assert page.one("title").text.startswith("Error:")
    assert page.all("table") == []


def test_it_speaks_spanish(app: Flask) -> None:
    browser = Pages(app.test_client())
    browser.client.set_cookie("casework-language", "es")
    page = ask(browser)
    assert page.h1 == "¿Se necesita autorización previa?"
    assert "Se necesita autorización previa" in page.text
