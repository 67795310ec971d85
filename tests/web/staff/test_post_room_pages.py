"""The post room and a member's standing needs on the staff's screens."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.context import SYSTEM
from casework.ground import database_for
from casework.models import Delivery, Letter, Member, PrintBatch
from casework.services import mailing
from casework.worker import Worker
from tests.builders import MONDAY
from tests.web.staff.scene import DAY


@pytest.fixture(scope="module")
def posted(desk):
    """Denials whose letters left a week ago without any proof, one of them to nowhere."""
    for name in ("proved", "lost"):
        desk.denied(name, "OH-MCD-2026", received_at=MONDAY - 2 * DAY)
    _post(desk)
    desk.denied("nowhere", "OH-QHP", received_at=MONDAY - 2 * DAY)
    _member(desk, address=["Somewhere", "Columbus, OH"])
    _post(desk)
    _member(desk, address=["7 Elm Street", "Columbus, OH 43085"])
    return desk


def _post(desk) -> None:
    """A worker as in earnest: nobody plays the vendor."""
    wired = database_for(replace(desk.settings, demo=False))
    worker = Worker(wired)
    worker.relay()
    worker.close()
    wired.engine.dispose()


def _member(desk, **values) -> None:
    database = desk.town.database
    with database.session(database.context(SYSTEM)) as session:
        for row in session.execute(select(Member)).scalars():
            for name, value in values.items():
                setattr(row, name, value)
        session.commit()


def _copy(desk, name) -> Delivery:
    with desk.town.database.reading(desk.town.cx("system")) as cx:
        return cx.db.execute(
            select(Delivery)
            .join(Letter, Letter.id == Delivery.letter_id)
            .where(
                Delivery.case_id == int(desk.refs[name].split("-")[2]),
                Delivery.channel == "print",
                Letter.code == "denial",
                Letter.recipient == "member",
            )
        ).scalar_one()


def test_the_case_shows_how_each_copy_left_and_what_has_no_proof(posted, app) -> None:
    page = posted.sign_in(app, "supervisor").get(f"/staff/cases/{posted.refs['proved']}")
    assert "no proof of mailing yet" in page.text
    assert "Was it mailed?" in page.text
    page = posted.sign_in(app, "supervisor").get(f"/staff/cases/{posted.refs['nowhere']}")
    assert "cannot go this way (The last line must be city" in page.text


def test_the_post_room_names_what_waits_and_its_next_step(posted, app) -> None:
    late = posted.town.database.context().but(now=MONDAY + timedelta(days=8))
    assert mailing.chase_proofs(late) >= 2
    supervisor = posted.sign_in(app, "supervisor")
    page = supervisor.get("/staff/post-room")
    assert page.h1 == "Post room"
    with posted.town.database.reading(late) as cx:
        names = [row.name for row in cx.db.execute(select(PrintBatch)).scalars()]
    for name in names:
        assert name in page.text
    assert "handed over, not answered" in page.text
    assert "Ask the vendor, then say whether it was mailed" in page.text
    assert "Put the address right" in page.text
    copy = _copy(posted, "lost")
    ref = posted.refs["lost"]
    address = f"/staff/cases/{ref}/do/record_mailing"
    page = supervisor.get(f"{address}?delivery_id={copy.id}")
    assert page.h1.startswith("Was this copy mailed?") or "Was this copy mailed?" in page.text
    typed = {"delivery_id": str(copy.id), "answer": "never_mailed", "how": "Ms. Vendor, call 4"}
    supervisor.post(address, typed)
    page = supervisor.follow()
    assert "never mailed" in page.text
    assert "counts as not sent" in page.text


def test_an_administrator_sees_batches_and_no_case(posted, app) -> None:
    page = posted.sign_in(app, "admin").get("/staff/post-room")
    assert "Batches for the print vendor" in page.text
    for ref in posted.refs.values():
        assert ref not in page.text


def test_the_needs_of_a_member_are_changed_on_the_telephone_and_kept_with_who_did(
    posted, app
) -> None:
    nurse = posted.sign_in(app, "nurse")
    place = f"/staff/cases/{posted.refs['proved']}/needs"
    page = nurse.get(place)
    assert "42 CFR 438.404(c)" in page.text
    typed = {"contact_preference": "text", "phone": "12"}
    page = nurse.post(f"{place}/reading", typed, status=422)
    assert "Write ten digits" in page.text
    assert "only to whoever agrees" in page.text
    nurse.get(place)
    nurse.post(f"{place}/reading", {"language": "es", "letter_format": "braille"})
    page = nurse.follow()
    assert "Written down: language, format" in page.text
    assert "Nora Nurse" in page.text
    page = nurse.post(f"{place}/address", {"address": "Somewhere"}, status=422)
    assert "last line must be city" in page.text
    nurse.get(place)
    safe = {"on": "yes", "safe_lines": "PO Box 9\nDayton, OH 45402", "safe_phone": "x"}
    page = nurse.post(f"{place}/confidential", safe, status=422)
    assert "PO Box 9" in page.text, "what was typed stays"
    nurse.get(place)
    nurse.post(f"{place}/confidential", safe | {"safe_phone": ""})
    assert "on: PO Box 9, Dayton, OH 45402" in nurse.follow().text
    page = nurse.get(f"/staff/cases/{posted.refs['proved']}")
    assert "Spanish, braille" in page.text


def test_compliance_reads_the_needs_and_changes_none(posted, app) -> None:
    officer = posted.sign_in(app, "compliance")
    place = f"/staff/cases/{posted.refs['lost']}/needs"
    assert "not change it" in officer.get(place).text
    officer.post(f"{place}/address", {"address": "7 Elm Street\nColumbus, OH 43085"}, status=403)
