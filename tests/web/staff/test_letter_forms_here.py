"""The staff read a letter to somebody: on the page, as text, in large print; offices theirs."""

from flask import Flask
from sqlalchemy import select

from casework.context import SYSTEM
from casework.models import Letter
from tests.web.staff.scene import Desk


def test_staff_have_all_forms_of_every_copy(desk: Desk, app: Flask) -> None:
    desk.denied("told")
    desk.post()
    with desk.town.database.session(desk.town.database.context(SYSTEM)) as session:
        rows = session.execute(select(Letter.id, Letter.recipient).where(Letter.state == "sent"))
        letters = {row.recipient: row.id for row in rows}
    nurse = desk.sign_in(app, "nurse")
    for number in letters.values():
        about = nurse.get(f"/staff/letters/{number}/about")
        assert f"/staff/letters/{number}/read" in [e.get("href") for e in about.all("a")]
        assert nurse.get(f"/staff/letters/{number}/read").h1
        for form, kind in (("page", "text/html"), ("text", "text/plain")):
            answer = nurse.client.get(f"/staff/letters/{number}/{form}")
            assert (answer.status_code, answer.mimetype) == (200, kind)
    address = f"/staff/letters/{letters['member']}/large-print"
    nurse.get(address)
    nurse.post(address, status=303)
    desk.post()
    assert nurse.client.get(address).mimetype == "application/pdf"
    assert nurse.client.get(f"/staff/letters/{2**80}/read").status_code == 404
