"""What stays inside and what leaves the plan are written in two places; related cases say why."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from casework.models import Case, CaseEvent, Contact
from tests.web.staff.scene import Desk, a_line, two_lines


@pytest.fixture(scope="module", autouse=True)
def cases(desk: Desk) -> None:
    """Three requests of one member: the same code and days, the same code later, and the first."""
    desk.in_review("one", lines=two_lines())
    desk.open("again", lines=two_lines()[1:])
    line = a_line()
    far = line.to_date + timedelta(days=100)
    desk.open("later", lines=(type(line)(**{**vars(line), "from_date": far, "to_date": far}),))


def _events(desk: Desk, name: str, event: str) -> int:
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        wanted = (
            select(func.count())
            .select_from(CaseEvent)
            .join(Case, Case.id == CaseEvent.case_id)
            .where(Case.ref == desk.refs[name], CaseEvent.event == event)
        )
        return int(cx.db.execute(wanted).scalar_one())


def test_a_note_is_kept_inside_and_never_refused_because_the_case_moved_on(desk, app) -> None:
    here = f"/staff/cases/{desk.refs['one']}"
    pages = desk.sign_in(app, "nurse")
    page = pages.get(here)
    [box] = [e for e in page.all("section") if "composer--inside" in e.get("class")]
    assert "Stays inside the plan. Nobody outside reads it." in box.text
    pages.post(f"{here}/note", {"text": "Ask Birch on Friday."})
    assert "Ask Birch on Friday." in pages.follow().text
    pages.get(here)
    page = pages.post(f"{here}/note", {"text": " "}, status=422)
    assert "Write something." in page.text
    assert _events(desk, "one", "note_added") == 1


def test_a_message_leaves_the_plan_only_with_the_tick_and_its_text_stays(desk, app) -> None:
    here = f"/staff/cases/{desk.refs['one']}"
    pages = desk.sign_in(app, "nurse")
    page = pages.get(here)
    [box] = [e for e in page.all("details") if "composer--outside" in e.get("class")]
    told = " ".join(box.text.split())
    assert "This leaves the plan. Who reads it Rosa Diaz, the member, and whoever" in told
    assert "on this case Message" in told
    typed = {"text": "We have your papers.", "to": "office"}
    page = pages.post(f"{here}/message", typed, status=422)
    assert "Tick that you know it: this leaves the plan." in page.text
    assert "We have your papers." in page.one("textarea").text
    chosen = [e for e in page.all("input") if "checked" in e.attrs]
    assert [e.get("value") for e in chosen] == ["office"]  # never turned to somebody else
    assert _events(desk, "one", "contact_logged") == 0
    sent = {"text": "We have your papers.", "leaves": "yes"}
    page = pages.post(f"{here}/message", sent | {"to": ""}, status=422)
    assert "Choose who reads it." in page.text
    pages.post(f"{here}/message", sent | {"to": "member"})
    assert "Sent to the member: CALL-2027-" in pages.follow().text
    with desk.town.database.reading(desk.cx("compliance")) as cx:
        rows = cx.db.execute(select(Contact.direction, Contact.purpose)).all()
    assert rows == [("out", "answer")]
    pages.get(here)
    pages.post(
        f"{here}/message", {"text": "The date is too late.", "leaves": "yes", "to": "office"}
    )
    page = pages.follow()
    assert "Sent to the office: CALL-2027-" in page.text
    assert "wrote to the office" in page.text
    assert "wrote to the member" in page.text


def test_the_page_of_its_own_chooses_nobody_beforehand(desk, app) -> None:
    pages = desk.sign_in(app, "nurse")
    here = f"/staff/cases/{desk.refs['again']}/do/answer_message"
    page = pages.get(here)
    assert "Rosa Diaz, the member, and whoever speaks for the member" in page.text
    radios = [e for e in page.all("input") if e.get("type") == "radio"]
    assert [e.get("value") for e in radios] == ["member", "office"]
    assert not [e for e in radios if "checked" in e.attrs]
    page = pages.post(here, {"text": "The date is too late."}, status=422)
    assert "Choose who reads it." in page.text
    assert _events(desk, "again", "contact_logged") == 0


def test_compliance_writes_neither(desk, app) -> None:
    here = f"/staff/cases/{desk.refs['one']}"
    pages = desk.sign_in(app, "compliance")
    assert "Note for colleagues" not in pages.get(here).text


def test_a_case_that_may_repeat_another_says_which_and_why(desk, app) -> None:
    page = desk.sign_in(app, "nurse").get(f"/staff/cases/{desk.refs['one']}")
    [box] = [e for e in page.all("section") if "related" in e.get("class")]
    told = " ".join(box.text.split())
    assert told.startswith("This may repeat another request")
    assert told.index(desk.refs["again"]) < told.index(desk.refs["later"])
    assert "The same code 97110 on the same days: April 1, 2027 to June 30, 2027" in told
    assert "The same code 70551, on other days" in told


def test_what_a_case_page_asks_does_not_grow_with_the_members_cases(desk, app, watched) -> None:
    pages = desk.sign_in(app, "nurse")
    here = f"/staff/cases/{desk.refs['one']}"
    pages.get(here)
    with watched() as few:
        pages.get(here)
    for number in range(12):
        desk.open(f"more{number}", lines=two_lines())
    with watched() as many:
        page = pages.get(here)
    assert len(many) == len(few)
    [box] = [e for e in page.all("section") if "related" in e.get("class")]
    assert len([e for e in page.all("li") if box in e.inside]) == 8
