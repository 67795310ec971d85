"""Queues and their rules on screen: who comes in, the plan before anything is written, what a page
costs, the same through the API."""

import re

import pytest

from casework import queue_round
from casework.services import tokens
from tests.builders import MONDAY
from tests.pages import Pages

QUEUE = {
    "name": "Imaging",
    "step": "review",
    "roles": ["nurse"],
    "place": "2",
    "reason": "Scans are a third of the work.",
}
RULE = {
    "name": "Scans of Medicaid",
    "queue": "imaging",
    "place": "10",
    "lines": ["medicaid"],
    "reason": "Two nurses read scans.",
}


@pytest.fixture(scope="module", autouse=True)
def cases(desk):
    """Three of Medicaid, one of the marketplace."""
    for number in range(3):
        desk.open(f"medicaid{number}")
    desk.open("marketplace", "OH-QHP")


@pytest.fixture(scope="module")
def imaging(desk, app) -> Pages:
    """A supervisor who has added the queue on screen."""
    pages = desk.sign_in(app, "supervisor")
    pages.get("/staff/queues/new")
    pages.post("/staff/queues/new", {**QUEUE, "reason": ""}, status=422)
    assert "Say why: an auditor reads it." in pages.page.text
    pages.post("/staff/queues/new", QUEUE)
    assert "It takes part of Nurse review" in pages.follow().text
    return pages


@pytest.mark.parametrize("who", ["nurse", "physician", "intake", "ag_specialist"])
def test_nobody_else_comes_in(desk, app, who) -> None:
    for path in ("/staff/queues", "/staff/queues/new", "/staff/queue-rules/new"):
        desk.sign_in(app, who).get(path, status=403)


def test_compliance_reads_and_finds_no_form(desk, app, imaging) -> None:
    pages = desk.sign_in(app, "compliance")
    page = pages.get("/staff/queues")
    assert "Imaging" in page.text
    assert "Add a rule" not in page.text
    assert not [
        e for e in pages.get("/staff/queues/imaging").all("form") if "queues" in e.get("action")
    ]
    pages.get("/staff/queue-rules/new", status=403)


def test_the_plan_is_seen_before_anything_is_written_and_what_was_ticked_moves(
    desk, app, imaging
) -> None:
    imaging.get("/staff/queue-rules/new")
    imaging.post("/staff/queue-rules", {**RULE, "lines": []}, status=422)
    assert "one that asks nothing would take everything" in imaging.page.text
    imaging.post("/staff/queue-rules", RULE, status=200)
    plan = imaging.page
    assert "This would move 3 open cases" in plan.text
    assert "Nothing is changed yet" in plan.text
    kept = {**plan.form("/staff/queue-rules"), "lines": "medicaid"}
    assert "No rule stands." in desk.sign_in(app, "admin").get("/staff/queues").text
    imaging._read(imaging.client.post("/staff/queue-rules", data={**kept, "do": "edit"}), 200)
    assert "Scans of Medicaid" in {e.get("value") for e in imaging.page.all("input")}
    sent = {**kept, "do": "publish", "move": "yes"}
    imaging._read(imaging.client.post("/staff/queue-rules", data=sent), 302)
    assert "QR-001 version 1 is published" in imaging.follow().text
    # What was seen twice is published once: the second time it is another edition.
    imaging._read(imaging.client.post("/staff/queue-rules", data=sent), 412)
    assert "The rules changed meanwhile" in imaging.page.text
    while queue_round.move_slice(desk.town.database):
        pass
    page = imaging.get("/staff/queues")
    assert "moved 3" in page.text
    [row] = [e for e in page.all("tr") if e.text.strip().startswith("Imaging")]
    assert re.findall(r"\d+", row.text) == ["3", "3"]
    story = desk.sign_in(app, "nurse").get(f"/staff/cases/{desk.refs['medicaid0']}").text
    assert "moved it to another queue" in story
    assert "Two nurses read scans." in story


def test_a_rule_is_ended_and_what_it_left_is_moved_from_the_page(desk, app, imaging) -> None:
    imaging.get("/staff/queue-rules/QR-001/end")
    path = "/staff/queue-rules/QR-001/end"
    imaging.post(path, {"reason": "Enough nurses."}, status=200)
    assert "This would move 3 open cases" in imaging.page.text
    kept = imaging.page.form(path)
    imaging._read(imaging.client.post(path, data={**kept, "do": "publish"}), 302)
    page = imaging.follow()
    assert "Nurse review: 3 open cases" in page.text
    imaging.post("/staff/queues/review/move", {"reason": ""}, status=422)
    imaging.post("/staff/queues/review/move", {"reason": "The queue is closed."})
    assert "About 3 open cases are being moved" in imaging.follow().text
    while queue_round.move_slice(desk.town.database):
        pass
    assert "lies elsewhere" not in imaging.get("/staff/queues").text
    history = imaging.get("/staff/queue-rules/QR-001").text
    assert "The rule ends." in history
    assert "Enough nurses." in history


def test_a_queue_is_renamed_and_its_history_says_so(desk, app, imaging) -> None:
    path = "/staff/queues/imaging"
    imaging.get(path)
    changed = {"name": "Scans", "roles": ["nurse", "physician"], "place": "1", "reason": "Shorter."}
    imaging.post(path, changed)
    page = imaging.follow()
    assert "Name: Imaging → Scans" in page.text
    assert "Shorter." in page.text
    assert "Scans" in imaging.get("/staff/load").text
    desk.sign_in(app, "nurse").get("/staff/?tab=all")
    imaging.get("/staff/queues/nowhere", status=404)


def test_the_api_tells_queues_and_rules(desk, app, imaging) -> None:
    imaging.get("/staff/queue-rules/new")
    imaging.post("/staff/queue-rules", RULE, status=200)
    kept = {**imaging.page.form("/staff/queue-rules"), "lines": "medicaid", "do": "publish"}
    imaging._read(imaging.client.post("/staff/queue-rules", data=kept), 302)
    made = tokens.create_token(
        desk.cx("system"), "Desk", user_id=desk.town.users["nurse"], scopes=(), wall=MONDAY
    )
    answer = app.test_client().get(
        "/api/v1/queues", headers={"Authorization": f"Bearer {made.token}"}
    )
    assert answer.status_code == 200, answer.text
    [scans] = [each for each in answer.json["items"] if each["code"] == "imaging"]
    assert (scans["step"], scans["roles"]) == ("review", ["nurse", "physician"])
    [rule] = scans["rules"]
    assert rule["conditions"] == {"lines": ["medicaid"]}
    assert rule["code"] == "QR-002"


def test_the_page_costs_the_same_for_few_and_for_many(desk, app, imaging, watched) -> None:
    imaging.get("/staff/queues")
    with watched() as few:
        imaging.get("/staff/queues")
    for number in range(12):
        desk.open(f"more{number}")
    with watched() as many:
        imaging.get("/staff/queues")
    assert len(many) == len(few) <= 20, "\n".join(many.texts)


def test_a_queue_is_closed_on_its_page_and_opened_by_a_program(desk, app, imaging) -> None:
    imaging.get("/staff/queues/imaging")
    close = "/staff/queues/imaging/close"
    imaging.post(close, {"reason": "Nobody reads scans apart."}, status=409)
    assert "QR-002 puts work here: end the rule" in imaging.page.text
    assert imaging.page.form(close)["reason"] == "Nobody reads scans apart."
    path = "/staff/queue-rules/QR-002/end"
    imaging.get(path)
    imaging.post(path, {"reason": "Enough nurses."}, status=200)
    kept = imaging.page.form(path)
    imaging._read(imaging.client.post(path, data={**kept, "do": "publish"}), 302)
    imaging.get("/staff/queues/imaging")
    imaging.post(close, {"reason": "Nobody reads scans apart."})
    page = imaging.follow()
    assert "Open it again" in page.text
    assert "Nobody reads scans apart." in page.text
    assert "closed" in imaging.get("/staff/queues").text
    made = tokens.create_token(
        desk.cx("system"), "Desk", user_id=desk.town.users["supervisor"], scopes=(), wall=MONDAY
    )
    bearer = {"Authorization": f"Bearer {made.token}"}
    program = app.test_client()
    for status in (200, 409):
        answer = program.post(
            "/api/v1/queues/imaging/reopen", json={"reason": "Scans grew."}, headers=bearer
        )
        assert answer.status_code == status, answer.text
