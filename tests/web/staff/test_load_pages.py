"""The load and the plans of handing out on screen: what is shown, what it costs, who may."""

import re

import pytest

from casework.services import pulling
from casework.services.holds import Hold
from casework.services.pulling import Refusal
from tests.builders import MONDAY
from tests.web.staff.scene import DAY


@pytest.fixture(scope="module", autouse=True)
def cases(desk):
    """Some that nobody has, one that nobody takes, one on hold."""
    desk.open("overdue", received_at=MONDAY - 20 * DAY)
    desk.open("today", received_at=MONDAY - 14 * DAY)
    desk.open("later")
    desk.in_review("mine")
    desk.open("passed", "OH-QHP")
    desk.open("held", "OH-MA")
    for who in ("nurse", "nurse2", "physician"):
        form = Refusal(reason="too_much")
        pulling.refuse_work(desk.cx(who), desk.refs["passed"], None, form)


def test_the_load_shows_people_queues_and_what_nobody_takes(desk, app) -> None:
    page = desk.sign_in(app, "supervisor").get("/staff/load")
    assert page.h1 == "Load"
    assert "Nobody took it: 1" in page.text
    assert "I have too much that is due before it" in page.text
    assert desk.refs["passed"] in page.text
    [row] = [e for e in page.all("tr") if "Nora Nurse" in e.text]
    cells = [e.text.strip() for e in page.all("td") if e.within("tr") is row]
    assert cells[1:5] == ["1", "0", "0", "0"]
    for who in ("nurse", "compliance", "admin"):
        desk.sign_in(app, who).get("/staff/load", status=403)


def test_a_queue_is_handed_out_in_three_steps_and_taken_back(desk, app) -> None:
    pages = desk.sign_in(app, "supervisor")
    page = pages.get("/staff/load")
    [code] = [e.get("value") for e in page.all("input") if e.get("name") == "queue"]
    _post(pages, "/staff/handing-out", {"queue": code})
    plan = pages.follow()
    assert "nothing is changed yet" in plan.text
    number = re.search(r"\d+$", pages.response.request.path).group()
    [hand] = [e.text for e in plan.all("button") if e.text.startswith("Hand out")]
    assert re.fullmatch(r"Hand out \d+ cases?", hand.strip())
    pages.post(f"/staff/handing-out/{number}/carry-out")
    done = pages.follow()
    assert "handed out" in done.text
    assert "Undo" in done.text
    pages.post(f"/staff/handing-out/{number}/undo")
    assert "undone" in pages.follow().text


def test_ticked_cases_and_an_earlier_plan_go_to_somebody_by_name(desk, app) -> None:
    pages = desk.sign_in(app, "supervisor")
    pages.get("/staff/load")
    ticked = f"{desk.refs['later']}:1"
    _post(pages, "/staff/handing-out", {"case": ticked})
    plan = pages.follow()
    number = re.search(r"\d+$", pages.response.request.path).group()
    assert "1 case that was ticked" in plan.text
    nurse2 = str(desk.town.users["nurse2"])
    _post(pages, "/staff/handing-out", {"again": number, "to": nurse2})
    assert "Chosen by name" in pages.follow().text
    # What nobody ticked, and what is no number of ours, makes no plan.
    _post(pages, "/staff/handing-out", {"case": "PA-nonsense:1"})
    assert "nothing to hand out" in pages.follow().text or "Load" in pages.page.text


def _post(pages, path: str, data: dict[str, str]) -> None:
    token = next(e.get("value") for e in pages.page.all("input") if e.get("name") == "csrf_token")
    answer = pages.client.post(path, data={"csrf_token": token, **data})
    pages._read(answer, 302)


def test_a_hold_and_a_refusal_are_steps_of_the_case_page(desk, app) -> None:
    pages = desk.sign_in(app, "nurse")
    ref = desk.refs["held"]
    page = pages.get(f"/staff/cases/{ref}/do/hold")
    assert "never goes beyond" in page.text
    pages.post(f"/staff/cases/{ref}/do/hold", {"until": "2027-03-04", "reason": "papers"})
    shown = pages.follow()
    assert "On hold until" in shown.text
    assert "Papers were promised by that day" in shown.text
    pages.post(f"/staff/cases/{ref}/do/end_hold")
    assert "On hold until" not in pages.follow().text
    mine = desk.refs["mine"]
    assert "Not this one" in pages.get(f"/staff/cases/{mine}").text
    pages.get(f"/staff/cases/{mine}/do/refuse_work")
    pages.post(f"/staff/cases/{mine}/do/refuse_work", {"reason": "conflict"})
    assert "with nobody" in pages.follow().text
    assert Hold.__dataclass_fields__["until"].metadata["label"] == "Back on"


def test_the_pages_cost_the_same_for_few_and_for_many(desk, app, watched) -> None:
    pages = desk.sign_in(app, "supervisor")
    pages.get("/staff/load")
    with watched() as few:
        pages.get("/staff/load")
    for number in range(30):
        desk.open(f"more{number}", received_at=MONDAY - number * DAY / 3)
    with watched() as many:
        pages.get("/staff/load")
    assert len(many) == len(few) <= 24, "\n".join(many.texts)
    refs = [ref for name, ref in desk.refs.items() if name.startswith("more")]
    costs = []
    for some in (refs[:2], refs):
        token = next(
            e.get("value") for e in pages.page.all("input") if e.get("name") == "csrf_token"
        )
        data = {"csrf_token": token, "case": [f"{ref}:1" for ref in some]}
        pages._read(pages.client.post("/staff/handing-out", data=data), 302)
        address = pages.location
        with watched() as seen:
            pages.get(address)
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 24
