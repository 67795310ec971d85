"""What is noted on a case beside its steps: contacts, papers, escalations, who has it."""

import re

from tests.builders import MONDAY
from tests.web.staff.scene import DAY
from tests.web.staff.steps import a_file, act, at, chosen


def test_a_supervisor_acknowledges_settles_and_assigns(desk, app) -> None:
    desk.open("late", received_at=MONDAY - 20 * DAY)
    desk.sweep()
    pages = desk.sign_in(app, "supervisor")
    page = pages.get(f"/staff/cases/{desk.refs['late']}")
    [acknowledge] = [
        e.get("href") for e in page.all("a") if "acknowledge_escalation" in e.get("href")
    ]
    pages.get(acknowledge)
    [escalation] = chosen(pages.page, "escalation_id")
    typed = {"escalation_id": escalation, "answer": "I decide it with Nora before noon."}
    pages.post(at(desk, "late", "acknowledge_escalation"), typed)
    page = pages.follow()
    assert "Sam Supervisor has it, since today 10:00 am: “I decide it" in page.text
    assert "unless you say that you have it" not in page.text
    [settle] = [e.get("href") for e in page.all("a") if "settle_obligation" in e.get("href")]
    pages.get(settle)
    number = settle.rpartition("=")[2]
    pages.post(
        at(desk, "late", "settle_obligation"),
        {"obligation_id": number, "how": "Nora decides it this morning."},
    )
    assert "Owed and escalated" not in pages.follow().text
    page = pages.get(at(desk, "late", "assign"))
    assert "Nora Nurse" in page.text
    pages.post(at(desk, "late", "assign"), {"user_id": str(desk.town.users["nurse"])})
    assert "with Nora Nurse" in pages.follow().text


def test_a_contact_gets_its_number(desk, app) -> None:
    desk.in_review("call")
    nurse = desk.sign_in(app, "nurse")
    act(
        nurse, desk, "call", "log_contact",
        {"direction": "out", "channel": "phone", "with_whom": "Dr. Maple", "purpose": "Asked"},
    )  # fmt: skip
    found = re.search(r"CALL-2027-\d{6}-\d", nurse.follow().text)
    nurse.post("/staff/search", {"q": found.group().lower()})
    assert nurse.location == f"/staff/cases/{desk.refs['call']}"


def test_papers_are_added_and_marked_new(desk, app) -> None:
    desk.in_review("papers")
    nurse = desk.sign_in(app, "nurse")
    nurse.get(at(desk, "papers", "add_document"))
    page = nurse.post(at(desk, "papers", "add_document"), {}, status=422)
    assert "Choose at least one file." in page.text
    nurse.post(
        at(desk, "papers", "add_document"), {"papers": [a_file("one.pdf"), a_file("two.pdf")]}
    )
    page = nurse.follow()
    assert "one.pdf" in page.text
    assert "two.pdf" in page.text
    assert "New papers" in page.text
    assert "New papers" in nurse.get("/staff/?tab=papers").text
