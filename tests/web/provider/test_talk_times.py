"""An office chooses one of the times at which a talk is offered; the physician is told."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.errors import NotAllowed, StateRefused
from casework.models import PeerToPeer, StaffNotice
from casework.services import review
from casework.services.talk_choices import TalkChoice, choose_talk
from tests.builders import MONDAY
from tests.web.provider import stages
from tests.web.provider.filling import Portal
from tests.web.provider.stages import at

HOUR = timedelta(hours=1)
SLOTS = (MONDAY + 5 * HOUR, MONDAY + 24 * HOUR)
SAID = {"slot": "1", "physician": "Dr. Wren", "phone": "614-555-0142"}


@pytest.fixture(scope="module")
def offered(town) -> str:
    """A request on which a talk is offered at two times, in Chicago's zone."""
    ref = stages.with_physician(town)
    offer = review.Slot(at=SLOTS[0], second=SLOTS[1], phone="614-555-0177", zone="America/Chicago")
    review.offer_peer_to_peer(town.cx("physician"), ref, None, offer)
    return ref


def _talk(town, ref: str):
    with town.database.reading(town.cx("compliance")) as cx:
        found = select(PeerToPeer.slot_at, PeerToPeer.chosen_at, PeerToPeer.case_id)
        return cx.db.execute(found.order_by(PeerToPeer.id.desc())).first()


def _waits(mae: Portal, ref: str) -> list[str]:
    """What the first page of the office offers on this case."""
    [row] = [e for e in mae.get("/provider/").all("tr") if ref in e.text]
    links = [e for e in mae.page.all("a") if row in e.inside][1:]
    return [e.text.replace(ref, "").strip() for e in links]


def test_a_time_is_chosen_once_and_the_physician_is_told(mae: Portal, town, offered) -> None:
    assert _waits(mae, offered) == ["Choose a time for the talk"]
    page = mae.get(at(offered))
    assert "Choose a time" in page.text
    path = at(offered, "do", "choose_talk")
    page = mae.get(path)
    assert "March 1, 2027, 2:00 pm Central Time" in page.text
    assert "March 2, 2027, 9:00 am Central Time" in page.text
    mae.send(path, {"physician": "Dr. Wren"}, status=422)
    assert "Choose one" in mae.error_of("slot")
    assert "Please fill in" in mae.error_of("phone")
    assert "Dr. Wren" in str(mae.page.html)
    form = mae.page
    mae.send(path, SAID, status=303)
    page = mae.follow()
    assert "The time was chosen. The reviewing physician was told." in page.text
    assert "March 1, 2027, 2:00 pm Central Time" in page.text
    assert "You chose a time for the talk" in page.text
    assert "Choose another time" in page.text
    mae.page = form
    mae.send(path, SAID, status=303)  # a double click is one choice
    talk = _talk(town, offered)
    assert talk.slot_at == SLOTS[0]
    assert MONDAY <= talk.chosen_at < MONDAY + HOUR
    assert _waits(mae, offered) == ["Add papers"]
    with town.database.reading(town.cx("physician")) as cx:
        notices = cx.db.execute(
            select(StaffNotice.code).where(StaffNotice.case_id == talk.case_id)
        ).scalars()
        assert list(notices).count("talk_chosen") == 1


def test_another_office_and_the_staff_choose_nothing(town, offered) -> None:
    form = TalkChoice(**SAID)
    with pytest.raises(NotAllowed):
        choose_talk(town.cx("nurse"), offered, None, form)
    none = stages.with_physician(town)
    with pytest.raises(StateRefused):
        choose_talk(town.cx("Maple"), none, None, form)


def test_a_request_without_an_offer_has_no_such_page(mae: Portal, town) -> None:
    ref = stages.with_physician(town)
    assert "Choose a time" not in mae.get(at(ref)).text
    mae.get(at(ref, "do", "choose_talk"), status=404)
