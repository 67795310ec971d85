"""“Will fax”: the office asks for a coversheet, the worker prints it, nobody else gets it."""

import re

from casework import cover_maker
from tests.web.provider import stages

NUMBER = re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\b")


def test_an_office_gets_a_sheet_for_its_fax(practice, town, worker) -> None:
    ref = stages.a_request(town)
    there = f"/provider/cases/{ref}/coversheet"
    mae = practice.browser("mae")
    assert there in {each.get("href") for each in mae.get(f"/provider/cases/{ref}").all("a")}
    mae.get(there)
    mae.post(there, {"way": "fax"})
    page = mae.follow()
    [number] = set(NUMBER.findall(page.text))
    assert "The sheet is being made." in page.text
    assert cover_maker.make_one(town.database, worker.press)
    assert "Open the sheet to print it" in mae.get(there).text
    pdf = mae.client.get(f"{there}?sheet={number}")
    assert pdf.data.startswith(b"%PDF")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert mae.client.get(f"{there}?sheet=2222-2222-2222").status_code == 404
    for who, status in (("max", 404), ("oda", 404)):
        stranger = practice.browser(who)
        assert stranger.client.get(f"{there}?sheet={number}").status_code == status
