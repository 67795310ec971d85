"""The work list and the load as files: the same rows, no member, no formula, never without end."""

import csv
import io

import pytest

from casework.web.staff import list_files
from casework.web.staff.csv_file import csv_stream
from tests.builders import MONDAY
from tests.web.staff.scene import DAY


@pytest.fixture(scope="module", autouse=True)
def cases(desk):
    """Seven cases of two plans."""
    for number in range(6):
        desk.open(f"one{number}", received_at=MONDAY - number * DAY)
    desk.open("other", "OH-QHP")


def kept(desk, app, path: str, who: str = "supervisor") -> list[list[str]]:
    pages = desk.sign_in(app, who)
    answer = pages.client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def test_the_file_holds_the_rows_of_the_list_and_names_no_member(desk, app, monkeypatch) -> None:
    monkeypatch.setattr(list_files, "CHUNK", 2)
    heads, *rows, last = kept(desk, app, "/staff/list.csv?tab=all&contract=OH-MCD")
    assert heads[0] == "number"
    assert [row[0] for row in rows] == [desk.refs[f"one{n}"] for n in (5, 4, 3, 2, 1, 0)]
    assert last == ["6 cases: this is the whole list."]
    text = str(rows)
    page = desk.sign_in(app, "supervisor").get("/staff/?tab=all")
    assert "Diaz" in page.text
    assert "Diaz" not in text
    assert "list.csv?tab=all" in str([e.get("href") for e in page.all("a")])


def test_a_file_ends_and_says_so(desk, app, monkeypatch) -> None:
    monkeypatch.setattr(list_files, "CHUNK", 2)
    monkeypatch.setattr(list_files, "MOST", 4)
    rows = kept(desk, app, "/staff/list.csv?tab=all")
    assert len(rows) == 6
    assert rows[-1] == ["4 cases: the list goes on. Narrow it by its filters."]


def test_only_those_who_lead_keep_lists(desk, app) -> None:
    assert len(kept(desk, app, "/staff/list.csv?tab=all", "compliance")) == 9
    for who, path in (("nurse", "list"), ("nurse", "load"), ("admin", "list"), ("admin", "load")):
        desk.sign_in(app, who).get(f"/staff/{path}.csv", status=403)


def test_the_load_is_the_load_of_the_page(desk, app) -> None:
    rows = kept(desk, app, "/staff/load.csv")
    found = {(row[0], row[1]): row for row in rows}
    assert found["queue", "Nurse review"][3] == "7"
    assert found["person", "Nora Nurse"][3] == "0"


def test_no_cell_is_a_formula(app) -> None:
    with app.test_request_context("/"):
        answer = csv_stream("x.csv", ("a",), [("=1+1",), ("@x",), (None,), (3,)])
        assert answer.get_data(as_text=True).splitlines()[1:] == ["'=1+1", "'@x", '""', "3"]
