"""Talks in the other's own time, each try logged; answers matched to what was asked."""

from dataclasses import replace
from datetime import timedelta

import pytest

from casework.errors import Invalid, StateRefused
from casework.queries.asked_items import names
from casework.services import papers, review, talk_tries
from casework.submission import PaperAsSent
from tests.builders import MONDAY, PDF
from tests.web.staff.scene import Desk

SOON = MONDAY + timedelta(hours=5)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module", autouse=True)
def cases(desk: Desk) -> None:
    """A request with an offered talk, one without, and one that waits for two things."""
    desk.with_physician("talk")
    slot = review.Slot(
        at=SOON, second=SOON + 24 * HOUR, phone="614-555-0177", zone="America/Chicago"
    )
    review.offer_peer_to_peer(desk.cx("physician"), desk.refs["talk"], None, slot)
    desk.with_physician("none")
    desk.in_review("asked")
    ask = review.Ask(wanted=("Notes of the neurological exam", "Report of the last CT"))
    review.request_information(desk.cx("nurse"), desk.refs["asked"], None, ask)


def _page(desk: Desk, app, who: str, name: str):
    return desk.sign_in(app, who).get(f"/staff/cases/{desk.refs[name]}")


def test_the_times_stand_in_their_zone_and_ours_with_what_the_clock_does(desk, app) -> None:
    page = _page(desk, app, "physician", "talk")
    assert "March 1, 2027, 2:00 pm" in page.text
    assert "3:00 pm" in page.text
    assert "A denial waits until" in page.text
    assert "No clock waits for the talk: the next thing is due" in page.text
    assert "offered a peer-to-peer talk" in page.text


def test_a_denial_waits_for_the_last_time_that_was_offered(desk, app) -> None:
    page = _page(desk, app, "physician", "talk")
    [kept] = [e for e in page.all("span") if e.get("id") == "kept-deny"]
    assert "nothing is denied before the offered talk has passed" in kept.text


def test_an_offer_is_closed_only_after_logged_tries(desk) -> None:
    ref = desk.refs["talk"]
    close = review.Talk(outcome="nobody reached")
    with pytest.raises((Invalid, StateRefused)):
        review.close_peer_to_peer(desk.cx("physician"), ref, None, close)
    late = desk.cx("nurse", SOON + HOUR)
    one = talk_tries.Try(at=SOON, number="614-555-0177", result="voicemail")
    talk_tries.log_talk_try(late, ref, None, one)
    talk_tries.log_talk_try(late, ref, None, one)
    with pytest.raises(Invalid):
        talk_tries.log_talk_try(late, ref, None, replace(one, at=SOON + 2 * HOUR))
    with pytest.raises(Invalid):
        talk_tries.log_talk_try(late, ref, None, replace(one, at=MONDAY - HOUR))
    with pytest.raises(StateRefused):
        talk_tries.log_talk_try(late, desk.refs["none"], None, one)


def test_the_tries_stand_on_the_page_and_close_the_offer(desk, app) -> None:
    page = _page(desk, app, "physician", "talk")
    assert "Tries to reach them (1)" in page.text
    assert "a voicemail: a message was left" in page.text
    done = review.close_peer_to_peer(
        desk.cx("physician", SOON + 30 * HOUR), desk.refs["talk"], None,
        review.Talk(outcome="nobody reached"),
    )  # fmt: skip
    assert done.state == "in_physician_review"
    assert "Peer-to-peer talk offered" not in _page(desk, app, "physician", "talk").text


def test_an_answer_finds_what_it_answers_by_its_name(desk, app) -> None:
    assert "not here yet" in _page(desk, app, "nurse", "asked").text
    sent = [("neurological-exam_notes 2027.pdf", PDF), ("scan.pdf", PDF + b"\n")]
    upload = papers.Upload(
        papers=tuple(PaperAsSent(name=n, media_type="", content=c) for n, c in sent)
    )
    papers.add_document(desk.cx("nurse", MONDAY + HOUR), desk.refs["asked"], None, upload)
    page = _page(desk, app, "nurse", "asked")
    [asked] = [e for e in page.all("ul") if e.get("class") == "asked"]
    first, second = (" ".join(e.text.split()) for e in page.all("li") if asked in e.inside)
    assert first == "Notes of the neurological exam neurological-exam_notes 2027.pdf"
    assert second == "Report of the last CT not here yet"
    assert "Came too, and names nothing of it: scan.pdf" in page.text


@pytest.mark.parametrize(
    ("paper", "item", "found"),
    [
        ("CT report.pdf", "Report of the last CT", True),
        ("sleep study.pdf", "Sleep study", True),
        ("Sleep-Studies.pdf", "Sleep study", False),
        ("notes.pdf", "Notes of the neurological exam", False),
        ("exam-notes.pdf", "Notes of the neurological exam", True),
        ("scan0001.pdf", "Sleep study", False),
        (".pdf", "the of", False),
    ],
)
def test_a_name_answers_an_item_when_its_telling_words_stand_in_it(paper, item, found) -> None:
    assert names(paper, item) is found
