"""Returned mail on the screen: scanned by key, told beside its letter, sent again from there."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from casework.context import SYSTEM
from casework.models import Delivery, Letter, Member
from tests.builders import MONDAY
from tests.web.staff.scene import DAY
from tests.web.staff.steps import act, at

NEW = "88 Linden Avenue\nColumbus, OH 43215"


@pytest.fixture(scope="module")
def posted(desk):
    """Two denials whose letters left a week ago."""
    for name in ("first", "second"):
        desk.denied(name, "OH-MCD-2026", received_at=MONDAY - 2 * DAY)
    desk.post()
    return desk


def _printed(desk, name):
    """The printed copy of the member's denial: the delivery and its letter."""
    with desk.town.database.reading(desk.town.cx("system")) as cx:
        return cx.db.execute(
            select(Delivery, Letter)
            .join(Letter, Letter.id == Delivery.letter_id)
            .where(
                Delivery.case_id == int(desk.refs[name].split("-")[2]),
                Delivery.channel == "print",
                Letter.code == "denial",
                Letter.recipient == "member",
                Letter.reissue_of.is_(None),
            )
        ).one()


def test_a_pile_of_envelopes_is_scanned_and_what_is_wrong_stays(posted, app) -> None:
    desk = posted
    key = _printed(desk, "first").Delivery.external_key
    clerk = desk.sign_in(app, "intake")
    page = clerk.get("/staff/returned-mail")
    assert page.h1 == "Returned mail"
    assert "No letter waits for a better address" in page.text
    page = clerk.post(
        "/staff/returned-mail", {"envelopes": "", "reason": "x", "on": "soon"}, status=422
    )
    for sentence in ("at least one key", "Choose what the post says", "Enter the day"):
        assert sentence in page.text
    today = (MONDAY + timedelta(hours=1)).date().isoformat()
    clerk.get("/staff/returned-mail")
    page = clerk.post(
        "/staff/returned-mail",
        {"envelopes": f"{key}\nL00000000-print-000000000000\n", "reason": "vacant", "on": today},
        status=200,
    )
    assert desk.refs["first"] in page.text
    assert "No letter of ours has the key" in page.text
    assert page.one("textarea").text.strip() == "L00000000-print-000000000000"
    assert "Vacant" in page.text
    again = {"envelopes": key, "reason": "vacant", "on": today}
    page = clerk.post("/staff/returned-mail", again, status=200)
    assert "recorded already" in page.text
    assert not [e for e in page.all("input") if "{" in (e.get("value") or "")]
    assert "for a nurse or a supervisor" in page.text


def test_it_stands_beside_the_letter_with_what_it_means_and_is_sent_again(posted, app) -> None:
    desk = posted
    nurse = desk.sign_in(app, "nurse")
    copy = _printed(desk, "second")
    page = nurse.get(f"/staff/cases/{desk.refs['second']}")
    links = [e.get("href") for e in page.all("a") if "record_return" in e.get("href")]
    assert any(link.endswith(f"delivery_id={copy.Delivery.id}") for link in links)
    today = (MONDAY + timedelta(hours=1)).date().isoformat()
    act(
        nurse, desk, "second", "record_return",
        {"delivery_id": str(copy.Delivery.id), "reason": "moved", "came_back_on": today,
         "forwarding": "5 Elm Court"},
    )  # fmt: skip
    page = nurse.follow()
    assert "Came back on March 1, 2027: moved, left no address." in page.text
    assert "counts from the date on the notice: a new letter bears its own day" in page.text
    assert "Find the right address" in page.text
    nurse.get(at(desk, "second", "reissue_letter"))
    typed = {"letter_id": str(copy.Letter.id), "reason": "returned"}
    page = nurse.post(at(desk, "second", "reissue_letter"), typed, status=422)
    assert "Enter the right address" in page.text
    nurse.post(at(desk, "second", "reissue_letter"), {**typed, "new_address": NEW})
    desk.post()
    page = nurse.get(f"/staff/cases/{desk.refs['second']}")
    assert "Repeats the letter of March 1, 2027: it came back." in page.text
    assert re.search(r"starts it anew, until \w+ \d+, 2027", page.text)
    assert "judged by the first letter" in page.text
    assert "438.402(c)(2)(ii)" in page.text
    page = nurse.get("/staff/returned-mail")
    assert desk.refs["second"] not in page.text
    assert desk.refs["first"] in page.text


def test_the_operation_page_leads_a_supervisor_to_the_doubt(posted, app) -> None:
    desk = posted
    copy = _printed(desk, "second").Delivery
    with desk.town.database.session(desk.town.database.context(SYSTEM)) as session:
        session.execute(update(Delivery).where(Delivery.id == copy.id).values(state="in_doubt"))
        session.execute(update(Member).values(phone=""))
        session.commit()
    boss = desk.sign_in(app, "supervisor")
    page = boss.get("/staff/operations")
    [link] = [e.get("href") for e in page.all("a") if "answer_doubt" in e.get("href")]
    boss.get(link)
    boss.post(
        at(desk, "second", "answer_doubt"),
        {"delivery_id": str(copy.id), "answer": "left", "how": "The vendor found its proof."},
    )
    assert "answered whether a copy left" in boss.follow().text
    figures = app.test_client().get("/metrics").text
    assert "casework_letters_in_doubt 0.0" in figures
